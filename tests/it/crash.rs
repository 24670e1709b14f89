//! The server is killed in the middle of writes, again and again: nothing that it had acknowledged is lost, and no login
//! that it had ended comes back.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::binary::{Binary, command};
use crate::postgres_server::Postgres;
use crate::support::PASSWORD;

const ROUNDS: usize = 20;

/// What the server has said that it did.
#[derive(Clone, Default)]
struct Acknowledged {
    users: Vec<String>,
    rooms: Vec<(i64, String)>,
    deleted: Vec<i64>,
    /// Refresh tokens that a logout has ended.
    ended: Vec<String>,
    /// Refresh tokens that were handed out last of their login.
    valid: Vec<String>,
}

struct Writer {
    url: String,
    client: reqwest::Client,
    access: String,
    seen: Arc<Mutex<Acknowledged>>,
    stop: Arc<AtomicBool>,
}

async fn post(client: &reqwest::Client, url: String, access: Option<&str>, body: Value) -> Option<(u16, Value)> {
    let mut request = client.post(url).json(&body);
    if let Some(access) = access {
        request = request.bearer_auth(access);
    }
    let response = request.send().await.ok()?;
    let status = response.status().as_u16();
    let text = response.text().await.ok()?;
    Some((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
}

impl Writer {
    /// Makes rooms, deletes every third, and logs in, refreshes and out, until the server is gone.
    async fn run(self, name: String) {
        let mut n = 1;
        while !self.stop.load(Ordering::Relaxed) && self.once(&format!("{name}-{n}"), n).await.is_some() {
            n += 1;
        }
    }

    async fn once(&self, name: &str, n: usize) -> Option<()> {
        let url = |path: &str| format!("{}{path}", self.url);
        let (status, room) =
            post(&self.client, url("/api/rooms/"), Some(&self.access), json!({ "title": name })).await?;
        if status == 201 {
            let id = room["id"].as_i64()?;
            self.seen.lock().unwrap().rooms.push((id, name.to_owned()));
            if n.is_multiple_of(3) {
                let gone = self.client.delete(url(&format!("/api/rooms/{id}/"))).bearer_auth(&self.access).send().await;
                // Between asking and being told, it may or may not be there.
                let mut seen = self.seen.lock().unwrap();
                seen.rooms.retain(|(other, _)| *other != id);
                if gone.ok()?.status() == 204 {
                    seen.deleted.push(id);
                }
            }
        }
        if n.is_multiple_of(8) {
            let body = json!({ "email": format!("{name}@example.org"), "firstName": "A", "lastName": "B", "password": PASSWORD });
            let (status, user) = post(&self.client, url("/api/user/create/"), None, body).await?;
            if status == 201 {
                self.seen.lock().unwrap().users.push(format!("{name}@example.org"));
                let first = user["tokens"]["refresh"].as_str()?.to_owned();
                let (_, fresh) =
                    post(&self.client, url("/api/token/refresh/"), None, json!({ "refresh": first })).await?;
                let second = fresh["refresh"].as_str()?.to_owned();
                if n.is_multiple_of(16) {
                    let (status, _) =
                        post(&self.client, url("/api/token/logout/"), None, json!({ "refresh": second })).await?;
                    if status == 204 {
                        self.seen.lock().unwrap().ended.push(second);
                    }
                } else {
                    self.seen.lock().unwrap().valid.push(second);
                }
            }
        }
        Some(())
    }
}

async fn check(url: &str, client: &reqwest::Client, seen: &Acknowledged, round: usize) {
    // All of the last rounds, and a sample of the older ones, so that a round does not take ever longer.
    for (id, title) in seen.rooms.iter().rev().take(60).chain(seen.rooms.iter().step_by(17)) {
        let room: Value = client.get(format!("{url}/api/rooms/{id}/")).send().await.unwrap().json().await.unwrap();
        assert_eq!(room["title"], json!(title), "round {round}: an acknowledged room is lost");
    }
    for id in seen.deleted.iter().rev().take(30) {
        let status = client.get(format!("{url}/api/rooms/{id}/")).send().await.unwrap().status();
        assert_eq!(status, 404, "round {round}: a deleted room is back");
    }
    for email in seen.users.iter().rev().take(8) {
        let body = json!({ "email": email, "firstName": "A", "lastName": "B", "password": PASSWORD });
        let (status, answer) = post(client, format!("{url}/api/user/create/"), None, body).await.unwrap();
        assert!(
            status == 400 && answer["email"].is_array(),
            "round {round}: an acknowledged account is lost: {answer}"
        );
    }
    for token in seen.ended.iter().rev().take(8) {
        let (status, _) =
            post(client, format!("{url}/api/token/verify/"), None, json!({ "token": token })).await.unwrap();
        assert_eq!(status, 401, "round {round}: an ended login is back");
    }
    for token in seen.valid.iter().rev().take(8) {
        let (status, _) =
            post(client, format!("{url}/api/token/verify/"), None, json!({ "token": token })).await.unwrap();
        assert_eq!(status, 200, "round {round}: an acknowledged token is lost");
    }
}

async fn survive(start: impl Fn() -> Command, mut between: impl FnMut(usize)) {
    let seen = Arc::new(Mutex::new(Acknowledged::default()));
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(10)).build().unwrap();
    for round in 0..ROUNDS {
        let mut server = Binary::start(start());
        let so_far = seen.lock().unwrap().clone();
        check(&server.url, &client, &so_far, round).await;
        let body = json!({ "email": format!("w{round}@example.org"), "firstName": "W", "lastName": "R", "password": PASSWORD });
        let (status, made) = post(&client, format!("{}/api/user/create/", server.url), None, body).await.unwrap();
        assert_eq!(status, 201, "{made}");
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..3)
            .map(|n| {
                let writer = Writer {
                    url: server.url.clone(),
                    client: client.clone(),
                    access: made["tokens"]["access"].as_str().unwrap().to_owned(),
                    seen: Arc::clone(&seen),
                    stop: Arc::clone(&stop),
                };
                tokio::spawn(writer.run(format!("round{round}-{n}")))
            })
            .collect();
        // In the middle of the stream of writes, each round at another moment.
        let target = seen.lock().unwrap().count() + 8 + round % 5;
        let mut waits = 0;
        while seen.lock().unwrap().count() < target {
            waits += 1;
            assert!(waits < 30_000, "round {round} does not get on with its writes");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros((round as u64 * 3_700) % 20_000)).await;
        server.crash();
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.unwrap();
        }
        between(round);
    }
    let server = Binary::start(start());
    let so_far = seen.lock().unwrap().clone();
    check(&server.url, &client, &so_far, ROUNDS).await;
}

impl Acknowledged {
    fn count(&self) -> usize {
        self.users.len() + self.rooms.len() + self.deleted.len() + self.ended.len() + self.valid.len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_loses_nothing_that_was_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    survive(|| command(data.path()), |_| {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_loses_nothing_that_was_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let mut postgres = Postgres::start();
    let url = postgres.database("crash");
    let start = || {
        let mut command = command(data.path());
        command.env("DATABASE_URL", &url);
        command
    };
    survive(start, |round| {
        // Now and then the database crashes as well.
        if round % 5 == 4 {
            postgres.crash();
            postgres.run();
        }
    })
    .await;
}
