//! Strangers at the media port, clients that die without a word, and sockets that never speak: a call next to them notices
//! nothing, and nothing of them stays.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rand::{Rng as _, SeedableRng as _};
use rotunda_sfu::params::MediaKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::child::{Child, kernel_drops};
use crate::client::{Client, Heard};

/// What strangers may know: our user fragment (from a captured check) and the SSRC of a track.
#[derive(Clone)]
struct Known {
    ufrag: String,
    ssrc: u32,
}

fn stun(kind: u16, attributes: &[(u16, Vec<u8>)], fingerprint: bool, rng: &mut impl rand::RngCore) -> Vec<u8> {
    let mut message = kind.to_be_bytes().to_vec();
    message.extend_from_slice(&[0, 0, 0x21, 0x12, 0xa4, 0x42]);
    let mut transaction = [0; 12];
    rng.fill_bytes(&mut transaction);
    message.extend_from_slice(&transaction);
    for (kind, value) in attributes {
        message.extend_from_slice(&kind.to_be_bytes());
        message.extend_from_slice(&(value.len() as u16).to_be_bytes());
        message.extend_from_slice(value);
        message.resize(message.len().next_multiple_of(4), 0);
    }
    let length = (message.len() - 20 + if fingerprint { 8 } else { 0 }) as u16;
    message[2..4].copy_from_slice(&length.to_be_bytes());
    if fingerprint {
        let crc = crc32(&message) ^ 0x5354_554e;
        message.extend_from_slice(&[0x80, 0x28, 0, 4]);
        message.extend_from_slice(&crc.to_be_bytes());
    }
    message
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

fn random(rng: &mut impl rand::RngCore, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// A DTLS record (RFC 6347, 4.1).
fn dtls(kind: u8, epoch: u16, body: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 0xfe, 0xfd];
    record.extend_from_slice(&epoch.to_be_bytes());
    record.extend_from_slice(&[0; 6]);
    record.extend_from_slice(&(body.len() as u16).to_be_bytes());
    record.extend_from_slice(body);
    record
}

/// One hostile datagram of one of many kinds. None is authentic, so none may be answered.
fn hostile(rng: &mut rand::rngs::StdRng, known: &Known) -> Vec<u8> {
    let username = |ufrag: &str| (0x0006, format!("{ufrag}:peer").into_bytes());
    let integrity = |rng: &mut rand::rngs::StdRng| (0x0008, random(rng, 20));
    let len = rng.random_range(0..1400);
    match rng.random_range(0..24) {
        0 => random(rng, len),
        1 => Vec::new(),
        2 => vec![rng.random()],
        3 => stun(0x0001, &[], true, rng),
        4 => {
            let attributes = [username("Anobody000000000"), integrity(rng)];
            stun(0x0001, &attributes, true, rng)
        }
        5 => {
            let attributes = [username(&known.ufrag), integrity(rng)];
            stun(0x0001, &attributes, true, rng)
        }
        6 => {
            let attributes = [username(&known.ufrag), (0x0025, Vec::new()), integrity(rng)];
            stun(0x0001, &attributes, true, rng)
        }
        7 => {
            let attributes = [username(&known.ufrag)];
            stun(0x0001, &attributes, true, rng)
        }
        8 => {
            let attributes = [username(&known.ufrag), integrity(rng)];
            stun(0x0001, &attributes, false, rng)
        }
        9 => {
            let attributes = [username(&known.ufrag), (0x7fff, random(rng, len)), integrity(rng)];
            stun(0x0001, &attributes, true, rng)
        }
        10 => {
            let attributes: Vec<_> = (0..300).map(|_| (0x8022, Vec::new())).collect();
            stun(0x0001, &attributes, true, rng)
        }
        11 => {
            let attributes = [integrity(rng)];
            stun([0x0101, 0x0111, 0x0011, 0x0003][rng.random_range(0..4)], &attributes, true, rng)
        }
        12 => {
            let attributes = [username(&known.ufrag), integrity(rng)];
            let mut message = stun(0x0001, &attributes, true, rng);
            message.truncate(rng.random_range(0..message.len()));
            message
        }
        13 => {
            let attributes = [username(&known.ufrag), integrity(rng)];
            let mut message = stun(0x0001, &attributes, true, rng);
            let at = rng.random_range(20..message.len());
            message[at] = 0xff;
            message
        }
        // A ClientHello's head, whole, in fragments of one byte, and of none.
        14 => dtls(22, 0, &[&[1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0][..], &random(rng, 256)].concat()),
        15 => dtls(22, 0, &[1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, rng.random()]),
        16 => dtls(22, 0, &[1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        17 => (0..60).flat_map(|_| dtls(22, 0, &[1, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0])).collect(),
        18 => dtls([20, 21, 23][rng.random_range(0..3)], rng.random_range(0..2), &random(rng, len)),
        // SRTP and SRTCP of the track that is on air.
        19 => [&[0x90, 0x6f][..], &random(rng, 6), &known.ssrc.to_be_bytes(), &random(rng, len)].concat(),
        20 => [&[0x80, 0xef, 0, 101, 0, 0, 0, 0][..], &known.ssrc.to_be_bytes(), &random(rng, 40)].concat(),
        21 => [&[0x81, 206, 0, 2, 0, 0, 0, 1][..], &known.ssrc.to_be_bytes(), &random(rng, 14)].concat(),
        // Ranges that RFC 7983 gives to ZRTP and TURN channels.
        22 => [&[rng.random_range(16..20)][..], &random(rng, len)].concat(),
        _ => [&[rng.random_range(64..80), 0, 0xff, 0xff][..], &random(rng, len)].concat(),
    }
}

struct Flood {
    sent: u64,
    replies: u64,
}

/// Sends about 5,000 datagrams a second from 16 sockets until told to stop.
fn flood(target: std::net::SocketAddr, known: Known, stop: Arc<AtomicBool>) -> Flood {
    let mut rng = rand::rngs::StdRng::seed_from_u64(7);
    let sockets: Vec<UdpSocket> = (0..16).map(|_| UdpSocket::bind("127.0.0.1:0").unwrap()).collect();
    let mut flood = Flood { sent: 0, replies: 0 };
    let mut buffer = [0; 2048];
    while !stop.load(Ordering::Relaxed) {
        for _ in 0..25 {
            let datagram = hostile(&mut rng, &known);
            let socket = &sockets[rng.random_range(0..sockets.len())];
            if socket.send_to(&datagram, target).is_ok() {
                flood.sent += 1;
            }
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(200));
    for socket in &sockets {
        socket.set_nonblocking(true).unwrap();
        while socket.recv(&mut buffer).is_ok() {
            flood.replies += 1;
        }
    }
    flood
}

async fn held(server: &Child) -> f64 {
    server.metric("rotunda_media_held").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_from_strangers_is_not_answered_and_no_call_notices_it() {
    let server = Child::start();
    let mut alice = Client::join(&server.base, "call", "alice").await;
    let mut bob = Client::join(&server.base, "call", "bob").await;
    let (sid, ssrc) = alice.publish(MediaKind::Audio, "voice").await;
    tokio::join!(alice.ready(), bob.connected(false));
    server.wait_for_metric("rotunda_media_held{what=\"subscriptions\"}", 1.0, Duration::from_secs(10)).await;
    let known = Known { ufrag: alice.server_ufrag().await, ssrc };

    let start = Instant::now();
    let (packets, interval) = (400_u32, Duration::from_millis(20));
    let orders = alice.orders();
    let sending = async {
        let mut ticks = tokio::time::interval(interval);
        for number in 0..packets {
            ticks.tick().await;
            let micros = start.elapsed().as_micros() as u64;
            orders.send_rtp(
                ssrc,
                number * 960,
                true,
                &[&number.to_be_bytes()[..], &micros.to_be_bytes(), &[0; 80]].concat(),
            );
        }
    };
    let receiving = async {
        let mut delays = Vec::new();
        let until = start + interval * packets + Duration::from_secs(2);
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if let Some(Heard::Rtp(packet)) = bob.next_within(left).await {
                assert_eq!(packet.track, sid);
                let sent = u64::from_be_bytes(packet.payload[4..12].try_into().unwrap());
                delays.push((start.elapsed().as_micros() as u64).saturating_sub(sent));
            }
        }
        delays
    };
    let flooding = async {
        // A short one first: what is made once is no leak.
        let run = |time| {
            let (target, known, stop) = (server.media, known.clone(), Arc::new(AtomicBool::new(false)));
            let (stopped, thread) = (stop.clone(), std::thread::spawn(move || flood(target, known, stop)));
            async move {
                tokio::time::sleep(time).await;
                stopped.store(true, Ordering::Relaxed);
                tokio::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap()
            }
        };
        tokio::time::sleep(Duration::from_secs(1)).await;
        run(Duration::from_secs(1)).await;
        let (memory, things) = (server.resident_bytes(), held(&server).await);
        let flood = run(Duration::from_secs(4)).await;
        tokio::time::sleep(Duration::from_millis(1200)).await;
        (flood, server.resident_bytes().saturating_sub(memory), things, held(&server).await)
    };
    let drops = kernel_drops();
    let ((), mut delays, (flood, memory, before, after)) = tokio::join!(sending, receiving, flooding);
    let drops = kernel_drops() - drops;

    delays.sort_unstable();
    let p99 = Duration::from_micros(delays[delays.len() * 99 / 100]);
    println!(
        "{} hostile datagrams, {} replies; {} of {packets} packets, p99 {p99:?}; {memory} bytes more; the kernel dropped {drops}",
        flood.sent,
        flood.replies,
        delays.len()
    );
    assert!(flood.sent > 5000, "{} datagrams are no flood", flood.sent);
    assert_eq!(flood.replies, 0, "nothing unauthenticated is answered");
    assert!(
        delays.len() as u64 + drops >= u64::from(packets),
        "lost {} packets",
        u64::from(packets) - delays.len() as u64
    );
    assert!(p99 < Duration::from_millis(100), "{p99:?}");
    assert!(memory <= 1 << 20, "{memory} bytes stay");
    assert_eq!(before, after, "the engines hold as much as before");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_dies_without_a_word_is_gone_after_its_timeout_and_leaves_nothing() {
    let server = Child::start();
    let mut alice = Client::join(&server.base, "call", "alice").await;
    alice.connected(false).await;
    // The exporter looks once a second: the first look that has her, and one more for all that is hers.
    server.wait_for_metric("rotunda_media_held{what=\"participants\"}", 1.0, Duration::from_secs(10)).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let alone = held(&server).await;

    let mut bob = Client::join(&server.base, "call", "bob").await;
    let (sid, ssrc) = bob.publish(MediaKind::Audio, "voice").await;
    bob.ready().await;
    let orders = bob.orders();
    for number in 0..50 {
        orders.send_rtp(ssrc, number * 960, true, &[0x78; 60]);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    alice.wait("bob's voice", |heard| matches!(heard, Heard::Rtp(packet) if packet.track == sid).then_some(())).await;
    server.wait_for_metric("rotunda_media_held{what=\"participants\"}", 2.0, Duration::from_secs(10)).await;
    assert!(held(&server).await > alone);

    // As when the power fails: every socket stays open, and nothing is read or written any more.
    bob.freeze();
    let frozen = Instant::now();
    let gone = Duration::from_secs(60);
    alice.wait_left("bob", gone).await;
    println!("gone after {:?}", frozen.elapsed());
    server.wait_for_metric("rotunda_media_held", alone, Duration::from_secs(5)).await;
    server.wait_for_metric("rotunda_participants", 1.0, Duration::from_secs(5)).await;
    server.wait_for_metric("rotunda_websockets", 1.0, Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_that_never_speak_are_closed_in_ten_seconds_and_hold_nobody_up() {
    let server = Child::start();
    let address = server.base.strip_prefix("http://").unwrap().to_owned();
    let start = Instant::now();
    let silent = join_all((0..500).map(|index| {
        let address = address.clone();
        async move {
            let mut socket = TcpStream::connect(&address).await.unwrap();
            // A third says nothing at all, a third stops in the middle of its request, a third of its first line.
            let words: &[u8] = match index % 3 {
                0 => b"",
                1 => b"GET /rtc?access_token=x HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n",
                _ => b"GE",
            };
            socket.write_all(words).await.unwrap();
            socket
        }
    }))
    .await;

    let joining = Instant::now();
    let mut client = Client::join(&server.base, "call", "healthy").await;
    client.connected(false).await;
    let joined = joining.elapsed();
    println!("joined in {joined:?} beside {} silent sockets", silent.len());
    assert!(joined < Duration::from_secs(2), "{joined:?}");

    let closed = join_all(silent.into_iter().map(|mut socket| async move {
        let mut rest = Vec::new();
        // An answer such as 408 may come first; then the end.
        tokio::time::timeout(Duration::from_secs(15), socket.read_to_end(&mut rest)).await.is_ok()
    }))
    .await;
    println!("all closed after {:?}", start.elapsed());
    assert!(closed.iter().all(|closed| *closed), "{} stayed open", closed.iter().filter(|closed| !**closed).count());
    assert!(start.elapsed() < Duration::from_secs(13), "{:?}", start.elapsed());
}
