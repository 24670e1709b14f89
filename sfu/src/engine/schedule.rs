//! What is due at its time: feedback and reports to publishers, sender reports to subscribers, requests for keyframes and
//! missing packets, layers, speakers, statistics.

use std::time::Instant;

use super::{Engine, REPORTER_SSRC};
use crate::event::{EventKind, LinkStatistics, ParticipantStatistics};
use crate::forward::sequence::Span;
use crate::forward::timestamp::media_units;
use crate::limits;
use crate::rtcp::{self, MAX_REPORT_BLOCKS, ReportBlock, SenderFigures};
use crate::slab::Key;
use crate::timer::Timer;

impl Engine {
    pub(super) fn run_timer(&mut self, now: Instant, timer: Timer) {
        match timer {
            Timer::Transport(key) => {
                if let Some(connection) = self.connections.get_mut(key) {
                    connection.transport.handle_timeout(now);
                    self.queue_transport(key);
                    self.settle_transport(now, key);
                }
            }
            Timer::TransportFeedback(key) => self.send_transport_feedback(now, key),
            Timer::Reports(key) => self.send_reports(now, key),
            Timer::Nack(key) => self.send_nacks(now, key),
            Timer::KeyframeRequest(key) => self.run_keyframe_requests(now, key),
            Timer::Layers(key) => self.check_layers(now, key),
            Timer::Speakers(key) => self.look_at_speakers(now, key),
            Timer::Statistics(key) => self.tell_statistics(now, key),
        }
    }

