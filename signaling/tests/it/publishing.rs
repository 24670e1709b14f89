//! A track is announced, offered, told to everyone, and taken back.

use std::time::Duration;

use livekit_protocol::request_response::Reason;
use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{AddTrackRequest, SimulcastCodec, TrackSource, TrackType, VideoLayer, VideoQuality};
use rotunda_sfu::command::Command;
use rotunda_sfu::event::EventKind;
use rotunda_sfu::params::{Codec, ReceiveParameters};

use crate::hall::{Hall, claims_with};
use crate::sdp::{self, stopped};

fn published(hall: &Hall) -> Vec<ReceiveParameters> {
    let commands = hall.commands.iter().filter_map(|command| match command {
        Command::Publish { parameters, .. } => Some(parameters.clone()),
        _ => None,
    });
    commands.collect()
}

fn refusals(inbox: &[Response]) -> Vec<Reason> {
    let responses = inbox.iter().filter_map(|message| match message {
        Response::RequestResponse(response) => Some(response.reason()),
        _ => None,
    });
    responses.collect()
}

#[test]
fn a_track_reaches_everyone_with_its_description() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let info = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    assert!(info.sid.starts_with("TR_"));
    hall.pass(Duration::from_millis(100));
    let seen = &hall.client(bob).sees("alice").unwrap().tracks;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&*seen[0].sid, &*seen[0].mime_type, seen[0].source()),
        (&*info.sid, "audio/opus", TrackSource::Microphone)
    );
    assert_eq!((&*seen[0].mid, &*seen[0].stream), ("1", "camera"));
    assert!(hall.client(bob).sees("alice").unwrap().is_publisher);
    assert_eq!(published(&hall)[0].codecs[0].codec, Codec::Opus);
    assert_eq!(hall.receives(bob), [info.sid]);
    assert_eq!(hall.room.track_count(), 1);
}

#[test]
fn the_answer_echoes_the_offers_id() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let sdp = sdp::offer(&[sdp::audio("mic")]);
    let offer = livekit_protocol::SessionDescription { r#type: "offer".into(), sdp, id: 4711, ..Default::default() };
    hall.send(alice, Request::Offer(offer));
    let answer = hall.client(alice).inbox.iter().find_map(|message| match message {
        Response::Answer(answer) => Some(answer.clone()),
        _ => None,
    });
    let answer = answer.unwrap();
    assert_eq!((answer.id, &*answer.r#type), (4711, "answer"));
}

#[test]
fn the_offer_may_come_before_the_announcement() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.client_mut(alice).tracks.push(sdp::audio("mic"));
    hall.offer(alice);
    assert!(published(&hall).is_empty());
    hall.announce(alice, &sdp::audio("mic"), TrackSource::Microphone);
    assert_eq!(published(&hall).len(), 1);
}

#[test]
fn an_invented_id_is_matched_by_kind_and_exact_ones_first() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.announce(alice, &sdp::video("cam"), TrackSource::Camera);
    hall.announce(alice, &sdp::video("screen"), TrackSource::ScreenShare);
    hall.client_mut(alice).tracks = vec![sdp::video("{5f5c-invented}"), sdp::video("screen")];
    hall.offer(alice);
    hall.pass(Duration::from_millis(100));
    let tracks = &hall.client(alice).sees("alice").unwrap().tracks;
    let source = |mid: &str| tracks.iter().find(|track| track.mid == mid).unwrap().source();
    assert_eq!((source("1"), source("2")), (TrackSource::Camera, TrackSource::ScreenShare));
    let camera = tracks.iter().find(|track| track.mid == "1").unwrap();
    assert_eq!(camera.codecs[0].sdp_cid, "{5f5c-invented}");
}

