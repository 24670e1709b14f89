//! The rules that hosts make reach a running call within a second and are kept by the server; hosts change, and so does who may
//! make them.

use std::time::{Duration, Instant};

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{AddTrackRequest, MuteTrackRequest, TrackSource, TrackType};
use reqwest::Method;
use rotunda_sfu::params::MediaKind;
use serde_json::{Value, json};

use crate::client::{Client, Heard};
use crate::live_sockets::{SOON, enter, one_call, room_token, validate};
use crate::support::{Person, TestServer};

async fn patch(server: &TestServer, person: &Person, body: Value) -> Value {
    let (status, room) = server.send(Method::PATCH, "/api/rooms/1/", Some(&person.access), body).await;
    assert_eq!(status, 200, "{room}");
    room
}

async fn signal<T>(client: &mut Client, what: &str, mut pick: impl FnMut(&Response) -> Option<T>) -> T {
    client
        .wait(what, |heard| match heard {
            Heard::Signal(response) => pick(response),
            _ => None,
        })
        .await
}

/// Waits for rules of at least this version.
async fn rules(client: &mut Client, version: &Value) -> Value {
    signal(client, "the room's rules", |response| match response {
        Response::RoomUpdate(update) => {
            let rules: Value = serde_json::from_str(&update.room.as_ref()?.metadata).ok()?;
            (rules["version"].as_i64() >= version.as_i64()).then_some(rules)
        }
        _ => None,
    })
    .await
}

