//! One worker's world: its rooms, what they receive, and what leaves for it.
//!
//! Datagrams and commands go in through [`Engine::handle`] with a time; sealed datagrams come out of [`Engine::flush`] into the
//! send arena, facts out of [`Engine::poll_event`]. Nothing here reads a clock, blocks, or waits.
//!
//! ```text
//! handle(datagram) ─► gate, demux ─► STUN, DTLS ─► Transport
//!                                 └► SRTP, SRTCP ─► open in place ─► ingress, control ─► publications (history, fresh)
//! flush ─► transports' own datagrams, then egress: fresh packets × subscriptions, sealed into the arena
//! ```

mod backpressure;
mod commands;
mod control;
mod ingress;
mod removal;
mod schedule;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

use crate::command::Command;
use crate::connection::Connection;
use crate::demux::{AddressTable, IdMap, UfragTable};
use crate::egress::{Cursor, Egress, Scratch};
use crate::event::{Event, EventKind};
use crate::forward::timestamp::WallClock;
use crate::ids::{ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId, WorkerId};
use crate::limits;
use crate::params::HeaderExtensions;
use crate::participant::Participant;
use crate::publication::Publication;
use crate::room::Room;
use crate::send_arena::{ArenaFull, SendArena};
use crate::slab::{Key, Slab};
use crate::stats::{Counters, Drop};
use crate::subscription::Subscription;
use crate::timer::{Timer, Timers};
use crate::transport::TransportConfig;

/// The SSRC under which we report on what we receive. No stream of ours has it: its epoch is 0.
pub(crate) const REPORTER_SSRC: u32 = 1 << 16;

/// What an engine is made with.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// The worker whose engine this is.
    pub worker: WorkerId,
    /// Certificate and SRTP profiles, one for the process.
    pub transport: Arc<TransportConfig>,
    /// An instant whose wall clock time is known.
    pub epoch: Instant,
    /// The time since 1970 at that instant, for NTP times in sender reports.
    pub unix_at_epoch: Duration,
    /// The source of all randomness; must be unpredictable outside tests.
    pub seed: [u8; 32],
}

/// What goes into an engine.
#[derive(Debug)]
pub enum Input<'i> {
    /// A datagram came.
    Datagram {
        /// Where from.
        source: SocketAddr,
        /// Its bytes, which are decrypted in place.
        contents: &'i mut [u8],
    },
    /// The owner of a room has an instruction.
    Command(Command),
}

/// How far a flush came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "after ArenaFull the shell sends, clears the arena and flushes again"]
pub enum Flush {
    /// Everything is in the arena.
    Done,
    /// The arena is full: send what it holds, clear it, and flush again before the next input.
    ArenaFull,
}

/// An address that leads to a transport of this engine, for the table by which workers hand datagrams to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AddressNotice {
    /// Datagrams from here belong to this engine.
    Known(SocketAddr),
    /// They do not any more.
    Forgotten(SocketAddr),
}

/// One worker's world.
pub struct Engine {
    config: EngineConfig,
    wall: WallClock,
    random: StdRng,
    rooms: Slab<Room>,
    participants: Slab<Participant>,
    connections: Slab<Connection>,
    publications: Slab<Publication>,
    subscriptions: Slab<Subscription>,
    room_ids: IdMap<RoomId>,
    participant_ids: IdMap<ParticipantId>,
    transport_ids: IdMap<TransportId>,
    publication_ids: IdMap<PublicationId>,
    subscription_ids: IdMap<SubscriptionId>,
    addresses: AddressTable,
    ufrags: UfragTable,
    layouts: Vec<HeaderExtensions>,
    timers: Timers,
    /// Connections whose transport may have something to send.
    outgoing: Vec<Key>,
    /// Publications with fresh packets or with somebody who waits.
    dirty: Vec<Key>,
    cursor: Cursor,
    scratch: Scratch,
    /// For RTCP that is being written.
    rtcp: Vec<u8>,
    sequences: Vec<u16>,
    started: Vec<Key>,
    arena: SendArena,
    events: VecDeque<Event>,
    notices: VecDeque<AddressNotice>,
    counters: Counters,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("worker", &self.config.worker)
            .field("counters", &self.counters)
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine without rooms.
    pub fn new(config: EngineConfig, _now: Instant) -> Self {
        let mut random = StdRng::from_seed(config.seed);
        Self {
            wall: WallClock { epoch: config.epoch, unix_at_epoch: config.unix_at_epoch },
            rooms: Slab::default(),
            participants: Slab::default(),
            connections: Slab::default(),
            publications: Slab::default(),
            subscriptions: Slab::default(),
            room_ids: IdMap::default(),
            participant_ids: IdMap::default(),
            transport_ids: IdMap::default(),
            publication_ids: IdMap::default(),
            subscription_ids: IdMap::default(),
            addresses: AddressTable::new(random.next_u64()),
            ufrags: UfragTable::new(random.next_u64()),
            layouts: Vec::new(),
            timers: Timers::new(),
            outgoing: Vec::new(),
            dirty: Vec::new(),
            cursor: Cursor::default(),
            scratch: Scratch::default(),
            rtcp: Vec::new(),
            sequences: Vec::new(),
            started: Vec::new(),
            arena: SendArena::default(),
            events: VecDeque::new(),
            notices: VecDeque::new(),
            counters: Counters::default(),
            random,
            config,
        }
    }

