//! The first administrator: whoever opens the link that the server prints at its start, while there is none.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;

use super::{About, record};
use crate::api::body::Fields;
use crate::api::client::{ClientAddress, LoggedIn};
use crate::api::password_reset::{LINK_BYTES, presented};
use crate::api::{ApiError, Shared};
use crate::auth::opaque;
use crate::auth::throttle::{Costly, network};
use crate::config::PublicUrl;
use crate::store::{Act, Millis, Store, StoreError};

/// How long the link is good.
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Makes the link, while the server has no administrator.
///
/// # Errors
/// The store's.
pub async fn make_link(store: &dyn Store, url: &PublicUrl, now: Millis) -> Result<Option<String>, StoreError> {
    let token = opaque::draw::<LINK_BYTES>();
    let made = store.create_administrator_link(opaque::hash(&token), now, now.plus(LIFETIME)).await?;
    Ok(made.then(|| format!("{}/administrator#{token}", url.origin())))
}

/// `POST /api/admin/claim/` with `{token}`: whoever asks is an administrator.
pub async fn claim(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    LoggedIn(account): LoggedIn,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    api.throttle.take(Costly::ResetLink, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let Some(hash) = presented(&mut fields)? else { return Err(fields.into_error()) };
    if !api.store.use_administrator_link(hash, account.id, Millis::now()).await? {
        return Err(ApiError::LinkNotValid);
    }
    // Not before: whoever has no link fills no log.
    record(&api, &account, Act::Grant, About { whom: Some(account.id), ..About::default() }).await?;
    Ok(StatusCode::NO_CONTENT)
}
