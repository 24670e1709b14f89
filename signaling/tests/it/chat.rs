//! Chat messages are read whole, judged, stored where the room keeps them, and passed on in order, from whom the server says.

use std::collections::HashMap;
use std::time::Duration;

use livekit_protocol::data_packet::Value;
use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{ByteHeader, Chunk, CompressionType, Header, OperationType, TextHeader, Trailer};
use livekit_protocol::{ChatMessage, DataPacket, UserPacket};
use proptest::prelude::*;
use prost::Message as _;
use rotunda_signaling::{ChatKey, Input, Notice, RoomPolicy, SessionId, limits};
use serde_json::{Value as Json, json};

use crate::hall::{Hall, START, claims, claims_with, options, user_packet};
use crate::policy::policy;

const TEXT: ContentHeader = ContentHeader::TextHeader(TextHeader {
    operation_type: 0,
    version: 0,
    reply_to_stream_id: String::new(),
    attached_stream_ids: Vec::new(),
    generated: false,
});

fn header(stream: &str, length: Option<u64>) -> Header {
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

fn packet(value: Value) -> DataPacket {
    DataPacket { value: Some(value), ..Default::default() }
}

fn chunk(stream: &str, chunk_index: u64, content: &[u8]) -> DataPacket {
    let chunk = Chunk { stream_id: stream.into(), chunk_index, content: content.to_vec(), ..Default::default() };
    packet(Value::StreamChunk(chunk))
}

fn trailer(stream: &str) -> DataPacket {
    packet(Value::StreamTrailer(Trailer { stream_id: stream.into(), ..Default::default() }))
}

/// A room whose tokens' identities are `<account>:<device>`.
fn hall() -> Hall {
    Hall::with(|config| config.account_key = Some("devkey".into()))
}

/// The host is account 7.
fn rule(hall: &mut Hall, version: i64, keep_chat: bool, chat_disabled: bool) {
    let rules = RoomPolicy { keep_chat, chat_disabled, people_limit: 1000, ..policy(version) };
    hall.input(Input::Policy(Box::new(rules)));
}

/// A room that keeps its chat.
fn kept() -> Hall {
    let mut hall = hall();
    rule(&mut hall, 1, true, false);
    hall
}

fn write(hall: &mut Hall, from: SessionId, stream: &str, text: &str) {
    hall.send_packet(from, false, &packet(Value::StreamHeader(header(stream, Some(text.len() as u64)))));
    hall.send_packet(from, false, &chunk(stream, 0, text.as_bytes()));
    hall.send_packet(from, false, &trailer(stream));
}

fn write_to(hall: &mut Hall, from: SessionId, stream: &str, text: &str, to: &[&str]) {
    let destination_identities: Vec<String> = to.iter().map(ToString::to_string).collect();
    for part in [packet(Value::StreamHeader(header(stream, None))), chunk(stream, 0, text.as_bytes()), trailer(stream)]
    {
        let part = DataPacket { destination_identities: destination_identities.clone(), ..part };
        hall.send_packet(from, false, &part);
    }
}

fn inline(stream: &str, text: &str) -> Header {
    Header { inline_content: Some(text.as_bytes().to_vec()), ..header(stream, Some(text.len() as u64)) }
}

/// A message as an SDK puts it together.
#[derive(Debug, PartialEq, Eq)]
struct Got {
    from: String,
    stream: String,
    text: String,
    attributes: HashMap<String, String>,
}

impl Got {
    fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.get(key).map(String::as_str)
    }
}

