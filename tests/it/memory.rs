//! What the server holds for an empty house, an idle participant and a busy one, in resident memory seen from outside.

use std::time::Duration;

use futures_util::future::join_all;
use rotunda_sfu::params::MediaKind;

use crate::child::Child;
use crate::client::Client;

const KIB: u64 = 1 << 10;
const EMPTY_SERVER: u64 = 40 << 20;
const IDLE_PARTICIPANT: u64 = 48 * KIB;
const BUSY_PARTICIPANT: u64 = 64 * KIB;
const SUBSCRIPTION: u64 = 2 * KIB;

const ROOMS: usize = 20;
const PARTICIPANTS_PER_ROOM: usize = 10;
const PARTICIPANTS: u64 = (ROOMS * PARTICIPANTS_PER_ROOM) as u64;
const SUBSCRIPTIONS: u64 = PARTICIPANTS_PER_ROOM as u64 - 1;

async fn enter(server: &Child, rooms: std::ops::Range<usize>) -> Vec<Client> {
    let mut clients = Vec::new();
    for room in rooms {
        let room = format!("room-{room}");
        let names: Vec<String> = (0..PARTICIPANTS_PER_ROOM).map(|index| format!("p{index}")).collect();
        clients.extend(join_all(names.iter().map(|name| Client::join(&server.base, &room, name))).await);
    }
    join_all(clients.iter_mut().map(|client| client.connected(false))).await;
    clients
}

/// Waits until nothing moves any more: what a handshake needs has been freed.
async fn settled(server: &Child) -> u64 {
    let mut last = server.resident_bytes();
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = server.resident_bytes();
        if now.abs_diff(last) < 128 * KIB {
            return now;
        }
        last = now;
    }
    last
}

/// Everyone publishes sound, and everyone else receives it.
async fn get_busy(server: &Child, clients: &mut [Client], before: u64) {
    let mut tracks = Vec::new();
    for (index, client) in clients.iter_mut().enumerate() {
        tracks.push(client.publish(MediaKind::Audio, &format!("audio-{index}")).await.1);
    }
    join_all(clients.iter().map(Client::ready)).await;
    let held = "rotunda_media_held{what=\"subscriptions\"}";
    let subscriptions = (before + clients.len() as u64) * SUBSCRIPTIONS;
    server.wait_for_metric(held, subscriptions as f64, Duration::from_secs(30)).await;
    for number in 0..25_u32 {
        for (client, ssrc) in clients.iter().zip(&tracks) {
            client.send_rtp(*ssrc, number * 4800, true, &[0x78; 100]);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_participant_costs_the_memory_that_is_promised() {
    let server = Child::start();
    let empty = settled(&server).await;
    println!("empty server: {:.1} MiB", empty as f64 / (1 << 20) as f64);
    assert!(empty <= EMPTY_SERVER, "{empty} bytes");

    // What the first calls cost is no participant's: queues, rings and buffers that the kernel gives on the first touch.
    let mut first = enter(&server, 1000..1000 + ROOMS / 2).await;
    let already = first.len() as u64;
    get_busy(&server, &mut first, 0).await;
    let base = settled(&server).await;
    println!("with {already} participants: {:.1} MiB", base as f64 / (1 << 20) as f64);

    let mut clients = enter(&server, 0..ROOMS).await;
    let idle = settled(&server).await.saturating_sub(base) / PARTICIPANTS;
    println!("idle participant: {:.1} KiB", idle as f64 / KIB as f64);

    get_busy(&server, &mut clients, already).await;
    let busy = settled(&server).await.saturating_sub(base) / PARTICIPANTS;
    println!("busy participant with {SUBSCRIPTIONS} subscriptions: {:.1} KiB", busy as f64 / KIB as f64);

    assert!(idle <= IDLE_PARTICIPANT, "an idle participant holds {idle} bytes");
    let bound = BUSY_PARTICIPANT + SUBSCRIPTIONS * SUBSCRIPTION;
    assert!(busy <= bound, "a busy participant holds {busy} bytes, more than {bound}");
}
