//! A client's and a server's transport on a network with a virtual clock, which delays, loses and records datagrams.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rotunda_sfu::gate::{DatagramKind, classify};
use rotunda_sfu::ids::WorkerId;
use rotunda_sfu::params::{DataChannelParameters, IceCredentials, RemoteParameters, SrtpProfile};
use rotunda_sfu::send_arena::SendArena;
use rotunda_sfu::transport::{DropReason, Role, Transport, TransportConfig, TransportEvent};

pub fn config(profiles: &[SrtpProfile]) -> Arc<TransportConfig> {
    Arc::new(TransportConfig::generate(profiles).unwrap())
}

pub fn default_config() -> Arc<TransportConfig> {
    static CONFIG: OnceLock<Arc<TransportConfig>> = OnceLock::new();
    CONFIG.get_or_init(|| config(&TransportConfig::ALL_PROFILES)).clone()
}

pub fn channels() -> Vec<DataChannelParameters> {
    vec![
        DataChannelParameters { label: "_reliable".into(), ordered: true, max_retransmits: None },
        DataChannelParameters { label: "_lossy".into(), ordered: false, max_retransmits: Some(0) },
    ]
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    Client,
    Server,
}

pub struct Peer {
    pub transport: Transport,
    pub address: SocketAddr,
    pub events: Vec<TransportEvent>,
    pub data: Vec<(Arc<str>, Arc<[u8]>)>,
    /// Whether messages are taken as they come.
    pub reads_data: bool,
    pub drops: Vec<DropReason>,
}

impl Peer {
    fn new(transport: Transport, address: &str) -> Self {
        let address = address.parse().unwrap();
        Self { transport, address, events: vec![], data: vec![], reads_data: true, drops: vec![] }
    }

    pub fn is_connected(&self) -> bool {
        self.transport.is_connected()
    }

    pub fn opened(&self, label: &str) -> bool {
        self.events.iter().any(|event| matches!(event, TransportEvent::DataChannelOpen { label: l } if &**l == label))
    }

    fn take(&mut self, now: Instant) {
        while let Some(event) = self.transport.poll_event() {
            self.events.push(event);
        }
        while self.reads_data
            && let Some(message) = self.transport.poll_data(now)
        {
            self.data.push(message);
        }
        while let Some(event) = self.transport.poll_event() {
            self.events.push(event);
        }
    }

    pub fn handle(&mut self, now: Instant, source: SocketAddr, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = bytes.to_vec();
        let outcome = match classify(&bytes) {
            DatagramKind::Stun => self.transport.handle_stun(now, source, &bytes).map(|()| None),
            DatagramKind::Dtls => self.transport.handle_dtls(now, source, &bytes).map(|()| None),
            DatagramKind::Rtp => self.transport.open_rtp(now, source, &mut bytes).map(Some),
            DatagramKind::Rtcp => self.transport.open_rtcp(now, source, &mut bytes).map(Some),
            DatagramKind::Junk => Err(DropReason::Malformed),
        };
        self.take(now);
        match outcome {
            Ok(len) => len.map(|len| bytes[..len].to_vec()),
            Err(reason) => {
                self.drops.push(reason);
                None
            }
        }
    }
}

/// A datagram on its way or that was sent.
#[derive(Clone)]
pub struct Sent {
    pub from: Side,
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub bytes: Vec<u8>,
}

pub struct Pair {
    pub start: Instant,
    pub now: Instant,
    pub client: Peer,
    pub server: Peer,
    pub delay: Duration,
    pub loss: f64,
    /// Drops the datagram of this number in the order of sending.
    pub drop_number: Option<usize>,
    pub sent: Vec<Sent>,
    pub record: bool,
    sent_count: usize,
    in_flight: BTreeMap<(Instant, usize), Sent>,
    rng: StdRng,
    arena: SendArena,
}