/// The chat messages that reached somebody, each in one go: no stream begins before the one before it has ended.
fn got(hall: &Hall, session: SessionId) -> Vec<Got> {
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

fn texts(hall: &Hall, session: SessionId) -> Vec<String> {
    got(hall, session).into_iter().map(|message| message.text).collect()
}

fn receipts(hall: &Hall, session: SessionId) -> Vec<Json> {
    let receipt = |packet: DataPacket| match packet.value {
        Some(Value::User(user)) if user.topic.as_deref() == Some("rotunda.chat") => {
            assert!(packet.participant_identity.is_empty() && packet.participant_sid.is_empty());
            Some(serde_json::from_slice(&user.payload).unwrap())
        }
        _ => None,
    };
    hall.packets(session).into_iter().filter_map(|(_, packet)| receipt(packet)).collect()
}

fn bounds(hall: &Hall) -> Vec<&'static str> {
    let bound = |notice: &Notice| match notice {
        Notice::Bounded { bound, .. } => Some(*bound),
        _ => None,
    };
    hall.notices.iter().filter_map(bound).collect()
}

fn store(hall: &mut Hall, key: ChatKey, id: Option<i64>) {
    hall.input(Input::ChatStored { key, id });
}

#[test]
fn a_message_reaches_all_others_with_its_true_sender() {
    let mut hall = hall();
    let [alice, bob, carol] = ["1:a", "2:b", "3:c"].map(|name| hall.join(name));
    let attributes = HashMap::from([("rotunda.id".to_owned(), "9".to_owned()), ("mine".to_owned(), "x".to_owned())]);
    let header = Header { attributes, ..header("s1", Some(5)) };
    let forged = DataPacket { participant_identity: "3:c".into(), ..packet(Value::StreamHeader(header)) };
    hall.send_packet(alice, false, &forged);
    hall.send_packet(alice, false, &chunk("s1", 0, b"he"));
    hall.send_packet(alice, false, &chunk("s1", 0, b"he"));
    hall.send_packet(alice, false, &chunk("s1", 1, b"llo"));
    assert!(got(&hall, bob).is_empty(), "nothing before it is whole");
    let attributes = HashMap::from([("rotunda.sent".to_owned(), "1".to_owned()), ("late".to_owned(), "y".to_owned())]);
    let end = Trailer { stream_id: "s1".into(), attributes, ..Default::default() };
    hall.send_packet(alice, false, &packet(Value::StreamTrailer(end)));
    for session in [bob, carol] {
        let [message] = &got(&hall, session)[..] else { panic!("one message") };
        assert_eq!((&*message.from, &*message.stream, &*message.text), ("1:a", "s1", "hello"));
        assert_eq!((message.attribute("mine"), message.attribute("late")), (Some("x"), Some("y")));
        assert_eq!(message.attribute("rotunda.sent"), Some(&*(START * 1000).to_string()));
        assert_eq!((message.attribute("rotunda.id"), message.attribute("rotunda.to")), (None, None));
    }
    assert!(got(&hall, alice).is_empty());
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s1", "id": null })]);
    assert!(receipts(&hall, bob).is_empty() && hall.to_store.is_empty());
}

#[test]
fn a_message_in_one_packet_and_a_compressed_one_become_streams_of_the_same_form() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    hall.send_packet(alice, false, &packet(Value::StreamHeader(inline("s1", "grüße"))));
    let long = "abcdé".repeat(700);
    let deflated = miniz_oxide::deflate::compress_to_vec(long.as_bytes(), 6);
    let compressed = Header {
        inline_content: Some(deflated.clone()),
        compression: CompressionType::DeflateRaw.into(),
        ..inline("s2", &long)
    };
    hall.send_packet(alice, false, &packet(Value::StreamHeader(compressed)));
    let chunked = Header { compression: CompressionType::DeflateRaw.into(), ..header("s3", Some(long.len() as u64)) };
    hall.send_packet(alice, false, &packet(Value::StreamHeader(chunked)));
    for (index, piece) in deflated.chunks(7).enumerate() {
        hall.send_packet(alice, false, &chunk("s3", index as u64, piece));
    }
    hall.send_packet(alice, false, &trailer("s3"));
    assert_eq!(texts(&hall, bob), ["grüße", &long, &long]);
}

