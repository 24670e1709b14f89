//! The kept chat of a room, for those who may be in its calls.

use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::body::page;
use super::client::Caller;
use super::rooms::{PathId, Queries, find, time};
use super::{Api, ApiError, Shared};
use crate::auth::permissions::{Action, Visitor};
use crate::auth::throttle::Costly;
use crate::store::{Message, Person, Room};

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
async fn locked_with(api: &Api, id: String, visitor: Visitor<'_>, who: &Person) -> Result<Room, ApiError> {
    let (room, _) = find(api, Ok(Path(id)), visitor, Action::See).await?;
    let inside = api.calls.is_inside(&room.room_id(), who).await;
    if inside { Ok(room) } else { Err(ApiError::RoomLocked) }
}

/// `GET /api/rooms/{id}/messages/?before=&limit=`: the newest first; none while the room does not keep its chat.
pub async fn list(State(api): Shared, caller: Caller, id: PathId, query: Queries) -> Result<Json<Value>, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NotFound)?;
    let found = find(&api, Ok(Path(id.clone())), caller.visitor(), Action::Enter).await;
    let who = caller.visitor().person().ok_or(ApiError::Unauthorized("This needs a login."));
    let (room, who) = match found {
        Ok((room, _)) => (room, who?),
        Err(ApiError::RoomLocked) => {
            let who = who?;
            (locked_with(&api, id, caller.visitor(), &who).await?, who)
        }
        Err(error) => return Err(error),
    };
    api.throttle.take(Costly::History, &who, Instant::now()).map_err(ApiError::Throttled)?;
    let (before, limit) = page(query, LIMIT, MAX_LIMIT)?;
    if !room.keep_chat {
        return Ok(Json(json!([])));
    }
    let messages = api.store.messages(room.id, before, limit).await?;
    Ok(Json(messages.iter().map(view).collect()))
}
