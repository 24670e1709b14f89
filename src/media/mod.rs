//! Where media meets the machine: worker threads, UDP sockets, and the only place that reads the clock for the engine.
//!
//! In: datagrams from one UDP port, commands of the rooms' tasks. Out: datagrams, and events to the rooms' tasks. Each
//! worker is one OS thread with an [`rotunda_sfu::engine::Engine`] of its own; a room lives on one worker, and workers share
//! nothing but rings of bytes (see [`ring`]) for datagrams that the kernel gave to the wrong one.
//!
//! ```text
//! room task ──commands (bounded, wakes)──► worker: receive* → handle* → flush → send*
//! room task ◄─events (bounded, coalesced)─ worker
//!                                          worker ◄──ring──► worker
//! ```
//!
//! A panic in a worker ends its rooms (their tasks see their event queue close and tell clients to come again) and the
//! worker starts anew; the sockets and the other workers are untouched.

pub mod addresses;
mod batch;
mod deliver;
mod paths;
mod ring;
mod routes;
mod seat;
mod sender;
pub mod socket;
mod worker;

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rotunda_sfu::command::Command;
use rotunda_sfu::event::Event;
use rotunda_sfu::ids::{RoomId, WorkerId};
use rotunda_sfu::transport::TransportConfig;
use tokio::sync::mpsc;

use socket::BoundSockets;

pub use batch::BatchSender;
pub use seat::WorkerSnapshot;

/// The most workers: what one character of a ufrag can name.
pub const MAX_WORKERS: usize = 64;
/// Commands that may wait for a worker. A join takes about ten, so this is a burst of hundreds of joins; beyond it requests
/// fail instead of piling up. About 1 MiB a worker when full.
const COMMAND_QUEUE: usize = 4096;
/// Events that may wait for a room's task; beyond it statistics and speakers coalesce in the worker (see [`deliver`]).
const EVENT_QUEUE: usize = 512;
/// How often a full queue is tried again for the order to stop.
const STOP_RETRY: std::time::Duration = std::time::Duration::from_millis(1);

/// Why a command did not reach the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The worker has too much waiting for it.
    #[error("the media worker's command queue is full")]
    QueueFull,
    /// The worker is gone: the server is stopping.
    #[error("the media worker has stopped")]
    Stopped,
}

/// A command that a worker did not take.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Rejected {
    /// Why.
    pub error: CommandError,
    /// The command, to be tried again.
    pub command: Command,
}

/// What a worker is told.
#[derive(Debug)]
pub(crate) enum Message {
    /// A room is homed here; its events go there.
    OpenRoom { room: RoomId, events: mpsc::Sender<Event> },
    /// For the engine.
    Command(Command),
    /// Send what is left and end.
    Stop,
    /// Fails as a defect would.
    #[cfg(test)]
    Panic,
    /// Keeps the worker from reading its queue for a while.
    #[cfg(test)]
    Sleep(std::time::Duration),
}

/// What others may touch of a worker: how to wake it, what it reported last, how busy it is.
#[derive(Debug)]
pub(crate) struct Shared {
    waker: mio::Waker,
    /// Set by who wakes, cleared by the worker when it looks: a thread that is awake is not woken again.
    notified: AtomicBool,
    /// The part of the last second spent working, in thousandths.
    busy_permille: AtomicU32,
    rooms: AtomicU32,
    participants: AtomicU32,
    queue_full: AtomicU64,
    panics: AtomicU64,
    snapshot: Mutex<WorkerSnapshot>,
}

impl Shared {
    pub(crate) fn wake(&self) {
        if !self.notified.swap(true, Ordering::AcqRel) {
            // The only failure is a full eventfd counter, and then the worker wakes anyway.
            let _ = self.waker.wake();
        }
    }

    /// Rooms and participants weigh as much as they typically cost, so that rooms opened within the same second spread even
    /// though the measured load lags behind.
    fn load(&self) -> u64 {
        u64::from(self.busy_permille.load(Ordering::Relaxed))
            + 5 * u64::from(self.rooms.load(Ordering::Relaxed))
            + 5 * u64::from(self.participants.load(Ordering::Relaxed))
    }
}

#[derive(Debug, Clone)]
struct WorkerHandle {
    id: WorkerId,
    queue: SyncSender<Message>,
    shared: Arc<Shared>,
}

impl WorkerHandle {
    fn send(&self, message: Message) -> Result<(), Box<(CommandError, Message)>> {
        match self.queue.try_send(message) {
            Ok(()) => {
                self.shared.wake();
                Ok(())
            }
            Err(TrySendError::Full(message)) => {
                self.shared.queue_full.fetch_add(1, Ordering::Relaxed);
                Err(Box::new((CommandError::QueueFull, message)))
            }
            Err(TrySendError::Disconnected(message)) => Err(Box::new((CommandError::Stopped, message))),
        }
    }
}

/// The running media workers.
#[derive(Debug)]
pub struct Media {
    workers: Vec<WorkerHandle>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    port: u16,
}

