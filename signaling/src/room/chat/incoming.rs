//! Chat messages on their way in: the pieces of each stream are put together and judged.
//!
//! In go the headers, chunks and trailers of streams; out come whole messages, or the reason why one is not taken. What is
//! too long or not in order is refused at the piece that shows it, and the pieces after it are thrown away.
//!
//! Worst-case memory, for a room: [`limits::CHAT_STREAM_BYTES`], and [`limits::CHAT_REFUSED_STREAMS`] ids.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{Chunk, CompressionType, Header, Trailer};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use prost::Message as _;
use rotunda_sfu::ids::ParticipantId;

use crate::limits;
use crate::room::packet::Envelope;

/// The attributes under which the server speaks; from clients they are taken off.
const OWN_ATTRIBUTES: &str = "rotunda.";

/// Why a message is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::room) enum Fault {
    /// Only hosts may write.
    Disabled,
    /// More than [`limits::MAX_CHAT_CHARACTERS`].
    TooLong,
    /// More than the sender, or the room, may have under way.
    TooFast,
    /// Not text, not whole, or not what the header said.
    Malformed,
}

impl Fault {
    /// The word in the sender's receipt.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Disabled => "chat_disabled",
            Self::TooLong => "too_long",
            Self::TooFast => "too_fast",
            Self::Malformed => "malformed",
        }
    }

    /// The name of the bound, for logs and counts.
    pub(super) fn bound(self) -> &'static str {
        match self {
            Self::Disabled => "chat_disabled",
            Self::TooLong => "chat_length",
            Self::TooFast => "chat_rate",
            Self::Malformed => "chat_malformed",
        }
    }
}

/// A whole message, as its sender meant it.
#[derive(Debug)]
pub(super) struct Message {
    /// Without content of its own, and without attributes of the server's.
    pub(super) header: Header,
    /// The attributes that its trailer brought.
    pub(super) trailing: HashMap<String, String>,
    pub(super) text: Arc<str>,
    /// Whom it is private to, by identity; empty for everyone.
    pub(super) to: Vec<String>,
    /// In whose name an agent says it; empty for its own.
    pub(super) named: String,
}

/// What a piece of a stream was.
#[derive(Debug)]
pub(super) enum Taken {
    /// No part of a chat message.
    NotChat,
    /// One of several.
    Part,
    /// The last one.
    Whole(Box<Message>),
}

/// A message under way.
struct Stream {
    since: Instant,
    header: Header,
    to: Vec<String>,
    named: String,
    content: Vec<u8>,
    /// Counted as they come, where they are to be seen.
    characters: usize,
    next_chunk: u64,
    /// What it counts for in [`Streams::bytes`].
    bytes: usize,
}

type Key = (ParticipantId, String);

/// The messages under way in a room.
#[derive(Default)]
pub(in crate::room) struct Streams {
    open: BTreeMap<Key, Stream>,
    /// Refused, with their rest to come; the oldest first.
    refused: VecDeque<Key>,
    bytes: usize,
}

impl Streams {
    /// How many are under way, refused ones included.
    pub(super) fn len(&self) -> usize {
        self.open.len() + self.refused.len()
    }

    /// A message begins, and may be whole at once.
    pub(super) fn begin(
        &mut self,
        from: ParticipantId,
        mut header: Header,
        envelope: &Envelope<'_>,
        now: Instant,
    ) -> Result<Taken, Fault> {
        check(&header, envelope)?;
        let key = (from, header.stream_id.clone());
        let its = (from, String::new())..(ParticipantId(from.0.saturating_add(1)), String::new());
        if self.open.contains_key(&key) {
            return Err(Fault::Malformed);
        }
        take_off_own(&mut header.attributes);
        let to: Vec<String> = envelope.destination_identities.iter().map(ToString::to_string).collect();
        let named = envelope.named_sender.to_owned();
        if let Some(content) = header.inline_content.take() {
            let text = read(&header, &content)?;
            return Ok(Taken::Whole(Box::new(Message { header, trailing: HashMap::new(), text, to, named })));
        }
        let bytes = header.encoded_len() + named.len() + to.iter().map(String::len).sum::<usize>();
        if self.open.range(its).count() >= limits::MAX_CHAT_STREAMS || self.bytes + bytes > limits::CHAT_STREAM_BYTES {
            return Err(Fault::TooFast);
        }
        self.bytes += bytes;
        let stream = Stream { since: now, header, to, named, content: Vec::new(), characters: 0, next_chunk: 0, bytes };
        self.open.insert(key, stream);
        Ok(Taken::Part)
    }

    /// A piece has come.
    pub(super) fn add(&mut self, from: ParticipantId, chunk: Chunk) -> Result<Taken, Fault> {
        let key = (from, chunk.stream_id);
        let Some(stream) = self.open.get_mut(&key) else {
            return Ok(if self.refused.contains(&key) { Taken::Part } else { Taken::NotChat });
        };
        // Sent again after a reconnect.
        if chunk.chunk_index < stream.next_chunk {
            return Ok(Taken::Part);
        }
        if chunk.chunk_index > stream.next_chunk {
            return Err(Fault::Malformed);
        }
        stream.next_chunk += 1;
        if stream.header.compression() == CompressionType::None {
            stream.characters += characters(&chunk.content);
        }
        let length = chunk.content.len();
        if stream.content.len() + length > limits::MAX_CHAT_BYTES || stream.characters > limits::MAX_CHAT_CHARACTERS {
            return Err(Fault::TooLong);
        }
        if self.bytes + length > limits::CHAT_STREAM_BYTES {
            return Err(Fault::TooFast);
        }
        self.bytes += length;
        stream.bytes += length;
        stream.content.extend_from_slice(&chunk.content);
        Ok(Taken::Part)
    }

