//! Who receives what, in which size.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{SubscriptionError, TrackSource, UpdateSubscription, UpdateTrackSettings, VideoQuality};
use rotunda_sfu::command::{Command, LayerTarget, SubscriptionSettings};
use rotunda_signaling::ConnectOptions;

use crate::hall::{Hall, claims, claims_with, options};
use crate::sdp::{self, stopped};

fn subscription(sids: &[&str], subscribe: bool) -> Request {
    Request::Subscription(UpdateSubscription {
        track_sids: sids.iter().map(ToString::to_string).collect(),
        subscribe,
        ..Default::default()
    })
}

fn errors(inbox: &[Response]) -> Vec<SubscriptionError> {
    let responses = inbox.iter().filter_map(|message| match message {
        Response::SubscriptionResponse(response) => Some(response.err()),
        _ => None,
    });
    responses.collect()
}

fn offers(inbox: &[Response]) -> usize {
    inbox.iter().filter(|message| matches!(message, Response::Offer(_))).count()
}

fn settings_of(hall: &Hall) -> Vec<SubscriptionSettings> {
    let commands = hall.commands.iter().filter_map(|command| match command {
        Command::Subscribe { settings, .. } | Command::UpdateSubscription { settings, .. } => Some(*settings),
        _ => None,
    });
    commands.collect()
}

#[test]
fn everyone_receives_everyone() {
    let mut hall = Hall::new();
    let sessions: Vec<_> = ["alice", "bob", "carol"].iter().map(|name| hall.join(name)).collect();
    let mut sids = Vec::new();
    for session in &sessions {
        sids.push(hall.publish(*session, sdp::audio("mic"), TrackSource::Microphone).sid);
    }
    for (index, session) in sessions.iter().enumerate() {
        let mut others = sids.clone();
        others.remove(index);
        others.sort();
        assert_eq!(hall.receives(*session), others);
    }
}

#[test]
fn streams_that_belong_together_share_a_name() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let mut firefox = options();
    firefox.client.browser = "Firefox".into();
    let carol = hall.connect(claims("carol"), firefox);
    let microphone = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    let camera = hall.publish(alice, sdp::video("cam"), TrackSource::Camera);
    let alice_sid = hall.sid(alice);
    let msids = |hall: &Hall, session| {
        let offer = hall.client(session).last_offer.clone().unwrap();
        sdp::read(&offer.sdp)
            .into_iter()
            .map(|section| section.msid)
            .filter(|msid| !msid.is_empty())
            .collect::<Vec<_>>()
    };
    let expected = [&microphone, &camera].map(|info| format!("{alice_sid}|camera {}", info.sid));
    assert_eq!(msids(&hall, bob), expected);
    // Firefox knows a track by its stream's name.
    let expected = [&microphone, &camera].map(|info| format!("{alice_sid}|{0} {0}", info.sid));
    assert_eq!(msids(&hall, carol), expected);
}

#[test]
fn who_asks_for_nothing_gets_nothing_until_asked() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let microphone = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    let explicit = ConnectOptions { auto_subscribe: false, ..options() };
    let bob = hall.connect(claims("bob"), explicit);
    hall.activate(bob);
    assert!(hall.receives(bob).is_empty());
    hall.send(bob, subscription(&[&microphone.sid], true));
    assert_eq!(hall.receives(bob), std::slice::from_ref(&microphone.sid));
    hall.send(bob, subscription(&[&microphone.sid], false));
    assert!(hall.receives(bob).is_empty());
    let offer = hall.client(bob).last_offer.clone().unwrap();
    assert!(sdp::offered_tracks(&offer.sdp).is_empty());
    hall.send(bob, subscription(&[&microphone.sid], true));
    assert_eq!(hall.receives(bob), [microphone.sid]);
}

#[test]
fn a_track_that_is_not_there_is_said_so() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.send(bob, subscription(&["TR_nothing"], true));
    hall.send(bob, subscription(&["TR_nothing"], false));
    assert_eq!(errors(&hall.client(bob).inbox), [SubscriptionError::SeTrackNotfound]);
    // One's own is not there either.
    let own = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.send(alice, subscription(&[&own.sid], true));
    assert_eq!(errors(&hall.client(alice).inbox), [SubscriptionError::SeTrackNotfound]);
}

#[test]
fn who_may_not_subscribe_receives_nothing() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join_as(claims_with("bob", |grants| grants.can_subscribe = Some(false)));
    let microphone = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.send(bob, subscription(&[&microphone.sid], true));
    assert!(hall.receives(bob).is_empty() && offers(&hall.client(bob).inbox) == 0);
}

