//! A subscriber gets the layer that its tile needs, changes it at keyframes without a jerk, and falls back when a layer stops.

use rotunda_sfu::command::{Command, LayerTarget, SubscriptionSettings};
use rotunda_sfu::ids::SubscriptionId;
use rotunda_sfu::params::Codec;
use rotunda_sfu::sim::camera::VideoOptions;
use rotunda_sfu::sim::{Link, World};

use crate::forwarding::{connected, milliseconds, seconds};

fn size(width: u32, height: u32) -> SubscriptionSettings {
    SubscriptionSettings { target: LayerTarget::Size { width, height }, ..SubscriptionSettings::default() }
}

fn layer(world: &World, client: usize, subscription: SubscriptionId) -> Option<u8> {
    world.sink(client, subscription).unwrap().layer
}

fn resize(world: &mut World, subscription: SubscriptionId, width: u32, height: u32) {
    world.command(Command::UpdateSubscription { subscription, settings: size(width, height) });
}

fn simulcast_with(options: VideoOptions, seed: u64) {
    let mut world = connected(seed, Link::GOOD, 3);
    let publication = world.publish_video(0, options);
    let small = world.subscribe(1, publication, size(300, 170));
    let large = world.subscribe(2, publication, size(1920, 1080));
    world.run_for(seconds(2));
    assert_eq!((layer(&world, 1, small), layer(&world, 2, large)), (Some(0), Some(2)));
    // A tile grows and shrinks again and again.
    for (width, height, wanted) in [(640, 360, 1), (1280, 720, 2), (160, 90, 0), (700, 100, 2), (1, 1, 0)] {
        resize(&mut world, small, width, height);
        world.run_for(seconds(1));
        assert_eq!(layer(&world, 1, small), Some(wanted), "{width}x{height}");
    }
    let sink = world.sink(1, small).unwrap();
    assert!(sink.longest_gap <= milliseconds(100), "{:?}", sink.longest_gap);
    assert!(sink.switches >= 5 && sink.lost == 0);
    assert_eq!(world.violations(), [""; 0]);
    // The large layer stops for want of bandwidth and comes back.
    world.clients[0].camera(publication).unwrap().enable_layer(2, false);
    world.run_for(seconds(4));
    assert_eq!(layer(&world, 2, large), Some(1));
    world.clients[0].camera(publication).unwrap().enable_layer(2, true);
    world.run_for(seconds(2));
    assert_eq!(layer(&world, 2, large), Some(2));
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn layers_follow_the_tile_by_rid() {
    simulcast_with(VideoOptions::simulcast(), 21);
}

#[test]
fn layers_follow_the_tile_by_announced_ssrcs() {
    simulcast_with(VideoOptions { announce_ssrcs: true, ..VideoOptions::simulcast() }, 22);
}

#[test]
fn layers_follow_the_tile_with_h264() {
    simulcast_with(VideoOptions { codec: Codec::H264, ..VideoOptions::simulcast() }, 23);
}

#[test]
fn bindings_learned_by_rid_survive_renegotiation_and_layers_that_stop() {
    let mut world = connected(24, Link::GOOD, 2);
    let publication = world.publish_video(0, VideoOptions::simulcast());
    let subscription = world.subscribe(1, publication, size(1280, 720));
    world.run_for(seconds(3));
    // By now the sender names its streams no more. A renegotiation comes, and layers go off and on.
    let (transport, _) = world.transport_ids(0).unwrap();
    let again = world.clients[0].camera(publication).unwrap().encodings();
    let parameters = world.receive_parameters(publication, again).unwrap();
    world.command(Command::Publish { transport, publication, parameters });
    for index in 0..3 {
        world.clients[0].camera(publication).unwrap().enable_layer(index, false);
    }
    world.run_for(seconds(3));
    for index in 0..3 {
        world.clients[0].camera(publication).unwrap().enable_layer(index, true);
    }
    let before = world.sink(1, subscription).unwrap().frames;
    world.run_for(seconds(3));
    assert!(world.sink(1, subscription).unwrap().frames > before + 60);
    assert_eq!(layer(&world, 1, subscription), Some(2));
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn a_section_that_is_published_anew_goes_on_with_the_ssrcs_that_are_known() {
    let mut world = connected(25, Link::GOOD, 2);
    let publication = world.publish_video(0, VideoOptions::simulcast());
    world.run_for(seconds(3));
    let (transport, _) = world.transport_ids(0).unwrap();
    let encodings = world.clients[0].camera(publication).unwrap().encodings();
    let parameters = world.receive_parameters(publication, encodings).unwrap();
    world.command(Command::Unpublish { publication });
    world.run_for(seconds(1));
    // Same id and source, so that the sink knows what to expect; for the engine it is another publication.
    world.command(Command::Publish { transport, publication, parameters });
    let subscription = world.subscribe(1, publication, size(640, 360));
    world.run_for(seconds(2));
    assert!(world.sink(1, subscription).unwrap().frames > 45);
    assert_eq!(layer(&world, 1, subscription), Some(1));
    assert_eq!(world.violations(), [""; 0]);
}