async fn make_cohost(server: &TestServer, owner: &Person, person: &Person) {
    let path = format!("/api/rooms/1/roles/{}/", person.id);
    let (status, given) = server.send(Method::PUT, &path, Some(&owner.access), json!({ "role": "cohost" })).await;
    assert_eq!((status.as_u16(), &given["user"], &given["role"]), (200, &json!(person.id), &json!("cohost")));
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_in_a_call_hears_of_a_change_within_a_second_and_who_comes_later_knows() {
    let (server, ada, bob, mut first, mut second, tokens) = one_call().await;
    let joined: Value = serde_json::from_str(&second.join.room.as_ref().unwrap().metadata).unwrap();
    let owner = ada.id.to_string();
    assert_eq!((&joined["title"], &joined["owner"], &joined["cohosts"]), (&json!("One"), &json!(owner), &json!([])));

    let start = Instant::now();
    let room = patch(&server, &ada, json!({ "chatDisabled": true, "title": "Two" })).await;
    for client in [&mut first, &mut second] {
        let told = rules(client, &room["version"]).await;
        assert_eq!((&told["chatDisabled"], &told["title"]), (&json!(true), &json!("Two")));
    }
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());

    let start = Instant::now();
    make_cohost(&server, &ada, &bob).await;
    let told = rules(&mut second, &json!(room["version"].as_i64().unwrap() + 1)).await;
    assert_eq!(told["cohosts"], json!([bob.id.to_string()]));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());

    let start = Instant::now();
    let identity = format!("{}:x", ada.id);
    let (status, _) = server.post("/api/rooms/1/spotlight/", Some(&bob.access), json!({ "identity": identity })).await;
    assert_eq!(status, 204);
    let told = rules(&mut first, &json!(room["version"].as_i64().unwrap() + 2)).await;
    assert_eq!(told["spotlight"], json!(identity));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());

    let Ok(late) = enter(&server, &tokens[1]).await else { panic!("refused") };
    let joined: Value = serde_json::from_str(&late.join.room.as_ref().unwrap().metadata).unwrap();
    assert_eq!(joined, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_ends_when_a_host_says_so_and_cannot_begin_while_it_is_forbidden() {
    let (server, ada, bob, mut first, mut second, _) = one_call().await;
    second.publish(MediaKind::Audio, "microphone").await;
    let (share, ssrc) = second.publish_as(MediaKind::Video, TrackSource::ScreenShare, "screen").await;
    second.ready().await;
    let sharing = second.talk(ssrc, |_| vec![0x10, 0, 0, 0]);
    first.hear(&share).await;
    let ended = async |client: &mut Client, sid: &str| {
        signal(client, "the end of the share", |response| match response {
            Response::TrackUnpublished(unpublished) => (unpublished.track_sid == sid).then_some(()),
            _ => None,
        })
        .await;
    };

    let identity = second.join.participant.as_ref().unwrap().identity.clone();
    let start = Instant::now();
    let (status, _) = server.post("/api/rooms/1/stop-share/", Some(&ada.access), json!({ "identity": identity })).await;
    assert_eq!(status, 204);
    ended(&mut second, &share).await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    // What is still sent of it reaches nobody.
    while first.next_within(Duration::ZERO).await.is_some() {}
    tokio::time::sleep(Duration::from_millis(300)).await;
    while let Some(heard) = first.next_within(Duration::from_millis(100)).await {
        assert!(!matches!(&heard, Heard::Rtp(packet) if packet.track == share), "a packet of what has been stopped");
    }
    drop(sharing);

    let (again, _) = second.publish_as(MediaKind::Video, TrackSource::ScreenShare, "screen-2").await;
    signal(&mut first, "the second share", |response| match response {
        Response::Update(update) => {
            update.participants.iter().any(|who| who.tracks.iter().any(|track| track.sid == again)).then_some(())
        }
        _ => None,
    })
    .await;
    let start = Instant::now();
    patch(&server, &ada, json!({ "shareDisabled": true })).await;
    ended(&mut second, &again).await;
    let allowed = signal(&mut second, "fewer permissions", |response| match response {
        Response::Update(update) => {
            let own = update.participants.iter().find(|who| who.identity == identity)?;
            Some(own.permission.as_ref()?.can_publish_sources.clone()).filter(|sources| !sources.is_empty())
        }
        _ => None,
    })
    .await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    assert!(!allowed.contains(&TrackSource::ScreenShare.into()));
    second.request(Request::AddTrack(AddTrackRequest {
        cid: "screen-3".into(),
        r#type: TrackType::Video.into(),
        source: TrackSource::ScreenShare.into(),
        ..Default::default()
    }));
    signal(&mut second, "a refusal", |response| match response {
        Response::RequestResponse(refused) => (refused.reason != 0).then_some(()),
        Response::TrackPublished(published) if published.cid == "screen-3" => panic!("allowed"),
        _ => None,
    })
    .await;
    // A host shares all the same.
    make_cohost(&server, &ada, &bob).await;
    signal(&mut second, "all permissions", |response| match response {
        Response::Update(update) => {
            let own = update.participants.iter().find(|who| who.identity == identity)?;
            own.permission.as_ref()?.can_publish_sources.is_empty().then_some(())
        }
        _ => None,
    })
    .await;
    second.publish_as(MediaKind::Video, TrackSource::ScreenShare, "screen-4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn microphones_stay_muted_while_unmuting_is_the_hosts_alone() {
    let (server, ada, _, mut first, mut second, _) = one_call().await;
    let (sid, ssrc) = second.publish(MediaKind::Audio, "microphone").await;
    second.ready().await;
    let _talking = second.talk(ssrc, |_| vec![1; 80]);
    first.hear(&sid).await;
    let muted = async |client: &mut Client| {
        signal(client, "a mute", |response| match response {
            Response::Mute(mute) => (mute.sid == sid && mute.muted).then_some(()),
            _ => None,
        })
        .await;
    };
    let start = Instant::now();
    patch(&server, &ada, json!({ "unmuteDisabled": true })).await;
    muted(&mut second).await;
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    let unmute = Request::Mute(MuteTrackRequest { sid: sid.clone(), muted: false });
    second.request(unmute.clone());
    muted(&mut second).await;
    while first.next_within(Duration::ZERO).await.is_some() {}
    tokio::time::sleep(Duration::from_millis(300)).await;
    while let Some(heard) = first.next_within(Duration::from_millis(100)).await {
        assert!(!matches!(&heard, Heard::Rtp(packet) if packet.track == sid), "heard all the same");
    }
    patch(&server, &ada, json!({ "unmuteDisabled": false })).await;
    // The room hears of it a moment after the answer.
    tokio::time::sleep(Duration::from_millis(200)).await;
    second.request(unmute);
    first.hear(&sid).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_full_says_so_and_lets_its_hosts_in() {
    let (server, ada, bob, _first, _second, tokens) = one_call().await;
    let (eve, carol) = (server.person("eve").await, server.person("carol").await);
    let early = room_token(&server, &eve.access, "1").await;
    patch(&server, &ada, json!({ "peopleLimit": 2 })).await;
    // The room hears of it a moment after the answer.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (status, refused) = server.post("/api/rooms/1/join/", Some(&eve.access), json!({})).await;
    assert_eq!((status.as_u16(), &refused["code"]), (403, &json!("room_full")));
    assert_eq!(enter(&server, &early).await.err(), Some(429), "a token from before is no way in");
    assert_eq!(validate(&server, &early).await, (403, "the room is full".into()));

    let phone = room_token(&server, &bob.access, "1").await;
    assert!(enter(&server, &phone).await.is_ok(), "another device of somebody who is in");
    assert!(enter(&server, &tokens[1]).await.is_ok(), "and who comes again");
    make_cohost(&server, &ada, &carol).await;
    let host = room_token(&server, &carol.access, "1").await;
    assert!(enter(&server, &host).await.is_ok());
    assert_eq!(server.post("/api/rooms/1/join/", Some(&eve.access), json!({})).await.0, 403);
    patch(&server, &ada, json!({ "peopleLimit": 4 })).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(enter(&server, &early).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_the_owners_to_give_and_a_room_changes_hands() {
    let (server, ada, bob, mut first, _second, _) = one_call().await;
    let eve = server.person("eve").await;
    let role = |who: &Person, by: &Person, method: Method, body: Value| {
        let path = format!("/api/rooms/1/roles/{}/", who.id);
        let access = by.access.clone();
        let server = &server;
        async move { server.send(method, &path, Some(&access), body).await }
    };
    let hear =
        async |who: &Person| server.post("/api/rooms/1/mute/", Some(&who.access), json!({ "everyone": true })).await;
    assert_eq!(hear(&bob).await.0, 403);
    make_cohost(&server, &ada, &bob).await;
    assert_eq!(hear(&bob).await.0, 204, "at once, with the token that he had");
    assert_eq!(role(&eve, &bob, Method::PUT, json!({ "role": "cohost" })).await.0, 403);
    for (user, body, status) in [
        (&eve, json!({}), 400),
        (&eve, json!({ "role": "owner" }), 400),
        (&eve, json!({ "role": 1 }), 400),
        (&ada, json!({ "role": "cohost" }), 400),
        (&Person { id: 4711, ..eve.clone() }, json!({ "role": "cohost" }), 404),
        (&eve, json!({ "role": "participant" }), 200),
    ] {
        let (got, answer) = role(user, &ada, Method::PUT, body.clone()).await;
        assert_eq!(got, status, "{body}: {answer}");
    }
    let (_, list) = server.get("/api/rooms/1/roles/", Some(&bob.access)).await;
    let shown = |who: &Person, name: &str, role: &str| json!({ "user": who.id, "name": format!("{name} Tester"), "role": role });
    let expected =
        json!([shown(&ada, "ada", "owner"), shown(&bob, "bob", "cohost"), shown(&eve, "eve", "participant")]);
    assert_eq!(list, expected);

    // Hosts do not put each other out, and nobody the owner.
    make_cohost(&server, &ada, &eve).await;
    for (user, status) in [(&ada, 400), (&eve, 403)] {
        let body = json!({ "identity": format!("{}:x", user.id) });
        assert_eq!(server.post("/api/rooms/1/remove/", Some(&bob.access), body).await.0, status);
        assert_eq!(server.post("/api/rooms/1/bans/", Some(&bob.access), json!({ "user": user.id })).await.0, status);
    }
    assert_eq!(role(&eve, &ada, Method::DELETE, json!({})).await.0, 204);
    assert_eq!(role(&eve, &ada, Method::DELETE, json!({})).await.0, 404);
    assert_eq!(server.post("/api/rooms/1/bans/", Some(&bob.access), json!({ "user": eve.id })).await.0, 201);
    assert_eq!(role(&eve, &ada, Method::PUT, json!({ "role": "cohost" })).await.0, 400, "who is banned gets no role");

    let give = async |by: &Person, user: i64| {
        server.post("/api/rooms/1/owner/", Some(&by.access), json!({ "user": user })).await
    };
    assert_eq!(give(&bob, bob.id).await.0, 403);
    for user in [ada.id, eve.id, 4711] {
        assert_eq!(give(&ada, user).await.0, 400, "{user}");
    }
    let (status, room) = give(&ada, bob.id).await;
    assert_eq!((status.as_u16(), &room["user"], &room["role"]), (200, &json!(bob.id), &json!("cohost")));
    let told = rules(&mut first, &room["version"]).await;
    assert_eq!((&told["owner"], &told["cohosts"]), (&json!(bob.id.to_string()), &json!([ada.id.to_string()])));
    assert_eq!(give(&ada, bob.id).await.0, 403, "given is given");
    assert_eq!(hear(&ada).await.0, 204, "and stays a host");
    let (_, log) = server.get("/api/rooms/1/audit/", Some(&bob.access)).await;
    let acts: Vec<_> = log.as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    let expected = ["mute", "hand_over", "ban", "take_role", "cohost", "participant", "mute", "cohost"];
    assert_eq!(acts, expected);
    assert_eq!(server.send(Method::DELETE, "/api/rooms/1/", Some(&ada.access), json!({})).await.0, 403);
    assert_eq!(server.send(Method::DELETE, "/api/rooms/1/", Some(&bob.access), json!({})).await.0, 204);
}