    /// Takes in a datagram or a command. What it causes to be sent is in the arena after the next [`Engine::flush`].
    pub fn handle(&mut self, now: Instant, input: Input<'_>) {
        match input {
            Input::Datagram { source, contents } => self.handle_datagram(now, source, contents),
            Input::Command(command) => {
                if let Err(reason) = self.handle_command(now, command) {
                    self.counters.drop(reason);
                }
            }
        }
    }

    /// Puts everything that is to be sent into the arena. Once after a batch of inputs; again after [`Flush::ArenaFull`].
    pub fn flush(&mut self, now: Instant) -> Flush {
        while let Some(&key) = self.outgoing.last() {
            if let Some(connection) = self.connections.get_mut(key) {
                if connection.transport.poll_transmit(now, &mut self.arena).is_err() {
                    return Flush::ArenaFull;
                }
                connection.queued = false;
                // Sending may have armed timers and ended things.
                self.settle_transport(now, key);
            }
            self.outgoing.pop();
        }
        while let Some(&key) = self.dirty.last() {
            if self.flush_publication(now, key).is_err() {
                return Flush::ArenaFull;
            }
            self.dirty.pop();
        }
        Flush::Done
    }

    fn flush_publication(&mut self, now: Instant, key: Key) -> Result<(), ArenaFull> {
        let Some(publication) = self.publications.get_mut(key) else {
            self.cursor = Cursor::default();
            self.scratch.reset();
            return Ok(());
        };
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
        let result = egress.forward(publication, &mut self.cursor);
        let wanted = egress.keyframes_wanted;
        for (index, layer) in publication.layers.iter_mut().enumerate() {
            if wanted & 1 << index != 0 {
                layer.requests.want();
            }
        }
        if result.is_ok() {
            publication.fresh.clear();
            publication.queued = false;
            self.cursor = Cursor::default();
            self.scratch.reset();
        }
        if wanted != 0 {
            self.timers.set_earlier(Timer::KeyframeRequest(key), now);
            self.run_keyframe_requests(now, key);
        }
        self.tell_started();
        result
    }

    fn tell_started(&mut self) {
        while let Some(key) = self.started.pop() {
            let Some(subscription) = self.subscriptions.get(key) else { continue };
            let Some(connection) = self.connections.get(subscription.connection) else { continue };
            let kind = EventKind::SubscriptionStarted { subscription: subscription.id };
            self.emit(connection.room, kind);
        }
    }

    /// Notes that a publication has something to forward.
    fn queue_publication(&mut self, key: Key) {
        if let Some(publication) = self.publications.get_mut(key)
            && !std::mem::replace(&mut publication.queued, true)
        {
            // Flushing takes from the end; a publication under way, which is last, stays last.
            if self.cursor == Cursor::default() {
                self.dirty.push(key);
            } else {
                self.dirty.insert(0, key);
            }
        }
    }

    /// The next fact for the owner of a room.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The next change of which addresses lead here.
    pub fn poll_address_notice(&mut self) -> Option<AddressNotice> {
        self.notices.pop_front()
    }

    /// What is to be sent. The shell sends and clears it.
    pub fn transmits(&mut self) -> &mut SendArena {
        &mut self.arena
    }

    /// When [`Engine::handle_timeout`] is to be called next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Does what is due. A flush follows as after inputs.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.pop(now) {
            self.run_timer(now, timer);
        }
    }

    /// What the engine did and holds.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The worker whose engine this is.
    pub fn worker(&self) -> WorkerId {
        self.config.worker
    }

    /// An estimate of the heap that the engine's own tables and histories take, in bytes; what DTLS and SCTP hold inside
    /// a transport is not seen from here.
    pub fn memory(&self) -> usize {
        self.rooms.memory()
            + self.participants.memory()
            + self.connections.memory()
            + self.publications.memory()
            + self.subscriptions.memory()
            + self.connections.values().map(Connection::memory).sum::<usize>()
            + self.publications.values().map(Publication::memory).sum::<usize>()
            + self.subscriptions.values().map(Subscription::memory).sum::<usize>()
            + self.scratch.memory()
    }

    /// Whether nothing is left of anybody: all tables are empty.
    pub fn is_empty(&self) -> bool {
        self.rooms.len() + self.participants.len() + self.connections.len() == 0
            && self.publications.len() + self.subscriptions.len() == 0
            && self.room_ids.is_empty()
            && self.participant_ids.is_empty()
            && self.transport_ids.is_empty()
            && self.publication_ids.is_empty()
            && self.subscription_ids.is_empty()
            && self.addresses.is_empty()
            && self.ufrags.is_empty()
            && self.timers.len() == 0
    }

    fn emit(&mut self, room: Key, kind: EventKind) {
        let Some(room) = self.rooms.get(room) else { return };
        let repeats = matches!(kind, EventKind::Statistics { .. } | EventKind::SpeakersChanged { .. });
        if repeats && self.events.len() >= limits::MAX_PENDING_EVENTS {
            self.counters.drop(Drop::Event);
            return;
        }
        self.events.push_back(Event { room: room.id, kind });
    }

    /// Seals the RTCP in the scratch buffer for a connection.
    fn send_rtcp(&mut self, key: Key) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        let Some(destination) = connection.destination else { return };
        let plain = &self.rtcp;
        let most = plain.len() + crate::transport::MAX_SRTCP_OVERHEAD;
        let transport = &mut connection.transport;
        match self.arena.push(destination, most, |out| transport.seal_rtcp(plain, out)) {
            Ok(()) => self.counters.rtcp_sent += 1,
            Err(ArenaFull) => self.counters.drop(Drop::ArenaFull),
        }
    }
}