impl Media {
    /// Starts a worker thread for each list of sockets in `sockets`.
    ///
    /// # Errors
    /// What the system reports when it refuses a poll, a waker or a thread.
    pub fn start(sockets: BoundSockets, transport: &Arc<TransportConfig>) -> io::Result<Self> {
        let port = sockets.port;
        let seats = seat::seats(sockets)?;
        let mut workers = Vec::with_capacity(seats.len());
        let mut threads = Vec::with_capacity(seats.len());
        for seat in seats {
            let (queue, commands) = std::sync::mpsc::sync_channel(COMMAND_QUEUE);
            workers.push(WorkerHandle { id: seat.id(), queue, shared: seat.shared() });
            threads.push(worker::spawn(seat, commands, Arc::clone(transport))?);
        }
        Ok(Self { workers, threads: Mutex::new(threads), port })
    }

    /// The UDP port of all workers.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        self.workers.len()
    }

    /// Homes a room on the least loaded worker.
    ///
    /// # Errors
    /// [`CommandError`] when that worker takes nothing more.
    pub fn open_room(&self, room: RoomId) -> Result<(RoomLink, mpsc::Receiver<Event>), CommandError> {
        let handle = self.workers.iter().min_by_key(|worker| worker.shared.load()).ok_or(CommandError::Stopped)?;
        let (events, receiver) = mpsc::channel(EVENT_QUEUE);
        handle.send(Message::OpenRoom { room, events }).map_err(|refused| refused.0)?;
        handle.shared.rooms.fetch_add(1, Ordering::Relaxed);
        let link = RoomLink { room, handle: handle.clone(), participants: 0, closed: AtomicBool::new(false) };
        Ok((link, receiver))
    }

    /// Whether every worker's thread lives.
    pub fn is_ready(&self) -> bool {
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        !threads.is_empty() && !threads.iter().any(JoinHandle::is_finished)
    }

    /// What every worker reported last; at most a second old.
    pub fn snapshots(&self) -> Vec<WorkerSnapshot> {
        self.workers
            .iter()
            .map(|worker| {
                let shared = &worker.shared;
                let mut snapshot = shared.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone();
                snapshot.busy_permille = shared.busy_permille.load(Ordering::Relaxed);
                snapshot.commands_refused = shared.queue_full.load(Ordering::Relaxed);
                snapshot.panics = shared.panics.load(Ordering::Relaxed);
                snapshot
            })
            .collect()
    }

    /// Ends all workers after what is queued for them, and waits for their threads.
    pub fn stop(&self) {
        for worker in &self.workers {
            while worker.send(Message::Stop).is_err_and(|refused| refused.0 == CommandError::QueueFull) {
                std::thread::sleep(STOP_RETRY);
            }
        }
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has counted and logged it itself.
            let _ = thread.join();
        }
    }
}

impl Drop for Media {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A room's way to the worker that it is homed on; dropping it closes the room there.
#[derive(Debug)]
pub struct RoomLink {
    room: RoomId,
    handle: WorkerHandle,
    participants: u32,
    /// The room has closed itself on the worker.
    closed: AtomicBool,
}

impl RoomLink {
    /// The worker, as the ufrags of the room's transports must name it.
    pub fn worker(&self) -> WorkerId {
        self.handle.id
    }

    /// Hands a command to the engine.
    ///
    /// # Errors
    /// The command with the reason for which the worker did not take it.
    pub fn send(&self, command: Command) -> Result<(), Box<Rejected>> {
        let closes = matches!(command, Command::CloseRoom { room } if room == self.room);
        let Err(refused) = self.handle.send(Message::Command(command)) else {
            self.closed.fetch_or(closes, Ordering::Relaxed);
            return Ok(());
        };
        match *refused {
            (error, Message::Command(command)) => Err(Box::new(Rejected { error, command })),
            // What comes back is what was sent.
            _ => Ok(()),
        }
    }

    /// Says how many participants the room has, for the placing of further rooms.
    pub fn set_participants(&mut self, count: u32) {
        let all = &self.handle.shared.participants;
        all.fetch_add(count, Ordering::Relaxed);
        all.fetch_sub(self.participants, Ordering::Relaxed);
        self.participants = count;
    }

    #[cfg(test)]
    pub(crate) fn break_worker(&self) {
        self.handle.send(Message::Panic).unwrap();
    }

    #[cfg(test)]
    pub(crate) fn fill_queue(&self) {
        while self.send(Command::CloseRoom { room: RoomId(u64::MAX) }).is_ok() {}
    }

    #[cfg(test)]
    pub(crate) fn stall_worker(&self, time: std::time::Duration) {
        self.handle.send(Message::Sleep(time)).unwrap();
    }
}

impl Drop for RoomLink {
    fn drop(&mut self) {
        self.set_participants(0);
        self.handle.shared.rooms.fetch_sub(1, Ordering::Relaxed);
        if !self.closed.load(Ordering::Relaxed) {
            // Should the queue be full, the worker finds the room's event queue closed within a second.
            let _ = self.handle.send(Message::Command(Command::CloseRoom { room: self.room }));
        }
    }
}

#[cfg(test)]
mod tests;
