//! DTLS 1.2 (RFC 6347) around `rtc-dtls`: what it is given, when it is woken, and what is taken from it.
//!
//! The crate does the protocol; this file stands between it and the network. It is given only whole ClientHellos and records
//! that the guards let through, nothing in plaintext once the handshake has ended, and nothing at all after the end. One
//! endpoint holds one connection, under a made-up address, so that a change of path costs nothing.
//!
//! Any handshake record, also one that it has seen before, makes the crate forget its retransmission timer for good. So
//! repeats are kept from it. As a server we have no timer at all: the client repeats itself until it is answered, and a
//! repeated ClientHello is answered here with the flight that it has not got. As a client we keep the timer, and doubling it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use rtc_crypto::RTCCryptoProvider;
use rtc_crypto::providers::AwsLcRsProvider;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::state::State;
use rtc_shared::TransportProtocol;

use super::client_hello::HelloAssembly;
use super::config::{FLIGHT_INTERVAL, TransportConfig, fingerprint_of};
use super::error::DropReason;
use super::key_derivation::{EXPORTER_LABEL, MasterKey};
use super::records::{HandshakeGuard, records};
use crate::event::TransportFailure;
use crate::limits::{MAX_DTLS_RECORDS, MAX_EARLY_RECORDS};
use crate::params::{Fingerprint, SrtpProfile};

/// `rtc-dtls` keys its connections by address; ours has no need of a real one.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 1);
const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 2);
/// Retransmissions of one flight, each after twice the time of the one before: 6.4 s in all. `rtc-dtls` itself allows seven.
const MAX_RETRANSMISSIONS: u32 = 7;
/// ClientHellos of one handshake: without a cookie, and with it.
const MAX_HELLOS: u16 = 2;
/// How often a kept flight answers a repeated ClientHello.
const MAX_REPEATS: u32 = 32;

/// What DTLS has to tell after it was given something.
pub(crate) enum DtlsEvent {
    /// The handshake has ended; who the peer is has not been compared with anything yet.
    Completed(Box<Completed>),
    /// Decrypted data of the peer.
    Data(BytesMut),
    /// The end, for this reason.
    Failed(TransportFailure),
}

/// The result of a handshake.
pub(crate) struct Completed {
    pub(crate) profile: SrtpProfile,
    pub(crate) fingerprint: Fingerprint,
    /// The key of what we send, then that of what arrives.
    pub(crate) seal: MasterKey,
    pub(crate) open: MasterKey,
}

enum Phase {
    /// A server that waits for a ClientHello, or a client that waits for a path.
    Idle,
    Handshake,
    Established,
    /// Closed by either side, or failed. Nothing is fed any more.
    Ended,
}

/// Everything that only a handshake needs.
#[derive(Default)]
struct Handshake {
    hello: HelloAssembly,
    guard: HandshakeGuard,
    /// The number of ClientHellos that the endpoint has been given: the message sequence of the next.
    hellos: u16,
    /// The last flight that we sent.
    flight: Vec<BytesMut>,
    repeats: u32,
    retransmissions: u32,
    /// As a client: the server's messages that our last flight answered, and the newest that came.
    answered: u16,
    newest: Option<u16>,
}

/// One DTLS connection.
pub(crate) struct Dtls {
    config: Arc<TransportConfig>,
    is_client: bool,
    phase: Phase,
    endpoint: Option<Endpoint>,
    handshake: Option<Box<Handshake>>,
    outgoing: std::collections::VecDeque<BytesMut>,
    records_sent: u64,
    compact: bool,
}

impl Dtls {
    pub(crate) fn new(config: Arc<TransportConfig>, is_client: bool) -> Self {
        let outgoing = std::collections::VecDeque::new();
        Self {
            config,
            is_client,
            phase: Phase::Idle,
            endpoint: None,
            handshake: None,
            outgoing,
            records_sent: 0,
            compact: false,
        }
    }

