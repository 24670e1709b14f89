//! The REST contract, item by item: paths, JSON, statuses.

use reqwest::Method;
use serde_json::json;

use crate::support::{PASSWORD, TestServer, payload};

#[tokio::test]
async fn a1_an_account_is_made_and_its_password_is_in_no_answer() {
    let server = TestServer::start().await;
    let body = json!({ "email": "Ada@Example.org", "firstName": "Ada", "lastName": "Lovelace", "password": PASSWORD });
    let (status, made) = server.post("/api/user/create/", None, body).await;
    assert_eq!(status, 201);
    assert_eq!(
        (&made["email"], &made["firstName"], &made["lastName"]),
        (&json!("Ada@Example.org"), &json!("Ada"), &json!("Lovelace"))
    );
    let keys: Vec<_> = made.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["email", "firstName", "lastName", "tokens"], "no password, no hash");
    assert!(made["tokens"]["access"].is_string() && made["tokens"]["refresh"].is_string());
    let stored = server.server.store().user_by_email("ada@example.org").await.unwrap().unwrap();
    assert!(stored.password_hash.starts_with("$argon2id$"), "{}", stored.password_hash);
}

#[tokio::test]
async fn a2_what_is_missing_blank_or_taken_is_named_by_field() {
    let server = TestServer::start().await;
    let (status, errors) = server.post("/api/user/create/", None, json!({})).await;
    assert_eq!(status, 400);
    let fields: Vec<_> = errors.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, ["email", "firstName", "lastName", "password"]);
    assert!(errors.as_object().unwrap().values().all(|messages| messages[0].is_string()));

    let good = json!({ "email": "a@example.org", "firstName": "A", "lastName": "B", "password": PASSWORD });
    for (field, wrong) in [
        ("email", json!("")),
        ("email", json!("no address")),
        ("email", json!("a@b")),
        ("email", json!(7)),
        ("email", json!(null)),
        ("email", json!(format!("{}@example.org", "a".repeat(250)))),
        ("firstName", json!("   ")),
        ("firstName", json!("x".repeat(151))),
        ("firstName", json!(["A"])),
        ("firstName", json!("a\u{0}b")),
        ("lastName", json!("")),
        ("lastName", json!({})),
        ("password", json!("")),
        ("password", json!(12345678)),
    ] {
        let mut body = good.clone();
        body[field] = wrong.clone();
        let (status, errors) = server.post("/api/user/create/", None, body).await;
        assert_eq!(status, 400, "{field} {wrong}");
        assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), [field], "{field} {wrong}: {errors}");
    }

    assert_eq!(server.post("/api/user/create/", None, good.clone()).await.0, 201);
    let mut again = good;
    again["email"] = json!("A@EXAMPLE.org");
    let (status, errors) = server.post("/api/user/create/", None, again).await;
    assert_eq!(status, 400, "the same address in capitals");
    assert!(errors["email"][0].is_string());
}

#[tokio::test]
async fn a3_weak_passwords_are_refused_with_reasons() {
    let server = TestServer::start().await;
    for (password, reasons) in [
        ("short1!", 1),
        ("password", 1),
        ("12345678", 2),
        ("1", 2),
        ("739184620583", 1),
        ("sunshine", 1),
        (&"long".repeat(40), 1),
    ] {
        let body = json!({ "email": "a@example.org", "firstName": "A", "lastName": "B", "password": password });
        let (status, errors) = server.post("/api/user/create/", None, body).await;
        assert_eq!(status, 400, "{password}");
        assert_eq!(errors["password"].as_array().unwrap().len(), reasons, "{password}: {errors}");
    }
    let body = json!({ "email": "marguerite@example.org", "firstName": "Marguerite", "lastName": "B", "password": "marguerite" });
    assert_eq!(server.post("/api/user/create/", None, body).await.0, 400, "one's own name");

    // Nothing is cut off, and white space counts.
    for (n, password) in ["x Ü-".repeat(32), format!("  {PASSWORD}  ")].iter().enumerate() {
        let email = format!("fine{n}@example.org");
        let body = json!({ "email": email, "firstName": "A", "lastName": "B", "password": password });
        assert_eq!(server.post("/api/user/create/", None, body).await.0, 201);
        assert_eq!(server.post("/api/token/", None, json!({ "email": email, "password": password })).await.0, 200);
        let shorter: String = password.chars().take(password.chars().count() - 1).collect();
        assert_eq!(server.post("/api/token/", None, json!({ "email": email, "password": shorter })).await.0, 401);
    }
}

