//! The calls that go on, as those see and end them who run the server.

use std::time::{Duration, Instant};

use livekit_protocol::DisconnectReason;
use reqwest::{Method, StatusCode};
use rotunda::store::{Millis, RoomNumber, StoredRole, UserId};
use rotunda_sfu::params::MediaKind;
use serde_json::{Value, json};

use crate::administration::{acts, promote};
use crate::client::Client;
use crate::live_sockets::{enter, leaves, one_call, room_token};
use crate::support::{Person, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_go_on_are_seen_and_ended() {
    let (server, ada, bob, mut first, mut second, tokens) = one_call().await;
    let root = server.person("root").await;
    promote(&server, &root).await;
    let get = async |path: &str| server.get(path, Some(&root.access)).await;
    let (status, list) = get("/api/admin/calls/").await;
    assert_eq!((status.as_u16(), &list["total"], &list["next"]), (200, &json!(1), &Value::Null), "{list}");
    let call = &list["calls"][0];
    assert_eq!((&call["room"], &call["title"], &call["people"]), (&json!("room1"), &json!("One"), &json!(2)));
    let (_, call) = get("/api/admin/calls/room1/").await;
    let people = call["participants"].as_array().unwrap();
    let names: Vec<_> = people.iter().map(|person| (&person["name"], &person["user"])).collect();
    assert_eq!(names, [(&json!("ada Tester"), &json!(ada.id)), (&json!("bob Tester"), &json!(bob.id))]);
    assert!(people[0]["joinedOn"].as_str().unwrap().starts_with("20"), "{call}");
    assert_eq!(get("/api/admin/calls/room2/").await.0, 404);
    assert_eq!(server.get("/api/admin/calls/", Some(&ada.access)).await.0, 403);

    let start = Instant::now();
    let body = json!({ "identity": people[1]["identity"] });
    assert_eq!(server.post("/api/admin/calls/room1/remove/", Some(&root.access), body).await.0, 204);
    assert_eq!(leaves(&mut second, start).await, DisconnectReason::ParticipantRemoved as i32);
    assert!(enter(&server, &tokens[1]).await.is_ok(), "they may come again");
    let start = Instant::now();
    assert_eq!(server.post("/api/admin/calls/room1/end/", Some(&root.access), json!({})).await.0, 204);
    assert_eq!(leaves(&mut first, start).await, DisconnectReason::RoomClosed as i32);
    assert_eq!(server.get("/api/rooms/1/", None).await.0, 200, "the room stays");
    let told: Vec<_> =
        acts(&server, &root).await.iter().map(|entry| entry["act"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ["end", "remove"]);
}

/// The call as the page of its people shows it, once `is_so` holds for it.
async fn call_when(server: &TestServer, root: &Person, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let (status, call) = server.get("/api/admin/calls/room1/", Some(&root.access)).await;
        assert_eq!(status, 200, "{call}");
        if is_so(&call) {
            return call;
        }
        assert!(Instant::now() < deadline, "not {what}: {call}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bit_rates_and_quality_of_a_call_are_those_of_its_packets() {
    let (server, _, _, mut first, mut second, _) = one_call().await;
    let root = server.person("root").await;
    promote(&server, &root).await;
    let (track, ssrc) = second.publish(MediaKind::Audio, "microphone").await;
    second.ready().await;
    // 200 bytes fifty times a second: 80 kbit/s, and some for their headers.
    let _talking = second.talk(ssrc, |_| vec![7; 200]);
    first.hear(&track).await;
    let rate = |person: &Value, which: &str| person[which].as_u64().unwrap();
    let is_voice = |bps: u64| (75_000..130_000).contains(&bps);
    let call = call_when(&server, &root, "as many bits as are sent", |call| {
        let [listener, talker] = [&call["participants"][0], &call["participants"][1]];
        is_voice(rate(talker, "bitrateIn")) && is_voice(rate(listener, "bitrateOut"))
    })
    .await;
    let [listener, talker] = [&call["participants"][0], &call["participants"][1]];
    assert!(rate(listener, "bitrateIn") < 10_000 && rate(talker, "bitrateOut") < 10_000, "{call}");
    assert_eq!((&talker["tracks"], &listener["tracks"]), (&json!(1), &json!(0)));
    assert_eq!((&talker["quality"], &talker["lossIn"]), (&json!("excellent"), &json!(0.0)), "{call}");
    let (_, list) = server.get("/api/admin/calls/", Some(&root.access)).await;
    assert!(
        is_voice(rate(&list["calls"][0], "bitrateIn")) && is_voice(rate(&list["calls"][0], "bitrateOut")),
        "{list}"
    );

    // Of each six packets one gets lost on its way to the server.
    let losing = async {
        loop {
            second.lose(ssrc);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let seen = call_when(&server, &root, "poor", |call| call["participants"][1]["quality"] == "poor");
    let call = tokio::select! {
        call = seen => call,
        () = losing => unreachable!(),
    };
    let loss = call["participants"][1]["lossIn"].as_f64().unwrap();
    assert!((0.1..0.25).contains(&loss), "{call}");
    assert_eq!((&call["quality"]["poor"], &call["participants"][0]["quality"]), (&json!(1), &json!("excellent")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_disabled_or_deleted_leaves_every_call_within_a_second_and_is_told() {
    let (server, ada, bob, mut first, mut second, tokens) = one_call().await;
    let root = server.person("root").await;
    promote(&server, &root).await;
    // Bob is in a room of his own, too, with Ada.
    server.room(&bob, "Two", "IO").await;
    let own = server.get("/api/rooms/2/", Some(&bob.access)).await.1["roomId"].as_str().unwrap().to_owned();
    server.server.store().give_role(RoomNumber(2), UserId(ada.id), StoredRole::Participant, Millis(1)).await.unwrap();
    let mut inside = Vec::new();
    for person in [&bob, &ada] {
        let token = room_token(&server, &person.access, &own).await;
        inside.push(enter(&server, &token).await.unwrap_or_else(|status| panic!("{status}")));
    }
    let [mut third, mut fourth] = <[Client; 2]>::try_from(inside).unwrap_or_else(|_| panic!("two"));
    let start = Instant::now();
    let path = format!("/api/admin/users/{}/", bob.id);
    let (status, _) = server.send(Method::PATCH, &path, Some(&root.access), json!({ "disabled": true })).await;
    assert_eq!(status, StatusCode::OK);
    for client in [&mut second, &mut third] {
        assert_eq!(leaves(client, start).await, DisconnectReason::ParticipantRemoved as i32);
    }
    assert_eq!(enter(&server, &tokens[1]).await.err(), Some(403));
    let (status, refused) = server.post(&format!("/api/rooms/{own}/join/"), Some(&bob.access), json!({})).await;
    assert_eq!((status.as_u16(), &refused["code"]), (401, &json!("token_not_valid")));
    let identity = third.join.participant.as_ref().unwrap().identity.clone();
    fourth.wait_left(&identity, Duration::from_secs(1)).await;
    assert_eq!(
        server.get(&format!("/api/admin/calls/{own}/"), Some(&root.access)).await.1["people"],
        1,
        "his room's goes on"
    );
    let start = Instant::now();
    let path = format!("/api/admin/users/{}/", ada.id);
    assert_eq!(server.send(Method::DELETE, &path, Some(&root.access), json!({})).await.0, 204);
    // Her room is gone, and so is her login: either is the reason.
    let gone = [DisconnectReason::RoomDeleted as i32, DisconnectReason::ParticipantRemoved as i32];
    assert!(gone.contains(&leaves(&mut first, start).await));
    assert_eq!(leaves(&mut fourth, start).await, DisconnectReason::ParticipantRemoved as i32);
    assert_eq!(server.get("/api/rooms/1/", None).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_did_is_kept_in_samples() {
    let (server, ada, _, _first, _second, _) = one_call().await;
    promote(&server, &ada).await;
    let read = async |query: &str| server.get(&format!("/api/admin/samples/{query}"), Some(&ada.access)).await;
    assert_eq!(read("?span=day").await.1, json!({ "interval": 300, "samples": [] }));
    assert_eq!(read("?span=year").await.0, 400);
    let deadline = Instant::now() + Duration::from_secs(40);
    let sample = loop {
        let (status, page) = read("").await;
        assert_eq!((status.as_u16(), &page["interval"]), (200, &json!(10)), "{page}");
        if let Some(sample) = page["samples"].get(0) {
            break sample.clone();
        }
        assert!(Instant::now() < deadline, "no sample after {deadline:?}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    };
    assert_eq!((&sample["people"], &sample["rooms"]), (&json!(2), &json!(1)), "{sample}");
    assert_eq!((&sample["failures"], &sample["lossIn"]), (&json!(0), &json!(0.0)), "{sample}");
    assert!(sample["at"].as_str().unwrap().starts_with("20"));
}
