//! The task that owns one room: it feeds the room's state machine and does what it says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rotunda_sfu::command::Command;
use rotunda_sfu::event::Event;
use rotunda_sfu::ids::RoomId;
use rotunda_signaling::config::WallClock;
use rotunda_signaling::room::Room;
use rotunda_signaling::{
    ChatKey, ChatMessage, DisconnectReason, Input, LeaveAction, Notice, Output, Refusal, RoomConfig, SessionId,
    SignalResponse,
};
use tokio::sync::{mpsc, oneshot};

use super::chat::ChatWriter;
use super::outbox::{Encoded, Outlet};
use super::{Coming, Inner, RoomMessage, notice};
use crate::media::{CommandError, RoomLink};
use crate::metrics::LeftBehind;

/// Messages taken before other rooms' tasks get a turn.
const MESSAGES_PER_TURN: usize = 64;
/// How long a room waits for a place in its worker's queue before it gives up; the room would otherwise know of tracks that
/// the engine does not.
const COMMAND_PATIENCE: Duration = Duration::from_secs(2);
const COMMAND_RETRY: Duration = Duration::from_millis(5);

/// The monotonic clock and the time of day, read together.
pub(super) fn wall_clock() -> WallClock {
    WallClock { instant: Instant::now(), time: SystemTime::now() }
}

/// A room's place in the registry; leaving the scope, by a panic too, gives it back.
#[derive(Debug)]
pub(super) struct Entry {
    inner: Arc<Inner>,
    name: Arc<str>,
    id: RoomId,
    counted: LeftBehind,
}

impl Entry {
    pub(super) fn new(inner: Arc<Inner>, name: Arc<str>, id: RoomId) -> Self {
        inner.open.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        inner.metrics.room_opened();
        Self { inner, name, id, counted: LeftBehind::default() }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.inner.metrics.room_panicked();
            tracing::error!(room = &*self.name, room_id = self.id.0, "a room's task panicked; the room ends");
        }
        self.inner.open.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        self.inner.metrics.room_closed(&self.counted);
        self.inner.rooms.remove_if(&self.name, |_, handle| handle.id == self.id);
    }
}

/// Runs a room until it has ended.
pub(super) async fn run(
    entry: Entry,
    config: RoomConfig,
    link: RoomLink,
    mut events: mpsc::Receiver<Event>,
    inbox: mpsc::WeakSender<RoomMessage>,
    mut messages: mpsc::Receiver<RoomMessage>,
) {
    tracing::info!(room = &*entry.name, room_id = entry.id.0, worker = link.worker().0, "room opened");
    let mut task = Task {
        room: Room::new(config, Instant::now()),
        entry,
        link,
        clients: HashMap::new(),
        waiting: HashMap::new(),
        last: None,
        inbox,
        chat: None,
        ended: false,
    };
    while !task.ended {
        let due = task.room.poll_timeout();
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => {
                    task.handle(Input::Media(event)).await;
                    for _ in 0..MESSAGES_PER_TURN {
                        let Ok(event) = events.try_recv() else { break };
                        task.handle(Input::Media(event)).await;
                    }
                }
                None => task.give_up("the room's media worker is gone").await,
            },
            message = messages.recv() => match message {
                Some(message) => {
                    task.take(message).await;
                    for _ in 0..MESSAGES_PER_TURN {
                        let Ok(message) = messages.try_recv() else { break };
                        task.take(message).await;
                    }
                }
                // The registry keeps a sender for as long as this task runs.
                None => break,
            },
            () = sleep_until(due) => task.handle(Input::Timeout).await,
        }
    }
    tracing::info!(room = &*task.entry.name, room_id = task.entry.id.0, "room ended");
    // Whoever asked meanwhile finds the queue closed and asks the room's successor.
}

async fn sleep_until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

