//! What people do with their own accounts: change them, see where they are logged in, take their data along, and go.

use std::time::Instant;

use livekit_protocol::DisconnectReason;
use reqwest::{Method, StatusCode, header};
use rotunda::store::{Millis, NewMessage, RoomNumber, UserId};
use serde_json::{Value, json};

use crate::live_sockets::{leaves, one_call};
use crate::support::{PASSWORD, Person, TestServer, payload};

const NEW: &str = "another fine passphrase";

async fn login(server: &TestServer, email: &str, password: &str) -> (StatusCode, Value) {
    server.post("/api/token/", None, json!({ "email": email, "password": password })).await
}

#[tokio::test]
async fn people_read_and_change_their_names() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let (status, own) = server.get("/api/user/", Some(&ada.access)).await;
    assert_eq!(status, 200);
    assert!(own["createdOn"].as_str().unwrap().starts_with("20"), "{own}");
    assert_eq!(
        (&own["id"], &own["email"], &own["firstName"], &own["isAdmin"]),
        (&json!(ada.id), &json!(ada.email), &json!("ada"), &json!(false))
    );
    assert!(!own.to_string().contains("argon2"), "{own}");
    let edit = json!({ "firstName": " Ada\u{202e} ", "lastName": "Lovelace" });
    let (status, changed) = server.send(Method::PATCH, "/api/user/", Some(&ada.access), edit).await;
    assert_eq!((status.as_u16(), &changed["firstName"]), (200, &json!("Ada")), "{changed}");
    let access = changed["access"].as_str().unwrap();
    assert_eq!(payload(access)["full_name"], "Ada Lovelace", "the answer's token has the new name");
    assert_eq!(server.get("/api/user/", Some(access)).await.1["lastName"], "Lovelace");
    for wrong in [json!({ "firstName": "" }), json!({ "lastName": 7 }), json!({ "firstName": "x".repeat(151) })] {
        let (status, _) = server.send(Method::PATCH, "/api/user/", Some(access), wrong).await;
        assert_eq!(status, 400);
    }
    assert_eq!(server.send(Method::PATCH, "/api/user/", Some(access), json!({})).await.0, 200, "nothing is fine");
}

#[tokio::test]
async fn another_address_asks_for_the_password() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let change = |body: Value| server.send(Method::PATCH, "/api/user/", Some(&ada.access), body);
    assert!(change(json!({ "email": "new@example.org" })).await.1["password"].is_array());
    let (status, error) = change(json!({ "email": "new@example.org", "password": "wrong" })).await;
    assert_eq!((status.as_u16(), error["password"].is_array()), (400, true), "{error}");
    let (status, error) = change(json!({ "email": bob.email.to_uppercase(), "password": PASSWORD })).await;
    assert_eq!((status.as_u16(), error["email"].is_array()), (400, true), "{error}");
    assert_eq!(change(json!({ "email": "nonsense", "password": PASSWORD })).await.0, 400);
    assert_eq!(change(json!({ "email": ada.email })).await.0, 200, "the same one is no change");
    assert_eq!(change(json!({ "email": "new@example.org", "password": PASSWORD })).await.0, 200);
    assert_eq!(login(&server, &ada.email, PASSWORD).await.0, 401);
    assert_eq!(login(&server, "new@example.org", PASSWORD).await.0, 200);
}

#[tokio::test]
async fn a_new_password_ends_all_other_logins() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let (_, other) = login(&server, &ada.email, PASSWORD).await;
    let other_session = payload(other["access"].as_str().unwrap())["sid"].as_str().unwrap().to_owned();
    let change = |body: Value| server.post("/api/user/password/", Some(&ada.access), body);
    for (body, field) in [
        (json!({ "password": "wrong", "newPassword": NEW }), "password"),
        (json!({ "password": PASSWORD }), "newPassword"),
        (json!({ "newPassword": NEW }), "password"),
        (json!({ "password": PASSWORD, "newPassword": "12345678" }), "newPassword"),
        (json!({ "password": PASSWORD, "newPassword": ada.email }), "newPassword"),
    ] {
        let (status, error) = change(body).await;
        assert_eq!((status.as_u16(), error[field].is_array()), (400, true), "{field}: {error}");
    }
    assert_eq!(change(json!({ "password": PASSWORD, "newPassword": NEW })).await.0, 204);
    assert_eq!(server.calls.told(), [format!("session {other_session}")], "its sockets close");
    assert_eq!(server.get("/api/user/", other["access"].as_str()).await.0, 401, "at once, not after ten minutes");
    let refresh = json!({ "refresh": other["refresh"] });
    assert_eq!(server.post("/api/token/refresh/", None, refresh).await.0, 401);
    assert_eq!(server.get("/api/user/", Some(&ada.access)).await.0, 200, "the own one goes on");
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await.0, 200);
    assert_eq!(login(&server, &ada.email, PASSWORD).await.0, 401);
    assert_eq!(login(&server, &ada.email, NEW).await.0, 200);
}

