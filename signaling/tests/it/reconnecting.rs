//! Lost connections, and the way back.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::simulate_scenario::Scenario;
use livekit_protocol::{DisconnectReason, SimulateScenario, TrackSource};
use rotunda_sfu::event::{EventKind, TransportFailure};
use rotunda_signaling::{ConnectOptions, Input, LeaveAction, Notice};

use crate::hall::{Hall, claims, options};
use crate::sdp;

#[test]
fn a_lost_socket_is_not_a_leave_until_nobody_comes_back() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.input(Input::Disconnected { session: alice });
    hall.pass(Duration::from_secs(5));
    assert_eq!(hall.client(bob).others(), ["alice"]);
    assert_eq!(hall.receives(bob).len(), 1);
    hall.pass(Duration::from_secs(6));
    assert!(hall.client(bob).others().is_empty() && hall.receives(bob).is_empty());
}

#[test]
fn a_newer_session_takes_the_place_of_the_older_at_once() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.input(Input::Disconnected { session: alice });
    let again = hall.join("alice");
    hall.publish(again, sdp::audio("mic"), TrackSource::Microphone);
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(bob).others(), ["alice"]);
    assert_eq!(hall.client(bob).sees("alice").unwrap().sid, hall.sid(again));
    assert_eq!(hall.receives(bob).len(), 1);
    // The older session's timers have gone with it.
    for _ in 0..4 {
        for session in [bob, again] {
            hall.send(session, Request::Ping(1));
        }
        hall.pass(Duration::from_secs(5));
    }
    assert_eq!(hall.client(bob).others(), ["alice"]);
}

#[test]
fn the_same_identity_from_elsewhere_puts_the_first_out() {
    let mut hall = Hall::new();
    let first = hall.join("alice");
    hall.join("alice");
    let leave = hall.client(first).leave().unwrap();
    assert_eq!((leave.reason(), leave.action()), (DisconnectReason::DuplicateIdentity, LeaveAction::Disconnect));
    assert!(hall.client(first).closed && hall.room.participant_count() == 1);
    let left = hall.notices.iter().filter(|notice| matches!(notice, Notice::Left { .. })).count();
    assert_eq!(left, 1);
}

#[test]
fn a_resume_is_answered_with_a_way_in() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.input(Input::Disconnected { session: alice });
    let sid = hall.sid(alice);
    let resume = hall.connect(claims("alice"), ConnectOptions { resume: Some(sid), ..options() });
    let leave = hall.client(resume).leave().unwrap();
    assert_eq!((leave.reason(), leave.action()), (DisconnectReason::StateMismatch, LeaveAction::Reconnect));
    assert!(leave.can_reconnect && hall.client(resume).closed);
    // A new room answers alike, as after a restart of the server.
    let mut fresh = Hall::new();
    let resume = fresh.connect(claims("alice"), ConnectOptions { resume: Some("PA_gone".into()), ..options() });
    assert_eq!(fresh.client(resume).leave().unwrap().action(), LeaveAction::Reconnect);
    assert_eq!(hall.client(bob).others(), ["alice"]);
}

#[test]
fn lost_media_makes_the_client_start_over() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let transport = hall.primary(alice).unwrap();
    hall.media(EventKind::TransportFailed { transport, reason: TransportFailure::ConsentExpired });
    let leave = hall.client(alice).leave().unwrap();
    assert_eq!(leave.action(), LeaveAction::Reconnect);
    hall.pass(Duration::from_millis(100));
    assert!(hall.client(bob).others().is_empty());
}

#[test]
fn media_that_never_came_is_a_failed_join() {
    let mut hall = Hall::new();
    let alice = hall.connect(claims("alice"), options());
    let transport = hall.primary(alice).unwrap();
    hall.media(EventKind::TransportFailed { transport, reason: TransportFailure::DtlsHandshake });
    let leave = hall.client(alice).leave().unwrap();
    assert_eq!((leave.reason(), leave.action()), (DisconnectReason::JoinFailure, LeaveAction::Disconnect));
}

#[test]
fn without_socket_and_media_nobody_is_there() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.input(Input::Disconnected { session: alice });
    let transport = hall.primary(alice).unwrap();
    hall.media(EventKind::TransportFailed { transport, reason: TransportFailure::PeerClosed });
    hall.pass(Duration::from_millis(100));
    assert!(hall.client(bob).others().is_empty());
}

#[test]
fn a_closed_connection_before_the_leave_is_no_trouble() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let transport = hall.primary(alice).unwrap();
    hall.media(EventKind::TransportFailed { transport, reason: TransportFailure::PeerClosed });
    assert!(hall.client(alice).leave().is_none());
    hall.send(alice, Request::Leave(Default::default()));
    assert!(hall.client(alice).leave().is_none() && hall.client(alice).closed);
}

#[test]
fn a_silent_socket_is_given_up() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    for _ in 0..10 {
        hall.send(bob, Request::Ping(1));
        hall.pass(Duration::from_secs(5));
    }
    assert!(hall.client(alice).closed && !hall.client(bob).closed);
    assert!(hall.client(bob).others().is_empty());
}

#[test]
fn scenarios_of_sdk_tests() {
    let simulate = |scenario| {
        let mut hall = Hall::new();
        let alice = hall.join("alice");
        hall.send(alice, Request::Simulate(SimulateScenario { scenario: Some(scenario) }));
        (hall.client(alice).leave().map(|leave| leave.action()), hall.client(alice).closed)
    };
    assert_eq!(simulate(Scenario::ServerLeave(true)), (Some(LeaveAction::Disconnect), true));
    assert_eq!(simulate(Scenario::LeaveRequestFullReconnect(true)), (Some(LeaveAction::Reconnect), true));
    assert_eq!(simulate(Scenario::NodeFailure(true)), (None, true));
    assert_eq!(simulate(Scenario::DisconnectSignalOnResume(true)), (None, true));
    assert_eq!(simulate(Scenario::SpeakerUpdate(3)), (None, false));
    assert_eq!(simulate(Scenario::Migration(true)), (None, false));
}

#[test]
fn pings_are_answered() {
    use livekit_protocol::signal_response::Message as Response;
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.pass(Duration::from_secs(3));
    hall.take(alice);
    hall.send(alice, Request::Ping(1));
    hall.send(alice, Request::PingReq(livekit_protocol::Ping { timestamp: 42, rtt: 1 }));
    let now = (crate::hall::START as i64 + 3) * 1000;
    let inbox = hall.take(alice);
    assert!(matches!(inbox[0], Response::Pong(at) if at == now));
    assert!(matches!(&inbox[1], Response::PongResp(pong) if pong.last_ping_timestamp == 42 && pong.timestamp == now));
}
