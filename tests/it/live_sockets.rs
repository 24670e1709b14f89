//! What the REST side decides reaches the sockets of calls that run, within a second, and nobody comes back with the token
//! that he still has.

use std::time::{Duration, Instant};

use livekit_protocol::DisconnectReason;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::binary::{Binary, command};
use crate::client::{Client, token, try_join};
use crate::support::{PASSWORD, Person, TestServer};

pub const SOON: Duration = Duration::from_secs(1);

/// The token of the join route.
pub async fn room_token(server: &TestServer, access: &str, room: &str) -> String {
    let (status, joined) = server.post(&format!("/api/rooms/{room}/join/"), Some(access), json!({})).await;
    assert_eq!(status, 200, "{joined}");
    joined["token"].as_str().unwrap().to_owned()
}

pub async fn enter(server: &TestServer, token: &str) -> Result<Client, u16> {
    try_join(&server.url(""), &format!("access_token={token}&auto_subscribe=1&protocol=15&sdk=rust&version=0")).await
}

/// `validate` says what the WebSocket would be refused with, in words.
pub async fn validate(server: &TestServer, token: &str) -> (u16, String) {
    let response = server.request(Method::GET, &format!("/rtc/validate?access_token={token}")).send().await.unwrap();
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    (response.status().as_u16(), response.text().await.unwrap())
}

pub async fn leaves(client: &mut Client, since: Instant) -> i32 {
    let leave = client.left().await;
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
    leave.reason
}

