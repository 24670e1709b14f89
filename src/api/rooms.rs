//! Stored rooms: the list, one room, and entering it.

use std::collections::HashMap;
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Fields, Text};
use super::client::{Caller, LoggedIn, Viewer};
use super::invitations::{self, MAX_INVITATION};
use super::knocks;
use super::moderation::{record, tell_policy};
use super::{Api, ApiError, Shared, settings};
use crate::auth::permissions::{Action, Decision, Standing, Visitor, decide, decide_entry, standing};
use crate::auth::room_access::{self, MAX_DEVICE};
use crate::auth::throttle::Costly;
use crate::store::{
    Act, Millis, NewRoom, Room, RoomEdit, RoomKey, RoomKind, RoomNumber, RoomQuery, StoredRole, UserId,
};

/// The longest title in characters.
const MAX_TITLE: usize = 200;
/// The longest description in characters.
const MAX_DESCRIPTION: usize = 2000;
/// Rooms in one list, at most and by default.
const MAX_LIST: u16 = 200;

pub(super) const TITLE: Text = Text::line(MAX_TITLE);
pub(super) const DESCRIPTION: Text = Text { max: MAX_DESCRIPTION, blank: true, lines: true, trim: true };

pub(super) type PathId = Result<Path<String>, axum::extract::rejection::PathRejection>;
pub(super) type Queries = Result<Query<HashMap<String, String>>, axum::extract::rejection::QueryRejection>;

