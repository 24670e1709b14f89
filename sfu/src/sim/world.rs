//! A room on an engine, its clients, and the network between them, on one virtual clock.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

use super::camera::{VideoOptions, VideoSource, video_payload_type};
use super::client::Client;
use super::endpoint::Endpoint;
use super::network::{Link, Network};
use super::sink::Sink;
use super::source::{AudioSource, EXTENSIONS, OPUS};
use crate::command::{Command, SubscriptionSettings};
use crate::engine::{Engine, EngineConfig, Flush, Input};
use crate::event::{Event, EventKind, TransportFailure};
use crate::forward::timestamp::WallClock;
use crate::ids::{EgressSsrc, Mid, ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId, WorkerId};
use crate::params::{
    Codec, CodecParameters, DataChannelParameters, Encoding, HeaderExtensions, IceCredentials, ReceiveParameters,
    RemoteParameters, SendParameters, SrtpProfile,
};
use crate::transport::{TransportConfig, TransportConfigError};

/// Where the engine is.
pub const SERVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 7882);
/// The room of a world.
pub const ROOM: RoomId = RoomId(1);
/// Header extensions towards subscribers. The ids of the media's own extensions differ from a publisher's on purpose.
const EGRESS_EXTENSIONS: HeaderExtensions =
    HeaderExtensions { audio_level: Some(7), mid: None, rid: None, repaired_rid: None, ..EXTENSIONS };

/// A publication as the world knows it.
#[derive(Clone, Copy, Debug)]
struct Published {
    publication: PublicationId,
    client: usize,
    codec: Codec,
    source: u64,
}

/// Looks at every SRTP packet that leaves, in the clear part of its header: no number of a stream towards one destination
/// may come twice, since that would be one nonce for two packets.
#[derive(Debug, Default)]
pub struct Audit {
    streams: HashMap<(SocketAddr, u32), (u64, HashSet<u64>)>,
    /// Packets seen.
    pub packets: u64,
    /// Numbers that came again.
    pub repeated: u64,
}

impl Audit {
    fn look(&mut self, destination: SocketAddr, contents: &[u8]) {
        let Some(&[first, kind, s0, s1, _, _, _, _, r0, r1, r2, r3]) = contents.first_chunk::<12>() else { return };
        if first >> 6 != 2 || (192..224).contains(&kind) {
            return;
        }
        self.packets += 1;
        let sequence = u16::from_be_bytes([s0, s1]);
        let stream = self.streams.entry((destination, u32::from_be_bytes([r0, r1, r2, r3])));
        let (highest, seen) = stream.or_insert_with(|| (u64::from(sequence), HashSet::new()));
        let index = highest.wrapping_add_signed(i64::from(sequence.wrapping_sub(*highest as u16) as i16));
        *highest = (*highest).max(index);
        self.repeated += u64::from(!seen.insert(index));
    }
}

/// Runs some work and says how many bytes of heap it kept or, negative, gave back.
pub type Meter = fn(&mut dyn FnMut()) -> i64;

/// A call in a box.
pub struct World {
    /// The time.
    pub now: Instant,
    /// When the world began.
    pub epoch: Instant,
    /// The engine.
    pub engine: Engine,
    /// The network.
    pub network: Network,
    /// The participants.
    pub clients: Vec<Client>,
    /// What the engine told, with its time.
    pub events: Vec<(Instant, Event)>,
    /// Bytes that the engine sent, UDP payload.
    pub server_bytes: u64,
    server_config: Arc<TransportConfig>,
    client_config: Arc<TransportConfig>,
    random: StdRng,
    published: Vec<Published>,
    announced: Vec<(PublicationId, ReceiveParameters)>,
    subscribed: Vec<(SubscriptionId, Command)>,
    transports: Vec<(usize, TransportId, TransportId)>,
    places: HashMap<SocketAddr, usize>,
    next_id: u64,
    next_ssrc: u32,
    egress_index: Vec<u16>,
    mids: u32,
    /// What clients that join from now on open on their publishing connection.
    pub data_channels: Vec<DataChannelParameters>,
    /// Whether subscribers take retransmissions.
    pub rtx: bool,
    /// Runs what the engine does.
    pub meter: Option<Meter>,
    /// Heap that the engine holds by that meter, in bytes.
    pub engine_heap: i64,
    /// Looks at every datagram that the engine sends.
    pub audit: Option<Audit>,
    /// How often every SRTP datagram to the server is sent again, as somebody on the path may do.
    pub replay: u32,
}

