//! Stored rooms, as administrators see and change them: all of them, whoever owns them and however they are entered.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{About, Administrator, Wanted, record};
use crate::api::body::Fields;
use crate::api::rooms::{self, PathId, Queries};
use crate::api::{Api, ApiError, Shared, settings};
use crate::auth::permissions::Standing;
use crate::store::{Act, ListedRoom, Room, RoomKey, RoomNumber};

fn view(room: &Room) -> Value {
    // Who runs the server is not in the room by that.
    rooms::view(room, Standing::Account)
}

fn listed(listed: &ListedRoom) -> Value {
    let mut view = view(&listed.room);
    if let Some(view) = view.as_object_mut() {
        view.insert("ownerName".to_owned(), listed.owner_name.as_str().into());
    }
    view
}

/// `GET /api/admin/rooms/?search=&after=&limit=`: the newest first.
pub async fn list(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let mut wanted = Wanted::read(query)?;
    let (search, before) = (wanted.search()?, wanted.before()?.map(RoomNumber));
    let (page, more) = wanted.page(api.store.all_rooms(&search, before, wanted.and_one()).await?);
    let next = page.last().filter(|_| more).map(|last| last.room.id.0.to_string());
    Ok(Json(json!({ "rooms": page.iter().map(listed).collect::<Vec<_>>(), "next": next })))
}

async fn named(api: &Api, room: PathId) -> Result<Room, ApiError> {
    let Path(room) = room.map_err(|_| ApiError::NotFound)?;
    let number = room.parse().map(RoomNumber).map_err(|_| ApiError::NotFound)?;
    api.store.room(&RoomKey::Number(number)).await?.ok_or(ApiError::NotFound)
}

/// `PATCH /api/admin/rooms/{room}/`: what its owner may change.
pub async fn edit(
    State(api): Shared,
    Administrator(account): Administrator,
    room: PathId,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let before = named(&api, room).await?;
    let title = fields.optional("title", rooms::TITLE);
    let edit = settings::read(title, &mut fields);
    settings::check_limit(&*api.store, &edit, &before, &mut fields).await?;
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    let mut subject = settings::describe(&edit, &before);
    if let Some(locked) = edit.locked {
        subject = format!("{subject} locked={locked}").trim().to_owned();
    }
    record(&api, &account, Act::Settings, About { room: Some(before.id), subject, whom: None }).await?;
    let after = rooms::carry_out(&api, &before, before.owner, edit).await?;
    Ok(Json(view(&after)))
}

/// `DELETE /api/admin/rooms/{room}/`: with the call that runs in it.
pub async fn delete(
    State(api): Shared,
    Administrator(account): Administrator,
    room: PathId,
) -> Result<StatusCode, ApiError> {
    let room = named(&api, room).await?;
    let about = About { room: Some(room.id), whom: Some(room.owner), subject: room.title };
    record(&api, &account, Act::DeleteRoom, about).await?;
    let gone = api.store.delete_room(room.id, room.owner).await?.ok_or(ApiError::NotFound)?;
    api.calls.close_room(&gone.room_id());
    api.events.end_room(gone.id);
    Ok(StatusCode::NO_CONTENT)
}