#[tokio::test]
async fn guessing_the_password_within_a_login_is_slowed_like_guessing_it_at_the_door() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let mut slowed = 0;
    for n in 0..12 {
        let (path, body) = match n % 3 {
            0 => ("/api/user/password/", json!({ "password": "wrong", "newPassword": NEW })),
            1 => ("/api/user/delete/", json!({ "password": "wrong" })),
            _ => ("/api/user/", json!({ "password": "wrong", "email": "new@example.org" })),
        };
        let method = if path == "/api/user/" { Method::PATCH } else { Method::POST };
        slowed += usize::from(server.send(method, path, Some(&ada.access), body).await.0 == 429);
    }
    assert!(slowed >= 6, "{slowed}");
}

#[tokio::test]
async fn people_see_where_they_are_logged_in_and_sign_one_out() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let request = server.request(Method::POST, "/api/token/").header(header::USER_AGENT, firefox);
    let (_, other) = crate::support::answer(request.json(&json!({ "email": ada.email, "password": PASSWORD }))).await;
    let (status, list) = server.get("/api/user/sessions/", Some(&ada.access)).await;
    let list = list.as_array().unwrap();
    assert_eq!((status.as_u16(), list.len()), (200, 2), "{list:?}");
    let by = |current: bool| list.iter().find(|login| login["current"] == current).unwrap();
    assert_eq!(by(false)["client"], "Firefox on Linux");
    assert_eq!(by(true)["id"], payload(&ada.access)["sid"]);
    for login in list {
        assert!(login["createdOn"].is_string() && login["usedOn"].is_string());
        assert!(!login.to_string().contains("Gecko") && login.get("hash").is_none());
    }
    let path = format!("/api/user/sessions/{}/", by(false)["id"].as_str().unwrap());
    assert_eq!(server.send(Method::DELETE, &path, Some(&bob.access), json!({})).await.0, 404, "not theirs");
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 204);
    assert_eq!(server.send(Method::DELETE, &path, Some(&ada.access), json!({})).await.0, 404, "once");
    assert_eq!(server.calls.told(), [format!("session {}", by(false)["id"].as_str().unwrap())]);
    assert_eq!(server.get("/api/user/", other["access"].as_str()).await.0, 401);
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": other["refresh"] })).await.0, 401);
    assert_eq!(server.get("/api/user/sessions/", Some(&ada.access)).await.1.as_array().unwrap().len(), 1);
    let odd = server.send(Method::DELETE, "/api/user/sessions/%00/", Some(&ada.access), json!({})).await;
    assert_eq!(odd.0, 404);
}

#[tokio::test]
async fn people_see_which_rooms_are_theirs() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    assert_eq!(server.get("/api/user/rooms/", Some(&ada.access)).await.1, json!([]));
    server.room(&ada, "Open", "OTA").await;
    server.room(&bob, "Bob's", "OTA").await;
    let secret = server.room(&ada, "Secret plans", "IO").await;
    let role = format!("/api/rooms/2/roles/{}/", ada.id);
    assert_eq!(server.send(Method::PUT, &role, Some(&bob.access), json!({ "role": "cohost" })).await.0, 200);
    let (status, own) = server.get("/api/user/rooms/", Some(&ada.access)).await;
    let expected = json!([
        { "id": 1, "roomId": "room1", "title": "Open" },
        { "id": 3, "roomId": secret["roomId"], "title": "Secret plans" },
    ]);
    assert_eq!((status.as_u16(), own), (200, expected), "and none that one only keeps order in");
}

