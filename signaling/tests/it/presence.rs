//! Everyone knows who is there.

use std::time::Duration;

use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{DisconnectReason, TrackSource};
use rotunda_sfu::event::EventKind;
use rotunda_signaling::Notice;

use crate::hall::{Hall, claims_with};
use crate::sdp;

fn updates(inbox: &[Response]) -> usize {
    inbox.iter().filter(|message| matches!(message, Response::Update(_))).count()
}

#[test]
fn joins_and_leaves_reach_everyone() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let carol = hall.join("carol");
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(alice).others(), ["bob", "carol"]);
    assert_eq!(hall.client(carol).others(), ["alice", "bob"]);
    hall.send(bob, livekit_protocol::signal_request::Message::Leave(Default::default()));
    hall.pass(Duration::from_millis(100));
    assert!(hall.client(bob).closed);
    let departed = hall.client(alice).inbox.iter().rev().find_map(|message| match message {
        Response::Update(update) => update.participants.iter().find(|info| info.identity == "bob").cloned(),
        _ => None,
    });
    // As they were, so that SDKs tell of nothing else than the departure.
    let departed = departed.unwrap();
    assert_eq!((&*departed.name, departed.disconnect_reason()), ("bob's name", DisconnectReason::ClientInitiated));
    assert_eq!(hall.client(alice).others(), ["carol"]);
    assert_eq!(hall.client(carol).others(), ["alice"]);
}

#[test]
fn many_changes_within_a_moment_are_one_message() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.pass(Duration::from_secs(1));
    hall.take(alice);
    for index in 0..50 {
        hall.connect(crate::hall::claims(&format!("guest{index}")), crate::hall::options());
    }
    hall.pass(Duration::from_secs(1));
    assert_eq!(hall.client(alice).others().len(), 50);
    assert!(updates(&hall.client(alice).inbox) <= 2, "{}", updates(&hall.client(alice).inbox));
    hall.take(alice);
    for session in hall.clients.keys().copied().skip(1).collect::<Vec<_>>() {
        hall.input(rotunda_signaling::Input::Message {
            session,
            request: livekit_protocol::SignalRequest {
                message: Some(livekit_protocol::signal_request::Message::Leave(Default::default())),
            },
        });
    }
    hall.pass(Duration::from_secs(1));
    assert!(hall.client(alice).others().is_empty());
    assert!(updates(&hall.client(alice).inbox) <= 2, "{}", updates(&hall.client(alice).inbox));
}

#[test]
fn nobody_knows_of_the_hidden() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let ghost = hall.join_as(claims_with("ghost", |grants| grants.hidden = true));
    let bob = hall.join("bob");
    hall.publish(ghost, sdp::audio("mic"), TrackSource::Microphone);
    hall.media(EventKind::SpeakersChanged {
        speakers: vec![rotunda_sfu::event::Speaker { participant: hall.participant(ghost), level: 0.5, active: true }],
    });
    hall.pass(Duration::from_secs(5));
    assert_eq!(hall.client(alice).others(), ["bob"]);
    assert_eq!(hall.client(bob).join().other_participants.len(), 1);
    assert_eq!(hall.client(bob).join().room.unwrap().num_participants, 2);
    assert_eq!(hall.client(ghost).others(), ["alice", "bob"]);
    let ghost_sid = hall.sid(ghost);
    hall.send(ghost, livekit_protocol::signal_request::Message::Leave(Default::default()));
    hall.pass(Duration::from_secs(1));
    for session in [alice, bob] {
        for message in &hall.client(session).inbox {
            assert!(!format!("{message:?}").contains(&ghost_sid), "{message:?}");
        }
    }
}

#[test]
fn room_counts_follow() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.join("bob");
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.pass(Duration::from_secs(3));
    let room = hall.client(alice).inbox.iter().rev().find_map(|message| match message {
        Response::RoomUpdate(update) => update.room.clone(),
        _ => None,
    });
    let room = room.unwrap();
    assert_eq!((room.num_participants, room.num_publishers), (2, 1));
}

#[test]
fn speakers_are_passed_on_and_told_to_newcomers() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let speaks = |hall: &Hall, level, active| EventKind::SpeakersChanged {
        speakers: vec![rotunda_sfu::event::Speaker { participant: hall.participant(alice), level, active }],
    };
    let event = speaks(&hall, 0.4, true);
    hall.media(event);
    let heard = |hall: &Hall, session| {
        hall.client(session).inbox.iter().rev().find_map(|message| match message {
            Response::SpeakersChanged(changed) => Some(changed.speakers.clone()),
            _ => None,
        })
    };
    let speakers = heard(&hall, bob).unwrap();
    assert_eq!((speakers[0].sid.clone(), speakers[0].active), (hall.sid(alice), true));
    let carol = hall.join("carol");
    assert_eq!(heard(&hall, carol).unwrap().len(), 1);
    let event = speaks(&hall, 0.0, false);
    hall.media(event);
    assert!(!heard(&hall, carol).unwrap()[0].active);
    let dave = hall.join("dave");
    assert!(heard(&hall, dave).is_none());
    assert!(hall.notices.iter().any(|notice| matches!(notice, Notice::Joined { .. })));
}
