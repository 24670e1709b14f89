//! The rules that a room's hosts make for its call.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{MuteTrackRequest, TrackSource};
use rotunda_sfu::command::Command;
use rotunda_signaling::io::Who;
use rotunda_signaling::{DisconnectReason, Input, Refusal, RoomPolicy, SessionId};

use crate::hall::{Hall, claims, options};
use crate::sdp;

/// The owner is account 7, the co-host 8.
pub(crate) fn policy(version: i64) -> RoomPolicy {
    RoomPolicy {
        version,
        title: "Hall".into(),
        locked: false,
        chat_disabled: false,
        share_disabled: false,
        unmute_disabled: false,
        keep_chat: false,
        waiting_room: false,
        owner: "7".into(),
        cohosts: vec!["8".into()],
        spotlight: String::new(),
        people_limit: 100,
    }
}

fn set(hall: &mut Hall, policy: RoomPolicy) {
    hall.input(Input::Policy(Box::new(policy)));
}

/// The metadata of the room as a client knows it.
fn metadata(hall: &Hall, session: SessionId) -> serde_json::Value {
    let told = hall.client(session).inbox.iter().rev().find_map(|message| match message {
        Response::Join(join) => join.room.as_ref().map(|room| room.metadata.clone()),
        Response::RoomUpdate(update) => update.room.as_ref().map(|room| room.metadata.clone()),
        _ => None,
    });
    serde_json::from_str(&told.unwrap()).unwrap_or_default()
}

fn unpublished(hall: &Hall, session: SessionId) -> Vec<String> {
    let told = hall.client(session).inbox.iter().filter_map(|message| match message {
        Response::TrackUnpublished(unpublished) => Some(unpublished.track_sid.clone()),
        _ => None,
    });
    told.collect()
}

fn mutes_told(hall: &Hall, session: SessionId) -> usize {
    hall.client(session).inbox.iter().filter(|message| matches!(message, Response::Mute(mute) if mute.muted)).count()
}

fn sees_muted(hall: &mut Hall, viewer: SessionId, identity: &str) -> bool {
    hall.pass(Duration::from_millis(100));
    hall.client(viewer).sees(identity).unwrap().tracks[0].muted
}

/// What SDKs say when they have followed a mute.
fn confirm(hall: &mut Hall, session: SessionId, sid: &str) {
    hall.send(session, Request::Mute(MuteTrackRequest { sid: sid.into(), muted: true }));
}

fn unmute(hall: &mut Hall, session: SessionId, sid: &str) {
    hall.send(session, Request::Mute(MuteTrackRequest { sid: sid.into(), muted: false }));
}

#[test]
fn everyone_is_told_within_a_second_newcomers_at_once_and_older_rules_change_nothing() {
    let mut hall = Hall::new();
    let alice = hall.join("1:laptop");
    set(&mut hall, policy(3));
    hall.pass(Duration::from_secs(1));
    assert_eq!(metadata(&hall, alice)["title"], "Hall");
    set(&mut hall, RoomPolicy { chat_disabled: true, spotlight: "1:laptop".into(), ..policy(5) });
    hall.pass(Duration::from_secs(1));
    let told = metadata(&hall, alice);
    assert_eq!((&told["version"], &told["chatDisabled"]), (&5.into(), &true.into()));
    assert_eq!((&told["owner"], &told["spotlight"]), (&"7".into(), &"1:laptop".into()));
    set(&mut hall, policy(4));
    let bob = hall.join("2:laptop");
    assert_eq!(metadata(&hall, bob)["version"], 5);
}

#[test]
fn a_flood_of_changes_is_told_four_times_a_second_at_most() {
    let mut hall = Hall::new();
    let alice = hall.join("1:laptop");
    hall.pass(Duration::from_secs(3));
    hall.client_mut(alice).inbox.clear();
    for version in 1..=100 {
        set(&mut hall, policy(version));
        hall.pass(Duration::from_millis(10));
    }
    hall.pass(Duration::from_secs(1));
    let updates = hall.client(alice).inbox.iter().filter(|message| matches!(message, Response::RoomUpdate(_))).count();
    assert!((1..=6).contains(&updates), "{updates}");
    assert_eq!(metadata(&hall, alice)["version"], 100);
}