/// An account with something of everything.
async fn with_data(server: &TestServer) -> (Person, Value) {
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "Secret plans", "IO").await;
    server.room(&bob, "Bob's", "OTA").await;
    let (_, invitation) = server.post("/api/rooms/1/invitations/", Some(&ada.access), json!({ "uses": 3 })).await;
    let (status, _) = server
        .send(Method::PUT, &format!("/api/rooms/2/roles/{}/", ada.id), Some(&bob.access), json!({ "role": "cohost" }))
        .await;
    assert_eq!(status, 200);
    let message = |user: i64, text: String| NewMessage {
        user: Some(UserId(user)),
        identity: format!("{user}:x"),
        name: "N".into(),
        text,
        stream: "s".into(),
        sent_on: Millis(1_700_000_000_000),
    };
    let mut messages: Vec<_> = (0..600).map(|n| message(ada.id, format!("word {n} \" \\ \u{1f600}"))).collect();
    messages.push(message(bob.id, "not hers".into()));
    for room in [1, 2] {
        server.server.store().keep_messages(RoomNumber(room), messages.clone()).await.unwrap();
    }
    (ada, invitation)
}

#[tokio::test]
async fn an_export_has_everything_of_its_owner_and_no_secret() {
    let server = TestServer::start().await;
    let (ada, invitation) = with_data(&server).await;
    let response = server.request(Method::GET, "/api/user/export/").bearer_auth(&ada.access).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap().starts_with("attachment"));
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let text = response.text().await.unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&all["account"]["email"], all["sessions"].as_array().unwrap().len()), (&json!(ada.email), 1));
    assert_eq!(all["rooms"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&all["rooms"][0]["title"], &all["rooms"][0]["invitations"][0]["uses"]),
        (&json!("Secret plans"), &json!(3))
    );
    assert_eq!(all["roles"], json!([{ "room": 2, "role": "cohost" }]));
    let messages = all["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1200, "of every room, beyond a page");
    assert_eq!(messages[601]["text"], "word 1 \" \\ \u{1f600}");
    assert!(!text.contains("not hers"));
    let hashes = ["argon2", "password", invitation["token"].as_str().unwrap(), &ada.refresh];
    for secret in hashes {
        assert!(!text.contains(secret), "{secret}");
    }
    let statuses =
        futures_util::future::join_all((0..10).map(|_| server.get("/api/user/export/", Some(&ada.access)))).await;
    assert!(statuses.iter().any(|(status, _)| *status == 429), "it costs much");
}

#[tokio::test(flavor = "multi_thread")]
async fn deleting_the_account_ends_its_rooms_calls_in_words_and_its_own_login() {
    let (server, ada, bob, mut first, mut second, _) = one_call().await;
    let delete = |person: &Person, body: Value| {
        let access = person.access.clone();
        let server = &server;
        async move { server.post("/api/user/delete/", Some(&access), body).await }
    };
    assert_eq!(delete(&ada, json!({})).await.0, 400);
    assert!(delete(&ada, json!({ "password": "wrong" })).await.1["password"].is_array());
    assert_eq!(server.get("/api/rooms/1/", None).await.0, 200, "nothing has happened");
    let start = Instant::now();
    assert_eq!(delete(&ada, json!({ "password": PASSWORD })).await.0, 204);
    assert_eq!(leaves(&mut second, start).await, DisconnectReason::RoomDeleted as i32, "others are told why");
    let _ = first.left().await;
    assert_eq!(server.get("/api/rooms/1/", None).await.0, 404);
    assert_eq!(server.get("/api/user/", Some(&ada.access)).await.0, 401);
    assert_eq!(login(&server, &ada.email, PASSWORD).await.0, 401);
    assert_eq!(server.get("/api/user/", Some(&bob.access)).await.0, 200);
    let again = server.person("ada").await;
    assert!(again.id > bob.id, "the address is free again, the number is not");
}

#[tokio::test]
async fn a_browser_that_deletes_its_account_forgets_its_cookie() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let request = server.request(Method::POST, "/api/user/delete/").bearer_auth(&ada.access);
    let request = request.header("X-Rotunda-Client", "web").header(header::ORIGIN, server.url(""));
    let response = request.json(&json!({ "password": PASSWORD })).send().await.unwrap();
    assert_eq!(response.status(), 204);
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("rotunda_refresh=;") && cookie.contains("Max-Age=0"), "{cookie}");
}
