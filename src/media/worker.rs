//! One media worker: a thread that feeds an engine from its sockets, its rings and its command queue, and sends what comes
//! out.
//!
//! Each turn of the loop receives what there is (within a budget, so that no source starves another), lets the engine handle
//! all of it, flushes once, sends once, and sleeps until a socket, a waker or the engine's next timer. What must outlive a
//! panic (sockets, poll, rings) is the [`Seat`]; what a panic may have broken is the [`Life`], made anew.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use foldhash::fast::RandomState;
use mio::Events;
use rotunda_sfu::command::Command;
use rotunda_sfu::engine::{AddressNotice, Engine, EngineConfig, Flush, Input};
use rotunda_sfu::ids::{RoomId, WorkerId};
use rotunda_sfu::limits::MAX_DATAGRAM;
use rotunda_sfu::transport::TransportConfig;

use super::Message;
use super::deliver::{Delivery, Link};
use super::paths::{self, LocalPaths};
use super::ring::{self, Record, RingReader};
use super::routes::Routes;
use super::seat::{Seat, WorkerSnapshot};
use super::sender::{SendCounters, Sender};
use super::socket::ReceiveBuffers;

/// Batches received from one socket in one turn, at most 16 buffers each.
const BATCHES_PER_TURN: usize = 4;
/// Records read from one ring in one turn.
const RECORDS_PER_TURN: usize = 256;
/// Commands taken in one turn.
const COMMANDS_PER_TURN: usize = 256;
/// How often counters are copied out and links to rooms are swept.
const HOUSEKEEPING: Duration = Duration::from_secs(1);
/// How soon a room's task that is behind is tried again.
const DELIVERY_RETRY: Duration = Duration::from_millis(5);
/// The pause before a worker that panicked starts anew, so that a defect at every start does not burn a core.
const RESTART_PAUSE: Duration = Duration::from_millis(100);
/// Notices to other workers kept while their ring is full.
const MAX_NOTICES: usize = 1 << 16;

/// Starts the thread of a worker.
pub(crate) fn spawn(
    seat: Seat,
    commands: Receiver<Message>,
    transport: Arc<TransportConfig>,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name(format!("media-{}", seat.id.0)).spawn(move || live(seat, &commands, &transport))
}

/// Runs the worker until it is told to stop, however often it panics.
fn live(mut seat: Seat, commands: &Receiver<Message>, transport: &Arc<TransportConfig>) {
    // Apart from the seat, so that a panic over a record leaves its ring where it is.
    let mut incoming = std::mem::take(&mut seat.incoming);
    loop {
        let run = AssertUnwindSafe(|| Life::new(&mut seat, transport).run(commands, &mut incoming));
        let Err(panic) = catch_unwind(run) else { return };
        seat.shared.panics.fetch_add(1, Ordering::Relaxed);
        let what = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        tracing::error!(worker = seat.id.0, panic = what, "a media worker panicked; its rooms end and it starts anew");
        std::thread::sleep(RESTART_PAUSE);
    }
}

/// How far receiving from a socket came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Received {
    /// There is no more.
    All,
    /// There may be more: the budget is used up.
    Some,
    /// The kernel refused.
    Failed,
}

/// One life of a worker, from its start to a stop or a panic.
struct Life<'a> {
    seat: &'a mut Seat,
    engine: Engine,
    rooms: HashMap<RoomId, Link, RandomState>,
    /// Rooms whose tasks are behind.
    behind: Vec<RoomId>,
    routes: Routes,
    paths: LocalPaths,
    sender: Sender,
    /// Notices that found a ring full, for each worker.
    notices: Vec<Vec<Notice>>,
    /// Workers to be woken at the end of the turn.
    wake: Vec<bool>,
    stopping: bool,
    counters: WorkerSnapshot,
    next_housekeeping: Instant,
    working: Duration,
}

#[derive(Clone, Copy)]
enum Notice {
    Known(SocketAddr),
    Forgotten(SocketAddr),
    ForgetAll,
}