#[test]
fn when_sharing_is_the_hosts_alone_what_others_share_ends_and_they_cannot_begin_again() {
    let mut hall = Hall::new();
    let sessions = ["1:laptop", "7:laptop", "8:phone"].map(|identity| hall.join(identity));
    let shares = sessions.map(|session| {
        hall.publish(session, sdp::audio("mic"), TrackSource::Microphone);
        hall.publish(session, sdp::video("screen"), TrackSource::ScreenShare).sid
    });
    set(&mut hall, RoomPolicy { share_disabled: true, ..policy(2) });
    assert_eq!(sessions.map(|session| unpublished(&hall, session)), [vec![shares[0].clone()], vec![], vec![]]);
    hall.pass(Duration::from_millis(100));
    let seen = |hall: &Hall, identity: &str| {
        let who = hall.client(sessions[1]).sees(identity).unwrap();
        (who.tracks.len(), who.permission.as_ref().unwrap().can_publish_sources.clone())
    };
    let left = vec![i32::from(TrackSource::Camera), i32::from(TrackSource::Microphone)];
    assert_eq!(seen(&hall, "1:laptop"), (1, left));
    assert_eq!((seen(&hall, "7:laptop"), seen(&hall, "8:phone")), ((2, vec![]), (2, vec![])));

    let before = hall.client(sessions[0]).inbox.len();
    hall.announce(sessions[0], &sdp::video("screen-2"), TrackSource::ScreenShare);
    let answer = &hall.client(sessions[0]).inbox[before..];
    let refused = |message: &Response| matches!(message, Response::RequestResponse(response) if response.reason != 0);
    assert!(answer.iter().any(refused), "{answer:?}");
    let late = hall.join("2:laptop");
    hall.announce(late, &sdp::video("screen"), TrackSource::ScreenShare);
    assert!(hall.client(late).inbox.iter().any(refused), "who comes later as well");

    set(&mut hall, policy(3));
    hall.publish(late, sdp::video("screen-3"), TrackSource::ScreenShare);
    hall.pass(Duration::from_millis(100));
    assert_eq!(seen(&hall, "2:laptop"), (1, vec![]), "and may again");
}

#[test]
fn a_share_that_was_announced_before_it_was_forbidden_ends_as_it_begins() {
    let mut hall = Hall::new();
    let alice = hall.join("1:laptop");
    let bob = hall.join("2:laptop");
    hall.announce(alice, &sdp::video("screen"), TrackSource::ScreenShare);
    set(&mut hall, RoomPolicy { share_disabled: true, ..policy(2) });
    hall.client_mut(alice).tracks.push(sdp::video("screen"));
    hall.offer(alice);
    hall.pass(Duration::from_millis(100));
    assert_eq!(unpublished(&hall, alice).len(), 1);
    assert!(hall.client(bob).sees("1:laptop").unwrap().tracks.is_empty() && hall.receives(bob).is_empty());
}

#[test]
fn a_host_stops_a_share_and_it_may_begin_again() {
    let mut hall = Hall::new();
    set(&mut hall, policy(1));
    let alice = hall.join("1:laptop");
    let phone = hall.join("1:phone");
    hall.publish(alice, sdp::video("cam"), TrackSource::Camera);
    let picture = hall.publish(alice, sdp::video("screen"), TrackSource::ScreenShare).sid;
    let sound = hall.publish(alice, sdp::audio("tab"), TrackSource::ScreenShareAudio).sid;
    hall.publish(phone, sdp::video("screen"), TrackSource::ScreenShare);
    hall.input(Input::StopShare { identity: "1:laptop".into() });
    assert_eq!((unpublished(&hall, alice), unpublished(&hall, phone)), (vec![picture, sound], vec![]));
    let gone = hall.commands.iter().filter(|command| matches!(command, Command::Unpublish { .. })).count();
    assert_eq!(gone, 2, "the engine forwards no more of it");
    hall.publish(alice, sdp::video("screen-2"), TrackSource::ScreenShare);
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(phone).sees("1:laptop").unwrap().tracks.len(), 2);
}

#[test]
fn when_unmuting_is_the_hosts_alone_others_are_muted_and_a_wish_to_unmute_is_answered_with_a_mute() {
    let mut hall = Hall::new();
    let sessions = ["1:laptop", "7:laptop", "8:phone"].map(|identity| hall.join(identity));
    let sids = sessions.map(|session| hall.publish(session, sdp::audio("mic"), TrackSource::Microphone).sid);
    set(&mut hall, RoomPolicy { unmute_disabled: true, ..policy(2) });
    assert_eq!(sessions.map(|session| mutes_told(&hall, session)), [1, 0, 0]);
    confirm(&mut hall, sessions[0], &sids[0]);
    assert!(sees_muted(&mut hall, sessions[1], "1:laptop") && !sees_muted(&mut hall, sessions[0], "8:phone"));
    unmute(&mut hall, sessions[0], &sids[0]);
    assert_eq!(mutes_told(&hall, sessions[0]), 2);
    assert!(sees_muted(&mut hall, sessions[1], "1:laptop"));
    let opened = |hall: &Hall| {
        hall.commands.iter().any(|command| matches!(command, Command::SetPublicationMuted { muted: false, .. }))
    };
    assert!(!opened(&hall), "the engine forwards nothing of it");
    set(&mut hall, policy(3));
    assert!(sees_muted(&mut hall, sessions[1], "1:laptop"), "nobody is unmuted by others");
    unmute(&mut hall, sessions[0], &sids[0]);
    assert!(!sees_muted(&mut hall, sessions[1], "1:laptop") && opened(&hall));
}

