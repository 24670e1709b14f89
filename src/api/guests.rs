//! Coming in without an account: a name, and an invitation where the room is for invited people. What comes of it is a session that is
//! good for this room alone.

use std::time::Instant;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::body::{Fields, Text};
use super::client::{ClientAddress, DEVICE_COOKIE, Device, GuestKeeping, Keeping};
use super::invitations::{self, MAX_INVITATION};
use super::rooms::{PathId, named};
use super::tokens::{Grant, Jar, answer_with, cookie, trade};
use super::users::MAX_NAME;
use super::{ApiError, Shared};
use crate::auth::permissions::{Action, Decision, Standing, decide};
use crate::auth::throttle::{Costly, network};
use crate::auth::{GuestLogin, opaque, refresh};
use crate::store::{GuestEntry, GuestId, Millis, NewGuest, RoomKind};

/// How long a browser keeps its device cookie, in seconds: a year.
const DEVICE_AGE: u64 = 365 * 24 * 3600;

/// `POST /api/rooms/{id}/guest/` with `{name, invitation}`
pub async fn enter(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    GuestKeeping(keeping): GuestKeeping,
    Device(known): Device,
    id: PathId,
    mut fields: Fields,
) -> Result<Response, ApiError> {
    api.throttle.take(Costly::Guest, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let name = fields.name("name", MAX_NAME);
    fields.null_is_absent("invitation");
    let invitation = fields.optional("invitation", Text::line(MAX_INVITATION));
    let (room, key) = named(&api, id).await?;
    if decide(Action::See, Standing::Nobody, &room, &key) != Decision::Allowed {
        return Err(ApiError::NotFound);
    }
    if !room.allow_guests {
        return Err(ApiError::GuestsNotAllowed);
    }
    let (true, Some(name)) = (fields.is_clean(), name) else { return Err(fields.into_error()) };
    if api.is_draining() {
        return Err(ApiError::Unavailable("The server is being restarted. Try again in a little while."));
    }
    if room.locked {
        return Err(ApiError::RoomLocked);
    }
    let invitation = match (room.kind, invitation) {
        // An open room takes them anyhow: nothing is used up.
        (RoomKind::OpenToAll, _) => None,
        (RoomKind::InviteOnly, None) => return Err(ApiError::InvitationNeeded),
        (RoomKind::InviteOnly, Some(invitation)) => Some(invitations::presented(&invitation)?),
    };

    let now = Millis::now();
    let device = opaque::draw::<32>();
    let token = refresh::RefreshToken::draw();
    let session = refresh::new_guest_session(&token, now);
    let login = GuestLogin {
        id: GuestId(format!("g{}", crate::auth::random_hex::<16>())),
        room: room.id,
        name: name.clone(),
        session: session.id.clone(),
    };
    let new = NewGuest {
        id: login.id.clone(),
        room: room.id,
        name,
        device: known.unwrap_or_else(|| opaque::hash(&device)),
        invitation,
    };
    match api.store.create_guest(new, session).await? {
        GuestEntry::Made => {}
        GuestEntry::InvitationInvalid => return Err(ApiError::InvitationInvalid),
        GuestEntry::Banned => return Err(ApiError::Banned),
    }
    tracing::info!(room = room.id.0, guest = %login.id, "a guest came");
    let access = api.access.mint_guest(&login, now).ok_or(ApiError::Broken)?;
    let grant = Grant { access, refresh: token };
    let wrap = |tokens| json!({ "tokens": tokens });
    let mut response = answer_with(&api, &keeping, &Jar::guest(&room), StatusCode::CREATED, grant, wrap)?;
    if matches!(keeping, Keeping::Cookie(_)) && known.is_none() {
        response.headers_mut().append(header::SET_COOKIE, cookie(&api, DEVICE_COOKIE, &device, "/api/", DEVICE_AGE)?);
    }
    Ok(response)
}

/// `POST /api/rooms/{id}/guest/refresh/`: trades in the refresh token of a guest of this room, which a browser keeps for each room apart.
pub async fn refresh(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    GuestKeeping(keeping): GuestKeeping,
    id: PathId,
    fields: Fields,
) -> Result<Response, ApiError> {
    api.throttle.take(Costly::Refresh, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let (room, key) = named(&api, id).await?;
    if decide(Action::See, Standing::Nobody, &room, &key) != Decision::Allowed {
        return Err(ApiError::NotFound);
    }
    trade(&api, &keeping, &Jar::guest(&room), fields).await
}