struct Task {
    room: Room,
    entry: Entry,
    link: RoomLink,
    clients: HashMap<SessionId, Outlet>,
    /// Clients whose connect is not answered yet.
    waiting: HashMap<SessionId, (Outlet, oneshot::Sender<Result<(), Refusal>>)>,
    /// The message encoded last: the room sends the same one to many clients in a row.
    last: Option<Arc<Encoded>>,
    /// Where this task is told things.
    inbox: mpsc::WeakSender<RoomMessage>,
    /// The way to the database, from the first message that is to be kept.
    chat: Option<ChatWriter>,
    ended: bool,
}

impl Task {
    async fn take(&mut self, message: RoomMessage) {
        match message {
            RoomMessage::Connect { connect, policy, outlet, reply } => {
                if let Some(policy) = policy {
                    self.handle(Input::Policy(policy)).await;
                }
                self.waiting.insert(connect.session, (outlet, reply));
                self.handle(Input::Connect(connect)).await;
            }
            RoomMessage::HasPlace { identity, reply } => {
                let _ = reply.send(self.room.has_place_for(&identity));
            }
            RoomMessage::IsInside { account, reply } => {
                let _ = reply.send(self.room.has_account(&account));
            }
            RoomMessage::Identities { reply } => {
                let _ = reply.send(self.room.identities().map(str::to_owned).collect());
            }
            RoomMessage::Census { reply } => {
                let _ = reply.send(self.room.census());
            }
            RoomMessage::Input(input) => self.handle(*input).await,
            #[cfg(test)]
            RoomMessage::Panic => panic!("a test asked for it"),
            #[cfg(test)]
            RoomMessage::WithLink(with) => with(&self.link),
        }
    }

    async fn handle(&mut self, input: Input) {
        if self.ended {
            return;
        }
        let mut slow = Vec::new();
        let mut unkept = Vec::new();
        let mut failed = false;
        self.room.handle(Instant::now(), input);
        loop {
            while let Some(output) = self.room.poll() {
                match output {
                    Output::Send { session, response } => {
                        if self.send(session, response).is_err() {
                            slow.push(session);
                        }
                    }
                    Output::Refuse { session, refusal } => {
                        if let Some((_, reply)) = self.waiting.remove(&session) {
                            self.entry.inner.metrics.join_ended(refusal.label());
                            let _ = reply.send(Err(refusal));
                        }
                    }
                    Output::Close { session } => {
                        if let Some(outlet) = self.clients.remove(&session) {
                            outlet.close();
                        }
                    }
                    Output::Media(command) => failed |= !self.command(command).await,
                    Output::Notice(notice) => self.note(&notice),
                    Output::StoreChat { key, message } => {
                        if !self.keep_chat(key, message) {
                            unkept.push(key);
                        }
                    }
                    Output::DiscardChat { id } => self.discard_chat(id),
                    Output::Ended => self.ended = true,
                }
            }
            if let Some(session) = slow.pop() {
                self.entry.inner.metrics.slow_client();
                tracing::info!(
                    room = &*self.entry.name,
                    session = session.0,
                    "a client reads too slowly and is cut off"
                );
                self.clients.remove(&session);
                self.room.handle(Instant::now(), Input::Disconnected { session });
            } else if let Some(key) = unkept.pop() {
                self.entry.inner.metrics.chat_message("failed");
                self.room.handle(Instant::now(), Input::ChatStored { key, id: None });
            } else if failed && !self.ended {
                failed = false;
                tracing::error!(
                    room = &*self.entry.name,
                    room_id = self.entry.id.0,
                    "the media worker takes no commands; the room ends"
                );
                self.room.handle(Instant::now(), come_again());
                // Its last words to the engine have no way to get there either.
                self.discard_media();
            } else {
                break;
            }
        }
    }

    /// Ends the room after a fault of ours; clients come again by themselves.
    async fn give_up(&mut self, why: &str) {
        tracing::error!(room = &*self.entry.name, room_id = self.entry.id.0, why, "a room ends by a fault");
        self.handle(come_again()).await;
        self.ended = true;
    }

