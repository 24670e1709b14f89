//! People without an account: in one room, under their own name, until their session ends; and what a ban does to them.

use std::time::{Duration, Instant};

use livekit_protocol::DisconnectReason;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::invitations::invite;
use crate::live_sockets::{SOON, enter, leaves, room_token, validate};
use crate::support::{PASSWORD, Person, TestServer, payload};

/// A server with Ada's room, which takes guests.
async fn open_house(kind: &str, server: TestServer) -> (TestServer, Person, String) {
    let ada = server.person("ada").await;
    let room = server.room(&ada, "One", kind).await["roomId"].as_str().unwrap().to_owned();
    patch(&server, &ada, json!({ "allowGuests": true })).await;
    (server, ada, room)
}

async fn patch(server: &TestServer, owner: &Person, body: Value) {
    let (status, answer) = server.send(Method::PATCH, "/api/rooms/1/", Some(&owner.access), body).await;
    assert_eq!(status, 200, "{answer}");
}

async fn come(server: &TestServer, room: &str, body: Value) -> (StatusCode, Value) {
    server.post(&format!("/api/rooms/{room}/guest/"), None, body).await
}

/// Access and refresh token of a new guest called Gus.
async fn gus(server: &TestServer, room: &str) -> (String, String) {
    let (status, came) = come(server, room, json!({ "name": "Gus" })).await;
    assert_eq!(status, 201, "{came}");
    let token = |kind: &str| came["tokens"][kind].as_str().unwrap().to_owned();
    (token("access"), token("refresh"))
}

fn code(answer: &(StatusCode, Value)) -> (u16, &str) {
    (answer.0.as_u16(), answer.1["code"].as_str().unwrap_or_default())
}

/// A browser on our page: status, body, and the cookies that it was given.
async fn browser(server: &TestServer, room: &str, name: &str, cookies: &str) -> (u16, Value, Vec<String>) {
    let request = server.request(Method::POST, &format!("/api/rooms/{room}/guest/"));
    let request = request.header("X-Rotunda-Client", "web").header("Origin", server.url(""));
    let request = request.header(header::COOKIE, cookies.to_owned()).json(&json!({ "name": name }));
    let response = request.send().await.unwrap();
    let given = response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned());
    let given = given.collect();
    (response.status().as_u16(), response.json().await.unwrap(), given)
}

