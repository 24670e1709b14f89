//! The invitations into all rooms.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{About, Administrator, Wanted, record};
use crate::api::rooms::{PathId, Queries};
use crate::api::{ApiError, Shared, invitations};
use crate::store::{Act, InvitationId, ListedInvitation};

fn listed(listed: &ListedInvitation) -> Value {
    let mut view = invitations::view(&listed.invitation);
    if let Some(view) = view.as_object_mut() {
        view.insert("room".to_owned(), listed.room.0.into());
        view.insert("title".to_owned(), listed.title.as_str().into());
    }
    view
}

/// `GET /api/admin/invitations/?after=&limit=`: the newest first; those that are good for nothing any more are listed too.
pub async fn list(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let mut wanted = Wanted::read(query)?;
    let before = wanted.before()?.map(InvitationId);
    let (page, more) = wanted.page(api.store.all_invitations(before, wanted.and_one()).await?);
    let next = page.last().filter(|_| more).map(|last| last.invitation.id.0.to_string());
    Ok(Json(json!({ "invitations": page.iter().map(listed).collect::<Vec<_>>(), "next": next })))
}

/// `DELETE /api/admin/invitations/{invitation}/`: nobody comes in by it any more.
pub async fn revoke(
    State(api): Shared,
    Administrator(account): Administrator,
    invitation: PathId,
) -> Result<StatusCode, ApiError> {
    let Path(invitation) = invitation.map_err(|_| ApiError::NotFound)?;
    let id = invitation.parse().map(InvitationId).map_err(|_| ApiError::NotFound)?;
    let room = api.store.room_of_invitation(id).await?.ok_or(ApiError::NotFound)?;
    record(&api, &account, Act::Revoke, About { room: Some(room), whom: None, subject: id.0.to_string() }).await?;
    api.store.revoke_invitation(room, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