/// A time as the API writes it: RFC 3339 in UTC, to the millisecond.
pub(crate) fn time(at: Millis) -> String {
    chrono::DateTime::from_timestamp_millis(at.0)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

/// A room as the API shows it to somebody of this standing.
pub(super) fn view(room: &Room, standing: Standing) -> Value {
    json!({
        "id": room.id.0,
        "user": room.owner.0,
        "title": room.title,
        "description": room.description,
        "typeOf": room.kind.code(),
        "createdOn": time(room.created_on),
        "roomId": room.room_id(),
        "locked": room.locked,
        "version": room.version,
        "allowGuests": room.allow_guests,
        "waitingRoom": room.waiting_room,
        "peopleLimit": room.people_limit,
        "scheduledOn": room.scheduled_on.map(time),
        "keepChat": room.keep_chat,
        "chatDisabled": room.chat_disabled,
        "shareDisabled": room.share_disabled,
        "unmuteDisabled": room.unmute_disabled,
        "role": standing.role(),
    })
}

/// `GET /api/rooms/?search=&limit=&before=`
pub async fn list(State(api): Shared, Viewer(viewer): Viewer, query: Queries) -> Result<Json<Value>, ApiError> {
    let Query(mut query) = query.map_err(|_| ApiError::Malformed("The query cannot be read."))?;
    let search = query.remove("search").unwrap_or_default();
    if search.chars().count() > MAX_TITLE || search.contains('\0') {
        return Err(ApiError::field("search", format!("At most {MAX_TITLE} characters of text.")));
    }
    let limit = match query.remove("limit").as_deref() {
        None | Some("") => MAX_LIST,
        Some(text) => match text.parse::<u64>() {
            Ok(limit @ 1..) => u16::try_from(limit).unwrap_or(MAX_LIST).min(MAX_LIST),
            _ => return Err(ApiError::field("limit", format!("A number from 1 to {MAX_LIST}."))),
        },
    };
    let before = match query.remove("before").as_deref() {
        None | Some("") => None,
        Some(text) => match RoomKey::parse(text) {
            Some(RoomKey::Number(number)) => Some(number),
            _ => return Err(ApiError::field("before", "The id of a room.")),
        },
    };
    let search = search.trim().to_owned();
    let rooms = api.store.rooms(&RoomQuery { search, viewer: viewer.as_ref().map(|a| a.id), before, limit }).await?;
    let roles = roles_in(&api, viewer.as_ref().map(|a| a.id), &rooms).await?;
    let standing = |room: &Room| Standing::of(viewer.as_ref().map(|a| a.id), room, roles.get(&room.id).copied());
    Ok(Json(rooms.iter().map(|room| view(room, standing(room))).collect()))
}

/// The roles of `viewer` in some rooms, in one question.
async fn roles_in(
    api: &Api,
    viewer: Option<UserId>,
    rooms: &[Room],
) -> Result<HashMap<RoomNumber, StoredRole>, ApiError> {
    let numbers = || rooms.iter().map(|room| room.id);
    let (Some(viewer), Some(from), Some(to)) = (viewer, numbers().min(), numbers().max()) else {
        return Ok(HashMap::new());
    };
    Ok(api.store.roles_of(viewer, from, to).await?.into_iter().collect())
}

/// `POST /api/rooms/`
pub async fn create(
    State(api): Shared,
    LoggedIn(account): LoggedIn,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    api.throttle.take(Costly::Room, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let title = fields.required("title", TITLE);
    let description = fields.optional("description", DESCRIPTION).unwrap_or_default();
    let kind = kind(&mut fields).unwrap_or(RoomKind::OpenToAll);
    let allow_guests = fields.flag("allowGuests").unwrap_or(false);
    let waiting_room = fields.flag("waitingRoom").unwrap_or(false);
    let scheduled_on = fields.optional_time("scheduledOn").flatten();
    let (true, Some(title)) = (fields.is_clean(), title) else { return Err(fields.into_error()) };
    let new = NewRoom {
        owner: account.id,
        title,
        description,
        kind,
        secret: crate::auth::random_hex::<16>(),
        allow_guests,
        waiting_room,
        scheduled_on,
        now: Millis::now(),
    };
    let room = api.store.create_room(new).await?;
    Ok((StatusCode::CREATED, Json(view(&room, Standing::Owner))))
}

pub(super) fn kind(fields: &mut Fields) -> Option<RoomKind> {
    let code = fields.optional("typeOf", Text::line(16))?;
    let kind = RoomKind::from_code(&code);
    if kind.is_none() {
        fields.complain("typeOf", "The type is OTA (open to all) or IO (invite only).");
    }
    kind
}

/// The room that a path names and what `viewer` is to it, if they may do `action` with it. That a hidden room exists is not to be
/// seen.
pub(super) async fn find(
    api: &Api,
    id: PathId,
    visitor: impl Into<Visitor<'_>>,
    action: Action,
) -> Result<(Room, Standing), ApiError> {
    let visitor = visitor.into();
    let (room, key) = named(api, id).await?;
    let (decision, standing) = match action {
        Action::Enter => decide_entry(&*api.store, visitor, &room, &key).await?,
        Action::See | Action::Edit | Action::Delete | Action::Moderate => {
            let standing = standing(&*api.store, visitor, &room).await?;
            (decide(action, standing, &room, &key), standing)
        }
    };
    allowed(decision)?;
    Ok((room, standing))
}

/// The room that a path names, whoever asks.
pub(super) async fn named(api: &Api, id: PathId) -> Result<(Room, RoomKey), ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    let key = RoomKey::parse(&id).ok_or(ApiError::NotFound)?;
    let room = api.store.room(&key).await?.ok_or(ApiError::NotFound)?;
    Ok((room, key))
}

/// The answer to somebody who may not.
pub(super) fn allowed(decision: Decision) -> Result<(), ApiError> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Hidden => Err(ApiError::NotFound),
        Decision::LoginFirst => Err(ApiError::Unauthorized("This needs a login.")),
        Decision::NotTheOwner => Err(NOT_THE_OWNER),
        Decision::NotAHost => Err(ApiError::Forbidden("Only the hosts of a room may do this.")),
        Decision::Locked => Err(ApiError::RoomLocked),
        Decision::Banned => Err(ApiError::Banned),
        Decision::InvitationNeeded => Err(ApiError::InvitationNeeded),
        Decision::NoGuests => Err(ApiError::GuestsNotAllowed),
        Decision::Waiting => Err(ApiError::Forbidden("A host of this room has not let you in yet.")),
    }
}

const NOT_THE_OWNER: ApiError = ApiError::Forbidden("Only the owner of a room may do this.");

/// `GET /api/rooms/{id}/`
pub async fn read(State(api): Shared, caller: Caller, id: PathId) -> Result<Json<Value>, ApiError> {
    let (room, standing) = find(&api, id, caller.visitor(), Action::See).await?;
    Ok(Json(view(&room, standing)))
}

/// `PUT /api/rooms/{id}/`
pub async fn replace(
    state: Shared,
    account: LoggedIn,
    id: PathId,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let title = fields.required("title", TITLE);
    change(state, account, id, title, fields).await
}

/// `PATCH /api/rooms/{id}/`
pub async fn edit(state: Shared, account: LoggedIn, id: PathId, mut fields: Fields) -> Result<Json<Value>, ApiError> {
    let title = fields.optional("title", TITLE);
    change(state, account, id, title, fields).await
}

