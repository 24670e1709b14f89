//! Mute, from both sides.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{MuteTrackRequest, TrackSource};
use rotunda_sfu::command::Command;
use rotunda_signaling::Input;

use crate::hall::Hall;
use crate::sdp;

fn mutes(hall: &Hall) -> Vec<bool> {
    let commands = hall.commands.iter().filter_map(|command| match command {
        Command::SetPublicationMuted { muted, .. } => Some(*muted),
        _ => None,
    });
    commands.collect()
}

fn is_muted(hall: &mut Hall, viewer: rotunda_signaling::SessionId) -> bool {
    hall.pass(Duration::from_millis(100));
    hall.client(viewer).sees("alice").unwrap().tracks[0].muted
}

#[test]
fn everyone_sees_who_mutes() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.send(alice, Request::Mute(MuteTrackRequest { sid: sid.clone(), muted: true }));
    assert!(is_muted(&mut hall, bob));
    hall.send(alice, Request::Mute(MuteTrackRequest { sid: sid.clone(), muted: true }));
    hall.send(alice, Request::Mute(MuteTrackRequest { sid, muted: false }));
    assert!(!is_muted(&mut hall, bob));
    assert_eq!(mutes(&hall), [true, false]);
}

#[test]
fn nobody_mutes_others() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.send(bob, Request::Mute(MuteTrackRequest { sid, muted: true }));
    assert!(!is_muted(&mut hall, bob) && mutes(&hall).is_empty());
}

#[test]
fn a_track_may_begin_muted() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.announce(alice, &sdp::audio("mic"), TrackSource::Microphone);
    let announced = hall.client(alice).inbox.iter().find_map(|message| match message {
        Response::TrackPublished(published) => published.track.clone(),
        _ => None,
    });
    hall.send(alice, Request::Mute(MuteTrackRequest { sid: announced.unwrap().sid, muted: true }));
    hall.client_mut(alice).tracks.push(sdp::audio("mic"));
    hall.offer(alice);
    assert!(is_muted(&mut hall, bob));
    assert_eq!(mutes(&hall), [true]);
}

#[test]
fn the_server_mutes_and_tells_the_publisher() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.input(Input::MuteTrack { track: sid.clone(), muted: true });
    let told = hall
        .client(alice)
        .inbox
        .iter()
        .any(|message| matches!(message, Response::Mute(mute) if mute.sid == sid && mute.muted));
    assert!(told && is_muted(&mut hall, bob));
    assert_eq!(mutes(&hall), [true]);
}
