//! One connection of a participant: ICE, DTLS, SRTP and SCTP over one path (RFC 8445, 6347, 3711, 8831).
//!
//! Datagrams go in with their source and a time; plain RTP, RTCP and messages come out, and sealed packets go out to
//! wherever the peer is now. A server's transport is ICE-lite and DTLS passive; a client's (load generators, the simulator)
//! is controlling and DTLS active. Both are the same from DTLS upwards.
//!
//! ```text
//! STUN  ─► ice_lite, ice_client ─► paths: which addresses are the peer, where we send
//! DTLS  ─► client_hello, records (the gate) ─► rtc-dtls ─┬► keys ─► srtp
//!                                                        └► sctp ─► data channels
//! SRTP  ─► srtp: open in place                    SRTP ◄─ srtp: seal into the send arena
//! ```
//!
//! Nothing that is not authentic changes anything here but a counter of the caller's. What the peer can make grow is bounded
//! by `limits.rs`: at most about 2 MiB for a hostile peer that holds valid credentials, and under 20 KiB for an honest one.

mod client_hello;
mod config;
mod credentials;
mod data_channel;
mod dtls;
mod error;
mod ice_client;
mod ice_lite;
mod key_derivation;
mod paths;
mod records;
mod replay;
mod sctp;
mod sctp_gate;
mod srtp;
mod stun;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};

pub use config::{TransportConfig, TransportConfigError};
pub use credentials::{stun_local_ufrag, worker_of_ufrag};
pub use error::{DataError, DropReason};
pub use srtp::{MAX_SRTCP_OVERHEAD, MAX_SRTP_OVERHEAD};

use self::dtls::{Completed, Dtls, DtlsEvent};
use self::ice_client::IceClient;
use self::ice_lite::{Answer, IceLite};
use self::paths::{PathChanges, Paths};
use self::sctp::{Sctp, SctpEvent};
use self::srtp::{Opener, Sealer};
use self::stun::StunMessage;
use crate::event::TransportFailure;
use crate::params::{DataChannelParameters, Fingerprint, IceCredentials, RemoteParameters, SrtpProfile};
use crate::send_arena::{ArenaFull, SendArena};

/// How long after [`Transport::connect`] the first authentic check may come.
const ICE_LIMIT: Duration = Duration::from_secs(20);

/// Which side of a connection a transport is.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// ICE-lite, DTLS passive: the SFU.
    Server,
    /// ICE controlling, DTLS active: load generators and the simulator.
    Client {
        /// Seeds the transaction ids and the tie-breaker.
        seed: [u8; 32],
    },
}

/// What a transport has to tell its owner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TransportEvent {
    /// The keys are in use and the peer is who its SDP said.
    Connected {
        /// The profile in use.
        profile: SrtpProfile,
        /// From the first authentic check to the keys.
        handshake: Duration,
    },
    /// The end. It comes once; the transport takes and gives nothing any more.
    Failed(TransportFailure),
    /// Datagrams from this address are the peer's, as far as an authentic check can tell.
    AddressKnown(SocketAddr),
    /// They no longer are.
    AddressForgotten(SocketAddr),
    /// We send to this address from now on.
    PathChanged(SocketAddr),
    /// A data channel can be used in both directions.
    DataChannelOpen {
        /// Its label.
        label: Arc<str>,
    },
}

/// The keys of both directions.
struct Keys {
    sealer: Sealer,
    opener: Opener,
}

/// A handshake that has ended before the peer's SDP told which fingerprint to expect, and what the peer sent since.
struct Parked {
    completed: Box<Completed>,
    records: Vec<BytesMut>,
}

enum Phase {
    Connecting,
    Parked(Parked),
    Connected,
    Ended,
}

