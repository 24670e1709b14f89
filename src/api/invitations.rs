//! Links that let people into a room: its hosts make, list and revoke them, and people come in by them. A link's token is shown once,
//! when it is made; afterwards there is its hash.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::Fields;
use super::client::Viewer;
use super::moderation::{acting_host, host, record};
use super::rooms::{PathId, time};
use super::{Api, ApiError, Shared};
use crate::auth::{Login, opaque};
use crate::store::{Act, Invitation, InvitationId, MAX_USES, Millis, NewInvitation, Room, TokenHash};

/// The longest invitation in characters that is looked at; ours have 22.
pub(super) const MAX_INVITATION: usize = 64;
/// The random bytes of an invitation.
const BYTES: usize = 16;

pub(super) fn view(invitation: &Invitation) -> Value {
    json!({
        "id": invitation.id.0,
        "expiresOn": invitation.expires_on.map(time),
        "uses": invitation.uses,
        "used": invitation.used,
        "createdOn": time(invitation.created_on),
    })
}

/// `GET /api/rooms/{id}/invitations/`, for hosts; those that are good for nothing any more are listed too.
pub async fn list(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    Ok(Json(api.store.invitations(room.id).await?.iter().map(view).collect()))
}

/// `POST /api/rooms/{id}/invitations/` with `{expiresOn, uses}`, both optional and null for "no end".
pub async fn create(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    let now = Millis::now();
    let expires_on = fields.optional_time("expiresOn").flatten();
    if expires_on.is_some_and(|at| at <= now) {
        fields.complain("expiresOn", "This time has passed.");
    }
    fields.null_is_absent("uses");
    let uses = fields.optional_number("uses", 1..=MAX_USES);
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    let limits = [expires_on.map(|at| format!("until={}", time(at))), uses.map(|uses| format!("uses={uses}"))];
    record(&api, &account, &room, Act::Invite, limits.into_iter().flatten().collect::<Vec<_>>().join(" ")).await?;
    let token = opaque::draw::<BYTES>();
    let new = NewInvitation { room: room.id, hash: opaque::hash(&token), now, expires_on, uses };
    let made = api.store.create_invitation(new).await?;
    let mut body = view(&made);
    if let Some(body) = body.as_object_mut() {
        let link = format!("{}/r/{}?invitation={token}", api.public_url.origin(), room.room_id());
        body.insert("token".to_owned(), token.into());
        body.insert("link".to_owned(), link.into());
    }
    Ok((StatusCode::CREATED, Json(body)))
}

/// A path that names a room and an invitation.
type RoomAndInvitation = Result<Path<(String, String)>, axum::extract::rejection::PathRejection>;

/// `DELETE /api/rooms/{id}/invitations/{invitation}/`: nobody comes in by it any more; who has come stays.
pub async fn revoke(
    State(api): Shared,
    Viewer(viewer): Viewer,
    path: RoomAndInvitation,
) -> Result<StatusCode, ApiError> {
    let Path((id, invitation)) = path.map_err(|_| ApiError::NotFound)?;
    let (account, room, _) = acting_host(&api, viewer, Ok(Path(id))).await?;
    let id = invitation.parse().map(InvitationId).map_err(|_| ApiError::NotFound)?;
    if !api.store.invitations(room.id).await?.iter().any(|invitation| invitation.id == id) {
        return Err(ApiError::NotFound);
    }
    record(&api, &account, &room, Act::Revoke, id.0.to_string()).await?;
    api.store.revoke_invitation(room.id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/rooms/{id}/invitations/`: all of them are good for nothing any more; who has come stays.
pub async fn revoke_all(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    record(&api, &account, &room, Act::Revoke, String::new()).await?;
    api.store.revoke_invitations(room.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The hash of an invitation that somebody has shown.
pub(super) fn presented(invitation: &str) -> Result<TokenHash, ApiError> {
    opaque::presented::<BYTES>(invitation).ok_or(ApiError::InvitationInvalid)
}

/// Makes an account a participant of an invite-only room by its invitation. Guests come in by theirs once, when they come.
pub(super) async fn accept(api: &Api, room: &Room, login: &Login, invitation: &str) -> Result<(), ApiError> {
    let hash = presented(invitation)?;
    let Login::Account(account) = login else { return Err(ApiError::InvitationInvalid) };
    if !api.store.accept_invitation(room.id, hash, account.id, Millis::now()).await? {
        return Err(ApiError::InvitationInvalid);
    }
    tracing::info!(room = room.id.0, account = account.id.0, "somebody came in by an invitation");
    Ok(())
}
