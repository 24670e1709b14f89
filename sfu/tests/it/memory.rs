//! What a participant, a subscription and a layer's history cost in heap, as counted by the allocator while the engine works.

use rotunda_sfu::command::SubscriptionSettings;
use rotunda_sfu::limits::HISTORY_BYTES;
use rotunda_sfu::sim::camera::VideoOptions;
use rotunda_sfu::sim::world::ROOM;
use rotunda_sfu::sim::{Link, World};

use crate::forwarding::seconds;

/// A world whose engine's heap is counted.
fn metered(seed: u64) -> World {
    let mut world = World::new(seed, Link::GOOD).unwrap();
    world.meter = Some(|work| allocation_counter::measure(work).bytes_current);
    world
}

fn join(world: &mut World, clients: usize) {
    for _ in 0..clients {
        world.join();
    }
    assert!(world.run_until_connected(seconds(10)));
    // Handshakes are over, their buffers returned.
    world.run_for(seconds(10));
}

#[test]
fn participants_subscriptions_and_histories_stay_small() {
    let mut world = metered(71);
    join(&mut world, 20);
    let few = world.engine_heap;
    join(&mut world, 40);
    let idle = (world.engine_heap - few) / 40;
    println!("idle participant, two transports: {idle} bytes");
    assert!(idle <= 26 << 10, "{idle}");

    // Everybody's microphone and one camera; then sixty subscribers of each.
    let sounds: Vec<_> = (0..10).map(|client| world.publish_audio(client)).collect();
    let before = world.engine_heap;
    world.run_for(seconds(5));
    let audio = (world.engine_heap - before) / 10;
    println!("history of a microphone: {audio} bytes");
    assert!(audio <= 66 << 10, "{audio}");
    world.run_for(seconds(5));
    let before = world.engine_heap;
    let mut subscriptions = 0;
    for sound in &sounds {
        for client in 10..60 {
            world.subscribe(client, *sound, SubscriptionSettings::default());
            subscriptions += 1;
        }
    }
    world.run_for(seconds(5));
    let each = (world.engine_heap - before) / subscriptions;
    println!("subscription: {each} bytes");
    assert!(each <= 2 << 10, "{each}");

    let before = world.engine_heap;
    let picture = world.publish_video(0, VideoOptions::simulcast());
    world.subscribe(59, picture, SubscriptionSettings::default());
    world.run_for(seconds(20));
    let layers = (world.engine_heap - before) / 3;
    println!("history of a video layer, 0.25 to 4 Mbit/s: {layers} bytes on average");
    assert!(layers <= HISTORY_BYTES as i64, "{layers}");
    assert_eq!(world.violations(), [""; 0]);
}

#[test]
fn a_thousand_joins_and_leaves_leave_nothing_behind() {
    let mut world = metered(72);
    // Room for the tables' own growth, which stays.
    let mut after_round = Vec::new();
    for _ in 0..50 {
        let first = world.clients.len();
        for _ in 0..20 {
            world.join();
        }
        let connected = |world: &World| world.clients[first..].iter().all(|client| client.is_connected());
        assert!(world.run_until_true(seconds(10), connected));
        let publication = world.publish_video(first, VideoOptions::single());
        for client in first + 1..first + 20 {
            world.subscribe(client, publication, SubscriptionSettings::default());
        }
        world.run_for(seconds(1));
        for client in first..first + 20 {
            world.leave(client);
        }
        world.run_for(seconds(1));
        after_round.push(world.engine_heap);
        assert_eq!(world.violations(), [""; 0]);
        world.forget_clients();
    }
    println!("heap after rounds 10 and 50: {} and {} bytes", after_round[9], after_round[49]);
    // It goes down a little: what commands bring was allocated outside, and is given back inside.
    assert!(after_round[49] - after_round[9] <= after_round[9] / 100, "{after_round:?}");
    world.command(rotunda_sfu::command::Command::CloseRoom { room: ROOM });
    assert!(world.engine.is_empty());
}
