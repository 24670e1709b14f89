//! A backup restored while servers run: they make way, and come back with what is there then.

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use livekit_protocol::DisconnectReason;
use livekit_protocol::leave_request::Action;
use livekit_protocol::signal_response::Message as Response;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::binary::{Binary, command, operate, wait};
use crate::client::{Client, Heard, try_join};
use crate::postgres_server::Postgres;
use crate::support::PASSWORD;

/// Servers look once a second, say goodbye within five, and this is a busy machine.
const BACK: Duration = Duration::from_secs(30);

/// A person's requests to a server.
struct Caller {
    http: reqwest::Client,
    url: String,
    access: String,
}

fn email(name: &str) -> String {
    format!("{name}@example.org")
}

impl Caller {
    async fn registered(url: &str, name: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let body = json!({ "email": email(name), "firstName": name, "lastName": "L", "password": PASSWORD });
        let made = http.post(format!("{url}/api/user/create/")).json(&body).send().await.unwrap();
        assert_eq!(made.status(), 201);
        let login = json!({ "email": email(name), "password": PASSWORD });
        let made = http.post(format!("{url}/api/token/")).json(&login).send().await.unwrap();
        let access = made.json::<Value>().await.unwrap()["access"].as_str().unwrap().to_owned();
        Self { http, url: url.to_owned(), access }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.access).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Into a room's call.
    async fn enter(&self, room: &str) -> Client {
        let joined = self.post(&format!("/api/rooms/{room}/join/"), json!({})).await;
        let token = joined["token"].as_str().unwrap();
        let query = format!("access_token={token}&auto_subscribe=1&protocol=15&sdk=rust&version=0");
        try_join(&self.url, &query).await.unwrap()
    }

    /// What the server says to a login.
    async fn login(&self, name: &str) -> Option<StatusCode> {
        let body = json!({ "email": email(name), "password": PASSWORD });
        let request = self.http.post(format!("{}/api/token/", self.url)).timeout(Duration::from_secs(5)).json(&body);
        Some(request.send().await.ok()?.status())
    }

    async fn me(&self) -> StatusCode {
        self.http.get(format!("{}/api/user/", self.url)).bearer_auth(&self.access).send().await.unwrap().status()
    }