#[test]
fn the_longest_message_passes_in_pieces() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    let text = "\u{1f600}".repeat(limits::MAX_CHAT_CHARACTERS);
    hall.send_packet(alice, false, &packet(Value::StreamHeader(header("s1", None))));
    for (index, piece) in text.as_bytes().chunks(1001).enumerate() {
        hall.send_packet(alice, false, &chunk("s1", index as u64, piece));
    }
    hall.send_packet(alice, false, &trailer("s1"));
    assert_eq!(texts(&hall, bob), [text]);
    assert!(bounds(&hall).is_empty());
}

/// Sends `parts`, and checks that they are refused with `error`, that their rest reaches nobody, and that the next message passes.
fn refused(parts: &[DataPacket], error: &str) {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    for part in parts {
        hall.send_packet(alice, false, part);
    }
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s1", "error": error })]);
    let bound = match error {
        "too_long" => "chat_length",
        _ => "chat_malformed",
    };
    assert_eq!(bounds(&hall), [bound]);
    assert!(hall.packets(bob).is_empty(), "no part of it");
    write(&mut hall, alice, "s2", "next");
    assert_eq!(texts(&hall, bob), ["next"]);
    for session in [alice, bob] {
        hall.input(Input::Disconnected { session });
    }
    hall.pass(Duration::from_secs(11));
    assert_eq!(hall.room.entry_count(), 0);
}

#[test]
fn what_is_too_long_is_cut_off_while_it_comes() {
    let begin = packet(Value::StreamHeader(header("s1", None)));
    refused(
        &[packet(Value::StreamHeader(header("s1", Some(16_001)))), chunk("s1", 0, b"x"), trailer("s1")],
        "too_long",
    );
    let text = "x".repeat(limits::MAX_CHAT_CHARACTERS);
    let more =
        [begin.clone(), chunk("s1", 0, text.as_bytes()), chunk("s1", 1, b"x"), chunk("s1", 2, b"x"), trailer("s1")];
    refused(&more, "too_long");
    let bytes = vec![0x80; limits::MAX_CHAT_BYTES];
    refused(&[begin, chunk("s1", 0, &bytes), chunk("s1", 1, b"\x80"), trailer("s1")], "too_long");
    refused(&[packet(Value::StreamHeader(inline("s1", &format!("{text}x"))))], "too_long");
    let bomb = miniz_oxide::deflate::compress_to_vec(&vec![b'x'; 40 << 20], 9);
    let compressed = |content: &[u8]| Header {
        inline_content: Some(content.to_vec()),
        compression: CompressionType::DeflateRaw.into(),
        ..header("s1", None)
    };
    refused(&[packet(Value::StreamHeader(compressed(&bomb)))], "too_long");
    let small_bomb = miniz_oxide::deflate::compress_to_vec(&vec![b'x'; 1 << 20], 9);
    assert!(small_bomb.len() < limits::MAX_CHAT_BYTES);
    refused(&[packet(Value::StreamHeader(compressed(&small_bomb)))], "too_long");
}

#[test]
fn what_is_no_whole_text_is_malformed() {
    let begin = packet(Value::StreamHeader(header("s1", None)));
    let of_length = |length| packet(Value::StreamHeader(header("s1", Some(length))));
    refused(&[begin.clone(), chunk("s1", 0, b"\xff\xfe"), trailer("s1")], "malformed");
    refused(&[begin.clone(), chunk("s1", 0, b"a\0b"), trailer("s1")], "malformed");
    refused(&[begin.clone(), trailer("s1")], "malformed");
    refused(&[begin.clone(), chunk("s1", 1, b"gap"), chunk("s1", 2, b"more"), trailer("s1")], "malformed");
    refused(&[begin.clone(), chunk("s1", 0, b"a"), chunk("s1", 2, b"gap"), trailer("s1")], "malformed");
    refused(&[of_length(2), chunk("s1", 0, b"abc"), trailer("s1")], "malformed");
    refused(&[of_length(4), chunk("s1", 0, b"abc"), trailer("s1")], "malformed");
    let broken_off = Trailer { stream_id: "s1".into(), reason: "error".into(), ..Default::default() };
    refused(&[begin.clone(), chunk("s1", 0, b"abc"), packet(Value::StreamTrailer(broken_off))], "malformed");
    let changed = |change: &dyn Fn(&mut Header)| {
        let mut header = inline("s1", "text");
        change(&mut header);
        [packet(Value::StreamHeader(header))]
    };
    refused(&changed(&|header| header.content_header = None), "malformed");
    refused(&changed(&|header| header.compression = 7), "malformed");
    refused(&changed(&|header| header.compression = CompressionType::DeflateRaw.into()), "malformed");
    refused(&changed(&|header| header.mime_type = "x".repeat(129)), "malformed");
    refused(&changed(&|header| header.attributes = HashMap::from([("a".into(), "x".repeat(4096))])), "malformed");
    refused(
        &changed(&|header| header.attributes = (0..33).map(|n| (n.to_string(), String::new())).collect()),
        "malformed",
    );
    let destination_identities = (0..101).map(|n| n.to_string()).collect();
    refused(&[DataPacket { destination_identities, ..packet(Value::StreamHeader(inline("s1", "x"))) }], "malformed");
}