    /// The end has come.
    pub(super) fn end(&mut self, from: ParticipantId, mut trailer: Trailer) -> Result<Taken, Fault> {
        let key = (from, trailer.stream_id);
        let Some(stream) = self.close(&key) else {
            let refused = self.refused.iter().position(|other| *other == key);
            return Ok(refused.and_then(|index| self.refused.remove(index)).map_or(Taken::NotChat, |_| Taken::Part));
        };
        // A reason says that the sender broke off.
        if !trailer.reason.is_empty() || !fit(&trailer.attributes) {
            return Err(Fault::Malformed);
        }
        take_off_own(&mut trailer.attributes);
        let text = read(&stream.header, &stream.content)?;
        let Stream { header, to, named, .. } = stream;
        Ok(Taken::Whole(Box::new(Message { header, trailing: trailer.attributes, text, to, named })))
    }

    /// A message is not taken: its rest is thrown away as it comes.
    pub(super) fn refuse(&mut self, from: ParticipantId, stream: &str) {
        let key = (from, stream.to_owned());
        self.close(&key);
        if stream.len() > limits::MAX_CHAT_ID || self.refused.contains(&key) {
            return;
        }
        if self.refused.len() >= limits::CHAT_REFUSED_STREAMS {
            self.refused.pop_front();
        }
        self.refused.push_back(key);
    }

    /// A participant is gone, with what it was writing.
    pub(in crate::room) fn forget(&mut self, from: ParticipantId) {
        self.refused.retain(|(other, _)| *other != from);
        self.open.retain(|(other, _), stream| {
            let keep = *other != from;
            if !keep {
                self.bytes -= stream.bytes;
            }
            keep
        });
    }

    /// The messages that have been under way for too long.
    pub(super) fn expired(&self, now: Instant) -> Vec<(ParticipantId, String)> {
        let expired = |stream: &Stream| stream.since + limits::CHAT_STREAM_TIMEOUT <= now;
        self.open.iter().filter(|(_, stream)| expired(stream)).map(|(key, _)| key.clone()).collect()
    }

    /// When the next one will have been.
    pub(super) fn due(&self) -> Option<Instant> {
        self.open.values().map(|stream| stream.since + limits::CHAT_STREAM_TIMEOUT).min()
    }

    fn close(&mut self, key: &Key) -> Option<Stream> {
        let stream = self.open.remove(key)?;
        self.bytes -= stream.bytes;
        Some(stream)
    }
}

/// Whether a header is within its bounds.
fn check(header: &Header, envelope: &Envelope<'_>) -> Result<(), Fault> {
    let to = &envelope.destination_identities;
    let Some(ContentHeader::TextHeader(text)) = &header.content_header else { return Err(Fault::Malformed) };
    let short = |id: &str| id.len() <= limits::MAX_CHAT_ID;
    let within_bounds = short(&header.stream_id)
        && !header.stream_id.is_empty()
        && !header.stream_id.contains('\0')
        && short(&header.mime_type)
        && short(&text.reply_to_stream_id)
        && text.attached_stream_ids.len() <= limits::MAX_CHAT_ATTACHMENTS
        && text.attached_stream_ids.iter().all(|id| short(id))
        && fit(&header.attributes)
        && to.len() <= limits::MAX_CHAT_DESTINATIONS
        && to.iter().chain([&envelope.named_sender]).all(|identity| identity.len() <= limits::MAX_IDENTITY)
        && CompressionType::try_from(header.compression).is_ok();
    if !within_bounds {
        return Err(Fault::Malformed);
    }
    match header.total_length {
        Some(length) if length > limits::MAX_CHAT_BYTES as u64 => Err(Fault::TooLong),
        _ => Ok(()),
    }
}

/// Whether attributes are within their bounds.
fn fit(attributes: &HashMap<String, String>) -> bool {
    attributes.len() <= limits::MAX_CHAT_ATTRIBUTE_COUNT
        && attributes.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>() <= limits::MAX_CHAT_ATTRIBUTES
}

fn take_off_own(attributes: &mut HashMap<String, String>) {
    attributes.retain(|key, _| !key.starts_with(OWN_ATTRIBUTES));
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// The text of a whole stream.
fn read(header: &Header, content: &[u8]) -> Result<Arc<str>, Fault> {
    if content.len() > limits::MAX_CHAT_BYTES {
        return Err(Fault::TooLong);
    }
    let inflated = match header.compression() {
        CompressionType::None => None,
        CompressionType::DeflateRaw => match decompress_to_vec_with_limit(content, limits::MAX_CHAT_BYTES) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.status == TINFLStatus::HasMoreOutput => return Err(Fault::TooLong),
            Err(_) => return Err(Fault::Malformed),
        },
    };
    let bytes = inflated.as_deref().unwrap_or(content);
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Malformed)?;
    if text.chars().count() > limits::MAX_CHAT_CHARACTERS {
        return Err(Fault::TooLong);
    }
    // PostgreSQL takes no U+0000, and nobody can type one.
    let as_announced = header.total_length.is_none_or(|length| length == bytes.len() as u64);
    if text.is_empty() || text.contains('\0') || !as_announced {
        return Err(Fault::Malformed);
    }
    Ok(text.into())
}