#[test]
fn a_microphone_that_is_published_while_unmuting_is_the_hosts_begins_muted() {
    let mut hall = Hall::new();
    set(&mut hall, RoomPolicy { unmute_disabled: true, ..policy(2) });
    let alice = hall.join("1:laptop");
    let host = hall.join("7:laptop");
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    assert!(sees_muted(&mut hall, host, "1:laptop"));
    unmute(&mut hall, alice, &sid);
    assert_eq!(mutes_told(&hall, alice), 1);
    hall.publish(host, sdp::audio("mic"), TrackSource::Microphone);
    assert!(!sees_muted(&mut hall, alice, "7:laptop"));
    // A sound of another name is a microphone all the same; a shared tab's is not.
    let bob = hall.join("2:laptop");
    hall.publish(bob, sdp::audio("thing"), TrackSource::Unknown);
    assert!(sees_muted(&mut hall, host, "2:laptop"));
    let carol = hall.join("3:laptop");
    hall.publish(carol, sdp::audio("tab"), TrackSource::ScreenShareAudio);
    assert!(!sees_muted(&mut hall, host, "3:laptop"));
}

#[test]
fn a_mute_is_repeated_until_it_is_confirmed_or_has_no_reason_any_more() {
    let mut hall = Hall::new();
    let rules = RoomPolicy { unmute_disabled: true, ..policy(2) };
    set(&mut hall, rules.clone());
    let [alice, bob, carol] = ["1:laptop", "2:laptop", "3:laptop"].map(|identity| hall.join(identity));
    let sid = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone).sid;
    hall.publish(bob, sdp::audio("mic"), TrackSource::Microphone);
    // One that begins muted by its own wish needs no telling.
    hall.announce(carol, &sdp::audio("mic"), TrackSource::Microphone);
    let own = hall.client(carol).inbox.iter().find_map(|message| match message {
        Response::TrackPublished(published) => published.track.as_ref().map(|track| track.sid.clone()),
        _ => None,
    });
    confirm(&mut hall, carol, &own.unwrap());
    hall.client_mut(carol).tracks.push(sdp::audio("mic"));
    hall.offer(carol);
    let told = |hall: &Hall| [alice, bob, carol].map(|session| mutes_told(hall, session));
    hall.pass(Duration::from_millis(1100));
    assert_eq!(told(&hall), [2, 2, 0]);
    confirm(&mut hall, alice, &sid);
    hall.pass(Duration::from_millis(1000));
    assert_eq!(told(&hall), [2, 4, 0]);
    set(&mut hall, RoomPolicy { version: 3, unmute_disabled: false, ..rules });
    hall.pass(Duration::from_secs(3));
    assert_eq!(told(&hall), [2, 4, 0]);
}

#[test]
fn who_is_no_host_any_more_is_held_to_the_rules() {
    let mut hall = Hall::new();
    let rules = RoomPolicy { unmute_disabled: true, share_disabled: true, ..policy(2) };
    set(&mut hall, rules.clone());
    let cohost = hall.join("8:phone");
    hall.publish(cohost, sdp::audio("mic"), TrackSource::Microphone);
    let share = hall.publish(cohost, sdp::video("screen"), TrackSource::ScreenShare).sid;
    assert_eq!(mutes_told(&hall, cohost), 0);
    set(&mut hall, RoomPolicy { version: 3, cohosts: Vec::new(), ..rules });
    assert_eq!((mutes_told(&hall, cohost), unpublished(&hall, cohost)), (1, vec![share]));
}

#[test]
fn one_too_many_is_refused_unless_they_are_a_host_or_in_already() {
    let mut hall = Hall::new();
    set(&mut hall, RoomPolicy { people_limit: 2, ..policy(1) });
    hall.join("1:laptop");
    hall.join("2:laptop");
    hall.join("2:phone");
    let third = hall.connect(claims("3:laptop"), options());
    assert_eq!(hall.client(third).refused, Some(Refusal::RoomFull));
    for identity in ["1:laptop", "1:tablet", "7:laptop", "8:phone", "2:laptop#screen"] {
        assert!(hall.room.has_place_for(identity), "{identity}");
    }
    hall.join("7:laptop");
    assert!(!hall.room.has_place_for("3:laptop"));
    for account in ["1", "7"] {
        hall.input(Input::Remove { who: Who::Account(account.into()), reason: DisconnectReason::ParticipantRemoved });
    }
    hall.join("3:laptop");
    assert!(!hall.room.has_place_for("4:laptop"));
}
