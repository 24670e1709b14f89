//! The calls that go on now on this server: who is in them, and how it goes for them. Nobody in a call is told that an administrator
//! has looked.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use futures_util::future::join_all;
use rotunda_sfu::event::LinkStatistics;
use rotunda_signaling::io::Who;
use rotunda_signaling::{Attendant, ConnectionQuality};
use serde_json::{Value, json};

use super::{About, Administrator, Wanted, record};
use crate::api::body::Fields;
use crate::api::moderation::one;
use crate::api::rooms::{PathId, Queries, time};
use crate::api::{Api, ApiError, Shared, knocks};
use crate::auth::room_access::person_of;
use crate::store::{Act, Millis, Person, Room, RoomKey};

fn quality(quality: ConnectionQuality) -> &'static str {
    match quality {
        ConnectionQuality::Excellent => "excellent",
        ConnectionQuality::Good => "good",
        ConnectionQuality::Poor | ConnectionQuality::Lost => "poor",
    }
}

/// The part of the packets that did not arrive.
fn loss(link: &LinkStatistics) -> f64 {
    if link.packets == 0 { 0.0 } else { link.packets_lost.min(link.packets) as f64 / link.packets as f64 }
}

fn person(attendant: &Attendant) -> Value {
    let user = match person_of(&attendant.identity) {
        Some(Person::Account(user)) => json!(user.0),
        Some(Person::Guest(guest)) => json!(guest.0),
        None => Value::Null,
    };
    let joined = Millis(i64::try_from(attendant.joined.as_millis()).unwrap_or(i64::MAX));
    json!({
        "identity": attendant.identity,
        "user": user,
        "name": attendant.name,
        "joinedOn": time(joined),
        "quality": attendant.quality.map(quality),
        "rttMs": attendant.rtt.map(|rtt| u64::try_from(rtt.as_millis()).unwrap_or(u64::MAX)),
        "bitrateIn": attendant.uplink.bitrate_bps,
        "bitrateOut": attendant.downlink.bitrate_bps,
        "lossIn": loss(&attendant.uplink),
        "lossOut": loss(&attendant.downlink),
        "tracks": attendant.tracks,
    })
}

/// A call in a list. People with several devices are one.
fn summary(name: &str, room: Option<&Room>, people: &[Attendant]) -> Value {
    let account = |attendant: &Attendant| match person_of(&attendant.identity) {
        Some(person) => person.to_string(),
        None => attendant.identity.clone(),
    };
    let count = |wanted: &str| people.iter().filter(|each| each.quality.map(quality) == Some(wanted)).count();
    let sum = |of: fn(&Attendant) -> u64| people.iter().map(of).fold(0, u64::saturating_add);
    let since = people.iter().map(|each| each.joined).min();
    json!({
        "room": name,
        "id": room.map(|room| room.id.0),
        "title": room.map(|room| room.title.as_str()),
        "people": people.iter().map(account).collect::<BTreeSet<_>>().len(),
        "devices": people.len(),
        "since": since.map(|since| time(Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))),
        "bitrateIn": sum(|each| each.uplink.bitrate_bps),
        "bitrateOut": sum(|each| each.downlink.bitrate_bps),
        "quality": { "excellent": count("excellent"), "good": count("good"), "poor": count("poor") },
    })
}

/// The stored room of a call; `None` for a room in memory.
async fn stored(api: &Api, name: &str) -> Result<Option<Room>, ApiError> {
    match RoomKey::parse(name) {
        Some(key @ (RoomKey::Open(_) | RoomKey::Secret(_))) => Ok(api.store.room(&key).await?),
        Some(RoomKey::Number(_)) | None => Ok(None),
    }
}

/// `GET /api/admin/calls/?after=&limit=`: by the room's name.
pub async fn list(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let mut wanted = Wanted::read(query)?;
    let after = wanted.text("after").unwrap_or_default();
    let mut names = api.calls.open_rooms();
    let total = names.len();
    names.retain(|name| *name > after);
    names.sort_unstable();
    names.truncate(usize::from(wanted.and_one()));
    let (names, more) = wanted.page(names);
    let answers = join_all(names.iter().map(|name| api.calls.census(name))).await;
    let mut calls = Vec::with_capacity(names.len());
    for (name, people) in names.iter().zip(answers) {
        // Without an answer it has just ended.
        if let Some(people) = people {
            calls.push(summary(name, stored(&api, name).await?.as_ref(), &people));
        }
    }
    let next = names.last().filter(|_| more);
    Ok(Json(json!({ "calls": calls, "total": total, "next": next })))
}

async fn running(api: &Api, call: PathId) -> Result<(String, Vec<Attendant>), ApiError> {
    let Path(name) = call.map_err(|_| ApiError::NotFound)?;
    let people = api.calls.census(&name).await.ok_or(ApiError::NotFound)?;
    Ok((name, people))
}

/// `GET /api/admin/calls/{call}/`: the same with its people, by when they came.
pub async fn read(State(api): Shared, _: Administrator, call: PathId) -> Result<Json<Value>, ApiError> {
    let (name, people) = running(&api, call).await?;
    let room = stored(&api, &name).await?;
    let mut view = summary(&name, room.as_ref(), &people);
    if let Some(view) = view.as_object_mut() {
        view.insert("participants".to_owned(), people.iter().map(person).collect());
    }
    Ok(Json(view))
}

/// `POST /api/admin/calls/{call}/remove/` with `{identity}`: the person goes with all their devices, and may come again.
pub async fn remove(
    State(api): Shared,
    Administrator(account): Administrator,
    call: PathId,
    fields: Fields,
) -> Result<StatusCode, ApiError> {
    let identity = one(fields)?;
    let (name, _) = running(&api, call).await?;
    let room = stored(&api, &name).await?;
    let person = person_of(&identity);
    let whom = person.as_ref().and_then(Person::account);
    let about = About { room: room.as_ref().map(|room| room.id), whom, subject: format!("{name} {identity}") };
    record(&api, &account, Act::Remove, about).await?;
    if let (Some(room), Some(person)) = (&room, &person) {
        knocks::withdraw(&api, room, person).await?;
    }
    api.calls.remove(&name, person.map_or(Who::Identity(identity), |person| Who::Account(person.to_string())));
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/admin/calls/{call}/end/`: it is over for everyone; a stored room stays.
pub async fn end(
    State(api): Shared,
    Administrator(account): Administrator,
    call: PathId,
) -> Result<StatusCode, ApiError> {
    let (name, _) = running(&api, call).await?;
    let room = stored(&api, &name).await?.map(|room| room.id);
    record(&api, &account, Act::End, About { room, whom: None, subject: name.clone() }).await?;
    api.calls.end_call(&name);
    Ok(StatusCode::NO_CONTENT)
}
