//! Chat: text streams of the topic `lk.chat`, which the server reads whole before it passes them on.
//!
//! A message's pieces are put together ([`incoming`]), judged, stored where the room keeps its chat ([`crate::io::Output::StoreChat`]),
//! and passed on in the order in which they were complete ([`queue`]), as streams of the same form whatever form they came in
//! ([`outgoing`]). Whoever has written it gets a receipt, also when it is refused. A database that is slow holds nothing up for
//! longer than [`limits::CHAT_STORE_TIMEOUT`].
//!
//! What the server cannot read it cannot judge: encrypted packets pass, and so do other topics.
//!
//! Worst-case memory, for a room: what [`incoming`] and [`queue`] hold, 8 MiB together; nothing in a room where nobody writes.

mod incoming;
mod outgoing;
mod queue;

use std::sync::Arc;
use std::time::Duration;

use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{Chunk, Header, OperationType, Trailer};
use prost::Message as _;
use rotunda_sfu::ids::ParticipantId;

use self::incoming::{Fault, Message, Streams, Taken};
use self::queue::Queue;
use super::Room;
use super::packet::{Content, Envelope};
use super::participant::Participant;
use super::timers::Timer;
use crate::io::{ChatKey, ChatMessage, Output};
use crate::limits;
use crate::policy::{self, RoomPolicy};

/// The topic of chat messages.
const TOPIC: &str = "lk.chat";
/// The topics of chat messages, and of changes to them, as application data.
const LEGACY_TOPICS: [&[u8]; 2] = [b"lk-chat-topic", b"lk-chat-update-topic"];
/// The topic of receipts, under which nobody but the server speaks.
const RECEIPTS: &str = "rotunda.chat";

/// A room's chat.
#[derive(Default)]
pub(super) struct Chat {
    pub(super) streams: Streams,
    queue: Queue,
}

impl Chat {
    /// How many messages are under way or waiting.
    pub(super) fn len(&self) -> usize {
        self.streams.len() + self.queue.len()
    }
}

/// A whole message with the one who has written it.
struct Sent {
    from: ParticipantId,
    /// The sender's account, where it is one of ours.
    account: Option<String>,
    sender: Author,
    message: Message,
    /// When it was complete, since the Unix epoch.
    at: Duration,
}

/// Whom receivers are told that a message is from; empty for the hidden.
#[derive(Default)]
struct Author {
    sid: Arc<str>,
    identity: Arc<str>,
}

impl Room {
    /// Takes a packet if it is chat's affair. Returns false for those that are to be passed on as they came.
    pub(super) fn take_chat(&mut self, id: ParticipantId, envelope: &Envelope<'_>) -> bool {
        match envelope.content {
            Content::User { topic } if topic == RECEIPTS.as_bytes() => true,
            Content::ChatMessage => self.refuse_legacy(id),
            Content::User { topic } if LEGACY_TOPICS.contains(&topic) => self.refuse_legacy(id),
            Content::StreamHeader(bytes) => match Header::decode(bytes) {
                Ok(header) if header.topic == TOPIC => self.chat_header(id, header, envelope),
                Ok(_) => false,
                // Whoever reads it otherwise might find a chat message in it.
                Err(_) => self.drop_malformed(id),
            },
            Content::StreamChunk(_) | Content::StreamTrailer(_) if self.chat.streams.len() == 0 => false,
            Content::StreamChunk(bytes) => match Chunk::decode(bytes) {
                Ok(chunk) => self.chat_chunk(id, chunk),
                Err(_) => self.drop_malformed(id),
            },
            Content::StreamTrailer(bytes) => match Trailer::decode(bytes) {
                Ok(trailer) => self.chat_trailer(id, trailer),
                Err(_) => self.drop_malformed(id),
            },
            Content::User { .. } | Content::Other => false,
        }
    }

    fn chat_header(&mut self, id: ParticipantId, header: Header, envelope: &Envelope<'_>) -> bool {
        let stream = header.stream_id.clone();
        let more_follows = header.inline_content.is_none();
        let is_file = matches!(header.content_header, Some(ContentHeader::ByteHeader(_)));
        let now = self.now;
        let taken = if !self.may_chat(id) {
            Err(Fault::Disabled)
        } else if is_file {
            // A file that belongs to a message passes as other files do.
            return false;
        } else if !self.participants.get_mut(&id).is_some_and(|sender| sender.chat_rate.take(1, now)) {
            Err(Fault::TooFast)
        } else {
            self.chat.streams.begin(id, header, envelope, now)
        };
        if taken.is_err() && more_follows {
            self.chat.streams.refuse(id, &stream);
        }
        self.chat_taken(id, &stream, taken)
    }

    fn chat_chunk(&mut self, id: ParticipantId, chunk: Chunk) -> bool {
        let stream = chunk.stream_id.clone();
        let taken = self.chat.streams.add(id, chunk);
        if taken.is_err() {
            self.chat.streams.refuse(id, &stream);
        }
        self.chat_taken(id, &stream, taken)
    }

    fn chat_trailer(&mut self, id: ParticipantId, trailer: Trailer) -> bool {
        let stream = trailer.stream_id.clone();
        let taken = self.chat.streams.end(id, trailer);
        self.chat_taken(id, &stream, taken)
    }

