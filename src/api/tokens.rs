//! Logging in and out, and the tokens in between. Our page keeps its refresh token in a cookie that scripts cannot read;
//! other clients get it in the body, and no cookie.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::body::{Fields, Text};
use super::client::{ClientAddress, ClientName, GUEST_COOKIE, Keeping, REFRESH_COOKIE};
use super::{Api, ApiError, Shared};
use crate::auth::password::MAX_CHARS;
use crate::auth::refresh::{self, GUEST_LIFETIME, RefreshToken, TOKEN_LIFETIME};
use crate::auth::throttle::{Costly, network};
use crate::auth::{Account, GuestLogin};
use crate::store::{Millis, Person, Room, Rotated, StoreError, email_key};

/// The longest token that a field takes.
const MAX_TOKEN: usize = 4096;

/// A pair of fresh tokens.
pub(super) struct Grant {
    pub(super) access: String,
    pub(super) refresh: RefreshToken,
}

/// Where a browser keeps a refresh token.
pub(super) struct Jar {
    name: &'static str,
    path: String,
    /// In seconds.
    age: u64,
}

impl Jar {
    /// Of an account.
    pub(super) fn account() -> Self {
        Self { name: REFRESH_COOKIE, path: "/api/".to_owned(), age: TOKEN_LIFETIME.as_secs() }
    }

    /// Of a guest of this room, under the name by which pages know it.
    pub(super) fn guest(room: &Room) -> Self {
        let path = format!("/api/rooms/{}/guest/", room.room_id());
        Self { name: GUEST_COOKIE, path, age: GUEST_LIFETIME.as_secs() }
    }

    fn holding(&self, api: &Api, token: &str) -> Result<HeaderValue, ApiError> {
        cookie(api, self.name, token, &self.path, self.age)
    }

    pub(super) fn emptied(&self, api: &Api) -> Result<HeaderValue, ApiError> {
        cookie(api, self.name, "", &self.path, 0)
    }
}

/// The answer that hands out `grant`: the refresh token in the cookie or in the body, never in both. `wrap` puts the tokens
/// where the route has them.
pub(super) fn answer_with(
    api: &Api,
    keeping: &Keeping,
    jar: &Jar,
    status: StatusCode,
    grant: Grant,
    wrap: impl FnOnce(Value) -> Value,
) -> Result<Response, ApiError> {
    match keeping {
        Keeping::Body => {
            let tokens = json!({ "access": grant.access, "refresh": grant.refresh.reveal() });
            Ok((status, Json(wrap(tokens))).into_response())
        }
        Keeping::Cookie(_) => {
            let mut response = (status, Json(wrap(json!({ "access": grant.access })))).into_response();
            response.headers_mut().append(header::SET_COOKIE, jar.holding(api, grant.refresh.reveal())?);
            Ok(response)
        }
    }
}

pub(super) fn cookie(api: &Api, name: &str, value: &str, path: &str, max_age: u64) -> Result<HeaderValue, ApiError> {
    let secure = if api.public_url.is_secure() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}");
    HeaderValue::try_from(text).map_err(|_| ApiError::Broken)
}

const WRONG_LOGIN: ApiError = ApiError::Unauthorized("The email address or the password is wrong.");

/// `POST /api/token/`
pub async fn login(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    keeping: Keeping,
    ClientName(client): ClientName,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    let email = fields.required("email", Text::line(254));
    let password = fields.required("password", Text { trim: false, ..Text::line(MAX_CHARS) });
    let (Some(email), Some(password)) = (email, password) else { return Err(fields.into_error()) };

    let name = email_key(&email);
    api.throttle.login_begins(&name, from, Instant::now()).map_err(ApiError::Throttled)?;
    let undecided = |error: ApiError| {
        api.throttle.login_undecided(&name, from);
        error
    };
    let user = api.store.user_by_email(&email).await.map_err(|error| undecided(error.into()))?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let right = api.passwords.verify(password, hash).await.map_err(|error| undecided(error.into()))?;
    let Some(user) = user.filter(|_| right) else {
        tracing::info!("a login failed");
        return Err(WRONG_LOGIN);
    };
    api.throttle.login_succeeded(&name, from);
    // Whoever does not know the password does not learn of this either.
    if user.disabled {
        return Err(ApiError::AccountDisabled);
    }

    let now = Millis::now();
    let token = RefreshToken::draw();
    let session = refresh::new_session(&token, client, now);
    let account = Account::of(&user, session.id.clone());
    api.store.create_session(user.id, &user.password_hash, session).await.map_err(|error| match error {
        // The password has been changed, or the account has gone, while we looked.
        StoreError::NoSuchUser => WRONG_LOGIN,
        other => other.into(),
    })?;
    let access = api.access.mint(&account, now).ok_or(ApiError::Broken)?;
    let grant = Grant { access, refresh: token };
    answer_with(&api, &keeping, &Jar::account(), StatusCode::OK, grant, |tokens| tokens)
}

