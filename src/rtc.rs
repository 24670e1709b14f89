//! The WebSocket of a call, and what SDKs ask over HTTP around it.
//!
//! In: `GET /rtc` with an access token. Everything that can be refused is refused with an HTTP status before the upgrade; after it
//! the socket carries frames between the client and its room's task. This module decides *whether* someone may talk to a
//! room (token, access, sizes, rates, liveness), never *what* is said.
//!
//! Tokens stand in URLs because browsers cannot set headers on a WebSocket; they are never logged.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    AUTHORIZATION, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use dashmap::DashMap;
use rotunda_signaling::io::Who;
use rotunda_signaling::token::{self, Claims, SigningKey};
use rotunda_signaling::wire::{self, Frame, FrameError, FrameKind};
use rotunda_signaling::{ConnectOptions, limits};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::auth::{Admitted, ApiKeys, Entry, KeyKind, Refusal, RoomAccess};
use crate::metrics::Metrics;
use crate::rooms::{ConnectError, Outgoing, Rooms, Session};
use crate::store;
use crate::websocket::{Upgrade, WebSocket};

/// How long one message may take to leave.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a closing handshake may take: until then the client reads our last words.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// How often we ask for a sign of life; browsers answer by themselves, in background tabs too.
const PING_INTERVAL: Duration = limits::PING_INTERVAL;

/// What the routes under `/rtc` need.
#[derive(Clone)]
pub struct Rtc(Arc<Inner>);

struct Inner {
    keys: ApiKeys,
    access: RoomAccess,
    rooms: Rooms,
    metrics: Metrics,
    /// The sockets that belong to a login, by session.
    logins: DashMap<u64, Login>,
}

/// A socket that was opened with a token of the app.
struct Login {
    session: store::SessionId,
    room: Arc<str>,
    identity: Arc<str>,
}

impl Rtc {
    /// Checks tokens with `keys` and `access`, and lets clients into `rooms`.
    pub fn new(keys: ApiKeys, access: RoomAccess, rooms: Rooms, metrics: Metrics) -> Self {
        Self(Arc::new(Inner { keys, access, rooms, metrics, logins: DashMap::new() }))
    }

    /// The routes, with open CORS on all of them: their credential is the token, which no browser adds by itself.
    pub fn router(self) -> Router {
        Router::new()
            .route("/rtc", get(connect).fallback(not_found))
            .route("/rtc/validate", get(validate).fallback(not_found))
            // `/rtc/v1`, the single-connection form, among others: SDKs fall back on a readable 404.
            .route("/rtc/{*rest}", any(not_found))
            .layer(middleware::from_fn(cors))
            .with_state(self)
    }

    /// Puts out everyone who came in with this login, as when it is ended elsewhere.
    pub async fn disconnect_login(&self, session: &store::SessionId) {
        let found: Vec<(Arc<str>, Arc<str>)> = (self.0.logins.iter())
            .filter(|login| login.session == *session)
            .map(|login| (Arc::clone(&login.room), Arc::clone(&login.identity)))
            .collect();
        for (room, identity) in found {
            self.0.rooms.remove(&room, Who::Identity(identity.to_string())).await;
        }
    }

    /// Checks the token of a request, and that its bearer may enter its room now.
    async fn authorise(&self, headers: &HeaderMap, query: &[(String, String)]) -> Result<Authorised, Denied> {
        let token = token_of(headers, query).ok_or(Denied::Token("no access token was given"))?;
        let unix_now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (claims, key) =
            token::verify(token, unix_now, |key| self.0.keys.secret(key).map(Into::into)).map_err(Denied::BadToken)?;
        let grants = claims.grants();
        if !grants.room_join || grants.room.is_empty() || grants.room.len() > limits::MAX_ROOM_NAME {
            return Err(Denied::Token("the access token does not allow joining a room"));
        }
        let kind = self.0.keys.kind(&key.key).ok_or(Denied::BadToken(token::TokenError::UnknownKey))?;
        let entry = Entry { key: kind, token, identity: &claims.sub, room: &grants.room };
        let admitted = self.0.access.check(entry).await?;
        let room = Arc::from(grants.room.as_str());
        Ok(Authorised { claims, key, kind, room, admitted })
    }

