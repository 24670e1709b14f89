//! Rooms that are open on this server: one task each, and the registry that finds them by name.
//!
//! In: connects of verified clients, their messages, orders of the API (close, put out, shut down). Out: what each room's
//! [`rotunda_signaling::room::Room`] wants sent, over one bounded queue a client, and commands for the worker that the room
//! is homed on.
//!
//! Nothing here waits for a client: a client that reads too slowly is cut off, a client that writes too fast waits at its own
//! socket. A panic in a room's task ends that room and no other.

mod chat;
mod notice;
mod outbox;
mod session;
mod task;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use dashmap::DashMap;
use dashmap::mapref::entry::Entry;
use rotunda_sfu::ids::RoomId;
use rotunda_sfu::params::Fingerprint;
use rotunda_signaling::io::{Who, Whose};
use rotunda_signaling::token::{Claims, SigningKey};
use rotunda_signaling::{
    Attendant, Connect, ConnectOptions, DisconnectReason, IdAllocator, Input, LeaveAction, Refusal, RoomConfig,
    RoomPolicy, SessionId,
};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio_util::task::TaskTracker;

use crate::auth::room_access::APP_KEY;
use crate::media::{CommandError, Media};
use crate::metrics::Metrics;

pub use chat::ChatStore;
pub use outbox::{Outgoing, Outlet};
pub use session::Session;

/// Rooms open at a time: an idle one takes some tens of KiB.
pub const MAX_ROOMS: usize = 20_000;
/// Messages that may wait for a room's task. Every client has at most one of its own waiting, so that none can crowd out the
/// others.
const INBOX: usize = 256;
/// Comings and goings that may wait for whoever listens to them.
const COMINGS: usize = 1024;
/// How long a client waits for its room to answer a connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A room that ends just then is followed by a new one of the same name.
const CONNECT_ATTEMPTS: usize = 4;

/// What a room's task is told.
#[derive(Debug)]
enum RoomMessage {
    /// A client asks to be let in; its messages go to `outlet`. The rules are those of the moment when its token was checked.
    Connect {
        connect: Box<Connect>,
        policy: Option<Box<RoomPolicy>>,
        outlet: Outlet,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Somebody asks whether there is a place for a participant of this identity.
    HasPlace { identity: String, reply: oneshot::Sender<bool> },
    /// Somebody asks whether a participant of this account is there.
    IsInside { account: String, reply: oneshot::Sender<bool> },
    /// Somebody asks who is in the call.
    Identities { reply: oneshot::Sender<Vec<String>> },
    /// Somebody asks who is in the call and how it goes for them.
    Census { reply: oneshot::Sender<Vec<Attendant>> },
    /// For the room.
    Input(Box<Input>),
    /// Fails as a defect would.
    #[cfg(test)]
    Panic,
    /// Gives the room's link to a test.
    #[cfg(test)]
    WithLink(fn(&crate::media::RoomLink)),
}

/// What all rooms have in common.
#[derive(Debug)]
pub struct RoomSettings {
    /// Where clients are told to send media.
    pub candidates: Vec<SocketAddr>,
    /// Our certificate's fingerprint.
    pub fingerprint: Fingerprint,
    /// Product and version.
    pub server: Arc<str>,
}

/// Why a client did not get into a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The room said no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The server takes no one in any more, or has no place for another room.
    #[error("the server takes no further calls at the moment")]
    Unavailable,
    /// The room did not answer in time.
    #[error("the room did not answer in time")]
    Timeout,
}

/// Somebody has come into a room, or has left it.
#[derive(Debug, Clone)]
pub struct Coming {
    /// The room's name.
    pub room: Arc<str>,
    /// Whose identity it is.
    pub identity: Arc<str>,
}

/// The registry of open rooms. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Rooms(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rooms: DashMap<Arc<str>, RoomHandle>,
    open: AtomicUsize,
    media: Arc<Media>,
    settings: RoomSettings,
    chat: ChatStore,
    metrics: Metrics,
    ids: Arc<IdAllocator>,
    sessions: AtomicU64,
    draining: AtomicBool,
    tasks: TaskTracker,
    comings: broadcast::Sender<Coming>,
}

#[derive(Clone, Debug)]
struct RoomHandle {
    id: RoomId,
    inbox: mpsc::Sender<RoomMessage>,
}

impl Rooms {
    /// An empty registry; rooms that keep their chat do it in `chat`.
    pub fn new(media: Arc<Media>, settings: RoomSettings, chat: ChatStore, metrics: Metrics) -> Self {
        Self(Arc::new(Inner {
            rooms: DashMap::new(),
            open: AtomicUsize::new(0),
            media,
            settings,
            chat,
            metrics,
            ids: Arc::default(),
            sessions: AtomicU64::new(1),
            draining: AtomicBool::new(false),
            tasks: TaskTracker::new(),
            comings: broadcast::channel(COMINGS).0,
        }))
    }

