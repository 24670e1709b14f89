//! What of a media worker outlives a panic: its sockets, its poll, the rings to the others, and what it counted.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mio::{Interest, Poll, Token};
use rotunda_sfu::ids::WorkerId;
use rotunda_sfu::stats::Counters;

use super::ring::{self, RingReader, RingWriter};
use super::socket::{BoundSockets, MediaSocket};
use super::{MAX_WORKERS, Shared};

const WAKE: Token = Token(usize::MAX);

/// What a worker counted, as of the last second. Counters start at zero again after a panic.
#[derive(Clone, Debug, Default)]
pub struct WorkerSnapshot {
    /// The engine's counters.
    pub engine: Counters,
    /// Datagrams received from the sockets.
    pub datagrams_received: u64,
    /// Their bytes.
    pub bytes_received: u64,
    /// Datagrams sent.
    pub datagrams_sent: u64,
    /// Their bytes.
    pub bytes_sent: u64,
    /// System calls that sent them.
    pub send_calls: u64,
    /// Datagrams dropped because a socket's buffer stayed full.
    pub dropped_send_backlog: u64,
    /// Datagrams that the kernel refused to send.
    pub send_errors: u64,
    /// Datagrams handed to another worker.
    pub hops: u64,
    /// Datagrams dropped because the ring to another worker was full.
    pub dropped_ring_full: u64,
    /// Times that the kernel refused to receive.
    pub receive_errors: u64,
    /// Datagrams longer than any that is looked at.
    pub dropped_oversized: u64,
    /// Rooms given up because their task was gone or stuck.
    pub rooms_lost: u64,
    /// Rooms whose task was so far behind that data messages were held back, counted once a spell.
    pub rooms_congested: u64,
    /// Addresses of other workers' peers that this worker knows.
    pub routes: usize,
    /// The largest lateness of a timer or a turn in the last second.
    pub loop_lag: Duration,
    /// The part of the last second spent working, in thousandths.
    pub busy_permille: u32,
    /// Commands refused because the queue was full. Kept over panics.
    pub commands_refused: u64,
    /// Panics of this worker. Kept over panics.
    pub panics: u64,
}

/// What outlives a panic.
#[derive(Debug)]
pub(crate) struct Seat {
    pub(super) id: WorkerId,
    pub(super) poll: Poll,
    pub(super) sockets: Vec<MediaSocket>,
    /// To each worker; `None` to itself.
    pub(super) outgoing: Vec<Option<RingWriter>>,
    /// From each worker; `None` from itself.
    pub(super) incoming: Vec<Option<RingReader>>,
    /// Every worker's shared part, this one's included.
    pub(super) all: Vec<Arc<Shared>>,
    pub(super) shared: Arc<Shared>,
}

impl Seat {
    pub(crate) fn id(&self) -> WorkerId {
        self.id
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}

/// Makes a seat for each list of sockets and joins them with rings.
pub(crate) fn seats(sockets: BoundSockets) -> io::Result<Vec<Seat>> {
    let count = sockets.workers.len();
    if count == 0 || count > MAX_WORKERS {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "1 to 64 media workers"));
    }
    let mut polls = Vec::with_capacity(count);
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        let poll = Poll::new()?;
        let waker = mio::Waker::new(poll.registry(), WAKE)?;
        polls.push(poll);
        all.push(Arc::new(Shared {
            waker,
            notified: AtomicBool::new(false),
            busy_permille: AtomicU32::new(0),
            rooms: AtomicU32::new(0),
            participants: AtomicU32::new(0),
            queue_full: AtomicU64::new(0),
            panics: AtomicU64::new(0),
            snapshot: Mutex::new(WorkerSnapshot::default()),
        }));
    }
    let bytes = ring::ring_bytes(count);
    let mut outgoing: Vec<Vec<Option<RingWriter>>> = (0..count).map(|_| Vec::with_capacity(count)).collect();
    let mut incoming: Vec<Vec<Option<RingReader>>> = (0..count).map(|_| Vec::with_capacity(count)).collect();
    for (from, writers) in outgoing.iter_mut().enumerate() {
        for (to, readers) in incoming.iter_mut().enumerate() {
            let (writer, reader) = if from == to {
                (None, None)
            } else {
                let (writer, reader) = ring::ring(bytes);
                (Some(writer), Some(reader))
            };
            writers.push(writer);
            readers.push(reader);
        }
    }
    let parts = polls.into_iter().zip(sockets.workers).zip(outgoing.into_iter().zip(incoming));
    parts
        .enumerate()
        .zip(all.iter())
        .map(|((index, ((poll, sockets), (outgoing, incoming))), shared)| {
            let mut sockets = sockets.into_iter().map(MediaSocket::new).collect::<io::Result<Vec<_>>>()?;
            for (token, socket) in sockets.iter_mut().enumerate() {
                poll.registry().register(socket.source(), Token(token), Interest::READABLE | Interest::WRITABLE)?;
            }
            let id = WorkerId(u8::try_from(index).unwrap_or(u8::MAX));
            Ok(Seat { id, poll, sockets, outgoing, incoming, all: all.clone(), shared: Arc::clone(shared) })
        })
        .collect()
}