#[tokio::test]
async fn a4_login() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let (status, tokens) = server.post("/api/token/", None, json!({ "email": ada.email, "password": PASSWORD })).await;
    assert_eq!(status, 200);
    assert_eq!(tokens.as_object().unwrap().keys().collect::<Vec<_>>(), ["access", "refresh"]);
    let (upper, _) =
        server.post("/api/token/", None, json!({ "email": "ADA@example.org", "password": PASSWORD })).await;
    assert_eq!(upper, 200);

    let wrong = server.post("/api/token/", None, json!({ "email": ada.email, "password": "wrong" })).await;
    let unknown = server.post("/api/token/", None, json!({ "email": "nobody@example.org", "password": "wrong" })).await;
    assert_eq!(wrong.0, 401);
    assert!(wrong.1["detail"].is_string());
    assert_eq!(wrong, unknown, "an unknown account looks the same");
    let (status, errors) = server.post("/api/token/", None, json!({})).await;
    assert_eq!(status, 400);
    assert!(errors["email"][0].is_string() && errors["password"][0].is_string());
}

#[tokio::test]
async fn a5_the_access_token_names_its_owner_and_lives_ten_minutes() {
    let server = TestServer::start().await;
    let ada = server.person("Ada").await;
    let claims = payload(&ada.access);
    assert_eq!(claims["user_id"], json!(ada.id.to_string()));
    assert_eq!(claims["full_name"], "Ada Tester");
    assert_eq!(claims["token_type"], "access");
    assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 600);
    assert!(["iss", "aud", "jti"].iter().all(|claim| claims[claim].is_string()));
}

#[tokio::test]
async fn a6_refresh_and_verify() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let (status, fresh) = server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await;
    assert_eq!(status, 200);
    let (access, refresh) = (fresh["access"].as_str().unwrap(), fresh["refresh"].as_str().unwrap());
    assert_ne!(refresh, ada.refresh, "rotated");
    for token in [access, refresh] {
        assert_eq!(
            server.post("/api/token/verify/", None, json!({ "token": token })).await,
            (reqwest::StatusCode::OK, json!({}))
        );
    }
    for token in ["", "x", &ada.refresh, &format!("{access}x"), &"A".repeat(43)] {
        let (status, body) = server.post("/api/token/verify/", None, json!({ "token": token })).await;
        assert_eq!(status, if token.is_empty() { 400 } else { 401 }, "{token}: {body}");
    }
    for refresh in ["x", access, &"A".repeat(43), &"A".repeat(5000)] {
        let (status, body) = server.post("/api/token/refresh/", None, json!({ "refresh": refresh })).await;
        assert!(status == 401 || (status == 400 && refresh.len() > 4096), "{status} {body}");
    }
    assert_eq!(server.post("/api/token/refresh/", None, json!({})).await.0, 400);
}