#[test]
fn simulcast_layers_get_their_sizes() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let layer = |quality: VideoQuality, width, height| VideoLayer {
        quality: quality.into(),
        width,
        height,
        ..Default::default()
    };
    let request = AddTrackRequest {
        cid: "cam".into(),
        r#type: TrackType::Video.into(),
        source: TrackSource::Camera.into(),
        layers: vec![
            layer(VideoQuality::High, 1280, 720),
            layer(VideoQuality::Low, 320, 180),
            layer(VideoQuality::Medium, 640, 360),
        ],
        simulcast_codecs: vec![SimulcastCodec { codec: "vp8".into(), cid: "cam".into(), ..Default::default() }],
        ..Default::default()
    };
    hall.send(alice, Request::AddTrack(request));
    hall.client_mut(alice).tracks.push(sdp::simulcast("cam"));
    hall.offer(alice);
    let encodings = &published(&hall)[0].encodings;
    let sizes: Vec<_> = encodings.iter().map(|encoding| (encoding.rid.unwrap().to_string(), encoding.width)).collect();
    assert_eq!(sizes, [("q".to_string(), 320), ("h".to_string(), 640), ("f".to_string(), 1280)]);
    hall.pass(Duration::from_millis(100));
    #[allow(deprecated)]
    let simulcast = hall.client(alice).sees("alice").unwrap().tracks[0].simulcast;
    assert!(simulcast);
}

#[test]
fn the_announced_codec_comes_first() {
    // H.265 is not forwarded: the client is told what to take instead.
    for (announced, codec, mime_type) in [("vp9", Codec::Vp9, "video/VP9"), ("h265", Codec::Vp8, "video/VP8")] {
        let mut hall = Hall::new();
        let alice = hall.join("alice");
        let request = AddTrackRequest {
            cid: "cam".into(),
            r#type: TrackType::Video.into(),
            source: TrackSource::Camera.into(),
            simulcast_codecs: vec![SimulcastCodec { codec: announced.into(), cid: "cam".into(), ..Default::default() }],
            ..Default::default()
        };
        hall.send(alice, Request::AddTrack(request));
        let answered = hall.client(alice).inbox.iter().find_map(|message| match message {
            Response::TrackPublished(published) => published.track.clone(),
            _ => None,
        });
        assert_eq!(answered.unwrap().codecs[0].mime_type, mime_type);
        hall.client_mut(alice).tracks.push(sdp::video("cam"));
        hall.offer(alice);
        assert_eq!(published(&hall)[0].codecs[0].codec, codec);
        hall.pass(Duration::from_millis(100));
        assert_eq!(hall.client(alice).sees("alice").unwrap().tracks[0].mime_type, mime_type);
    }
}

#[test]
fn a_stopped_section_ends_its_track_and_may_carry_another() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let first = hall.publish(alice, sdp::video("cam"), TrackSource::Camera);
    let camera = hall.client(alice).tracks[0].clone();
    hall.client_mut(alice).tracks[0] = stopped(&camera);
    hall.offer(alice);
    hall.pass(Duration::from_millis(100));
    assert!(hall.client(bob).sees("alice").unwrap().tracks.is_empty());
    assert!(hall.receives(bob).is_empty());
    // SDKs warn when they are told what they did themselves.
    assert!(!hall.client(alice).inbox.iter().any(|message| matches!(message, Response::TrackUnpublished(_))));
    // The same section, another track.
    let screen = sdp::video("screen");
    hall.announce(alice, &screen, TrackSource::ScreenShare);
    hall.client_mut(alice).tracks[0] = screen;
    hall.offer(alice);
    hall.pass(Duration::from_millis(100));
    let tracks = &hall.client(bob).sees("alice").unwrap().tracks;
    assert_eq!((tracks.len(), tracks[0].source()), (1, TrackSource::ScreenShare));
    assert_ne!(tracks[0].sid, first.sid);
    assert_eq!(hall.receives(bob), [tracks[0].sid.clone()]);
}

#[test]
fn the_same_track_published_again_waits_for_its_end() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let first = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.take(alice);
    // Announced anew before the offer that ends the first.
    hall.announce(alice, &sdp::audio("mic"), TrackSource::Microphone);
    assert_eq!(refusals(&hall.client(alice).inbox), [Reason::Queued]);
    // An offer about something else changes nothing.
    hall.offer(alice);
    assert!(!hall.client(alice).inbox.iter().any(|message| matches!(message, Response::TrackPublished(_))));
    let microphone = hall.client(alice).tracks[0].clone();
    hall.client_mut(alice).tracks = vec![stopped(&microphone), microphone];
    hall.offer(alice);
    let answered = hall.client(alice).inbox.iter().find_map(|message| match message {
        Response::TrackPublished(published) => published.track.clone(),
        _ => None,
    });
    assert_ne!(answered.unwrap().sid, first.sid);
    assert_eq!(hall.room.track_count(), 1);
}

