//! A server in this process on free ports, and a client that speaks JSON.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::{Method, StatusCode};
use rotunda::api::web::App;
use rotunda::calls::Calls;
use rotunda::config::{Config, PasswordCost};
use rotunda::samples::{Sample, Span};
use rotunda::store::{SessionId, Store, UserId};
use rotunda::{Parts, Server};
use rotunda_signaling::io::{Who, Whose};
use rotunda_signaling::{Attendant, RoomPolicy};
use serde_json::{Value, json};

/// What the REST side told the calls.
#[derive(Default)]
pub struct Recorder {
    pub told: Mutex<Vec<String>>,
    /// Rooms have no place.
    pub full: AtomicBool,
}

impl Recorder {
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }

    fn note(&self, what: String) {
        self.told.lock().unwrap().push(what);
    }
}

#[async_trait::async_trait]
impl Calls for Recorder {
    fn close_room(&self, room: &str) {
        self.note(format!("close {room}"));
    }
    fn end_call(&self, room: &str) {
        self.note(format!("end {room}"));
    }
    fn set_policy(&self, room: &str, policy: RoomPolicy) {
        self.note(format!("policy {} of {room}", policy.version));
    }
    fn stop_share(&self, room: &str, identity: String) {
        self.note(format!("stop share of {identity} in {room}"));
    }
    fn lower_hands(&self, room: &str, whose: Option<Who>) {
        self.note(format!("lower {whose:?} in {room}"));
    }
    async fn has_place(&self, _: &str, _: &str) -> bool {
        !self.full.load(Ordering::Relaxed)
    }
    async fn is_inside(&self, _: &str, _: &rotunda::store::Person) -> bool {
        false
    }
    async fn identities(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
    fn open_rooms(&self) -> Vec<String> {
        Vec::new()
    }
    async fn census(&self, _: &str) -> Option<Vec<Attendant>> {
        None
    }
    fn remove(&self, room: &str, who: Who) {
        self.note(format!("remove {who:?} from {room}"));
    }
    fn mute(&self, room: &str, whose: Whose) {
        self.note(format!("mute {whose:?} in {room}"));
    }
    fn disconnect_account(&self, account: UserId) {
        self.note(format!("account {account}"));
    }
    fn disconnect_session(&self, session: &SessionId) {
        self.note(format!("session {}", session.0));
    }
    fn samples(&self, _: Span) -> Vec<Sample> {
        Vec::new()
    }
    fn media_ready(&self) -> bool {
        true
    }
    async fn shutdown(&self) {
        self.note("shutdown".into());
    }
}

pub struct TestServer {
    pub server: Server,
    pub calls: Arc<Recorder>,
    pub client: reqwest::Client,
    pub data: tempfile::TempDir,
}

/// An account that a test has made.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    pub email: String,
    pub access: String,
    pub refresh: String,
}

pub const PASSWORD: &str = "a fine long passphrase";

/// Free ports, a fresh folder, cheap hashes.
pub fn config(data: &std::path::Path) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        rtc_udp_port: 0,
        metrics_listen: None,
        data: data.join("data"),
        password_cost: PasswordCost { memory_kib: 8, passes: 1 },
        ..Config::default()
    }
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| {}, None, App::default()).await
    }

    pub async fn configured(edit: impl FnOnce(&mut Config)) -> Self {
        Self::start_with(edit, None, App::default()).await
    }

    /// Forgets who waits and has gone away after this.
    pub async fn patient(knock_grace: std::time::Duration) -> Self {
        let data = tempfile::tempdir().unwrap();
        let calls = Arc::new(Recorder::default());
        let given = Some(Arc::clone(&calls) as Arc<dyn Calls>);
        let parts = Parts { calls: given, knock_grace: Some(knock_grace), ..Parts::default() };
        let server = Server::start_with(config(data.path()), parts).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, calls, client, data }
    }

    pub async fn start_with(edit: impl FnOnce(&mut Config), store: Option<Arc<dyn Store>>, app: App) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = config(data.path());
        edit(&mut config);
        let calls = Arc::new(Recorder::default());
        let parts = Parts { store, calls: Some(Arc::clone(&calls) as Arc<dyn Calls>), app, knock_grace: None };
        let server = Server::start_with(config, parts).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, calls, client, data }
    }

    /// With media workers, rooms and sockets, on loopback.
    pub async fn live(edit: impl FnOnce(&mut Config)) -> Self {
        Self::live_on(edit, None).await
    }

    /// The same on a store that is given.
    pub async fn live_on(edit: impl FnOnce(&mut Config), store: Option<Arc<dyn Store>>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = config(data.path());
        config.workers = Some(1);
        config.external_ip = vec!["127.0.0.1".parse().unwrap()];
        edit(&mut config);
        let parts = Parts { store, ..Parts::default() };
        let server = Server::start_with(config, parts).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, calls: Arc::new(Recorder::default()), client, data }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.http_addr())
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Sends a JSON body, with the token of somebody if given.
    pub async fn send(&self, method: Method, path: &str, token: Option<&str>, body: Value) -> (StatusCode, Value) {
        let mut request = self.request(method, path).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        answer(request).await
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, Value) {
        let mut request = self.request(Method::GET, path);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        answer(request).await
    }

    pub async fn post(&self, path: &str, token: Option<&str>, body: Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, token, body).await
    }

    /// Makes an account called `name`.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let body = json!({ "email": email, "firstName": name, "lastName": "Tester", "password": PASSWORD });
        let (status, made) = self.post("/api/user/create/", None, body).await;
        assert_eq!(status, 201, "{made}");
        let access = made["tokens"]["access"].as_str().unwrap().to_owned();
        let id = payload(&access)["user_id"].as_str().unwrap().parse().unwrap();
        Person { id, email, access, refresh: made["tokens"]["refresh"].as_str().unwrap().to_owned() }
    }

    /// Makes a room of `owner`.
    pub async fn room(&self, owner: &Person, title: &str, kind: &str) -> Value {
        let (status, room) =
            self.post("/api/rooms/", Some(&owner.access), json!({ "title": title, "typeOf": kind })).await;
        assert_eq!(status, 201, "{room}");
        room
    }
}

/// Status and JSON of an answer; `Null` for an empty one.
pub async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
    (status, value)
}

/// What a JWT says.
pub fn payload(token: &str) -> Value {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