#[test]
fn an_id_too_long_to_be_kept_is_refused_without_it() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    write(&mut hall, alice, &"s".repeat(129), "text");
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "", "error": "malformed" })]);
    assert!(got(&hall, bob).is_empty());
}

#[test]
fn what_never_ends_is_refused_in_time() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    hall.send_packet(alice, false, &packet(Value::StreamHeader(header("s1", None))));
    hall.send_packet(alice, false, &chunk("s1", 0, b"a"));
    hall.pass(limits::CHAT_STREAM_TIMEOUT - Duration::from_millis(1));
    assert!(receipts(&hall, alice).is_empty());
    hall.pass(Duration::from_millis(1));
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s1", "error": "malformed" })]);
    hall.send_packet(alice, false, &trailer("s1"));
    assert!(hall.packets(bob).is_empty());
}

#[test]
fn five_a_second_and_no_more() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    for n in 0..7 {
        write(&mut hall, alice, &format!("s{n}"), "hello");
    }
    let told = receipts(&hall, alice);
    assert_eq!((told.len(), got(&hall, bob).len()), (7, 5));
    assert_eq!(told[5..], [5, 6].map(|n| json!({ "stream": format!("s{n}"), "error": "too_fast" })));
    assert_eq!(bounds(&hall), ["chat_rate"], "said once");
    hall.pass(Duration::from_secs(1));
    for n in 10..17 {
        write(&mut hall, alice, &format!("s{n}"), "hello");
    }
    assert_eq!(got(&hall, bob).len(), 10);
    // Others are not held up by it.
    write(&mut hall, bob, "b", "calm");
    assert_eq!(texts(&hall, alice), ["calm"]);
}

#[test]
fn few_messages_of_one_sender_are_under_way_at_a_time() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    for n in 0..=limits::MAX_CHAT_STREAMS {
        hall.send_packet(alice, false, &packet(Value::StreamHeader(header(&format!("s{n}"), None))));
    }
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s4", "error": "too_fast" })]);
    // The ones under way are not disturbed.
    for n in (0..=limits::MAX_CHAT_STREAMS).rev() {
        hall.send_packet(alice, false, &chunk(&format!("s{n}"), 0, format!("text {n}").as_bytes()));
        hall.send_packet(alice, false, &trailer(&format!("s{n}")));
    }
    assert_eq!(texts(&hall, bob), ["text 3", "text 2", "text 1", "text 0"]);
}

#[test]
fn what_is_under_way_is_bounded_for_the_whole_room() {
    let mut hall = hall();
    let people: Vec<_> = (0..300).map(|n| hall.join(&format!("{n}:a"))).collect();
    for person in &people {
        hall.send_packet(*person, false, &packet(Value::StreamHeader(header("s1", None))));
        hall.send_packet(*person, false, &chunk("s1", 0, &[0x80; limits::MAX_CHAT_BYTES]));
    }
    let refused = people.iter().filter(|person| !receipts(&hall, **person).is_empty()).count();
    let held = limits::CHAT_STREAM_BYTES / limits::MAX_CHAT_BYTES;
    assert!((300 - held..310 - held).contains(&refused), "{refused} refused");
    hall.pass(limits::CHAT_STREAM_TIMEOUT);
    write(&mut hall, people[299], "s2", "room again");
    assert_eq!(texts(&hall, people[0]), ["room again"]);
}

