//! Datagrams: demultiplexed, authenticated, and RTP taken to its publication.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use super::{AddressNotice, Engine};
use crate::connection::{Binding, Connection, Source};
use crate::event::EventKind;
use crate::forward::header::{RtpHeader, read_transport_cc};
use crate::gate::{DatagramKind, classify};
use crate::ids::{Mid, Rid};
use crate::limits;
use crate::slab::{Key, Slab};
use crate::speaker::VoiceMeter;
use crate::stats::{Counters, Drop};
use crate::timer::Timer;
use crate::transport::{TransportEvent, stun_local_ufrag};

/// Whether somebody can be at a source address. A forged one that cannot be sent to must not become a destination: a kernel's
/// refusal of one send can make a shell give up batches for everybody.
fn is_address(source: SocketAddr) -> bool {
    let broadcast = match source.ip() {
        IpAddr::V4(ip) => ip.is_broadcast(),
        IpAddr::V6(_) => false,
    };
    source.port() != 0 && !source.ip().is_unspecified() && !source.ip().is_multicast() && !broadcast
}

impl Engine {
    pub(super) fn handle_datagram(&mut self, now: Instant, source: SocketAddr, contents: &mut [u8]) {
        self.counters.datagrams_received += 1;
        self.counters.bytes_received += contents.len() as u64;
        let kind = if is_address(source) { classify(contents) } else { DatagramKind::Junk };
        let result = match kind {
            DatagramKind::Stun => self.handle_stun(now, source, contents),
            DatagramKind::Dtls => self.handle_dtls(now, source, contents),
            DatagramKind::Rtp => self.handle_srtp(now, source, contents, true),
            DatagramKind::Rtcp => self.handle_srtp(now, source, contents, false),
            DatagramKind::Junk => Err(Drop::Junk),
        };
        if let Err(reason) = result {
            self.counters.drop(reason);
        }
    }

    fn handle_stun(&mut self, now: Instant, source: SocketAddr, message: &[u8]) -> Result<(), Drop> {
        let key = match stun_local_ufrag(message) {
            Some(ufrag) => self.ufrags.get(ufrag).ok_or(Drop::UnknownUfrag)?,
            None => self.addresses.get(source).and_then(|claims| claims.iter().next()).ok_or(Drop::UnknownAddress)?,
        };
        let connection = self.connections.get_mut(key).ok_or(Drop::UnknownUfrag)?;
        let result = connection.transport.handle_stun(now, source, message);
        self.queue_transport(key);
        self.settle_transport(now, key);
        Ok(result?)
    }

