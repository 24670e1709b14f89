//! The envelope of a data packet: read just enough to route it, write it again with its true sender.
//!
//! Participants' packets are theirs: chat, streams, calls and whatever later protocols bring pass as they came, byte for
//! byte. So this walks the protobuf fields of `DataPacket` and replaces those that the server vouches for, instead of
//! decoding messages that it does not know whole.

use prost::bytes::Buf;
use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

use crate::limits;

/// Why a packet is not passed on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PacketError {
    /// Not a data packet.
    Malformed,
    /// More destinations than [`limits::MAX_DATA_DESTINATIONS`].
    TooManyDestinations,
}

/// What a packet is for, as far as routing cares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PacketKind {
    /// For applications: passed on.
    Application,
    /// Something that only the server says.
    ServerOnly,
    /// Only agents send these.
    AgentOnly,
    /// For those who may receive metrics.
    Metrics,
    /// A message or stream that an agent may send in another's name.
    Attributable,
}

/// Who the server says has sent a packet; both empty for a hidden participant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender<'a> {
    pub(super) sid: &'a str,
    pub(super) identity: &'a str,
}

/// What a packet carries, as far as chat cares; the bytes are those of the message in the field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content<'a> {
    /// Application data, under its topic.
    User { topic: &'a [u8] },
    /// A chat message of the time before streams.
    ChatMessage,
    /// The beginning of a stream.
    StreamHeader(&'a [u8]),
    /// A piece of one.
    StreamChunk(&'a [u8]),
    /// Its end.
    StreamTrailer(&'a [u8]),
    /// Anything else.
    Other,
}

/// A packet's routing fields.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Envelope<'a> {
    pub(super) kind: PacketKind,
    pub(super) content: Content<'a>,
    /// Counts a sender's reliable packets; 0 when the client does not count.
    pub(super) sequence: u32,
    /// To whom by identity; with `destination_sids` empty too, to all.
    pub(super) destination_identities: Vec<&'a str>,
    /// To whom by sid.
    pub(super) destination_sids: Vec<&'a str>,
    /// The sender that the packet itself names; empty for none.
    pub(super) named_sender: &'a str,
}

// Fields of DataPacket.
const KIND: u32 = 1;
const USER: u32 = 2;
const SPEAKER: u32 = 3;
const PARTICIPANT_IDENTITY: u32 = 4;
const DESTINATION_IDENTITIES: u32 = 5;
const TRANSCRIPTION: u32 = 7;
const METRICS: u32 = 8;
const CHAT_MESSAGE: u32 = 9;
const STREAM_HEADER: u32 = 13;
const STREAM_CHUNK: u32 = 14;
const STREAM_TRAILER: u32 = 15;
const SEQUENCE: u32 = 16;
const PARTICIPANT_SID: u32 = 17;

/// Whether a field of DataPacket is one of those of which a packet has one.
const fn is_content(number: u32) -> bool {
    matches!(number, 2 | 3 | 6..=15 | 18)
}

// Fields of UserPacket.
const USER_PARTICIPANT_SID: u32 = 1;
const USER_DESTINATION_SIDS: u32 = 3;
const USER_TOPIC: u32 = 4;
const USER_PARTICIPANT_IDENTITY: u32 = 5;
const USER_DESTINATION_IDENTITIES: u32 = 6;

/// One field: its number, its value, and the bytes of both together.
struct Field<'a> {
    number: u32,
    value: Value<'a>,
    whole: &'a [u8],
}

enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    Fixed,
}

impl<'a> Value<'a> {
    fn text(&self) -> Result<&'a str, PacketError> {
        match self {
            Self::Bytes(bytes) => std::str::from_utf8(bytes).map_err(|_| PacketError::Malformed),
            Self::Varint(_) | Self::Fixed => Err(PacketError::Malformed),
        }
    }

    fn bytes(&self) -> Result<&'a [u8], PacketError> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            Self::Varint(_) | Self::Fixed => Err(PacketError::Malformed),
        }
    }
}

/// Takes the next field off `rest`.
fn next_field<'a>(rest: &mut &'a [u8]) -> Result<Option<Field<'a>>, PacketError> {
    if rest.is_empty() {
        return Ok(None);
    }
    let start = *rest;
    let (number, wire_type) = decode_key(rest).map_err(|_| PacketError::Malformed)?;
    let mut skip = |length: usize| -> Result<&'a [u8], PacketError> {
        let (value, after) = rest.split_at_checked(length).ok_or(PacketError::Malformed)?;
        *rest = after;
        Ok(value)
    };
    let value = match wire_type {
        WireType::SixtyFourBit => skip(8).map(|_| Value::Fixed)?,
        WireType::ThirtyTwoBit => skip(4).map(|_| Value::Fixed)?,
        WireType::Varint => Value::Varint(decode_varint(rest).map_err(|_| PacketError::Malformed)?),
        WireType::LengthDelimited => {
            let length = decode_varint(rest).map_err(|_| PacketError::Malformed)?;
            let length = usize::try_from(length).map_err(|_| PacketError::Malformed)?;
            let (value, after) = rest.split_at_checked(length).ok_or(PacketError::Malformed)?;
            *rest = after;
            Value::Bytes(value)
        }
        // Groups were gone before this protocol began.
        WireType::StartGroup | WireType::EndGroup => return Err(PacketError::Malformed),
    };
    let whole = start.get(..start.len() - rest.remaining()).ok_or(PacketError::Malformed)?;
    Ok(Some(Field { number, value, whole }))
}

