//! RTCP that came in: publishers' clocks, subscribers' reports, and what they ask for. Feedback counts only for streams that the
//! sender receives; anything else is a counter.

use std::time::{Duration, Instant};

use super::Engine;
use crate::egress::Egress;
use crate::forward::sequence::Span;
use crate::forward::timestamp::{NtpTime, SenderClock};
use crate::ids::EgressSsrc;
use crate::limits;
use crate::rtcp::{Compound, ReportBlock, RtcpPacket};
use crate::slab::Key;
use crate::stats::Drop;
use crate::timer::Timer;

impl Engine {
    /// Takes in a decrypted RTCP datagram of a connection.
    pub(super) fn receive_rtcp(&mut self, now: Instant, key: Key, datagram: &[u8]) {
        for part in Compound::read(datagram) {
            match part {
                RtcpPacket::SenderReport { ssrc, ntp, rtp, blocks } => {
                    self.receive_sender_report(now, key, ssrc, ntp, rtp);
                    blocks.for_each(|block| self.receive_report_block(now, key, &block));
                }
                RtcpPacket::ReceiverReport { blocks } => {
                    blocks.for_each(|block| self.receive_report_block(now, key, &block));
                }
                RtcpPacket::Nack { ssrc, sequences } => {
                    // One datagram asks for at most what a subscription could be sent at once.
                    for sequence in sequences.take(limits::RETRANSMISSION_BURST as usize) {
                        self.counters.nack_received += 1;
                        if let Err(reason) = self.retransmit(now, key, ssrc, sequence) {
                            self.counters.drop(reason);
                        }
                    }
                }
                RtcpPacket::PictureLoss { ssrc } => self.receive_keyframe_request(now, key, ssrc),
                RtcpPacket::FullIntraRequest { ssrcs } => {
                    ssrcs.for_each(|ssrc| self.receive_keyframe_request(now, key, ssrc));
                }
                RtcpPacket::TransportFeedback { .. } => self.counters.transport_feedback_received += 1,
                RtcpPacket::Goodbye | RtcpPacket::Other => {}
            }
        }
    }

    fn receive_sender_report(&mut self, now: Instant, key: Key, ssrc: u32, ntp: NtpTime, rtp: u32) {
        let Some(connection) = self.connections.get(key) else { return };
        let Some((publication, layer)) = connection.bindings.get(ssrc).and_then(|binding| binding.target) else {
            return;
        };
        let Some(publication) = self.publications.get_mut(publication) else { return };
        if let Some(layer) = publication.layers.get_mut(usize::from(layer))
            && layer.ssrc == Some(ssrc)
        {
            layer.clock = Some(SenderClock { ntp, rtp, arrival: now });
        }
        if let Some(participant) = self.participants.get_mut(connection.participant) {
            participant.clock_offset.get_or_insert_with(|| self.wall.ntp(now).since(ntp));
        }
    }

    fn receive_report_block(&mut self, now: Instant, key: Key, block: &ReportBlock) {
        let Some(connection) = self.connections.get(key) else { return };
        let Some(subscription) = connection.egress.find(block.ssrc).and_then(|key| self.subscriptions.get_mut(key))
        else {
            self.counters.drop(Drop::UnknownFeedback);
            return;
        };
        if EgressSsrc::from_wire(block.ssrc).is_rtx() {
            return;
        }
        let report = &mut subscription.report;
        // Cumulative loss is signed on 24 bits: duplicates can make it negative, which is no loss.
        let cumulative = block.figures.cumulative_lost;
        let cumulative = if cumulative & 0x80_0000 != 0 { 0 } else { cumulative };
        report.lost += u64::from(cumulative.saturating_sub(report.cumulative_lost));
        report.cumulative_lost = cumulative;
        if let Some((middle, sent)) = report.last_sender_report
            && block.last_sender_report == middle
            && middle != 0
        {
            let held = Duration::from_secs_f64(f64::from(block.delay) / 65_536.0);
            report.rtt = Some(now.saturating_duration_since(sent).saturating_sub(held));
        }
    }

    fn retransmit(&mut self, now: Instant, key: Key, ssrc: u32, sequence: u16) -> Result<(), Drop> {
        let connection = self.connections.get(key).ok_or(Drop::NotConnected)?;
        let subscription = connection.egress.find(ssrc).ok_or(Drop::UnknownFeedback)?;
        if EgressSsrc::from_wire(ssrc).is_rtx() {
            return Err(Drop::UnknownFeedback);
        }
        let subscription = self.subscriptions.get(subscription).ok_or(Drop::UnknownFeedback)?;
        let (publication, position) = (subscription.publication, subscription.position);
        let publication = self.publications.get_mut(publication).ok_or(Drop::UnknownFeedback)?;
        if publication.muted {
            return Err(Drop::RetransmissionGone);
        }
        let mut egress = Egress {
            now,
            now_ms: self.wall.milliseconds(now),
            send_time: (self.wall.ntp(now).0 >> 14) as u32 & 0xff_ffff,
            connections: &mut self.connections,
            subscriptions: &mut self.subscriptions,
            layouts: &self.layouts,
            scratch: &mut self.scratch,
            arena: &mut self.arena,
            counters: &mut self.counters,
            started: &mut self.started,
            keyframes_wanted: 0,
        };
        egress.retransmit(publication, position, sequence)
    }

    fn receive_keyframe_request(&mut self, now: Instant, key: Key, ssrc: u32) {
        self.counters.keyframe_requests_received += 1;
        let subscription = self.connections.get(key).and_then(|connection| connection.egress.find(ssrc));
        let Some(subscription) = subscription.and_then(|key| self.subscriptions.get(key)) else {
            self.counters.drop(Drop::UnknownFeedback);
            return;
        };
        let (publication_key, position) = (subscription.publication, subscription.position);
        let Some(publication) = self.publications.get_mut(publication_key) else { return };
        let Some(forwarder) = publication.forwarders.get(position).filter(|forwarder| forwarder.active) else { return };
        let current = forwarder.numbering.span().layer;
        let layer = if current == Span::NO_LAYER { forwarder.wanted } else { current };
        if let Some(layer) = publication.layers.get_mut(usize::from(layer)) {
            layer.requests.want();
            self.timers.set_earlier(Timer::KeyframeRequest(publication_key), now);
            self.run_keyframe_requests(now, publication_key);
        }
    }
}
