//! A participant: one connection to publish, one to subscribe, sources and sinks.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::camera::VideoSource;
use super::endpoint::{Endpoint, Received};
use super::sink::Sink;
use super::source::{AudioSource, Sending};
use crate::forward::header::{RtpHeader, read_transport_cc};
use crate::forward::reception::ReceptionFigures;
use crate::forward::timestamp::WallClock;
use crate::ids::{EgressSsrc, ParticipantId, PublicationId, SubscriptionId};
use crate::rtcp::{self, Compound, MAX_REPORT_BLOCKS, ReportBlock, RtcpPacket};

const FEEDBACK_INTERVAL: Duration = Duration::from_millis(20);
const REPORT_INTERVAL: Duration = Duration::from_secs(1);
/// The SSRC under which a subscriber reports.
const REPORTER: u32 = 1;

/// A participant.
#[derive(Debug)]
pub struct Client {
    /// Who it is.
    pub participant: ParticipantId,
    /// Its publishing connection.
    pub publisher: Endpoint,
    /// Its subscribing connection.
    pub subscriber: Endpoint,
    /// Its microphones.
    pub audio: Vec<(PublicationId, AudioSource)>,
    /// Its cameras.
    pub video: Vec<(PublicationId, VideoSource)>,
    /// What it receives.
    pub sinks: Vec<(SubscriptionId, Sink)>,
    /// Transport-cc feedback packets that it got.
    pub transport_feedback: u64,
    /// Transport-cc numbers missing of those that it should have seen, ignoring order; stays 0 on a perfect network.
    pub transport_cc_gaps: u64,
    /// Packets of SSRCs that it does not know.
    pub strays: u64,
    /// Receiver reports that it got for its streams.
    pub receiver_reports: u64,
    wall: WallClock,
    sending: Sending,
    last_transport_cc: Option<u16>,
    next_feedback: Instant,
    next_report: Instant,
}

impl Client {
    /// A participant whose wall clock is `wall`, right or wrong.
    pub(crate) fn new(
        now: Instant,
        participant: ParticipantId,
        publisher: Endpoint,
        subscriber: Endpoint,
        wall: WallClock,
    ) -> Self {
        Self {
            participant,
            publisher,
            subscriber,
            audio: Vec::new(),
            video: Vec::new(),
            sinks: Vec::new(),
            transport_feedback: 0,
            transport_cc_gaps: 0,
            strays: 0,
            receiver_reports: 0,
            wall,
            sending: Sending::default(),
            last_transport_cc: None,
            next_feedback: now,
            next_report: now + REPORT_INTERVAL,
        }
    }

    /// Whether both connections are up.
    pub fn is_connected(&self) -> bool {
        self.publisher.profile().is_some() && self.subscriber.profile().is_some()
    }

    /// What it receives of a subscription.
    pub fn sink(&self, subscription: SubscriptionId) -> Option<&Sink> {
        self.sinks.iter().find(|(id, _)| *id == subscription).map(|(_, sink)| sink)
    }

    /// What it receives of a subscription.
    pub fn sink_mut(&mut self, subscription: SubscriptionId) -> Option<&mut Sink> {
        self.sinks.iter_mut().find(|(id, _)| *id == subscription).map(|(_, sink)| sink)
    }

    /// Its camera of a publication.
    pub fn camera(&mut self, publication: PublicationId) -> Option<&mut VideoSource> {
        self.video.iter_mut().find(|(id, _)| *id == publication).map(|(_, source)| source)
    }

    /// Its microphone of a publication.
    pub fn microphone(&mut self, publication: PublicationId) -> Option<&mut AudioSource> {
        self.audio.iter_mut().find(|(id, _)| *id == publication).map(|(_, source)| source)
    }

    /// Takes in a datagram for one of its addresses.
    pub fn handle(&mut self, now: Instant, to: SocketAddr, from: SocketAddr, contents: &mut [u8]) {
        if to == self.publisher.address {
            self.publisher.handle(now, from, contents);
            while let Some(received) = self.publisher.poll_received() {
                if let Received::Rtcp(datagram) = received {
                    self.handle_publisher_rtcp(now, &datagram);
                }
            }
        } else {
            self.subscriber.handle(now, from, contents);
            while let Some(received) = self.subscriber.poll_received() {
                match received {
                    Received::Rtp(packet) => self.handle_rtp(now, &packet),
                    Received::Rtcp(datagram) => self.handle_subscriber_rtcp(now, &datagram),
                }
            }
        }
    }

