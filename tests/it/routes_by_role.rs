//! Every route × every method × every role has an asserted status. A route without a row fails, and so does a row that
//! names no route.

use std::collections::BTreeSet;

use reqwest::Method;
use rotunda::api::ROUTES;
use serde_json::{Value, json};

use crate::support::{Person, TestServer};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Anonymous,
    BadToken,
    Stranger,
    Owner,
}

const ROLES: [Role; 4] = [Role::Anonymous, Role::BadToken, Role::Stranger, Role::Owner];

struct Row {
    route: &'static str,
    method: &'static str,
    /// The path asked for; each row and role has rooms of its own: {open}, {invite} by number, {link} by secret.
    path: &'static str,
    body: fn() -> Value,
    /// By role, in the order of [`ROLES`].
    expected: [u16; 4],
}

const ROOM: fn() -> Value = || json!({ "title": "T" });
const NONE: fn() -> Value = || json!({});
const SOMEBODY: fn() -> Value = || json!({ "identity": "2:laptop" });

fn table() -> Vec<Row> {
    let row = |route, method, path, body, expected| Row { route, method, path, body, expected };
    vec![
        row("/api/user/create/", "POST", "/api/user/create/", NONE, [400, 400, 400, 400]),
        row("/api/token/", "POST", "/api/token/", NONE, [400, 400, 400, 400]),
        row("/api/token/refresh/", "POST", "/api/token/refresh/", || json!({ "refresh": "x" }), [401, 401, 401, 401]),
        row("/api/token/verify/", "POST", "/api/token/verify/", || json!({ "token": "x" }), [401, 401, 401, 401]),
        row("/api/token/logout/", "POST", "/api/token/logout/", || json!({ "refresh": "x" }), [204, 204, 204, 204]),
        row("/api/rooms/", "GET", "/api/rooms/", NONE, [200, 401, 200, 200]),
        row("/api/rooms/", "POST", "/api/rooms/", ROOM, [401, 401, 201, 201]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{open}/", NONE, [200, 401, 200, 200]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{invite}/", NONE, [404, 401, 404, 200]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{link}/", NONE, [404, 401, 200, 200]),
        row("/api/rooms/{id}/", "PUT", "/api/rooms/{open}/", ROOM, [401, 401, 403, 200]),
        row("/api/rooms/{id}/", "PUT", "/api/rooms/{invite}/", ROOM, [401, 401, 404, 200]),
        row("/api/rooms/{id}/", "PUT", "/api/rooms/{link}/", ROOM, [401, 401, 403, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{open}/", ROOM, [401, 401, 403, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{invite}/", ROOM, [401, 401, 404, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{link}/", ROOM, [401, 401, 403, 200]),
        row("/api/rooms/{id}/", "DELETE", "/api/rooms/{open}/", NONE, [401, 401, 403, 204]),
        row("/api/rooms/{id}/", "DELETE", "/api/rooms/{invite}/", NONE, [404, 401, 404, 204]),
        row("/api/rooms/{id}/", "DELETE", "/api/rooms/{link}/", NONE, [404, 401, 403, 204]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{open}/join/", NONE, [401, 401, 200, 200]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{invite}/join/", NONE, [404, 401, 404, 200]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{link}/join/", NONE, [404, 401, 200, 200]),
        row("/api/rooms/{id}/mute/", "POST", "/api/rooms/{open}/mute/", SOMEBODY, [401, 401, 403, 204]),
        row(
            "/api/rooms/{id}/mute/",
            "POST",
            "/api/rooms/{invite}/mute/",
            || json!({ "everyone": true }),
            [404, 401, 404, 204],
        ),
        row("/api/rooms/{id}/remove/", "POST", "/api/rooms/{open}/remove/", SOMEBODY, [401, 401, 403, 204]),
        row("/api/rooms/{id}/remove/", "POST", "/api/rooms/{invite}/remove/", SOMEBODY, [404, 401, 404, 204]),
        row("/api/rooms/{id}/end/", "POST", "/api/rooms/{open}/end/", NONE, [401, 401, 403, 204]),
        row("/api/rooms/{id}/end/", "POST", "/api/rooms/{link}/end/", NONE, [404, 401, 403, 204]),
        row("/api/rooms/{id}/bans/", "GET", "/api/rooms/{open}/bans/", NONE, [401, 401, 403, 200]),
        row("/api/rooms/{id}/bans/", "GET", "/api/rooms/{invite}/bans/", NONE, [404, 401, 404, 200]),
        row("/api/rooms/{id}/bans/", "POST", "/api/rooms/{open}/bans/", || json!({ "user": 2 }), [401, 401, 403, 201]),
        row("/api/rooms/{id}/bans/", "POST", "/api/rooms/{link}/bans/", || json!({ "user": 2 }), [404, 401, 403, 201]),
        row("/api/rooms/{id}/bans/{user}/", "DELETE", "/api/rooms/{open}/bans/2/", NONE, [401, 401, 403, 404]),
        row("/api/rooms/{id}/audit/", "GET", "/api/rooms/{open}/audit/", NONE, [401, 401, 403, 200]),
        row("/api/rooms/{id}/audit/", "GET", "/api/rooms/{link}/audit/", NONE, [404, 401, 403, 200]),
        row("/healthz", "GET", "/healthz", NONE, [200, 200, 200, 200]),
        row("/readyz", "GET", "/readyz", NONE, [200, 200, 200, 200]),
    ]
}

async fn ask(server: &TestServer, method: &str, path: &str, role: Role, people: [&Person; 2], body: Value) -> u16 {
    let mut request = server.request(method.parse().unwrap(), path);
    if method != "GET" {
        request = request.json(&body);
    }
    let request = match role {
        Role::Anonymous => request,
        Role::BadToken => request.bearer_auth("not.a.token"),
        Role::Stranger => request.bearer_auth(&people[1].access),
        Role::Owner => request.bearer_auth(&people[0].access),
    };
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn every_cell() {
    let server = TestServer::start().await;
    let (owner, stranger) = (server.person("owner").await, server.person("stranger").await);
    let people = [&owner, &stranger];
    let mut wrong = Vec::new();
    for row in table() {
        for (role, expected) in ROLES.into_iter().zip(row.expected) {
            let mut path = row.path.to_owned();
            if path.contains("{open}") {
                let room = server.room(&owner, "open", "OTA").await;
                path = path.replace("{open}", &room["id"].to_string());
            } else if path.contains('{') {
                let room = server.room(&owner, "invite", "IO").await;
                path = path.replace("{invite}", &room["id"].to_string());
                path = path.replace("{link}", room["roomId"].as_str().unwrap());
            }
            let status = ask(&server, row.method, &path, role, people, (row.body)()).await;
            if status != expected {
                wrong.push(format!("{} {} as {role:?}: {status}, expected {expected}", row.method, row.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_route_has_a_row_and_every_row_a_route() {
    let routes: BTreeSet<(&str, &str)> =
        ROUTES.iter().flat_map(|(path, methods)| methods.iter().map(move |method| (*path, *method))).collect();
    let rows: BTreeSet<(&str, &str)> = table().iter().map(|row| (row.route, row.method)).collect();
    assert_eq!(routes, rows);
}

#[tokio::test]
async fn methods_that_are_not_in_the_table_are_refused() {
    let server = TestServer::start().await;
    let owner = server.person("owner").await;
    server.room(&owner, "One", "OTA").await;
    for (path, methods) in ROUTES {
        let asked = path.replace("{id}", "1").replace("{user}", "2");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"] {
            // HEAD comes with GET.
            if !methods.contains(&method) {
                let status = ask(&server, method, &asked, Role::Owner, [&owner, &owner], json!({})).await;
                assert_eq!(status, 405, "{method} {path}");
            }
        }
    }
    assert_eq!(server.request(Method::HEAD, "/api/rooms/").send().await.unwrap().status(), 200);
    for path in ["/api", "/api/", "/api/nothing", "/api/rooms/1/nothing", "/api/rooms//", "/api/../api/x", "/healthz/x"]
    {
        let (status, _) = server.get(path, Some(&owner.access)).await;
        assert_eq!(status, 404, "{path}");
    }
}