pub async fn one_call() -> (TestServer, Person, Person, Client, Client, [String; 2]) {
    let server = TestServer::live(|_| {}).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let tokens = [room_token(&server, &ada.access, "1").await, room_token(&server, &bob.access, "1").await];
    let (first, second) = (enter(&server, &tokens[0]).await, enter(&server, &tokens[1]).await);
    let (Ok(first), Ok(second)) = (first, second) else { panic!("refused") };
    assert_eq!(second.join.room.as_ref().unwrap().name, "room1");
    assert_eq!(second.join.other_participants[0].name, "ada Tester");
    (server, ada, bob, first, second, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_a_room_ends_its_call() {
    let (server, ada, _, mut first, mut second, tokens) = one_call().await;
    let start = Instant::now();
    let (status, _) = server.send(Method::DELETE, "/api/rooms/1/", Some(&ada.access), json!({})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    for client in [&mut first, &mut second] {
        assert_eq!(leaves(client, start).await, DisconnectReason::RoomDeleted as i32);
    }
    for token in &tokens {
        assert_eq!(enter(&server, token).await.err(), Some(404), "the token is good still, the room is not");
        assert_eq!(validate(&server, token).await, (404, "requested room does not exist".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_room_to_invited_people_ends_its_call() {
    let (server, ada, _, mut first, mut second, tokens) = one_call().await;
    let start = Instant::now();
    let (_, room) = server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "typeOf": "IO" })).await;
    for client in [&mut first, &mut second] {
        assert_eq!(leaves(client, start).await, DisconnectReason::RoomClosed as i32, "ended, not deleted");
    }
    assert_eq!(enter(&server, &tokens[1]).await.err(), Some(404));
    let token = room_token(&server, &ada.access, room["roomId"].as_str().unwrap()).await;
    assert!(enter(&server, &token).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_room_keeps_out_all_but_its_owner_and_those_inside_stay() {
    let (server, ada, bob, _first, mut second, tokens) = one_call().await;
    let lock =
        |locked: bool| server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "locked": locked }));
    assert_eq!(lock(true).await.1["locked"], true);
    assert_eq!(enter(&server, &tokens[1]).await.err(), Some(403), "a token from before is no way in");
    assert_eq!(validate(&server, &tokens[1]).await, (403, "the room is locked".into()));
    let (status, refused) = server.post("/api/rooms/1/join/", Some(&bob.access), json!({})).await;
    assert_eq!((status.as_u16(), refused["code"].as_str()), (403, Some("room_locked")));
    assert!(enter(&server, &tokens[0]).await.is_ok(), "the owner comes and goes");
    while let Some(heard) = second.next_within(Duration::from_millis(200)).await {
        assert!(!format!("{heard:?}").contains("Leave("), "{heard:?}");
    }
    assert_eq!(lock(false).await.1["locked"], false);
    assert!(enter(&server, &tokens[1]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_account_is_out_within_a_second_and_finds_no_way_back_until_the_ban_is_lifted() {
    let (server, ada, bob, _first, mut second, tokens) = one_call().await;
    let start = Instant::now();
    let (status, ban) = server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": bob.id })).await;
    assert_eq!((status.as_u16(), ban["name"].as_str()), (201, Some("bob Tester")));
    assert_eq!(leaves(&mut second, start).await, DisconnectReason::ParticipantRemoved as i32);
    assert_eq!(enter(&server, &tokens[1]).await.err(), Some(403));
    assert_eq!(validate(&server, &tokens[1]).await, (403, "you are banned from this room".into()));
    let (status, refused) = server.post("/api/rooms/1/join/", Some(&bob.access), json!({})).await;
    assert_eq!((status.as_u16(), refused["code"].as_str()), (403, Some("banned")));

    let (_, bans) = server.get("/api/rooms/1/bans/", Some(&ada.access)).await;
    assert_eq!(bans[0]["user"], bob.id);
    let path = format!("/api/rooms/1/bans/{}/", bob.id);
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 204);
    assert!(enter(&server, &tokens[1]).await.is_ok());
    let (_, audit) = server.get("/api/rooms/1/audit/", Some(&ada.access)).await;
    let acts: Vec<_> = audit.as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["unban", "ban"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_hears_it_and_may_come_again() {
    let (server, ada, bob, _first, mut second, tokens) = one_call().await;
    let start = Instant::now();
    let body = json!({ "identity": format!("{}:whatever", bob.id) });
    assert_eq!(server.post("/api/rooms/1/remove/", Some(&ada.access), body).await.0, 204);
    assert_eq!(leaves(&mut second, start).await, DisconnectReason::ParticipantRemoved as i32);
    assert!(enter(&server, &tokens[1]).await.is_ok());
    let owner = json!({ "identity": format!("{}:whatever", ada.id) });
    assert_eq!(server.post("/api/rooms/1/remove/", Some(&ada.access), owner).await.0, 400);
    assert_eq!(server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": ada.id })).await.0, 400);
    assert_eq!(server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": 4711 })).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_ends_the_call_for_everyone_and_the_room_stays() {
    let (server, ada, _, mut first, mut second, tokens) = one_call().await;
    let start = Instant::now();
    assert_eq!(server.post("/api/rooms/1/end/", Some(&ada.access), json!({})).await.0, 204);
    for client in [&mut first, &mut second] {
        assert_eq!(leaves(client, start).await, DisconnectReason::RoomClosed as i32);
    }
    assert!(enter(&server, &tokens[1]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_out_ends_that_logins_calls_and_no_others() {
    let (server, _, bob, mut first, mut second, tokens) = one_call().await;
    // The same person, logged in a second time.
    let (_, login) = server.post("/api/token/", None, json!({ "email": bob.email, "password": PASSWORD })).await;
    let other = room_token(&server, login["access"].as_str().unwrap(), "1").await;
    let Ok(mut third) = enter(&server, &other).await else { panic!("refused") };

    let start = Instant::now();
    assert_eq!(server.post("/api/token/logout/", None, json!({ "refresh": bob.refresh })).await.0, 204);
    assert_eq!(leaves(&mut second, start).await, DisconnectReason::ParticipantRemoved as i32);
    assert_eq!(enter(&server, &tokens[1]).await.err(), Some(403), "no way back");
    assert_eq!(validate(&server, &tokens[1]).await.0, 403);
    for client in [&mut first, &mut third] {
        while let Some(heard) = client.next_within(Duration::from_millis(200)).await {
            assert!(!format!("{heard:?}").contains("Leave("), "{heard:?}");
        }
    }
    assert!(enter(&server, &tokens[0]).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_refresh_token_used_again_ends_its_logins_calls() {
    let (server, _, bob, _first, mut second, tokens) = one_call().await;
    let refresh = |token: String| server.post("/api/token/refresh/", None, json!({ "refresh": token }));
    let (_, one) = refresh(bob.refresh.clone()).await;
    let (status, _) = refresh(one["refresh"].as_str().unwrap().to_owned()).await;
    assert_eq!(status, 200);
    let start = Instant::now();
    assert_eq!(refresh(bob.refresh.clone()).await.0, 401);
    leaves(&mut second, start).await;
    assert_eq!(enter(&server, &tokens[1]).await.err(), Some(403));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_open_a_socket() {
    let allowed = TestServer::live(|config| config.dev = true).await;
    let refused = TestServer::live(|config| {
        config.dev = true;
        config.unlisted_rooms = false;
    })
    .await;
    let no_keys = TestServer::live(|_| {}).await;
    for server in [&allowed, &refused, &no_keys] {
        let ada = server.person("ada").await;
        server.room(&ada, "One", "OTA").await;
    }
    let stored = token("room1", "robot");
    let unlisted = token("my-room", "robot");
    let absent = token("room99", "robot");
    for (server, token, status) in [
        (&allowed, stored.as_str(), 200),
        (&allowed, &unlisted, 200),
        (&allowed, &absent, 404),
        (&refused, &stored, 200),
        (&refused, &unlisted, 404),
        (&no_keys, &stored, 401),
        (&no_keys, &unlisted, 401),
        (&allowed, "", 401),
        (&allowed, "a.b.c", 401),
    ] {
        assert_eq!(validate(server, token).await.0, status, "{token}");
        let socket = enter(server, token).await.err().unwrap_or(200);
        assert_eq!(socket, status, "the WebSocket as well: {token}");
    }
    // An access token of the API is no room token.
    let ada = allowed.person("eve").await;
    assert_eq!(validate(&allowed, &ada.access).await.0, 401);
    assert_eq!(allowed.server.calls().unwrap().rooms().len(), 2, "nothing that was refused made a room");
    // What SDKs fall back on must be readable from any page.
    for path in ["/rtc/v1", "/rtc/v1/validate", "/rtc/nothing", "/rtc?join_request=x"] {
        let response =
            allowed.request(Method::GET, path).header("Origin", "https://elsewhere.example").send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_says_goodbye_to_everyone_in_a_call() {
    let data = tempfile::tempdir().unwrap();
    let mut dev = command(data.path());
    dev.arg("--dev");
    let mut server = Binary::start(dev);
    let mut clients = Vec::new();
    for n in 0..3 {
        clients.push(Client::join(&server.url, &format!("hall-{}", n % 2), &format!("robot{n}")).await);
    }
    let start = Instant::now();
    server.signal("TERM");
    for client in &mut clients {
        assert_eq!(client.left().await.reason, DisconnectReason::ServerShutdown as i32);
    }
    let status =
        tokio::task::spawn_blocking(move || server.wait(Duration::from_secs(10))).await.unwrap().expect("it ends");
    assert!(status.success() && start.elapsed() < Duration::from_secs(5), "{status} after {:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_ever_logged() {
    let data = tempfile::tempdir().unwrap();
    let log = data.path().join("log");
    let mut talkative = command(&data.path().join("data"));
    talkative.args(["--dev", "--log-level", "debug"]);
    let server = Binary::start_logging(talkative, std::fs::File::create(&log).unwrap());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let post = async |path: &str, access: &str, body: serde_json::Value| {
        let request = client.post(format!("{}{path}", server.url)).bearer_auth(access).json(&body);
        crate::support::answer(if access.is_empty() {
            client.post(format!("{}{path}", server.url)).json(&body)
        } else {
            request
        })
        .await
        .1
    };
    let body = json!({ "email": "secret@example.org", "firstName": "S", "lastName": "T", "password": PASSWORD });
    let made = post("/api/user/create/", "", body).await;
    let access = made["tokens"]["access"].as_str().unwrap().to_owned();
    let refresh = made["tokens"]["refresh"].as_str().unwrap().to_owned();
    post("/api/token/", "", json!({ "email": "secret@example.org", "password": "a wrong passphrase" })).await;
    let fresh =
        post("/api/token/refresh/", "", json!({ "refresh": refresh })).await["refresh"].as_str().unwrap().to_owned();
    let room = post("/api/rooms/", &access, json!({ "title": "Private", "typeOf": "IO" })).await["roomId"]
        .as_str()
        .unwrap()
        .to_owned();
    let joined = post(&format!("/api/rooms/{room}/join/"), &access, json!({})).await;
    let token = joined["token"].as_str().unwrap().to_owned();
    let Ok(_client) = try_join(&server.url, &format!("access_token={token}")).await else { panic!("refused") };
    assert_eq!(try_join(&server.url, "access_token=a.bad.token-in-the-url").await.err(), Some(401));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.contains("account made"), "something is logged: {text}");
    for (what, secret) in [
        ("a password", PASSWORD),
        ("a wrong password", "a wrong passphrase"),
        ("an access token", &access),
        ("a refresh token", &refresh),
        ("a refresh token", &fresh),
        ("a room token", &token),
        ("a refused token", "token-in-the-url"),
        ("an API secret", "devkey:"),
    ] {
        assert!(!text.contains(secret), "{what} is in the log:\n{text}");
    }
}
