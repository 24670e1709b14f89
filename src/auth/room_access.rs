//! Entering a room: the API keys whose LiveKit access tokens are accepted, the tokens that the app mints with a key of its
//! own, and the check that is made again at every WebSocket connect, since a token says only what was true when it was
//! signed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rotunda_signaling::GUEST_ATTRIBUTE;
use rotunda_signaling::RoomPolicy;
use rotunda_signaling::token::{self, Claims, SigningKey, VideoGrants};
use serde::Deserialize;

use super::access::Login;
use super::permissions::{Decision, Visitor, decide_entry};
use crate::calls::with_cohosts;
use crate::config::{Config, Secret};
use crate::store::{GuestId, Millis, Person, RoomKey, RoomNumber, SessionId, Store, StoreError, UserId};

/// The name of the server's own key; operators' keys cannot begin with `rotunda-`.
pub const APP_KEY: &str = "rotunda-app";
/// How long a room token lives; a client in a call gets fresh ones over its socket.
pub const ROOM_TOKEN_LIFETIME: Duration = Duration::from_secs(600);
/// The longest device id.
pub const MAX_DEVICE: usize = 64;

/// Whose key signed a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// The server's own: the token came from the join route.
    App,
    /// The operator's: the token came from a program that has the key.
    Operator,
}

/// Every API key and its secret. A clone is a reference.
#[derive(Clone)]
pub struct ApiKeys {
    keys: Arc<HashMap<String, (Secret, KeyKind)>>,
}

impl ApiKeys {
    /// The keys of the configuration, `devkey` with `--dev`, and our own with `app_secret`.
    pub fn new(config: &Config, app_secret: &[u8]) -> Self {
        let mut keys: HashMap<_, _> =
            config.api_keys.iter().map(|(name, secret)| (name.clone(), (secret.clone(), KeyKind::Operator))).collect();
        if config.dev {
            keys.insert("devkey".to_owned(), (Secret::new("secret"), KeyKind::Operator));
        }
        keys.insert(APP_KEY.to_owned(), (Secret::new(URL_SAFE_NO_PAD.encode(app_secret)), KeyKind::App));
        Self { keys: Arc::new(keys) }
    }

    /// The secret of a key, with which its tokens are verified (and refreshed).
    pub fn secret(&self, key: &str) -> Option<&str> {
        self.keys.get(key).map(|(secret, _)| secret.reveal())
    }

    /// Whose key it is.
    pub fn kind(&self, key: &str) -> Option<KeyKind> {
        self.keys.get(key).map(|(_, kind)| *kind)
    }
}

/// A wish to enter, after the token's signature and times have been verified.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Whose key signed the token.
    pub key: KeyKind,
    /// The token itself, as it came: our own tokens carry the login that they belong to.
    pub token: &'a str,
    /// The identity in the token (`sub`).
    pub identity: &'a str,
    /// The room in the token.
    pub room: &'a str,
}

/// Somebody who may enter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Admitted {
    /// The stored room; `None` for a room in memory only, which ends 20 s after the last one left.
    pub stored: Option<RoomNumber>,
    /// The account, for the app's tokens of people who have one.
    pub account: Option<UserId>,
    /// The login, for tokens of the app: it may be ended while its sockets are open.
    pub session: Option<SessionId>,
    /// The rules of a stored room's call at this moment.
    pub policy: Option<RoomPolicy>,
}

/// Why somebody may not enter. The text is for the client.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such room: 404.
    #[error("requested room does not exist")]
    NoSuchRoom,
    /// Not this person, or not any more: 403.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The server could not look it up: 503.
    #[error("the server cannot check this at the moment")]
    Unavailable,
}

impl Refusal {
    /// Nobody new comes in; who is in stays.
    pub const LOCKED: Self = Self::Forbidden("the room is locked");

    /// The HTTP status with which the WebSocket's request is refused.
    pub fn status(&self) -> axum::http::StatusCode {
        match self {
            Self::NoSuchRoom => axum::http::StatusCode::NOT_FOUND,
            Self::Forbidden(_) => axum::http::StatusCode::FORBIDDEN,
            Self::Unavailable => axum::http::StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::warn!(%error, "a room could not be looked up");
        Self::Unavailable
    }
}

/// The identity of somebody's device in a call: `<account or guest>:<device>`, so that two tabs do not put each other out.
pub fn identity(who: &Person, device: &str) -> String {
    format!("{who}:{device}")
}

/// Who stands in an identity that the app made.
pub fn person_of(identity: &str) -> Option<Person> {
    let who = identity.split_once(':')?.0;
    GuestId::parse(who).map(Person::Guest).or_else(|| who.parse().ok().map(|id| Person::Account(UserId(id))))
}

/// See the module.
#[derive(Clone)]
pub struct RoomAccess {
    store: Arc<dyn Store>,
    unlisted_rooms: bool,
}

/// The claim of our own tokens that names the login, beyond LiveKit's.
const SESSION_CLAIM: &str = "rotundaSession";

/// It, when a token is read.
#[derive(Deserialize)]
struct OwnClaims {
    #[serde(rename = "rotundaSession")]
    session: Option<String>,
}

impl RoomAccess {
    /// Reads `store`; `unlisted_rooms` lets operators' tokens make rooms in memory.
    pub fn new(store: Arc<dyn Store>, unlisted_rooms: bool) -> Self {
        Self { store, unlisted_rooms }
    }