/// One connection. It does nothing by itself: after each call that takes `now` the owner polls events and, once a batch is
/// over, [`Self::poll_transmit`]; it calls [`Self::handle_timeout`] at [`Self::poll_timeout`].
pub struct Transport {
    phase: Phase,
    ice: IceLite,
    ice_client: Option<Box<IceClient>>,
    paths: Paths,
    dtls: Dtls,
    keys: Option<Box<Keys>>,
    sctp: Option<Box<Sctp>>,
    data_channels: Vec<DataChannelParameters>,
    remote_fingerprint: Option<Fingerprint>,
    connect_called: Option<Instant>,
    first_check: Option<Instant>,
    events: VecDeque<TransportEvent>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport").field("ufrag", &self.ice.local().ufrag).finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport with our credentials and the data channels that we open once it is connected.
    pub fn new(
        config: Arc<TransportConfig>,
        role: Role,
        local: IceCredentials,
        data_channels: Vec<DataChannelParameters>,
    ) -> Self {
        let ice_client = match role {
            Role::Server => None,
            Role::Client { seed } => Some(Box::new(IceClient::new(seed))),
        };
        let is_client = ice_client.is_some();
        Self {
            phase: Phase::Connecting,
            ice: IceLite::new(local, is_client),
            ice_client,
            paths: Paths::default(),
            dtls: Dtls::new(config, is_client),
            keys: None,
            sctp: None,
            data_channels,
            remote_fingerprint: None,
            connect_called: None,
            first_check: None,
            events: VecDeque::new(),
        }
    }

    /// The far side's SDP has come; with new credentials it is the far half of an ICE restart. A client begins to check the
    /// candidates. A fingerprint that contradicts the peer's certificate ends the transport.
    pub fn connect(&mut self, now: Instant, remote: RemoteParameters) {
        let restarted = self.ice.remote().is_none_or(|known| *known != remote.ice);
        self.ice.set_remote(remote.ice);
        self.connect_called.get_or_insert(now);
        if let Some(client) = self.ice_client.as_mut().filter(|_| restarted) {
            client.start(now, &remote.candidates);
        }
        match (&self.phase, self.remote_fingerprint) {
            (Phase::Ended, _) => {}
            (Phase::Connected, Some(verified)) if verified != remote.fingerprint => {
                self.dtls.close(now);
                self.fail(TransportFailure::FingerprintMismatch);
            }
            _ => {
                self.remote_fingerprint = Some(remote.fingerprint);
                self.unpark(now);
            }
        }
    }

    /// New credentials of ours. The old ones are honoured, and the old path is used, until the peer nominates a path with
    /// the new ones.
    pub fn restart_ice(&mut self, local: IceCredentials) {
        self.ice.restart(local);
    }

    /// Takes a STUN message: a request that names our ufrag, or any other from one of our addresses.
    pub fn handle_stun(&mut self, now: Instant, source: SocketAddr, message: &[u8]) -> Result<(), DropReason> {
        if matches!(self.phase, Phase::Ended) {
            return Err(DropReason::NotConnected);
        }
        let request_len = message.len();
        let message = StunMessage::parse(message).ok_or(DropReason::Malformed)?;
        let before = self.paths.destination();
        let changes = if message.is_binding_request() {
            self.ice.handle_request(now, source, &message, request_len, &mut self.paths)?
        } else if let (Some(client), true) =
            (&mut self.ice_client, message.is_binding_success() || message.is_binding_error())
        {
            client.handle_response(now, source, &message, &self.ice, &mut self.paths)?
        } else {
            return Err(DropReason::Malformed);
        };
        self.first_check.get_or_insert(now);
        self.note_changes(source, changes, before);
        if self.ice_client.is_some()
            && self.dtls.is_idle()
            && let Err(failure) = self.dtls.start(now)
        {
            self.fail(failure);
        }
        Ok(())
    }

    fn note_changes(&mut self, source: SocketAddr, changes: PathChanges, before: Option<SocketAddr>) {
        if let Some(evicted) = changes.evicted {
            self.events.push_back(TransportEvent::AddressForgotten(evicted));
        }
        if changes.added {
            self.events.push_back(TransportEvent::AddressKnown(source));
        }
        self.note_destination(before);
    }

