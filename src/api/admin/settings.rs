//! What administrators set for the whole server.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::{About, Administrator, record};
use crate::api::body::{Fields, Text};
use crate::api::moderation::tell_policy;
use crate::api::{Api, ApiError, Shared};
use crate::store::{Act, MAX_PEOPLE, MAX_ROOMS, Registration, RoomKey, ServerSettings};

fn view(settings: &ServerSettings) -> Value {
    json!({
        "version": settings.version,
        "registration": settings.registration.code(),
        "peoplePerRoom": settings.people_per_room,
        "roomsPerUser": settings.rooms_per_user,
    })
}

/// `GET /api/server/`: what a page has to know before anybody has logged in.
pub async fn public(State(api): Shared) -> Result<Json<Value>, ApiError> {
    let settings = api.store.server_settings().await?;
    Ok(Json(json!({
        "passwordReset": api.mailer.is_some(),
        "registration": settings.registration.code(),
        "peoplePerRoom": settings.people_per_room,
    })))
}

/// `GET /api/admin/settings/`
pub async fn read(State(api): Shared, _: Administrator) -> Result<Json<Value>, ApiError> {
    Ok(Json(view(&api.store.server_settings().await?)))
}

/// `PATCH /api/admin/settings/` with `{version, registration, peoplePerRoom, roomsPerUser}`, each optional; nothing changes where the version is
/// another by now.
pub async fn edit(
    State(api): Shared,
    Administrator(account): Administrator,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let before = api.store.server_settings().await?;
    let version = fields.optional_number("version", 1..=i64::MAX);
    let mut after = before;
    if let Some(code) = fields.optional("registration", Text::line(16)) {
        match Registration::from_code(&code) {
            Some(registration) => after.registration = registration,
            None => fields.complain("registration", "open, invitation or closed."),
        }
    }
    if let Some(people) = fields.optional_number("peoplePerRoom", 1..=i64::from(MAX_PEOPLE)) {
        after.people_per_room = u16::try_from(people).unwrap_or(MAX_PEOPLE);
    }
    after.rooms_per_user = fields.optional_number("roomsPerUser", 0..=MAX_ROOMS).unwrap_or(after.rooms_per_user);
    if !fields.is_clean() {
        return Err(fields.into_error());
    }
    // The store looks again, in its transaction; this keeps what is refused anyway out of the log.
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::VersionConflict);
    }
    if after == before {
        return Ok(Json(view(&after)));
    }
    let subject = format!(
        "registration={} peoplePerRoom={} roomsPerUser={}",
        after.registration.code(),
        after.people_per_room,
        after.rooms_per_user
    );
    record(&api, &account, Act::ServerSettings, About { subject, ..About::default() }).await?;
    let after = api.store.set_server_settings(after).await?;
    if after.people_per_room != before.people_per_room {
        tell_calls(&api).await?;
    }
    Ok(Json(view(&after)))
}

/// Tells the calls that go on how many people they may have now. Whoever is inside stays.
async fn tell_calls(api: &Api) -> Result<(), ApiError> {
    for name in api.calls.open_rooms() {
        let Some(key @ (RoomKey::Open(_) | RoomKey::Secret(_))) = RoomKey::parse(&name) else { continue };
        if let Some(room) = api.store.room(&key).await? {
            api.store.touch_room(room.id).await?;
            tell_policy(api, room.id).await;
        }
    }
    Ok(())
}
