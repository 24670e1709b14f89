//! Every route × every method × every role has an asserted status. A route without a row fails, and so does a row that
//! names no route.

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

struct Row {
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

fn table() -> Vec<Row> {
    let row = |route, method, path, body, expected| Row { route, method, path, body, expected, administrator: None };
    // What is for administrators alone.
    let admin = |route, method, path, body, administrator| Row {
        route,
        method,
        path,
        body,
        expected: [401, 401, 403, 403, 403, 403, 403],
        administrator: Some(administrator),
    };
    vec![
        row("/api/user/create/", "POST", "/api/user/create/", NONE, [400, 400, 400, 400, 400, 400, 400]),
        row("/api/user/", "GET", "/api/user/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/", "PATCH", "/api/user/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/password/", "POST", "/api/user/password/", NONE, [401, 401, 403, 400, 400, 400, 400]),
        row("/api/user/sessions/", "GET", "/api/user/sessions/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row(
            "/api/user/sessions/{session}/",
            "DELETE",
            "/api/user/sessions/nothing/",
            NONE,
            [401, 401, 403, 404, 404, 404, 404],
        ),
        row("/api/user/export/", "GET", "/api/user/export/", NONE, [401, 401, 403, 200, 200, 200, 200]),
        row("/api/user/delete/", "POST", "/api/user/delete/", NONE, [401, 401, 403, 400, 400, 400, 400]),
        row("/api/user/reset-link/", "POST", "/api/user/reset-link/", NONE, [400; 7]),
        row("/api/user/reset/", "POST", "/api/user/reset/", || json!({ "token": "x", "password": "y" }), [403; 7]),
        row("/api/server/", "GET", "/api/server/", NONE, [200; 7]),
        row("/api/token/", "POST", "/api/token/", NONE, [400, 400, 400, 400, 400, 400, 400]),
        row(
            "/api/token/refresh/",
            "POST",
            "/api/token/refresh/",
            || json!({ "refresh": "x" }),
            [401, 401, 401, 401, 401, 401, 401],
        ),
        row(
            "/api/token/verify/",
            "POST",
            "/api/token/verify/",
            || json!({ "token": "x" }),
            [401, 401, 401, 401, 401, 401, 401],
        ),
        row(
            "/api/token/logout/",
            "POST",
            "/api/token/logout/",
            || json!({ "refresh": "x" }),
            [204, 204, 204, 204, 204, 204, 204],
        ),
        row("/api/rooms/", "GET", "/api/rooms/", NONE, [200, 401, 403, 200, 200, 200, 200]),
        row("/api/rooms/", "POST", "/api/rooms/", ROOM, [401, 401, 403, 201, 201, 201, 201]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{open}/", NONE, [200, 401, 200, 200, 200, 200, 200]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{invite}/", NONE, [404, 401, 200, 404, 200, 200, 200]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{link}/", NONE, [200, 401, 200, 200, 200, 200, 200]),
        row("/api/rooms/{id}/", "PUT", "/api/rooms/{open}/", ROOM, [401, 401, 403, 403, 403, 403, 200]),
        row("/api/rooms/{id}/", "PUT", "/api/rooms/{invite}/", ROOM, [401, 401, 403, 404, 403, 403, 200]),
        row("/api/rooms/{id}/", "PUT", "/api/rooms/{link}/", ROOM, [401, 401, 403, 403, 403, 403, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{open}/", ROOM, [401, 401, 403, 403, 403, 403, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{invite}/", ROOM, [401, 401, 403, 404, 403, 403, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{link}/", ROOM, [401, 401, 403, 403, 403, 403, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{open}/", ORDER, [401, 401, 403, 403, 403, 200, 200]),
        row("/api/rooms/{id}/", "PATCH", "/api/rooms/{invite}/", ORDER, [401, 401, 403, 404, 403, 200, 200]),
        row("/api/rooms/{id}/", "DELETE", "/api/rooms/{open}/", NONE, [401, 401, 403, 403, 403, 403, 204]),
        row("/api/rooms/{id}/", "DELETE", "/api/rooms/{invite}/", NONE, [404, 401, 403, 404, 403, 403, 204]),
        row("/api/rooms/{id}/", "DELETE", "/api/rooms/{link}/", NONE, [401, 401, 403, 403, 403, 403, 204]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{open}/join/", NONE, [401, 401, 200, 200, 200, 200, 200]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{invite}/join/", NONE, [404, 401, 200, 404, 200, 200, 200]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{link}/join/", NONE, [401, 401, 200, 403, 200, 200, 200]),
        row("/api/rooms/{id}/", "GET", "/api/rooms/{secret}/", NONE, [404, 401, 401, 200, 200, 200, 200]),
        row("/api/rooms/{id}/join/", "POST", "/api/rooms/{secret}/join/", NONE, [404, 401, 401, 403, 200, 200, 200]),
        row("/api/rooms/{id}/guest/", "POST", "/api/rooms/{secret}/guest/", NAME, [404; 7]),
        row("/api/rooms/{id}/guest/", "POST", "/api/rooms/{open}/guest/", NAME, [201, 201, 201, 201, 201, 201, 201]),
        row("/api/rooms/{id}/guest/", "POST", "/api/rooms/{invite}/guest/", NAME, [404; 7]),
        row("/api/rooms/{id}/guest/", "POST", "/api/rooms/{link}/guest/", NAME, [403; 7]),
        row(
            "/api/rooms/{id}/guest/refresh/",
            "POST",
            "/api/rooms/{open}/guest/refresh/",
            || json!({ "refresh": "x" }),
            [401; 7],
        ),
        row("/api/rooms/{id}/guest/refresh/", "POST", "/api/rooms/{invite}/guest/refresh/", NONE, [404; 7]),
        row(
            "/api/rooms/{id}/invitations/",
            "GET",
            "/api/rooms/{open}/invitations/",
            NONE,
            [401, 401, 403, 403, 403, 200, 200],
        ),
        row(
            "/api/rooms/{id}/invitations/",
            "GET",
            "/api/rooms/{invite}/invitations/",
            NONE,
            [404, 401, 403, 404, 403, 200, 200],
        ),
        row(
            "/api/rooms/{id}/invitations/",
            "POST",
            "/api/rooms/{open}/invitations/",
            NONE,
            [401, 401, 403, 403, 403, 201, 201],
        ),
        row(
            "/api/rooms/{id}/invitations/",
            "POST",
            "/api/rooms/{link}/invitations/",
            NONE,
            [401, 401, 403, 403, 403, 201, 201],
        ),
        row(
            "/api/rooms/{id}/invitations/",
            "DELETE",
            "/api/rooms/{open}/invitations/",
            NONE,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/invitations/",
            "DELETE",
            "/api/rooms/{invite}/invitations/",
            NONE,
            [404, 401, 403, 404, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/invitations/{invitation}/",
            "DELETE",
            "/api/rooms/{open}/invitations/{made}/",
            NONE,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row("/api/rooms/{id}/mute/", "POST", "/api/rooms/{open}/mute/", SOMEBODY, [401, 401, 403, 403, 403, 204, 204]),
        row(
            "/api/rooms/{id}/messages/",
            "GET",
            "/api/rooms/{open}/messages/",
            NONE,
            [401, 401, 200, 200, 200, 200, 200],
        ),
        row(
            "/api/rooms/{id}/messages/",
            "GET",
            "/api/rooms/{invite}/messages/",
            NONE,
            [404, 401, 200, 404, 200, 200, 200],
        ),
        row(
            "/api/rooms/{id}/messages/",
            "GET",
            "/api/rooms/{link}/messages/",
            NONE,
            [401, 401, 200, 403, 200, 200, 200],
        ),
        row(
            "/api/rooms/{id}/mute/",
            "POST",
            "/api/rooms/{invite}/mute/",
            || json!({ "everyone": true }),
            [404, 401, 403, 404, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/remove/",
            "POST",
            "/api/rooms/{open}/remove/",
            SOMEBODY,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/remove/",
            "POST",
            "/api/rooms/{invite}/remove/",
            SOMEBODY,
            [404, 401, 403, 404, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/stop-share/",
            "POST",
            "/api/rooms/{open}/stop-share/",
            SOMEBODY,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/stop-share/",
            "POST",
            "/api/rooms/{invite}/stop-share/",
            SOMEBODY,
            [404, 401, 403, 404, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/lower-hand/",
            "POST",
            "/api/rooms/{open}/lower-hand/",
            SOMEBODY,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/lower-hand/",
            "POST",
            "/api/rooms/{invite}/lower-hand/",
            || json!({ "everyone": true }),
            [404, 401, 403, 404, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/spotlight/",
            "POST",
            "/api/rooms/{open}/spotlight/",
            SOMEBODY,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/spotlight/",
            "POST",
            "/api/rooms/{link}/spotlight/",
            || json!({ "identity": null }),
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row("/api/rooms/{id}/roles/", "GET", "/api/rooms/{open}/roles/", NONE, [401, 401, 403, 403, 403, 200, 200]),
        row("/api/rooms/{id}/roles/", "GET", "/api/rooms/{invite}/roles/", NONE, [404, 401, 403, 404, 403, 200, 200]),
        row("/api/rooms/{id}/roles/", "POST", "/api/rooms/{open}/roles/", NAMED, [401, 401, 403, 403, 403, 403, 201]),
        row("/api/rooms/{id}/roles/", "POST", "/api/rooms/{invite}/roles/", NAMED, [404, 401, 403, 404, 403, 403, 201]),
        row(
            "/api/rooms/{id}/roles/{user}/",
            "PUT",
            "/api/rooms/{open}/roles/2/",
            ROLE,
            [401, 401, 403, 403, 403, 403, 200],
        ),
        row(
            "/api/rooms/{id}/roles/{user}/",
            "PUT",
            "/api/rooms/{invite}/roles/2/",
            ROLE,
            [404, 401, 403, 404, 403, 403, 200],
        ),
        row(
            "/api/rooms/{id}/roles/{user}/",
            "DELETE",
            "/api/rooms/{open}/roles/3/",
            NONE,
            [401, 401, 403, 403, 403, 403, 204],
        ),
        row(
            "/api/rooms/{id}/roles/{user}/",
            "DELETE",
            "/api/rooms/{link}/roles/2/",
            NONE,
            [401, 401, 403, 403, 403, 403, 404],
        ),
        row(
            "/api/rooms/{id}/owner/",
            "POST",
            "/api/rooms/{open}/owner/",
            || json!({ "user": 2 }),
            [401, 401, 403, 403, 403, 403, 200],
        ),
        row(
            "/api/rooms/{id}/owner/",
            "POST",
            "/api/rooms/{invite}/owner/",
            || json!({ "user": 2 }),
            [404, 401, 403, 404, 403, 403, 200],
        ),
        row("/api/rooms/{id}/end/", "POST", "/api/rooms/{open}/end/", NONE, [401, 401, 403, 403, 403, 204, 204]),
        row("/api/rooms/{id}/end/", "POST", "/api/rooms/{link}/end/", NONE, [401, 401, 403, 403, 403, 204, 204]),
        row("/api/rooms/{id}/bans/", "GET", "/api/rooms/{open}/bans/", NONE, [401, 401, 403, 403, 403, 200, 200]),
        row("/api/rooms/{id}/bans/", "GET", "/api/rooms/{invite}/bans/", NONE, [404, 401, 403, 404, 403, 200, 200]),
        row(
            "/api/rooms/{id}/bans/",
            "POST",
            "/api/rooms/{open}/bans/",
            || json!({ "user": 2 }),
            [401, 401, 403, 403, 403, 201, 201],
        ),
        row(
            "/api/rooms/{id}/bans/",
            "POST",
            "/api/rooms/{link}/bans/",
            || json!({ "user": 2 }),
            [401, 401, 403, 403, 403, 201, 201],
        ),
        row(
            "/api/rooms/{id}/bans/{user}/",
            "DELETE",
            "/api/rooms/{open}/bans/2/",
            NONE,
            [401, 401, 403, 403, 403, 404, 404],
        ),
        row("/api/rooms/{id}/audit/", "GET", "/api/rooms/{open}/audit/", NONE, [401, 401, 403, 403, 403, 200, 200]),
        row("/api/rooms/{id}/audit/", "GET", "/api/rooms/{link}/audit/", NONE, [401, 401, 403, 403, 403, 200, 200]),
        row("/api/rooms/{id}/events/", "GET", "/api/rooms/{open}/events", NONE, [401, 401, 200, 200, 200, 200, 200]),
        row("/api/rooms/{id}/events/", "GET", "/api/rooms/{invite}/events/", NONE, [404, 401, 200, 404, 200, 200, 200]),
        row("/api/rooms/{id}/events/", "GET", "/api/rooms/{link}/events/", NONE, [401, 401, 200, 403, 200, 200, 200]),
        row("/api/rooms/{id}/knocks/", "GET", "/api/rooms/{open}/knocks/", NONE, [401, 401, 403, 403, 403, 200, 200]),
        row("/api/rooms/{id}/knocks/", "GET", "/api/rooms/{invite}/knocks/", NONE, [404, 401, 403, 404, 403, 200, 200]),
        row(
            "/api/rooms/{id}/knocks/",
            "DELETE",
            "/api/rooms/{open}/knocks/",
            NONE,
            [401, 401, 204, 204, 204, 204, 204],
        ),
        row(
            "/api/rooms/{id}/knocks/",
            "DELETE",
            "/api/rooms/{link}/knocks/",
            NONE,
            [401, 401, 204, 403, 204, 204, 204],
        ),
        row(
            "/api/rooms/{id}/knocks/admit-all/",
            "POST",
            "/api/rooms/{open}/knocks/admit-all/",
            NONE,
            [401, 401, 403, 403, 403, 204, 204],
        ),
        row(
            "/api/rooms/{id}/knocks/{knock}/admit/",
            "POST",
            "/api/rooms/{open}/knocks/1/admit/",
            NONE,
            [401, 401, 403, 403, 403, 404, 404],
        ),
        row(
            "/api/rooms/{id}/knocks/{knock}/refuse/",
            "POST",
            "/api/rooms/{link}/knocks/1/refuse/",
            NONE,
            [401, 401, 403, 403, 403, 404, 404],
        ),
        row(
            "/api/admin/claim/",
            "POST",
            "/api/admin/claim/",
            || json!({ "token": "x" }),
            [401, 401, 403, 403, 403, 403, 403],
        ),
        admin("/api/admin/users/", "GET", "/api/admin/users/", NONE, 200),
        admin("/api/admin/users/", "POST", "/api/admin/users/", NONE, 400),
        admin("/api/admin/users/{user}/", "GET", "/api/admin/users/2/", NONE, 200),
        admin("/api/admin/users/{user}/", "PATCH", "/api/admin/users/2/", NONE, 200),
        admin("/api/admin/users/{user}/", "DELETE", "/api/admin/users/99/", NONE, 404),
        admin("/api/admin/users/{user}/reset-link/", "POST", "/api/admin/users/2/reset-link/", NONE, 201),
        admin("/api/admin/rooms/", "GET", "/api/admin/rooms/", NONE, 200),
        admin("/api/admin/rooms/{id}/", "PATCH", "/api/admin/rooms/{invite}/", NONE, 200),
        admin("/api/admin/rooms/{id}/", "DELETE", "/api/admin/rooms/{invite}/", NONE, 204),
        admin("/api/admin/calls/", "GET", "/api/admin/calls/", NONE, 200),
        admin("/api/admin/calls/{call}/", "GET", "/api/admin/calls/room99/", NONE, 404),
        admin("/api/admin/calls/{call}/remove/", "POST", "/api/admin/calls/room99/remove/", SOMEBODY, 404),
        admin("/api/admin/calls/{call}/end/", "POST", "/api/admin/calls/room99/end/", NONE, 404),
        admin("/api/admin/invitations/", "GET", "/api/admin/invitations/", NONE, 200),
        admin("/api/admin/invitations/{invitation}/", "DELETE", "/api/admin/invitations/{made}/", NONE, 204),
        admin("/api/admin/audit/", "GET", "/api/admin/audit/", NONE, 200),
        admin("/api/admin/settings/", "GET", "/api/admin/settings/", NONE, 200),
        admin("/api/admin/settings/", "PATCH", "/api/admin/settings/", NONE, 200),
        admin("/api/admin/samples/", "GET", "/api/admin/samples/", NONE, 200),
        row("/healthz", "GET", "/healthz", NONE, [200, 200, 200, 200, 200, 200, 200]),
        row("/readyz", "GET", "/readyz", NONE, [200, 200, 200, 200, 200, 200, 200]),
    ]
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

/// A room with everyone in their role, made past the API, which would call so many of one account a flood.
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