fn value(cookies: &[String], name: &str) -> Option<String> {
    let cookie = cookies.iter().find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='))?;
    Some(cookie.split(';').next().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_in_the_call_with_a_badge_and_nowhere_else() {
    let (server, ada, room) = open_house("OTA", TestServer::live(|_| {}).await).await;
    server.room(&ada, "Two", "OTA").await;
    let (access, refresh) = gus(&server, &room).await;
    let claims = payload(&access);
    let id = claims["user_id"].as_str().unwrap().to_owned();
    assert!(id.len() == 33 && id.starts_with('g'), "{id}");
    assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 600);

    let Ok(owner) = enter(&server, &room_token(&server, &ada.access, "1").await).await else { panic!("refused") };
    drop(owner);
    let body = json!({ "deviceId": "tab" });
    let (status, joined) = server.post("/api/rooms/room1/join/", Some(&access), body).await;
    assert_eq!((status.as_u16(), &joined["identity"]), (200, &json!(format!("{id}:tab"))));
    let token = joined["token"].as_str().unwrap();
    let Ok(client) = enter(&server, token).await else { panic!("refused") };
    let me = client.join.participant.as_ref().unwrap();
    assert_eq!((me.name.as_str(), me.attributes.get("rotunda.guest").map(String::as_str)), ("Gus", Some("1")));
    assert_eq!(server.get("/api/rooms/1/", Some(&access)).await.1["role"], "guest");
    // Nobody else has the badge, whatever they say when they come.
    let query = format!(
        "access_token={}&attributes=%7B%22rotunda.guest%22%3A%221%22%7D",
        room_token(&server, &ada.access, "1").await
    );
    let Ok(impostor) = crate::client::try_join(&server.url(""), &query).await else { panic!("refused") };
    assert!(!impostor.join.participant.as_ref().unwrap().attributes.contains_key("rotunda.guest"));

    for (method, path) in [
        (Method::GET, "/api/rooms/"),
        (Method::POST, "/api/rooms/"),
        (Method::PATCH, "/api/rooms/1/"),
        (Method::POST, "/api/rooms/1/mute/"),
        (Method::POST, "/api/rooms/1/invitations/"),
    ] {
        assert_eq!(
            server.send(method.clone(), path, Some(&access), json!({ "title": "T" })).await.0,
            403,
            "{method} {path}"
        );
    }
    assert_eq!(
        server.post("/api/rooms/2/join/", Some(&access), json!({})).await.0,
        401,
        "of another room they are nobody"
    );

    let (status, fresh) = server.post("/api/token/refresh/", None, json!({ "refresh": refresh })).await;
    assert_eq!(status, 200, "{fresh}");
    let again = payload(fresh["access"].as_str().unwrap());
    assert_eq!((&again["user_id"], &again["full_name"]), (&json!(id), &json!("Gus")));
    assert_eq!(server.post("/api/token/verify/", None, json!({ "token": fresh["access"] })).await.0, 200);
    let mut client = client;
    let start = Instant::now();
    assert_eq!(server.post("/api/token/logout/", None, json!({ "refresh": fresh["refresh"] })).await.0, 204);
    leaves(&mut client, start).await;
    assert_eq!(enter(&server, token).await.err(), Some(403), "no way back");
    assert_eq!(server.post("/api/rooms/1/join/", Some(&access), json!({})).await.0, 401);
}

#[tokio::test]
async fn who_may_come_as_a_guest() {
    let (server, ada, room) = open_house("IO", TestServer::start().await).await;
    let gus = |invitation: Value| json!({ "name": "Gus", "invitation": invitation });
    assert_eq!(code(&come(&server, "1", gus(json!(null))).await), (404, "not_found"), "by number there is no room");
    assert_eq!(code(&come(&server, &room, gus(json!(null))).await), (403, "invitation_needed"));
    assert_eq!(code(&come(&server, &room, gus(json!("A".repeat(22)))).await), (403, "invitation_invalid"));
    let (_, seen) = server.get(&format!("/api/rooms/{room}/"), None).await;
    assert_eq!(
        (&seen["title"], &seen["role"]),
        (&json!("One"), &json!(null)),
        "who has the link sees what it leads to"
    );

    let made = invite(&server, &ada, "1", json!({ "uses": 1 })).await;
    let (status, came) = come(&server, &room, gus(made["token"].clone())).await;
    assert_eq!(status, 201, "{came}");
    let access = came["tokens"]["access"].as_str().unwrap().to_owned();
    assert_eq!(code(&come(&server, &room, gus(made["token"].clone())).await), (403, "invitation_invalid"), "used up");
    let join = || server.post("/api/rooms/1/join/", Some(&access), json!({}));
    assert_eq!(join().await.0, 200, "and who came by it is in");

    patch(&server, &ada, json!({ "locked": true })).await;
    assert_eq!(code(&come(&server, &room, gus(json!(null))).await), (403, "room_locked"));
    assert_eq!(code(&join().await), (403, "room_locked"));
    patch(&server, &ada, json!({ "locked": false, "allowGuests": false })).await;
    assert_eq!(code(&come(&server, &room, gus(json!(null))).await), (404, "not_found"));
    assert_eq!(code(&join().await), (403, "guests_not_allowed"));
    patch(&server, &ada, json!({ "typeOf": "OTA" })).await;
    assert_eq!(code(&come(&server, "1", gus(json!(null))).await), (403, "guests_not_allowed"));

    // Who came to an open room without an invitation has none when it becomes one of invited people.
    patch(&server, &ada, json!({ "allowGuests": true })).await;
    let (_, came) = come(&server, "1", gus(json!(null))).await;
    patch(&server, &ada, json!({ "typeOf": "IO" })).await;
    let without = server.post("/api/rooms/1/join/", came["tokens"]["access"].as_str(), json!({})).await;
    assert_eq!(without.0, 404, "{}", without.1);
    assert_eq!(join().await.0, 200);
    server.server.drain();
    assert_eq!(come(&server, &room, gus(json!(null))).await.0, 503);
}

#[tokio::test]
async fn names_are_one_line_of_text_that_turns_nothing_around() {
    let (server, _, room) = open_house("OTA", TestServer::start().await).await;
    for name in [
        json!(""),
        json!("  "),
        json!("\u{202e}\u{2066}"),
        json!("x".repeat(151)),
        json!("x".repeat(10_000)),
        json!("a\nb"),
        json!(7),
        json!(null),
    ] {
        let (status, errors) = come(&server, &room, json!({ "name": name })).await;
        assert_eq!(status, 400, "{name}");
        assert!(errors["name"][0].is_string(), "{errors}");
    }
    let (_, came) = come(&server, &room, json!({ "name": " \u{202e}suG\u{202c} <b>\u{1f600} " })).await;
    assert_eq!(payload(came["tokens"]["access"].as_str().unwrap())["full_name"], "suG <b>\u{1f600}");
    let body = json!({ "email": "eve@example.org", "firstName": "\u{2067}eve", "lastName": "T\u{200f}", "password": PASSWORD });
    let (_, made) = server.post("/api/user/create/", None, body).await;
    assert_eq!(payload(made["tokens"]["access"].as_str().unwrap())["full_name"], "eve T", "accounts' names too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banned_guest_is_out_within_a_second_and_their_browser_is_known_again() {
    let (server, ada, room) = open_house("OTA", TestServer::live(|_| {}).await).await;
    let (status, came, cookies) = browser(&server, &room, "Gus", "").await;
    assert_eq!(status, 201, "{came}");
    assert!(came["tokens"].get("refresh").is_none(), "in the cookie only");
    let device = value(&cookies, "rotunda_device").unwrap();
    let refresh = value(&cookies, "rotunda_guest").unwrap();
    assert_eq!(value(&cookies, "rotunda_refresh"), None, "who is logged in besides stays so");
    assert_eq!(device.len(), 43, "256 bits");
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("rotunda_device")).unwrap();
    for attribute in ["Path=/api/", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{attribute}: {cookie}");
    }
    let access = came["tokens"]["access"].as_str().unwrap();
    let token = room_token(&server, access, &room).await;
    let Ok(mut client) = enter(&server, &token).await else { panic!("refused") };
    let id = client.join.participant.as_ref().unwrap().identity.split(':').next().unwrap().to_owned();
    // In the same browser, once more: no second device cookie.
    let (_, second, more) = browser(&server, &room, "Guste", &format!("rotunda_device={device}")).await;
    assert_eq!(value(&more, "rotunda_device"), None);
    let second = room_token(&server, second["tokens"]["access"].as_str().unwrap(), &room).await;
    let Ok(mut other_tab) = enter(&server, &second).await else { panic!("refused") };

    let start = Instant::now();
    let (status, ban) = server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": id })).await;
    assert_eq!((status.as_u16(), &ban["name"], &ban["user"]), (201, &json!("Gus"), &json!(id)));
    for client in [&mut client, &mut other_tab] {
        assert_eq!(leaves(client, start).await, DisconnectReason::ParticipantRemoved as i32);
    }
    for token in [&token, &second] {
        assert_eq!(enter(&server, token).await.err(), Some(403));
        assert_eq!(validate(&server, token).await, (403, "this login has ended".into()));
    }
    assert_eq!(server.post("/api/rooms/1/join/", Some(access), json!({})).await.0, 401);
    assert_eq!(
        server.post("/api/token/refresh/", None, json!({ "refresh": refresh })).await.0,
        401,
        "the family has ended"
    );
    let (status, refused, _) = browser(&server, &room, "Somebody else", &format!("rotunda_device={device}")).await;
    assert_eq!((status, &refused["code"]), (403, &json!("banned")));
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());

    let (_, bans) = server.get("/api/rooms/1/bans/", Some(&ada.access)).await;
    assert!(bans.as_array().unwrap().iter().any(|ban| ban["user"] == id.as_str() && ban["name"] == "Gus"), "{bans}");
    let path = format!("/api/rooms/1/bans/{id}/");
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 204);
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 404);
    let (status, ..) = browser(&server, &room, "Gus", &format!("rotunda_device={device}")).await;
    assert_eq!(status, 201);
    for user in [json!("g"), json!("gus"), json!(format!("g{}", "0".repeat(32))), json!(null), json!([])] {
        assert_eq!(
            server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": user })).await.0,
            400,
            "{user}"
        );
    }
}