    fn handle_dtls(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Result<(), Drop> {
        let claims = self.addresses.get(source).ok_or(Drop::UnknownAddress)?;
        let mut result = Err(Drop::UnknownAddress);
        for key in claims.iter() {
            if let Some(connection) = self.connections.get_mut(key) {
                let taken = connection.transport.handle_dtls(now, source, datagram).map_err(Drop::from);
                result = result.or(taken);
                self.queue_transport(key);
                self.settle_transport(now, key);
            }
        }
        result
    }

    /// SRTP and SRTCP. An attempt with the wrong key destroys the packet, so that a disputed address needs a copy.
    fn handle_srtp(&mut self, now: Instant, source: SocketAddr, packet: &mut [u8], rtp: bool) -> Result<(), Drop> {
        let claims = self.addresses.get(source).ok_or(Drop::UnknownAddress)?;
        if !claims.is_disputed() {
            let key = claims.iter().next().ok_or(Drop::UnknownAddress)?;
            return self.open_srtp(now, key, source, packet, rtp);
        }
        let mut result = Err(Drop::UnknownAddress);
        for key in claims.iter() {
            let mut copy = [0; limits::MAX_DATAGRAM];
            let copy = copy.get_mut(..packet.len()).ok_or(Drop::Junk)?;
            copy.copy_from_slice(packet);
            result = self.open_srtp(now, key, source, copy, rtp);
            if !matches!(result, Err(Drop::Unauthenticated | Drop::NotConnected | Drop::UnknownAddress)) {
                break;
            }
        }
        result
    }

    fn open_srtp(
        &mut self,
        now: Instant,
        key: Key,
        source: SocketAddr,
        packet: &mut [u8],
        rtp: bool,
    ) -> Result<(), Drop> {
        let connection = self.connections.get_mut(key).ok_or(Drop::UnknownAddress)?;
        if !connection.budget.take(now) {
            return Err(Drop::RateLimit);
        }
        let transport = &mut connection.transport;
        let opened =
            if rtp { transport.open_rtp(now, source, packet) } else { transport.open_rtcp(now, source, packet) };
        let length = opened?;
        // An authentic packet may have settled where its sender is now.
        connection.destination = connection.transport.destination();
        let plain = packet.get(..length).ok_or(Drop::Malformed)?;
        if rtp {
            self.counters.rtp_received += 1;
            self.receive_rtp(now, key, plain)
        } else {
            self.counters.rtcp_received += 1;
            self.receive_rtcp(now, key, plain);
            Ok(())
        }
    }

    /// Takes a decrypted RTP packet to its publication.
    fn receive_rtp(&mut self, now: Instant, key: Key, packet: &[u8]) -> Result<(), Drop> {
        let connection = self.connections.get_mut(key).ok_or(Drop::UnknownAddress)?;
        let header = RtpHeader::read(packet).ok_or(Drop::Malformed)?;
        if let Some(sequence) =
            header.elements.get(packet, connection.extensions.transport_cc).and_then(read_transport_cc)
        {
            if connection.arrivals.is_empty() {
                self.timers.set_earlier(Timer::TransportFeedback(key), now + limits::TRANSPORT_FEEDBACK_INTERVAL);
            }
            connection.arrivals.record(sequence, now.saturating_duration_since(self.wall.epoch));
        }
        let target = match connection.bindings.get(header.ssrc) {
            Some(binding) => binding.target.ok_or(Drop::UnknownSource)?,
            None => self.learn_binding(key, &header, packet)?,
        };
        let (publication_key, layer) = target;
        let publication = self.publications.get_mut(publication_key).ok_or(Drop::UnknownSource)?;
        let received = publication.receive(now, &self.wall, layer, &header, packet)?;
        let (room, participant) = (publication.room, publication.participant);
        let id = publication.id;
        let full = publication.fresh.len() >= limits::MAX_FRESH_PACKETS;
        if received.gap {
            let next = publication.layers.get(usize::from(layer)).and_then(|layer| layer.reception.next_nack());
            if let Some(next) = next {
                self.timers.set_earlier(Timer::Nack(publication_key), next);
            }
        }
        if received.recovered {
            self.counters.retransmissions_recovered += 1;
        }
        if received.fresh {
            self.queue_publication(publication_key);
        }
        if let Some((level, _)) = received.audio_level {
            self.hear(now, room, participant, level);
        }
        if received.started {
            self.emit(room, EventKind::PublicationStarted { publication: id });
        }
        if received.layers_changed {
            self.layers_changed(now, publication_key);
        }
        if full {
            // The batch is longer than a publication keeps: forward now what there is. A full arena drops later packets.
            let _ = self.flush(now);
        }
        Ok(())
    }

    fn hear(&mut self, now: Instant, room: Key, participant: Key, level: u8) {
        let Some(participant) = self.participants.get_mut(participant) else { return };
        participant.voice.add(level);
        if VoiceMeter::is_audible(level)
            && let Some(entry) = self.rooms.get_mut(room)
            && !std::mem::replace(&mut entry.audible, true)
        {
            self.timers.set(Timer::Speakers(room), now + limits::SPEAKER_INTERVAL);
        }
    }

    /// An SSRC that nobody knows yet: its `mid` and `rid` say whose it is (RFC 8843, section 9.2; RFC 8852).
    fn learn_binding(&mut self, key: Key, header: &RtpHeader, packet: &[u8]) -> Result<(Key, u8), Drop> {
        let connection = self.connections.get_mut(key).ok_or(Drop::UnknownAddress)?;
        let ids = connection.extensions;
        let token = |id: Option<u8>| header.elements.get(packet, id).and_then(Mid::new);
        let mid = token(ids.mid).ok_or(Drop::UnknownSource)?;
        let (rid, repaired): (Option<Rid>, Option<Rid>) = (token(ids.rid), token(ids.repaired_rid));
        let publication_key = connection
            .publications
            .iter()
            .copied()
            .find(|key| self.publications.get(*key).is_some_and(|publication| publication.parameters.mid == mid))
            .ok_or(Drop::UnknownSource)?;
        let publication = self.publications.get_mut(publication_key).ok_or(Drop::UnknownSource)?;
        let repair = repaired.is_some() || publication.is_retransmission(header.payload_type);
        let rid = repaired.or(rid);
        let encodings = &publication.parameters.encodings;
        let layer = match rid {
            Some(_) => encodings.iter().position(|encoding| encoding.rid == rid),
            None => (encodings.len() == 1).then_some(0),
        };
        let layer = layer.and_then(|layer| u8::try_from(layer).ok()).ok_or(Drop::UnknownSource)?;
        let rid = encodings.get(usize::from(layer)).and_then(|encoding| encoding.rid);
        let source = Source { mid, rid, encoding: if rid.is_some() { 0 } else { layer }, repair };
        connection.bindings.bind(Binding { ssrc: header.ssrc, source, target: Some((publication_key, layer)) })?;
        if !repair && publication.bind(layer, header.ssrc) {
            pause_layer(publication, &mut self.subscriptions, layer);
        }
        Ok((publication_key, layer))
    }

    /// Notes that a transport may have something to send.
    pub(super) fn queue_transport(&mut self, key: Key) {
        if let Some(connection) = self.connections.get_mut(key)
            && !std::mem::replace(&mut connection.queued, true)
        {
            self.outgoing.push(key);
        }
    }

    /// Takes over what a transport has come to: its events, its path, its next timeout.
    pub(super) fn settle_transport(&mut self, now: Instant, key: Key) {
        while let Some(event) = self.connections.get_mut(key).and_then(|connection| connection.transport.poll_event()) {
            self.handle_transport_event(now, key, event);
        }
        self.take_messages(now, key);
        let Some(connection) = self.connections.get_mut(key) else { return };
        connection.destination = connection.transport.destination();
        match connection.transport.poll_timeout() {
            Some(at) => self.timers.set(Timer::Transport(key), at),
            None => self.timers.clear(Timer::Transport(key)),
        }
    }

    /// Takes the messages of data channels. What the shell is too slow for stays in the association and slows the peer.
    pub(super) fn take_messages(&mut self, now: Instant, key: Key) {
        if self.is_data_paused(key) {
            return;
        }
        while self.events.len() < limits::MAX_PENDING_EVENTS {
            let Some(connection) = self.connections.get_mut(key) else { return };
            let Some((label, message)) = connection.transport.poll_data(now) else { return };
            let (room, transport) = (connection.room, connection.id);
            self.counters.data_messages_received += 1;
            self.emit(room, EventKind::DataReceived { transport, label, message });
        }
    }

    fn handle_transport_event(&mut self, now: Instant, key: Key, event: TransportEvent) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let (room, transport) = (connection.room, connection.id);
        match event {
            TransportEvent::Connected { profile, handshake } => {
                connection.connected = true;
                if let Some(count) = self.counters.transports_connected.get_mut(Counters::profile_index(profile)) {
                    *count += 1;
                }
                self.timers.set(Timer::Reports(key), now + limits::REPORT_INTERVAL);
                self.refresh_connection(now, key);
                self.emit(room, EventKind::TransportConnected { transport, profile, handshake });
            }
            TransportEvent::Failed(reason) => {
                connection.connected = false;
                if let Some(count) = self.counters.transports_failed.get_mut(Counters::failure_index(reason)) {
                    *count += 1;
                }
                self.timers.clear(Timer::Reports(key));
                self.refresh_connection(now, key);
                self.emit(room, EventKind::TransportFailed { transport, reason });
            }
            TransportEvent::AddressKnown(address) => {
                connection.addresses.push(address);
                if self.addresses.insert(address, key) {
                    self.notices.push_back(AddressNotice::Known(address));
                }
            }
            TransportEvent::AddressForgotten(address) => {
                connection.addresses.retain(|known| *known != address);
                if self.addresses.remove(address, key) {
                    self.notices.push_back(AddressNotice::Forgotten(address));
                }
            }
            TransportEvent::DataChannelOpen { label } => {
                self.emit(room, EventKind::DataChannelOpen { transport, label });
            }
            TransportEvent::PathChanged(_) => {}
        }
    }
}

