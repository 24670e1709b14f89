//! An invite-only room is entered by an invitation, once; who has come by it belongs to the room.

use std::time::{Duration, Instant};

use livekit_protocol::DisconnectReason;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::live_sockets::{SOON, enter, leaves, room_token, validate};
use crate::support::{Person, TestServer};

pub async fn invite(server: &TestServer, host: &Person, room: &str, body: Value) -> Value {
    let (status, made) = server.post(&format!("/api/rooms/{room}/invitations/"), Some(&host.access), body).await;
    assert_eq!(status, 201, "{made}");
    made
}

async fn join(server: &TestServer, access: &str, room: &str, invitation: Value) -> (u16, String) {
    let body = json!({ "invitation": invitation });
    let (status, joined) = server.post(&format!("/api/rooms/{room}/join/"), Some(access), body).await;
    (status.as_u16(), joined["code"].as_str().unwrap_or_default().to_owned())
}

/// Makes `person` somebody who belongs to `owner`'s invite-only room.
pub async fn belongs(server: &TestServer, owner: &Person, person: &Person, room: &Value) {
    let made = invite(server, owner, &room["id"].to_string(), json!({})).await;
    assert_eq!(join(server, &person.access, room["roomId"].as_str().unwrap(), made["token"].clone()).await, came());
}

/// A time so far from now, as the API reads it.
fn in_millis(millis: i64) -> String {
    chrono::DateTime::from_timestamp_millis(rotunda::store::Millis::now().0 + millis).unwrap().to_rfc3339()
}

fn refused(code: &str) -> (u16, String) {
    (403, code.to_owned())
}

fn came() -> (u16, String) {
    (200, String::new())
}

async fn private_room() -> (TestServer, Person, Person, String) {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = server.room(&ada, "Private", "IO").await["roomId"].as_str().unwrap().to_owned();
    (server, ada, bob, room)
}

#[tokio::test]
async fn an_invite_only_room_opens_by_an_invitation_and_then_for_good() {
    let (server, ada, bob, room) = private_room().await;
    assert_eq!(join(&server, &bob.access, &room, json!(null)).await, refused("invitation_needed"));
    for bad in ["", "x", &"A".repeat(22), &"A".repeat(64), "\u{202e}", &room] {
        let (status, code) = join(&server, &bob.access, &room, json!(bad)).await;
        assert!(
            (status, code.as_str()) == (403, "invitation_invalid") || status == 400 && bad.is_empty(),
            "{bad}: {status} {code}"
        );
    }
    assert_eq!(join(&server, &bob.access, "1", json!(null)).await.0, 404, "its number is nobody's affair");

    let made = invite(&server, &ada, "1", json!({})).await;
    let mut keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["createdOn", "expiresOn", "id", "link", "token", "used", "uses"]);
    let token = made["token"].as_str().unwrap();
    assert_eq!(token.len(), 22, "128 bits");
    assert_eq!(made["link"], format!("http://{}/r/{room}?invitation={token}", server.server.http_addr()));
    assert_eq!(
        join(&server, &bob.access, "1", made["token"].clone()).await.0,
        404,
        "an invitation comes with the room's name"
    );
    assert_eq!(join(&server, &bob.access, &room, made["token"].clone()).await, came());

    // From now on he belongs to it: without the invitation, by whatever name, in his list.
    assert_eq!(join(&server, &bob.access, &room, json!(null)).await, came());
    assert_eq!(join(&server, &bob.access, "1", json!(null)).await, came());
    assert_eq!(server.get("/api/rooms/1/", Some(&bob.access)).await.1["role"], "participant");
    let (_, roles) = server.get("/api/rooms/1/roles/", Some(&ada.access)).await;
    assert_eq!((&roles[1]["user"], &roles[1]["role"]), (&json!(bob.id), &json!("participant")));
    let (_, listed) = server.get("/api/rooms/1/invitations/", Some(&ada.access)).await;
    assert_eq!(
        (&listed[0]["used"], listed[0].get("token"), listed[0].get("link")),
        (&json!(1), None, None),
        "{listed}"
    );
    let stored = std::fs::read(server.data.path().join("data/rotunda.db")).unwrap();
    let log = std::fs::read(server.data.path().join("data/rotunda.db-wal")).unwrap();
    let hidden = |bytes: &[u8]| !bytes.windows(token.len()).any(|window| window == token.as_bytes());
    assert!(hidden(&stored) && hidden(&log), "the database has its hash only");
}

