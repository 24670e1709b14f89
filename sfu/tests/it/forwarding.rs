//! What one publishes, the others receive: whole, in order, under the subscriber's own numbers.

use std::time::Duration;

use rotunda_sfu::command::{Command, LayerTarget, SubscriptionSettings};
use rotunda_sfu::event::EventKind;
use rotunda_sfu::params::{Codec, SrtpProfile};
use rotunda_sfu::sim::camera::VideoOptions;
use rotunda_sfu::sim::{Link, World};
use rotunda_sfu::stats::Drop;

pub fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// A world with this many connected clients.
pub fn connected(seed: u64, link: Link, clients: usize) -> World {
    let mut world = World::new(seed, link).unwrap();
    for _ in 0..clients {
        world.join();
    }
    assert!(world.run_until_connected(seconds(10)), "{:?}", world.failures());
    world
}

fn all() -> SubscriptionSettings {
    SubscriptionSettings::default()
}

#[test]
fn sound_and_picture_arrive_whole_with_every_codec_and_profile() {
    for (seed, codec, profile) in [
        (1, Codec::Vp8, SrtpProfile::AeadAes128Gcm),
        (2, Codec::H264, SrtpProfile::AeadAes256Gcm),
        (3, Codec::Vp9, SrtpProfile::Aes128CmHmacSha1_80),
        (4, Codec::Av1, SrtpProfile::AeadAes128Gcm),
    ] {
        let mut world = World::with_profile(seed, Link::GOOD, profile).unwrap();
        let (alice, bob) = (world.join(), world.join());
        assert!(world.run_until_connected(seconds(5)));
        assert_eq!(world.clients[bob].subscriber.profile(), Some(profile));
        let sound = world.publish_audio(alice);
        let picture = world.publish_video(alice, VideoOptions { codec, ..VideoOptions::single() });
        let sound = world.subscribe(bob, sound, all());
        let picture = world.subscribe(bob, picture, all());
        world.run_for(seconds(5));
        assert_eq!(world.violations(), [""; 0], "{codec:?}");
        let (sound, picture) = (world.sink(bob, sound).unwrap(), world.sink(bob, picture).unwrap());
        assert!(sound.frames >= 245, "{codec:?}: {} packets of sound", sound.frames);
        assert!(picture.frames >= 145, "{codec:?}: {} frames", picture.frames);
        assert!(picture.longest_gap <= milliseconds(40) && picture.lost == 0, "{codec:?}: {picture:?}");
        assert_eq!(world.clients[bob].transport_cc_gaps, 0);
        assert!(world.clients[alice].transport_feedback >= 50 && world.clients[alice].receiver_reports >= 9);
    }
}

#[test]
fn the_owner_of_the_room_hears_what_begins() {
    let mut world = connected(5, Link::GOOD, 2);
    let publication = world.publish_audio(0);
    let subscription = world.subscribe(1, publication, all());
    world.run_for(seconds(3));
    let kinds = || world.events.iter().map(|(_, event)| &event.kind);
    assert_eq!(kinds().filter(|kind| matches!(kind, EventKind::TransportConnected { .. })).count(), 4);
    let started =
        |kind: &&EventKind| matches!(kind, EventKind::PublicationStarted { publication: p } if *p == publication);
    assert_eq!(kinds().filter(started).count(), 1);
    let started =
        |kind: &&EventKind| matches!(kind, EventKind::SubscriptionStarted { subscription: s } if *s == subscription);
    assert_eq!(kinds().filter(started).count(), 1);
    let mut statistics = kinds().filter_map(|kind| match kind {
        EventKind::Statistics { participants } => Some(participants),
        _ => None,
    });
    let last = statistics.next_back().unwrap();
    assert_eq!(last.len(), 2);
    let uplink = last.iter().find(|entry| entry.participant == world.clients[0].participant).unwrap().uplink;
    assert!((60..=110).contains(&uplink.packets) && uplink.packets_lost == 0, "{uplink:?}");
    let downlink = last.iter().find(|entry| entry.participant == world.clients[1].participant).unwrap().downlink;
    assert!((60..=110).contains(&downlink.packets) && downlink.bitrate_bps > 30_000, "{downlink:?}");
}

