//! People knock, hosts hear of it within a second and let them in or send them away; neither a reload nor a restart asks twice.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Method;
use rotunda::api::web::App;
use rotunda::store::sqlite::SqliteStore;
use rotunda::store::{self, Millis, RoomNumber, Store, StoredRole, UserId};
use serde_json::{Value, json};

use crate::event_stream::Stream;
use crate::live_sockets::{SOON, enter, room_token, validate};
use crate::support::{Person, TestServer};

/// A server with Ada's room, in front of which people wait; guests may come.
async fn waiting_room(server: TestServer) -> (TestServer, Person, Person) {
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    patch(&server, &ada, json!({ "waitingRoom": true, "allowGuests": true })).await;
    (server, ada, bob)
}

async fn patch(server: &TestServer, owner: &Person, body: Value) {
    let (status, answer) = server.send(Method::PATCH, "/api/rooms/1/", Some(&owner.access), body).await;
    assert_eq!(status, 200, "{answer}");
}

async fn join(server: &TestServer, access: &str) -> (u16, Value) {
    let (status, joined) = server.post("/api/rooms/1/join/", Some(access), json!({})).await;
    (status.as_u16(), joined)
}

/// Knocks, and has a ticket.
async fn knock(server: &TestServer, access: &str) -> String {
    let (status, waiting) = join(server, access).await;
    assert_eq!((status, &waiting["code"]), (403, &json!("waiting")), "{waiting}");
    waiting["ticket"].as_str().unwrap().to_owned()
}

async fn knocks(server: &TestServer, host: &Person) -> Vec<Value> {
    let (status, knocks) = server.get("/api/rooms/1/knocks/", Some(&host.access)).await;
    assert_eq!(status, 200, "{knocks}");
    knocks.as_array().unwrap().clone()
}

async fn decide(server: &TestServer, host: &Person, knock: &Value, what: &str) -> u16 {
    let path = format!("/api/rooms/1/knocks/{}/{what}/", knock["id"]);
    server.post(&path, Some(&host.access), json!({})).await.0.as_u16()
}

