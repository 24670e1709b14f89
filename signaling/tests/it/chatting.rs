//! Clients that write and read chat messages as SDKs do.

use std::collections::HashMap;

use livekit_protocol::DataPacket;
use livekit_protocol::data_packet::Value;
use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{Chunk, CompressionType, Header, TextHeader, Trailer};
use rotunda_signaling::{ChatKey, Input, Notice, RoomPolicy, SessionId};
use serde_json::Value as Json;

use crate::hall::Hall;
use crate::policy::policy;

pub(crate) const TEXT: ContentHeader = ContentHeader::TextHeader(TextHeader {
    operation_type: 0,
    version: 0,
    reply_to_stream_id: String::new(),
    attached_stream_ids: Vec::new(),
    generated: false,
});

pub(crate) fn header(stream: &str, length: Option<u64>) -> Header {
    Header {
        stream_id: stream.into(),
        timestamp: 5,
        topic: "lk.chat".into(),
        mime_type: "text/plain".into(),
        total_length: length,
        content_header: Some(TEXT),
        ..Default::default()
    }
}

pub(crate) fn packet(value: Value) -> DataPacket {
    DataPacket { value: Some(value), ..Default::default() }
}

pub(crate) fn chunk(stream: &str, chunk_index: u64, content: &[u8]) -> DataPacket {
    let chunk = Chunk { stream_id: stream.into(), chunk_index, content: content.to_vec(), ..Default::default() };
    packet(Value::StreamChunk(chunk))
}

pub(crate) fn trailer(stream: &str) -> DataPacket {
    packet(Value::StreamTrailer(Trailer { stream_id: stream.into(), ..Default::default() }))
}

/// A room whose tokens' identities are `<account>:<device>`.
pub(crate) fn hall() -> Hall {
    Hall::with(|config| config.account_key = Some("devkey".into()))
}

/// The host is account 7.
pub(crate) fn rule(hall: &mut Hall, version: i64, keep_chat: bool, chat_disabled: bool) {
    let rules = RoomPolicy { keep_chat, chat_disabled, people_limit: 1000, ..policy(version) };
    hall.input(Input::Policy(Box::new(rules)));
}

/// A room that keeps its chat.
pub(crate) fn kept() -> Hall {
    let mut hall = hall();
    rule(&mut hall, 1, true, false);
    hall
}

pub(crate) fn write(hall: &mut Hall, from: SessionId, stream: &str, text: &str) {
    hall.send_packet(from, false, &packet(Value::StreamHeader(header(stream, Some(text.len() as u64)))));
    hall.send_packet(from, false, &chunk(stream, 0, text.as_bytes()));
    hall.send_packet(from, false, &trailer(stream));
}

pub(crate) fn write_to(hall: &mut Hall, from: SessionId, stream: &str, text: &str, to: &[&str]) {
    let destination_identities: Vec<String> = to.iter().map(ToString::to_string).collect();
    for part in [packet(Value::StreamHeader(header(stream, None))), chunk(stream, 0, text.as_bytes()), trailer(stream)]
    {
        let part = DataPacket { destination_identities: destination_identities.clone(), ..part };
        hall.send_packet(from, false, &part);
    }
}

pub(crate) fn inline(stream: &str, text: &str) -> Header {
    Header { inline_content: Some(text.as_bytes().to_vec()), ..header(stream, Some(text.len() as u64)) }
}

/// A message as an SDK puts it together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) from: String,
    pub(crate) stream: String,
    pub(crate) text: String,
    pub(crate) attributes: HashMap<String, String>,
}

impl Got {
    pub(crate) fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).map(String::as_str)
    }
}

/// The chat messages that reached somebody, each in one go: no stream begins before the one before it has ended.
pub(crate) fn got(hall: &Hall, session: SessionId) -> Vec<Got> {
    let mut messages = Vec::new();
    let mut open: Option<(Got, u64, u64)> = None;
    for (label, packet) in hall.packets(session) {
        let from = (packet.participant_identity.clone(), packet.participant_sid.clone());
        match packet.value {
            Some(Value::StreamHeader(header)) if header.topic == "lk.chat" => {
                assert!(open.is_none() && label == "_reliable" && packet.sequence == 0);
                assert_eq!((header.inline_content, header.compression), (None, CompressionType::None.into()));
                let (stream, attributes) = (header.stream_id, header.attributes);
                let message = Got { from: from.0, stream, text: String::new(), attributes };
                open = Some((message, 0, header.total_length.unwrap()));
            }
            // Nobody knows streams without a header, and SDKs pass over their pieces.
            Some(Value::StreamChunk(chunk)) => {
                if let Some((message, next, _)) = &mut open {
                    assert_eq!((&chunk.stream_id, chunk.chunk_index, &from.0), (&message.stream, *next, &message.from));
                    *next += 1;
                    message.text += std::str::from_utf8(&chunk.content).expect("pieces end where characters end");
                }
            }
            Some(Value::StreamTrailer(trailer)) => {
                if let Some((mut message, _, length)) = open.take() {
                    assert_eq!(trailer.stream_id, message.stream);
                    assert_eq!(message.text.len() as u64, length);
                    message.attributes.extend(trailer.attributes);
                    messages.push(message);
                }
            }
            _ => {}
        }
    }
    assert!(open.is_none());
    messages
}

pub(crate) fn texts(hall: &Hall, session: SessionId) -> Vec<String> {
    got(hall, session).into_iter().map(|message| message.text).collect()
}

pub(crate) fn receipts(hall: &Hall, session: SessionId) -> Vec<Json> {
    let receipt = |packet: DataPacket| match packet.value {
        Some(Value::User(user)) if user.topic.as_deref() == Some("rotunda.chat") => {
            assert!(packet.participant_identity.is_empty() && packet.participant_sid.is_empty());
            Some(serde_json::from_slice(&user.payload).unwrap())
        }
        _ => None,
    };
    hall.packets(session).into_iter().filter_map(|(_, packet)| receipt(packet)).collect()
}

pub(crate) fn bounds(hall: &Hall) -> Vec<&'static str> {
    let bound = |notice: &Notice| match notice {
        Notice::Bounded { bound, .. } => Some(*bound),
        _ => None,
    };
    hall.notices.iter().filter_map(bound).collect()
}

pub(crate) fn store(hall: &mut Hall, key: ChatKey, id: Option<i64>) {
    hall.input(Input::ChatStored { key, id });
}
