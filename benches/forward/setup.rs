//! A call on a real engine: one publisher, and subscribers whose addresses are real loopback sockets, so that the same call serves
//! with and without the kernel.

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use rotunda::media::BatchSender;
use rotunda_sfu::command::{Command, SubscriptionSettings};
use rotunda_sfu::engine::{Engine, Flush, Input};
use rotunda_sfu::ids::{PublicationId, SubscriptionId};
use rotunda_sfu::params::{Codec, SrtpProfile};
use rotunda_sfu::sim::camera::{VideoOptions, video_payload_type};
use rotunda_sfu::sim::payload::{self, Label, Vp8Numbers};
use rotunda_sfu::sim::source::{EXTENSIONS, OPUS};
use rotunda_sfu::sim::{Link, World};

/// What is forwarded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Frames of eight packets of 1,200 bytes.
    Video,
    /// Packets of 120 bytes, one at a time.
    Audio,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
        }
    }

    pub fn packets_per_batch(self) -> usize {
        match self {
            Self::Video => 8,
            Self::Audio => 1,
        }
    }

    pub fn payload_size(self) -> usize {
        match self {
            Self::Video => 1200,
            Self::Audio => 120,
        }
    }
}

/// Few subscribers make short batches, beside which the publisher's own work would take most of the time of a run.
const MAX_BATCHES: u64 = 20_000;

/// Time in the two halves of the path, and batches done.
pub struct Times {
    pub ingest: Duration,
    pub egress: Duration,
    pub batches: u64,
}

pub struct Call {
    world: World,
    receivers: Vec<UdpSocket>,
    sender: BatchSender,
    kind: Kind,
    publication: Option<PublicationId>,
    subscriptions: Vec<SubscriptionId>,
    ssrc: u32,
    sequence: u16,
    transport_cc: u16,
    frame: u32,
}