#[test]
fn while_chat_is_disabled_only_hosts_write() {
    let mut hall = hall();
    rule(&mut hall, 1, true, true);
    let [host, other] = ["7:a", "2:b"].map(|name| hall.join(name));
    write(&mut hall, other, "s1", "let me speak");
    assert_eq!(receipts(&hall, other), [json!({ "stream": "s1", "error": "chat_disabled" })]);
    hall.send_packet(other, false, &packet(Value::StreamHeader(inline("s2", "me too"))));
    let file = Header { content_header: Some(ContentHeader::ByteHeader(ByteHeader::default())), ..header("s3", None) };
    hall.send_packet(other, false, &packet(Value::StreamHeader(file)));
    hall.send_packet(other, false, &chunk("s3", 0, b"a picture of a text"));
    let legacy = ChatMessage { message: "old".into(), ..Default::default() };
    hall.send_packet(other, false, &packet(Value::ChatMessage(legacy.clone())));
    for topic in ["lk-chat-topic", "lk-chat-update-topic"] {
        let user = UserPacket { topic: Some(topic.into()), ..Default::default() };
        hall.send_packet(other, false, &packet(Value::User(user)));
    }
    assert!(hall.packets(host).is_empty());
    // Other data is not chat.
    hall.send_packet(other, false, &user_packet(b"cursor", &[]));
    hall.send_packet(
        other,
        false,
        &packet(Value::StreamHeader(Header { topic: "files".into(), ..header("s4", None) })),
    );
    assert_eq!(hall.packets(host).len(), 2);
    rule(&mut hall, 2, false, true);
    write(&mut hall, host, "h1", "quiet, please");
    assert_eq!(texts(&hall, other), ["quiet, please"]);
    // What began before it was disabled does not get through either.
    rule(&mut hall, 3, false, false);
    hall.send_packet(other, false, &packet(Value::StreamHeader(header("s5", None))));
    hall.send_packet(other, false, &chunk("s5", 0, b"quick"));
    rule(&mut hall, 4, false, true);
    hall.send_packet(other, false, &trailer("s5"));
    assert_eq!(receipts(&hall, other).last(), Some(&json!({ "stream": "s5", "error": "chat_disabled" })));
    rule(&mut hall, 5, false, false);
    write(&mut hall, other, "s6", "thanks");
    assert_eq!(texts(&hall, host), ["thanks"]);
    hall.send_packet(other, false, &packet(Value::ChatMessage(legacy)));
    assert!(matches!(hall.packets(host).last().unwrap().1.value, Some(Value::ChatMessage(_))));
}

#[test]
fn files_and_other_streams_pass_as_they_came() {
    let mut hall = kept();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    // A message is under way meanwhile.
    hall.send_packet(alice, false, &packet(Value::StreamHeader(header("s1", None))));
    let file = Header { content_header: Some(ContentHeader::ByteHeader(ByteHeader::default())), ..header("f1", None) };
    hall.send_packet(alice, false, &packet(Value::StreamHeader(Header { topic: "files".into(), ..file.clone() })));
    hall.send_packet(alice, false, &packet(Value::StreamHeader(file)));
    hall.send_packet(alice, false, &chunk("f1", 7, b"\xff\x00"));
    hall.send_packet(alice, false, &trailer("f1"));
    assert_eq!(hall.packets(bob).len(), 4);
    assert!(receipts(&hall, alice).is_empty() && hall.to_store.is_empty());
}

#[test]
fn nobody_but_the_server_gives_receipts() {
    let mut hall = hall();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    let user = UserPacket { topic: Some("rotunda.chat".into()), payload: b"{}".to_vec(), ..Default::default() };
    hall.send_packet(alice, false, &packet(Value::User(user)));
    assert!(hall.packets(bob).is_empty());
}