    fn handle_publisher_rtcp(&mut self, now: Instant, datagram: &[u8]) {
        for part in Compound::read(datagram) {
            match part {
                RtcpPacket::PictureLoss { ssrc } => {
                    self.video.iter_mut().for_each(|(_, source)| source.handle_keyframe_request(now, ssrc));
                }
                RtcpPacket::Nack { ssrc, sequences } => {
                    for (_, source) in &mut self.video {
                        source.handle_nack(ssrc, sequences, &mut self.publisher, &mut self.sending);
                    }
                }
                RtcpPacket::TransportFeedback { .. } => self.transport_feedback += 1,
                RtcpPacket::ReceiverReport { blocks } => {
                    for block in blocks {
                        self.receiver_reports += 1;
                        self.video.iter_mut().for_each(|(_, source)| source.handle_report(block.ssrc));
                        for (_, source) in self.audio.iter_mut().filter(|(_, source)| source.ssrc() == block.ssrc) {
                            source.reports_received += 1;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn handle_rtp(&mut self, now: Instant, packet: &[u8]) {
        let Some(header) = RtpHeader::read(packet) else {
            self.strays += 1;
            return;
        };
        let number = header.elements.get(packet, super::source::EXTENSIONS.transport_cc).and_then(read_transport_cc);
        if let Some(number) = number {
            let ahead = self.last_transport_cc.map_or(1, |last| number.wrapping_sub(last) as i16);
            if ahead > 0 {
                self.transport_cc_gaps += ahead as u64 - 1;
                self.last_transport_cc = Some(number);
            }
        }
        let ssrc = EgressSsrc::from_wire(header.ssrc);
        let mine = |sink: &Sink| sink.ssrc == ssrc || sink.ssrc.rtx() == ssrc;
        match self.sinks.iter_mut().find(|(_, sink)| mine(sink)) {
            Some((_, sink)) => sink.receive(now, &header, packet),
            None => self.strays += 1,
        }
    }

    fn handle_subscriber_rtcp(&mut self, now: Instant, datagram: &[u8]) {
        for part in Compound::read(datagram) {
            if let RtcpPacket::SenderReport { ssrc, ntp, rtp, .. } = part {
                for (_, sink) in self.sinks.iter_mut().filter(|(_, sink)| sink.ssrc.to_wire() == ssrc) {
                    sink.receive_sender_report(now, ntp, rtp);
                }
            }
        }
    }

    /// When it wants to be polled.
    pub fn next(&self) -> Option<Instant> {
        let sources = self.audio.iter().map(|(_, source)| source.next());
        let sources = sources.chain(self.video.iter().map(|(_, source)| source.next()));
        let timeouts = [self.publisher.poll_timeout(), self.subscriber.poll_timeout()];
        let feedback = (!self.sinks.is_empty()).then_some(self.next_feedback);
        sources.chain(timeouts.into_iter().flatten()).chain(feedback).min()
    }

    /// Sends what is due.
    pub fn poll(&mut self, now: Instant, epoch: Instant) {
        for endpoint in [&mut self.publisher, &mut self.subscriber] {
            if endpoint.poll_timeout().is_some_and(|at| at <= now) {
                endpoint.handle_timeout(now);
            }
        }
        let wall = self.wall.ntp(now);
        for (_, source) in &mut self.audio {
            source.poll(now, epoch, wall, &mut self.publisher, &mut self.sending);
        }
        for (_, source) in &mut self.video {
            source.poll(now, epoch, wall, &mut self.publisher, &mut self.sending);
        }
        if self.next_feedback <= now {
            self.next_feedback = now + FEEDBACK_INTERVAL;
            self.send_feedback(now);
        }
    }

    fn send_feedback(&mut self, now: Instant) {
        let mut out = Vec::new();
        for (_, sink) in &mut self.sinks {
            sink.handle_timeout(now);
            let nacks = sink.take_nacks(now);
            for chunk in nacks.chunks(200) {
                rtcp::write_nack(&mut out, REPORTER, sink.ssrc.to_wire(), chunk);
            }
            if sink.take_keyframe_request(now) {
                rtcp::write_picture_loss(&mut out, REPORTER, sink.ssrc.to_wire());
            }
        }
        if self.next_report <= now {
            self.next_report = now + REPORT_INTERVAL;
            let blocks: Vec<ReportBlock> = self.sinks.iter().map(|(_, sink)| report_block(sink, now)).collect();
            for chunk in blocks.chunks(MAX_REPORT_BLOCKS) {
                rtcp::write_receiver_report(&mut out, REPORTER, chunk);
            }
        }
        if !out.is_empty() {
            self.subscriber.send_rtcp(&out);
        }
    }

    /// Sends any RTCP on the subscribing connection, for tests of what the server does with it.
    pub fn send_raw_rtcp(&mut self, plain: &[u8]) {
        self.subscriber.send_rtcp(plain);
    }
}

fn report_block(sink: &Sink, now: Instant) -> ReportBlock {
    let (last_sender_report, age) = sink.last_report(now);
    let (extended_highest, cumulative_lost) = sink.reception();
    let delay = if last_sender_report == 0 { 0 } else { (age.as_micros() * 65_536 / 1_000_000) as u32 };
    let figures = ReceptionFigures { fraction_lost: 0, cumulative_lost, extended_highest, jitter: 0 };
    ReportBlock { ssrc: sink.ssrc.to_wire(), figures, last_sender_report, delay }
}

/// The bytes of a picture loss indication, for tests that flood.
pub fn picture_loss(ssrc: EgressSsrc) -> Vec<u8> {
    let mut out = Vec::new();
    rtcp::write_picture_loss(&mut out, REPORTER, ssrc.to_wire());
    out
}

/// The bytes of a generic NACK, for tests that flood.
pub fn nack(ssrc: EgressSsrc, sequences: &[u16]) -> Vec<u8> {
    let mut out = Vec::new();
    rtcp::write_nack(&mut out, REPORTER, ssrc.to_wire(), sequences);
    out
}
