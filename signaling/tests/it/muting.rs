//! Mute, from both sides.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{MuteTrackRequest, TrackSource};
use rotunda_sfu::command::Command;
use rotunda_signaling::Input;
use rotunda_signaling::io::Whose;

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

fn is_told(hall: &Hall, client: rotunda_signaling::SessionId, sid: &str) -> bool {
    let mut inbox = hall.client(client).inbox.iter();
    inbox.any(|message| matches!(message, Response::Mute(mute) if mute.sid == sid && mute.muted))
}

#[test]
fn the_server_mutes_a_microphone_and_tells_its_publisher_who_may_unmute_it() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.publish(alice, sdp::audio("shared"), TrackSource::ScreenShareAudio);
    let bobs = hall.publish(bob, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.input(Input::MuteMicrophones { whose: Whose::Identity("alice".into()) });
    assert!(is_told(&hall, alice, &sid) && !is_told(&hall, bob, &bobs));
    assert!(is_muted(&mut hall, bob));
    assert_eq!(mutes(&hall), [true]);
    hall.input(Input::MuteMicrophones { whose: Whose::Identity("alice".into()) });
    assert_eq!(mutes(&hall), [true], "muted is muted");
    hall.send(alice, Request::Mute(MuteTrackRequest { sid, muted: false }));
    assert!(!is_muted(&mut hall, bob));
}

#[test]
fn the_server_mutes_everyone_but_the_devices_of_one_account() {
    let mut hall = Hall::new();
    let sessions = ["7:laptop", "7:phone", "77:laptop", "8:laptop"].map(|identity| hall.join(identity));
    let sids = sessions.map(|session| hall.publish(session, sdp::audio("mic"), TrackSource::Microphone).sid);
    hall.input(Input::MuteMicrophones { whose: Whose::EveryoneBut("7".into()) });
    let told: Vec<_> = sessions.iter().zip(&sids).map(|(session, sid)| is_told(&hall, *session, sid)).collect();
    assert_eq!(told, [false, false, true, true]);
}