impl World {
    /// A world with an open room and nobody in it, with GCM.
    pub fn new(seed: u64, link: Link) -> Result<Self, TransportConfigError> {
        Self::with_profile(seed, link, SrtpProfile::AeadAes128Gcm)
    }

    /// The same with another SRTP profile.
    pub fn with_profile(seed: u64, link: Link, profile: SrtpProfile) -> Result<Self, TransportConfigError> {
        #[expect(clippy::disallowed_methods, reason = "virtual time begins somewhere; only differences count")]
        let epoch = Instant::now();
        let server_config = Arc::new(TransportConfig::generate(&[profile])?);
        let client_config = Arc::new(TransportConfig::generate(&TransportConfig::ALL_PROFILES)?);
        let mut random = StdRng::seed_from_u64(seed);
        let mut engine_seed = [0; 32];
        random.fill_bytes(&mut engine_seed);
        let config = EngineConfig {
            worker: WorkerId(0),
            transport: server_config.clone(),
            epoch,
            unix_at_epoch: Duration::from_secs(1_800_000_000),
            seed: engine_seed,
        };
        let mut engine = Engine::new(config, epoch);
        engine.handle(epoch, Input::Command(Command::OpenRoom { room: ROOM }));
        Ok(Self {
            now: epoch,
            epoch,
            engine,
            network: Network::new(seed ^ 0x5eed, link),
            clients: Vec::new(),
            events: Vec::new(),
            server_bytes: 0,
            server_config,
            client_config,
            random,
            published: Vec::new(),
            announced: Vec::new(),
            subscribed: Vec::new(),
            transports: Vec::new(),
            places: HashMap::new(),
            next_id: 100,
            next_ssrc: 0x1000_0000,
            egress_index: Vec::new(),
            mids: 0,
            data_channels: Vec::new(),
            rtx: true,
            meter: None,
            engine_heap: 0,
            audit: None,
            replay: 0,
        })
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Gives the engine a command.
    pub fn command(&mut self, command: Command) {
        let now = self.now;
        let mut command = Some(command);
        self.run_engine(|engine| {
            if let Some(command) = command.take() {
                engine.handle(now, Input::Command(command));
            }
        });
        self.settle();
    }

    /// Lets the engine do something, under the meter if there is one.
    fn run_engine(&mut self, mut work: impl FnMut(&mut Engine)) {
        match self.meter {
            None => work(&mut self.engine),
            Some(meter) => {
                let engine = &mut self.engine;
                self.engine_heap += meter(&mut || work(engine));
            }
        }
    }

    /// A participant comes in and begins to connect; returns its place in [`World::clients`].
    pub fn join(&mut self) -> usize {
        let [_, high, middle, low] = (self.transports.len() as u32 + 1).to_be_bytes();
        let ip = IpAddr::V4(Ipv4Addr::new(10, high, middle, low));
        self.join_from(SocketAddr::new(ip, 5000), SocketAddr::new(ip, 5001))
    }

    /// A participant comes in from these addresses for its publishing and its subscribing connection.
    pub fn join_from(&mut self, publishing: SocketAddr, subscribing: SocketAddr) -> usize {
        let participant = ParticipantId(self.id());
        self.command(Command::AddParticipant { room: ROOM, participant });
        let number = self.transports.len();
        let (publisher, publisher_id) = self.connect(participant, publishing, self.data_channels.clone());
        let (subscriber, subscriber_id) = self.connect(participant, subscribing, Vec::new());
        // Every client's wall clock is wrong in a way of its own.
        let unix_at_epoch = Duration::from_secs(1_800_000_000 + 977 * number as u64) + Duration::from_millis(337);
        let wall = WallClock { epoch: self.epoch, unix_at_epoch };
        self.clients.push(Client::new(self.now, participant, publisher, subscriber, wall));
        self.places.insert(publishing, number);
        self.places.insert(subscribing, number);
        self.transports.push((number, publisher_id, subscriber_id));
        self.egress_index.push(0);
        number
    }

    fn connect(
        &mut self,
        participant: ParticipantId,
        address: SocketAddr,
        channels: Vec<DataChannelParameters>,
    ) -> (Endpoint, TransportId) {
        let local = IceCredentials::generate(WorkerId(0), &mut self.random);
        let client_ice = IceCredentials::generate(WorkerId(0), &mut self.random);
        let transport = TransportId(self.id());
        self.command(Command::AddTransport { participant, transport, local: local.clone(), data_channels: Vec::new() });
        let fingerprint = self.client_config.fingerprint();
        let remote = RemoteParameters { ice: client_ice.clone(), fingerprint, candidates: Vec::new() };
        self.command(Command::ConnectTransport { transport, remote });
        let mut seed = [0; 32];
        self.random.fill_bytes(&mut seed);
        let server =
            RemoteParameters { ice: local, fingerprint: self.server_config.fingerprint(), candidates: vec![SERVER] };
        let config = self.client_config.clone();
        (Endpoint::new(self.now, config, seed, client_ice, address, server, channels), transport)
    }

    /// The ids of a client's transports in the engine: publishing and subscribing.
    pub fn transport_ids(&self, client: usize) -> Option<(TransportId, TransportId)> {
        self.transports.get(client).map(|(_, publisher, subscriber)| (*publisher, *subscriber))
    }

    #[expect(clippy::expect_used, reason = "digits, at most ten, are a valid token")]
    fn mid(&mut self) -> Mid {
        self.mids += 1;
        Mid::new(self.mids.to_string().as_bytes()).expect("digits are a token")
    }

    /// A client's microphone goes on.
    pub fn publish_audio(&mut self, client: usize) -> PublicationId {
        let (publication, mid) = (PublicationId(self.id()), self.mid());
        self.next_ssrc += 16;
        let source = AudioSource::new(self.now, publication.0, mid, self.next_ssrc);
        let parameters = ReceiveParameters {
            mid,
            kind: Codec::Opus.kind(),
            codecs: codecs(Codec::Opus, true),
            extensions: EXTENSIONS,
            encodings: source.encodings(),
        };
        self.publish(client, publication, parameters, Codec::Opus);
        if let Some(client) = self.clients.get_mut(client) {
            client.audio.push((publication, source));
        }
        publication
    }

    /// A client's camera goes on.
    pub fn publish_video(&mut self, client: usize, options: VideoOptions) -> PublicationId {
        let (publication, mid) = (PublicationId(self.id()), self.mid());
        self.next_ssrc += 16;
        let source = VideoSource::new(self.now, publication.0, mid, self.next_ssrc, options);
        let codec = source.codec();
        let parameters = ReceiveParameters {
            mid,
            kind: codec.kind(),
            codecs: codecs(codec, true),
            extensions: EXTENSIONS,
            encodings: source.encodings(),
        };
        self.publish(client, publication, parameters, codec);
        if let Some(client) = self.clients.get_mut(client) {
            client.video.push((publication, source));
        }
        publication
    }

    /// How a publication was announced, with other encodings, as a renegotiation would announce it.
    pub fn receive_parameters(
        &self,
        publication: PublicationId,
        encodings: Vec<Encoding>,
    ) -> Option<ReceiveParameters> {
        let announced = self.announced.iter().find(|(id, _)| *id == publication)?;
        Some(ReceiveParameters { encodings, ..announced.1.clone() })
    }

    fn publish(&mut self, client: usize, publication: PublicationId, parameters: ReceiveParameters, codec: Codec) {
        let Some((transport, _)) = self.transport_ids(client) else { return };
        self.announced.push((publication, parameters.clone()));
        self.command(Command::Publish { transport, publication, parameters });
        self.published.push(Published { publication, client, codec, source: publication.0 });
    }

    /// A client receives a publication from now on.
    pub fn subscribe(
        &mut self,
        client: usize,
        publication: PublicationId,
        settings: SubscriptionSettings,
    ) -> SubscriptionId {
        let subscription = SubscriptionId(self.id());
        let published = self.published.iter().find(|published| published.publication == publication).copied();
        let (Some(published), Some((_, transport))) = (published, self.transport_ids(client)) else {
            return subscription;
        };
        let index = self.egress_index.get_mut(client).map_or(0, |index| {
            *index += 1;
            *index
        });
        let epoch = (self.random.next_u32() as u16).max(1);
        let Some(ssrc) = EgressSsrc::new(index, epoch) else { return subscription };
        let parameters = SendParameters {
            mid: self.mid(),
            kind: published.codec.kind(),
            ssrc,
            cname: format!("participant-{}", published.client).into(),
            codecs: codecs(published.codec, self.rtx),
            extensions: EGRESS_EXTENSIONS,
        };
        let payload_type = parameters.codecs.first().map_or(0, |codec| codec.payload_type);
        if let Some(client) = self.clients.get_mut(client) {
            let sink = Sink::new(self.epoch, ssrc, published.codec, payload_type, published.source);
            client.sinks.push((subscription, sink));
        }
        let command = Command::Subscribe { transport, subscription, publication, parameters, settings };
        self.subscribed.push((subscription, command.clone()));
        self.command(command);
        subscription
    }

    /// A subscription ends, and another begins at once under the same SSRC, which a well-meant signaling never does.
    pub fn resubscribe(&mut self, subscription: SubscriptionId) {
        let Some(index) = self.subscribed.iter().position(|(id, _)| *id == subscription) else { return };
        self.command(Command::Unsubscribe { subscription });
        if let Some((_, command)) = self.subscribed.get(index).cloned() {
            self.command(command);
        }
    }

    /// What a client receives of a subscription.
    pub fn sink(&self, client: usize, subscription: SubscriptionId) -> Option<&Sink> {
        self.clients.get(client)?.sink(subscription)
    }

    /// Lets time pass.
    pub fn run_for(&mut self, duration: Duration) {
        let end = self.now + duration;
        self.run_until(end, |_| false);
    }

    /// Lets time pass until something is so, or `limit` has passed; says whether it came to be so.
    pub fn run_until_true(&mut self, limit: Duration, condition: impl Fn(&Self) -> bool) -> bool {
        let end = self.now + limit;
        self.run_until(end, condition)
    }

    fn run_until(&mut self, end: Instant, condition: impl Fn(&Self) -> bool) -> bool {
        loop {
            if condition(self) {
                return true;
            }
            let clients = self.clients.iter().filter_map(Client::next);
            let others = [self.network.next_arrival(), self.engine.poll_timeout()];
            let next = clients.chain(others.into_iter().flatten()).min().unwrap_or(end);
            if next > end {
                self.now = end;
                return condition(self);
            }
            // Two datagrams within a tenth of a millisecond come in one batch, as they do on a real socket.
            self.now = self.now.max(next) + Duration::from_micros(100);
            self.step();
        }
    }

    fn step(&mut self) {
        let now = self.now;
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            self.run_engine(|engine| engine.handle_timeout(now));
        }
        while let Some(mut flight) = self.network.receive(now) {
            if flight.destination == SERVER {
                let (source, contents) = (flight.source, &mut flight.contents);
                self.run_engine(|engine| engine.handle(now, Input::Datagram { source, contents }));
            } else if let Some(client) = self.client_at(flight.destination) {
                client.handle(now, flight.destination, flight.source, &mut flight.contents);
            }
        }
        self.settle();
        let epoch = self.epoch;
        for client in &mut self.clients {
            if client.next().is_some_and(|at| at <= now) {
                client.poll(now, epoch);
            }
            for endpoint in [&mut client.publisher, &mut client.subscriber] {
                let address = endpoint.address;
                let arena = endpoint.transmits(now);
                for datagram in arena.datagrams() {
                    let contents = arena.bytes().get(datagram.range.clone()).unwrap_or_default().to_vec();
                    let media = contents.first().is_some_and(|first| (128..192).contains(first));
                    for _ in 0..if media { self.replay } else { 0 } {
                        self.network.send(now, address, datagram.destination, contents.clone());
                    }
                    self.network.send(now, address, datagram.destination, contents);
                }
                arena.clear();
            }
        }
    }

