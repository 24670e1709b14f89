//! The kept chat of a room, for those who may be in its calls.

use std::time::Instant;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::client::Viewer;
use super::rooms::{PathId, Queries, find, time};
use super::{Api, ApiError, Shared};
use crate::auth::permissions::Action;
use crate::auth::throttle::Costly;
use crate::store::{Message, Room, UserId};

/// Messages in one answer where nothing is said.
const LIMIT: u16 = 50;
/// Messages in one answer at most.
const MAX_LIMIT: u16 = 100;

fn view(Message { id, kept }: &Message) -> Value {
    json!({
        "id": id,
        "user": kept.user.map(|user| user.0),
        "identity": kept.identity,
        "name": kept.name,
        "text": kept.text,
        "sentOn": time(kept.sent_on),
        "stream": kept.stream,
    })
}

/// A locked room, for somebody who was in its call already.
async fn locked_with(api: &Api, id: String, account: UserId) -> Result<Room, ApiError> {
    let (room, _) = find(api, Ok(Path(id)), Some(account), Action::See).await?;
    let inside = api.calls.is_inside(&room.room_id(), account).await;
    if inside { Ok(room) } else { Err(ApiError::RoomLocked) }
}

/// `GET /api/rooms/{id}/messages/?before=&limit=`: the newest first; none while the room does not keep its chat.
pub async fn list(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    query: Queries,
) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    let found = find(&api, Ok(Path(id.clone())), viewer.as_ref().map(|account| account.id), Action::Enter).await;
    let account = viewer.ok_or(ApiError::Unauthorized("This needs a login."));
    let (room, account) = match found {
        Ok((room, _)) => (room, account?),
        Err(ApiError::RoomLocked) => {
            let account = account?;
            (locked_with(&api, id, account.id).await?, account)
        }
        Err(error) => return Err(error),
    };
    api.throttle.take(Costly::History, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let Query(mut query) = query.map_err(|_| ApiError::Malformed("The query cannot be read."))?;
    let mut number = |name: &'static str| match query.remove(name).as_deref() {
        None | Some("") => Ok(None),
        Some(text) => match text.parse::<i64>() {
            Ok(number @ 1..) => Ok(Some(number)),
            _ => Err(ApiError::field(name, "A number from 1.")),
        },
    };
    let (before, limit) = (number("before")?, number("limit")?);
    let limit = limit.map_or(LIMIT, |limit| u16::try_from(limit).unwrap_or(MAX_LIMIT).min(MAX_LIMIT));
    if !room.keep_chat {
        return Ok(Json(json!([])));
    }
    let messages = api.store.messages(room.id, before, limit).await?;
    Ok(Json(messages.iter().map(view).collect()))
}