#[test]
fn announced_twice_before_any_offer_is_one_track() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.announce(alice, &sdp::audio("mic"), TrackSource::Microphone);
    let info = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    assert_eq!(hall.room.track_count(), 1);
    hall.offer(alice);
    hall.pass(Duration::from_millis(100));
    let tracks = &hall.client(alice).sees("alice").unwrap().tracks;
    assert_eq!((tracks.len(), &*tracks[0].sid), (1, &*info.sid));
}

#[test]
fn what_may_not_be_published_is_refused() {
    let mut hall = Hall::new();
    let grants = |sources: &[&str]| sources.iter().map(ToString::to_string).collect::<Vec<_>>();
    let alice = hall.join_as(claims_with("alice", |video| video.can_publish_sources = grants(&["microphone"])));
    hall.announce(alice, &sdp::video("cam"), TrackSource::Camera);
    hall.announce(alice, &sdp::audio(""), TrackSource::Microphone);
    let sid = AddTrackRequest {
        sid: "TR_x".into(),
        cid: "c".into(),
        source: TrackSource::Microphone.into(),
        ..Default::default()
    };
    hall.send(alice, Request::AddTrack(sid));
    let data = AddTrackRequest { cid: "c".into(), r#type: TrackType::Data.into(), ..Default::default() };
    hall.send(alice, Request::AddTrack(data));
    assert_eq!(
        refusals(&hall.client(alice).inbox),
        [Reason::NotAllowed, Reason::InvalidRequest, Reason::NotFound, Reason::UnsupportedType]
    );
    hall.client_mut(alice).tracks.push(sdp::video("cam"));
    hall.offer(alice);
    assert!(published(&hall).is_empty());
}

#[test]
fn tracks_are_bounded() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    for index in 0..100 {
        hall.announce(alice, &sdp::audio(&format!("mic{index}")), TrackSource::Microphone);
    }
    let inbox = &hall.client(alice).inbox;
    let answered = inbox.iter().filter(|message| matches!(message, Response::TrackPublished(_))).count();
    assert_eq!(answered, rotunda_signaling::limits::MAX_TRACKS);
    assert!(refusals(inbox).iter().all(|reason| *reason == Reason::LimitExceeded));
}

#[test]
fn the_publisher_learns_once_that_somebody_receives() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    hall.join("bob");
    hall.join("carol");
    let info = hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    for subscription in hall.engine.subscriptions.keys().copied().collect::<Vec<_>>() {
        hall.media(EventKind::SubscriptionStarted { subscription });
    }
    let told =
        hall.client(alice).inbox.iter().filter(
            |message| matches!(message, Response::TrackSubscribed(subscribed) if subscribed.track_sid == info.sid),
        );
    assert_eq!(told.count(), 1);
}

#[test]
fn unusable_sdp_makes_the_client_start_over() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let offer = livekit_protocol::SessionDescription {
        r#type: "offer".into(),
        sdp: "v=0\r\nnonsense".into(),
        ..Default::default()
    };
    hall.send(alice, Request::Offer(offer));
    let leave = hall.client(alice).leave().unwrap();
    assert_eq!(leave.action(), rotunda_signaling::LeaveAction::Reconnect);
    assert!(hall.client(alice).closed);
}

#[test]
fn values_of_a_later_protocol_are_forgotten() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let request = AddTrackRequest {
        cid: "mic".into(),
        source: 4000,
        encryption: 4000,
        backup_codec_policy: 4000,
        audio_features: vec![4000],
        packet_trailer_features: vec![4000],
        layers: vec![VideoLayer { quality: 4000, ..Default::default() }],
        simulcast_codecs: vec![SimulcastCodec { codec: "opus".into(), video_layer_mode: 4000, ..Default::default() }],
        ..Default::default()
    };
    hall.send(alice, Request::AddTrack(request));
    hall.client_mut(alice).tracks.push(sdp::audio("mic"));
    hall.offer(alice);
    hall.pass(Duration::from_millis(100));
    // The hall checks that each message has a JSON form.
    assert_eq!(hall.client(bob).sees("alice").unwrap().tracks[0].source(), TrackSource::Unknown);
}
