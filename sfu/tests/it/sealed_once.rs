//! No (key, SSRC, index) is sealed twice, whatever happens: a million packets with layer changes, pauses, mutes, retransmissions,
//! padding, loss, reordering, and subscriptions that end and begin again under the same SSRC.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rotunda_sfu::command::{Command, LayerTarget, SubscriptionSettings};
use rotunda_sfu::sim::camera::VideoOptions;
use rotunda_sfu::sim::world::Audit;
use rotunda_sfu::sim::{Link, client};

use crate::forwarding::{connected, milliseconds};

#[test]
fn a_million_packets_use_every_number_once() {
    let link = Link { jitter: milliseconds(6), loss: 0.02, reorder: true, ..Link::GOOD };
    let mut world = connected(81, link, 18);
    world.audit = Some(Audit::default());
    let mut random = StdRng::seed_from_u64(81);
    let options = VideoOptions { temporal_layers: 2, ..VideoOptions::simulcast() };
    let publications: Vec<_> = (0..2).map(|client| world.publish_video(client, options.clone())).collect();
    for publication in &publications {
        let camera = (0..2).find(|client| world.clients[*client].camera(*publication).is_some()).unwrap();
        let camera = world.clients[camera].camera(*publication).unwrap();
        (camera.probing, camera.padding_every) = (1, 5);
    }
    let mut subscriptions = Vec::new();
    for client in 2..18 {
        for publication in &publications {
            let subscription = world.subscribe(client, *publication, SubscriptionSettings::default());
            subscriptions.push((client, subscription));
        }
    }
    while world.audit.as_ref().unwrap().packets < 1_000_000 {
        world.run_for(milliseconds(20));
        let (client, subscription) = subscriptions[random.random_range(0..subscriptions.len())];
        let ssrc = world.sink(client, subscription).unwrap().ssrc;
        match random.random_range(0..12) {
            0..5 => {
                let settings = SubscriptionSettings {
                    enabled: random.random_bool(0.85),
                    target: LayerTarget::Layer(random.random_range(0..3)),
                    max_fps: if random.random_bool(0.2) { 15 } else { 0 },
                };
                world.command(Command::UpdateSubscription { subscription, settings });
            }
            5..7 => {
                let sequences: Vec<u16> = (0..100).map(|_| random.random()).collect();
                world.clients[client].send_raw_rtcp(&client::nack(ssrc, &sequences));
            }
            7 => world.clients[client].send_raw_rtcp(&client::picture_loss(ssrc)),
            8 => world.resubscribe(subscription),
            9 => {
                let publication = publications[random.random_range(0..2)];
                world.command(Command::SetPublicationMuted { publication, muted: true });
                world.run_for(milliseconds(30));
                world.command(Command::SetPublicationMuted { publication, muted: false });
            }
            _ => {
                let index = random.random_range(0..2);
                let enabled = random.random_bool(0.7);
                let layer = random.random_range(0..3);
                world.clients[index].camera(publications[index]).unwrap().enable_layer(layer, enabled);
            }
        }
    }
    assert_eq!(world.audit.as_ref().unwrap().repeated, 0);
    let counters = world.engine.counters();
    assert!(counters.retransmissions_sent > 5_000, "{counters:?}");
}
