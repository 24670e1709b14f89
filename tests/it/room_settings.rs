//! A room's settings over the API: who may change which, what two hosts at once get, and what is refused.

use reqwest::Method;
use rotunda::store::{Millis, RoomNumber, StoredRole, UserId};
use serde_json::{Value, json};

use crate::support::{Person, TestServer};

async fn patch(server: &TestServer, person: &Person, body: Value) -> (u16, Value) {
    let (status, answer) = server.send(Method::PATCH, "/api/rooms/1/", Some(&person.access), body).await;
    (status.as_u16(), answer)
}

async fn cohost(server: &TestServer, person: &Person) {
    let (room, user) = (RoomNumber(1), UserId(person.id));
    server.server.store().give_role(room, user, StoredRole::Cohost, Millis(1)).await.unwrap();
}

#[tokio::test]
async fn a_room_begins_open_and_keeps_what_its_owner_sets() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let made = server.room(&ada, "One", "OTA").await;
    let settings = json!({
        "allowGuests": true, "waitingRoom": true, "keepChat": true, "chatDisabled": true, "shareDisabled": true,
        "unmuteDisabled": true, "peopleLimit": 25, "scheduledOn": "2027-01-31T09:30:00+01:00",
    });
    let flags = ["allowGuests", "waitingRoom", "keepChat", "chatDisabled", "shareDisabled", "unmuteDisabled"];
    assert!(flags.iter().all(|flag| made[flag] == false), "{made}");
    assert_eq!(
        (&made["version"], &made["peopleLimit"], &made["scheduledOn"], &made["role"]),
        (&json!(1), &json!(100), &json!(null), &json!("owner"))
    );

    let (status, after) = patch(&server, &ada, settings).await;
    assert_eq!(status, 200, "{after}");
    assert!(flags.iter().all(|flag| after[flag] == true), "{after}");
    assert_eq!(
        (&after["version"], &after["peopleLimit"], &after["scheduledOn"]),
        (&json!(2), &json!(25), &json!("2027-01-31T08:30:00.000Z"))
    );
    assert_eq!(server.get("/api/rooms/1/", Some(&ada.access)).await.1, after);
    let (_, later) = patch(&server, &ada, json!({ "scheduledOn": null, "keepChat": false })).await;
    assert_eq!(
        (&later["scheduledOn"], &later["keepChat"], &later["peopleLimit"]),
        (&json!(null), &json!(false), &json!(25))
    );
    let (_, log) = server.get("/api/rooms/1/audit/", Some(&ada.access)).await;
    let told: Vec<_> = log.as_array().unwrap().iter().map(|entry| (&entry["act"], &entry["subject"])).collect();
    let all = "scheduledOn=2027-01-31T08:30:00.000Z allowGuests=true waitingRoom=true keepChat=true chatDisabled=true shareDisabled=true unmuteDisabled=true \
               peopleLimit=25";
    let expected = [(&json!("settings"), &json!("scheduledOn= keepChat=false")), (&json!("settings"), &json!(all))];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn what_hosts_ask_for_is_told_to_the_call_and_to_the_log() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    cohost(&server, &bob).await;
    let host = async |path: &str, body: Value| {
        let (status, answer) = server.post(&format!("/api/rooms/1/{path}/"), Some(&bob.access), body).await;
        (status.as_u16(), answer)
    };
    for (path, body) in [
        ("spotlight", json!({})),
        ("spotlight", json!({ "identity": "" })),
        ("spotlight", json!({ "identity": 7 })),
        ("spotlight", json!({ "identity": "x".repeat(257) })),
        ("lower-hand", json!({})),
        ("lower-hand", json!({ "everyone": false })),
        ("lower-hand", json!({ "everyone": true, "identity": "9:tab" })),
        ("lower-hand", json!({ "identity": "x".repeat(257) })),
        ("stop-share", json!({})),
        ("stop-share", json!({ "identity": null })),
        ("stop-share", json!({ "identity": ["1:a"] })),
        ("stop-share", json!({ "identity": "a\nb" })),
    ] {
        let (status, errors) = host(path, body.clone()).await;
        assert_eq!((status, errors["identity"][0].is_string()), (400, true), "{path} {body}: {errors}");
    }
    assert!(server.calls.told().is_empty());
    assert_eq!(patch(&server, &bob, json!({ "shareDisabled": true })).await.0, 200);
    assert_eq!(patch(&server, &bob, json!({ "version": 3 })).await.0, 200, "no change, nothing to tell");
    assert_eq!(host("spotlight", json!({ "identity": "9:tab" })).await.0, 204);
    assert_eq!(host("stop-share", json!({ "identity": "9:tab" })).await.0, 204);
    assert_eq!(host("lower-hand", json!({ "identity": "9:tab" })).await.0, 204);
    assert_eq!(host("lower-hand", json!({ "identity": "agent" })).await.0, 204);
    assert_eq!(host("lower-hand", json!({ "everyone": true })).await.0, 204);
    assert_eq!(host("spotlight", json!({ "identity": null })).await.0, 204);
    let told = [
        "policy 3 of room1",
        "policy 4 of room1",
        "stop share of 9:tab in room1",
        "lower Some(Account(\"9\")) in room1",
        "lower Some(Identity(\"agent\")) in room1",
        "lower None in room1",
        "policy 5 of room1",
    ];
    assert_eq!(server.calls.told(), told);
    let (_, log) = server.get("/api/rooms/1/audit/", Some(&bob.access)).await;
    let log: Vec<_> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["user"].as_i64(), entry["act"].as_str().unwrap(), entry["subject"].as_str().unwrap()))
        .collect();
    let by = Some(bob.id);
    let expected = [
        (by, "spotlight", ""),
        (by, "lower_hand", ""),
        (by, "lower_hand", "agent"),
        (by, "lower_hand", "9:tab"),
        (by, "stop_share", "9:tab"),
        (by, "spotlight", "9:tab"),
        (by, "settings", "shareDisabled=true"),
    ];
    assert_eq!(log, expected);
}

