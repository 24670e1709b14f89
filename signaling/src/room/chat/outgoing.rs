//! Chat messages on their way out, as the streams that every SDK reads, and receipts.

use std::sync::Arc;

use livekit_protocol::DataPacket;
#[allow(deprecated)] // what SDKs still read
use livekit_protocol::UserPacket;
use livekit_protocol::data_packet::Value;
use livekit_protocol::data_stream::{Chunk, CompressionType, Header, Trailer};
use prost::Message as _;

use super::incoming::Fault;
use super::{RECEIPTS, Sent};
use crate::limits;
use crate::policy::account_of;

/// The attribute with a kept message's number.
const ID: &str = "rotunda.id";
/// The attribute with the server's time at which a message was complete, in milliseconds since the Unix epoch.
const SENT: &str = "rotunda.sent";
/// The attribute of a private message with the account that it is for.
const TO: &str = "rotunda.to";

/// The packets of a message: a header, pieces that end where characters end, a trailer. They carry no sequence: they leave
/// later than packets that their sender has numbered after them, and receivers drop what comes out of order.
pub(super) fn packets(sent: &Sent, id: Option<i64>) -> Vec<Arc<[u8]>> {
    let text = &*sent.message.text;
    let stream_id = &sent.message.header.stream_id;
    let mut header = Header {
        total_length: Some(text.len() as u64),
        inline_content: None,
        compression: CompressionType::None.into(),
        ..sent.message.header.clone()
    };
    header.attributes.insert(SENT.into(), sent.at.as_millis().to_string());
    if let Some(id) = id {
        header.attributes.insert(ID.into(), id.to_string());
    }
    if let Some(to) = sent.private_to() {
        header.attributes.insert(TO.into(), to.into());
    }
    let mut packets = vec![sent.packet(Value::StreamHeader(header))];
    for (index, content) in pieces(text).enumerate() {
        packets.push(sent.packet(Value::StreamChunk(Chunk {
            stream_id: stream_id.clone(),
            chunk_index: index as u64,
            content: content.as_bytes().to_vec(),
            ..Default::default()
        })));
    }
    packets.push(sent.packet(Value::StreamTrailer(Trailer {
        stream_id: stream_id.clone(),
        reason: String::new(),
        attributes: sent.message.trailing.clone(),
    })));
    packets
}

/// A text in pieces of at most [`limits::CHAT_CHUNK`] bytes.
fn pieces(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = text.split_at_checked(text.floor_char_boundary(limits::CHAT_CHUNK))?;
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

impl Sent {
    fn packet(&self, value: Value) -> Arc<[u8]> {
        let packet = DataPacket {
            participant_identity: self.sender.identity.to_string(),
            participant_sid: self.sender.sid.to_string(),
            destination_identities: self.message.to.clone(),
            value: Some(value),
            ..Default::default()
        };
        packet.encode_to_vec().into()
    }

    /// The account of the first whom the message is for, its sender's other devices aside.
    fn private_to(&self) -> Option<&str> {
        let own = account_of(&self.sender.identity);
        let mut accounts = self.message.to.iter().map(|identity| account_of(identity));
        accounts.clone().find(|account| *account != own).or_else(|| accounts.next())
    }
}

/// What a sender is told about a message of theirs.
#[allow(deprecated)] // what SDKs still read
pub(super) fn receipt(stream: &str, outcome: Result<Option<i64>, Fault>) -> Arc<[u8]> {
    let payload = match outcome {
        Ok(id) => serde_json::json!({ "stream": stream, "id": id }),
        Err(fault) => serde_json::json!({ "stream": stream, "error": fault.code() }),
    };
    let user =
        UserPacket { payload: payload.to_string().into_bytes(), topic: Some(RECEIPTS.into()), ..Default::default() };
    DataPacket { value: Some(Value::User(user)), ..Default::default() }.encode_to_vec().into()
}