#[tokio::test]
async fn invitations_end_by_time_by_number_and_by_being_revoked() {
    let (server, ada, bob, room) = private_room().await;
    let eve = server.person("eve").await;
    let once = invite(&server, &ada, "1", json!({ "uses": 1, "expiresOn": null })).await;
    assert_eq!(join(&server, &bob.access, &room, once["token"].clone()).await, came());
    assert_eq!(join(&server, &eve.access, &room, once["token"].clone()).await, refused("invitation_invalid"));

    let soon = in_millis(400);
    let short = invite(&server, &ada, "1", json!({ "expiresOn": soon })).await;
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(join(&server, &eve.access, &room, short["token"].clone()).await, refused("invitation_invalid"));

    let taken_back = invite(&server, &ada, "1", json!({})).await;
    let path = format!("/api/rooms/1/invitations/{}/", taken_back["id"]);
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 204);
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 404);
    assert_eq!(join(&server, &eve.access, &room, taken_back["token"].clone()).await, refused("invitation_invalid"));
    assert_eq!(join(&server, &bob.access, &room, json!(null)).await, came(), "who has come stays");
    assert_eq!(server.get("/api/rooms/1/invitations/", Some(&ada.access)).await.1.as_array().unwrap().len(), 2);
    let (_, audit) = server.get("/api/rooms/1/audit/", Some(&ada.access)).await;
    let acts: Vec<_> = audit.as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["revoke", "invite", "invite", "invite"]);

    // Another room's invitation opens nothing, and a locked room uses none up.
    let other = server.room(&ada, "Other", "IO").await["roomId"].as_str().unwrap().to_owned();
    let others = invite(&server, &ada, "2", json!({ "uses": 1 })).await;
    assert_eq!(join(&server, &eve.access, &room, others["token"].clone()).await, refused("invitation_invalid"));
    server.send(Method::PATCH, "/api/rooms/2/", Some(&ada.access), json!({ "locked": true })).await;
    assert_eq!(join(&server, &eve.access, &other, others["token"].clone()).await, refused("room_locked"));
    server.send(Method::PATCH, "/api/rooms/2/", Some(&ada.access), json!({ "locked": false })).await;
    assert_eq!(join(&server, &eve.access, &other, others["token"].clone()).await, came());
}

#[tokio::test]
async fn all_invitations_of_a_room_are_taken_back_at_once() {
    let (server, ada, bob, room) = private_room().await;
    let made = [invite(&server, &ada, "1", json!({})).await, invite(&server, &ada, "1", json!({ "uses": 2 })).await];
    let path = "/api/rooms/1/invitations/";
    assert_eq!(server.send(Method::DELETE, path, Some(&ada.access), json!({})).await.0, 204);
    assert_eq!(server.get(path, Some(&ada.access)).await.1, json!([]));
    for invitation in made {
        let token = invitation["token"].clone();
        assert_eq!(join(&server, &bob.access, &room, token).await, refused("invitation_invalid"));
    }
    let (_, log) = server.get("/api/rooms/1/audit/", Some(&ada.access)).await;
    assert_eq!((&log[0]["act"], &log[0]["subject"]), (&json!("revoke"), &json!("")));
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_said_by_field() {
    let (server, ada, _, _) = private_room().await;
    let past = in_millis(-1000);
    for (field, wrong) in [
        ("uses", json!(0)),
        ("uses", json!(-1)),
        ("uses", json!(10_001)),
        ("uses", json!(1.5)),
        ("uses", json!("3")),
        ("uses", json!(i64::MAX)),
        ("expiresOn", json!("soon")),
        ("expiresOn", json!(past)),
        ("expiresOn", json!(1_800_000_000)),
        ("expiresOn", json!([])),
    ] {
        let mut body = json!({});
        body[field] = wrong.clone();
        let (status, errors) = server.post("/api/rooms/1/invitations/", Some(&ada.access), body).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(errors[field][0].is_string(), "{wrong}: {errors}");
    }
    for id in ["0", "x", "-1", "%00", "99999999999999999999", "7"] {
        let path = format!("/api/rooms/1/invitations/{id}/");
        assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 404, "{id}");
    }
    for _ in 0..100 {
        invite(&server, &ada, "1", json!({})).await;
    }
    let (status, error) = server.post("/api/rooms/1/invitations/", Some(&ada.access), json!({})).await;
    assert_eq!((status, error["code"].as_str()), (StatusCode::FORBIDDEN, Some("forbidden")), "bounded");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_inside_stays_when_the_link_is_used_up_or_revoked_and_every_socket_is_checked() {
    let server = TestServer::live(|_| {}).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = server.room(&ada, "Private", "IO").await["roomId"].as_str().unwrap().to_owned();
    let made = invite(&server, &ada, "1", json!({ "uses": 1 })).await;
    assert_eq!(join(&server, &bob.access, &room, made["token"].clone()).await, came());
    let token = room_token(&server, &bob.access, &room).await;
    let Ok(mut inside) = enter(&server, &token).await else { panic!("refused") };

    let path = format!("/api/rooms/1/invitations/{}/", made["id"]);
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 204);
    while let Some(heard) = inside.next_within(Duration::from_millis(200)).await {
        assert!(!format!("{heard:?}").contains("Leave("), "{heard:?}");
    }
    let Ok(mut again) = enter(&server, &token).await else { panic!("he belongs to the room") };

    // Put out of the room's people, he does not get in with the token that he still has.
    let start = Instant::now();
    let role = format!("/api/rooms/1/roles/{}/", bob.id);
    assert_eq!(server.send(Method::DELETE, &role, Some(&ada.access), json!({})).await.0, 204);
    assert_eq!(enter(&server, &token).await.err(), Some(403));
    assert_eq!(validate(&server, &token).await, (403, "this room is entered by an invitation".into()));
    assert_eq!(join(&server, &bob.access, &room, json!(null)).await, refused("invitation_needed"));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    let start = Instant::now();
    let body = json!({ "identity": format!("{}:x", bob.id) });
    assert_eq!(server.post("/api/rooms/1/remove/", Some(&ada.access), body).await.0, 204);
    assert_eq!(leaves(&mut again, start).await, DisconnectReason::ParticipantRemoved as i32);
}