#[tokio::test]
async fn a_full_room_gives_no_tokens() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    server.calls.full.store(true, std::sync::atomic::Ordering::Relaxed);
    let (status, refused) = server.post("/api/rooms/1/join/", Some(&ada.access), json!({})).await;
    assert_eq!((status.as_u16(), &refused["code"]), (403, &json!("room_full")));
}

#[tokio::test]
async fn of_two_hosts_who_change_settings_at_once_one_is_told_to_read_again() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    cohost(&server, &bob).await;
    let (_, seen) = server.get("/api/rooms/1/", Some(&bob.access)).await;
    let body = |flag: bool| json!({ "chatDisabled": flag, "version": seen["version"] });
    let (first, second) = tokio::join!(patch(&server, &ada, body(true)), patch(&server, &bob, body(false)));
    let (won, lost) = if first.0 == 200 { (first, second) } else { (second, first) };
    assert_eq!((won.0, lost.0, &lost.1["code"]), (200, 409, &json!("version_conflict")));
    let (_, stored) = server.get("/api/rooms/1/", Some(&ada.access)).await;
    assert_eq!(stored["chatDisabled"], won.1["chatDisabled"]);
    assert_eq!(stored["version"], won.1["version"]);
    assert_eq!(patch(&server, &ada, json!({ "locked": true })).await.0, 200, "who names no version wins");
}

#[tokio::test]
async fn a_spotlight_and_a_new_co_host_undo_nothing_and_so_hold_up_no_settings() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let (_, seen) = server.get("/api/rooms/1/", Some(&ada.access)).await;
    cohost(&server, &bob).await;
    let spotlight = server.post("/api/rooms/1/spotlight/", Some(&bob.access), json!({ "identity": "9:tab" })).await;
    assert_eq!(spotlight.0, 204);
    let edit = |flag: bool| json!({ "chatDisabled": flag, "version": seen["version"] });
    let (status, after) = patch(&server, &ada, edit(true)).await;
    assert_eq!((status, &after["version"]), (200, &json!(seen["version"].as_i64().unwrap() + 3)), "{after}");
    assert_eq!(patch(&server, &ada, edit(false)).await.1["code"], "version_conflict", "settings have changed since");
}