#[tokio::test]
async fn a7_a8_the_list_is_open_newest_first_and_searchable() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/api/rooms/", None).await, (reqwest::StatusCode::OK, json!([])));
    let ada = server.person("ada").await;
    for title in ["Monday stand-up", "Ärzte 100%_x", "MONDAY retro"] {
        server.room(&ada, title, "OTA").await;
    }
    let (_, rooms) = server.get("/api/rooms/", None).await;
    let titles = |rooms: &serde_json::Value| -> Vec<String> {
        rooms.as_array().unwrap().iter().map(|room| room["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&rooms), ["MONDAY retro", "Ärzte 100%_x", "Monday stand-up"]);
    let mut keys: Vec<_> = rooms[0].as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    let expected = "allowGuests chatDisabled createdOn description id keepChat locked peopleLimit role roomId scheduledOn \
                    shareDisabled title typeOf unmuteDisabled user version waitingRoom";
    assert_eq!(keys.join(" "), expected);
    assert_eq!(rooms[0]["user"], json!(ada.id));
    assert!(chrono::DateTime::parse_from_rfc3339(rooms[0]["createdOn"].as_str().unwrap()).is_ok());

    for (search, found) in [
        ("monday", vec!["MONDAY retro", "Monday stand-up"]),
        ("ÄRZTE", vec!["Ärzte 100%_x"]),
        ("%", vec!["Ärzte 100%_x"]),
        ("_", vec!["Ärzte 100%_x"]),
        ("' OR 1=1 --", vec![]),
        ("", vec!["MONDAY retro", "Ärzte 100%_x", "Monday stand-up"]),
    ] {
        let request = server.request(Method::GET, "/api/rooms/").query(&[("search", search)]);
        let (status, rooms) = crate::support::answer(request).await;
        assert_eq!(status, 200);
        assert_eq!(titles(&rooms), found, "{search}");
    }
}

#[tokio::test]
async fn lists_are_cut_and_continue() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    for n in 1..=205 {
        server.room(&ada, &format!("room {n}"), "OTA").await;
    }
    let ids = |rooms: &serde_json::Value| -> Vec<i64> {
        rooms.as_array().unwrap().iter().map(|room| room["id"].as_i64().unwrap()).collect()
    };
    let newest = ids(&server.get("/api/rooms/", None).await.1);
    assert_eq!((newest.len(), newest[0], newest[199]), (200, 205, 6));
    assert_eq!(ids(&server.get("/api/rooms/?limit=9999", None).await.1).len(), 200);
    assert_eq!(ids(&server.get("/api/rooms/?limit=2&before=6", None).await.1), [5, 4]);
    assert_eq!(ids(&server.get("/api/rooms/?before=1", None).await.1), [0; 0]);
    for bad in ["limit=0", "limit=-1", "limit=x", "before=x", "before=room3", "before=0", "search=%00"] {
        let (status, errors) = server.get(&format!("/api/rooms/?{bad}"), None).await;
        assert_eq!(status, 400, "{bad}");
        assert!(errors[bad.split('=').next().unwrap()][0].is_string(), "{errors}");
    }
}

#[tokio::test]
async fn a9_one_room_is_open_to_read() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let room = server.room(&ada, "One", "OTA").await;
    for path in ["/api/rooms/1/", "/api/rooms/room1/", "/api/rooms/1", "/api/rooms/room1"] {
        assert_eq!(server.get(path, Some(&ada.access)).await, (reqwest::StatusCode::OK, room.clone()), "{path}");
        let (status, seen) = server.get(path, None).await;
        assert_eq!((status.as_u16(), &seen["title"], &seen["role"]), (200, &json!("One"), &json!(null)), "{path}");
    }
    for path in [
        "/api/rooms/2/",
        "/api/rooms/room2/",
        "/api/rooms/x/",
        "/api/rooms/-1/",
        "/api/rooms/01/",
        "/api/rooms/%00/",
        "/api/rooms/%ff/",
    ] {
        assert_eq!(server.get(path, None).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a10_a11_rooms_are_made_by_people_who_are_logged_in() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let body = json!({ "title": "Mine", "user": bob.id });
    let (status, error) = server.post("/api/rooms/", None, body.clone()).await;
    assert_eq!(status, 401);
    assert!(error["detail"].is_string());
    let (status, first) = server.post("/api/rooms/", Some(&ada.access), body).await;
    assert_eq!(status, 201);
    assert_eq!(first["user"], json!(ada.id), "the owner is the token's, whatever the body says");
    assert_eq!(
        (&first["typeOf"], &first["description"], &first["roomId"]),
        (&json!("OTA"), &json!(""), &json!("room1"))
    );
    let secret = server.room(&ada, "Secret", "IO").await;
    let third = server.room(&bob, "Third", "OTA").await;
    assert_eq!(third["roomId"], "room3");

    let name = secret["roomId"].as_str().unwrap();
    assert!(name.len() == 36 && name.starts_with("room") && name[4..].bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    for _ in 0..3 {
        let (_, again) = server.get("/api/rooms/2/", Some(&ada.access)).await;
        assert_eq!(again["roomId"], secret["roomId"], "stable");
    }

    for (field, wrong) in [
        ("title", json!("")),
        ("title", json!("x".repeat(201))),
        ("title", json!(3)),
        ("title", json!("a\nb")),
        ("typeOf", json!("XX")),
        ("typeOf", json!("")),
        ("typeOf", json!(null)),
        ("typeOf", json!("ota")),
        ("description", json!("x".repeat(2001))),
        ("description", json!([])),
    ] {
        let mut body = json!({ "title": "T" });
        body[field] = wrong.clone();
        let (status, errors) = server.post("/api/rooms/", Some(&ada.access), body).await;
        assert_eq!(status, 400, "{field} {wrong}");
        assert!(errors[field][0].is_string(), "{errors}");
    }
    let (status, errors) = server.post("/api/rooms/", Some(&ada.access), json!({})).await;
    assert_eq!((status.as_u16(), errors["title"][0].is_string()), (400, true));
    let (status, _) =
        server.post("/api/rooms/", Some(&ada.access), json!({ "title": "x".repeat(200), "description": "a\nb" })).await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn a12_only_its_owner_deletes_a_room_and_the_call_in_it_ends() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let delete = |path: &'static str, token: Option<String>| {
        let mut request = server.request(Method::DELETE, path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        crate::support::answer(request)
    };
    assert_eq!(delete("/api/rooms/1/", None).await.0, 401);
    let (status, error) = delete("/api/rooms/1/", Some(bob.access.clone())).await;
    assert_eq!(status, 403);
    assert!(error["detail"].is_string());
    assert!(server.calls.told().is_empty());
    assert_eq!(delete("/api/rooms/1/", Some(ada.access.clone())).await, (reqwest::StatusCode::NO_CONTENT, json!(null)));
    assert_eq!(server.calls.told(), ["close room1"]);
    assert_eq!(delete("/api/rooms/1/", Some(ada.access.clone())).await.0, 404);
    assert_eq!(server.get("/api/rooms/1/", None).await.0, 404);
    assert_eq!(server.room(&ada, "Two", "OTA").await["roomId"], "room2", "a number is never given out again");
}

#[tokio::test]
async fn a13_only_its_owner_changes_a_room() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let before = server.room(&ada, "One", "OTA").await;
    for method in [Method::PUT, Method::PATCH] {
        let body = json!({ "title": "Stolen" });
        assert_eq!(server.send(method.clone(), "/api/rooms/1/", None, body.clone()).await.0, 401);
        assert_eq!(server.send(method, "/api/rooms/1/", Some(&bob.access), body).await.0, 403);
    }
    assert_eq!(server.get("/api/rooms/1/", Some(&ada.access)).await.1, before);

    let body = json!({ "title": "New", "description": "d", "user": bob.id, "id": 99, "roomId": "room99" });
    let (status, after) = server.send(Method::PUT, "/api/rooms/1/", Some(&ada.access), body).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&after["title"], &after["description"], &after["user"], &after["roomId"]),
        (&json!("New"), &json!("d"), &json!(ada.id), &json!("room1"))
    );
    assert_eq!(after["createdOn"], before["createdOn"]);
    let (status, after) =
        server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "description": "" })).await;
    assert_eq!((status.as_u16(), &after["title"], &after["description"]), (200, &json!("New"), &json!("")));
    assert_eq!(
        server.send(Method::PUT, "/api/rooms/1/", Some(&ada.access), json!({})).await.0,
        400,
        "PUT needs the title"
    );
    assert_eq!(server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "typeOf": "?" })).await.0, 400);
    assert_eq!(server.send(Method::PATCH, "/api/rooms/9/", Some(&ada.access), json!({})).await.0, 404);
}

