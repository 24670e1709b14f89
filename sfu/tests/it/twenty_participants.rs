//! Twenty in a room, all with a microphone and five with a camera: everyone gets what they subscribed to, nothing else, and
//! sound and picture of one person stay together.

use rotunda_sfu::command::{LayerTarget, SubscriptionSettings};
use rotunda_sfu::sim::Link;
use rotunda_sfu::sim::camera::VideoOptions;

use crate::forwarding::{connected, milliseconds, seconds};

#[test]
fn everyone_gets_what_they_subscribed_to() {
    let mut world = connected(41, Link { jitter: milliseconds(3), ..Link::GOOD }, 20);
    let sounds: Vec<_> = (0..20).map(|client| world.publish_audio(client)).collect();
    let pictures: Vec<_> = (0..5).map(|client| world.publish_video(client, VideoOptions::simulcast())).collect();
    let (mut heard, mut seen) = (Vec::new(), Vec::new());
    for client in 0..20 {
        for (publisher, sound) in sounds.iter().enumerate().filter(|(publisher, _)| *publisher != client) {
            heard.push((client, publisher, world.subscribe(client, *sound, SubscriptionSettings::default())));
        }
        for (publisher, picture) in pictures.iter().enumerate().filter(|(publisher, _)| *publisher != client) {
            let target = LayerTarget::Layer((client % 3) as u8);
            let settings = SubscriptionSettings { target, ..SubscriptionSettings::default() };
            seen.push((client, publisher, world.subscribe(client, *picture, settings)));
        }
    }
    world.run_for(seconds(10));
    assert_eq!(world.violations(), [""; 0]);
    for (client, publisher, subscription) in &heard {
        let sink = world.sink(*client, *subscription).unwrap();
        assert!(sink.frames >= 490, "{client} heard {} packets of {publisher}", sink.frames);
    }
    for (client, publisher, subscription) in &seen {
        let sink = world.sink(*client, *subscription).unwrap();
        let wanted = (*client % 3) as u8;
        assert!(sink.frames >= 290 && sink.longest_gap <= milliseconds(100), "{client} saw {sink:?} of {publisher}");
        assert_eq!(sink.layer, Some(wanted));
    }
    for client in &world.clients {
        assert_eq!((client.strays, client.transport_cc_gaps), (0, 0));
    }
    // Lip sync: the wall clock that sender reports give to a frame is off by the same for sound and picture.
    for (client, publisher, subscription) in &seen {
        let (.., sound) = heard.iter().find(|(c, p, _)| (c, p) == (client, publisher)).unwrap();
        let picture = world.sink(*client, *subscription).unwrap().playout_offset_ms.unwrap();
        let sound = world.sink(*client, *sound).unwrap().playout_offset_ms.unwrap();
        assert!((picture - sound).abs() <= 5.0, "{client} sees {publisher} {} ms late", picture - sound);
    }
}

#[test]
fn lip_sync_holds_over_layer_changes_and_pauses() {
    let mut world = connected(42, Link { jitter: milliseconds(15), ..Link::GOOD }, 2);
    let sound = world.publish_audio(0);
    let picture = world.publish_video(0, VideoOptions::simulcast());
    let sound = world.subscribe(1, sound, SubscriptionSettings::default());
    let subscription = world.subscribe(1, picture, SubscriptionSettings::default());
    world.run_for(seconds(3));
    for round in 0..6u8 {
        let settings = SubscriptionSettings {
            target: LayerTarget::Layer(round % 3),
            enabled: round != 4,
            ..SubscriptionSettings::default()
        };
        world.command(rotunda_sfu::command::Command::UpdateSubscription { subscription, settings });
        world.run_for(seconds(3));
        let picture = world.sink(1, subscription).unwrap().playout_offset_ms.unwrap();
        let sound = world.sink(1, sound).unwrap().playout_offset_ms.unwrap();
        assert!((picture - sound).abs() <= 5.0, "round {round}: {} ms apart", picture - sound);
    }
    assert_eq!(world.violations(), [""; 0]);
}
