//! A room whose owner is slow holds its senders of data back, and loses nothing.

use rotunda_sfu::event::EventKind;
use rotunda_sfu::params::DataChannelParameters;
use rotunda_sfu::sim::world::ROOM;
use rotunda_sfu::sim::{Link, World};
use rotunda_sfu::transport::DataError;

use crate::forwarding::{milliseconds, seconds};

fn received(world: &World) -> Vec<u32> {
    let number = |kind: &EventKind| match kind {
        EventKind::DataReceived { message, .. } => Some(u32::from_be_bytes(message[..4].try_into().unwrap())),
        _ => None,
    };
    world.events.iter().filter_map(|(_, event)| number(&event.kind)).collect()
}

#[test]
fn messages_wait_at_their_sender_while_the_owner_is_behind() {
    let mut world = World::new(71, Link::GOOD).unwrap();
    world.data_channels =
        vec![DataChannelParameters { label: "_reliable".into(), ordered: true, max_retransmits: None }];
    world.join();
    assert!(world.run_until_connected(seconds(10)));
    let is_open =
        |world: &World| world.events.iter().any(|(_, event)| matches!(event.kind, EventKind::DataChannelOpen { .. }));
    assert!(world.run_until_true(seconds(5), is_open));
    assert!(world.engine.set_data_paused(world.now, ROOM, true));
    assert!(!world.engine.set_data_paused(world.now, ROOM, true), "it is paused already");

    const MESSAGES: u32 = 120;
    let mut message = vec![7; 10_000];
    let mut sent = 0;
    let mut waits = 0;
    while sent < MESSAGES {
        message[..4].copy_from_slice(&sent.to_be_bytes());
        let now = world.now;
        match world.clients[0].publisher.send_data(now, "_reliable", &message) {
            Ok(()) => sent += 1,
            Err(DataError::BufferFull) => {
                waits += 1;
                if waits > 20 {
                    break;
                }
                world.run_for(milliseconds(100));
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(sent < MESSAGES, "the window never closed: {sent} messages of 10 kB are on their way");
    assert!(received(&world).is_empty(), "the owner gets nothing while it is behind");

    assert!(world.engine.set_data_paused(world.now, ROOM, false));
    while sent < MESSAGES {
        message[..4].copy_from_slice(&sent.to_be_bytes());
        let now = world.now;
        if world.clients[0].publisher.send_data(now, "_reliable", &message).is_ok() {
            sent += 1;
        } else {
            world.run_for(milliseconds(100));
            assert!(world.now - world.epoch < seconds(120), "{} of {sent} arrived", received(&world).len());
        }
    }
    assert!(world.run_until_true(seconds(60), |world| received(world).len() as u32 == MESSAGES));
    assert_eq!(received(&world), (0..MESSAGES).collect::<Vec<_>>(), "all arrive, once, in order");
}