impl<'a> Life<'a> {
    fn new(seat: &'a mut Seat, transport: &Arc<TransportConfig>) -> Self {
        let now = Instant::now();
        let count = seat.all.len();
        let mut life = Self {
            engine: Engine::new(
                EngineConfig {
                    worker: seat.id,
                    transport: Arc::clone(transport),
                    epoch: now,
                    unix_at_epoch: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
                    seed: rand::random(),
                },
                now,
            ),
            routes: Routes::new(seat.id, count),
            seat,
            rooms: HashMap::default(),
            behind: Vec::new(),
            paths: LocalPaths::default(),
            sender: Sender::default(),
            notices: vec![Vec::new(); count],
            wake: vec![false; count],
            stopping: false,
            counters: WorkerSnapshot::default(),
            next_housekeeping: now + HOUSEKEEPING,
            working: Duration::ZERO,
        };
        // Others may still know addresses of the life before.
        life.announce(Notice::ForgetAll);
        life
    }

    fn run(mut self, commands: &Receiver<Message>, incoming: &mut [Option<RingReader>]) {
        let mut events = Events::with_capacity(64);
        let mut buffers = ReceiveBuffers::new();
        // Edges before this life are lost: look once.
        let mut readable = vec![true; self.seat.sockets.len()];
        let mut more = true;
        while !self.stopping {
            let before = Instant::now();
            let due = self.next_deadline();
            let timeout = if more { Duration::ZERO } else { due.saturating_duration_since(before) };
            if let Err(error) = self.seat.poll.poll(&mut events, Some(timeout))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(worker = self.seat.id.0, %error, "waiting for sockets failed");
                std::thread::sleep(RESTART_PAUSE);
            }
            // A swap, to see all that was queued before the flag was set.
            self.seat.shared.notified.swap(false, Ordering::AcqRel);
            let now = Instant::now();
            if now > due {
                self.note_lag(now - due);
            }
            for event in &events {
                let Some(ready) = readable.get_mut(event.token().0) else { continue };
                *ready |= event.is_readable();
            }
            if self.sender.has_backlog() {
                self.sender.send_backlog(&self.seat.sockets);
            }
            more = self.take_commands(now, commands);
            more |= self.read_rings(now, incoming);
            for (index, ready) in readable.iter_mut().enumerate() {
                if *ready {
                    let received = self.receive(now, index, &mut buffers);
                    *ready = received != Received::All;
                    // After a failure the next turn tries again, but no turn is made for it.
                    more |= received == Received::Some;
                }
            }
            self.finish_turn(now);
            let after = Instant::now();
            self.working += after - now;
            self.note_lag(after - now);
            if after >= self.next_housekeeping {
                self.housekeeping(after);
            }
        }
    }

    fn note_lag(&mut self, lag: Duration) {
        self.counters.loop_lag = self.counters.loop_lag.max(lag);
    }

    fn next_deadline(&self) -> Instant {
        let mut due = self.next_housekeeping;
        if let Some(timer) = self.engine.poll_timeout() {
            due = due.min(timer);
        }
        if !self.behind.is_empty() || self.notices.iter().any(|waiting| !waiting.is_empty()) {
            due = due.min(Instant::now() + DELIVERY_RETRY);
        }
        due
    }

    /// Takes commands within the budget; returns whether more may be waiting.
    fn take_commands(&mut self, now: Instant, commands: &Receiver<Message>) -> bool {
        for _ in 0..COMMANDS_PER_TURN {
            match commands.try_recv() {
                Ok(Message::OpenRoom { room, events }) => {
                    self.rooms.insert(room, Link::new(events));
                    self.engine.handle(now, Input::Command(Command::OpenRoom { room }));
                }
                Ok(Message::Command(command)) => {
                    if let Command::CloseRoom { room } = command {
                        self.rooms.remove(&room);
                    }
                    self.engine.handle(now, Input::Command(command));
                }
                Ok(Message::Stop) | Err(TryRecvError::Disconnected) => {
                    self.stopping = true;
                    return false;
                }
                #[cfg(test)]
                Ok(Message::Panic) => panic!("a test asked for it"),
                #[cfg(test)]
                Ok(Message::Sleep(time)) => std::thread::sleep(time),
                Err(TryRecvError::Empty) => return false,
            }
        }
        true
    }

    /// Reads what other workers handed over, within the budget; returns whether more may be waiting.
    fn read_rings(&mut self, now: Instant, incoming: &mut [Option<RingReader>]) -> bool {
        let mut more = false;
        for (index, ring) in incoming.iter_mut().enumerate() {
            let Some(ring) = ring else { continue };
            let from = WorkerId(u8::try_from(index).unwrap_or(u8::MAX));
            for _ in 0..RECORDS_PER_TURN {
                match ring.next() {
                    Some(Record::Datagram { source, local, contents }) => {
                        self.handle_datagram(now, source, local, contents);
                    }
                    Some(Record::Known(address)) => self.routes.known(address, from),
                    Some(Record::Forgotten(address)) => self.routes.forgotten(address, from),
                    Some(Record::ForgetAll) => self.routes.forget_all(from),
                    None => break,
                }
            }
            more |= !ring.is_empty();
        }
        more
    }

    /// Receives from one socket within the budget.
    fn receive(&mut self, now: Instant, index: usize, buffers: &mut ReceiveBuffers) -> Received {
        for _ in 0..BATCHES_PER_TURN {
            let Some(socket) = self.seat.sockets.get(index) else { return Received::All };
            let count = match socket.receive(buffers) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Received::All,
                Err(_) => {
                    self.counters.receive_errors += 1;
                    return Received::Failed;
                }
            };
            for run in buffers.runs(count) {
                let source = SocketAddr::new(run.source.ip(), run.source.port());
                for datagram in run.bytes.chunks_mut(run.stride) {
                    self.counters.datagrams_received += 1;
                    self.counters.bytes_received += datagram.len() as u64;
                    if datagram.len() > MAX_DATAGRAM {
                        self.counters.dropped_oversized += 1;
                    } else if let Some(worker) = self.routes.other(source, datagram) {
                        self.hop(worker, source, run.local, datagram);
                    } else {
                        self.handle_datagram(now, source, run.local, datagram);
                    }
                }
            }
        }
        Received::Some
    }

    fn hop(&mut self, worker: WorkerId, source: SocketAddr, local: Option<IpAddr>, datagram: &[u8]) {
        let index = usize::from(worker.0);
        let Some(Some(ring)) = self.seat.outgoing.get_mut(index) else { return };
        match ring.datagram(source, local, datagram) {
            Ok(()) => {
                self.counters.hops += 1;
                if let Some(wake) = self.wake.get_mut(index) {
                    *wake = true;
                }
            }
            Err(ring::RingFull) => self.counters.dropped_ring_full += 1,
        }
    }

    fn handle_datagram(&mut self, now: Instant, source: SocketAddr, local: Option<IpAddr>, datagram: &mut [u8]) {
        if paths::is_request(datagram) {
            if self.paths.check_conflicts(source, local) {
                self.flush(now);
            }
            self.paths.check_received(source, local, datagram);
        }
        self.engine.handle(now, Input::Datagram { source, contents: datagram });
    }

    fn finish_turn(&mut self, now: Instant) {
        if self.engine.poll_timeout().is_some_and(|due| due <= now) {
            self.engine.handle_timeout(now);
        }
        self.flush(now);
        self.poll_events(now);
        self.retry_deliveries(now);
        self.retry_notices();
        for (shared, wake) in self.seat.all.iter().zip(&mut self.wake) {
            if std::mem::take(wake) {
                shared.wake();
            }
        }
    }

    /// Lets the engine put out what it has, and sends it.
    fn flush(&mut self, now: Instant) {
        loop {
            let flushed = self.engine.flush(now);
            let arena = self.engine.transmits();
            self.sender.send(arena, &self.seat.sockets, &mut self.paths);
            arena.clear();
            if flushed == Flush::Done {
                break;
            }
        }
        self.paths.end_batch();
    }

    fn poll_events(&mut self, now: Instant) {
        while let Some(notice) = self.engine.poll_address_notice() {
            match notice {
                AddressNotice::Known(address) => {
                    self.routes.known_here(address);
                    self.announce(Notice::Known(address));
                }
                AddressNotice::Forgotten(address) => {
                    self.paths.forget(address);
                    self.announce(Notice::Forgotten(address));
                }
            }
        }
        while let Some(event) = self.engine.poll_event() {
            let room = event.room;
            let Some(link) = self.rooms.get_mut(&room) else { continue };
            let delivery = link.deliver(event);
            self.settle(now, room, delivery);
        }
    }

    fn settle(&mut self, now: Instant, room: RoomId, delivery: Delivery) {
        match delivery {
            Delivery::Done => {}
            Delivery::Waiting | Delivery::Congested => {
                if !self.behind.contains(&room) {
                    self.behind.push(room);
                }
                if delivery == Delivery::Congested && self.engine.set_data_paused(now, room, true) {
                    self.counters.rooms_congested += 1;
                }
            }
            Delivery::Lost => self.lose(now, room),
        }
    }

    /// A room's task is gone or stuck.
    fn lose(&mut self, now: Instant, room: RoomId) {
        if self.rooms.remove(&room).is_some() {
            self.counters.rooms_lost += 1;
            self.engine.handle(now, Input::Command(Command::CloseRoom { room }));
        }
    }

    fn retry_deliveries(&mut self, now: Instant) {
        for room in std::mem::take(&mut self.behind) {
            let Some(link) = self.rooms.get_mut(&room) else { continue };
            match link.retry() {
                Delivery::Done => {
                    self.engine.set_data_paused(now, room, false);
                }
                Delivery::Lost => self.lose(now, room),
                Delivery::Waiting | Delivery::Congested => self.behind.push(room),
            }
        }
    }

    /// Tells the other workers something, now or when their rings have room.
    fn announce(&mut self, notice: Notice) {
        for (index, waiting) in self.notices.iter_mut().enumerate() {
            if index != usize::from(self.seat.id.0) && waiting.len() < MAX_NOTICES {
                waiting.push(notice);
            }
        }
    }

    fn retry_notices(&mut self) {
        for (index, waiting) in self.notices.iter_mut().enumerate() {
            if waiting.is_empty() {
                continue;
            }
            let Some(Some(ring)) = self.seat.outgoing.get_mut(index) else {
                waiting.clear();
                continue;
            };
            let mut told = 0;
            for notice in waiting.iter() {
                let sent = match notice {
                    Notice::Known(address) => ring.known(*address),
                    Notice::Forgotten(address) => ring.forgotten(*address),
                    Notice::ForgetAll => ring.forget_all(),
                };
                if sent.is_err() {
                    break;
                }
                told += 1;
            }
            waiting.drain(..told);
            if let Some(wake) = self.wake.get_mut(index).filter(|_| told > 0) {
                *wake = true;
            }
        }
    }

    /// Once a second: finds rooms whose tasks are gone, and copies the counters out.
    fn housekeeping(&mut self, now: Instant) {
        let gone: Vec<RoomId> = self.rooms.iter().filter(|(_, link)| link.is_closed()).map(|(room, _)| *room).collect();
        for room in gone {
            self.lose(now, room);
        }
        let elapsed = now.saturating_duration_since(self.next_housekeeping) + HOUSEKEEPING;
        let busy = self.working.as_micros().saturating_mul(1000) / elapsed.as_micros().max(1);
        self.seat.shared.busy_permille.store(u32::try_from(busy.min(1000)).unwrap_or(1000), Ordering::Relaxed);
        self.working = Duration::ZERO;
        self.next_housekeeping = now + HOUSEKEEPING;
        let SendCounters { datagrams, bytes, calls, backlog_full, errors } = self.sender.counters;
        let counters = &mut self.counters;
        counters.engine = self.engine.counters().clone();
        counters.datagrams_sent = datagrams;
        counters.bytes_sent = bytes;
        counters.send_calls = calls;
        counters.dropped_send_backlog = backlog_full;
        counters.send_errors = errors;
        counters.routes = self.routes.len();
        *self.seat.shared.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = counters.clone();
        counters.loop_lag = Duration::ZERO;
    }
}