#[test]
fn a_kept_message_is_stored_before_it_is_passed_on() {
    let mut hall = kept();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    hall.pass(Duration::from_millis(250));
    write(&mut hall, alice, "s1", "hello");
    assert!(got(&hall, bob).is_empty() && receipts(&hall, alice).is_empty());
    let (key, message) = hall.to_store.pop().unwrap();
    assert_eq!((message.account.as_deref(), &*message.identity, &*message.name), (Some("1"), "1:a", "1:a's name"));
    assert_eq!((&*message.text, &*message.stream), ("hello", "s1"));
    assert_eq!(message.sent, Duration::from_millis(START * 1000 + 250));
    store(&mut hall, key, Some(41));
    let [message] = &got(&hall, bob)[..] else { panic!("one message") };
    assert_eq!((message.attribute("rotunda.id"), &*message.text), (Some("41"), "hello"));
    assert_eq!(message.attribute("rotunda.sent"), Some(&*(START * 1000 + 250).to_string()));
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s1", "id": 41 })]);
    // Once only.
    store(&mut hall, key, Some(41));
    assert_eq!(got(&hall, bob).len(), 1);
}

#[test]
fn what_cannot_be_stored_is_passed_on_as_not_kept() {
    let mut hall = kept();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    write(&mut hall, alice, "s1", "hello");
    let key = hall.to_store[0].0;
    store(&mut hall, key, None);
    assert_eq!(got(&hall, bob)[0].attribute("rotunda.id"), None);
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s1", "id": null })]);
    assert!(hall.to_discard.is_empty());
}

#[test]
fn a_slow_database_holds_a_message_for_half_a_second() {
    let mut hall = kept();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    write(&mut hall, alice, "s1", "hello");
    hall.pass(Duration::from_millis(499));
    assert!(got(&hall, bob).is_empty());
    hall.pass(Duration::from_millis(1));
    assert_eq!(got(&hall, bob)[0].attribute("rotunda.id"), None);
    assert_eq!(receipts(&hall, alice), [json!({ "stream": "s1", "id": null })]);
    // It comes after all: nobody expects it to be kept any more.
    let key = hall.to_store[0].0;
    store(&mut hall, key, Some(7));
    assert_eq!((hall.to_discard.as_slice(), got(&hall, bob).len()), (&[7][..], 1));
    store(&mut hall, ChatKey(99), None);
    assert_eq!(hall.to_discard.len(), 1);
}

#[test]
fn messages_keep_their_order_whatever_the_database_does() {
    let mut hall = kept();
    let [alice, bob, carol] = ["1:a", "2:b", "3:c"].map(|name| hall.join(name));
    write(&mut hall, alice, "s1", "one");
    write(&mut hall, bob, "s2", "two");
    write_to(&mut hall, alice, "s3", "three", &["3:c"]);
    write(&mut hall, alice, "s4", "four");
    let keys: Vec<_> = hall.to_store.iter().map(|(key, _)| *key).collect();
    let stored: Vec<_> = hall.to_store.iter().map(|(_, message)| &*message.text).collect();
    assert_eq!(stored, ["one", "two", "four"], "what is private is not stored");
    store(&mut hall, keys[1], Some(2));
    assert!(texts(&hall, carol).is_empty());
    hall.pass(Duration::from_millis(100));
    store(&mut hall, keys[2], Some(3));
    store(&mut hall, keys[0], Some(1));
    assert_eq!(texts(&hall, carol), ["one", "two", "three", "four"]);
    let ids: Vec<_> =
        got(&hall, carol).iter().map(|message| message.attribute("rotunda.id").map(str::to_owned)).collect();
    assert_eq!(ids, [Some("1".to_owned()), Some("2".to_owned()), None, Some("3".to_owned())]);
    assert_eq!(texts(&hall, bob), ["one", "four"]);
}