#[test]
fn nothing_leaves_while_disabled_or_muted_and_numbers_go_on_afterwards() {
    let mut world = connected(6, Link::GOOD, 2);
    let publication = world.publish_video(0, VideoOptions::single());
    let sound = world.publish_audio(0);
    let subscription = world.subscribe(1, publication, all());
    let sound_subscription = world.subscribe(1, sound, all());
    world.run_for(seconds(2));
    let enabled = |world: &mut World, enabled| {
        let settings = SubscriptionSettings { enabled, ..all() };
        world.command(Command::UpdateSubscription { subscription, settings });
        world.run_for(milliseconds(50));
    };
    let packets = |world: &World| world.sink(1, subscription).unwrap().packets;
    enabled(&mut world, false);
    let before = packets(&world);
    world.run_for(seconds(2));
    assert_eq!(packets(&world), before);
    enabled(&mut world, true);
    world.run_for(seconds(1));
    assert!(packets(&world) > before + 30);
    world.command(Command::SetPublicationMuted { publication, muted: true });
    world.command(Command::SetPublicationMuted { publication: sound, muted: true });
    world.run_for(milliseconds(50));
    let before = (packets(&world), world.sink(1, sound_subscription).unwrap().packets);
    let asked = world.clients[0].camera(publication).unwrap().keyframe_requests.len();
    world.run_for(seconds(2));
    assert_eq!((packets(&world), world.sink(1, sound_subscription).unwrap().packets), before);
    assert_eq!(world.clients[0].camera(publication).unwrap().keyframe_requests.len(), asked, "nobody asks while muted");
    world.command(Command::SetPublicationMuted { publication, muted: false });
    world.command(Command::SetPublicationMuted { publication: sound, muted: false });
    world.run_for(seconds(1));
    assert!(packets(&world) > before.0 + 30 && world.sink(1, sound_subscription).unwrap().packets > before.1 + 40);
    assert_eq!(world.sink(1, subscription).unwrap().lost, 0, "numbers go on without a gap");
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn a_newcomer_is_started_from_the_history_and_costs_no_keyframe() {
    let mut world = connected(7, Link::GOOD, 12);
    let publication = world.publish_video(0, VideoOptions::single());
    let first = world.subscribe(1, publication, all());
    assert!(world.run_until_true(seconds(2), |world| world.sink(1, first).unwrap().frames > 3));
    let asked = world.clients[0].camera(publication).unwrap().keyframe_requests.len();
    world.run_for(milliseconds(400));
    let joined = world.now;
    let subscriptions: Vec<_> = (2..12).map(|client| world.subscribe(client, publication, all())).collect();
    world.run_for(milliseconds(60));
    for (client, subscription) in (2..12).zip(&subscriptions) {
        let sink = world.sink(client, *subscription).unwrap();
        let after = sink.first_frame.unwrap() - joined;
        assert!(after <= milliseconds(5), "{after:?}");
    }
    world.run_for(seconds(1));
    assert_eq!(world.clients[0].camera(publication).unwrap().keyframe_requests.len(), asked);
    // When the keyframe has grown old, one request serves everybody.
    world.run_for(seconds(2));
    let late: Vec<_> = (1..12).map(|client| world.subscribe(client, publication, all())).collect();
    world.run_for(seconds(1));
    assert_eq!(world.clients[0].camera(publication).unwrap().keyframe_requests.len(), asked + 1);
    assert!((1..12).zip(&late).all(|(client, subscription)| world.sink(client, *subscription).unwrap().frames > 25));
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn padding_and_probes_of_the_publisher_reach_nobody_and_leave_no_gap() {
    let mut world = connected(8, Link::GOOD, 2);
    let publication = world.publish_video(0, VideoOptions::single());
    let camera = world.clients[0].camera(publication).unwrap();
    (camera.probing, camera.padding_every) = (5, 3);
    let subscription = world.subscribe(1, publication, all());
    world.run_for(seconds(4));
    let sink = world.sink(1, subscription).unwrap();
    assert!(sink.frames > 110, "{sink:?}");
    assert_eq!((sink.empty, sink.lost, sink.recovered), (0, 0, 0));
    assert_eq!(world.violations(), [""; 0]);
    assert!(world.engine.counters().dropped(Drop::Padding) > 400);
}

#[test]
fn fewer_frames_a_second_leave_the_upper_temporal_layer_out() {
    let mut world = connected(9, Link::GOOD, 3);
    let options = VideoOptions { temporal_layers: 2, ..VideoOptions::single() };
    let publication = world.publish_video(0, options);
    let few = SubscriptionSettings { max_fps: 15, ..all() };
    let slow = world.subscribe(1, publication, few);
    let fast = world.subscribe(2, publication, all());
    world.run_for(seconds(3));
    let (slow_before, fast_before) = (world.sink(1, slow).unwrap().frames, world.sink(2, fast).unwrap().frames);
    world.run_for(seconds(4));
    let slow_frames = world.sink(1, slow).unwrap().frames - slow_before;
    let fast_frames = world.sink(2, fast).unwrap().frames - fast_before;
    assert!((55..=65).contains(&slow_frames) && (115..=125).contains(&fast_frames), "{slow_frames} {fast_frames}");
    world.command(Command::UpdateSubscription { subscription: slow, settings: all() });
    let before = world.sink(1, slow).unwrap().frames;
    world.run_for(seconds(2));
    assert!(world.sink(1, slow).unwrap().frames - before > 55);
    assert_eq!(world.sink(1, slow).unwrap().lost, 0);
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn everything_is_gone_when_everybody_has_left() {
    let mut world = connected(10, Link::GOOD, 4);
    for round in 0..3 {
        let sound = world.publish_audio(round);
        let picture = world.publish_video(round, VideoOptions::simulcast());
        for other in (0..4).filter(|other| *other != round) {
            world.subscribe(other, sound, all());
            world.subscribe(other, picture, SubscriptionSettings { target: LayerTarget::Layer(1), ..all() });
        }
    }
    world.run_for(seconds(2));
    assert_eq!(world.violations(), [""; 0]);
    for client in 0..4 {
        world.leave(client);
    }
    world.run_for(seconds(1));
    let counters = world.engine.counters();
    assert_eq!((counters.participants, counters.transports), (0, 0));
    assert_eq!((counters.publications, counters.subscriptions), (0, 0));
    world.command(Command::CloseRoom { room: rotunda_sfu::sim::world::ROOM });
    assert!(world.engine.is_empty(), "{:?}", world.engine);
    assert!(world.engine.memory() < 64 << 10, "{}", world.engine.memory());
}