    /// Looks once more after somebody has come in: what was decided between the check of their token and their coming has reached a call
    /// in which they were not yet.
    async fn look_again(&self, token: &str, identity: &str, room: &str, kind: KeyKind) {
        match self.0.access.check(Entry { key: kind, token, identity, room }).await {
            Ok(Admitted { policy: Some(policy), .. }) => {
                self.0.rooms.set_policy(room, policy).await;
            }
            // Whoever came in just before a lock is in.
            Ok(Admitted { policy: None, .. }) | Err(Refusal::Unavailable | Refusal::LOCKED) => {}
            Err(Refusal::NoSuchRoom) => {
                self.0.rooms.end_call(room).await;
            }
            Err(Refusal::Forbidden(_)) => {
                self.0.rooms.remove(room, Who::Identity(identity.to_owned())).await;
            }
        }
    }
}

struct Authorised {
    claims: Claims,
    key: Arc<SigningKey>,
    kind: KeyKind,
    room: Arc<str>,
    admitted: Admitted,
}

/// Why there is no WebSocket.
#[derive(Debug, thiserror::Error)]
enum Denied {
    #[error("{0}")]
    Token(&'static str),
    #[error("{0}")]
    BadToken(token::TokenError),
    #[error("{0}")]
    Access(#[from] Refusal),
    #[error("{0}")]
    Room(#[from] ConnectError),
    #[error("the query could not be read")]
    Query,
    #[error("a WebSocket upgrade was expected")]
    NoUpgrade,
}

impl Denied {
    fn status(&self) -> StatusCode {
        match self {
            Self::Token(_) | Self::BadToken(_) => StatusCode::UNAUTHORIZED,
            Self::Access(refusal) => refusal.status(),
            Self::Room(ConnectError::Refused(refusal)) => {
                StatusCode::from_u16(refusal.http_status()).unwrap_or(StatusCode::FORBIDDEN)
            }
            Self::Room(ConnectError::Unavailable | ConnectError::Timeout) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Query | Self::NoUpgrade => StatusCode::BAD_REQUEST,
        }
    }

    /// The word for metrics; `None` where the room has counted it.
    fn outcome(&self) -> Option<&'static str> {
        match self {
            Self::Token(_) | Self::BadToken(_) => Some("unauthorized"),
            Self::Access(Refusal::NoSuchRoom) => Some("not_found"),
            Self::Access(Refusal::Forbidden(_)) => Some("forbidden"),
            Self::Access(Refusal::Unavailable) | Self::Room(ConnectError::Unavailable) => Some("unavailable"),
            Self::Room(ConnectError::Refused(_)) => None,
            Self::Room(ConnectError::Timeout) => Some("timeout"),
            Self::Query | Self::NoUpgrade => Some("bad_request"),
        }
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}

fn token_of<'a>(headers: &'a HeaderMap, query: &'a [(String, String)]) -> Option<&'a str> {
    let bearer = || headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim);
    let in_url = query.iter().find(|(key, _)| key == "access_token").map(|(_, value)| value.as_str());
    bearer().or(in_url).filter(|token| !token.is_empty())
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// `GET /rtc/validate`: SDKs ask why a WebSocket was refused, since browsers do not tell them.
async fn validate(
    State(rtc): State<Rtc>,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return Denied::Query.into_response() };
    match rtc.authorise(&headers, &query).await {
        Ok(Authorised { claims, room, .. }) => {
            if rtc.0.rooms.has_place(&room, &claims.sub).await {
                "success".into_response()
            } else {
                // Browsers' SDKs look at the text of a 403, and not of the 429 that the WebSocket is refused with.
                (StatusCode::FORBIDDEN, rotunda_signaling::Refusal::RoomFull.to_string()).into_response()
            }
        }
        Err(denied) => denied.into_response(),
    }
}

/// `GET /rtc`: the WebSocket, where each direction of media has its own peer connection.
async fn connect(
    State(rtc): State<Rtc>,
    headers: HeaderMap,
    query: Result<Query<Vec<(String, String)>>, QueryRejection>,
    request: Request,
) -> Response {
    let Ok(Query(query)) = query else { return Denied::Query.into_response() };
    // The single-connection form under the old path: SDKs take a 404 for "not spoken here".
    if query.iter().any(|(key, _)| key == "join_request") {
        return StatusCode::NOT_FOUND.into_response();
    }
    match admit(&rtc, &headers, &query, request).await {
        Ok(response) => response,
        Err(denied) => {
            if let Some(outcome) = denied.outcome() {
                rtc.0.metrics.join_ended(outcome);
                tracing::info!(outcome, reason = %denied, "join refused");
            }
            denied.into_response()
        }
    }
}

async fn admit(
    rtc: &Rtc,
    headers: &HeaderMap,
    query: &[(String, String)],
    request: Request,
) -> Result<Response, Denied> {
    let authorised = rtc.authorise(headers, query).await?;
    let upgrade = Upgrade::of(request).ok_or(Denied::NoUpgrade)?;
    let mut options = ConnectOptions::from_query(query.iter().map(|(key, value)| (key, value)));
    if let Some(user_agent) = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()) {
        options.recognise_browser(user_agent);
    }
    let Authorised { claims, key, kind, room, admitted } = authorised;
    let session = rtc.0.rooms.connect(&room, &claims, &key, &options, admitted.policy.as_ref()).await?;
    if let Some(token) = token_of(headers, query).filter(|_| admitted.stored.is_some()) {
        let (rtc, token, identity, room) = (rtc.clone(), token.to_owned(), claims.sub.clone(), Arc::clone(&room));
        tokio::spawn(async move { rtc.look_again(&token, &identity, &room, kind).await });
    }
    let login = admitted.session.map(|session| Login { session, room, identity: claims.sub.into() });
    let guard = SocketGuard::new(rtc.clone(), session.id().0, login);
    let (response, socket) = upgrade.accept(limits::MAX_SDP_MESSAGE);
    tokio::spawn(async move {
        let Ok(socket) = socket.await else { return };
        let metrics = guard.rtc.0.metrics.clone();
        let end = Pump { socket, session, kind: FrameKind::Binary, metrics }.run().await;
        tracing::debug!(session = guard.session, ?end, "signal connection closed");
    });
    Ok(response.map(|()| Body::empty()))
}

/// Counts an open socket, and remembers its login, for as long as it lives.
struct SocketGuard {
    rtc: Rtc,
    session: u64,
}

impl SocketGuard {
    fn new(rtc: Rtc, session: u64, login: Option<Login>) -> Self {
        rtc.0.metrics.websocket_opened();
        if let Some(login) = login {
            rtc.0.logins.insert(session, login);
        }
        Self { rtc, session }
    }
}

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.rtc.0.logins.remove(&self.session);
        self.rtc.0.metrics.websocket_closed();
    }
}