#[test]
fn a_private_message_reaches_its_people_and_the_senders_other_devices() {
    let mut hall = kept();
    let [phone, laptop, bob, bobs_phone, carol] =
        ["1:phone", "1:laptop", "2:b", "2:phone", "3:c"].map(|name| hall.join(name));
    write_to(&mut hall, phone, "s1", "psst", &["1:laptop", "2:b", "2:phone", "9:gone"]);
    for session in [laptop, bob, bobs_phone] {
        let [message] = &got(&hall, session)[..] else { panic!("one message") };
        assert_eq!((&*message.from, &*message.text, message.attribute("rotunda.to")), ("1:phone", "psst", Some("2")));
    }
    assert!(hall.packets(carol).is_empty() && got(&hall, phone).is_empty());
    write_to(&mut hall, phone, "s2", "again", &["2:b"]);
    assert_eq!((texts(&hall, laptop).len(), texts(&hall, bobs_phone).len()), (2, 1));
    assert_eq!(receipts(&hall, phone).last(), Some(&json!({ "stream": "s2", "id": null })));
    assert!(hall.to_store.is_empty());
    // Nobody else says whom a message is for.
    let attributes = HashMap::from([("rotunda.to".to_owned(), "3".to_owned())]);
    let forged = Header { attributes, ..inline("s3", "to all") };
    hall.send_packet(phone, false, &packet(Value::StreamHeader(forged)));
    let key = hall.to_store[0].0;
    store(&mut hall, key, None);
    assert_eq!(got(&hall, carol)[0].attribute("rotunda.to"), None);
}

#[test]
fn identities_of_other_keys_name_no_accounts() {
    let mut hall = Hall::new();
    rule(&mut hall, 1, true, false);
    let [one, two, bob] = ["guests:one", "guests:two", "staff:bob"].map(|name| hall.join(name));
    write_to(&mut hall, one, "s1", "psst", &["staff:bob"]);
    assert_eq!((texts(&hall, bob).len(), texts(&hall, two).len()), (1, 0));
    write(&mut hall, one, "s2", "hello");
    assert_eq!(hall.to_store[0].1.account, None);
}

#[test]
fn the_hidden_and_agents_that_speak_for_others_are_not_kept() {
    let mut hall = kept();
    let bob = hall.join("2:b");
    let ghost = hall.join_as(claims_with("9:ghost", |grants| grants.hidden = true));
    let agent = hall.join_as(claims_with("8:agent", |grants| grants.agent = true));
    write(&mut hall, ghost, "s1", "boo");
    let named = DataPacket { participant_identity: "2:b".into(), ..packet(Value::StreamHeader(inline("s2", "said"))) };
    hall.send_packet(agent, false, &named);
    let correction = Header {
        content_header: Some(ContentHeader::TextHeader(TextHeader {
            operation_type: OperationType::Update.into(),
            ..Default::default()
        })),
        ..inline("s3", "I meant this")
    };
    hall.send_packet(agent, false, &packet(Value::StreamHeader(correction)));
    let from: Vec<_> = got(&hall, bob).into_iter().map(|message| (message.from, message.text)).collect();
    let expected = [("", "boo"), ("2:b", "said"), ("8:agent", "I meant this")];
    assert_eq!(from, expected.map(|(from, text)| (from.to_owned(), text.to_owned())));
    assert!(
        hall.to_store.is_empty()
            && hall.packets(bob).iter().all(|(_, packet)| packet.participant_sid != hall.sid(ghost))
    );
}

#[test]
fn who_has_left_is_heard_nevertheless() {
    let mut hall = kept();
    let [alice, bob] = ["1:a", "2:b"].map(|name| hall.join(name));
    let sid = hall.sid(alice);
    write(&mut hall, alice, "s1", "bye");
    hall.send_packet(alice, false, &packet(Value::StreamHeader(header("s2", None))));
    hall.send(alice, livekit_protocol::signal_request::Message::Leave(Default::default()));
    let key = hall.to_store[0].0;
    store(&mut hall, key, Some(1));
    let [message] = &got(&hall, bob)[..] else { panic!("one message") };
    assert_eq!((&*message.from, &*message.text), ("1:a", "bye"));
    assert!(
        hall.packets(bob)
            .iter()
            .all(|(_, packet)| matches!(packet.value, Some(Value::User(_))) || packet.participant_sid == sid)
    );
    hall.pass(Duration::from_secs(15));
    assert_eq!(got(&hall, bob).len(), 1);
}

