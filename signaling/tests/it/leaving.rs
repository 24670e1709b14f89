//! Leaving, being put out, and the end of the room.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::{DisconnectReason, LeaveRequest, TrackSource};
use rotunda_sfu::command::Command;
use rotunda_signaling::io::Who;
use rotunda_signaling::{Input, LeaveAction, Notice};

use crate::hall::{Hall, claims_with};
use crate::sdp;

#[test]
fn who_leaves_takes_everything_along() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.publish(bob, sdp::audio("mic"), TrackSource::Microphone);
    hall.send(alice, Request::Leave(LeaveRequest::default()));
    hall.pass(Duration::from_millis(100));
    assert!(hall.client(alice).closed && hall.client(alice).leave().is_none());
    assert!(hall.receives(bob).is_empty());
    let offer = hall.client(bob).last_offer.clone().unwrap();
    assert!(sdp::offered_tracks(&offer.sdp).is_empty());
    let left = hall.notices.iter().any(|notice| {
        matches!(notice, Notice::Left { identity, reason: DisconnectReason::ClientInitiated, .. } if &**identity == "alice")
    });
    assert!(left);
    hall.send(bob, Request::Leave(LeaveRequest::default()));
    hall.pass(Duration::from_secs(1));
    assert_eq!(hall.room.entry_count(), 0);
}

#[test]
fn the_room_ends_a_while_after_the_last() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.pass(Duration::from_secs(25));
    assert!(!hall.ended);
    hall.send(alice, Request::Leave(LeaveRequest::default()));
    hall.pass(Duration::from_secs(19));
    assert!(!hall.ended);
    let again = hall.join("alice");
    hall.pass(Duration::from_secs(25));
    assert!(!hall.ended);
    hall.send(again, Request::Leave(LeaveRequest::default()));
    hall.pass(Duration::from_secs(20));
    assert!(hall.ended && matches!(hall.commands.last(), Some(Command::CloseRoom { .. })));
    assert_eq!(hall.room.poll_timeout(), None);
}

#[test]
fn a_recorder_alone_keeps_no_room() {
    let mut hall = Hall::new();
    let recorder = hall.join_as(claims_with("rec", |grants| grants.recorder = true));
    let alice = hall.join("alice");
    hall.send(alice, Request::Leave(LeaveRequest::default()));
    for _ in 0..5 {
        hall.send(recorder, Request::Ping(1));
        hall.pass(Duration::from_secs(5));
    }
    assert!(hall.ended);
    assert_eq!(hall.client(recorder).leave_reason(), Some(DisconnectReason::RoomClosed));
}

#[test]
fn a_removed_participant_is_told_and_gone() {
    let mut hall = Hall::new();
    let [tab1, tab2, other] = ["ann:1", "ann:2", "anna:1"].map(|name| hall.join(name));
    let reason = DisconnectReason::ParticipantRemoved;
    hall.input(Input::Remove { who: Who::Identity("ann:1".into()), reason });
    assert_eq!(hall.client(tab1).leave_reason(), Some(reason));
    assert_eq!(hall.client(tab1).leave().unwrap().action(), LeaveAction::Disconnect);
    assert!(hall.client(tab1).closed && !hall.client(tab2).closed);
    hall.input(Input::Remove { who: Who::Account("ann".into()), reason });
    assert!(hall.client(tab2).closed && !hall.client(other).closed);
    hall.pass(Duration::from_millis(100));
    assert!(hall.client(other).others().is_empty());
}

#[test]
fn a_closing_room_tells_everyone_what_to_do() {
    let mut hall = Hall::new();
    let sessions = ["alice", "bob"].map(|name| hall.join(name));
    hall.input(Input::Close { reason: DisconnectReason::ServerShutdown, action: LeaveAction::Reconnect });
    for session in sessions {
        let leave = hall.client(session).leave().unwrap();
        assert_eq!((leave.reason(), leave.action()), (DisconnectReason::ServerShutdown, LeaveAction::Reconnect));
        assert!(leave.can_reconnect && hall.client(session).closed);
    }
    assert!(hall.ended && hall.room.entry_count() == 0);
}

#[test]
fn a_flood_of_messages_ends_the_session() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    for _ in 0..2000 {
        hall.send(alice, Request::Ping(1));
    }
    assert!(hall.client(alice).closed && hall.client(alice).inbox.len() < 1100);
    assert!(!hall.client(bob).closed);
}
