//! What somebody inside a call may do to others: nothing. Figures 4 and 5 of the hardening rules, in their short form.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rotunda_sfu::command::SubscriptionSettings;
use rotunda_sfu::ids::EgressSsrc;
use rotunda_sfu::sim::camera::VideoOptions;
use rotunda_sfu::sim::{Link, client};
use rotunda_sfu::stats::Drop;

use crate::forwarding::{connected, milliseconds, seconds};

#[test]
fn a_flood_of_keyframe_requests_becomes_two_a_second() {
    let mut world = connected(61, Link::GOOD, 4);
    let publication = world.publish_video(0, VideoOptions::simulcast());
    let subscriptions: Vec<_> =
        (1..4).map(|client| world.subscribe(client, publication, SubscriptionSettings::default())).collect();
    world.run_for(seconds(3));
    world.clients[0].camera(publication).unwrap().keyframe_requests.clear();
    let flood: Vec<_> =
        (1..4).zip(&subscriptions).map(|(c, s)| client::picture_loss(world.sink(c, *s).unwrap().ssrc)).collect();
    for _ in 0..5000 {
        for (client, request) in (1..4).zip(&flood) {
            world.clients[client].send_raw_rtcp(request);
        }
        world.run_for(milliseconds(1));
    }
    let requests = world.clients[0].camera(publication).unwrap().keyframe_requests.len();
    assert!((8..=11).contains(&requests), "{requests} in five seconds");
    assert!(world.engine.counters().keyframe_requests_received >= 14_000);
    for (client, subscription) in (1..4).zip(&subscriptions) {
        assert!(world.sink(client, *subscription).unwrap().longest_gap <= milliseconds(120));
    }
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn feedback_about_streams_of_others_reaches_nobody() {
    let mut world = connected(62, Link::GOOD, 3);
    let publication = world.publish_video(0, VideoOptions::single());
    let subscription = world.subscribe(1, publication, SubscriptionSettings::default());
    world.run_for(seconds(2));
    world.clients[0].camera(publication).unwrap().keyframe_requests.clear();
    let victim = world.sink(1, subscription).unwrap().ssrc;
    let (sent, packets) =
        (world.engine.counters().retransmissions_sent, world.sink(1, subscription).unwrap().recovered);
    // Client 2 receives nothing; it names the victim's stream, its neighbours, and thousands of others.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for case in 0..10_000u32 {
        let any = any::<u32>().new_tree(&mut runner).unwrap().current();
        let ssrc = match case % 4 {
            0 => victim,
            1 => victim.rtx(),
            2 => EgressSsrc::from_wire(victim.to_wire() ^ 1 << (case % 32)),
            _ => EgressSsrc::from_wire(any),
        };
        world.clients[2].send_raw_rtcp(&client::picture_loss(ssrc));
        world.clients[2].send_raw_rtcp(&client::nack(ssrc, &[case as u16, case as u16 + 1]));
        if case % 4 == 3 {
            world.run_for(milliseconds(1));
        }
    }
    world.run_for(seconds(1));
    assert_eq!(world.clients[0].camera(publication).unwrap().keyframe_requests.len(), 0);
    assert_eq!(world.engine.counters().retransmissions_sent, sent);
    assert_eq!(world.sink(1, subscription).unwrap().recovered, packets);
    assert!(world.engine.counters().dropped(Drop::UnknownFeedback) >= 9_000);
    assert_eq!(world.clients[2].strays, 0);
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn packets_under_others_ssrcs_are_not_routed() {
    // Ten thousand packets with colliding and forged SSRCs, mids and rids, from a client that publishes itself.
    let mut world = connected(63, Link::GOOD, 3);
    let honest = world.publish_video(0, VideoOptions::simulcast());
    let own = world.publish_audio(2);
    let seen = world.subscribe(1, honest, SubscriptionSettings::default());
    let heard = world.subscribe(1, own, SubscriptionSettings::default());
    world.run_for(seconds(2));
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (any::<u32>(), any::<u16>(), 0u8..128, 0u8..6);
    for case in 0..10_000u32 {
        let (any, sequence, payload_type, mid) = strategy.new_tree(&mut runner).unwrap().current();
        let ssrc = if case % 2 == 0 { 0x1000_0010 + any % 40 } else { any };
        let mut header = vec![0x90, payload_type];
        header.extend(sequence.to_be_bytes());
        header.extend(any.to_be_bytes());
        header.extend(ssrc.to_be_bytes());
        // Our mids are numbers from 1 on; rids q, h and f are the honest publisher's.
        header.extend([0xbe, 0xde, 0, 1, 0x40, b'0' + mid, 0xa0, b"qhf"[case as usize % 3]]);
        world.clients[2].publisher.send_rtp(&header, b"not what anybody asked for");
        if case % 10 == 9 {
            world.run_for(milliseconds(2));
        }
    }
    world.run_for(seconds(1));
    // Its own microphone may be spoilt by its own forgeries; nobody else's stream is.
    let sink = world.sink(1, seen).unwrap();
    assert_eq!(sink.violations, [""; 0]);
    assert!(sink.lost == 0 && sink.longest_gap <= milliseconds(120), "{sink:?}");
    assert_eq!(world.clients[1].strays, 0);
    assert_eq!(world.clients[0].strays + world.clients[2].strays, 0);
    assert!(world.sink(1, heard).unwrap().frames > 80);
    let counters = world.engine.counters();
    let reasons = [Drop::UnknownSource, Drop::UnknownPayloadType, Drop::TooManySources, Drop::Replayed];
    assert!(reasons.into_iter().map(|reason| counters.dropped(reason)).sum::<u64>() > 9_500, "{counters:?}");
}

#[test]
fn every_packet_replayed_five_times_is_accepted_once() {
    let mut world = connected(64, Link::GOOD, 2);
    world.replay = 5;
    let publication = world.publish_video(0, VideoOptions::single());
    let subscription = world.subscribe(1, publication, SubscriptionSettings::default());
    world.run_for(seconds(3));
    let counters = world.engine.counters();
    assert!(counters.dropped(Drop::Replayed) >= 5 * 90, "{counters:?}");
    let sink = world.sink(1, subscription).unwrap();
    assert!(sink.frames >= 85 && sink.lost == 0);
    assert_eq!(counters.dropped(Drop::Duplicate), 0, "replays end at SRTP");
    assert_eq!(world.violations(), [""; 0]);
}
