//! A client joins: what it is told at first, and who is not let in.

use std::time::Duration;

use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{ClientConfigSetting, DisconnectReason, TrackSource, participant_info};
use rotunda_sfu::command::Command;
use rotunda_signaling::{Input, Notice, Refusal};

use crate::hall::{Hall, claims, claims_with, options};
use crate::sdp;

#[test]
fn the_join_response_has_what_sdks_need() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.join("bob");
    let join = hall.client(bob).join();

    let room = join.room.unwrap();
    assert!(room.sid.starts_with("RM_") && room.name == "hall" && room.num_participants == 2);
    let me = join.participant.unwrap();
    assert!(me.sid.starts_with("PA_") && me.identity == "bob" && me.name == "bob's name");
    assert_eq!(me.state(), participant_info::State::Joined);
    assert!(me.permission.unwrap().can_publish && me.joined_at > 0);
    assert_eq!(join.other_participants.len(), 1);
    assert_eq!(join.other_participants[0].sid, hall.sid(alice));
    assert!(join.subscriber_primary && join.fast_publish);
    assert_eq!((join.ping_interval, join.ping_timeout), (5, 15));
    // Without a version JS throws; calls need 1.8.
    let version = join.server_info.unwrap().version;
    let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
    assert!(parts >= vec![1, 8, 0] && join.server_version == version);
    let codecs: Vec<_> = join.enabled_publish_codecs.iter().map(|codec| codec.mime.as_str()).collect();
    assert_eq!(codecs, ["audio/opus", "video/VP8", "video/H264", "video/VP9", "video/AV1"]);
    assert_eq!(join.client_configuration.unwrap().resume_connection(), ClientConfigSetting::Disabled);
}

#[test]
fn the_first_offer_follows_at_once_with_data_channels_and_existing_tracks() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let camera = hall.publish(alice, sdp::video("cam"), TrackSource::Camera);
    let bob = hall.connect(claims("bob"), options());
    let Some(Response::Offer(offer)) =
        hall.client(bob).inbox.iter().find(|message| matches!(message, Response::Offer(_)))
    else {
        panic!("an offer")
    };
    let sections = sdp::read(&offer.sdp);
    assert_eq!(sections[0].kind, "application");
    assert_eq!(sdp::offered_tracks(&offer.sdp), [camera.sid]);
    assert!(offer.sdp.contains("a=ice-lite") && offer.sdp.contains("192.0.2.7 7882"));
    let channels = hall.commands.iter().rev().find_map(|command| match command {
        Command::AddTransport { data_channels, .. } => Some(data_channels.clone()),
        _ => None,
    });
    let labels: Vec<_> = channels.unwrap().iter().map(|channel| channel.label.to_string()).collect();
    assert_eq!(labels, ["_reliable", "_lossy", "_data_track"]);
}

#[test]
fn the_primary_transport_makes_a_participant_active() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.connect(claims("bob"), options());
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(alice).sees("bob").unwrap().state(), participant_info::State::Joined);
    hall.activate(bob);
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(alice).sees("bob").unwrap().state(), participant_info::State::Active);
    assert_eq!(hall.client(bob).sees("bob").unwrap().state(), participant_info::State::Active);
    assert!(
        hall.notices
            .iter()
            .any(|notice| matches!(notice, Notice::Active { elapsed, .. } if *elapsed == Duration::from_millis(100)))
    );
}

#[test]
fn without_subscribing_the_publishing_connection_is_primary() {
    let mut hall = Hall::new();
    let alice = hall.connect(claims_with("alice", |grants| grants.can_subscribe = Some(false)), options());
    assert!(!hall.client(alice).join().subscriber_primary);
    assert!(hall.subscriber(alice).is_none());
    hall.publish(alice, sdp::audio("mic"), TrackSource::Microphone);
    hall.activate(alice);
    hall.pass(Duration::from_millis(100));
    assert_eq!(hall.client(alice).sees("alice").unwrap().state(), participant_info::State::Active);
}

#[test]
fn who_never_connects_is_gone_after_a_while() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let bob = hall.connect(claims("bob"), options());
    hall.pass(Duration::from_secs(14));
    // The answer came, the transport never did; pings keep the WebSocket alive.
    for _ in 0..4 {
        for session in [alice, bob] {
            hall.send(session, livekit_protocol::signal_request::Message::Ping(1));
        }
        hall.pass(Duration::from_secs(5));
    }
    assert_eq!(hall.client(bob).leave_reason(), Some(DisconnectReason::JoinFailure));
    assert!(hall.client(bob).closed && hall.client(alice).others().is_empty());
}