    fn discard_media(&mut self) {
        while let Some(output) = self.room.poll() {
            match output {
                Output::Send { session, response } => {
                    let _ = self.send(session, response);
                }
                Output::Close { session } => {
                    if let Some(outlet) = self.clients.remove(&session) {
                        outlet.close();
                    }
                }
                Output::Notice(notice) => self.note(&notice),
                Output::Refuse { .. }
                | Output::Media(_)
                | Output::StoreChat { .. }
                | Output::DiscardChat { .. }
                | Output::Ended => {}
            }
        }
        self.ended = true;
    }

    fn send(&mut self, session: SessionId, response: Arc<SignalResponse>) -> Result<(), super::outbox::Overflow> {
        if let Some((outlet, reply)) = self.waiting.remove(&session) {
            // Should the client be gone, its session says so next.
            let _ = reply.send(Ok(()));
            self.clients.insert(session, outlet);
        }
        let message = match self.last.take().filter(|last| last.is_of(&response)) {
            Some(last) => last,
            None => Arc::new(Encoded::new(response)),
        };
        let sent = self.clients.get(&session).map_or(Ok(()), |outlet| outlet.send(&message));
        self.last = Some(message);
        sent
    }

    /// Hands a command to the engine, waiting a little while its queue is full. Returns false when it did not get there.
    async fn command(&mut self, mut command: Command) -> bool {
        let start = Instant::now();
        loop {
            let Err(rejected) = self.link.send(command) else { return true };
            match rejected.error {
                // The event queue closes as well, and the room ends by that.
                CommandError::Stopped => return true,
                CommandError::QueueFull if start.elapsed() < COMMAND_PATIENCE => {
                    command = rejected.command;
                    tokio::time::sleep(COMMAND_RETRY).await;
                }
                CommandError::QueueFull => return false,
            }
        }
    }

    /// Hands a chat message to the database's task. Returns false when that has too much to do.
    fn keep_chat(&mut self, key: ChatKey, message: Box<ChatMessage>) -> bool {
        if self.chat.is_none() {
            let Some(inbox) = self.inbox.upgrade() else { return false };
            let inner = &self.entry.inner;
            let (store, metrics) = (inner.chat.clone(), inner.metrics.clone());
            self.chat = Some(ChatWriter::start(&inner.tasks, store, Arc::clone(&self.entry.name), inbox, metrics));
        }
        self.chat.as_ref().is_some_and(|chat| chat.keep(key, message))
    }

    fn discard_chat(&self, id: i64) {
        if !self.chat.as_ref().is_some_and(|chat| chat.discard(id)) {
            tracing::warn!(
                room = &*self.entry.name,
                id,
                "a chat message that came too late stays: the database is behind"
            );
        }
    }

    fn note(&mut self, notice: &Notice) {
        let counted = &mut self.entry.counted;
        match notice {
            Notice::Joined { .. } => counted.participants += 1,
            Notice::Left { .. } => counted.participants = counted.participants.saturating_sub(1),
            Notice::TrackPublished { kind, .. } => *counted.tracks(*kind) += 1,
            Notice::TrackUnpublished { kind, .. } => *counted.tracks(*kind) = counted.tracks(*kind).saturating_sub(1),
            _ => {}
        }
        self.link.set_participants(counted.participants);
        if let Notice::Joined { identity, .. } | Notice::Left { identity, .. } = notice {
            let coming = Coming { room: Arc::clone(&self.entry.name), identity: Arc::clone(identity) };
            // Nobody may be listening.
            let _ = self.entry.inner.comings.send(coming);
        }
        notice::note(&self.entry.name, notice, &self.entry.inner.metrics);
    }
}

fn come_again() -> Input {
    Input::Close { reason: DisconnectReason::StateMismatch, action: LeaveAction::Reconnect }
}
