//! The database is away, slow, or loses an answer: the API says 503 in its own form, and recovers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol::DisconnectReason;
use reqwest::Method;
use rotunda::api::ROUTES;
use rotunda::api::web::App;
use rotunda::store::faults::{Faults, FaultyStore};
use rotunda::store::sqlite::SqliteStore;
use rotunda::store::{Millis, RoomNumber, Store, UserId};
use rotunda_sfu::params::MediaKind;
use rotunda_signaling::io::Who;
use serde_json::json;

use crate::client::Client;
use crate::live_sockets::{enter, room_token};
use crate::support::{PASSWORD, Person, TestServer};

async fn faulty() -> (TestServer, Arc<Faults>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let inner: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("rotunda.db")).await.unwrap());
    let (store, faults) = FaultyStore::new(inner);
    let server = TestServer::start_with(|_| {}, Some(Arc::new(store)), App::default()).await;
    (server, faults, folder)
}

#[tokio::test]
async fn every_route_says_503_when_the_database_is_away_and_works_again_after() {
    let (server, faults, _folder) = faulty().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    faults.fail_next(u32::MAX);
    for (path, methods) in ROUTES {
        for method in *methods {
            let body = json!({
                "email": "new@example.org", "firstName": "N", "lastName": "N", "password": PASSWORD,
                "refresh": ada.refresh, "token": ada.refresh, "title": "T",
            });
            let (status, answer) =
                server.send(method.parse().unwrap(), &path.replace("{id}", "1"), Some(&ada.access), body).await;
            let expected = if *path == "/healthz" { 200 } else { 503 };
            assert_eq!(status, expected, "{method} {path}: {answer}");
            if expected == 503 && *path != "/readyz" {
                let detail = answer["detail"].as_str().unwrap();
                assert!(!detail.contains("injected"), "no text from inside: {detail}");
            }
        }
    }
    let (_, ready) = server.get("/readyz", None).await;
    assert_eq!(ready, json!({ "ready": false, "store": false, "media": true, "draining": false }));
    faults.fail_next(0);
    assert_eq!(server.get("/readyz", None).await.0, 200);
    assert_eq!(server.get("/api/rooms/1/", None).await.0, 200);
    assert_eq!(
        server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await.0,
        200,
        "nothing was spent"
    );
}

