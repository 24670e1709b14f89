//! Twenty participants in one room, all with sound and five with a picture: everyone gets everything of everyone else,
//! and nothing else.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rotunda_sfu::params::MediaKind;

use crate::child::{Child, kernel_drops};
use crate::client::{Client, Heard};

const PARTICIPANTS: usize = 20;
const CAMERAS: usize = 5;
/// Packets of each track, 25 a second for sound and 15 for pictures.
const AUDIO_PACKETS: u32 = 100;
const VIDEO_PACKETS: u32 = 60;

/// What a packet says about itself: whose track it is, and which of its packets.
fn payload(kind: MediaKind, sender: usize, number: u32, keyframe: bool) -> Vec<u8> {
    let mut payload = match kind {
        MediaKind::Audio => vec![0x78],
        // The VP8 payload descriptor and frame header (RFC 7741): a frame in one packet, 16×16 pixels.
        MediaKind::Video if keyframe => vec![0x10, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0],
        MediaKind::Video => vec![0x10, 0x11, 0, 0],
    };
    payload.extend_from_slice(format!("#{sender}/{number}").as_bytes());
    payload
}

fn read_payload(payload: &[u8]) -> (usize, u32) {
    let text = payload.rsplit(|byte| *byte == b'#').next().and_then(|text| std::str::from_utf8(text).ok()).unwrap();
    let (sender, number) = text.split_once('/').unwrap();
    (sender.parse().unwrap(), number.parse().unwrap())
}

/// What one participant got: for each track the numbers of its packets, in the order of arrival.
type Got = HashMap<String, Vec<(usize, u32)>>;

async fn collect(client: &mut Client, until: Instant) -> Got {
    let mut got = Got::new();
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        if let Some(Heard::Rtp(packet)) = client.next_within(left).await {
            got.entry(packet.track.clone()).or_default().push(read_payload(&packet.payload));
        }
    }
    got
}

async fn send(sender: &Sender<'_>, kind: MediaKind, count: u32, interval: Duration) {
    let mut ticks = tokio::time::interval(interval);
    for number in 0..count {
        ticks.tick().await;
        let clock = if kind == MediaKind::Audio { 48 } else { 90 };
        let timestamp = number * clock * interval.as_millis() as u32;
        let keyframe = number % 10 == 0;
        let ssrc = if kind == MediaKind::Audio { sender.audio } else { sender.video.unwrap() };
        sender.client.send_rtp(ssrc, timestamp, true, &payload(kind, sender.index, number, keyframe));
    }
}

struct Sender<'a> {
    index: usize,
    client: &'a crate::client::Orders,
    audio: u32,
    video: Option<u32>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_participants_hear_and_see_each_other_and_nothing_else() {
    let server = Child::start();
    let names: Vec<String> = (0..PARTICIPANTS).map(|index| format!("p{index}")).collect();
    let mut clients = join_all(names.iter().map(|name| Client::join(&server.base, "twenty", name))).await;

    // Everyone publishes; the track's sid tells whose packets they are.
    let mut owners: HashMap<String, (usize, MediaKind)> = HashMap::new();
    let mut ssrcs = Vec::new();
    for (index, client) in clients.iter_mut().enumerate() {
        let (sid, audio) = client.publish(MediaKind::Audio, &format!("audio-{index}")).await;
        owners.insert(sid, (index, MediaKind::Audio));
        let mut video = None;
        if index < CAMERAS {
            let (sid, ssrc) = client.publish(MediaKind::Video, &format!("video-{index}")).await;
            owners.insert(sid, (index, MediaKind::Video));
            video = Some(ssrc);
        }
        ssrcs.push((audio, video));
    }
    join_all(clients.iter().map(Client::ready)).await;
    server
        .wait_for_metric(
            "rotunda_media_held{what=\"subscriptions\"}",
            (PARTICIPANTS * 24 - CAMERAS) as f64,
            Duration::from_secs(20),
        )
        .await;

    let drops = kernel_drops();
    let orders: Vec<_> = clients.iter().map(Client::orders).collect();
    let sending = join_all(orders.iter().enumerate().map(|(index, client)| {
        let (audio, video) = ssrcs[index];
        async move {
            let sender = Sender { index, client, audio, video };
            let sound = send(&sender, MediaKind::Audio, AUDIO_PACKETS, Duration::from_millis(40));
            let picture = async {
                if video.is_some() {
                    send(&sender, MediaKind::Video, VIDEO_PACKETS, Duration::from_millis(66)).await;
                }
            };
            tokio::join!(sound, picture);
        }
    }));
    let until = Instant::now() + Duration::from_secs(7);
    let (_, got) = tokio::join!(sending, join_all(clients.iter_mut().map(|client| collect(client, until))));
    let drops = kernel_drops() - drops;

    let mut missing = 0;
    for (receiver, got) in got.iter().enumerate() {
        for (sid, (owner, kind)) in &owners {
            let heard = got.get(sid);
            if *owner == receiver {
                assert_eq!(heard, None, "{receiver} gets a track of its own");
                continue;
            }
            let heard = heard.unwrap_or_else(|| panic!("{receiver} got nothing of {owner}'s {kind:?}"));
            assert!(heard.iter().all(|(sender, _)| sender == owner), "{receiver} got {heard:?} as {owner}'s {kind:?}");
            let sent = if *kind == MediaKind::Audio { AUDIO_PACKETS } else { VIDEO_PACKETS };
            let mut numbers: Vec<u32> = heard.iter().map(|(_, number)| *number).collect();
            numbers.sort_unstable();
            assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{receiver} got a packet twice: {numbers:?}");
            missing += u64::from(sent) - numbers.len() as u64;
        }
        assert!(got.keys().all(|sid| owners.contains_key(sid)), "{receiver} got a track that nobody publishes");
    }
    println!("missing {missing} packets, {drops} dropped by the kernel");
    assert!(missing <= drops, "{missing} packets are missing, and the kernel dropped only {drops}");
}