impl Pair {
    pub fn new(seed: u64, client_config: Arc<TransportConfig>, server_config: Arc<TransportConfig>) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let start = Instant::now();
        let client_ice = IceCredentials::generate(WorkerId(1), &mut rng);
        let server_ice = IceCredentials::generate(WorkerId(2), &mut rng);
        let role = Role::Client { seed: rng.random() };
        let mut client =
            Peer::new(Transport::new(client_config.clone(), role, client_ice.clone(), vec![]), "192.0.2.1:1000");
        let mut server = Peer::new(
            Transport::new(server_config.clone(), Role::Server, server_ice.clone(), channels()),
            "203.0.113.1:7882",
        );
        client.transport.connect(
            start,
            RemoteParameters {
                ice: server_ice,
                fingerprint: server_config.fingerprint(),
                candidates: vec![server.address],
            },
        );
        server.transport.connect(
            start,
            RemoteParameters { ice: client_ice, fingerprint: client_config.fingerprint(), candidates: vec![] },
        );
        Self {
            start,
            now: start,
            client,
            server,
            delay: Duration::from_millis(10),
            loss: 0.0,
            drop_number: None,
            sent: vec![],
            record: false,
            sent_count: 0,
            in_flight: BTreeMap::new(),
            rng,
            arena: SendArena::default(),
        }
    }

    pub fn with_defaults(seed: u64) -> Self {
        Self::new(seed, default_config(), default_config())
    }

    /// A pair whose handshake is over and whose data channels are open.
    pub fn connected(seed: u64) -> Self {
        let mut pair = Self::with_defaults(seed);
        assert!(pair.run_until(Duration::from_secs(5), |pair| {
            pair.client.is_connected() && pair.server.opened("_reliable") && pair.server.opened("_lossy")
        }));
        pair
    }

    pub fn peer(&mut self, side: Side) -> &mut Peer {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    pub fn elapsed(&self) -> Duration {
        self.now - self.start
    }

    /// Sends what both sides want to send.
    pub fn flush(&mut self) {
        for side in [Side::Client, Side::Server] {
            let now = self.now;
            self.arena.clear();
            let mut arena = std::mem::take(&mut self.arena);
            let peer = self.peer(side);
            peer.transport.poll_transmit(now, &mut arena).unwrap();
            peer.take(now);
            let source = peer.address;
            for datagram in arena.datagrams() {
                let bytes = arena.bytes()[datagram.range.clone()].to_vec();
                self.send(Sent { from: side, source, destination: datagram.destination, bytes });
            }
            self.arena = arena;
        }
    }

    fn send(&mut self, sent: Sent) {
        let number = self.sent_count;
        self.sent_count += 1;
        if self.record {
            self.sent.push(sent.clone());
        }
        if self.rng.random_bool(self.loss) || self.drop_number == Some(number) {
            return;
        }
        self.in_flight.insert((self.now + self.delay, number), sent);
    }

    /// Goes on to the next thing that happens, at most to `end`. False when nothing is left before.
    pub fn step(&mut self, end: Instant) -> bool {
        self.flush();
        let arrival = self.in_flight.first_key_value().map(|((at, _), _)| *at);
        let timeouts = [self.client.transport.poll_timeout(), self.server.transport.poll_timeout()];
        let Some(next) = [arrival, timeouts[0], timeouts[1]].into_iter().flatten().min() else {
            self.now = end;
            return false;
        };
        if next > end {
            self.now = end;
            return false;
        }
        self.now = self.now.max(next);
        let now = self.now;
        while let Some(entry) = self.in_flight.first_entry().filter(|entry| entry.key().0 <= now) {
            let sent = entry.remove();
            let receiver = match sent.from {
                Side::Client => &mut self.server,
                Side::Server => &mut self.client,
            };
            // What goes to an address that its owner has left is lost.
            if receiver.address == sent.destination {
                receiver.handle(now, sent.source, &sent.bytes);
            }
        }
        for side in [Side::Client, Side::Server] {
            let peer = self.peer(side);
            if peer.transport.poll_timeout().is_some_and(|at| now >= at) {
                peer.transport.handle_timeout(now);
                peer.take(now);
            }
        }
        true
    }

    /// Runs until `done` or for `limit`; whether `done` came true.
    pub fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&mut Self) -> bool) -> bool {
        let end = self.now + limit;
        let mut steps = 0;
        while !done(self) {
            steps += 1;
            assert!(steps < 200_000, "busy loop");
            if !self.step(end) {
                return done(self);
            }
        }
        true
    }

    pub fn run_for(&mut self, time: Duration) {
        self.run_until(time, |_| false);
    }

    /// Seals an RTP packet on one side and gives it to the other; what that made of it.
    pub fn rtp(&mut self, from: Side, ssrc: u32, index: u64, payload: &[u8]) -> Option<Vec<u8>> {
        let sealed = self.seal(from, ssrc, index, payload);
        let now = self.now;
        let source = self.peer(from).address;
        let receiver = match from {
            Side::Client => &mut self.server,
            Side::Server => &mut self.client,
        };
        receiver.handle(now, source, &sealed)
    }

    pub fn seal(&mut self, from: Side, ssrc: u32, index: u64, payload: &[u8]) -> Vec<u8> {
        let mut out = [0; 2000];
        let header = rtp_header(ssrc, index as u16);
        let len = self.peer(from).transport.seal_rtp(index, &header, &[payload], &mut out).unwrap();
        out[..len].to_vec()
    }
}

pub fn rtp_header(ssrc: u32, sequence: u16) -> Vec<u8> {
    let mut header = vec![0x80, 111];
    header.extend(sequence.to_be_bytes());
    header.extend([0, 0, 0, 0]);
    header.extend(ssrc.to_be_bytes());
    header
}
