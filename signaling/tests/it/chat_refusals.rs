//! What is no chat message, or one too many, reaches nobody in part or whole, and its sender is told why.

use std::collections::HashMap;
use std::time::Duration;

use livekit_protocol::data_packet::Value;
use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{ByteHeader, CompressionType, Header, Trailer};
use livekit_protocol::{ChatMessage, DataPacket, UserPacket};
use proptest::prelude::*;
use prost::Message as _;
use rotunda_signaling::{Input, limits};
use serde_json::json;

use crate::chatting::{
    TEXT, bounds, chunk, got, hall, header, inline, kept, packet, receipts, rule, store, texts, trailer, write,
};
use crate::hall::user_packet;

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
