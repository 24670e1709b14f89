//! Two clients of our own in one room: what one sends is what the other gets.

use std::time::Duration;

use livekit_protocol::participant_info::State;
use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{DataPacket, MuteTrackRequest, UserPacket, data_packet};
use rotunda_sfu::params::{MediaKind, SrtpProfile};

use crate::client::{CallServer, Heard};

fn payload(name: u8) -> impl Fn(u32) -> Vec<u8> + Send + 'static {
    move |number| {
        let mut payload = vec![name; 80];
        payload[1..5].copy_from_slice(&number.to_be_bytes());
        payload
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_hear_each_other_and_nothing_is_changed_on_the_way() {
    let server = CallServer::start(2).await;
    let mut ada = server.join("hall", "ada").await;
    let mut bob = server.join("hall", "bob").await;
    let (ada_track, ada_ssrc) = ada.publish(MediaKind::Audio, "ada-microphone").await;
    let (bob_track, bob_ssrc) = bob.publish(MediaKind::Audio, "bob-microphone").await;
    assert_eq!(ada.connected(true).await, SrtpProfile::AeadAes128Gcm);
    let _talking = (ada.talk(ada_ssrc, payload(b'a')), bob.talk(bob_ssrc, payload(b'b')));
    for (listener, track, name) in [(&mut bob, &ada_track, b'a'), (&mut ada, &bob_track, b'b')] {
        let first = listener.hear(track).await;
        let number = u32::from_be_bytes(first.payload[1..5].try_into().unwrap());
        for step in 1..50u16 {
            let packet = listener.hear(track).await;
            let expected = payload(name)(number + u32::from(step));
            assert_eq!(packet.payload, expected, "payloads arrive whole and in order");
            assert_eq!(packet.sequence, first.sequence.wrapping_add(step));
            assert_eq!(packet.timestamp, first.timestamp.wrapping_add(u32::from(step) * 960));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn video_begins_with_a_keyframe_that_was_asked_for() {
    let server = CallServer::start(1).await;
    let mut ada = server.join("hall", "ada").await;
    let (track, ssrc) = ada.publish(MediaKind::Video, "ada-camera").await;
    ada.connected(true).await;
    // VP8 in one packet a frame: an interframe, until somebody asks for more.
    let interframe = |number: u32| [&[0x10, 0x01][..], &number.to_be_bytes()].concat();
    let talking = ada.talk(ssrc, interframe);
    let mut bob = server.join("hall", "bob").await;
    let asked = ada
        .wait("a keyframe request", |heard| match heard {
            Heard::KeyframeWanted { ssrc } => Some(*ssrc),
            _ => None,
        })
        .await;
    assert_eq!(asked, ssrc);
    drop(talking);
    let keyframe = [0x10, 0x00, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 7];
    ada.send_rtp(ssrc, 9_000_000, true, &keyframe);
    let first = bob.hear(&track).await;
    assert_eq!(first.payload, keyframe, "nothing is sent that cannot be decoded");
    assert!(first.marker);
}

#[tokio::test(flavor = "multi_thread")]
async fn data_goes_to_everyone_or_to_those_named() {
    let server = CallServer::start(2).await;
    let mut ada = server.join("hall", "ada").await;
    let mut bob = server.join("hall", "bob").await;
    let mut eve = server.join("hall", "eve").await;
    // Data needs the publisher's connection, which an offer with a track brings up.
    ada.publish(MediaKind::Audio, "ada-microphone").await;
    ada.connected(true).await;
    for client in [&mut bob, &mut eve] {
        client.connected(false).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let packet = |text: &str, to: &[&str]| DataPacket {
        value: Some(data_packet::Value::User(UserPacket {
            payload: text.as_bytes().to_vec(),
            ..UserPacket::default()
        })),
        destination_identities: to.iter().map(ToString::to_string).collect(),
        ..DataPacket::default()
    };
    ada.send_data("_reliable", packet("for bob", &["bob"]));
    ada.send_data("_reliable", packet("for all", &[]));
    ada.send_data("_lossy", packet("in passing", &[]));
    let heard = async |client: &mut crate::client::Client, count: usize| {
        let mut texts = Vec::new();
        for _ in 0..count {
            let (text, from) = client
                .wait("data", |heard| match heard {
                    Heard::Data { packet, .. } => {
                        let Some(data_packet::Value::User(user)) = &packet.value else { return None };
                        Some((String::from_utf8(user.payload.clone()).unwrap(), packet.participant_identity.clone()))
                    }
                    _ => None,
                })
                .await;
            assert_eq!(from, "ada", "the server says who it was");
            texts.push(text);
        }
        texts.sort();
        texts
    };
    assert_eq!(heard(&mut bob, 3).await, ["for all", "for bob", "in passing"]);
    assert_eq!(heard(&mut eve, 2).await, ["for all", "in passing"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_mutes_is_not_forwarded_and_who_leaves_is_seen_leaving() {
    let server = CallServer::start(2).await;
    let mut ada = server.join("hall", "ada").await;
    let mut bob = server.join("hall", "bob").await;
    let (track, ssrc) = ada.publish(MediaKind::Audio, "ada-microphone").await;
    let _talking = ada.talk(ssrc, payload(b'a'));
    bob.hear(&track).await;
    ada.request(Request::Mute(MuteTrackRequest { sid: track.clone(), muted: true }));
    bob.wait("the mute", |heard| match heard {
        Heard::Signal(response) => match &**response {
            Response::Update(update) => update
                .participants
                .iter()
                .flat_map(|who| &who.tracks)
                .any(|info| info.sid == track && info.muted)
                .then_some(()),
            _ => None,
        },
        _ => None,
    })
    .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    while bob.next_within(Duration::ZERO).await.is_some() {}
    let quiet = tokio::time::timeout(Duration::from_millis(500), bob.hear(&track)).await;
    assert!(quiet.is_err(), "a muted track is not forwarded");
    ada.request(Request::Mute(MuteTrackRequest { sid: track.clone(), muted: false }));
    bob.hear(&track).await;

    ada.leave();
    bob.wait("the leaving", |heard| match heard {
        Heard::Signal(response) => match &**response {
            Response::Update(update) => update
                .participants
                .iter()
                .any(|who| who.identity == "ada" && who.state() == State::Disconnected)
                .then_some(()),
            _ => None,
        },
        _ => None,
    })
    .await;
}