    /// Whether this token's bearer may enter now. Asked at every WebSocket connect, reconnects included.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn check(&self, entry: Entry<'_>) -> Result<Admitted, Refusal> {
        match entry.key {
            KeyKind::App => self.check_app(entry).await,
            KeyKind::Operator => self.check_operator(entry).await,
        }
    }

    /// The app's tokens enter stored rooms only, under their room's present name, for an account or a guest and a login that are.
    async fn check_app(&self, entry: Entry<'_>) -> Result<Admitted, Refusal> {
        const GONE: Refusal = Refusal::Forbidden("this login has ended");
        let who = person_of(entry.identity).ok_or(GONE)?;
        let key = named(entry.room).ok_or(Refusal::NoSuchRoom)?;
        let session = session_of(entry.token).ok_or(GONE)?;
        let now = Millis::now();
        let guest = match &who {
            Person::Account(account) if self.store.live_session(&session, now).await? == Some(*account) => None,
            Person::Account(_) => return Err(GONE),
            Person::Guest(id) => {
                let guest = self.store.live_guest(&session, now).await?.filter(|guest| guest.id == *id);
                Some(guest.ok_or(GONE)?)
            }
        };
        let room = self.store.room(&key).await?.ok_or(Refusal::NoSuchRoom)?;
        let visitor = guest.as_ref().map_or_else(|| Visitor::from(who.account()), Visitor::Guest);
        let (decision, _) = decide_entry(&*self.store, visitor, &room, &key).await?;
        match decision {
            Decision::Allowed => {
                let policy = Some(with_cohosts(&*self.store, &room).await?);
                Ok(Admitted { stored: Some(room.id), account: who.account(), session: Some(session), policy })
            }
            Decision::Hidden => Err(Refusal::NoSuchRoom),
            Decision::Locked => Err(Refusal::LOCKED),
            Decision::Banned => Err(Refusal::Forbidden("you are banned from this room")),
            Decision::InvitationNeeded => Err(Refusal::Forbidden("this room is entered by an invitation")),
            Decision::Waiting => Err(Refusal::Forbidden("a host of this room lets people in")),
            Decision::NoGuests => Err(Refusal::Forbidden("this room is for people with an account")),
            Decision::LoginFirst | Decision::NotTheOwner | Decision::NotAHost => {
                Err(Refusal::Forbidden("you may not enter this room"))
            }
        }
    }

    /// An operator's key opens every stored room, locked or not, and others in memory where that is allowed. A name in the form of a
    /// stored room's never becomes a room in memory: it would stand in the place of a stored one.
    async fn check_operator(&self, entry: Entry<'_>) -> Result<Admitted, Refusal> {
        let Some(key) = named(entry.room) else {
            let admitted = Admitted { stored: None, account: None, session: None, policy: None };
            return if self.unlisted_rooms { Ok(admitted) } else { Err(Refusal::NoSuchRoom) };
        };
        let room = self.store.room(&key).await?.ok_or(Refusal::NoSuchRoom)?;
        let policy = Some(with_cohosts(&*self.store, &room).await?);
        Ok(Admitted { stored: Some(room.id), account: None, session: None, policy })
    }
}

/// A room's name on the wire is its `roomId`; a bare number is not one.
fn named(room: &str) -> Option<RoomKey> {
    RoomKey::parse(room).filter(|key| !matches!(key, RoomKey::Number(_)))
}

/// The login in a token of ours whose signature has been verified.
fn session_of(token: &str) -> Option<SessionId> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    serde_json::from_slice::<OwnClaims>(&payload).ok()?.session.map(SessionId)
}

/// A token with which somebody enters `room` on `device`, or `None` without a key of our own.
pub fn mint(keys: &ApiKeys, login: &Login, device: &str, room: &str, now: Millis) -> Option<String> {
    let who = login.person();
    let guest = who.account().is_none().then(|| (GUEST_ATTRIBUTE.to_owned(), "1".to_owned()));
    let seconds = u64::try_from(now.seconds()).ok()?;
    let claims = Claims {
        sub: identity(&who, device),
        name: login.name().to_owned(),
        attributes: guest.into_iter().collect(),
        nbf: Some(seconds),
        exp: seconds.saturating_add(ROOM_TOKEN_LIFETIME.as_secs()),
        video: Some(VideoGrants {
            room: room.to_owned(),
            room_join: true,
            can_publish: Some(true),
            can_subscribe: Some(true),
            can_publish_data: Some(true),
            // Raised hands are attributes of one's own participant.
            can_update_own_metadata: Some(true),
            ..VideoGrants::default()
        }),
        // Refreshed tokens carry these on.
        other: [
            ("jti".to_owned(), super::random_hex::<16>().into()),
            (SESSION_CLAIM.to_owned(), login.session().0.clone().into()),
        ]
        .into_iter()
        .collect(),
        ..Claims::default()
    };
    let key = SigningKey { key: APP_KEY.into(), secret: keys.secret(APP_KEY)?.into() };
    Some(token::mint(claims, &key))
}
