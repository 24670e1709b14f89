//! Many at once: twenty rooms side by side, and twenty people in one room.

use std::collections::HashMap;

use rotunda_sfu::params::MediaKind;

use crate::client::{CallServer, Client, Heard};

#[tokio::test(flavor = "multi_thread")]
async fn twenty_rooms_in_parallel() {
    let server = CallServer::start(2).await;
    let base = server.base.clone();
    let calls = (0..20u8).map(|room| {
        let base = base.clone();
        tokio::spawn(async move {
            let name = format!("hall-{room}");
            let (mut ada, mut bob) = tokio::join!(Client::join(&base, &name, "ada"), Client::join(&base, &name, "bob"));
            let (track, ssrc) = ada.publish(MediaKind::Audio, &format!("microphone-{room}")).await;
            let _talking = ada.talk(ssrc, move |_| vec![room; 60]);
            for _ in 0..20 {
                assert_eq!(bob.hear(&track).await.payload, [room; 60]);
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(server.calls().rooms().len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_people_in_one_room_all_with_sound_and_five_with_pictures() {
    const PEOPLE: usize = 20;
    const PICTURES: usize = 5;
    let server = CallServer::start(2).await;
    let mut people = Vec::new();
    let mut contents: HashMap<String, Vec<u8>> = HashMap::new();
    let mut talking = Vec::new();
    for number in 0..PEOPLE {
        let mut client = server.join("hall", &format!("person-{number}")).await;
        let (track, ssrc) = client.publish(MediaKind::Audio, &format!("microphone-{number}")).await;
        let sound = format!("sound of {number}").into_bytes();
        contents.insert(track, sound.clone());
        talking.push(client.talk(ssrc, move |_| sound.clone()));
        if number < PICTURES {
            let (track, ssrc) = client.publish(MediaKind::Video, &format!("camera-{number}")).await;
            // Every frame is a keyframe, so that nobody has to ask.
            let mut picture = vec![0x10, 0x00, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01];
            picture.extend_from_slice(format!("picture of {number}").as_bytes());
            contents.insert(track, picture.clone());
            talking.push(client.talk(ssrc, move |_| picture.clone()));
        }
        people.push(client);
    }
    for client in &mut people {
        let mut heard: HashMap<String, usize> = HashMap::new();
        let expected = if sid_has_picture(&client.join) { PICTURES - 1 } else { PICTURES } + PEOPLE - 1;
        client
            .wait("everyone", |event| {
                let Heard::Rtp(packet) = event else { return None };
                assert_eq!(packet.payload, contents[&packet.track], "a packet was misrouted");
                *heard.entry(packet.track.clone()).or_default() += 1;
                (heard.len() == expected && heard.values().all(|count| *count >= 10)).then_some(())
            })
            .await;
    }
}

fn sid_has_picture(join: &livekit_protocol::JoinResponse) -> bool {
    let identity = &join.participant.as_ref().unwrap().identity;
    let number: usize = identity.strip_prefix("person-").unwrap().parse().unwrap();
    number < 5
}
