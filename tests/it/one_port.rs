//! One UDP port, several workers: wherever the kernel delivers a datagram, it reaches the room that it belongs to.

use std::time::Duration;

use rotunda_sfu::params::MediaKind;

use crate::client::{CallServer, Heard, metric};

#[tokio::test(flavor = "multi_thread")]
async fn rooms_on_every_worker_hear_their_own_and_nobody_else() {
    const WORKERS: usize = 4;
    const ROOMS: usize = 8;
    let server = CallServer::start(WORKERS).await;
    let mut rooms = Vec::new();
    for room in 0..ROOMS {
        let name = format!("hall-{room}");
        let mut pair = Vec::new();
        for member in 0..2 {
            let identity = format!("{room}-{member}");
            let mut client = server.join(&name, &identity).await;
            let (track, ssrc) = client.publish(MediaKind::Audio, &format!("microphone-{identity}")).await;
            let talking = client.talk(ssrc, move |_| identity.clone().into_bytes());
            pair.push((client, track, talking));
        }
        rooms.push(pair);
    }
    for (room, pair) in rooms.iter_mut().enumerate() {
        let tracks = [pair[0].1.clone(), pair[1].1.clone()];
        for (member, (client, ..)) in pair.iter_mut().enumerate() {
            let other = 1 - member;
            for _ in 0..25 {
                let packet = client.hear(&tracks[other]).await;
                assert_eq!(packet.payload, format!("{room}-{other}").into_bytes());
            }
            // And nothing of anybody else.
            for _ in 0..25 {
                if let Some(Heard::Rtp(packet)) = client.next_within(Duration::from_millis(200)).await {
                    assert_eq!(packet.track, tracks[other]);
                }
            }
        }
    }
    let scrape = server.scrape().await;
    let snapshots = server.calls().media().snapshots();
    assert!(snapshots.iter().all(|worker| worker.engine.rooms == (ROOMS / WORKERS) as u64), "rooms are spread evenly");
    assert!(snapshots.iter().all(|worker| worker.engine.rtp_received > 0), "every worker carries media");
    // Of 32 sockets of clients, all at home by chance has the odds of one in 4^32.
    assert!(metric(&scrape, "rotunda_worker_hops_total") > 0.0);
    assert_eq!(metric(&scrape, "rotunda_drops_total{reason=\"ring_full\"}"), 0.0);
    assert_eq!(metric(&scrape, "rotunda_drops_total{reason=\"unknown_ufrag\"}"), 0.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_cannot_share_the_port() {
    let server = CallServer::start(1).await;
    let data = tempfile::tempdir().unwrap();
    let mut config = crate::client::config(data.path());
    config.rtc_udp_port = server.server.config().rtc_udp_port;
    let Err(refusal) = rotunda::Server::start(config).await else { panic!("two servers on one port") };
    assert!(refusal.to_string().contains("--rtc-udp-port"), "{refusal}");
}
