//! What the pages of a room ask beyond its settings: making one complete at once, naming people by their address, reading the log.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, TestServer};

async fn name(server: &TestServer, by: &Person, body: Value) -> (u16, Value) {
    let (status, answer) = server.post("/api/rooms/1/roles/", Some(&by.access), body).await;
    (status.as_u16(), answer)
}

async fn log(server: &TestServer, by: &Person, query: &str) -> Vec<Value> {
    let (status, log) = server.get(&format!("/api/rooms/1/audit/{query}"), Some(&by.access)).await;
    assert_eq!(status, 200, "{log}");
    log.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_room_is_made_with_guests_a_waiting_room_and_a_time() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let make = async |body: Value| server.post("/api/rooms/", Some(&ada.access), body).await;
    let wanted = json!({
        "title": "T", "typeOf": "IO", "allowGuests": true, "waitingRoom": true, "scheduledOn": "2027-01-31T09:30:00+01:00",
    });
    let (status, made) = make(wanted).await;
    assert_eq!(status, 201, "{made}");
    assert_eq!((&made["allowGuests"], &made["waitingRoom"]), (&json!(true), &json!(true)));
    assert_eq!((&made["scheduledOn"], &made["version"]), (&json!("2027-01-31T08:30:00.000Z"), &json!(1)));
    assert_eq!(server.get("/api/rooms/1/", Some(&ada.access)).await.1, made);
    let (_, plain) = make(json!({ "title": "T", "scheduledOn": null })).await;
    assert_eq!(
        (&plain["allowGuests"], &plain["waitingRoom"], &plain["scheduledOn"]),
        (&json!(false), &json!(false), &json!(null))
    );
    for (field, value) in [("allowGuests", json!("yes")), ("waitingRoom", json!(1)), ("scheduledOn", json!("today"))] {
        let mut body = json!({ "title": "T" });
        body[field] = value;
        let (status, errors) = make(body).await;
        assert_eq!((status.as_u16(), errors[field][0].is_string()), (400, true), "{errors}");
    }
    let (_, list) = server.get("/api/rooms/", Some(&ada.access)).await;
    assert_eq!(list.as_array().unwrap().len(), 2, "what was refused was not made");
}

#[tokio::test]
async fn people_are_named_by_their_address() {
    let server = TestServer::start().await;
    let (ada, bob, eve) = (server.person("ada").await, server.person("bob").await, server.person("eve").await);
    server.room(&ada, "One", "OTA").await;
    assert_eq!(server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": eve.id })).await.0, 201);
    for (field, body) in [
        ("email", json!({ "role": "cohost" })),
        ("email", json!({ "role": "cohost", "email": 7 })),
        ("email", json!({ "role": "cohost", "email": "nobody@example.org" })),
        ("email", json!({ "role": "cohost", "email": "x".repeat(255) })),
        ("email", json!({ "role": "cohost", "email": "ada@example.org" })),
        ("email", json!({ "role": "cohost", "email": "eve@example.org" })),
        ("role", json!({ "email": "bob@example.org" })),
        ("role", json!({ "role": "owner", "email": "bob@example.org" })),
    ] {
        let (status, errors) = name(&server, &ada, body.clone()).await;
        assert_eq!((status, errors[field][0].is_string()), (400, true), "{body}: {errors}");
    }
    let (status, given) = name(&server, &ada, json!({ "role": "cohost", "email": " BOB@Example.org " })).await;
    assert_eq!((status, &given), (201, &json!({ "user": bob.id, "name": "bob Tester", "role": "cohost" })));
    assert_eq!(server.get("/api/rooms/1/", Some(&bob.access)).await.1["role"], "cohost");
    let again = name(&server, &bob, json!({ "role": "cohost", "email": "eve@example.org" })).await;
    assert_eq!(again.0, 403, "roles are the owner's to give");
}

#[tokio::test]
async fn the_log_says_names_and_comes_in_pages() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let made = json!({ "title": "One", "allowGuests": true });
    assert_eq!(server.post("/api/rooms/", Some(&ada.access), made).await.0, 201);
    let (_, guest) = server.post("/api/rooms/1/guest/", None, json!({ "name": "Gus" })).await;
    let guest = crate::support::payload(guest["tokens"]["access"].as_str().unwrap())["user_id"].clone();
    let act = async |path: &str, body: Value| {
        let (status, answer) = server.post(&format!("/api/rooms/1/{path}/"), Some(&ada.access), body).await;
        assert!(status.is_success(), "{path}: {answer}");
    };
    act("remove", json!({ "identity": format!("{}:tab", bob.id) })).await;
    act("bans", json!({ "user": guest })).await;
    act("mute", json!({ "everyone": true })).await;
    act("spotlight", json!({ "identity": "4711:tab" })).await;
    act("invitations", json!({ "uses": 3 })).await;
    let lock = server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "locked": true })).await;
    assert_eq!(lock.0, 200);

    let all = log(&server, &ada, "").await;
    let told: Vec<_> =
        all.iter().map(|entry| (entry["act"].as_str().unwrap(), entry["subjectName"].as_str())).collect();
    let expected = [
        ("lock", None),
        ("invite", None),
        ("spotlight", None),
        ("mute", None),
        ("ban", Some("Gus")),
        ("remove", Some("bob Tester")),
    ];
    assert_eq!(told, expected);
    assert!(all.iter().all(|entry| entry["name"] == "ada Tester"), "{all:?}");

    let first = log(&server, &ada, "?limit=4").await;
    assert_eq!(first, all[..4]);
    let rest = log(&server, &ada, &format!("?limit=4&before={}", first[3]["id"])).await;
    assert_eq!(rest, all[4..]);
    assert_eq!(log(&server, &ada, "?limit=9999&before=9223372036854775807").await, all);
    for query in ["?limit=0", "?limit=x", "?before=-1", "?before=1.5"] {
        let path = format!("/api/rooms/1/audit/{query}");
        assert_eq!(server.get(&path, Some(&ada.access)).await.0, 400, "{query}");
    }
    server.server.store().delete_user(rotunda::store::UserId(bob.id)).await.unwrap();
    assert_eq!(log(&server, &ada, "").await[5]["subjectName"], Value::Null, "the name goes with the account");
}

#[tokio::test]
async fn a_change_that_came_too_late_is_not_in_the_log() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    let change = json!({ "waitingRoom": true, "version": 7 });
    let (status, answer) = server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), change).await;
    assert_eq!((status.as_u16(), &answer["code"]), (409, &json!("version_conflict")));
    assert!(log(&server, &ada, "").await.is_empty());
}