/// Carries frames between one socket and its room.
struct Pump {
    socket: WebSocket,
    session: Session,
    /// The form of the client's last message: answers have it too.
    kind: FrameKind,
    metrics: Metrics,
}

/// Why a socket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The client closed it, or its connection broke.
    Client,
    /// The room is done with the client.
    Room,
    /// The room is gone, by a fault of ours or since the client read too slowly.
    Lost,
    /// Nothing was heard for too long.
    Silent,
    /// A message did not leave in time.
    Stuck,
    /// A message was too large.
    TooLarge,
    /// A message could not be read.
    Malformed,
}

impl End {
    /// The close code and reason, where there is still somebody to tell.
    fn frame(self) -> Option<CloseFrame> {
        let (code, reason) = match self {
            Self::Client | Self::Stuck => return None,
            Self::Room => (CloseCode::Normal, "left"),
            Self::Lost => (CloseCode::Error, "the room let go of this connection"),
            Self::Silent => (CloseCode::Away, "no sign of life"),
            Self::TooLarge => (CloseCode::Size, "message too large"),
            Self::Malformed => (CloseCode::Invalid, "not a signal request"),
        };
        Some(CloseFrame { code, reason: reason.into() })
    }
}

impl Pump {
    async fn run(mut self) -> End {
        let end = self.carry().await;
        if let Some(frame) = end.frame()
            && self.write(Message::Close(Some(frame))).await.is_ok()
        {
            // A socket that is dropped with unread bytes resets the connection, and our last words with it.
            let farewell = async { while let Some(Ok(_)) = self.socket.recv().await {} };
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, farewell).await;
        }
        end
    }

    async fn carry(&mut self) -> End {
        let mut heard = Instant::now();
        let mut rate = Bucket::new(heard);
        let mut ping = tokio::time::interval(PING_INTERVAL);
        ping.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        ping.reset();
        loop {
            tokio::select! {
                outgoing = self.session.next(self.kind) => {
                    let message = match outgoing {
                        Some(Outgoing::Frame(Frame::Binary(bytes))) => Message::Binary(bytes),
                        Some(Outgoing::Frame(Frame::Text(text))) => Message::Text(text.into()),
                        Some(Outgoing::Close) => return End::Room,
                        None => return End::Lost,
                    };
                    self.metrics.signal_message("out");
                    if let Err(end) = self.write(message).await {
                        return end;
                    }
                }
                incoming = self.socket.recv() => {
                    let Some(Ok(message)) = incoming else { return End::Client };
                    heard = Instant::now();
                    if let Err(end) = self.take(message, &mut rate).await {
                        return end;
                    }
                }
                _ = ping.tick() => {
                    if heard.elapsed() > limits::PING_TIMEOUT {
                        return End::Silent;
                    }
                    if let Err(end) = self.write(Message::Ping(bytes::Bytes::new())).await {
                        return end;
                    }
                }
            }
        }
    }

    async fn take(&mut self, message: Message, rate: &mut Bucket) -> Result<(), End> {
        let request = match message {
            Message::Binary(bytes) => {
                self.kind = FrameKind::Binary;
                wire::decode_binary(&bytes)
            }
            Message::Text(text) => {
                self.kind = FrameKind::Text;
                wire::decode_text(&text)
            }
            // A frame is never received as such.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Ok(()),
            Message::Close(_) => return Err(End::Client),
        };
        self.metrics.signal_message("in");
        let request = request.map_err(|error| {
            self.metrics.bad_request("signal");
            match error {
                FrameError::TooLarge => End::TooLarge,
                FrameError::Malformed => End::Malformed,
            }
        })?;
        if let Some(wait) = rate.take(Instant::now()) {
            tokio::time::sleep(wait).await;
        }
        // A room that has ended takes no requests, but its farewell may still be waiting to be sent.
        let _ = self.session.requests().send(request).await;
        Ok(())
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        match tokio::time::timeout(WRITE_TIMEOUT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Client),
            Err(_) => Err(End::Stuck),
        }
    }
}