    fn note_destination(&mut self, before: Option<SocketAddr>) {
        if let Some(address) = self.paths.destination().filter(|address| before.is_some_and(|old| old != *address)) {
            self.events.push_back(TransportEvent::PathChanged(address));
        }
    }

    /// Takes a DTLS datagram, unless no authentic check has come from `source`.
    pub fn handle_dtls(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) -> Result<(), DropReason> {
        if matches!(self.phase, Phase::Ended) {
            return Err(DropReason::NotConnected);
        }
        if !self.paths.contains(source) {
            return Err(DropReason::UnknownAddress);
        }
        let mut events = Vec::new();
        self.dtls.handle(now, datagram, &mut events)?;
        // Until the handshake is over its records prove nothing, but the peer expects the answer where it asked.
        let proves = events.iter().any(|event| !matches!(event, DtlsEvent::Failed(_)));
        if proves || matches!(self.phase, Phase::Connecting) {
            self.note_packet(now, source);
        }
        self.take_dtls_events(now, events);
        Ok(())
    }

    fn note_packet(&mut self, now: Instant, source: SocketAddr) {
        if self.paths.packet(now, source) {
            self.events.push_back(TransportEvent::PathChanged(source));
        }
    }

    fn take_dtls_events(&mut self, now: Instant, events: Vec<DtlsEvent>) {
        for event in events {
            match event {
                DtlsEvent::Completed(completed) => {
                    self.phase = Phase::Parked(Parked { completed, records: Vec::new() });
                    self.unpark(now);
                }
                DtlsEvent::Data(data) => match (&mut self.phase, &mut self.sctp) {
                    (Phase::Parked(parked), _) if parked.records.len() < Dtls::MAX_PARKED => parked.records.push(data),
                    (Phase::Connected, Some(sctp)) => {
                        let mut events = Vec::new();
                        sctp.handle(now, data.freeze(), &mut events);
                        self.take_sctp_events(now, events);
                    }
                    _ => {}
                },
                DtlsEvent::Failed(failure) => self.fail(failure),
            }
        }
    }

    /// Compares who the peer is with who its SDP says it is, once both are known, and puts the keys to use.
    fn unpark(&mut self, now: Instant) {
        let (Phase::Parked(parked), Some(expected)) = (&self.phase, self.remote_fingerprint) else { return };
        if parked.completed.fingerprint != expected {
            self.dtls.close(now);
            self.fail(TransportFailure::FingerprintMismatch);
            return;
        }
        let Phase::Parked(parked) = std::mem::replace(&mut self.phase, Phase::Connected) else { return };
        let Completed { profile, seal, open, .. } = *parked.completed;
        let (Some(sealer), Some(opener)) = (Sealer::new(profile, &seal), Opener::new(profile, &open)) else {
            self.fail(TransportFailure::DtlsHandshake);
            return;
        };
        self.keys = Some(Box::new(Keys { sealer, opener }));
        let channels = std::mem::take(&mut self.data_channels);
        self.sctp = Some(Box::new(Sctp::new(now, self.ice_client.is_some(), channels)));
        let handshake = self.first_check.map_or(Duration::ZERO, |first| now.saturating_duration_since(first));
        self.events.push_back(TransportEvent::Connected { profile, handshake });
        let records = parked.records.into_iter().map(DtlsEvent::Data).collect();
        self.take_dtls_events(now, records);
    }

    fn take_sctp_events(&mut self, now: Instant, events: Vec<SctpEvent>) {
        for event in events {
            match event {
                SctpEvent::ChannelOpen(label) => self.events.push_back(TransportEvent::DataChannelOpen { label }),
                SctpEvent::Failed(failure) => {
                    self.dtls.close(now);
                    self.fail(failure);
                }
            }
        }
    }