    /// Lets a client into the room of this name, which is opened when nobody has it open. The caller has checked that the token is
    /// good, names this room, and may enter and, where needed, open it; `policy` are a stored room's rules as they were then.
    ///
    /// # Errors
    /// The room's refusal, or that the server has no place.
    pub async fn connect(
        &self,
        name: &str,
        claims: &Claims,
        signing_key: &Arc<SigningKey>,
        options: &ConnectOptions,
        policy: Option<&RoomPolicy>,
    ) -> Result<Session, ConnectError> {
        for _ in 0..CONNECT_ATTEMPTS {
            let handle = self.open(name)?;
            let session = SessionId(self.0.sessions.fetch_add(1, Ordering::Relaxed));
            let (outlet, outgoing) = outbox::outbox();
            let (reply, answer) = oneshot::channel();
            let connect = Box::new(Connect {
                session,
                claims: claims.clone(),
                signing_key: Arc::clone(signing_key),
                options: options.clone(),
            });
            // From now on, should the client go away, the room hears of it after the connect.
            let session = Session::new(session, handle.inbox.clone(), outgoing);
            let ask = async {
                let policy = policy.cloned().map(Box::new);
                handle.inbox.send(RoomMessage::Connect { connect, policy, outlet, reply }).await.ok()?;
                answer.await.ok()
            };
            match tokio::time::timeout(CONNECT_TIMEOUT, ask).await {
                Ok(Some(Ok(()))) => return Ok(session),
                // The room ended between being found and being asked; the next one is new.
                Ok(None | Some(Err(Refusal::RoomClosed))) => tokio::task::yield_now().await,
                Ok(Some(Err(refusal))) => return Err(refusal.into()),
                Err(_) => return Err(ConnectError::Timeout),
            }
        }
        Err(ConnectError::Unavailable)
    }

    /// Whether a room of this name is open.
    pub fn is_open(&self, name: &str) -> bool {
        self.0.rooms.contains_key(name)
    }

    /// How many rooms are open.
    pub fn len(&self) -> usize {
        self.0.rooms.len()
    }

    /// Whether no room is open.
    pub fn is_empty(&self) -> bool {
        self.0.rooms.is_empty()
    }

    /// Ends a room that its owner has deleted: everyone is told so. Returns whether it was open.
    pub async fn close_room(&self, name: &str) -> bool {
        self.tell(name, Input::Close { reason: DisconnectReason::RoomDeleted, action: LeaveAction::Disconnect }).await
    }

    /// Ends the call in a room: everyone is told to leave. Returns whether it was open.
    pub async fn end_call(&self, name: &str) -> bool {
        self.tell(name, Input::Close { reason: DisconnectReason::RoomClosed, action: LeaveAction::Disconnect }).await
    }

    /// Gives a room its rules, which count unless it knows newer ones. Returns whether it was open.
    pub async fn set_policy(&self, name: &str, policy: RoomPolicy) -> bool {
        self.tell(name, Input::Policy(Box::new(policy))).await
    }

    /// Ends a participant's screen shares in a room. Returns whether the room was open.
    pub async fn stop_share(&self, name: &str, identity: String) -> bool {
        self.tell(name, Input::StopShare { identity }).await
    }

    /// Takes raised hands down in a room, everyone's or somebody's. Returns whether the room was open.
    pub async fn lower_hands(&self, name: &str, whose: Option<Who>) -> bool {
        self.tell(name, Input::LowerHands { whose }).await
    }

    /// Whether a room has a place for a participant; it has while it is not open, and when it does not answer, since it is asked again
    /// when the participant comes.
    pub async fn has_place(&self, name: &str, identity: &str) -> bool {
        let Some(handle) = self.0.rooms.get(name).map(|handle| handle.clone()) else { return true };
        let question = |reply| RoomMessage::HasPlace { identity: identity.to_owned(), reply };
        ask(&handle, question).await != Some(false)
    }

    /// Whether a participant of an account is in a room.
    pub async fn is_inside(&self, name: &str, account: &str) -> bool {
        let Some(handle) = self.0.rooms.get(name).map(|handle| handle.clone()) else { return false };
        let question = |reply| RoomMessage::IsInside { account: account.to_owned(), reply };
        ask(&handle, question).await == Some(true)
    }

    /// The identities of those who are in a room; nobody while it is not open, and when it does not answer.
    pub async fn identities(&self, name: &str) -> Vec<String> {
        let Some(handle) = self.0.rooms.get(name).map(|handle| handle.clone()) else { return Vec::new() };
        ask(&handle, |reply| RoomMessage::Identities { reply }).await.unwrap_or_default()
    }

    /// Who is in a room and how it goes for them; `None` while it is not open, and when it does not answer.
    pub async fn census(&self, name: &str) -> Option<Vec<Attendant>> {
        let handle = self.0.rooms.get(name).map(|handle| handle.clone())?;
        ask(&handle, |reply| RoomMessage::Census { reply }).await
    }

    /// Who comes into a room and who leaves one, from now on.
    pub fn comings(&self) -> broadcast::Receiver<Coming> {
        self.0.comings.subscribe()
    }

    /// The names of all open rooms, in no order.
    pub fn names(&self) -> Vec<String> {
        self.0.rooms.iter().map(|entry| entry.key().to_string()).collect()
    }

