//! Access tokens: JWTs that live ten minutes and say who is asking. One pinned algorithm; `exp`, `iss` and `aud` required.

use std::net::IpAddr;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::store::{GuestId, Millis, Person, RoomNumber, SessionId, User, UserId};

/// How long an access token lives.
pub const LIFETIME: Duration = Duration::from_secs(600);
/// The longest token that is looked at: ours have about 500 bytes, names of 150 characters included about 1,500.
const MAX_LENGTH: usize = 4096;

const ISSUER: &str = "rotunda";
const AUDIENCE: &str = "rotunda-api";

/// The person behind a valid access token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// First and last name.
    pub full_name: String,
    /// The login that the token came from.
    pub session: SessionId,
    /// From where the request with the token came, once it came by one.
    pub from: Option<IpAddr>,
}

impl Account {
    /// Who an account's row is, in this login.
    pub fn of(user: &User, session: SessionId) -> Self {
        Self { id: user.id, full_name: user.full_name(), session, from: None }
    }
}

/// The guest behind a valid access token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuestLogin {
    /// Who.
    pub id: GuestId,
    /// The room that they may enter.
    pub room: RoomNumber,
    /// The name that they gave.
    pub name: String,
    /// Their session.
    pub session: SessionId,
}

/// Somebody who has shown a valid access token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Login {
    /// With an account.
    Account(Account),
    /// As a guest.
    Guest(GuestLogin),
}

impl Login {
    /// Who that is.
    pub fn person(&self) -> Person {
        match self {
            Self::Account(account) => Person::Account(account.id),
            Self::Guest(guest) => Person::Guest(guest.id.clone()),
        }
    }

    /// Their name.
    pub fn name(&self) -> &str {
        match self {
            Self::Account(account) => &account.full_name,
            Self::Guest(guest) => &guest.name,
        }
    }

    /// Their session.
    pub fn session(&self) -> &SessionId {
        match self {
            Self::Account(account) => &account.session,
            Self::Guest(guest) => &guest.session,
        }
    }
}

const ACCOUNT: &str = "access";
const GUEST: &str = "guest";
const TICKET: &str = "ticket";

/// How long a ticket of a waiting room is good; whom it belongs to must have a login that lives besides.
const TICKET_LIFETIME: Duration = Duration::from_secs(12 * 3600);

#[derive(Serialize, Deserialize)]
struct Claims {
    /// The account's number, or the guest's id.
    user_id: String,
    /// The room that a guest may enter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    room: Option<i64>,
    full_name: String,
    token_type: String,
    sid: String,
    jti: String,
    iat: i64,
    exp: i64,
    iss: String,
    aud: String,
}