    /// Opens an SRTP packet in place and returns the length of the RTP packet. Nothing is remembered of a packet that is
    /// not authentic, or replayed; its bytes may be destroyed.
    pub fn open_rtp(&mut self, now: Instant, source: SocketAddr, packet: &mut [u8]) -> Result<usize, DropReason> {
        if !self.paths.contains(source) {
            return Err(DropReason::UnknownAddress);
        }
        let keys = self.keys.as_mut().ok_or(DropReason::NotConnected)?;
        let len = keys.opener.open_rtp(now, packet)?;
        self.note_packet(now, source);
        Ok(len)
    }

    /// Opens an SRTCP packet in place and returns the length of the compound RTCP packet.
    pub fn open_rtcp(&mut self, now: Instant, source: SocketAddr, packet: &mut [u8]) -> Result<usize, DropReason> {
        if !self.paths.contains(source) {
            return Err(DropReason::UnknownAddress);
        }
        let keys = self.keys.as_mut().ok_or(DropReason::NotConnected)?;
        let len = keys.opener.open_rtcp(now, packet)?;
        self.note_packet(now, source);
        Ok(len)
    }

    /// Seals an RTP packet into `out` and returns its length, at most [`MAX_SRTP_OVERHEAD`] more than header and payload.
    ///
    /// `header` is the whole RTP header with its extensions, `payload` the parts of what follows it: a single part is
    /// encrypted straight from where it lies, several are gathered first. `index` is the packet index of RFC 3711, 3.3.1
    /// (rollover counter, then sequence number) that the caller owns: **each (SSRC, index) is sealed once**, or both
    /// packets lose their secrecy. `None` when not connected, or `out` is too small.
    pub fn seal_rtp(&self, index: u64, header: &[u8], payload: &[&[u8]], out: &mut [u8]) -> Option<usize> {
        self.keys.as_ref()?.sealer.seal_rtp(index, header, payload, out)
    }

    /// Seals a compound RTCP packet into `out` and returns its length, at most [`MAX_SRTCP_OVERHEAD`] more. `None` when not
    /// connected, or `out` is too small.
    pub fn seal_rtcp(&mut self, plain: &[u8], out: &mut [u8]) -> Option<usize> {
        self.keys.as_mut()?.sealer.seal_rtcp(plain, out)
    }

    /// Sends a message over the data channel of `label`. One that is still being opened holds the message until it is open.
    pub fn send_data(&mut self, now: Instant, label: &str, message: &[u8]) -> Result<(), DataError> {
        self.sctp.as_mut().ok_or(DataError::NotOpen)?.send(now, label, message)
    }

    /// The next message of the peer's, with the label of its channel. What is not taken stays in the receive window of SCTP
    /// and slows the peer down: take only what can be passed on.
    pub fn poll_data(&mut self, now: Instant) -> Option<(Arc<str>, Arc<[u8]>)> {
        let mut events = Vec::new();
        let message = self.sctp.as_mut()?.poll_message(now, &mut events);
        self.take_sctp_events(now, events);
        message
    }

    /// Where we send, once an authentic check has come.
    pub fn destination(&self) -> Option<SocketAddr> {
        self.paths.destination()
    }