#[tokio::test]
async fn a_browser_is_a_guest_of_each_room_apart() {
    let (server, ada, room) = open_house("OTA", TestServer::start().await).await;
    let two = server.room(&ada, "Two", "OTA").await["roomId"].as_str().unwrap().to_owned();
    let (_, _, cookies) = browser(&server, &room, "Gus", "").await;
    let cookie = cookies.iter().find(|cookie| cookie.starts_with("rotunda_guest")).unwrap();
    for attribute in [&format!("Path=/api/rooms/{room}/guest/"), "HttpOnly", "SameSite=Strict", "Max-Age=86400"] {
        assert!(cookie.split("; ").any(|part| part == attribute), "{attribute}: {cookie}");
    }
    let refresh = async |room: &str, token: &str, origin: &str| {
        let request = server.request(Method::POST, &format!("/api/rooms/{room}/guest/refresh/")).json(&json!({}));
        let request = request.header("X-Rotunda-Client", "web").header("Origin", origin.to_owned());
        let response = request.header(header::COOKIE, format!("rotunda_guest={token}")).send().await.unwrap();
        let given =
            response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap().to_owned());
        let given: Vec<_> = given.collect();
        (response.status().as_u16(), response.json::<Value>().await.unwrap(), given)
    };
    let token = value(&cookies, "rotunda_guest").unwrap();
    let here = server.url("");
    assert_eq!(refresh(&room, &token, "https://elsewhere.example").await.0, 403);
    let (status, fresh, cookies) = refresh(&room, &token, &here).await;
    assert_eq!((status, payload(fresh["access"].as_str().unwrap())["full_name"].as_str()), (200, Some("Gus")));
    let next = value(&cookies, "rotunda_guest").unwrap();
    assert_ne!(next, token);
    assert_eq!(refresh(&room, &next, &here).await.0, 200);
    let (status, _, emptied) = refresh(&two, "x", &here).await;
    assert_eq!((status, value(&emptied, "rotunda_guest").as_deref()), (401, Some("")), "{emptied:?}");
    assert_eq!(refresh("room99", "x", &here).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_is_removed_goes_with_every_device_and_may_come_again() {
    let (server, ada, room) = open_house("OTA", TestServer::live(|_| {}).await).await;
    let (access, _) = gus(&server, &room).await;
    let (one, two) = (room_token(&server, &access, &room).await, room_token(&server, &access, &room).await);
    let (Ok(mut laptop), Ok(mut phone)) = (enter(&server, &one).await, enter(&server, &two).await) else { panic!() };
    let start = Instant::now();
    let identity = laptop.join.participant.as_ref().unwrap().identity.clone();
    assert_eq!(server.post("/api/rooms/1/remove/", Some(&ada.access), json!({ "identity": identity })).await.0, 204);
    for client in [&mut laptop, &mut phone] {
        leaves(client, start).await;
    }
    assert!(enter(&server, &one).await.is_ok());
    // Guests who may not be there any more find no way back either.
    patch(&server, &ada, json!({ "allowGuests": false })).await;
    assert_eq!(validate(&server, &one).await, (403, "this room is for people with an account".into()));
}

#[tokio::test]
async fn guests_are_bounded_by_address() {
    let (server, _, room) = open_house("OTA", TestServer::start().await).await;
    let start = Instant::now();
    let mut refused = 0;
    for _ in 0..330 {
        let (status, answer) = come(&server, &room, json!({})).await;
        refused += usize::from(status == 429);
        assert!([400, 429].contains(&status.as_u16()), "{answer}");
    }
    let refilled = start.elapsed().as_secs();
    assert!(refused >= 25_usize.saturating_sub(usize::try_from(refilled).unwrap()), "{refused} after {refilled} s");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(come(&server, &room, json!({ "name": "Gus" })).await.0, 201);
}