/// `POST /api/token/refresh/`
pub async fn refresh(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    keeping: Keeping,
    fields: Fields,
) -> Result<Response, ApiError> {
    api.throttle.take(Costly::Refresh, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    trade(&api, &keeping, &Jar::account(), fields).await
}

/// Trades in a refresh token. One that is not valid is taken out of its jar, since the browser would send it at every start.
pub(super) async fn trade(api: &Arc<Api>, keeping: &Keeping, jar: &Jar, fields: Fields) -> Result<Response, ApiError> {
    let answer = rotate(api, keeping, jar, fields).await;
    match (&answer, keeping) {
        (Err(ApiError::TokenNotValid), Keeping::Cookie(Some(_))) => {
            let mut response = ApiError::TokenNotValid.into_response();
            response.headers_mut().append(header::SET_COOKIE, jar.emptied(api)?);
            Ok(response)
        }
        _ => answer,
    }
}

async fn rotate(api: &Arc<Api>, keeping: &Keeping, jar: &Jar, fields: Fields) -> Result<Response, ApiError> {
    let presented = token_of(keeping, fields)?;
    let spent = refresh::presented(&presented).ok_or(ApiError::TokenNotValid)?;
    let now = Millis::now();
    let successor = RefreshToken::draw();
    let (session, who) = match api.store.rotate(refresh::rotation(spent, &successor, now)).await? {
        Rotated::Fresh { session, who } => (session, who),
        Rotated::Refused => return Err(ApiError::TokenNotValid),
        Rotated::Reused { session, who } => {
            tracing::warn!(%who, "a spent refresh token was used again; its login has been ended");
            api.calls.disconnect_session(&session);
            api.events.end_session(&session);
            return Err(ApiError::TokenNotValid);
        }
    };
    let access = match who {
        Person::Account(user) => {
            let user = api.store.user(user).await?.ok_or(ApiError::TokenNotValid)?;
            api.access.mint(&Account::of(&user, session), now)
        }
        Person::Guest(_) => {
            let guest = api.store.live_guest(&session, now).await?.ok_or(ApiError::TokenNotValid)?;
            api.access.mint_guest(&GuestLogin { id: guest.id, room: guest.room, name: guest.name, session }, now)
        }
    };
    let access = access.ok_or(ApiError::Broken)?;
    let grant = Grant { access, refresh: successor };
    answer_with(api, keeping, jar, StatusCode::OK, grant, |tokens| tokens)
}

fn token_of(keeping: &Keeping, mut fields: Fields) -> Result<String, ApiError> {
    match keeping {
        Keeping::Cookie(token) => token.clone().ok_or(ApiError::TokenNotValid),
        Keeping::Body => match fields.required("refresh", Text::line(MAX_TOKEN)) {
            Some(token) => Ok(token),
            None => Err(fields.into_error()),
        },
    }
}

/// `POST /api/token/verify/`: an access token, or a refresh token that has not been spent.
pub async fn verify(State(api): Shared, mut fields: Fields) -> Result<Json<Value>, ApiError> {
    let Some(token) = fields.required("token", Text::line(MAX_TOKEN)) else { return Err(fields.into_error()) };
    let valid = match refresh::presented(&token) {
        Some(hash) => api.store.peek_token(hash, Millis::now()).await?.is_some(),
        None => api.access.verify(&token).is_some() || api.access.verify_guest(&token).is_some(),
    };
    if valid { Ok(Json(json!({}))) } else { Err(ApiError::TokenNotValid) }
}

/// `POST /api/token/logout/`: ends the login, with every token and socket that came from it. Who is logged out already is
/// told the same.
pub async fn logout(State(api): Shared, keeping: Keeping, fields: Fields) -> Result<Response, ApiError> {
    let token = match token_of(&keeping, fields) {
        Ok(token) => Some(token),
        Err(ApiError::TokenNotValid) => None,
        Err(error) => return Err(error),
    };
    if let Some(hash) = token.as_deref().and_then(refresh::presented)
        && let Some((session, _)) = api.store.end_session(hash, Millis::now()).await?
    {
        api.calls.disconnect_session(&session);
        api.events.end_session(&session);
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if matches!(keeping, Keeping::Cookie(_)) {
        response.headers_mut().append(header::SET_COOKIE, Jar::account().emptied(&api)?);
    }
    Ok(response)
}