    /// Goes on with what a piece has led to; returns whether it was chat's.
    fn chat_taken(&mut self, id: ParticipantId, stream: &str, taken: Result<Taken, Fault>) -> bool {
        match taken {
            Ok(Taken::NotChat) => return false,
            Ok(Taken::Part) => {}
            Ok(Taken::Whole(message)) if self.may_chat(id) => self.chat_complete(id, *message),
            Ok(Taken::Whole(_)) => self.refuse_chat(id, stream, Fault::Disabled),
            Err(fault) => self.refuse_chat(id, stream, fault),
        }
        self.set_chat_timer();
        true
    }

    /// A message is whole and in order: it goes to the database where it is kept, and to the others after those before it.
    fn chat_complete(&mut self, id: ParticipantId, message: Message) {
        let Some(participant) = self.participants.get(&id) else { return };
        let hidden = participant.permissions.hidden;
        let speaks_for_another = participant.is_agent() && !message.named.is_empty();
        let sender = match (hidden, speaks_for_another) {
            (_, true) => Author { sid: participant.sid.clone(), identity: (&*message.named).into() },
            (true, false) => Author::default(),
            (false, false) => Author { sid: participant.sid.clone(), identity: participant.identity.clone() },
        };
        let account = self.account_of(participant).map(str::to_owned);
        // Private messages are their people's; what has no author, or another's, is nobody's to be kept. Corrections of messages
        // pass, but are no messages.
        let is_new = match &message.header.content_header {
            Some(ContentHeader::TextHeader(text)) => text.operation_type() == OperationType::Create,
            _ => false,
        };
        let keep = self.policy.as_ref().is_some_and(|policy| policy.keep_chat);
        let store = keep && message.to.is_empty() && !hidden && !speaks_for_another && is_new;
        let at = self.unix();
        let to_store = store.then(|| {
            Box::new(ChatMessage {
                account: account.clone(),
                identity: participant.identity.clone(),
                name: participant.name.clone(),
                text: message.text.clone(),
                stream: message.header.stream_id.clone(),
                sent: at,
            })
        });
        let (key, all_stay) = self.chat.queue.push(Sent { from: id, account, sender, message, at }, store, self.now);
        if let Some(message) = to_store {
            self.outputs.push_back(Output::StoreChat { key, message });
        }
        if !all_stay {
            self.drop_data(id, "chat_queue");
        }
        self.pass_chat_on();
    }

    /// The database has answered.
    pub(super) fn chat_stored(&mut self, key: ChatKey, id: Option<i64>) {
        if self.chat.queue.stored(key, id) {
            self.pass_chat_on();
            self.set_chat_timer();
        } else if let Some(id) = id {
            // People have been told that it is not kept.
            self.outputs.push_back(Output::DiscardChat { id });
        }
    }

    /// What has waited too long for its rest is refused, what has waited too long for the database goes on without it.
    pub(super) fn expire_chat(&mut self) {
        for (id, stream) in self.chat.streams.expired(self.now) {
            self.chat.streams.refuse(id, &stream);
            self.refuse_chat(id, &stream, Fault::Malformed);
        }
        self.chat.queue.expire(self.now);
        self.pass_chat_on();
        self.set_chat_timer();
    }

    fn set_chat_timer(&mut self) {
        match self.chat.streams.due().into_iter().chain(self.chat.queue.due()).min() {
            Some(due) => self.timers.set(Timer::Chat, due),
            None => self.timers.clear(Timer::Chat),
        }
    }

    fn pass_chat_on(&mut self) {
        while let Some((sent, id)) = self.chat.queue.pop() {
            let to = &sent.message.to;
            let is_meant = |participant: &Participant| {
                let same_person = || sent.account.is_some() && self.account_of(participant) == sent.account.as_deref();
                to.is_empty() || to.iter().any(|identity| **identity == *participant.identity) || same_person()
            };
            let recipients: Vec<_> = (self.participants.iter())
                .filter(|(other, participant)| **other != sent.from && is_meant(participant))
                .map(|(id, _)| *id)
                .collect();
            for packet in outgoing::packets(&sent, id) {
                self.deliver(false, recipients.clone(), packet);
            }
            self.deliver(false, vec![sent.from], outgoing::receipt(&sent.message.header.stream_id, Ok(id)));
        }
    }

    fn refuse_chat(&mut self, id: ParticipantId, stream: &str, fault: Fault) {
        self.drop_data(id, fault.bound());
        // An id that is too long to be kept is too long to be told of.
        let stream = if stream.len() > limits::MAX_CHAT_ID { "" } else { stream };
        self.deliver(false, vec![id], outgoing::receipt(stream, Err(fault)));
    }

    fn drop_malformed(&mut self, id: ParticipantId) -> bool {
        self.drop_data(id, Fault::Malformed.bound());
        true
    }

    /// Returns whether a message of the time before streams is thrown away.
    fn refuse_legacy(&mut self, id: ParticipantId) -> bool {
        let refused = !self.may_chat(id);
        if refused {
            self.drop_data(id, Fault::Disabled.bound());
        }
        refused
    }

    /// Whether a participant may write: everyone, or hosts alone.
    fn may_chat(&self, id: ParticipantId) -> bool {
        let is_host = |policy: &RoomPolicy| {
            self.participants.get(&id).is_some_and(|participant| policy.is_host(&participant.identity))
        };
        self.policy.as_ref().is_none_or(|policy| !policy.chat_disabled || is_host(policy))
    }

    /// The account of a participant whose token is one of the app's.
    fn account_of<'a>(&self, participant: &'a Participant) -> Option<&'a str> {
        let is_ours = self.config.account_key.as_ref() == Some(&participant.signing_key.key);
        is_ours.then(|| policy::account_of(&participant.identity))
    }
}