#[tokio::test]
async fn a_room_that_becomes_invite_only_gets_its_secret_name_and_its_call_ends() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    let (_, closed) = server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "typeOf": "IO" })).await;
    let secret = closed["roomId"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 36);
    assert_eq!(server.calls.told(), ["end room1"]);
    assert_eq!(server.get("/api/rooms/room1/", Some(&ada.access)).await.0, 404, "the old name names nothing now");
    let (_, open) = server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "typeOf": "OTA" })).await;
    assert_eq!(open["roomId"], "room1");
    assert_eq!(server.get(&format!("/api/rooms/{secret}/"), Some(&ada.access)).await.0, 404);
    assert_eq!(server.calls.told()[1], format!("end {secret}"));
}

#[tokio::test]
async fn invite_only_rooms_are_hidden_from_everyone_who_lacks_the_link() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    let room = server.room(&ada, "Secret plans", "IO").await;
    let by_secret = format!("/api/rooms/{}/", room["roomId"].as_str().unwrap());
    for (who, token) in [("nobody", None), ("bob", Some(bob.access.as_str()))] {
        assert_eq!(server.get("/api/rooms/?search=secret", token).await.1, json!([]), "{who}");
        for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
            // Whether the room exists must not show: not in the status, not in the text.
            let hidden = server.send(method.clone(), "/api/rooms/1/", token, json!({ "title": "x" })).await;
            let absent = server.send(method.clone(), "/api/rooms/77/", token, json!({ "title": "x" })).await;
            assert_eq!(hidden, absent, "{who} {method}");
        }
        assert_eq!(server.get("/api/rooms/room1/", token).await.0, 404, "{who}");
    }
    assert_eq!(server.get("/api/rooms/", Some(&ada.access)).await.1, json!([room]));
    assert_eq!(server.get("/api/rooms/1/", Some(&ada.access)).await.1, room);
    assert_eq!(server.get(&by_secret, None).await.0, 404, "the link needs a login");
    assert_eq!(server.get(&by_secret, Some(&bob.access)).await.1["title"], "Secret plans");
    assert_eq!(
        server.send(Method::DELETE, &by_secret, Some(&bob.access), json!({})).await.0,
        403,
        "the link is for entering"
    );
}

#[tokio::test]
async fn a15_an_account_that_goes_takes_its_rooms_and_logins_along() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    server.room(&bob, "Two", "OTA").await;
    let gone = server.server.store().delete_user(rotunda::store::UserId(ada.id)).await.unwrap().unwrap();
    assert_eq!((gone.rooms.len(), gone.sessions.len()), (1, 1));
    let (_, rooms) = server.get("/api/rooms/", None).await;
    assert_eq!(rooms.as_array().unwrap().len(), 1);
    assert_eq!(rooms[0]["title"], "Two");
    assert_eq!(server.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await.0, 401);
    assert_eq!(server.post("/api/token/", None, json!({ "email": ada.email, "password": PASSWORD })).await.0, 401);
    let (status, error) = server.post("/api/rooms/", Some(&ada.access), json!({ "title": "Ghost" })).await;
    assert_eq!(status, 401, "{error}");
    assert_eq!(server.post("/api/rooms/2/join/", Some(&ada.access), json!({})).await.0, 401);
}