async fn change(
    State(api): Shared,
    LoggedIn(account): LoggedIn,
    id: PathId,
    title: Option<String>,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    api.throttle.take(Costly::Room, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let (before, standing) = find(&api, id, Some(account.id), Action::Moderate).await?;
    let edit = settings::read(title, &mut fields);
    settings::check_limit(&*api.store, &edit, &before, &mut fields).await?;
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    if settings::are_the_owners(&edit) && standing != Standing::Owner {
        return Err(NOT_THE_OWNER);
    }
    // The store looks again, in its transaction; this keeps what is refused anyway out of the log.
    if edit.version.is_some_and(|version| !before.is_settled_since(version)) {
        return Err(ApiError::VersionConflict);
    }
    if let Some(locked) = edit.locked {
        let act = if locked { Act::Lock } else { Act::Unlock };
        record(&api, &account, &before, act, String::new()).await?;
    }
    let changes = settings::describe(&edit, &before);
    if !changes.is_empty() {
        record(&api, &account, &before, Act::Settings, changes).await?;
    }
    let after = carry_out(&api, &before, account.id, edit).await?;
    Ok(Json(view(&after, standing)))
}

/// Changes a room as one of its hosts, and tells its call.
pub(super) async fn carry_out(api: &Api, before: &Room, host: UserId, edit: RoomEdit) -> Result<Room, ApiError> {
    if edit.waiting_room == Some(true) && !before.waiting_room {
        knocks::admit_those_inside(api, before).await?;
    }
    let after = api.store.update_room(before.id, host, edit).await?.ok_or(ApiError::NotFound)?;
    if before.room_id() != after.room_id() {
        api.calls.end_call(&before.room_id());
    } else if before.version != after.version {
        tell_policy(api, after.id).await;
    }
    Ok(after)
}

/// `DELETE /api/rooms/{id}/`
pub async fn delete(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<StatusCode, ApiError> {
    let viewer = viewer.map(|account| account.id);
    let (room, _) = find(&api, id, viewer, Action::Delete).await?;
    let owner = viewer.ok_or(ApiError::Broken)?;
    let gone = api.store.delete_room(RoomNumber(room.id.0), owner).await?.ok_or(ApiError::NotFound)?;
    api.calls.close_room(&gone.room_id());
    api.events.end_room(gone.id);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/join/`; an `invitation` lets an account into an invite-only room, for good.
pub async fn join(State(api): Shared, caller: Caller, id: PathId, mut fields: Fields) -> Result<Json<Value>, ApiError> {
    let device = fields.optional("deviceId", Text::line(MAX_DEVICE));
    let device_ok = |device: &str| device.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if device.as_deref().is_some_and(|device| !device_ok(device)) {
        fields.complain("deviceId", "Letters, digits, - and _ only.");
    }
    fields.null_is_absent("invitation");
    let invitation = fields.optional("invitation", Text::line(MAX_INVITATION));
    let (room, key) = named(&api, id).await?;
    let (decision, standing) = decide_entry(&*api.store, caller.visitor(), &room, &key).await?;
    if !matches!(decision, Decision::InvitationNeeded | Decision::Waiting) {
        allowed(decision)?;
    }
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    let who = caller.visitor().person().ok_or(ApiError::Unauthorized("This needs a login."))?;
    api.throttle.take(Costly::Join, &who, Instant::now()).map_err(ApiError::Throttled)?;
    if api.is_draining() {
        return Err(ApiError::Unavailable("The server is being restarted. Try again in a little while."));
    }
    let login = caller.login()?;
    if decision == Decision::InvitationNeeded {
        let invitation = invitation.ok_or(ApiError::InvitationNeeded)?;
        invitations::accept(&api, &room, &login, &invitation).await?;
    }
    // Who has just become a participant waits like everyone else: a link alone does not pass the host.
    if room.waiting_room && !standing.is_host() {
        knocks::wait(&api, &room, &login).await?;
    }
    let device = device.unwrap_or_else(crate::auth::random_hex::<8>);
    let name = room.room_id();
    let identity = room_access::identity(&who, &device);
    if !api.calls.has_place(&name, &identity).await {
        return Err(ApiError::RoomFull);
    }
    let token = room_access::mint(&api.keys, &login, &device, &name, Millis::now()).ok_or(ApiError::Broken)?;
    Ok(Json(json!({
        "url": api.public_url.websocket(),
        "token": token,
        "identity": identity,
        "room": name,
    })))
}