    pub(crate) fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle)
    }

    /// Begins the handshake as a client.
    pub(crate) fn start(&mut self, now: Instant) -> Result<(), TransportFailure> {
        let mut endpoint = Endpoint::new(LOCAL, TransportProtocol::UDP, None);
        endpoint.connect(now, PEER, self.config.client(), None).map_err(|_| TransportFailure::DtlsHandshake)?;
        self.begin(endpoint);
        self.collect_flight();
        Ok(())
    }

    fn begin(&mut self, endpoint: Endpoint) {
        self.endpoint = Some(endpoint);
        self.phase = Phase::Handshake;
        self.handshake.get_or_insert_default();
    }

    /// Takes a datagram from an authenticated address. Events are appended to `events`.
    pub(crate) fn handle(
        &mut self,
        now: Instant,
        datagram: &[u8],
        events: &mut Vec<DtlsEvent>,
    ) -> Result<(), DropReason> {
        match self.phase {
            Phase::Ended => Err(DropReason::NotConnected),
            Phase::Idle if self.is_client => Err(DropReason::NotConnected),
            Phase::Idle | Phase::Handshake => self.handle_handshake(now, datagram, events),
            Phase::Established => self.handle_established(now, datagram, events),
        }
    }

    fn handle_handshake(
        &mut self,
        now: Instant,
        datagram: &[u8],
        events: &mut Vec<DtlsEvent>,
    ) -> Result<(), DropReason> {
        let mut admitted = BytesMut::new();
        let mut dropped = true;
        if let Some(handshake) = &mut self.handshake {
            handshake.guard.begin_datagram();
        }
        for record in records(datagram) {
            let handshake = self.handshake.get_or_insert_default();
            match record.client_hello() {
                Some(fragment) if !self.is_client => {
                    dropped = false;
                    if fragment.sequence < handshake.hellos {
                        self.repeat_flight(fragment.sequence, fragment.offset);
                    } else if fragment.sequence == handshake.hellos && handshake.hellos < MAX_HELLOS {
                        let hello = handshake.hello.add(&record, &fragment);
                        if let Some(hello) = hello {
                            self.take_hello(now, &hello.records, &hello.profiles, events);
                        }
                    }
                }
                _ if self.is_client && record.message_sequence().is_some_and(|s| s < handshake.answered) => {
                    dropped = false;
                }
                _ if self.endpoint.is_some() && handshake.guard.admits(&record) => {
                    handshake.newest = handshake.newest.max(record.message_sequence());
                    admitted.extend_from_slice(record.bytes);
                }
                _ => {}
            }
        }
        if !admitted.is_empty() {
            dropped = false;
            self.feed(now, admitted, events);
        }
        if dropped { Err(DropReason::Malformed) } else { Ok(()) }
    }

    fn take_hello(&mut self, now: Instant, records: &[u8], profiles: &[u16], events: &mut Vec<DtlsEvent>) {
        if self.endpoint.is_none() {
            let Some(config) = self.config.server(profiles) else {
                self.end(TransportFailure::NoSrtpProfile, events);
                return;
            };
            self.begin(Endpoint::new(LOCAL, TransportProtocol::UDP, Some(config)));
        }
        if let Some(handshake) = &mut self.handshake {
            handshake.hellos += 1;
        }
        self.feed(now, BytesMut::from(records), events);
    }

    /// Our answer to this ClientHello was lost: sends it again as it was. The client has not seen its record numbers.
    fn repeat_flight(&mut self, sequence: u16, offset: usize) {
        let Some(handshake) = &mut self.handshake else { return };
        let is_latest = sequence + 1 == handshake.hellos;
        if is_latest && offset == 0 && handshake.repeats < MAX_REPEATS {
            handshake.repeats += 1;
            self.outgoing.extend(handshake.flight.iter().cloned());
        }
    }

    fn handle_established(
        &mut self,
        now: Instant,
        datagram: &[u8],
        events: &mut Vec<DtlsEvent>,
    ) -> Result<(), DropReason> {
        let mut encrypted = BytesMut::with_capacity(datagram.len());
        for record in records(datagram).filter(|record| record.epoch != 0) {
            encrypted.extend_from_slice(record.bytes);
        }
        if encrypted.is_empty() {
            return Err(DropReason::Unauthenticated);
        }
        self.feed(now, encrypted, events);
        Ok(())
    }

    fn feed(&mut self, now: Instant, records: BytesMut, events: &mut Vec<DtlsEvent>) {
        let Some(endpoint) = &mut self.endpoint else { return };
        let result = endpoint.read(now, PEER, None, records);
        // Also after an error: an alert may have to go out.
        if self.collect_flight()
            && let Some(handshake) = &mut self.handshake
        {
            handshake.answered = handshake.newest.map_or(0, |newest| newest + 1);
        }
        match result {
            Ok(received) => {
                for event in received {
                    self.take_event(now, event, events);
                }
            }
            Err(_) => {
                let failure = match self.phase {
                    Phase::Established => TransportFailure::PeerClosed,
                    Phase::Idle | Phase::Handshake | Phase::Ended => TransportFailure::DtlsHandshake,
                };
                self.end(failure, events);
            }
        }
    }

    fn take_event(&mut self, now: Instant, event: EndpointEvent, events: &mut Vec<DtlsEvent>) {
        match event {
            EndpointEvent::HandshakeComplete => match self.completed() {
                Ok(completed) => {
                    self.phase = Phase::Established;
                    self.handshake = None;
                    events.push(DtlsEvent::Completed(Box::new(completed)));
                }
                Err(failure) => self.end(failure, events),
            },
            EndpointEvent::ApplicationData(data) => {
                events.push(DtlsEvent::Data(data));
                self.forget_handshake(now);
            }
            EndpointEvent::PeerClosed => self.end(TransportFailure::PeerClosed, events),
            _ => {}
        }
    }

    fn completed(&self) -> Result<Completed, TransportFailure> {
        let state = self
            .endpoint
            .as_ref()
            .and_then(|endpoint| endpoint.get_connection_state(PEER))
            .ok_or(TransportFailure::DtlsHandshake)?;
        let profile = self.config.negotiated(state.srtp_protection_profile()).ok_or(TransportFailure::NoSrtpProfile)?;
        let certificate = state.peer_certificates.first().ok_or(TransportFailure::FingerprintMismatch)?;
        let material = state
            .export_keying_material(EXPORTER_LABEL, &[], profile.keying_material_len())
            .map_err(|_| TransportFailure::DtlsHandshake)?;
        let (client, server) = MasterKey::split(profile, material.as_ref()).ok_or(TransportFailure::DtlsHandshake)?;
        let (seal, open) = if self.is_client { (client, server) } else { (server, client) };
        Ok(Completed { profile, fingerprint: fingerprint_of(certificate), seal, open })
    }

    /// Lets go of the transcript and the flights once the peer's data shows that its handshake is over, too: the crate keeps
    /// them as long as it keeps the connection, so we begin another with the same keys and numbers. The new one would take the
    /// peer's first records once more; they are its Finished and its INIT, which mean nothing any more.
    fn forget_handshake(&mut self, now: Instant) {
        if self.compact {
            return;
        }
        self.compact = true;
        let Some(old) = self.endpoint.as_ref().and_then(|endpoint| endpoint.get_connection_state(PEER)) else { return };
        let provider: Arc<dyn RTCCryptoProvider> = Arc::new(AwsLcRsProvider::new());
        let mut state = State::new(provider, self.is_client);
        let mut endpoint = Endpoint::new(LOCAL, TransportProtocol::UDP, None);
        let moved = old.marshal_binary().and_then(|bytes| state.unmarshal_binary(&bytes));
        if moved.is_ok() && endpoint.connect(now, PEER, self.config.client(), Some(state)).is_ok() {
            self.endpoint = Some(endpoint);
        }
        self.outgoing.shrink_to_fit();
    }

    fn end(&mut self, failure: TransportFailure, events: &mut Vec<DtlsEvent>) {
        if !matches!(self.phase, Phase::Ended) {
            self.phase = Phase::Ended;
            self.endpoint = None;
            self.handshake = None;
            events.push(DtlsEvent::Failed(failure));
        }
    }

    /// Moves what the endpoint wants sent to our queue; while the handshake lasts it is kept as the last flight. False when
    /// there was nothing.
    fn collect_flight(&mut self) -> bool {
        let Some(endpoint) = &mut self.endpoint else { return false };
        let mut flight = Vec::new();
        while let Some(transmit) = endpoint.poll_transmit() {
            flight.push(transmit.message);
        }
        if flight.is_empty() {
            return false;
        }
        self.outgoing.extend(flight.iter().cloned());
        if let Some(handshake) = &mut self.handshake {
            handshake.flight = flight;
            handshake.retransmissions = 0;
        }
        true
    }

    /// Encrypts `data` as one record. False when the connection is not up or has encrypted all that it may.
    pub(crate) fn write(&mut self, now: Instant, data: &[u8]) -> bool {
        if !matches!(self.phase, Phase::Established) || self.records_sent >= MAX_DTLS_RECORDS {
            return false;
        }
        self.records_sent += 1;
        let Some(endpoint) = &mut self.endpoint else { return false };
        let written = endpoint.write(now, PEER, data).is_ok();
        self.collect_flight();
        written
    }

    pub(crate) fn has_used_up_nonces(&self) -> bool {
        self.records_sent >= MAX_DTLS_RECORDS
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<BytesMut> {
        self.outgoing.pop_front()
    }

    /// Puts a datagram back that found no room.
    pub(crate) fn return_transmit(&mut self, datagram: BytesMut) {
        self.outgoing.push_front(datagram);
    }

    pub(crate) fn has_transmits(&self) -> bool {
        !self.outgoing.is_empty()
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let handshake = self.handshake.as_ref().filter(|_| self.is_client)?;
        if handshake.retransmissions >= MAX_RETRANSMISSIONS {
            return None;
        }
        // The crate's timer stands one interval after the flight was sent; the rest of the doubled time is ours.
        let extra = FLIGHT_INTERVAL * ((1 << handshake.retransmissions) - 1);
        Some(self.endpoint.as_ref()?.poll_timeout(&PEER)? + extra)
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, events: &mut Vec<DtlsEvent>) {
        if self.poll_timeout().is_none_or(|deadline| now < deadline) {
            return;
        }
        let Some(endpoint) = &mut self.endpoint else { return };
        let failed = endpoint.handle_timeout(PEER, now).is_err();
        let retransmissions = self.handshake.as_ref().map_or(0, |handshake| handshake.retransmissions);
        // The same flight under fresh record numbers.
        self.collect_flight();
        if let Some(handshake) = &mut self.handshake {
            handshake.retransmissions = retransmissions + 1;
        }
        if failed {
            self.end(TransportFailure::DtlsHandshake, events);
        }
    }

    /// Says goodbye (close_notify) and ends.
    pub(crate) fn close(&mut self, now: Instant) {
        if let (Phase::Established, Some(endpoint)) = (&self.phase, &mut self.endpoint) {
            let _ = endpoint.close(now);
            self.collect_flight();
        }
        self.phase = Phase::Ended;
        self.endpoint = None;
        self.handshake = None;
    }

    /// The longest that a handshake may take from the first authentic check on.
    pub(crate) const HANDSHAKE_LIMIT: Duration = Duration::from_secs(20);
    /// Decrypted records that are held until the peer's fingerprint is known.
    pub(crate) const MAX_PARKED: usize = MAX_EARLY_RECORDS;
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use super::*;

    fn established() -> (Dtls, Dtls, Instant) {
        let config = Arc::new(TransportConfig::generate(&TransportConfig::ALL_PROFILES).unwrap());
        let now = Instant::now();
        let (mut client, mut server) = (Dtls::new(config.clone(), true), Dtls::new(config, false));
        client.start(now).unwrap();
        for _ in 0..5 {
            exchange(now, &mut client, &mut server);
            exchange(now, &mut server, &mut client);
        }
        assert!(matches!((&client.phase, &server.phase), (Phase::Established, Phase::Established)));
        (client, server, now)
    }

    fn exchange(now: Instant, from: &mut Dtls, to: &mut Dtls) -> Vec<DtlsEvent> {
        let mut events = Vec::new();
        while let Some(datagram) = from.poll_transmit() {
            let _ = to.handle(now, &datagram, &mut events);
        }
        events
    }

    #[test]
    fn data_flows_on_after_the_handshake_was_forgotten() {
        let (mut client, mut server, now) = established();
        for round in 0..20u8 {
            assert!(client.write(now, &[round; 50]) && server.write(now, &[round; 60]));
            let up = exchange(now, &mut client, &mut server);
            assert!(matches!(&up[..], [DtlsEvent::Data(data)] if data[..] == [round; 50]));
            let down = exchange(now, &mut server, &mut client);
            assert!(matches!(&down[..], [DtlsEvent::Data(data)] if data[..] == [round; 60]));
        }
        assert!(client.compact && server.compact);
        client.close(now);
        let events = exchange(now, &mut client, &mut server);
        assert!(matches!(events[..], [DtlsEvent::Failed(TransportFailure::PeerClosed)]));
    }

    #[test]
    fn a_connection_encrypts_no_more_records_than_its_nonces_allow() {
        let (_, mut server, now) = established();
        server.records_sent = MAX_DTLS_RECORDS - 1;
        assert!(server.write(now, b"the last") && server.has_used_up_nonces());
        assert!(!server.write(now, b"one too many"));
    }
}