    fn send_transport_feedback(&mut self, now: Instant, key: Key) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let media = connection.bindings.iter().find(|binding| !binding.source.repair).map_or(0, |binding| binding.ssrc);
        self.rtcp.clear();
        let arrivals = &mut connection.arrivals;
        rtcp::write_transport_feedback(&mut self.rtcp, REPORTER_SSRC, media, |out| {
            arrivals.write(out, limits::MAX_RTCP - 16);
        });
        if !arrivals.is_empty() {
            self.timers.set(Timer::TransportFeedback(key), now);
        }
        self.send_rtcp(key);
        self.counters.transport_feedback_sent += 1;
    }

    fn send_reports(&mut self, now: Instant, key: Key) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        connection.reports_written = connection.reports_written.wrapping_add(1);
        // Sender reports go with the first reports, so that lip sync starts soon, then every second time.
        let with_sender_reports = connection.reports_written < 6 || connection.reports_written % 2 == 0;
        self.timers.set(Timer::Reports(key), now + limits::REPORT_INTERVAL);
        self.send_receiver_reports(now, key);
        if with_sender_reports {
            self.send_sender_reports(now, key);
        }
    }

    /// Reports on what a publisher sends. RTX streams are left out: browsers then keep naming them with `mid` and `rrid`.
    fn send_receiver_reports(&mut self, now: Instant, key: Key) {
        let Some(connection) = self.connections.get(key) else { return };
        let mut blocks: Vec<ReportBlock> = Vec::new();
        for publication in &connection.publications {
            let Some(publication) = self.publications.get_mut(*publication) else { continue };
            for layer in &mut publication.layers {
                let (Some(ssrc), Some(figures)) = (layer.ssrc, layer.reception.report()) else { continue };
                let (last_sender_report, delay) = layer.clock.map_or((0, 0), |clock| {
                    (clock.ntp.middle(), media_units(now.saturating_duration_since(clock.arrival), 65_536))
                });
                blocks.push(ReportBlock { ssrc, figures, last_sender_report, delay });
            }
        }
        for chunk in blocks.chunks(MAX_REPORT_BLOCKS) {
            self.rtcp.clear();
            rtcp::write_receiver_report(&mut self.rtcp, REPORTER_SSRC, chunk);
            self.send_rtcp(key);
        }
    }

    /// Sender reports of everything that leaves by a connection: the publishers' own mapping of media time to wall clock,
    /// through the subscription's timestamps and on our clock.
    fn send_sender_reports(&mut self, now: Instant, key: Key) {
        let Some(connection) = self.connections.get(key) else { return };
        let subscriptions: Vec<Key> = connection.egress.subscriptions().collect();
        self.rtcp.clear();
        for subscription in subscriptions {
            let Some(figures) = self.sender_figures(now, subscription) else { continue };
            let Some(subscription) = self.subscriptions.get_mut(subscription) else { continue };
            subscription.report.last_sender_report = Some((figures.ntp.middle(), now));
            let cname = subscription.parameters.cname.clone();
            if self.rtcp.len() + rtcp::sender_report_length(&cname) > limits::MAX_RTCP {
                self.send_rtcp(key);
                self.rtcp.clear();
            }
            rtcp::write_sender_report(&mut self.rtcp, &figures, &cname);
        }
        if !self.rtcp.is_empty() {
            self.send_rtcp(key);
        }
    }

    /// What a sender report of a subscription says, once the publisher has told its clock.
    fn sender_figures(&self, now: Instant, key: Key) -> Option<SenderFigures> {
        let subscription = self.subscriptions.get(key)?;
        let publication = self.publications.get(subscription.publication)?;
        let forwarder = publication.forwarders.get(subscription.position)?;
        let span = forwarder.numbering.span();
        if !forwarder.started || span.layer == Span::NO_LAYER {
            return None;
        }
        let clock = publication.layers.get(usize::from(span.layer))?.clock?;
        let offset = self.participants.get(publication.participant)?.clock_offset?;
        let elapsed = now.saturating_duration_since(clock.arrival);
        Some(SenderFigures {
            ssrc: forwarder.ssrc,
            ntp: clock.ntp.later(elapsed).shifted(offset),
            rtp: clock
                .rtp
                .wrapping_add(media_units(elapsed, publication.clock_rate()))
                .wrapping_add(span.timestamp_offset),
            packets: forwarder.packets,
            octets: forwarder.octets,
        })
    }

    fn send_nacks(&mut self, now: Instant, key: Key) {
        let Some(publication) = self.publications.get_mut(key) else { return };
        let connection = publication.connection;
        self.rtcp.clear();
        for layer in &mut publication.layers {
            self.sequences.clear();
            layer.reception.take_nacks(now, &mut self.sequences);
            if let Some(ssrc) = layer.ssrc.filter(|_| !self.sequences.is_empty()) {
                self.counters.nack_sent += self.sequences.len() as u64;
                rtcp::write_nack(&mut self.rtcp, REPORTER_SSRC, ssrc, &self.sequences);
            }
        }
        if let Some(next) = publication.layers.iter().filter_map(|layer| layer.reception.next_nack()).min() {
            self.timers.set(Timer::Nack(key), next.max(now));
        }
        if !self.rtcp.is_empty() {
            self.send_rtcp(connection);
        }
    }

    /// Asks for the keyframes that somebody waits for and that may be asked for now.
    pub(super) fn run_keyframe_requests(&mut self, now: Instant, key: Key) {
        let Some(publication) = self.publications.get_mut(key) else { return };
        let Some(connection) = self.connections.get_mut(publication.connection) else { return };
        self.rtcp.clear();
        let with_pli = publication.parameters.codecs.iter().any(|codec| codec.pli);
        for layer in &mut publication.layers {
            let Some(ssrc) = layer.ssrc else { continue };
            if publication.muted || !connection.connected || !layer.requests.take(now) {
                continue;
            }
            self.counters.keyframe_requests_sent += 1;
            if with_pli {
                rtcp::write_picture_loss(&mut self.rtcp, REPORTER_SSRC, ssrc);
            } else {
                connection.full_intra_requests = connection.full_intra_requests.wrapping_add(1);
                let number = connection.full_intra_requests;
                rtcp::write_full_intra_request(&mut self.rtcp, REPORTER_SSRC, ssrc, number);
            }
        }
        // While muted or disconnected nobody is asked; coming back makes the wish anew.
        let bound = |layer: &&crate::publication::Layer| layer.ssrc.is_some();
        let quiet = publication.muted || !connection.connected;
        match publication
            .layers
            .iter()
            .filter(bound)
            .filter_map(|layer| layer.requests.due(now))
            .min()
            .filter(|_| !quiet)
        {
            Some(due) => self.timers.set(Timer::KeyframeRequest(key), due.max(now)),
            None => self.timers.clear(Timer::KeyframeRequest(key)),
        }
        let connection = publication.connection;
        if !self.rtcp.is_empty() {
            self.send_rtcp(connection);
        }
    }

    fn check_layers(&mut self, now: Instant, key: Key) {
        let Some(publication) = self.publications.get_mut(key) else { return };
        self.timers.set(Timer::Layers(key), now + limits::LAYER_CHECK_INTERVAL);
        let changed = publication.check_layers(now);
        let limited = publication.forwarders.iter().any(|forwarder| {
            self.subscriptions
                .get(forwarder.subscription)
                .is_some_and(|subscription| subscription.settings.max_fps != 0)
        });
        // Frame rates drift, so that who asked for fewer frames is looked at again.
        if changed || limited {
            self.layers_changed(now, key);
        }
    }

    fn look_at_speakers(&mut self, now: Instant, key: Key) {
        let Some(room) = self.rooms.get_mut(key) else { return };
        let mut speakers = Vec::new();
        let mut settled = true;
        for participant in &room.participants {
            let Some(participant) = self.participants.get_mut(*participant) else { continue };
            speakers.extend(participant.voice.finish_window(participant.id));
            settled &= participant.voice.is_settled();
        }
        room.audible = !settled;
        if !settled {
            self.timers.set(Timer::Speakers(key), now + limits::SPEAKER_INTERVAL);
        }
        if !speakers.is_empty() {
            speakers.sort_by(|one, other| other.level.total_cmp(&one.level));
            self.emit(key, EventKind::SpeakersChanged { speakers });
        }
    }

    fn tell_statistics(&mut self, now: Instant, key: Key) {
        let Some(room) = self.rooms.get(key) else { return };
        self.timers.set(Timer::Statistics(key), now + limits::STATISTICS_INTERVAL);
        let participants = room.participants.clone();
        let statistics: Vec<_> = participants.into_iter().filter_map(|key| self.participant_statistics(key)).collect();
        if !statistics.is_empty() {
            self.emit(key, EventKind::Statistics { participants: statistics });
        }
    }

    fn participant_statistics(&mut self, key: Key) -> Option<ParticipantStatistics> {
        let participant = self.participants.get(key)?;
        let (mut uplink, mut downlink, mut rtt, mut connected) =
            (LinkStatistics::default(), LinkStatistics::default(), None, false);
        let bits_per_second = |octets: u64| octets * 8 * 1000 / limits::STATISTICS_INTERVAL.as_millis() as u64;
        for connection in &participant.connections {
            let Some(connection) = self.connections.get(*connection).filter(|connection| connection.connected) else {
                continue;
            };
            connected = true;
            for publication in &connection.publications {
                let Some(publication) = self.publications.get_mut(*publication) else { continue };
                for layer in &mut publication.layers {
                    let now = (layer.octets, layer.reception.expected(), layer.reception.arrived_unaided());
                    let before = std::mem::replace(&mut layer.reported, now);
                    let expected = now.1.saturating_sub(before.1);
                    uplink.packets += expected;
                    uplink.packets_lost += expected.saturating_sub(now.2.saturating_sub(before.2));
                    uplink.bitrate_bps += bits_per_second(now.0.saturating_sub(before.0));
                }
            }
            for subscription in connection.egress.subscriptions() {
                let Some(subscription) = self.subscriptions.get_mut(subscription) else { continue };
                let forwarder = self
                    .publications
                    .get(subscription.publication)
                    .and_then(|p| p.forwarders.get(subscription.position));
                let Some(forwarder) = forwarder else { continue };
                let report = &mut subscription.report;
                downlink.packets += u64::from(forwarder.packets.wrapping_sub(report.packets_reported));
                let octets = u64::from(forwarder.octets.wrapping_sub(report.octets_reported));
                downlink.bitrate_bps += bits_per_second(octets);
                downlink.packets_lost += std::mem::take(&mut report.lost);
                report.packets_reported = forwarder.packets;
                report.octets_reported = forwarder.octets;
                rtt = rtt.max(report.rtt);
            }
        }
        connected.then_some(ParticipantStatistics { participant: participant.id, uplink, downlink, rtt })
    }
}
