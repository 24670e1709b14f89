//! Rooms that keep their chat store a message before they pass it on, and wait for no database for long.

use std::time::Duration;

use rotunda_signaling::{ChatKey, Input, limits};
use serde_json::json;

use crate::chatting::{bounds, got, kept, receipts, store, texts, write, write_to};
use crate::hall::START;

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
