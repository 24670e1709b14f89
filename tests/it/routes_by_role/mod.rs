//! Every route × every method × every role has an asserted status. A route without a row fails, and so does a row that
//! names no route.

mod accounts;
mod administration;
mod hosts;
mod rooms;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::Method;
use rotunda::api::ROUTES;
use rotunda::store::{Millis, NewRoom, Room, RoomKind, Store, StoredRole, UserId};
use serde_json::{Value, json};

use crate::support::{Person, TestServer};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Anonymous,
    BadToken,
    Guest,
    Stranger,
    Participant,
    Cohost,
    Owner,
    Administrator,
}

const ROLES: [Role; 8] = [
    Role::Anonymous,
    Role::BadToken,
    Role::Guest,
    Role::Stranger,
    Role::Participant,
    Role::Cohost,
    Role::Owner,
    Role::Administrator,
];

pub struct Row {
    route: &'static str,
    method: &'static str,
    /// The path asked for; each row and role has rooms of its own: {open}, {invite} by number, {link} by secret, {secret} the same where
    /// no guests may come; {made} is an invitation to it.
    path: &'static str,
    body: fn() -> Value,
    /// By role, in the order of [`ROLES`], without the last.
    expected: [u16; 7],
    /// For an administrator, who is a stranger to every room; `None` where they are told what strangers are.
    administrator: Option<u16>,
}

const ROOM: fn() -> Value = || json!({ "title": "T" });
const NAME: fn() -> Value = || json!({ "name": "G" });
const NONE: fn() -> Value = || json!({});
const ORDER: fn() -> Value = || json!({ "locked": true, "waitingRoom": true, "shareDisabled": true });
const ROLE: fn() -> Value = || json!({ "role": "cohost" });
const NAMED: fn() -> Value = || json!({ "email": "stranger@example.org", "role": "cohost" });
const SOMEBODY: fn() -> Value = || json!({ "identity": "2:laptop" });

fn row(route: &'static str, method: &'static str, path: &'static str, body: fn() -> Value, expected: [u16; 7]) -> Row {
    Row { route, method, path, body, expected, administrator: None }
}

/// What is for administrators alone.
fn admin(
    route: &'static str,
    method: &'static str,
    path: &'static str,
    body: fn() -> Value,
    administrator: u16,
) -> Row {
    Row { route, method, path, body, expected: [401, 401, 403, 403, 403, 403, 403], administrator: Some(administrator) }
}

fn table() -> Vec<Row> {
    [accounts::rows(), rooms::rows(), hosts::rows(), administration::rows()].into_iter().flatten().collect()
}

async fn ask(
    server: &TestServer,
    method: &str,
    path: &str,
    role: Role,
    people: &[Person; 5],
    guest: &str,
    body: Value,
) -> u16 {
    let mut request = server.request(method.parse().unwrap(), path);
    if method != "GET" {
        request = request.json(&body);
    }
    let request = match role {
        Role::Anonymous => request,
        Role::BadToken => request.bearer_auth("not.a.token"),
        Role::Guest => request.bearer_auth(guest),
        Role::Stranger => request.bearer_auth(&people[1].access),
        Role::Participant => request.bearer_auth(&people[2].access),
        Role::Cohost => request.bearer_auth(&people[3].access),
        Role::Owner => request.bearer_auth(&people[0].access),
        Role::Administrator => request.bearer_auth(&people[4].access),
    };
    request.send().await.unwrap().status().as_u16()
}

async fn invitation(server: &TestServer, owner: &Person, room: &Room) -> Value {
    let path = format!("/api/rooms/{}/invitations/", room.id.0);
    let (status, made) = server.post(&path, Some(&owner.access), json!({})).await;
    assert_eq!(status, 201, "{made}");
    made
}

/// The access token of a guest of this room.
async fn come(server: &TestServer, room: &Room, invitation: &Value) -> String {
    let body = json!({ "name": "G", "invitation": invitation["token"] });
    let (status, came) = server.post(&format!("/api/rooms/{}/guest/", room.room_id()), None, body).await;
    assert_eq!(status, 201, "{came}");
    came["tokens"]["access"].as_str().unwrap().to_owned()
}

/// A room with everyone in their role, made past the API, which would call so many of one account a flood.
async fn a_room(store: &dyn Store, kind: RoomKind, guests: bool, people: &[Person; 5]) -> Room {
    let [owner, _, participant, cohost, _] = people;
    static ROOMS: AtomicU32 = AtomicU32::new(0);
    let secret = format!("{:032x}", ROOMS.fetch_add(1, Ordering::Relaxed));
    let (title, description) = ("room".to_owned(), String::new());
    let room = NewRoom {
        owner: UserId(owner.id),
        title,
        description,
        kind,
        secret,
        allow_guests: guests,
        waiting_room: false,
        scheduled_on: None,
        now: Millis(1),
    };
    let room = store.create_room(room).await.unwrap();
    for (person, role) in [(participant, StoredRole::Participant), (cohost, StoredRole::Cohost)] {
        store.give_role(room.id, UserId(person.id), role, Millis(1)).await.unwrap();
    }
    room
}

#[tokio::test]
async fn every_cell() {
    let server = TestServer::start().await;
    let people = [
        server.person("owner").await,
        server.person("stranger").await,
        server.person("participant").await,
        server.person("cohost").await,
        server.person("administrator").await,
    ];
    server.server.store().set_administrator(UserId(people[4].id), true).await.unwrap();
    let somewhere = a_room(&**server.server.store(), RoomKind::OpenToAll, true, &people).await;
    let anywhere = come(&server, &somewhere, &json!({})).await;
    let mut wrong = Vec::new();
    for row in table() {
        let administrator = row.administrator.unwrap_or(row.expected[3]);
        for (role, expected) in ROLES.into_iter().zip(row.expected.into_iter().chain([administrator])) {
            let mut path = row.path.to_owned();
            let mut guest = anywhere.clone();
            if path.contains('{') {
                let kind = if path.contains("{open}") { RoomKind::OpenToAll } else { RoomKind::InviteOnly };
                let guests = !path.contains("{secret}");
                let room = a_room(&**server.server.store(), kind, guests, &people).await;
                path = path.replace("{secret}", &room.room_id());
                path = path.replace("{open}", &room.id.0.to_string());
                path = path.replace("{invite}", &room.id.0.to_string());
                path = path.replace("{link}", &room.room_id());
                if !guests {
                    guest = "gone".to_owned();
                } else if role == Role::Guest || path.contains("{made}") {
                    let made = invitation(&server, &people[0], &room).await;
                    path = path.replace("{made}", &made["id"].to_string());
                    guest = come(&server, &room, &made).await;
                }
            }
            let status = ask(&server, row.method, &path, role, &people, &guest, (row.body)()).await;
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
    let people = std::array::from_fn(|_| owner.clone());
    for (path, methods) in ROUTES {
        let asked =
            path.replace("{id}", "1").replace("{user}", "2").replace("{invitation}", "1").replace("{knock}", "1");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"] {
            // HEAD comes with GET.
            if !methods.contains(&method) {
                let status = ask(&server, method, &asked, Role::Owner, &people, "", json!({})).await;
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