    fn client_at(&mut self, address: SocketAddr) -> Option<&mut Client> {
        self.clients.get_mut(*self.places.get(&address)?)
    }

    /// Flushes the engine into the network and takes its events.
    pub fn settle(&mut self) {
        let now = self.now;
        loop {
            let mut flushed = Flush::Done;
            self.run_engine(|engine| flushed = engine.flush(now));
            let arena = self.engine.transmits();
            for datagram in arena.datagrams() {
                let contents = arena.bytes().get(datagram.range.clone()).unwrap_or_default().to_vec();
                self.server_bytes += contents.len() as u64;
                if let Some(audit) = &mut self.audit {
                    audit.look(datagram.destination, &contents);
                }
                self.network.send(now, SERVER, datagram.destination, contents);
            }
            arena.clear();
            if flushed == Flush::Done {
                break;
            }
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push((now, event));
        }
        while self.engine.poll_address_notice().is_some() {}
    }

    /// Lets time pass until all clients are connected.
    pub fn run_until_connected(&mut self, limit: Duration) -> bool {
        self.run_until_true(limit, |world| world.clients.iter().all(Client::is_connected))
    }

    /// A participant leaves: the engine is told, and its datagrams lead nowhere any more.
    pub fn leave(&mut self, client: usize) {
        let Some(entry) = self.clients.get_mut(client) else { return };
        entry.audio.clear();
        entry.video.clear();
        entry.sinks.clear();
        let participant = entry.participant;
        self.command(Command::RemoveParticipant { participant });
    }

