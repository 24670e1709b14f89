//! Where somebody is logged in, and ending one of these logins from another.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::account::sign_out;
use super::client::LoggedIn;
use super::rooms::{PathId, time};
use super::{ApiError, Shared};
use crate::store::{LiveLogin, Millis, SessionId};

/// A login, as its owner sees it; `current` is the one that asks.
pub(super) fn view(login: &LiveLogin, current: &SessionId) -> Value {
    json!({
        "id": login.session.0,
        "createdOn": time(login.created_on),
        "usedOn": time(login.used_on),
        "client": login.client,
        "current": login.session == *current,
    })
}

/// `GET /api/user/sessions/`: the one used last first.
pub async fn list(State(api): Shared, LoggedIn(account): LoggedIn) -> Result<Json<Value>, ApiError> {
    let logins = api.store.logins(account.id, Millis::now()).await?;
    Ok(Json(logins.iter().map(|login| view(login, &account.session)).collect()))
}

/// `DELETE /api/user/sessions/{session}/`: its tokens are worth nothing any more, and its sockets close.
pub async fn end(State(api): Shared, LoggedIn(account): LoggedIn, session: PathId) -> Result<StatusCode, ApiError> {
    let Path(session) = session.map_err(|_| ApiError::NotFound)?;
    // A database takes no text with this in it.
    if session.contains('\0') {
        return Err(ApiError::NotFound);
    }
    let session = SessionId(session);
    if !api.store.end_login(account.id, &session, Millis::now()).await? {
        return Err(ApiError::NotFound);
    }
    sign_out(&api, &[session]);
    Ok(StatusCode::NO_CONTENT)
}
