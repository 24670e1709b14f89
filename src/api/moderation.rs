//! What the owner of a room may do in its call: mute, remove, ban, end. Each wish is written into the audit log before it is
//! carried out, so that nothing is done of which nobody can be asked; a wish that the database cannot take down is refused.

use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use rotunda_signaling::io::{Who, Whose};
use serde_json::{Value, json};

use super::body::{Fields, Text};
use super::client::Viewer;
use super::rooms::{PathId, find, time};
use super::{Api, ApiError, Shared};
use crate::auth::access::Account;
use crate::auth::permissions::Action;
use crate::auth::room_access::account_of;
use crate::auth::throttle::Costly;
use crate::store::{Act, Millis, NewAuditEntry, Room, UserId};

/// The longest identity in characters.
const MAX_IDENTITY: usize = 256;

/// Writes down what `account` asks for.
pub(super) async fn record(
    api: &Api,
    account: &Account,
    room: &Room,
    act: Act,
    subject: String,
) -> Result<(), ApiError> {
    let entry = NewAuditEntry { at: Millis::now(), actor: account.id, room: room.id, act, subject };
    tracing::info!(room = room.id.0, actor = account.id.0, act = act.code(), "a room's host acts");
    Ok(api.store.record(entry).await?)
}

/// The room and its owner, if it is the owner who asks.
async fn host(api: &Api, viewer: Option<Account>, id: PathId) -> Result<(Account, Room), ApiError> {
    let (_, room) = find(api, id, viewer.as_ref().map(|account| account.id), Action::Moderate).await?;
    let account = viewer.ok_or(ApiError::Broken)?;
    Ok((account, room))
}

/// [`host`], for what costs a write; the login must live still, since an access token may be ten minutes old.
async fn acting_host(api: &Api, viewer: Option<Account>, id: PathId) -> Result<(Account, Room), ApiError> {
    let (account, room) = host(api, viewer, id).await?;
    api.throttle.take(Costly::Room, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    if api.store.live_session(&account.session, Millis::now()).await? != Some(account.id) {
        return Err(ApiError::TokenNotValid);
    }
    Ok((account, room))
}

/// `POST /api/rooms/{id}/mute/` with `{identity}`, or with `{everyone: true}` for everyone but the host.
pub async fn mute(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room) = acting_host(&api, viewer, id).await?;
    let everyone = fields.flag("everyone").unwrap_or(false);
    let rule = Text::line(MAX_IDENTITY);
    let identity = if everyone { fields.optional("identity", rule) } else { fields.required("identity", rule) };
    if everyone && identity.is_some() {
        fields.complain("identity", "Either one person or everyone.");
    }
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    record(&api, &account, &room, Act::Mute, identity.clone().unwrap_or_default()).await?;
    let whose = identity.map_or_else(|| Whose::EveryoneBut(account.id.to_string()), Whose::Identity);
    api.calls.mute(&room.room_id(), whose);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/remove/` with `{identity}`: the person goes with all their devices, and may come again.
pub async fn remove(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room) = acting_host(&api, viewer, id).await?;
    let Some(identity) = fields.required("identity", Text::line(MAX_IDENTITY)) else {
        return Err(fields.into_error());
    };
    let person = account_of(&identity);
    if person == Some(room.owner) {
        return Err(ApiError::field("identity", "The owner of the room cannot be removed."));
    }
    record(&api, &account, &room, Act::Remove, identity.clone()).await?;
    let who = person.map_or(Who::Identity(identity), |person| Who::Account(person.to_string()));
    api.calls.remove(&room.room_id(), who);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/end/`: the call is over for everyone; the room stays.
pub async fn end(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<StatusCode, ApiError> {
    let (account, room) = acting_host(&api, viewer, id).await?;
    record(&api, &account, &room, Act::End, String::new()).await?;
    api.calls.close_room(&room.room_id());
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/rooms/{id}/bans/`
pub async fn bans(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    let bans = api.store.bans(room.id).await?;
    let view =
        |ban: &crate::store::Ban| json!({ "user": ban.user.0, "name": ban.name, "bannedOn": time(ban.created_on) });
    Ok(Json(bans.iter().map(view).collect()))
}

/// `POST /api/rooms/{id}/bans/` with `{user}`: the account is put out of the call, and kept out of the room.
pub async fn ban(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (account, room) = acting_host(&api, viewer, id).await?;
    let Some(user) = fields.number("user").map(UserId) else { return Err(fields.into_error()) };
    if user == room.owner {
        return Err(ApiError::field("user", "The owner of the room cannot be banned."));
    }
    let Some(banned) = api.store.user(user).await? else {
        return Err(ApiError::field("user", "There is no such account."));
    };
    record(&api, &account, &room, Act::Ban, user.to_string()).await?;
    let now = Millis::now();
    api.store.ban(room.id, user, now).await?;
    // Only now: whoever was put out before the ban is stored could come back in between.
    api.calls.remove(&room.room_id(), Who::Account(user.to_string()));
    let body = json!({ "user": user.0, "name": banned.full_name(), "bannedOn": time(now) });
    Ok((StatusCode::CREATED, Json(body)))
}

/// A path that names a room and an account.
type RoomAndUser = Result<Path<(String, String)>, axum::extract::rejection::PathRejection>;

/// `DELETE /api/rooms/{id}/bans/{user}/`
pub async fn unban(State(api): Shared, Viewer(viewer): Viewer, path: RoomAndUser) -> Result<StatusCode, ApiError> {
    let Path((id, user)) = path.map_err(|_| ApiError::NotFound)?;
    let (account, room) = acting_host(&api, viewer, Ok(Path(id))).await?;
    let user = user.parse().map(UserId).map_err(|_| ApiError::NotFound)?;
    if !api.store.is_banned(room.id, user).await? {
        return Err(ApiError::NotFound);
    }
    record(&api, &account, &room, Act::Unban, user.to_string()).await?;
    api.store.unban(room.id, user).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/rooms/{id}/audit/`: the newest entries about the room, for its owner.
pub async fn audit(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    let entries = api.store.audit(room.id).await?;
    let view = |entry: &crate::store::AuditEntry| json!({ "at": time(entry.at), "user": entry.actor.0, "act": entry.act, "subject": entry.subject });
    Ok(Json(entries.iter().map(view).collect()))
}
