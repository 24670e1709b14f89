//! Entering a room: the token that the join route gives, and the check at every WebSocket connect.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use rotunda::auth::{Admitted, Entry, KeyKind, Refusal, RoomAccess};
use rotunda::store::{RoomNumber, UserId};
use rotunda_signaling::token;
use serde_json::{Value, json};

use crate::support::{TestServer, payload};

fn unix_now() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap()
}

#[tokio::test]
async fn join_gives_a_short_lived_token_for_this_room_alone() {
    let server = TestServer::start().await;
    let ada = server.person("Ada").await;
    server.room(&ada, "One", "OTA").await;
    let (status, joined) =
        server.post("/api/rooms/room1/join/", Some(&ada.access), json!({ "deviceId": "tab-1" })).await;
    assert_eq!(status, 200);
    assert_eq!(joined["room"], "room1");
    assert_eq!(joined["identity"], format!("{}:tab-1", ada.id));
    assert_eq!(joined["url"], format!("ws://{}", server.server.http_addr()));

    let keys = server.server.api_keys().clone();
    let (claims, key) =
        token::verify(joined["token"].as_str().unwrap(), unix_now(), |key| keys.secret(key).map(Into::into)).unwrap();
    assert_eq!(keys.kind(&key.key), Some(KeyKind::App));
    assert_eq!((claims.sub.as_str(), claims.name.as_str()), (joined["identity"].as_str().unwrap(), "Ada Tester"));
    assert!(claims.exp - unix_now().as_secs() <= 600);
    let grants = claims.grants();
    assert_eq!(grants.room, "room1");
    assert!(grants.room_join && !grants.room_admin && !grants.room_create && !grants.room_list && !grants.hidden);

    let (_, one) = server.post("/api/rooms/1/join/", Some(&ada.access), json!({})).await;
    let (_, two) = server.post("/api/rooms/1/join", Some(&ada.access), json!({})).await;
    assert_ne!(one["identity"], two["identity"], "two tabs do not put each other out");
    for device in [json!("a b"), json!("x".repeat(65)), json!(""), json!("a:b"), json!(7), json!("ü")] {
        let (status, errors) =
            server.post("/api/rooms/1/join/", Some(&ada.access), json!({ "deviceId": device })).await;
        assert_eq!(status, 400);
        assert!(errors["deviceId"][0].is_string());
    }
}

#[tokio::test]
async fn the_websocket_address_comes_from_the_public_url_and_never_from_the_request() {
    let url = rotunda::config::PublicUrl::parse("https://calls.example.org").unwrap();
    let server = TestServer::configured(|config| config.public_url = Some(url)).await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    let request = server.request(Method::POST, "/api/rooms/1/join/").bearer_auth(&ada.access);
    let request = request.header("Host", "evil.example").header("X-Forwarded-Host", "evil.example").json(&json!({}));
    assert_eq!(crate::support::answer(request).await.1["url"], "wss://calls.example.org");
}

#[tokio::test]
async fn nobody_joins_a_server_that_is_stopping() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    server.server.drain();
    assert_eq!(server.post("/api/rooms/1/join/", Some(&ada.access), json!({})).await.0, 503);
    let (status, ready) = server.get("/readyz", None).await;
    assert_eq!((status.as_u16(), &ready["draining"]), (503, &json!(true)));
    assert_eq!(server.get("/healthz", None).await.0, 200);
}

struct Joined {
    token: String,
    identity: String,
    room: String,
}

impl Joined {
    fn entry(&self) -> Entry<'_> {
        Entry { key: KeyKind::App, token: &self.token, identity: &self.identity, room: &self.room }
    }
}

async fn join(server: &TestServer, path: &str, access: &str) -> Joined {
    let (status, joined) = server.post(path, Some(access), json!({})).await;
    assert_eq!(status, 200, "{joined}");
    let text = |key: &str| joined[key].as_str().unwrap().to_owned();
    Joined { token: text("token"), identity: text("identity"), room: text("room") }
}

fn access(server: &TestServer, unlisted: bool) -> RoomAccess {
    RoomAccess::new(Arc::clone(server.server.store()), unlisted)
}