async fn guest(server: &TestServer) -> String {
    let (status, came) = server.post("/api/rooms/1/guest/", None, json!({ "name": "Gus" })).await;
    assert_eq!(status, 201, "{came}");
    came["tokens"]["access"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knocks_is_heard_and_let_in_and_never_asked_again() {
    let (server, ada, bob) = waiting_room(TestServer::live(|_| {}).await).await;
    let mut host = Stream::open(&server, None, Some(&ada.access), None).await.unwrap();

    let start = Instant::now();
    let ticket = knock(&server, &bob.access).await;
    let told = host.expect("knock", start).await;
    assert_eq!(
        (&told["name"], &told["guest"], &told["state"]),
        (&json!("bob Tester"), &json!(false), &json!("waiting"))
    );
    let mut waits = Stream::open(&server, Some(&ticket), None, None).await.unwrap();
    knock(&server, &bob.access).await;
    let listed = knocks(&server, &ada).await;
    assert_eq!(
        (listed.len(), &listed[0]["id"], &listed[0]["user"]),
        (1, &told["id"], &json!(bob.id)),
        "a reload is no second knock"
    );

    let start = Instant::now();
    assert_eq!(decide(&server, &ada, &listed[0], "admit").await, 204);
    waits.expect("admitted", start).await;
    assert_eq!(host.expect("knock", start).await["state"], "admitted");
    assert!(knocks(&server, &ada).await.is_empty());
    let token = room_token(&server, &bob.access, "1").await;
    assert!(enter(&server, &token).await.is_ok());
    assert_eq!(decide(&server, &ada, &listed[0], "admit").await, 204, "two hosts, one wish");
    assert_eq!(decide(&server, &ada, &listed[0], "refuse").await, 409);
    let (_, audit) = server.get("/api/rooms/1/audit/", Some(&ada.access)).await;
    assert_eq!((&audit[2]["act"], &audit[2]["subject"]), (&json!("admit"), &json!(bob.id.to_string())), "{audit}");

    // Put out, he knocks again, and the token that he has opens nothing.
    let body = json!({ "identity": format!("{}:x", bob.id) });
    assert_eq!(server.post("/api/rooms/1/remove/", Some(&ada.access), body).await.0, 204);
    assert_eq!(validate(&server, &token).await, (403, "a host of this room lets people in".into()));
    knock(&server, &bob.access).await;
    assert_eq!(join(&server, &ada.access).await.0, 200, "hosts do not wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_hears_within_a_second_that_a_host_has_come_and_that_the_last_one_has_left() {
    let (server, ada, bob) = waiting_room(TestServer::live(|_| {}).await).await;
    let cohost = server.person("cohost").await;
    server.server.store().give_role(RoomNumber(1), UserId(cohost.id), StoredRole::Cohost, Millis(1)).await.unwrap();
    let gus = guest(&server).await;
    let mut waits = Stream::open(&server, Some(&knock(&server, &gus).await), None, None).await.unwrap();
    let come = async |person: &Person| {
        let token = room_token(&server, &person.access, "1").await;
        (Instant::now(), enter(&server, &token).await.unwrap_or_else(|status| panic!("{status}")))
    };
    let (start, first) = come(&ada).await;
    assert_eq!(waits.expect("host", start).await, json!({ "present": true }));
    let (start, second) = come(&cohost).await;
    assert_eq!(waits.expect("host", start).await, json!({ "present": true }));
    let start = Instant::now();
    first.leave();
    assert_eq!(waits.expect("host", start).await, json!({ "present": true }), "there is another");
    // Whoever is no host is nobody's news.
    server.server.store().admit(RoomNumber(1), &[store::Person::Account(UserId(bob.id))], Millis(1)).await.unwrap();
    let (_, _third) = come(&bob).await;
    let start = Instant::now();
    second.leave();
    assert_eq!(waits.expect("host", start).await, json!({ "present": false }));
    assert_eq!(join(&server, &gus).await.1["hostPresent"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_wait_too_and_everyone_may_be_let_in_at_once_or_sent_away() {
    let (server, ada, bob) = waiting_room(TestServer::live(|_| {}).await).await;
    let gus = guest(&server).await;
    let (tickets, listed) = {
        let tickets = [knock(&server, &gus).await, knock(&server, &bob.access).await];
        (tickets, knocks(&server, &ada).await)
    };
    assert_eq!((&listed[0]["name"], &listed[0]["guest"]), (&json!("Gus"), &json!(true)));
    let (_, waiting) = join(&server, &gus).await;
    assert_eq!(waiting["hostPresent"], false);
    let Ok(_host) = enter(&server, &room_token(&server, &ada.access, "1").await).await else { panic!("refused") };
    assert_eq!(join(&server, &gus).await.1["hostPresent"], true);

    let mut first = Stream::open(&server, Some(&tickets[0]), None, None).await.unwrap();
    let mut second = Stream::open(&server, Some(&tickets[1]), None, None).await.unwrap();
    let start = Instant::now();
    assert_eq!(decide(&server, &ada, &listed[0], "refuse").await, 204);
    first.expect("refused", start).await;
    let (status, refused) = join(&server, &gus).await;
    assert_eq!((status, &refused["code"]), (403, &json!("refused")), "not at once again");
    assert_eq!(server.post("/api/rooms/1/knocks/admit-all/", Some(&ada.access), json!({})).await.0, 204);
    second.expect("admitted", start).await;
    assert_eq!(join(&server, &bob.access).await.0, 200);

    // Without a waiting room nobody waits.
    let start = Instant::now();
    patch(&server, &ada, json!({ "waitingRoom": false })).await;
    first.expect("room", start).await;
    assert_eq!(join(&server, &gus).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_inside_when_the_waiting_room_begins_is_not_put_before_the_door() {
    let server = TestServer::live(|_| {}).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let token = room_token(&server, &bob.access, "1").await;
    let Ok(_inside) = enter(&server, &token).await else { panic!("refused") };
    patch(&server, &ada, json!({ "waitingRoom": true })).await;
    assert!(enter(&server, &token).await.is_ok(), "a broken connection comes back");
    let eve = server.person("eve").await;
    knock(&server, &eve.access).await;
}

#[tokio::test]
async fn whom_a_host_admits_after_a_ban_or_a_removal_is_not_let_in() {
    let (server, ada, bob) = waiting_room(TestServer::start().await).await;
    let gus = guest(&server).await;
    let tickets = [knock(&server, &bob.access).await, knock(&server, &gus).await];
    let listed = knocks(&server, &ada).await;
    let mut waits = Stream::open(&server, Some(&tickets[0]), None, None).await.unwrap();
    let start = Instant::now();
    assert_eq!(server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": bob.id })).await.0, 201);
    waits.expect("refused", start).await;
    // The room has changed as well, which the stream may say before it ends.
    while let Some((kind, _)) = waits.next().await {
        assert_eq!(kind, "room", "and hears no more");
    }
    let identity = format!("{}:x", listed[1]["user"].as_str().unwrap());
    assert_eq!(server.post("/api/rooms/1/remove/", Some(&ada.access), json!({ "identity": identity })).await.0, 204);
    for knock in &listed {
        assert_eq!(decide(&server, &ada, knock, "admit").await, 409, "{knock}");
    }
    assert_eq!(Stream::open(&server, Some(&tickets[0]), None, None).await.err(), Some(403));
    assert_eq!(join(&server, &bob.access).await.1["code"], "banned");
    let again = Stream::open(&server, Some(&tickets[1]), None, None).await;
    assert_eq!(again.unwrap().next().await, Some(("reset".into(), json!({}))), "their knock is gone: they ask again");
}

#[tokio::test]
async fn an_invitation_does_not_pass_the_host_but_a_hosts_own_word_does() {
    let (server, ada, bob) = waiting_room(TestServer::start().await).await;
    patch(&server, &ada, json!({ "typeOf": "IO" })).await;
    let room = server.get("/api/rooms/1/", Some(&ada.access)).await.1["roomId"].as_str().unwrap().to_owned();
    let made = crate::invitations::invite(&server, &ada, "1", json!({})).await;
    let body = json!({ "invitation": made["token"] });
    let (status, waiting) = server.post(&format!("/api/rooms/{room}/join/"), Some(&bob.access), body).await;
    assert_eq!((status.as_u16(), &waiting["code"]), (403, &json!("waiting")));
    let path = format!("/api/rooms/1/roles/{}/", bob.id);
    let (status, _) = server.send(Method::PUT, &path, Some(&ada.access), json!({ "role": "participant" })).await;
    assert_eq!(status, 200);
    assert_eq!(join(&server, &bob.access).await.0, 200);
}

#[tokio::test]
async fn knocks_and_admissions_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rotunda.db");
    let store = || async { Arc::new(SqliteStore::open(&file).await.unwrap()) as Arc<dyn Store> };
    let server = TestServer::start_with(|_| {}, Some(store().await), App::default()).await;
    let (server, ada, bob) = waiting_room(server).await;
    let eve = server.person("eve").await;
    let ticket = knock(&server, &bob.access).await;
    knock(&server, &eve.access).await;
    let listed = knocks(&server, &ada).await;
    assert_eq!(decide(&server, &ada, &listed[1], "admit").await, 204);
    server.server.shutdown().await;

    let server = TestServer::start_with(|_| {}, Some(store().await), App::default()).await;
    assert_eq!(join(&server, &eve.access).await.0, 200);
    assert_eq!(knocks(&server, &ada).await[0]["id"], listed[0]["id"]);
    let mut waits = Stream::open(&server, Some(&ticket), None, Some("12345678-3")).await.unwrap();
    let start = Instant::now();
    waits.expect("reset", start).await;
    assert_eq!(decide(&server, &ada, &listed[0], "admit").await, 204);
    waits.expect("admitted", start).await;
}

#[tokio::test]
async fn a_stream_goes_on_after_its_last_event_and_ends_with_the_login_and_the_server() {
    let (server, ada, bob) = waiting_room(TestServer::start().await).await;
    let mut host = Stream::open(&server, None, Some(&ada.access), None).await.unwrap();
    let ticket = knock(&server, &bob.access).await;
    host.expect("knock", Instant::now()).await;
    let last = host.last.clone();
    drop(host);
    let listed = knocks(&server, &ada).await;
    assert_eq!(decide(&server, &ada, &listed[0], "admit").await, 204);
    let mut host = Stream::open(&server, None, Some(&ada.access), Some(&last)).await.unwrap();
    assert_eq!(host.expect("knock", Instant::now()).await["state"], "admitted", "missed, and told");
    // Who waited and was away when it happened hears it at once.
    let mut waits = Stream::open(&server, Some(&ticket), None, None).await.unwrap();
    waits.expect("admitted", Instant::now()).await;

    for ticket in ["", "x", &bob.access, &format!("{ticket}x")] {
        assert_eq!(Stream::open(&server, Some(ticket), None, None).await.err(), Some(401), "{ticket}");
    }
    assert_eq!(server.get("/api/rooms/1/", Some(&ticket)).await.0, 401, "a ticket is for listening alone");
    let start = Instant::now();
    assert_eq!(server.post("/api/token/logout/", None, json!({ "refresh": bob.refresh })).await.0, 204);
    assert_eq!(waits.next().await, None);
    assert!(start.elapsed() < SOON);
    assert_eq!(Stream::open(&server, Some(&ticket), None, None).await.err(), Some(401));
    server.server.drain();
    assert_eq!(host.next().await, None);
    assert_eq!(Stream::open(&server, None, Some(&ada.access), None).await.err(), Some(503));
}

#[tokio::test]
async fn who_closes_their_page_or_thinks_better_of_it_waits_no_longer() {
    let grace = Duration::from_millis(600);
    let (server, ada, bob) = waiting_room(TestServer::patient(grace).await).await;
    let mut host = Stream::open(&server, None, Some(&ada.access), None).await.unwrap();
    let ticket = knock(&server, &bob.access).await;
    let told = host.expect("knock", Instant::now()).await;
    // A reload is shorter than the patience.
    drop(Stream::open(&server, Some(&ticket), None, None).await.unwrap());
    let listening = Stream::open(&server, None, Some(&bob.access), None).await.unwrap();
    tokio::time::sleep(2 * grace).await;
    assert_eq!(knocks(&server, &ada).await.len(), 1, "a reload is no second knock, and no end of the first");
    let start = Instant::now();
    drop(listening);
    assert_eq!(host.next().await, Some(("knock".into(), json!({ "id": told["id"], "state": "withdrawn" }))));
    assert!(start.elapsed() >= grace - Duration::from_millis(50), "{:?}", start.elapsed());
    assert!(knocks(&server, &ada).await.is_empty());

    // Knocked, and closed before it listened.
    let start = Instant::now();
    knock(&server, &bob.access).await;
    assert_eq!(host.expect("knock", start).await["state"], "waiting");
    assert_eq!(host.next().await.unwrap().1["state"], "withdrawn");

    let start = Instant::now();
    knock(&server, &bob.access).await;
    assert_eq!(host.expect("knock", start).await["state"], "waiting");
    let leave = || server.send(Method::DELETE, "/api/rooms/1/knocks/", Some(&bob.access), json!({}));
    assert_eq!(leave().await.0, 204);
    assert_eq!(host.expect("knock", start).await["state"], "withdrawn");
    assert_eq!(leave().await.0, 204, "who does not wait has nothing to take back");

    // Whom a host has let in stays let in, listening or not.
    knock(&server, &bob.access).await;
    let listed = knocks(&server, &ada).await;
    assert_eq!(decide(&server, &ada, &listed[0], "admit").await, 204);
    assert_eq!(leave().await.0, 204);
    tokio::time::sleep(2 * grace).await;
    assert_eq!(join(&server, &bob.access).await.0, 200);
}

#[tokio::test]
async fn streams_of_one_person_are_bounded() {
    let (server, ada, _) = waiting_room(TestServer::start().await).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(Stream::open(&server, None, Some(&ada.access), None).await.unwrap());
    }
    assert_eq!(Stream::open(&server, None, Some(&ada.access), None).await.err(), Some(429));
    drop(streams);
    let start = Instant::now();
    while Stream::open(&server, None, Some(&ada.access), None).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