    async fn tell(&self, name: &str, input: Input) -> bool {
        let Some(handle) = self.0.rooms.get(name).map(|handle| handle.clone()) else { return false };
        handle.inbox.send(RoomMessage::Input(Box::new(input))).await.is_ok()
    }

    /// Puts a participant, or every participant of an account, out of a room. Returns whether the room was open.
    pub async fn remove(&self, name: &str, who: Who) -> bool {
        self.tell(name, Input::Remove { who, reason: DisconnectReason::ParticipantRemoved }).await
    }

    /// Mutes microphones in a room. Returns whether the room was open.
    pub async fn mute(&self, name: &str, whose: Whose) -> bool {
        self.tell(name, Input::MuteMicrophones { whose }).await
    }

    /// Puts every participant of an account out of every room, as when its sessions were revoked.
    pub async fn disconnect_account(&self, account: &str) {
        for handle in self.handles() {
            let who = Who::Account(account.to_owned());
            let remove = Input::Remove { who, reason: DisconnectReason::ParticipantRemoved };
            // A room that ends at this moment has put everyone out.
            let _ = handle.inbox.send(RoomMessage::Input(Box::new(remove))).await;
        }
    }

    /// Takes nobody in any more; what runs goes on.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Release);
    }

    /// Whether nobody is taken in any more.
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Acquire)
    }

    /// Ends all rooms, each at its own moment within `spread`, so that the clients do not come back to the next server as one.
    /// Clients are told to reconnect. Returns when all rooms have ended or `deadline` has passed.
    pub async fn shutdown(&self, spread: Duration, deadline: Duration) {
        self.drain();
        for handle in self.handles() {
            let delay = spread.mul_f64(rand::random());
            self.0.tasks.spawn(async move {
                tokio::time::sleep(delay).await;
                let close = Input::Close { reason: DisconnectReason::ServerShutdown, action: LeaveAction::Reconnect };
                let _ = handle.inbox.send(RoomMessage::Input(Box::new(close))).await;
            });
        }
        self.0.tasks.close();
        if tokio::time::timeout(deadline, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(rooms = self.len(), "rooms did not end in time");
        }
    }

    fn handles(&self) -> Vec<RoomHandle> {
        self.0.rooms.iter().map(|entry| entry.value().clone()).collect()
    }

    /// The room of this name, opened if need be. Two clients that come at once find one room: the map's entry is locked while it is
    /// made.
    fn open(&self, name: &str) -> Result<RoomHandle, ConnectError> {
        let inner = &self.0;
        if inner.draining.load(Ordering::Acquire) {
            return Err(ConnectError::Unavailable);
        }
        if let Some(handle) = inner.rooms.get(name).filter(|handle| !handle.inbox.is_closed()) {
            return Ok(handle.clone());
        }
        let name: Arc<str> = name.into();
        match inner.rooms.entry(Arc::clone(&name)) {
            Entry::Occupied(entry) if !entry.get().inbox.is_closed() => Ok(entry.get().clone()),
            // What stands there has ended and is about to remove itself.
            Entry::Occupied(mut entry) => {
                let handle = self.start(&name)?;
                entry.insert(handle.clone());
                Ok(handle)
            }
            Entry::Vacant(entry) => {
                let handle = self.start(&name)?;
                entry.insert(handle.clone());
                Ok(handle)
            }
        }
    }

    fn start(&self, name: &Arc<str>) -> Result<RoomHandle, ConnectError> {
        let inner = &self.0;
        if inner.open.load(Ordering::Relaxed) >= MAX_ROOMS {
            return Err(ConnectError::Unavailable);
        }
        let id = inner.ids.room();
        let (link, events) = inner.media.open_room(id).map_err(|error| {
            match error {
                CommandError::QueueFull => tracing::warn!(room = &**name, "no room: the media worker is overloaded"),
                CommandError::Stopped => {}
            }
            ConnectError::Unavailable
        })?;
        let config = RoomConfig {
            candidates: inner.settings.candidates.clone(),
            server: Arc::clone(&inner.settings.server),
            account_key: Some(APP_KEY.into()),
            ..RoomConfig::new(
                Arc::clone(name),
                id,
                link.worker(),
                inner.settings.fingerprint,
                Arc::clone(&inner.ids),
                task::wall_clock(),
                rand::random(),
            )
        };
        let (inbox, messages) = mpsc::channel(INBOX);
        let entry = task::Entry::new(Arc::clone(inner), Arc::clone(name), id);
        inner.tasks.spawn(task::run(entry, config, link, events, inbox.downgrade(), messages));
        Ok(RoomHandle { id, inbox })
    }
}

/// Asks a room; `None` when it does not answer.
async fn ask<T>(handle: &RoomHandle, question: impl FnOnce(oneshot::Sender<T>) -> RoomMessage) -> Option<T> {
    let (reply, answer) = oneshot::channel();
    let ask = async {
        handle.inbox.send(question(reply)).await.ok()?;
        answer.await.ok()
    };
    tokio::time::timeout(CONNECT_TIMEOUT, ask).await.ok()?
}

#[cfg(test)]
mod tests;