/// A call of two on a store that can be made to fail.
async fn faulty_call() -> (TestServer, Arc<Faults>, tempfile::TempDir, Person, [Client; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let inner: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("rotunda.db")).await.unwrap());
    let (store, faults) = FaultyStore::new(inner);
    let server = TestServer::live_on(|_| {}, Some(Arc::new(store))).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let mut clients = Vec::new();
    for person in [&ada, &bob] {
        let token = room_token(&server, &person.access, "1").await;
        clients.push(enter(&server, &token).await.unwrap_or_else(|status| panic!("{status}")));
    }
    let Ok(clients) = clients.try_into() else { panic!("two") };
    (server, faults, folder, ada, clients)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_a_call_goes_on_and_what_its_host_asks_for_is_refused_in_words() {
    let (server, faults, _folder, ada, [mut first, mut second]) = faulty_call().await;
    let (track, ssrc) = second.publish(MediaKind::Audio, "microphone").await;
    second.ready().await;
    let _talking = second.talk(ssrc, |_| vec![7; 80]);
    first.hear(&track).await;
    faults.fail_next(u32::MAX);
    let identity = second.join.participant.as_ref().unwrap().identity.clone();
    for (method, path, body) in [
        (Method::PATCH, "", json!({ "locked": true, "unmuteDisabled": true })),
        (Method::POST, "mute/", json!({ "everyone": true })),
        (Method::POST, "remove/", json!({ "identity": identity })),
        (Method::POST, "bans/", json!({ "user": 2 })),
        (Method::POST, "stop-share/", json!({ "identity": identity })),
        (Method::POST, "spotlight/", json!({ "identity": identity })),
        (Method::PUT, "roles/2/", json!({ "role": "cohost" })),
        (Method::POST, "owner/", json!({ "user": 2 })),
        (Method::POST, "end/", json!({})),
    ] {
        let (status, answer) = server.send(method, &format!("/api/rooms/1/{path}"), Some(&ada.access), body).await;
        assert_eq!((status.as_u16(), &answer["code"]), (503, &json!("unavailable")), "{path}: {answer}");
        assert!(answer["detail"].as_str().unwrap().contains("database"), "{answer}");
    }
    while first.next_within(Duration::ZERO).await.is_some() {}
    for _ in 0..25 {
        first.hear(&track).await;
    }
    faults.fail_next(0);
    assert_eq!(server.post("/api/rooms/1/mute/", Some(&ada.access), json!({ "everyone": true })).await.0, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_banned_between_the_check_of_their_token_and_their_coming_is_put_out_nevertheless() {
    let folder = tempfile::tempdir().unwrap();
    let inner: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("rotunda.db")).await.unwrap());
    let (store, faults) = FaultyStore::new(Arc::clone(&inner));
    let server = TestServer::live_on(|_| {}, Some(Arc::new(store))).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let token = room_token(&server, &bob.access, "1").await;
    // How many questions a check is; the last is none about bans.
    let before = faults.calls();
    assert_eq!(crate::live_sockets::validate(&server, &token).await.0, 200);
    let questions = faults.calls() - before;
    faults.delay(Duration::from_millis(300));
    let before = faults.calls();
    let ban = async {
        while faults.calls() < before + questions {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        inner.ban(RoomNumber(1), UserId(bob.id), Millis(1)).await.unwrap();
        // As the route does; there is nobody yet whom it could meet.
        let gone = server.server.calls().unwrap().rooms().remove("room1", Who::Account(bob.id.to_string())).await;
        assert!(!gone, "the room is not open yet");
    };
    let (entered, ()) = tokio::join!(enter(&server, &token), ban);
    let mut client = entered.unwrap_or_else(|status| panic!("{status}"));
    assert_eq!(client.left().await.reason(), DisconnectReason::ParticipantRemoved);
}

#[tokio::test]
async fn failed_logins_do_not_count_while_the_database_is_away() {
    let (server, faults, _folder) = faulty().await;
    let ada = server.person("ada").await;
    faults.fail_next(50);
    for _ in 0..50 {
        let (status, _) = server.post("/api/token/", None, json!({ "email": ada.email, "password": PASSWORD })).await;
        assert_eq!(status, 503);
    }
    assert_eq!(server.post("/api/token/", None, json!({ "email": ada.email, "password": PASSWORD })).await.0, 200);
}

#[tokio::test]
async fn a_refresh_whose_answer_got_lost_in_the_database_may_be_tried_again() {
    let (server, faults, _folder) = faulty().await;
    let ada = server.person("ada").await;
    faults.lose_answers(1);
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await.0, 503);
    let (status, fresh) = server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await;
    assert_eq!(status, 200);
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": fresh["refresh"] })).await.0, 200);
}

#[tokio::test]
async fn a_slow_database_makes_nobody_wait_for_ever() {
    let (server, faults, _folder) = faulty().await;
    faults.delay(Duration::from_secs(60));
    let start = Instant::now();
    let (list, ready) = tokio::join!(server.get("/api/rooms/", None), server.get("/readyz", None));
    assert_eq!(list.0, 503);
    assert_eq!(ready.0, 503);
    assert!(start.elapsed() < Duration::from_secs(15));
    assert_eq!(server.request(Method::GET, "/healthz").send().await.unwrap().status(), 200, "alive all the while");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_else_has_the_database_locked_reads_go_on_and_writes_say_so() {
    use sqlx::ConnectOptions as _;
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    let file = server.data.path().join("data/rotunda.db");
    let mut other = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();

    let start = Instant::now();
    let (write, read, ready) = tokio::join!(
        server.post("/api/rooms/", Some(&ada.access), json!({ "title": "Two" })),
        server.get("/api/rooms/1/", None),
        server.get("/readyz", None),
    );
    assert_eq!(write.0, 503, "{}", write.1);
    assert!(write.1["detail"].is_string());
    assert_eq!(read.0, 200);
    assert_eq!(ready.1["store"], false);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(
        server.post("/api/rooms/1/join/", Some(&ada.access), json!({})).await.0,
        200,
        "people still get into calls"
    );

    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(server.post("/api/rooms/", Some(&ada.access), json!({ "title": "Two" })).await.0, 201);
    assert_eq!(server.get("/api/rooms/", None).await.1.as_array().unwrap().len(), 2, "the refused one was not made");
}
