//! Data packets find whom they are for, from whom the server says.

use std::time::Duration;

use livekit_protocol::data_packet::Value;
use livekit_protocol::{ActiveSpeakerUpdate, DataPacket, MetricsBatch, Transcription};
use rotunda_sfu::event::EventKind;
use rotunda_signaling::Notice;

use crate::hall::{Hall, claims, claims_with, options, payload, user_packet};

#[test]
fn a_packet_reaches_all_others_over_the_same_kind_of_channel() {
    let mut hall = Hall::new();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| hall.join(name));
    hall.send_packet(alice, false, &user_packet(b"hello", &[]));
    hall.send_packet(alice, true, &user_packet(b"cursor", &[]));
    for session in [bob, carol] {
        let packets = hall.packets(session);
        assert_eq!(
            packets.iter().map(|(label, packet)| (label.as_str(), payload(packet))).collect::<Vec<_>>(),
            [("_reliable", &b"hello"[..]), ("_lossy", b"cursor")]
        );
        assert!(packets.iter().all(|(_, packet)| packet.participant_sid == hall.sid(alice)));
        assert!(packets.iter().all(|(_, packet)| packet.participant_identity == "alice"));
    }
    assert!(hall.packets(alice).is_empty());
}

#[test]
fn a_named_destination_alone_gets_it() {
    let mut hall = Hall::new();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| hall.join(name));
    hall.send_packet(alice, false, &user_packet(b"psst", &["carol", "alice", "nobody"]));
    assert_eq!((hall.packets(bob).len(), hall.packets(carol).len(), hall.packets(alice).len()), (0, 1, 0));
}

#[test]
fn destination_sids_of_old_clients_count() {
    let mut hall = Hall::new();
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| hall.join(name));
    let mut packet = user_packet(b"psst", &[]);
    let Some(Value::User(user)) = packet.value.as_mut() else { panic!() };
    #[allow(deprecated)]
    user.destination_sids.push(hall.sid(bob));
    hall.send_packet(alice, false, &packet);
    assert_eq!((hall.packets(bob).len(), hall.packets(carol).len()), (1, 0));
}

#[test]
fn nobody_speaks_in_anothers_name() {
    let mut hall = Hall::new();
    let [alice, bob] = ["alice", "bob"].map(|name| hall.join(name));
    let value = Value::ChatMessage(livekit_protocol::ChatMessage { message: "hi".into(), ..Default::default() });
    let forged = DataPacket { participant_identity: "boss".into(), value: Some(value), ..Default::default() };
    hall.send_packet(alice, false, &forged);
    #[allow(deprecated)]
    let speakers = DataPacket { value: Some(Value::Speaker(ActiveSpeakerUpdate::default())), ..Default::default() };
    hall.send_packet(alice, false, &speakers);
    let transcription = Transcription { transcribed_participant_identity: "boss".into(), ..Default::default() };
    hall.send_packet(
        alice,
        false,
        &DataPacket { value: Some(Value::Transcription(transcription)), ..Default::default() },
    );
    let packets = hall.packets(bob);
    assert_eq!((packets.len(), &*packets[0].1.participant_identity), (1, "alice"));
    // An agent may.
    let agent = hall.join_as(claims_with("agent", |grants| grants.agent = true));
    hall.send_packet(agent, false, &forged);
    assert_eq!(hall.packets(bob).last().unwrap().1.participant_identity, "boss");
}

#[test]
fn the_hidden_leave_no_name() {
    let mut hall = Hall::new();
    let bob = hall.join("bob");
    let ghost = hall.join_as(claims_with("ghost", |grants| grants.hidden = true));
    hall.send_packet(ghost, false, &user_packet(b"boo", &[]));
    let (_, packet) = hall.packets(bob).pop().unwrap();
    assert!(packet.participant_identity.is_empty() && packet.participant_sid.is_empty());
    assert!(!format!("{packet:?}").contains("ghost"));
}

#[test]
fn who_may_not_send_data_sends_none() {
    let mut hall = Hall::new();
    let bob = hall.join("bob");
    let mute = hall.join_as(claims_with("mute", |grants| grants.can_publish_data = Some(false)));
    hall.send_packet(mute, false, &user_packet(b"hello", &[]));
    assert!(hall.packets(bob).is_empty());
}

#[test]
fn metrics_reach_only_those_who_may_see_them() {
    let mut hall = Hall::new();
    let [alice, bob] = ["alice", "bob"].map(|name| hall.join(name));
    let watcher = hall.join_as(claims_with("watcher", |grants| grants.can_subscribe_metrics = Some(true)));
    let metrics = DataPacket { value: Some(Value::Metrics(MetricsBatch::default())), ..Default::default() };
    hall.send_packet(alice, true, &metrics);
    assert_eq!((hall.packets(bob).len(), hall.packets(watcher).len()), (0, 1));
}

#[test]
fn reliable_packets_wait_for_who_is_still_joining() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.connect(claims("bob"), options());
    hall.send_packet(alice, false, &user_packet(b"welcome", &[]));
    hall.send_packet(alice, false, &user_packet(b"not for bob", &["alice"]));
    hall.send_packet(alice, true, &user_packet(b"cursor", &[]));
    hall.pass(Duration::from_millis(1500));
    hall.activate(bob);
    let packets = hall.packets(bob);
    assert_eq!(packets.iter().map(|(_, packet)| payload(packet)).collect::<Vec<_>>(), [b"welcome"]);
    // Whoever comes later has missed it.
    let carol = hall.join("carol");
    assert!(hall.packets(carol).is_empty());
}

#[test]
fn what_waits_too_long_is_let_go() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.connect(claims("bob"), options());
    hall.send_packet(alice, false, &user_packet(b"welcome", &[]));
    hall.pass(Duration::from_millis(2100));
    hall.activate(bob);
    assert!(hall.packets(bob).is_empty());
}

#[test]
fn a_packet_seen_before_is_not_passed_on_again() {
    let mut hall = Hall::new();
    let [alice, bob] = ["alice", "bob"].map(|name| hall.join(name));
    for sequence in [1, 2, 2, 1, 3] {
        hall.send_packet(alice, false, &DataPacket { sequence, ..user_packet(b"x", &[]) });
    }
    assert_eq!(hall.packets(bob).iter().map(|(_, packet)| packet.sequence).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_flood_is_bounded_and_said_once() {
    let mut hall = Hall::new();
    let [alice, bob] = ["alice", "bob"].map(|name| hall.join(name));
    for _ in 0..3000 {
        hall.send_packet(alice, true, &user_packet(b"x", &[]));
    }
    let passed = hall.packets(bob).len();
    assert_eq!(passed, rotunda_signaling::limits::DATA_PACKET_BURST as usize);
    let said = hall.notices.iter().filter(|notice| matches!(notice, Notice::Bounded { .. })).count();
    assert_eq!(said, 1);
    hall.pass(Duration::from_secs(1));
    hall.send_packet(alice, true, &user_packet(b"x", &[]));
    assert_eq!(hall.packets(bob).len(), passed + 1);
}

#[test]
fn rubbish_and_other_channels_are_ignored() {
    let mut hall = Hall::new();
    let [alice, bob] = ["alice", "bob"].map(|name| hall.join(name));
    hall.offer(alice);
    let transport = hall.publisher(alice).unwrap();
    for (label, message) in [("_reliable", &b"\xff\xff\xff"[..]), ("_data_track", b"\x00"), ("mine", b"")] {
        hall.media(EventKind::DataReceived { transport, label: label.into(), message: message.into() });
    }
    assert!(hall.packets(bob).is_empty());
}
