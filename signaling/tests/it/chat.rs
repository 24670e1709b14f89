//! Chat messages are read whole and passed on in one form, from whom the server says, to whom they are for.

use std::collections::HashMap;
use std::time::Duration;

use livekit_protocol::data_packet::Value;
use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{ByteHeader, CompressionType, Header, OperationType, TextHeader, Trailer};
use livekit_protocol::{DataPacket, UserPacket};
use rotunda_signaling::limits;
use serde_json::json;

use crate::chatting::{
    bounds, chunk, got, hall, header, inline, kept, packet, receipts, rule, store, texts, trailer, write, write_to,
};
use crate::hall::{Hall, START, claims, claims_with, options};

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
