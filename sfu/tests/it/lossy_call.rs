//! Bad networks: loss both ways is repaired by NACK and RTX both ways, and an outage ends with a keyframe.

use std::time::Duration;

use rotunda_sfu::command::SubscriptionSettings;
use rotunda_sfu::params::Codec;
use rotunda_sfu::sim::camera::VideoOptions;
use rotunda_sfu::sim::{Link, World};
use rotunda_sfu::stats::Drop;

use crate::forwarding::{connected, milliseconds, seconds};

#[test]
fn a_minute_at_five_percent_loss_is_watchable() {
    for (seed, codec) in [(31, Codec::Vp8), (32, Codec::H264)] {
        // 60 ms round trip to each side, 5 % lost on every path in both directions.
        let mut world = connected(seed, Link::lossy(0.05, milliseconds(30)), 3);
        let publication = world.publish_video(0, VideoOptions { codec, ..VideoOptions::single() });
        let sound = world.publish_audio(0);
        let subscriptions: Vec<_> = (1..3)
            .map(|client| (client, world.subscribe(client, publication, SubscriptionSettings::default())))
            .collect();
        let heard = world.subscribe(1, sound, SubscriptionSettings::default());
        world.run_for(seconds(2));
        for (client, subscription) in &subscriptions {
            world.clients[*client].sink_mut(*subscription).unwrap().forget_gap();
        }
        world.run_for(seconds(60));
        for (client, subscription) in &subscriptions {
            let sink = world.sink(*client, *subscription).unwrap();
            assert!(sink.longest_gap <= milliseconds(500), "{codec:?}: {:?}", sink.longest_gap);
            assert!(sink.frames >= 1740, "{codec:?}: {} frames", sink.frames);
            assert!(sink.recovered > 50 && sink.lost < 10, "{} recovered, {} lost", sink.recovered, sink.lost);
        }
        let heard = world.sink(1, heard).unwrap().frames;
        assert!((2650..2850).contains(&heard), "{heard} packets of sound: twice 5 % are lost, and none is repaired");
        assert_eq!(world.violations(), [""; 0]);
        let counters = world.engine.counters();
        assert!(counters.retransmissions_recovered > 50 && counters.retransmissions_sent > 100, "{counters:?}");
    }
}

#[test]
fn reordering_is_not_loss() {
    let link = Link { delay: milliseconds(10), jitter: milliseconds(4), loss: 0.0, reorder: true };
    let mut world = connected(33, link, 2);
    let publication = world.publish_video(0, VideoOptions::simulcast());
    let camera = world.clients[0].camera(publication).unwrap();
    camera.padding_every = 4;
    let subscription = world.subscribe(1, publication, SubscriptionSettings::default());
    world.run_for(seconds(10));
    let sink = world.sink(1, subscription).unwrap();
    assert!(sink.frames >= 285 && sink.lost == 0, "{} frames, {} lost", sink.frames, sink.lost);
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn after_an_outage_the_picture_is_back_within_a_second() {
    let mut world = connected(34, Link::GOOD, 2);
    let publication = world.publish_video(0, VideoOptions::single());
    let subscription = world.subscribe(1, publication, SubscriptionSettings::default());
    world.run_for(seconds(2));
    let address = world.clients[0].publisher.address;
    world.network.set_link(address, Link { loss: 1.0, ..Link::GOOD });
    world.run_for(seconds(2));
    world.network.set_link(address, Link::GOOD);
    let before = world.sink(1, subscription).unwrap().frames;
    let back = |world: &World| world.sink(1, subscription).unwrap().frames > before + 5;
    assert!(world.run_until_true(seconds(1), back));
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn without_rtx_nothing_is_sent_twice() {
    let mut world = World::new(35, Link::lossy(0.05, milliseconds(20))).unwrap();
    world.rtx = false;
    world.join();
    world.join();
    assert!(world.run_until_connected(seconds(10)));
    let publication = world.publish_video(0, VideoOptions::single());
    let subscription = world.subscribe(1, publication, SubscriptionSettings::default());
    world.run_for(seconds(10));
    let counters = world.engine.counters();
    assert_eq!(counters.retransmissions_sent, 0);
    assert!(counters.dropped(Drop::RetransmissionWithoutRtx) > 10);
    let sink = world.sink(1, subscription).unwrap();
    assert!(sink.keyframes > 3, "keyframes are what is left");
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn a_subscriber_without_credit_gets_no_more_than_the_budget() {
    let mut world = connected(36, Link::GOOD, 2);
    let publication = world.publish_video(0, VideoOptions::single());
    let subscription = world.subscribe(1, publication, SubscriptionSettings::default());
    world.run_for(seconds(1));
    let ssrc = world.sink(1, subscription).unwrap().ssrc;
    let before = world.engine.counters().retransmissions_sent;
    let all: Vec<u16> = (0..u16::MAX).step_by(17).collect();
    for _ in 0..200 {
        for chunk in all.chunks(200) {
            let flood = rotunda_sfu::sim::client::nack(ssrc, chunk);
            world.clients[1].send_raw_rtcp(&flood);
        }
        world.run_for(milliseconds(10));
    }
    let sent = world.engine.counters().retransmissions_sent - before;
    assert!(sent <= 200 + 2 * 400 + 10, "{sent}");
    let limit: Duration = milliseconds(60);
    assert!(world.sink(1, subscription).unwrap().longest_gap <= limit, "the picture goes on meanwhile");
}