    /// Waits until the server is back, and what it says to a login is this.
    async fn back(&self, name: &str, status: StatusCode) {
        let deadline = Instant::now() + BACK;
        loop {
            match self.login(name).await {
                Some(said) if said == status => return,
                said => assert!(Instant::now() < deadline, "{said:?}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A server that had been asked would have said goodbye by then.
async fn goes_on(call: &mut Client) {
    let deadline = Instant::now() + Duration::from_secs(2);
    while let Some(heard) = call.next_within(deadline.saturating_duration_since(Instant::now())).await {
        assert!(!matches!(&heard, Heard::Signal(response) if matches!(&**response, Response::Leave(_))), "{heard:?}");
    }
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_runs_makes_way_and_comes_back_with_what_was_restored() {
    let data = tempfile::tempdir().unwrap();
    let (folder, file) = (data.path().join("data"), data.path().join("backup"));
    let mut server = Binary::start(command(&folder));
    let ada = Caller::registered(&server.url, "ada").await;
    ada.post("/api/rooms/", json!({ "title": "One", "typeOf": "OTA" })).await;
    assert!(operate(&folder, &["backup", path(&file)]).0);
    let bob = Caller::registered(&server.url, "bob").await;
    let mut call = bob.enter("1").await;

    // Nobody is disturbed by what would come to nothing.
    let (worked, words) = operate(&folder, &["restore", path(&file)]);
    assert!(!worked && words.contains("--force"), "{words}");
    let whole = std::fs::read_to_string(&file).unwrap();
    let half = data.path().join("half");
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    let (worked, words) = operate(&folder, &["restore", path(&half), "--force"]);
    assert!(!worked && words.contains("not a whole backup"), "{words}");
    goes_on(&mut call).await;

    let (worked, words) = operate(&folder, &["restore", path(&file), "--force"]);
    assert!(worked && words.contains("were restored"), "{words}");
    let leave = call.left().await;
    assert_eq!((leave.reason, leave.action), (DisconnectReason::ServerShutdown as i32, Action::Reconnect as i32));
    ada.back("ada", StatusCode::OK).await;
    assert_eq!(ada.me().await, StatusCode::OK, "the keys that sign were restored");
    assert_eq!((bob.login("bob").await, bob.me().await), (Some(StatusCode::UNAUTHORIZED), StatusCode::UNAUTHORIZED));
    assert!(server.wait(Duration::from_millis(1)).is_none(), "it is the same process");
    ada.enter("1").await;

    // A room of nobody's is found out only by the database: nothing has changed then, and the server is back as well.
    let bad = data.path().join("bad");
    std::fs::write(&bad, whole.replacen("\"OTA\"", "null", 1)).unwrap();
    let carol = Caller::registered(&server.url, "carol").await;
    let (worked, words) = operate(&folder, &["restore", path(&bad), "--force"]);
    assert!(!worked && !words.contains("were restored"), "{words}");
    carol.back("carol", StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fresh_server_that_runs_takes_the_backup_of_another() {
    let data = tempfile::tempdir().unwrap();
    let (folder, file, fresh) = (data.path().join("data"), data.path().join("backup"), data.path().join("fresh"));
    let server = Binary::start(command(&folder));
    let ada = Caller::registered(&server.url, "ada").await;
    assert!(operate(&folder, &["backup", path(&file)]).0);
    let other = Binary::start(command(&fresh));
    let (worked, words) = operate(&fresh, &["restore", path(&file)]);
    assert!(worked, "{words}");
    let there = Caller { url: other.url.clone(), ..ada };
    there.back("ada", StatusCode::OK).await;
    assert_eq!(there.me().await, StatusCode::OK, "it has taken over the other's keys");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_servers_on_a_database_make_way() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("backup");
    let mut postgres = Postgres::start();
    let url = postgres.database("shared");
    let with = |name: &str| {
        let mut command = command(&data.path().join(name));
        command.env("DATABASE_URL", &url);
        command
    };
    let run = |arguments: &[&str]| {
        let done = with("operator").args(arguments).output().unwrap();
        (done.status.success(), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
    };
    let servers = ["one", "two"].map(|name| Binary::start(with(name)));
    let ada = Caller::registered(&servers[0].url, "ada").await;
    assert!(run(&["backup", path(&file)]).0);
    let bob = Caller::registered(&servers[1].url, "bob").await;
    // What they hold of it goes with the database, and is taken anew.
    postgres.crash();
    postgres.run();
    bob.back("bob", StatusCode::OK).await;
    let (worked, words) = run(&["restore", path(&file), "--force"]);
    assert!(worked, "{words}");
    for at in [&servers[0].url, &servers[1].url] {
        let there = Caller { url: at.clone(), access: bob.access.clone(), http: ada.http.clone() };
        there.back("ada", StatusCode::OK).await;
        assert_eq!(there.me().await, StatusCode::UNAUTHORIZED);
    }
}

fn started(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_that_dies_while_it_waits_leaves_the_server_to_its_work() {
    let data = tempfile::tempdir().unwrap();
    let (folder, file) = (data.path().join("data"), data.path().join("backup"));
    let mut server = Binary::start(command(&folder));
    let ada = Caller::registered(&server.url, "ada").await;
    assert!(operate(&folder, &["backup", path(&file)]).0);
    let bob = Caller::registered(&server.url, "bob").await;
    // It cannot answer the question.
    server.signal("STOP");
    let mut restore = command(&folder);
    restore.args(["restore", path(&file), "--force"]);
    let mut restore = started(restore);
    assert!(wait(&mut restore, Duration::from_secs(3)).is_none(), "it waits");
    restore.kill().unwrap();
    restore.wait().unwrap();
    server.signal("CONT");
    // It makes way for nobody, and notices.
    bob.back("bob", StatusCode::OK).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    bob.back("bob", StatusCode::OK).await;
    assert_eq!(ada.me().await, StatusCode::OK);
    assert!(server.wait(Duration::from_millis(1)).is_none());
    server.signal("TERM");
    assert!(server.wait(Duration::from_secs(10)).unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restore_gives_up_a_server_that_does_not_make_way() {
    let data = tempfile::tempdir().unwrap();
    let (folder, file) = (data.path().join("data"), data.path().join("backup"));
    let server = Binary::start(command(&folder));
    let ada = Caller::registered(&server.url, "ada").await;
    assert!(operate(&folder, &["backup", path(&file)]).0);
    server.signal("STOP");
    let mut restore = command(&folder);
    restore.args(["restore", path(&file), "--force"]);
    let mut restore = started(restore);
    let status = wait(&mut restore, Duration::from_secs(60)).unwrap();
    let mut words = String::new();
    restore.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    server.signal("CONT");
    assert!(!status.success() && words.contains("in use by another rotunda"), "{words}");
    ada.back("ada", StatusCode::OK).await;
}
