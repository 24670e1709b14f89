//! A new password for somebody who has forgotten theirs: a link by mail, which works once and for an hour. Whether an address has an
//! account is told to nobody: both get the same answer after the same work, and the link is made and sent after it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;

use super::account::{new_password, sign_out};
use super::body::{Fields, Text, is_email};
use super::client::{ClientAddress, Reads};
use super::{Api, ApiError, Shared};
use crate::auth::opaque;
use crate::auth::throttle::{Costly, network};
use crate::config::PublicUrl;
use crate::mail::{Language, Letter, Mail, Mailer};
use crate::store::{Millis, Store, StoreError, TokenHash, User, UserId, email_key};

/// How long a link is good.
pub const LINK_LIFETIME: Duration = Duration::from_secs(3600);
/// The random bytes of a link.
pub(super) const LINK_BYTES: usize = 32;
/// The longest token of a link that is looked at; ours have 43 characters.
const MAX_LINK: usize = 128;

/// `POST /api/user/reset-link/` with `{email}`: 202, whether there is such an account or not.
pub async fn ask(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    Reads(language): Reads,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    api.throttle.take(Costly::ResetLink, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let email = fields.required("email", Text::line(254));
    if email.as_ref().is_some_and(|email| !is_email(email)) {
        fields.complain("email", "This is not a valid email address.");
    }
    let (true, Some(email)) = (fields.is_clean(), email) else { return Err(fields.into_error()) };
    // Asked first, so that a database that is away is told of.
    let user = api.store.user_by_email(&email).await?.filter(|user| !user.disabled);
    let mailer = api.mailer.clone().ok_or(ApiError::MailNotConfigured)?;
    api.throttle.take(Costly::ResetMail, email_key(&email), Instant::now()).map_err(ApiError::Throttled)?;
    if let Some(user) = user {
        tokio::spawn(send(Arc::clone(&api), mailer, user, language));
    }
    Ok(StatusCode::ACCEPTED)
}

async fn send(api: Arc<Api>, mailer: Mailer, user: User, language: Language) {
    let link = match make_link(&*api.store, &api.public_url, user.id, Millis::now()).await {
        Ok(link) => link,
        Err(error) => return tracing::warn!(%error, "a link to a new password could not be made"),
    };
    let (subject, text) = Letter::Reset { link: &link }.write(language, &user.first_name, &api.public_url.origin());
    match mailer.send(Mail { to: user.email, subject, text }) {
        Ok(()) => tracing::info!(account = user.id.0, "a link to a new password is on its way"),
        Err(error) => tracing::warn!(%error, "a link to a new password could not be sent"),
    }
}

/// Makes a link to a new password. Its token stands behind a `#`, which no browser sends to any server.
///
/// # Errors
/// The store's; [`StoreError::NoSuchUser`] for an account that is disabled.
pub async fn make_link(store: &dyn Store, url: &PublicUrl, user: UserId, now: Millis) -> Result<String, StoreError> {
    let token = opaque::draw::<LINK_BYTES>();
    store.create_reset_link(user, opaque::hash(&token), now, now.plus(LINK_LIFETIME)).await?;
    Ok(format!("{}/reset#{token}", url.origin()))
}

/// The token of a link, if the form has one that could be ours.
pub(super) fn presented(fields: &mut Fields) -> Result<Option<TokenHash>, ApiError> {
    match fields.required("token", Text::line(MAX_LINK)) {
        Some(token) => opaque::presented::<LINK_BYTES>(&token).map(Some).ok_or(ApiError::LinkNotValid),
        None => Ok(None),
    }
}

/// `POST /api/user/reset/` with `{token, password}`: the account has this password, and every login of it has ended. A link that is not
/// good is told before a password that is not.
pub async fn reset(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    api.throttle.take(Costly::ResetLink, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let Some(hash) = presented(&mut fields)? else { return Err(fields.into_error()) };
    let user = api.store.reset_link(hash, Millis::now()).await?.ok_or(ApiError::LinkNotValid)?;
    let password = new_password(&api, &mut fields, "password", &user).await?;
    let (true, Some(password)) = (fields.is_clean(), password) else { return Err(fields.into_error()) };
    let password_hash = api.passwords.hash(password).await?;
    let done = api.store.use_reset_link(hash, &password_hash, Millis::now()).await?.ok_or(ApiError::LinkNotValid)?;
    tracing::info!(account = done.user.id.0, ended = done.ended.len(), "a new password was set by a link");
    sign_out(&api, &done.ended);
    Ok(StatusCode::NO_CONTENT)
}
