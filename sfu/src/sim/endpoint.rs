//! A client's end of one connection: a [`Transport`] in the client's role, its address, and SRTP for plain packets.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use crate::gate::{DatagramKind, classify};
use crate::params::{DataChannelParameters, IceCredentials, RemoteParameters, SrtpProfile};
use crate::send_arena::{ArenaFull, SendArena};
use crate::transport::{
    DataError, MAX_SRTCP_OVERHEAD, MAX_SRTP_OVERHEAD, Role, Transport, TransportConfig, TransportEvent,
};

/// What an endpoint has received.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Received {
    /// A plain RTP packet.
    Rtp(Vec<u8>),
    /// A plain RTCP datagram.
    Rtcp(Vec<u8>),
}

/// A client's end of a connection.
pub struct Endpoint {
    transport: Transport,
    /// Where it sends from.
    pub address: SocketAddr,
    server: SocketAddr,
    profile: Option<SrtpProfile>,
    failed: bool,
    indices: HashMap<u32, u64>,
    arena: SendArena,
    received: VecDeque<Received>,
    messages: VecDeque<(Arc<str>, Arc<[u8]>)>,
}

impl Endpoint {
    /// An endpoint that begins to connect, and opens data channels then.
    pub fn new(
        now: Instant,
        config: Arc<TransportConfig>,
        seed: [u8; 32],
        local: IceCredentials,
        address: SocketAddr,
        remote: RemoteParameters,
        data_channels: Vec<DataChannelParameters>,
    ) -> Self {
        let server = remote.candidates.first().copied().unwrap_or(address);
        let mut transport = Transport::new(config, Role::Client { seed }, local, data_channels);
        transport.connect(now, remote);
        Self {
            transport,
            address,
            server,
            profile: None,
            failed: false,
            indices: HashMap::new(),
            arena: SendArena::default(),
            received: VecDeque::new(),
            messages: VecDeque::new(),
        }
    }

    /// The SRTP profile, once connected.
    pub fn profile(&self) -> Option<SrtpProfile> {
        self.profile.filter(|_| !self.failed)
    }

    /// Takes in a datagram.
    pub fn handle(&mut self, now: Instant, source: SocketAddr, contents: &mut [u8]) {
        match classify(contents) {
            DatagramKind::Stun => drop(self.transport.handle_stun(now, source, contents)),
            DatagramKind::Dtls => drop(self.transport.handle_dtls(now, source, contents)),
            DatagramKind::Rtp => {
                if let Some(plain) =
                    self.transport.open_rtp(now, source, contents).ok().and_then(|len| contents.get(..len))
                {
                    self.received.push_back(Received::Rtp(plain.to_vec()));
                }
            }
            DatagramKind::Rtcp => {
                if let Some(plain) =
                    self.transport.open_rtcp(now, source, contents).ok().and_then(|len| contents.get(..len))
                {
                    self.received.push_back(Received::Rtcp(plain.to_vec()));
                }
            }
            DatagramKind::Junk => {}
        }
        self.settle(now);
    }

    fn settle(&mut self, now: Instant) {
        while let Some(event) = self.transport.poll_event() {
            match event {
                TransportEvent::Connected { profile, .. } => self.profile = Some(profile),
                TransportEvent::Failed(_) => self.failed = true,
                _ => {}
            }
        }
        while let Some(message) = self.transport.poll_data(now) {
            self.messages.push_back(message);
        }
    }

    /// The next packet received.
    pub fn poll_received(&mut self) -> Option<Received> {
        self.received.pop_front()
    }

    /// The next message of a data channel.
    pub fn poll_message(&mut self) -> Option<(Arc<str>, Arc<[u8]>)> {
        self.messages.pop_front()
    }

    /// Sends a message over a data channel.
    ///
    /// # Errors
    /// As [`Transport::send_data`].
    pub fn send_data(&mut self, now: Instant, label: &str, message: &[u8]) -> Result<(), DataError> {
        self.transport.send_data(now, label, message)
    }

    /// Seals and sends an RTP packet whose header has 16 bits of its number; the rollover counter is kept here.
    pub fn send_rtp(&mut self, header: &[u8], payload: &[u8]) {
        let field = |at: usize, len: usize| header.get(at..at + len).unwrap_or_default();
        let number = |bytes: &[u8]| bytes.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
        let (sequence, ssrc) = (number(field(2, 2)) as u16, number(field(8, 4)) as u32);
        let last = self.indices.entry(ssrc).or_insert(u64::from(sequence));
        let index = last.wrapping_add_signed(i64::from(sequence.wrapping_sub(*last as u16) as i16));
        *last = (*last).max(index);
        let most = header.len() + payload.len() + MAX_SRTP_OVERHEAD;
        let transport = &self.transport;
        let _: Result<(), ArenaFull> =
            self.arena.push(self.server, most, |out| transport.seal_rtp(index, header, &[payload], out));
    }

    /// Seals and sends an RTCP datagram.
    pub fn send_rtcp(&mut self, plain: &[u8]) {
        let transport = &mut self.transport;
        let most = plain.len() + MAX_SRTCP_OVERHEAD;
        let _: Result<(), ArenaFull> = self.arena.push(self.server, most, |out| transport.seal_rtcp(plain, out));
    }

    /// Everything that wants to be sent; clear it afterwards.
    pub fn transmits(&mut self, now: Instant) -> &mut SendArena {
        let _: Result<(), ArenaFull> = self.transport.poll_transmit(now, &mut self.arena);
        self.settle(now);
        &mut self.arena
    }

    /// When [`Self::handle_timeout`] wants to be called.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.transport.poll_timeout()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.transport.handle_timeout(now);
        self.settle(now);
    }

    /// Says goodbye.
    pub fn close(&mut self, now: Instant) {
        self.transport.close(now);
    }
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("address", &self.address)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}