/// Reads a packet's routing fields.
pub(super) fn read(packet: &[u8]) -> Result<Envelope<'_>, PacketError> {
    let mut envelope = Envelope {
        kind: PacketKind::Application,
        content: Content::Other,
        sequence: 0,
        destination_identities: Vec::new(),
        destination_sids: Vec::new(),
        named_sender: "",
    };
    let mut user_destinations = Vec::new();
    let mut contents = 0;
    let mut rest = packet;
    while let Some(field) = next_field(&mut rest)? {
        if is_content(field.number) {
            // Readers differ in what they make of two; no client sends that.
            contents += 1;
            if contents > 1 {
                return Err(PacketError::Malformed);
            }
        }
        match field.number {
            DESTINATION_IDENTITIES => push(&mut envelope.destination_identities, field.value.text()?)?,
            PARTICIPANT_IDENTITY => envelope.named_sender = field.value.text()?,
            SEQUENCE => {
                let Value::Varint(sequence) = field.value else { return Err(PacketError::Malformed) };
                envelope.sequence = u32::try_from(sequence).map_err(|_| PacketError::Malformed)?;
            }
            USER => {
                let mut user = field.value.bytes()?;
                let mut topic: &[u8] = &[];
                while let Some(field) = next_field(&mut user)? {
                    match field.number {
                        USER_TOPIC => topic = field.value.bytes()?,
                        USER_DESTINATION_SIDS => push(&mut envelope.destination_sids, field.value.text()?)?,
                        USER_DESTINATION_IDENTITIES => push(&mut user_destinations, field.value.text()?)?,
                        _ => {}
                    }
                }
                envelope.content = Content::User { topic };
            }
            SPEAKER => envelope.kind = PacketKind::ServerOnly,
            TRANSCRIPTION => envelope.kind = PacketKind::AgentOnly,
            METRICS => envelope.kind = PacketKind::Metrics,
            CHAT_MESSAGE => {
                envelope.kind = PacketKind::Attributable;
                envelope.content = Content::ChatMessage;
            }
            STREAM_HEADER => {
                envelope.kind = PacketKind::Attributable;
                envelope.content = Content::StreamHeader(field.value.bytes()?);
            }
            STREAM_CHUNK => envelope.content = Content::StreamChunk(field.value.bytes()?),
            STREAM_TRAILER => envelope.content = Content::StreamTrailer(field.value.bytes()?),
            _ => {}
        }
    }
    if envelope.destination_identities.is_empty() {
        envelope.destination_identities = user_destinations;
    }
    Ok(envelope)
}

fn push<'a>(list: &mut Vec<&'a str>, item: &'a str) -> Result<(), PacketError> {
    if list.len() >= limits::MAX_DATA_DESTINATIONS {
        return Err(PacketError::TooManyDestinations);
    }
    list.push(item);
    Ok(())
}

/// Writes a packet again, with the kind of the channel that it came over and `sender` in place of whoever it named; with
/// `keep_sender` the identity that it named stays.
pub(super) fn restamp(
    packet: &[u8],
    lossy: bool,
    sender: Sender<'_>,
    keep_sender: bool,
) -> Result<Vec<u8>, PacketError> {
    let mut out = Vec::with_capacity(packet.len() + 2 * (sender.sid.len() + sender.identity.len()) + 16);
    if lossy {
        encode_key(KIND, WireType::Varint, &mut out);
        encode_varint(1, &mut out);
    }
    if !keep_sender {
        write_text(PARTICIPANT_IDENTITY, sender.identity, &mut out);
    }
    write_text(PARTICIPANT_SID, sender.sid, &mut out);
    let mut rest = packet;
    while let Some(field) = next_field(&mut rest)? {
        match field.number {
            KIND | PARTICIPANT_SID => {}
            PARTICIPANT_IDENTITY if !keep_sender => {}
            USER => {
                let user = restamp_user(field.value.bytes()?, sender)?;
                write_bytes(USER, &user, &mut out);
            }
            _ => out.extend_from_slice(field.whole),
        }
    }
    Ok(out)
}