#[test]
fn who_may_not_join_is_refused() {
    let mut hall = Hall::new();
    let mut refusal = |claims| {
        let session = hall.connect(claims, options());
        (hall.client(session).refused, hall.room.participant_count())
    };
    let refused = |refusal| (Some(refusal), 0);
    assert_eq!(refusal(claims_with("a", |grants| grants.room_join = false)), refused(Refusal::NotAllowed));
    assert_eq!(refusal(claims_with("a", |grants| grants.room = "other".into())), refused(Refusal::NotAllowed));
    let without_grants = rotunda_signaling::token::Claims { video: None, ..claims("a") };
    assert_eq!(refusal(without_grants), refused(Refusal::NotAllowed));
    assert_eq!(refusal(claims("")), refused(Refusal::InvalidIdentity));
    assert_eq!(refusal(claims(&"a".repeat(300))), refused(Refusal::InvalidIdentity));
    let large = rotunda_signaling::token::Claims { metadata: "m".repeat(100_000), ..claims("a") };
    assert_eq!(refusal(large), refused(Refusal::MetadataTooLarge));
}

#[test]
fn attributes_of_the_query_need_permission() {
    let mut hall = Hall::new();
    let mut options = options();
    options.attributes.insert("hand".into(), "up".into());
    let mallory = hall.connect(claims("mallory"), options.clone());
    assert_eq!(hall.client(mallory).refused, Some(Refusal::MetadataNotAllowed));
    let alice = hall.connect(claims_with("alice", |grants| grants.can_update_own_metadata = Some(true)), options);
    assert_eq!(hall.client(alice).join().participant.unwrap().attributes["hand"], "up");
}

#[test]
fn a_full_room_refuses_but_lets_the_same_person_back() {
    let mut hall = Hall::with(|config| config.max_participants = 2);
    hall.join("alice");
    hall.join("bob");
    let carol = hall.connect(claims("carol"), options());
    assert_eq!(hall.client(carol).refused, Some(Refusal::RoomFull));
    let again = hall.join("bob");
    assert!(hall.client(again).refused.is_none());
    // A recorder takes nobody's place.
    let recorder = hall.connect(claims_with("rec", |grants| grants.recorder = true), options());
    assert!(hall.client(recorder).refused.is_none());
}

#[test]
fn a_closed_room_refuses() {
    let mut hall = Hall::new();
    hall.pass(Duration::from_secs(20));
    assert!(hall.ended);
    hall.ended = false; // a refusal may follow
    let alice = hall.connect(claims("alice"), options());
    assert_eq!(hall.client(alice).refused, Some(Refusal::RoomClosed));
}

#[test]
fn a_publish_only_session_stands_beside_the_first() {
    let mut hall = Hall::new();
    let alice = hall.join("alice");
    let mut second = options();
    second.publish_only = Some("screen".into());
    let screen = hall.connect(claims("alice"), second);
    assert_eq!(hall.client(screen).join().participant.unwrap().identity, "alice#screen");
    assert!(!hall.client(alice).closed);
    // Put out with the first.
    let reason = livekit_protocol::DisconnectReason::ParticipantRemoved;
    hall.input(Input::Remove { who: rotunda_signaling::io::Who::Identity("alice".into()), reason });
    assert!(hall.client(alice).closed && hall.client(screen).closed);
}

#[test]
fn media_events_of_other_rooms_are_ignored() {
    let mut hall = Hall::new();
    let alice = hall.connect(claims("alice"), options());
    let transport = hall.primary(alice).unwrap();
    let kind = rotunda_sfu::event::EventKind::TransportConnected {
        transport,
        profile: rotunda_sfu::params::SrtpProfile::AeadAes128Gcm,
        handshake: Duration::ZERO,
    };
    hall.input(Input::Media(rotunda_sfu::event::Event { room: rotunda_sfu::ids::RoomId(1), kind }));
    assert_eq!(hall.client(alice).sees("alice").unwrap().state(), participant_info::State::Joined);
}