    /// Whether the keys are in use.
    pub fn is_connected(&self) -> bool {
        matches!(self.phase, Phase::Connected)
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<TransportEvent> {
        self.events.pop_front()
    }

    /// Appends what ICE, DTLS and SCTP want sent. When the arena is full nothing is lost: clear it and call again.
    pub fn poll_transmit(&mut self, now: Instant, out: &mut SendArena) -> Result<(), ArenaFull> {
        while let Some(answer) = self.ice.poll_answer() {
            if let Err(full) = push(out, answer.destination, &answer.message) {
                self.ice.return_answer(answer);
                return Err(full);
            }
        }
        if !matches!(self.phase, Phase::Ended) {
            while let Some(Answer { destination, message }) =
                self.ice_client.as_mut().and_then(|client| client.poll_check(now, &self.ice))
            {
                push(out, destination, &message)?;
            }
        }
        while let Some(datagram) = self.next_dtls(now) {
            let Some(destination) = self.paths.destination() else { continue };
            if let Err(full) = push(out, destination, &datagram) {
                self.dtls.return_transmit(datagram);
                return Err(full);
            }
        }
        Ok(())
    }

    fn next_dtls(&mut self, now: Instant) -> Option<BytesMut> {
        if !self.dtls.has_transmits() {
            let packet: Option<Bytes> = self.sctp.as_mut().and_then(|sctp| sctp.poll_transmit(now));
            if packet.is_some_and(|packet| !self.dtls.write(now, &packet)) && self.dtls.has_used_up_nonces() {
                self.dtls.close(now);
                self.fail(TransportFailure::LimitExceeded);
            }
        }
        self.dtls.poll_transmit()
    }

    /// When [`Self::handle_timeout`] wants to be called. Afterwards there may be something to transmit.
    pub fn poll_timeout(&self) -> Option<Instant> {
        if matches!(self.phase, Phase::Ended) {
            return None;
        }
        let deadlines = [
            self.paths.poll_timeout(),
            self.ice_client.as_ref().and_then(|client| client.poll_timeout()),
            self.ice_deadline(),
            self.handshake_deadline(),
            self.dtls.poll_timeout(),
            self.sctp.as_ref().and_then(|sctp| sctp.poll_timeout()),
        ];
        deadlines.into_iter().flatten().min()
    }

    fn ice_deadline(&self) -> Option<Instant> {
        if self.first_check.is_some() { None } else { self.connect_called.map(|at| at + ICE_LIMIT) }
    }

    fn handshake_deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Connecting => self.first_check.map(|at| at + Dtls::HANDSHAKE_LIMIT),
            Phase::Parked(_) | Phase::Connected | Phase::Ended => None,
        }
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Ended) {
            return;
        }
        let is_due = |deadline: Option<Instant>| deadline.is_some_and(|at| now >= at);
        if is_due(self.ice_deadline()) {
            return self.fail(TransportFailure::IceTimeout);
        }
        let before = self.paths.destination();
        self.paths.decide_switch(now);
        while let Some(expired) = self.paths.expire(now) {
            self.events.push_back(TransportEvent::AddressForgotten(expired));
        }
        if before.is_some() && self.paths.destination().is_none() {
            return self.fail(TransportFailure::ConsentExpired);
        }
        self.note_destination(before);
        if is_due(self.handshake_deadline()) {
            return self.fail(TransportFailure::DtlsHandshake);
        }
        let mut events = Vec::new();
        self.dtls.handle_timeout(now, &mut events);
        self.take_dtls_events(now, events);
        let mut events = Vec::new();
        if let Some(sctp) = &mut self.sctp {
            sctp.handle_timeout(now, &mut events);
        }
        self.take_sctp_events(now, events);
    }

    /// Ends the transport with DTLS's close_notify, which one more [`Self::poll_transmit`] sends.
    pub fn close(&mut self, now: Instant) {
        self.dtls.close(now);
        self.end();
    }

    fn fail(&mut self, failure: TransportFailure) {
        if !matches!(self.phase, Phase::Ended) {
            self.end();
            self.events.push_back(TransportEvent::Failed(failure));
        }
    }

    fn end(&mut self) {
        self.phase = Phase::Ended;
        self.keys = None;
        self.sctp = None;
        self.events.extend(self.paths.addresses().map(TransportEvent::AddressForgotten));
    }
}

fn push(out: &mut SendArena, destination: SocketAddr, datagram: &[u8]) -> Result<(), ArenaFull> {
    out.push(destination, datagram.len(), |buffer| {
        buffer.copy_from_slice(datagram);
        Some(datagram.len())
    })
}