/// How fast a client's messages are taken: a burst, then so many a second. Whoever sends more waits at its own socket.
#[derive(Debug)]
struct Bucket {
    tokens: f64,
    refilled: Instant,
}

impl Bucket {
    const RATE: f64 = limits::SIGNAL_MESSAGES_PER_SECOND as f64;
    const BURST: f64 = limits::SIGNAL_MESSAGE_BURST as f64;

    fn new(now: Instant) -> Self {
        Self { tokens: Self::BURST, refilled: now }
    }

    /// Takes a token; says how long to wait for it when there is none.
    fn take(&mut self, now: Instant) -> Option<Duration> {
        let elapsed = now.saturating_duration_since(self.refilled).as_secs_f64();
        self.refilled = now;
        self.tokens = (self.tokens + elapsed * Self::RATE).min(Self::BURST) - 1.0;
        (self.tokens < 0.0).then(|| Duration::from_secs_f64(-self.tokens / Self::RATE))
    }
}

/// Open CORS, on refusals too: a browser shows an SDK nothing of an answer without it.
async fn cors(request: Request, next: Next) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_a_flood_waits() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        let burst = limits::SIGNAL_MESSAGE_BURST;
        assert!((0..burst).all(|_| bucket.take(start).is_none()));
        let wait = bucket.take(start).unwrap();
        assert!(wait > Duration::ZERO && wait <= Duration::from_secs(1), "{wait:?}");
        assert!(bucket.take(start + Duration::from_secs(60)).is_none());
    }

    #[test]
    fn the_token_is_found_where_sdks_put_it() {
        let query = |value: &str| vec![("access_token".to_owned(), value.to_owned())];
        let mut headers = HeaderMap::new();
        assert_eq!(token_of(&headers, &[]), None);
        assert_eq!(token_of(&headers, &query("")), None);
        assert_eq!(token_of(&headers, &query("a.b.c")), Some("a.b.c"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer d.e.f"));
        assert_eq!(token_of(&headers, &query("a.b.c")), Some("d.e.f"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic d.e.f"));
        assert_eq!(token_of(&headers, &[]), None);
    }
}