#[test]
fn a_codec_that_the_client_lacks_is_said_so() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.client_mut(bob).lacks = Some("VP8");
    let camera = hall.publish(alice, sdp::video("cam"), TrackSource::Camera);
    let microphone = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    assert_eq!(errors(&hall.client(bob).inbox), [SubscriptionError::SeCodecUnsupported]);
    assert_eq!(hall.receives(bob), std::slice::from_ref(&microphone.sid));
    // Asked for again, it is offered again.
    hall.client_mut(bob).lacks = None;
    hall.send(bob, subscription(&[&camera.sid], true));
    let mut both = [camera.sid, microphone.sid];
    both.sort();
    assert_eq!(hall.receives(bob), both);
}

#[test]
fn settings_reach_the_engine() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let camera = hall.publish(alice, sdp::simulcast("cam"), TrackSource::Camera);
    assert_eq!(settings_of(&hall).last().unwrap().target, LayerTarget::Highest);
    let mut set = |settings: UpdateTrackSettings| {
        hall.send(bob, Request::TrackSetting(UpdateTrackSettings { track_sids: vec![camera.sid.clone()], ..settings }));
        *settings_of(&hall).last().unwrap()
    };
    let sized = set(UpdateTrackSettings { width: 320, height: 180, fps: 15, ..Default::default() });
    let expected =
        SubscriptionSettings { enabled: true, target: LayerTarget::Size { width: 320, height: 180 }, max_fps: 15 };
    assert_eq!(sized, expected);
    let low = set(UpdateTrackSettings { quality: VideoQuality::Low.into(), ..Default::default() });
    assert_eq!(low.target, LayerTarget::Layer(0));
    assert!(!set(UpdateTrackSettings { disabled: true, ..Default::default() }).enabled);
    assert!(!set(UpdateTrackSettings { quality: VideoQuality::Off.into(), ..Default::default() }).enabled);
}

#[test]
fn adaptive_streams_begin_low_and_settings_outlive_a_pause() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.connect(claims("bob"), ConnectOptions { adaptive_stream: true, ..options() });
    hall.activate(bob);
    let camera = hall.publish(alice, sdp::simulcast("cam"), TrackSource::Camera);
    assert_eq!(settings_of(&hall).last().unwrap().target, LayerTarget::Layer(0));
    let settings =
        UpdateTrackSettings { track_sids: vec![camera.sid.clone()], width: 640, height: 360, ..Default::default() };
    hall.send(bob, Request::TrackSetting(settings));
    hall.send(bob, subscription(&[&camera.sid], false));
    hall.send(bob, subscription(&[&camera.sid], true));
    assert_eq!(settings_of(&hall).last().unwrap().target, LayerTarget::Size { width: 640, height: 360 });
}

#[test]
fn one_offer_at_a_time() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.take(bob);
    hall.client_mut(bob).silent = true;
    let mut sids: Vec<_> = (0..4)
        .map(|index| hall.publish(alice, sdp::audio(&format!("mic{index}")), TrackSource::Microphone).sid)
        .collect();
    sids.sort();
    assert_eq!(offers(&hall.client(bob).inbox), 1);
    hall.client_mut(bob).silent = false;
    hall.answer(bob);
    assert_eq!(offers(&hall.client(bob).inbox), 2);
    assert_eq!(hall.receives(bob), sids);
}

#[test]
fn stale_answers_are_ignored() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let first = hall.client(bob).last_offer.clone().unwrap();
    let microphone = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    let answer = livekit_protocol::SessionDescription {
        r#type: "answer".into(),
        sdp: sdp::answer(&first.sdp, None),
        id: first.id,
        ..Default::default()
    };
    hall.send(bob, Request::Answer(answer));
    assert!(!hall.client(bob).closed);
    assert_eq!(hall.receives(bob), [microphone.sid]);
}

#[test]
fn a_track_that_ends_before_its_answer_is_not_sent() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.client_mut(bob).silent = true;
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    let microphone = hall.client(alice).tracks[0].clone();
    hall.client_mut(alice).tracks[0] = stopped(&microphone);
    hall.offer(alice);
    hall.client_mut(bob).silent = false;
    hall.answer(bob);
    assert!(hall.receives(bob).is_empty());
    let offer = hall.client(bob).last_offer.clone().unwrap();
    assert!(sdp::offered_tracks(&offer.sdp).is_empty());
}

#[test]
fn who_never_answers_starts_over() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    hall.client_mut(bob).silent = true;
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.pass(Duration::from_secs(16));
    let leave = hall.client(bob).leave().unwrap();
    assert_eq!(leave.action(), rotunda_signaling::LeaveAction::Reconnect);
}
