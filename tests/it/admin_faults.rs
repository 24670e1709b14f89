//! The disk is full, or somebody else has the database locked: the administration says so in words, and calls go on.

use std::time::{Duration, Instant};

use reqwest::Method;
use rotunda_sfu::params::MediaKind;
use serde_json::{Value, json};
use sqlx::ConnectOptions as _;

use crate::administration::promote;
use crate::binary::{Binary, command};
use crate::client::{Client, try_join};
use crate::live_sockets::one_call;
use crate::support::{PASSWORD, answer};

/// What an administrator may want that changes something; the account is somebody's and the room's call is the one that goes on.
fn wishes(user: &str) -> Vec<(Method, String, Value)> {
    let user = format!("/api/admin/users/{user}/");
    vec![
        (
            Method::POST,
            "/api/admin/users/".into(),
            json!({ "email": "x@example.org", "firstName": "X", "lastName": "Y" }),
        ),
        (Method::PATCH, user.clone(), json!({ "lastName": "Other" })),
        (Method::PATCH, user.clone(), json!({ "disabled": true })),
        (Method::POST, format!("{user}reset-link/"), json!({})),
        (Method::DELETE, user, json!({})),
        (Method::PATCH, "/api/admin/rooms/1/".into(), json!({ "title": "Other" })),
        (Method::DELETE, "/api/admin/rooms/1/".into(), json!({})),
        (Method::POST, "/api/admin/calls/room1/end/".into(), json!({})),
        (Method::PATCH, "/api/admin/settings/".into(), json!({ "peoplePerRoom": 7 })),
    ]
}

/// Asks for all of it at once; each is refused in words.
async fn all_refused(client: &reqwest::Client, base: &str, access: &str, user: &str) {
    let asked = wishes(user).into_iter().map(|(method, path, body)| async move {
        let request = client.request(method.clone(), format!("{base}{path}")).bearer_auth(access).json(&body);
        (method, path, answer(request).await)
    });
    let start = Instant::now();
    for (method, path, (status, error)) in futures_util::future::join_all(asked).await {
        assert_eq!((status.as_u16(), &error["code"]), (503, &json!("unavailable")), "{method} {path}: {error}");
        assert!(error["detail"].as_str().unwrap().contains("database"), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(11), "{:?}", start.elapsed());
    for list in ["users/", "users/?search=a", "rooms/", "calls/", "invitations/", "audit/", "settings/", "samples/"] {
        let (status, page) = answer(client.get(format!("{base}/api/admin/{list}")).bearer_auth(access)).await;
        assert_eq!(status, 200, "what is there is read still: {list} {page}");
    }
}

/// Whether one hears the other, for as long as half a second of sound.
async fn goes_on(listener: &mut Client, track: &str) {
    while listener.next_within(Duration::ZERO).await.is_some() {}
    for _ in 0..25 {
        listener.hear(track).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_locked_the_administration_says_so_and_a_call_goes_on() {
    let (server, ada, bob, mut first, mut second, _) = one_call().await;
    promote(&server, &ada).await;
    let (track, ssrc) = second.publish(MediaKind::Audio, "microphone").await;
    second.ready().await;
    let _talking = second.talk(ssrc, |_| vec![7; 80]);
    first.hear(&track).await;
    let file = server.data.path().join("data/rotunda.db");
    let mut other = sqlx::sqlite::SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    all_refused(&server.client, &server.url(""), &ada.access, &bob.id.to_string()).await;
    goes_on(&mut first, &track).await;
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    let (_, log) = server.get("/api/admin/audit/", Some(&ada.access)).await;
    assert_eq!(log["entries"], json!([]), "nothing was done");
    for (method, path, body) in wishes(&bob.id.to_string()).into_iter().take(2) {
        let (status, done) = server.send(method, &path, Some(&ada.access), body).await;
        assert!(status.is_success(), "{path}: {done}");
    }
    goes_on(&mut first, &track).await;
}

/// A server whose data is in a small file system of its own, in a namespace where nobody else sees it.
fn on_a_small_disk(folder: &std::path::Path) -> Binary {
    let server = command(folder);
    let mut small = std::process::Command::new("unshare");
    small.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    small.arg(r#"mount -t tmpfs -o size=4m tmpfs "$0" && exec "$@""#).arg(folder).arg(server.get_program());
    small.args(server.get_args()).stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
    Binary::start(small)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_is_full_the_administration_says_so_and_a_call_goes_on() {
    let data = tempfile::tempdir().unwrap();
    let mut server = on_a_small_disk(data.path());
    let claim = std::iter::repeat_with(|| server.next_line()).find_map(|line| {
        line.split_once("/administrator#").map(|(_, token)| token.split_whitespace().next().unwrap().to_owned())
    });
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let base = server.url.clone();
    let send = async |method: Method, path: &str, access: &str, body: Value| {
        answer(client.request(method, format!("{base}{path}")).bearer_auth(access).json(&body)).await
    };
    let mut people = Vec::new();
    for name in ["ada", "bob"] {
        let body =
            json!({ "email": format!("{name}@example.org"), "firstName": name, "lastName": "T", "password": PASSWORD });
        let (status, made) = answer(client.post(format!("{base}/api/user/create/")).json(&body)).await;
        assert_eq!(status, 201, "{made}");
        people.push(made["tokens"]["access"].as_str().unwrap().to_owned());
    }
    let (ada, bob) = (people[0].as_str(), people[1].as_str());
    assert_eq!(send(Method::POST, "/api/admin/claim/", ada, json!({ "token": claim })).await.0, 204);
    assert_eq!(send(Method::POST, "/api/rooms/", ada, json!({ "title": "One" })).await.0, 201);
    let mut inside = Vec::new();
    for access in [ada, bob] {
        let (_, joined) = send(Method::POST, "/api/rooms/1/join/", access, json!({})).await;
        let query = format!(
            "access_token={}&auto_subscribe=1&protocol=15&sdk=rust&version=0",
            joined["token"].as_str().unwrap()
        );
        inside.push(try_join(&base, &query).await.unwrap_or_else(|status| panic!("{status}")));
    }
    let [mut first, mut second] = <[Client; 2]>::try_from(inside).unwrap_or_else(|_| panic!("two"));
    let (track, ssrc) = second.publish(MediaKind::Audio, "microphone").await;
    second.ready().await;
    let _talking = second.talk(ssrc, |_| vec![7; 80]);
    first.hear(&track).await;

    let filler = server.inside(&data.path().join("filler"));
    let full = std::fs::write(&filler, vec![1; 8 << 20]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    // What is left of pages that the database has already got.
    let mut tries = 0;
    while send(Method::PATCH, "/api/admin/users/2/", ada, json!({ "lastName": format!("L{tries}") })).await.0 == 200 {
        tries += 1;
        assert!(tries < 200, "the disk is not full");
    }
    all_refused(&client, &base, ada, "2").await;
    goes_on(&mut first, &track).await;
    std::fs::remove_file(&filler).unwrap();
    let (status, done) = send(Method::PATCH, "/api/admin/users/2/", ada, json!({ "lastName": "Other" })).await;
    assert_eq!(status, 200, "{done}");
    goes_on(&mut first, &track).await;
}
