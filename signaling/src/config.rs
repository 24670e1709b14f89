//! What a room is made of when it comes into being.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rotunda_sfu::ids::{ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId, WorkerId};
use rotunda_sfu::params::Fingerprint;

use crate::limits;

/// Everything that a room needs to know of its surroundings.
#[derive(Clone, Debug)]
pub struct RoomConfig {
    /// The room's name on the wire.
    pub name: Arc<str>,
    /// The room in the engine.
    pub room: RoomId,
    /// The worker that the room is homed on; local ufrags name it.
    pub worker: WorkerId,
    /// Where media comes in: the host candidates of our SDP, the preferred first.
    pub candidates: Vec<SocketAddr>,
    /// Our certificate's fingerprint.
    pub fingerprint: Fingerprint,
    /// Gives out the ids of participants, transports, publications and subscriptions.
    pub ids: Arc<IdAllocator>,
    /// The most participants at a time.
    pub max_participants: u32,
    /// The room ends when nobody has come for this long after its start.
    pub empty_timeout: Duration,
    /// The room ends this long after the last participant has left.
    pub departure_timeout: Duration,
    /// A participant whose WebSocket is lost leaves after this long.
    pub resume_timeout: Duration,
    /// The room's metadata, opaque to us.
    pub metadata: String,
    /// The API key whose tokens' identities are `<account>:<device>`: participants of one account are one person. What other keys'
    /// identities mean is their issuers' affair.
    pub account_key: Option<Arc<str>>,
    /// Product name and version, for `server_info.debug_info`.
    pub server: Arc<str>,
    /// The wall clock that belongs to the monotonic time.
    pub clock: WallClock,
    /// The seed of everything random in the room (sids, ICE credentials). Must be unpredictable.
    pub seed: [u8; 32],
}

impl RoomConfig {
    /// The default times and bounds for a room; the rest as given.
    pub fn new(
        name: Arc<str>,
        room: RoomId,
        worker: WorkerId,
        fingerprint: Fingerprint,
        ids: Arc<IdAllocator>,
        clock: WallClock,
        seed: [u8; 32],
    ) -> Self {
        Self {
            name,
            room,
            worker,
            candidates: Vec::new(),
            fingerprint,
            ids,
            max_participants: limits::MAX_PARTICIPANTS,
            empty_timeout: Duration::from_secs(20),
            departure_timeout: Duration::from_secs(20),
            resume_timeout: Duration::from_secs(10),
            metadata: String::new(),
            account_key: None,
            server: "rotunda".into(),
            clock,
            seed,
        }
    }
}

/// Relates the monotonic time that is passed in to the time of day, read together once by the shell.
#[derive(Clone, Copy, Debug)]
pub struct WallClock {
    /// A moment of the monotonic clock.
    pub instant: Instant,
    /// The time of day at that moment.
    pub time: SystemTime,
}

impl WallClock {
    /// The time since the Unix epoch at `now`.
    pub fn unix(&self, now: Instant) -> Duration {
        let base = self.time.duration_since(UNIX_EPOCH).unwrap_or_default();
        base + now.saturating_duration_since(self.instant)
    }
}

/// Gives out ids that are unique within a process for its whole life. One allocator is shared by all rooms.
#[derive(Debug)]
pub struct IdAllocator(AtomicU64);

impl Default for IdAllocator {
    fn default() -> Self {
        Self(AtomicU64::new(1))
    }
}

impl IdAllocator {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    /// A fresh room.
    pub fn room(&self) -> RoomId {
        RoomId(self.next())
    }

    /// A fresh participant.
    pub fn participant(&self) -> ParticipantId {
        ParticipantId(self.next())
    }

    /// A fresh transport.
    pub fn transport(&self) -> TransportId {
        TransportId(self.next())
    }

    /// A fresh publication.
    pub fn publication(&self) -> PublicationId {
        PublicationId(self.next())
    }

    /// A fresh subscription.
    pub fn subscription(&self) -> SubscriptionId {
        SubscriptionId(self.next())
    }
}