#[tokio::test]
async fn a_new_title_and_description_are_in_the_log_and_what_stays_is_not() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    for body in [
        json!({ "title": "50% of a day", "description": "Confidential" }),
        json!({ "title": "50% of a day", "description": "Confidential", "keepChat": true }),
        json!({ "scheduledOn": "2027-01-31T09:30:00+01:00" }),
    ] {
        assert_eq!(patch(&server, &ada, body).await.0, 200);
    }
    let (_, log) = server.get("/api/rooms/1/audit/", Some(&ada.access)).await;
    let told: Vec<_> = log.as_array().unwrap().iter().map(|entry| entry["subject"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        ["scheduledOn=2027-01-31T08:30:00.000Z", "keepChat=true", "title=50%25%20of%20a%20day description="]
    );
}

#[tokio::test]
async fn co_hosts_change_what_keeps_order_and_the_rest_is_the_owners() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let order = ["locked", "chatDisabled", "shareDisabled", "unmuteDisabled", "waitingRoom"];
    for setting in order {
        assert_eq!(patch(&server, &bob, json!({ setting: true })).await.0, 403, "{setting}");
    }
    cohost(&server, &bob).await;
    for setting in order {
        let (status, room) = patch(&server, &bob, json!({ setting: true })).await;
        assert_eq!((status, &room[setting], &room["role"]), (200, &json!(true), &json!("cohost")), "{setting}");
    }
    let (_, before) = server.get("/api/rooms/1/", Some(&ada.access)).await;
    for body in [
        json!({ "title": "Mine" }),
        json!({ "description": "x" }),
        json!({ "typeOf": "IO" }),
        json!({ "allowGuests": true, "locked": false }),
        json!({ "peopleLimit": 2 }),
        json!({ "scheduledOn": null }),
        json!({ "keepChat": true }),
    ] {
        assert_eq!(patch(&server, &bob, body.clone()).await.0, 403, "{body}");
    }
    assert_eq!(server.get("/api/rooms/1/", Some(&ada.access)).await.1, before, "nothing of it, not in part");
}

#[tokio::test]
async fn wrong_settings_are_named_by_field() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let before = server.room(&ada, "One", "OTA").await;
    let mut wrong: Vec<(&str, Value)> = Vec::new();
    for flag in ["allowGuests", "waitingRoom", "keepChat", "chatDisabled", "shareDisabled", "unmuteDisabled"] {
        wrong.extend([json!(null), json!("true"), json!(1), json!([])].map(|value| (flag, value)));
    }
    wrong.extend(
        [json!(0), json!(1001), json!(-1), json!(2.5), json!("7"), json!(null), json!(1e30)]
            .map(|v| ("peopleLimit", v)),
    );
    wrong.extend([json!(0), json!("1"), json!(null), json!(1.5)].map(|value| ("version", value)));
    wrong.extend(
        [
            json!(""),
            json!("tomorrow"),
            json!(1_800_000_000),
            json!("2027-01-31"),
            json!("2027-13-01T00:00:00Z"),
            json!([]),
        ]
        .map(|value| ("scheduledOn", value)),
    );
    for (field, value) in wrong {
        let (status, errors) = patch(&server, &ada, json!({ field: value, "locked": true })).await;
        assert_eq!(status, 400, "{field} {value}: {errors}");
        assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), [field], "{value}: {errors}");
    }
    assert_eq!(server.get("/api/rooms/1/", Some(&ada.access)).await.1, before);
}

#[tokio::test]
async fn everyone_sees_their_own_role() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    server.room(&ada, "Two", "IO").await;
    let roles = async |person: &Person| -> Vec<Value> {
        let (_, list) = server.get("/api/rooms/", Some(&person.access)).await;
        list.as_array().unwrap().iter().map(|room| room["role"].clone()).collect()
    };
    assert_eq!(roles(&ada).await, [json!("owner"), json!("owner")]);
    assert_eq!(roles(&bob).await, [json!(null)]);
    cohost(&server, &bob).await;
    let participant = StoredRole::Participant;
    server.server.store().give_role(RoomNumber(2), UserId(bob.id), participant, Millis(1)).await.unwrap();
    assert_eq!(roles(&bob).await, [json!("participant"), json!("cohost")], "the invite-only room is in the list now");
    assert_eq!(server.get("/api/rooms/2/", Some(&bob.access)).await.1["role"], "participant");
}