/// Signs and verifies access tokens.
pub struct AccessTokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    /// With the key that the store keeps.
    pub fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        // The clock that signs is the clock that verifies.
        validation.leeway = 0;
        Self { signing: EncodingKey::from_secret(secret), verifying: DecodingKey::from_secret(secret), validation }
    }

    /// A token for `account`, or `None` when signing fails.
    pub fn mint(&self, account: &Account, now: Millis) -> Option<String> {
        let Account { id, full_name, session, .. } = account.clone();
        self.sign(ACCOUNT, id.to_string(), None, full_name, session, now)
    }

    /// A token for a guest, or `None` when signing fails.
    pub fn mint_guest(&self, guest: &GuestLogin, now: Millis) -> Option<String> {
        let GuestLogin { id, room, name, session } = guest.clone();
        self.sign(GUEST, id.0, Some(room.0), name, session, now)
    }

    /// A ticket with which somebody who waits for `room` listens to its events, or `None` when signing fails. It opens nothing else.
    pub fn mint_ticket(&self, login: &Login, room: RoomNumber, now: Millis) -> Option<String> {
        let (who, name) = (login.person().to_string(), login.name().to_owned());
        self.sign_for(TICKET_LIFETIME, TICKET, who, Some(room.0), name, login.session().clone(), now)
    }

    /// The room and the person of a valid ticket.
    pub fn verify_ticket(&self, ticket: &str) -> Option<(RoomNumber, Login)> {
        let claims = self.claims(ticket, TICKET)?;
        let (room, session) = (RoomNumber(claims.room?), SessionId(claims.sid));
        let login = match GuestId::parse(&claims.user_id) {
            Some(id) => Login::Guest(GuestLogin { id, room, name: claims.full_name, session }),
            None => Login::Account(Account {
                id: UserId(claims.user_id.parse().ok()?),
                full_name: claims.full_name,
                session,
                from: None,
            }),
        };
        Some((room, login))
    }

    fn sign(
        &self,
        kind: &str,
        user_id: String,
        room: Option<i64>,
        full_name: String,
        session: SessionId,
        now: Millis,
    ) -> Option<String> {
        self.sign_for(LIFETIME, kind, user_id, room, full_name, session, now)
    }

    #[allow(clippy::too_many_arguments)]
    fn sign_for(
        &self,
        lifetime: Duration,
        kind: &str,
        user_id: String,
        room: Option<i64>,
        full_name: String,
        session: SessionId,
        now: Millis,
    ) -> Option<String> {
        let claims = Claims {
            user_id,
            room,
            full_name,
            token_type: kind.to_owned(),
            sid: session.0,
            jti: super::random_hex::<16>(),
            iat: now.seconds(),
            exp: now.plus(lifetime).seconds(),
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing).ok()
    }

    /// The account of a valid token of an account.
    pub fn verify(&self, token: &str) -> Option<Account> {
        let claims = self.claims(token, ACCOUNT)?;
        let id = UserId(claims.user_id.parse().ok()?);
        Some(Account { id, full_name: claims.full_name, session: SessionId(claims.sid), from: None })
    }

    /// The guest of a valid token of a guest.
    pub fn verify_guest(&self, token: &str) -> Option<GuestLogin> {
        let claims = self.claims(token, GUEST)?;
        let (id, room) = (GuestId::parse(&claims.user_id)?, RoomNumber(claims.room?));
        Some(GuestLogin { id, room, name: claims.full_name, session: SessionId(claims.sid) })
    }

    fn claims(&self, token: &str, kind: &str) -> Option<Claims> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation).ok()?.claims;
        (claims.token_type == kind).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;

    fn account() -> Account {
        Account { id: UserId(7), full_name: "Ada Lovelace".into(), session: SessionId("s".into()), from: None }
    }

    fn forge(header: &str, edit: impl Fn(&mut serde_json::Value), secret: &[u8]) -> String {
        let now = Millis::now().seconds();
        let mut claims = serde_json::json!({
            "user_id": "7", "full_name": "A", "token_type": "access", "sid": "s", "jti": "j",
            "iat": now, "exp": now + 60, "iss": "rotunda", "aud": "rotunda-api"
        });
        edit(&mut claims);
        let message = format!("{}.{}", B64.encode(header), B64.encode(claims.to_string()));
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret);
        format!("{message}.{}", B64.encode(aws_lc_rs::hmac::sign(&key, message.as_bytes())))
    }

    const HS256: &str = r#"{"typ":"JWT","alg":"HS256"}"#;
    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

    #[test]
    fn what_it_signs_it_verifies_and_it_lives_ten_minutes_at_most() {
        let tokens = AccessTokens::new(SECRET);
        let token = tokens.mint(&account(), Millis::now()).unwrap();
        assert_eq!(tokens.verify(&token), Some(account()));
        let payload: serde_json::Value =
            serde_json::from_slice(&B64.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap();
        assert!(payload["exp"].as_i64().unwrap() - payload["iat"].as_i64().unwrap() <= 600);
        let old = tokens.mint(&account(), Millis(Millis::now().0 - 601_000)).unwrap();
        assert_eq!(tokens.verify(&old), None, "expired");
        assert_eq!(AccessTokens::new(b"another secret of the same sort!").verify(&token), None);
    }

    #[test]
    fn every_kind_of_token_is_good_for_its_own_purpose_alone() {
        let (tokens, now) = (AccessTokens::new(SECRET), Millis::now());
        let guest = GuestLogin {
            id: GuestId(format!("g{}", "0".repeat(32))),
            room: RoomNumber(3),
            name: "Gus".into(),
            session: SessionId("t".into()),
        };
        let access = tokens.mint(&account(), now).unwrap();
        let guests = tokens.mint_guest(&guest, now).unwrap();
        let (account, guest) = (Login::Account(account()), Login::Guest(guest));
        let ticket = |login: &Login| tokens.mint_ticket(login, RoomNumber(3), now).unwrap();
        for login in [&account, &guest] {
            assert_eq!(tokens.verify_ticket(&ticket(login)), Some((RoomNumber(3), login.clone())));
            assert!(tokens.verify(&ticket(login)).is_none() && tokens.verify_guest(&ticket(login)).is_none());
        }
        assert_eq!(tokens.verify_guest(&guests).map(Login::Guest), Some(guest));
        assert!(tokens.verify(&guests).is_none() && tokens.verify_guest(&access).is_none());
        assert!(tokens.verify_ticket(&access).is_none() && tokens.verify_ticket(&guests).is_none());
    }

    #[test]
    fn forgeries_and_missing_claims_are_refused() {
        let tokens = AccessTokens::new(SECRET);
        assert!(tokens.verify(&forge(HS256, |_| {}, SECRET)).is_some(), "the forge itself works");
        for claim in ["exp", "iss", "aud", "user_id", "token_type", "sid"] {
            let without = forge(HS256, |claims| drop(claims.as_object_mut().unwrap().remove(claim)), SECRET);
            assert!(tokens.verify(&without).is_none(), "without {claim}");
        }
        for (claim, value) in [("iss", "devkey"), ("aud", "other"), ("token_type", "refresh"), ("user_id", "x")] {
            assert!(tokens.verify(&forge(HS256, |claims| claims[claim] = value.into(), SECRET)).is_none(), "{claim}");
        }
        for header in [
            r#"{"typ":"JWT","alg":"none"}"#,
            r#"{"typ":"JWT","alg":"HS512"}"#,
            r#"{"typ":"JWT","alg":"RS256"}"#,
            "{}",
            "",
        ] {
            assert!(tokens.verify(&forge(header, |_| {}, SECRET)).is_none(), "{header}");
        }
        let good = forge(HS256, |_| {}, SECRET);
        let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
        for bad in ["", ".", "..", "a.b.c", unsigned.as_str(), &"x".repeat(100_000)] {
            assert!(tokens.verify(bad).is_none());
        }
    }
}
