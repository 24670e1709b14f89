//! Whole chat messages that wait for the database, and behind those the ones that need not: messages leave a room in the
//! order in which they came.
//!
//! Worst-case memory, for a room: [`limits::CHAT_QUEUE_BYTES`] and [`limits::CHAT_QUEUE_MESSAGES`] of whatever size; beyond
//! either the oldest waits no longer.

use std::collections::VecDeque;
use std::time::Instant;

use prost::Message as _;

use super::Sent;
use crate::io::ChatKey;
use crate::limits;

struct Waiting {
    key: ChatKey,
    message: Sent,
    /// Until when it waits at most.
    due: Instant,
    state: State,
    bytes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Storing,
    /// Stored under this number, or not kept.
    Ready(Option<i64>),
}

/// The messages of a room that are about to be passed on.
#[derive(Default)]
pub(in crate::room) struct Queue {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    next_key: u64,
}

impl Queue {
    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Puts a message at the end; with `store` it waits for the database. Says whether all could stay.
    pub(super) fn push(&mut self, message: Sent, store: bool, now: Instant) -> (ChatKey, bool) {
        let key = ChatKey(self.next_key);
        self.next_key += 1;
        let bytes = message.size();
        let state = if store { State::Storing } else { State::Ready(None) };
        self.bytes += bytes;
        self.waiting.push_back(Waiting { key, message, due: now + limits::CHAT_STORE_TIMEOUT, state, bytes });
        let mut over = self.bytes.saturating_sub(limits::CHAT_QUEUE_BYTES);
        let mut too_many = self.waiting.len().saturating_sub(limits::CHAT_QUEUE_MESSAGES);
        let all_stay = over == 0 && too_many == 0;
        for waiting in &mut self.waiting {
            if over == 0 && too_many == 0 {
                break;
            }
            over = over.saturating_sub(waiting.bytes);
            too_many = too_many.saturating_sub(1);
            waiting.let_go();
        }
        (key, all_stay)
    }

    /// The database has answered. Says whether the message was still waiting for it.
    pub(super) fn stored(&mut self, key: ChatKey, id: Option<i64>) -> bool {
        let waiting = self.waiting.iter_mut().find(|waiting| waiting.key == key && waiting.state == State::Storing);
        waiting.map(|waiting| waiting.state = State::Ready(id)).is_some()
    }

    /// What has waited long enough waits no longer.
    pub(super) fn expire(&mut self, now: Instant) {
        self.waiting.iter_mut().take_while(|waiting| waiting.due <= now).for_each(Waiting::let_go);
    }

    /// Takes the first message, if it need not wait, with its number in the database.
    pub(super) fn pop(&mut self) -> Option<(Sent, Option<i64>)> {
        let State::Ready(id) = self.waiting.front()?.state else { return None };
        let waiting = self.waiting.pop_front()?;
        self.bytes -= waiting.bytes;
        Some((waiting.message, id))
    }

    /// When the first one has waited long enough.
    pub(super) fn due(&self) -> Option<Instant> {
        self.waiting.front().map(|waiting| waiting.due)
    }
}

impl Waiting {
    fn let_go(&mut self) {
        if self.state == State::Storing {
            self.state = State::Ready(None);
        }
    }
}

impl Sent {
    fn size(&self) -> usize {
        let strings = |map: &std::collections::HashMap<String, String>| {
            map.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>()
        };
        size_of::<Self>()
            + self.message.header.encoded_len()
            + strings(&self.message.trailing)
            + self.message.text.len()
            + self.message.to.iter().map(|identity| size_of::<String>() + identity.len()).sum::<usize>()
    }
}