#[tokio::test]
async fn a_token_of_the_app_enters_while_room_and_login_last() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let secret = server.room(&ada, "Two", "IO").await;
    let rooms = access(&server, true);
    let session = rotunda::store::SessionId(payload(&bob.access)["sid"].as_str().unwrap().into());

    let open = join(&server, "/api/rooms/1/join/", &bob.access).await;
    let admitted = rooms.check(open.entry()).await.unwrap();
    assert_eq!((admitted.stored, admitted.account), (Some(RoomNumber(1)), Some(UserId(bob.id))));
    assert_eq!(admitted.session, Some(session));
    let policy = admitted.policy.unwrap();
    assert_eq!((policy.version, policy.title.as_str(), policy.people_limit), (1, "One", 100));
    assert!(policy.is_host(&format!("{}:laptop", ada.id)) && !policy.is_host(open.entry().identity));
    crate::invitations::belongs(&server, &ada, &bob, &secret).await;
    let link = join(&server, &format!("/api/rooms/{}/join/", secret["roomId"].as_str().unwrap()), &bob.access).await;
    assert!(rooms.check(link.entry()).await.is_ok());

    // Becoming invite-only is a new name; the old one is gone.
    server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "typeOf": "IO" })).await;
    assert_eq!(rooms.check(open.entry()).await, Err(Refusal::NoSuchRoom));
    server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "typeOf": "OTA" })).await;
    assert!(rooms.check(open.entry()).await.is_ok());

    server.post("/api/token/logout/", None, json!({ "refresh": bob.refresh })).await;
    assert!(matches!(rooms.check(open.entry()).await, Err(Refusal::Forbidden(_))), "logged out");
    assert!(matches!(rooms.check(link.entry()).await, Err(Refusal::Forbidden(_))));

    let own = join(&server, "/api/rooms/1/join/", &ada.access).await;
    assert!(rooms.check(own.entry()).await.is_ok());
    server.send(Method::DELETE, "/api/rooms/1/", Some(&ada.access), json!({})).await;
    assert_eq!(rooms.check(own.entry()).await, Err(Refusal::NoSuchRoom), "deleted");
    server.server.store().delete_user(UserId(ada.id)).await.unwrap();
    assert!(matches!(rooms.check(own.entry()).await, Err(Refusal::Forbidden(_))), "no account any more");
}

#[tokio::test]
async fn tokens_of_the_app_make_no_rooms_and_take_no_other_identity() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let rooms = access(&server, true);
    let joined = join(&server, "/api/rooms/1/join/", &ada.access).await;
    for room in ["free", "1", "room2", "", "roomx"] {
        assert_eq!(rooms.check(Entry { room, ..joined.entry() }).await, Err(Refusal::NoSuchRoom), "{room}");
    }
    for identity in [format!("{}:x", bob.id), "x".to_owned(), ":".to_owned(), String::new()] {
        let entry = Entry { identity: &identity, ..joined.entry() };
        assert!(matches!(rooms.check(entry).await, Err(Refusal::Forbidden(_))), "{identity}");
    }
    for token in ["", "a.b.c", "x"] {
        assert!(rooms.check(Entry { token, ..joined.entry() }).await.is_err());
    }
}

#[tokio::test]
async fn an_operators_key_opens_stored_rooms_and_unlisted_ones_if_allowed() {
    let server = TestServer::configured(|config| config.dev = true).await;
    let keys = server.server.api_keys();
    assert_eq!((keys.secret("devkey"), keys.kind("devkey")), (Some("secret"), Some(KeyKind::Operator)));
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    let secret: Value = server.room(&ada, "Two", "IO").await;
    let entry = |room| Entry { key: KeyKind::Operator, token: "", identity: "robot", room };
    for unlisted in [true, false] {
        let rooms = access(&server, unlisted);
        assert_eq!(rooms.check(entry("room1")).await.unwrap().stored, Some(RoomNumber(1)));
        assert_eq!(rooms.check(entry(secret["roomId"].as_str().unwrap())).await.unwrap().stored, Some(RoomNumber(2)));
        assert_eq!(rooms.check(entry("room99")).await, Err(Refusal::NoSuchRoom), "in the form of a stored room's name");
        let free = rooms.check(entry("my-room")).await;
        assert_eq!(free.is_ok(), unlisted);
        if let Ok(free) = free {
            assert_eq!(free, Admitted { stored: None, account: None, session: None, policy: None });
        }
    }
    assert_eq!(Refusal::NoSuchRoom.status(), 404);
    assert_eq!(Refusal::NoSuchRoom.to_string(), "requested room does not exist", "what SDKs look for");
}

#[tokio::test]
async fn without_dev_nobody_knows_a_key() {
    let server = TestServer::start().await;
    assert_eq!(server.server.api_keys().secret("devkey"), None);
    let other = TestServer::start().await;
    let own = |server: &TestServer| server.server.api_keys().secret("rotunda-app").unwrap().to_owned();
    assert_ne!(own(&server), own(&other), "each server draws its own");
    assert!(own(&server).len() >= 43);
}