#[test]
fn a_message_waits_for_who_is_still_joining() {
    let mut hall = hall();
    let alice = hall.join("1:a");
    let bob = hall.connect(claims("2:b"), options());
    write(&mut hall, alice, "s1", "welcome");
    hall.pass(Duration::from_secs(1));
    hall.activate(bob);
    assert_eq!(texts(&hall, bob), ["welcome"]);
}

#[test]
fn a_database_that_never_answers_fills_nothing() {
    let mut hall = kept();
    let people: Vec<_> = (0..120).map(|n| hall.join(&format!("{n}:a"))).collect();
    for (n, person) in people.iter().enumerate() {
        for m in 0..5 {
            write(&mut hall, *person, &format!("s{m}"), &format!("{n}.{m}"));
        }
    }
    // All within one moment: the oldest go on before their time.
    assert_eq!(hall.to_store.len(), 600);
    let early = texts(&hall, people[119]).len();
    assert_eq!(early, 600 - limits::CHAT_QUEUE_MESSAGES);
    assert!(bounds(&hall).contains(&"chat_queue"));
    hall.pass(limits::CHAT_STORE_TIMEOUT);
    let expected: Vec<_> = (0..119).flat_map(|n| (0..5).map(move |m| format!("{n}.{m}"))).collect();
    assert_eq!(texts(&hall, people[119]), expected);
    hall.input(Input::Close {
        reason: livekit_protocol::DisconnectReason::RoomClosed,
        action: livekit_protocol::leave_request::Action::Disconnect,
    });
    assert_eq!(hall.room.entry_count(), 0);
}

/// Pieces of streams that are almost right.
fn pieces() -> impl Strategy<Value = DataPacket> {
    let stream = prop::sample::select(vec!["", "a", "b"]);
    let content = || prop::collection::vec(any::<u8>(), 0..20);
    let begin = (stream.clone(), prop::option::of(0u64..20), prop::option::of(content()), 0i32..3, any::<bool>())
        .prop_map(|(stream, total_length, inline_content, compression, text)| {
            let content_header = text.then_some(TEXT);
            packet(Value::StreamHeader(Header {
                inline_content,
                compression,
                content_header,
                ..header(stream, total_length)
            }))
        });
    let piece =
        (stream.clone(), 0u64..3, content()).prop_map(|(stream, index, content)| chunk(stream, index, &content));
    prop_oneof![begin, piece, stream.prop_map(trailer)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes: no panic, whole messages of valid text alone (`got` looks), nothing left behind.
    #[test]
    fn no_pieces_and_no_bytes_panic(
        pieces in prop::collection::vec((0usize..2, pieces()), 0..60),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
    ) {
        let mut hall = kept();
        let people = ["1:a", "2:b"].map(|name| hall.join(name));
        let cut = |index: usize, bytes: &mut Vec<u8>| if let Some((at, byte)) = cuts.get(index) && !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        };
        for (index, (who, piece)) in pieces.iter().enumerate() {
            let mut bytes = piece.encode_to_vec();
            cut(index, &mut bytes);
            hall.send_bytes(people[*who], false, bytes);
            if index % 3 == 0 && let Some((key, _)) = hall.to_store.pop() {
                store(&mut hall, key, Some(1));
            }
        }
        hall.pass(Duration::from_secs(11));
        for person in people {
            // A cut piece may be of a stream that is not chat.
            if cuts.is_empty() {
                got(&hall, person);
            }
        }
        for session in people {
            hall.input(Input::Disconnected { session });
        }
        hall.pass(Duration::from_secs(11));
        prop_assert_eq!(hall.room.entry_count(), 0);
    }
}