/// Everyone who receives this layer begins anew, at a keyframe: its stream was replaced by another.
fn pause_layer(
    publication: &mut crate::publication::Publication,
    subscriptions: &mut Slab<crate::subscription::Subscription>,
    layer: u8,
) {
    for forwarder in publication.forwarders.iter_mut().filter(|forwarder| forwarder.numbering.span().layer == layer) {
        if let Some(subscription) = subscriptions.get_mut(forwarder.subscription) {
            forwarder.numbering.pause(&mut subscription.past);
        }
    }
}

impl Engine {
    /// Binds the SSRCs that an offer announced, and gives streams that were bound before back to their publication.
    pub(super) fn bind_announced(&mut self, key: Key, publication_key: Key) -> Result<(), Drop> {
        let connection: &mut Connection = self.connections.get_mut(key).ok_or(Drop::StaleCommand)?;
        let publication = self.publications.get_mut(publication_key).ok_or(Drop::StaleCommand)?;
        let mid = publication.parameters.mid;
        let encodings = publication.parameters.encodings.clone();
        connection.bindings.retarget(mid, |binding| {
            let layer = match binding.source.rid {
                Some(_) => encodings.iter().position(|encoding| encoding.rid == binding.source.rid)?,
                None => usize::from(binding.source.encoding),
            };
            (layer < encodings.len()).then_some((publication_key, layer as u8))
        });
        for (layer, encoding) in encodings.iter().enumerate() {
            let target = Some((publication_key, layer as u8));
            for (ssrc, repair) in [(encoding.ssrc, false), (encoding.rtx_ssrc, true)] {
                let Some(ssrc) = ssrc else { continue };
                let number = if encoding.rid.is_some() { 0 } else { layer as u8 };
                let source = Source { mid, rid: encoding.rid, encoding: number, repair };
                if let Err(reason) = connection.bindings.bind(Binding { ssrc, source, target }) {
                    self.counters.drop(reason);
                }
            }
        }
        let bound: Vec<(u8, u32)> = connection
            .bindings
            .iter()
            .filter(|binding| !binding.source.repair)
            .filter_map(|binding| {
                let (key, layer) = binding.target?;
                (key == publication_key).then_some((layer, binding.ssrc))
            })
            .collect();
        for (layer, ssrc) in bound {
            if publication.bind(layer, ssrc) {
                pause_layer(publication, &mut self.subscriptions, layer);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_that_nobody_can_be_at_are_refused() {
        for source in
            ["192.0.2.1:0", "0.0.0.0:5", "255.255.255.255:5", "224.0.0.1:5", "[::]:5", "[ff02::1]:5", "[2001:db8::1]:0"]
        {
            assert!(!is_address(source.parse().unwrap()), "{source}");
        }
        for source in ["192.0.2.1:1", "127.0.0.1:5", "[::1]:5", "[2001:db8::1]:65535"] {
            assert!(is_address(source.parse().unwrap()), "{source}");
        }
    }
}