impl Call {
    /// A call with this many connected subscribers.
    pub fn new(profile: SrtpProfile, subscribers: usize) -> Self {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, hard.min(65_536), hard).unwrap();
        let receivers: Vec<UdpSocket> = (0..subscribers).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
        let mut world = World::with_profile(1, Link::GOOD, profile).unwrap();
        world.join();
        for (number, receiver) in receivers.iter().enumerate() {
            receiver.set_nonblocking(true).unwrap();
            let idle = SocketAddr::from(([10, 1, (number >> 8) as u8, number as u8], 5000));
            world.join_from(idle, receiver.local_addr().unwrap());
            // A few at a time: a thousand handshakes at once would overrun their timeouts on a slow machine.
            if number % 50 == 49 {
                assert!(world.run_until_connected(Duration::from_secs(30)));
            }
        }
        assert!(world.run_until_connected(Duration::from_secs(30)));
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        Self {
            world,
            receivers,
            sender: BatchSender::new(socket).unwrap(),
            kind: Kind::Video,
            publication: None,
            subscriptions: Vec::new(),
            ssrc: 0,
            sequence: 0,
            transport_cc: 0,
            frame: 0,
        }
    }

    pub fn destinations(&self) -> Vec<SocketAddr> {
        self.receivers.iter().map(|receiver| receiver.local_addr().unwrap()).collect()
    }

    pub fn sending_socket(&self) -> UdpSocket {
        UdpSocket::bind("127.0.0.1:0").unwrap()
    }

    pub fn calls_and_datagrams(&self) -> (u64, u64) {
        self.sender.calls_and_datagrams()
    }

    /// The publisher sends something of this kind, and the first so many subscribers receive it.
    pub fn subscribe(&mut self, kind: Kind, subscribers: usize) {
        self.kind = kind;
        let (publication, ssrc) = match kind {
            Kind::Video => {
                let publication = self.world.publish_video(0, VideoOptions::single());
                let camera = self.world.clients[0].camera(publication).unwrap();
                (publication, camera.encodings()[0].ssrc)
            }
            Kind::Audio => {
                let publication = self.world.publish_audio(0);
                let microphone = self.world.clients[0].microphone(publication).unwrap();
                (publication, microphone.encodings()[0].ssrc)
            }
        };
        // The sources of the simulator stay silent; the bench writes the packets itself.
        self.world.clients[0].audio.clear();
        self.world.clients[0].video.clear();
        self.ssrc = ssrc.unwrap();
        self.publication = Some(publication);
        for client in 1..=subscribers {
            let subscription = self.world.subscribe(client, publication, SubscriptionSettings::default());
            self.subscriptions.push(subscription);
        }
        // A keyframe starts everybody.
        self.frame = 0;
        let before = self.world.engine.counters().rtp_sent;
        self.batch();
        self.flush(|_, _| {});
        let sent = self.world.engine.counters().rtp_sent - before;
        assert_eq!(sent, (kind.packets_per_batch() * subscribers) as u64, "not everybody was started");
    }

    pub fn unsubscribe(&mut self) {
        for subscription in self.subscriptions.drain(..) {
            self.world.command(Command::Unsubscribe { subscription });
        }
        if let Some(publication) = self.publication.take() {
            self.world.command(Command::Unpublish { publication });
        }
        self.world.forget_clients();
    }

    /// The publisher's next batch, sealed.
    fn sealed(&mut self) -> Vec<Vec<u8>> {
        let packets = self.kind.packets_per_batch();
        let (codec, payload_type) = match self.kind {
            Kind::Video => (Codec::Vp8, video_payload_type(Codec::Vp8)),
            Kind::Audio => (Codec::Opus, OPUS),
        };
        self.frame += 1;
        let keyframe = self.frame == 1;
        for packet in 0..packets {
            self.sequence = self.sequence.wrapping_add(1);
            self.transport_cc = self.transport_cc.wrapping_add(1);
            let label = Label {
                source: 1,
                layer: 0,
                keyframe,
                frame: self.frame,
                reference: self.frame - 1,
                packet: packet as u16,
                packets: packets as u16,
                captured: Duration::ZERO,
            };
            let numbers = Vp8Numbers { picture_id: self.frame as u16 & 0x7fff, ..Vp8Numbers::default() };
            let payload = payload::write(codec, &label, numbers, self.kind.payload_size());
            let mut header = vec![0x90, u8::from(packet + 1 == packets) << 7 | payload_type];
            header.extend(self.sequence.to_be_bytes());
            header.extend((self.frame * 3000).to_be_bytes());
            header.extend(self.ssrc.to_be_bytes());
            header.extend([0xbe, 0xde, 0, 2, EXTENSIONS.transport_cc.unwrap() << 4 | 1]);
            header.extend(self.transport_cc.to_be_bytes());
            header.extend([EXTENSIONS.audio_level.unwrap() << 4, 0x80 | 50, 0, 0, 0]);
            self.world.clients[0].publisher.send_rtp(&header, &payload);
        }
        let now = self.world.now;
        let arena = self.world.clients[0].publisher.transmits(now);
        // Media alone: an answer to a connectivity check would go to the publisher's address, which no socket has.
        let datagrams = arena.datagrams().iter().map(|datagram| arena.bytes()[datagram.range.clone()].to_vec());
        let sealed = datagrams.filter(|datagram| datagram[0] >= 128).collect();
        arena.clear();
        sealed
    }

    /// Hands the next batch to the engine and says how long that took.
    fn batch(&mut self) -> Duration {
        let sealed = self.sealed();
        self.world.now += Duration::from_millis(20);
        let now = self.world.now;
        let source = self.world.clients[0].publisher.address;
        let start = Instant::now();
        for mut datagram in sealed {
            self.world.engine.handle(now, Input::Datagram { source, contents: &mut datagram });
        }
        start.elapsed()
    }

    /// Flushes the engine, gives each filled arena to `send`, and says how long all of it took.
    fn flush(&mut self, mut send: impl FnMut(&mut BatchSender, &rotunda_sfu::send_arena::SendArena)) -> Duration {
        let now = self.world.now;
        let start = Instant::now();
        while {
            let flushed = measured_flush(&mut self.world.engine, now);
            let arena = self.world.engine.transmits();
            send(&mut self.sender, arena);
            arena.clear();
            flushed == Flush::ArenaFull
        } {}
        start.elapsed()
    }

    fn run(&mut self, budget: Duration, whole: bool) -> Times {
        let mut times = Times { ingest: Duration::ZERO, egress: Duration::ZERO, batches: 0 };
        while times.egress < budget && times.batches < MAX_BATCHES {
            times.ingest += self.batch();
            times.egress += self.flush(|sender, arena| {
                if whole {
                    sender.send(arena);
                }
            });
            times.batches += 1;
            if whole {
                self.drain();
            }
            // Nobody fetches events here.
            while self.world.engine.poll_event().is_some() {}
        }
        times
    }

    /// User space alone: rewrite, seal, bookkeeping.
    pub fn run_user(&mut self, budget: Duration) -> Times {
        self.run(budget, false)
    }

    /// With the sends of the real shell.
    pub fn run_whole(&mut self, budget: Duration) -> Times {
        self.run(budget, true)
    }

    /// A fixed number of batches; packets forwarded.
    pub fn run_counted(&mut self, batches: usize) -> u64 {
        let before = self.world.engine.counters().rtp_sent;
        for _ in 0..batches {
            self.batch();
            self.flush(|_, _| {});
        }
        self.world.engine.counters().rtp_sent - before
    }

    /// Empties the receivers that are sent to, so that the kernel always has somebody to deliver to.
    pub fn drain(&self) {
        let mut buffer = [0; 2048];
        for receiver in self.receivers.iter().take(self.subscriptions.len()) {
            while receiver.recv(&mut buffer).is_ok() {}
        }
    }
}

/// What callgrind counts.
#[inline(never)]
fn measured_flush(engine: &mut Engine, now: Instant) -> Flush {
    engine.flush(now)
}
