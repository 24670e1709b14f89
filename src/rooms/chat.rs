//! A room's chat on its way to the database.
//!
//! One task a room, started with the first message that is to be kept: it takes what has come meanwhile in one transaction and
//! tells the room what became of each. The room hands over and goes on; a queue that is full is told to it at once.
//!
//! Worst-case memory, for a room: [`QUEUE`] messages of 16 kB, which the room itself holds as well for as long as they wait.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use rotunda_signaling::{ChatKey, ChatMessage, Input, limits};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::RoomMessage;
use crate::metrics::Metrics;
use crate::store::{Millis, NewMessage, RoomKey, RoomNumber, Store, StoreError, UserId};

/// Messages that may wait for the database: as many as the room lets wait.
const QUEUE: usize = limits::CHAT_QUEUE_MESSAGES;
/// Messages in one transaction.
const BATCH: usize = 64;

/// Where chat is kept.
#[derive(Clone)]
pub struct ChatStore(pub Arc<dyn Store>);

impl fmt::Debug for ChatStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChatStore")
    }
}

#[derive(Debug)]
enum Job {
    Keep { key: ChatKey, message: Box<ChatMessage>, since: Instant },
    Discard { id: i64 },
}

/// A room's way to its kept chat. Dropping it lets the task finish what it has.
#[derive(Debug)]
pub(super) struct ChatWriter(mpsc::Sender<Job>);

impl ChatWriter {
    /// Starts the task of the room `name`, which answers to `inbox`.
    pub(super) fn start(
        tasks: &TaskTracker,
        store: ChatStore,
        name: Arc<str>,
        inbox: mpsc::Sender<RoomMessage>,
        metrics: Metrics,
    ) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        tasks.spawn(Writer { store, name, room: None, inbox, metrics }.run(queue));
        Self(jobs)
    }

    /// Hands a message over; false when too many wait.
    pub(super) fn keep(&self, key: ChatKey, message: Box<ChatMessage>) -> bool {
        self.0.try_send(Job::Keep { key, message, since: Instant::now() }).is_ok()
    }

    /// Has a message taken out again; false when too many wait.
    pub(super) fn discard(&self, id: i64) -> bool {
        self.0.try_send(Job::Discard { id }).is_ok()
    }
}

struct Writer {
    store: ChatStore,
    name: Arc<str>,
    room: Option<RoomNumber>,
    inbox: mpsc::Sender<RoomMessage>,
    metrics: Metrics,
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        while queue.recv_many(&mut jobs, BATCH).await > 0 {
            let mut keys = Vec::with_capacity(jobs.len());
            let mut messages = Vec::with_capacity(jobs.len());
            for job in jobs.drain(..) {
                match job {
                    // The room waits for it no longer, and would have it taken out again.
                    Job::Keep { key, since, .. } if since.elapsed() >= limits::CHAT_STORE_TIMEOUT => {
                        self.answer(key, None, "late").await;
                    }
                    Job::Keep { key, message, since } => {
                        keys.push((key, since));
                        messages.push(row(&message));
                    }
                    Job::Discard { id } => self.discard(id).await,
                }
            }
            if !keys.is_empty() {
                self.keep(&keys, messages).await;
            }
        }
    }

    async fn keep(&mut self, keys: &[(ChatKey, Instant)], messages: Vec<NewMessage>) {
        let ids = match self.room().await {
            Ok(room) => self.store.0.keep_messages(room, messages).await,
            Err(error) => Err(error),
        };
        let ids = ids.unwrap_or_else(|error| {
            tracing::warn!(room = &*self.name, %error, messages = keys.len(), "chat messages could not be stored");
            vec![None; keys.len()]
        });
        for ((key, since), id) in keys.iter().zip(ids) {
            let outcome = match id {
                None => "failed",
                Some(_) if since.elapsed() >= limits::CHAT_STORE_TIMEOUT => "late",
                Some(_) => "kept",
            };
            self.answer(*key, id, outcome).await;
        }
    }

    async fn discard(&mut self, id: i64) {
        let gone = match self.room().await {
            Ok(room) => self.store.0.discard_message(room, id).await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = gone {
            tracing::warn!(room = &*self.name, %error, id, "a chat message that came too late could not be taken out again");
        }
    }

    /// The room's number, which its name stands for as long as its call runs.
    async fn room(&mut self) -> Result<RoomNumber, StoreError> {
        if let Some(room) = self.room {
            return Ok(room);
        }
        let key = RoomKey::parse(&self.name).ok_or(StoreError::NoSuchUser)?;
        let room = self.store.0.room(&key).await?.ok_or(StoreError::NoSuchUser)?.id;
        self.room = Some(room);
        Ok(room)
    }

    async fn answer(&self, key: ChatKey, id: Option<i64>, outcome: &'static str) {
        self.metrics.chat_message(outcome);
        // A room that has ended has no use for it.
        let _ = self.inbox.send(RoomMessage::Input(Box::new(Input::ChatStored { key, id }))).await;
    }
}

fn row(message: &ChatMessage) -> NewMessage {
    // PostgreSQL takes no U+0000, which names and identities in operators' tokens might have.
    let clean = |text: &str| text.replace('\0', "");
    NewMessage {
        user: message.account.as_deref().and_then(|account| account.parse().ok()).map(UserId),
        identity: clean(&message.identity),
        name: clean(&message.name),
        text: message.text.to_string(),
        stream: message.stream.clone(),
        sent_on: Millis(i64::try_from(message.sent.as_millis()).unwrap_or(i64::MAX)),
    }
}