fn restamp_user(user: &[u8], sender: Sender<'_>) -> Result<Vec<u8>, PacketError> {
    let mut out = Vec::with_capacity(user.len() + sender.sid.len() + sender.identity.len() + 8);
    write_text(USER_PARTICIPANT_SID, sender.sid, &mut out);
    write_text(USER_PARTICIPANT_IDENTITY, sender.identity, &mut out);
    let mut rest = user;
    while let Some(field) = next_field(&mut rest)? {
        if field.number != USER_PARTICIPANT_SID && field.number != USER_PARTICIPANT_IDENTITY {
            out.extend_from_slice(field.whole);
        }
    }
    Ok(out)
}

fn write_text(number: u32, text: &str, out: &mut Vec<u8>) {
    if !text.is_empty() {
        write_bytes(number, text.as_bytes(), out);
    }
}

fn write_bytes(number: u32, bytes: &[u8], out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
#[allow(deprecated)] // what clients still send is what is tested
mod tests {
    use super::*;
    use livekit_protocol::data_packet::Value as PacketValue;
    use livekit_protocol::{ActiveSpeakerUpdate, ChatMessage, DataPacket, UserPacket};
    use proptest::prelude::*;
    use prost::Message;

    const ALICE: Sender<'_> = Sender { sid: "PA_alice", identity: "alice" };

    fn user(destinations: &[&str]) -> DataPacket {
        DataPacket {
            participant_identity: "mallory".into(),
            participant_sid: "PA_mallory".into(),
            sequence: 7,
            value: Some(PacketValue::User(UserPacket {
                participant_sid: "PA_mallory".into(),
                participant_identity: "mallory".into(),
                payload: b"hello".to_vec(),
                destination_identities: destinations.iter().map(ToString::to_string).collect(),
                topic: Some("t".into()),
                ..Default::default()
            })),
            ..Default::default()
        }
    }

    #[test]
    fn the_sender_is_who_the_server_says() {
        let restamped = restamp(&user(&[]).encode_to_vec(), true, ALICE, false).unwrap();
        let packet = DataPacket::decode(&*restamped).unwrap();
        assert_eq!((&*packet.participant_identity, &*packet.participant_sid), ("alice", "PA_alice"));
        assert_eq!((packet.kind, packet.sequence), (1, 7));
        let Some(PacketValue::User(user)) = packet.value else { panic!() };
        assert_eq!((&*user.participant_identity, &*user.participant_sid), ("alice", "PA_alice"));
        assert_eq!((&*user.payload, user.topic.as_deref()), (&b"hello"[..], Some("t")));
    }

    #[test]
    fn a_hidden_sender_leaves_no_name() {
        let hidden = Sender { sid: "", identity: "" };
        let restamped = restamp(&user(&[]).encode_to_vec(), false, hidden, false).unwrap();
        let packet = DataPacket::decode(&*restamped).unwrap();
        assert!(packet.participant_identity.is_empty() && packet.participant_sid.is_empty());
        let Some(PacketValue::User(user)) = packet.value else { panic!() };
        assert!(user.participant_identity.is_empty() && user.participant_sid.is_empty());
    }

    #[test]
    fn destinations_are_read_from_both_places() {
        let bytes = user(&["bob", "carol"]).encode_to_vec();
        assert_eq!(read(&bytes).unwrap().destination_identities, ["bob", "carol"]);
        let packet = DataPacket { destination_identities: vec!["dave".into()], ..user(&["bob"]) };
        assert_eq!(read(&packet.encode_to_vec()).unwrap().destination_identities, ["dave"]);
    }

    #[test]
    fn kinds_are_told_apart() {
        let kind = |value| read(&DataPacket { value: Some(value), ..Default::default() }.encode_to_vec()).unwrap().kind;
        assert_eq!(kind(PacketValue::Speaker(ActiveSpeakerUpdate::default())), PacketKind::ServerOnly);
        assert_eq!(kind(PacketValue::ChatMessage(ChatMessage::default())), PacketKind::Attributable);
        assert_eq!(kind(PacketValue::RpcAck(Default::default())), PacketKind::Application);
    }

    #[test]
    fn two_contents_are_none() {
        let mut bytes = user(&[]).encode_to_vec();
        write_bytes(STREAM_HEADER, b"", &mut bytes);
        assert_eq!(read(&bytes), Err(PacketError::Malformed));
    }

    #[test]
    fn what_we_do_not_know_passes_as_it_came() {
        let mut packet = Vec::new();
        write_bytes(77, b"a message of tomorrow", &mut packet);
        let restamped = restamp(&packet, false, ALICE, false).unwrap();
        assert!(restamped.ends_with(&packet));
    }

    #[test]
    fn destinations_are_bounded() {
        let destination_identities = vec!["bob".to_string(); limits::MAX_DATA_DESTINATIONS + 1];
        let packet = DataPacket { destination_identities, ..Default::default() }.encode_to_vec();
        assert_eq!(read(&packet), Err(PacketError::TooManyDestinations));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            if let Ok(restamped) = restamp(&bytes, true, ALICE, false) {
                prop_assert!(read(&restamped).is_ok() || read(&bytes).is_err());
            }
        }
    }
}