    /// Forgets the sources and sinks of clients that have left. Their places stay taken.
    pub fn forget_clients(&mut self) {
        self.events.clear();
        self.published.clear();
        self.announced.clear();
        self.subscribed.clear();
    }

    /// Everything that any decoder or person objected to.
    pub fn violations(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (number, client) in self.clients.iter().enumerate() {
            for (subscription, sink) in &client.sinks {
                all.extend(
                    sink.violations.iter().map(|what| format!("client {number}, subscription {subscription}: {what}")),
                );
            }
            if client.strays > 0 {
                all.push(format!("client {number}: {} packets of unknown streams", client.strays));
            }
        }
        all
    }

    /// Transports that failed.
    pub fn failures(&self) -> Vec<TransportFailure> {
        let failure = |(_, event): &(Instant, Event)| match event.kind {
            EventKind::TransportFailed { reason, .. } => Some(reason),
            _ => None,
        };
        self.events.iter().filter_map(failure).collect()
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("clients", &self.clients.len())
            .field("engine", &self.engine)
            .finish_non_exhaustive()
    }
}

fn codecs(codec: Codec, rtx: bool) -> Vec<CodecParameters> {
    let (payload_type, rtx_payload_type) = match codec {
        Codec::Opus => (OPUS, None),
        other => (video_payload_type(other), rtx.then_some(video_payload_type(other) + 1)),
    };
    let video = codec != Codec::Opus;
    vec![CodecParameters { payload_type, rtx_payload_type, codec, fmtp: "".into(), nack: video, pli: video }]
}
