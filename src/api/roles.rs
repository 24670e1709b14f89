//! Who the hosts of a room are: its roles, and handing it over. Each wish is in the audit log before it is carried out.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::body::{Fields, Text};
use super::client::Viewer;
use super::moderation::{RoomAndUser, acting_owner, host, record, tell_policy};
use super::rooms::{PathId, view};
use super::{Api, ApiError, Shared};
use crate::auth::access::Account;
use crate::auth::permissions::Standing;
use crate::events::Audience;
use crate::store::{Act, Millis, Person, Room, StoredRole, User, UserId};

/// `GET /api/rooms/{id}/roles/`: the owner, the co-hosts and the participants that were let in for good; for hosts.
pub async fn list(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    let owner = api.store.user(room.owner).await?.ok_or(ApiError::NotFound)?;
    let owner = json!({ "user": owner.id.0, "name": owner.full_name(), "role": "owner" });
    let given = api.store.roles(room.id).await?;
    let given =
        given.iter().map(|holder| json!({ "user": holder.user.0, "name": holder.name, "role": holder.role.code() }));
    Ok(Json(std::iter::once(owner).chain(given).collect()))
}

/// The role that a form asks for; `None` when there is none, which has been noted.
fn role(fields: &mut Fields) -> Option<StoredRole> {
    let code = fields.required("role", Text::line(16))?;
    let role = StoredRole::from_code(&code);
    if role.is_none() {
        fields.complain("role", "The role is cohost or participant.");
    }
    role
}

/// `POST /api/rooms/{id}/roles/` with `{email, role}`: for people whose number nobody knows. Says whether there is such an account, as
/// registering does, and is slowed down like every change of a room.
pub async fn name(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (account, room) = acting_owner(&api, viewer, id).await?;
    let email = fields.required("email", Text::line(254));
    let role = role(&mut fields);
    let (true, Some(email), Some(role)) = (fields.is_clean(), email, role) else { return Err(fields.into_error()) };
    let user = match api.store.user_by_email(&email).await? {
        Some(user) => eligible(&api, &room, user.id, "email").await?,
        None => None,
    };
    let user = user.ok_or_else(|| ApiError::field("email", "There is no account with this email address."))?;
    hand_out(&api, &account, &room, &user, role).await.map(|given| (StatusCode::CREATED, given))
}

/// `PUT /api/rooms/{id}/roles/{user}/` with `{role}`.
pub async fn give(
    State(api): Shared,
    Viewer(viewer): Viewer,
    path: RoomAndUser,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let Path((id, user)) = path.map_err(|_| ApiError::NotFound)?;
    let (account, room) = acting_owner(&api, viewer, Ok(Path(id))).await?;
    let role = role(&mut fields);
    let (true, Some(role)) = (fields.is_clean(), role) else { return Err(fields.into_error()) };
    let user = user.parse().map(UserId).map_err(|_| ApiError::NotFound)?;
    let user = eligible(&api, &room, user, "user").await?.ok_or(ApiError::NotFound)?;
    hand_out(&api, &account, &room, &user, role).await
}

async fn hand_out(
    api: &Api,
    account: &Account,
    room: &Room,
    user: &User,
    role: StoredRole,
) -> Result<Json<Value>, ApiError> {
    let act = match role {
        StoredRole::Cohost => Act::Cohost,
        StoredRole::Participant => Act::Participant,
    };
    record(api, account, room, act, user.id.to_string()).await?;
    let (now, person) = (Millis::now(), Person::Account(user.id));
    api.store.give_role(room.id, user.id, role, now).await?;
    // A host's own word lets them in; an invitation alone does not.
    api.store.admit(room.id, std::slice::from_ref(&person), now).await?;
    told_anew(api, room, &[person]).await;
    Ok(Json(json!({ "user": user.id.0, "name": user.full_name(), "role": role.code() })))
}

/// `DELETE /api/rooms/{id}/roles/{user}/`
pub async fn take(State(api): Shared, Viewer(viewer): Viewer, path: RoomAndUser) -> Result<StatusCode, ApiError> {
    let Path((id, user)) = path.map_err(|_| ApiError::NotFound)?;
    let (account, room) = acting_owner(&api, viewer, Ok(Path(id))).await?;
    let user = user.parse().map(UserId).map_err(|_| ApiError::NotFound)?;
    if api.store.role(room.id, user).await?.is_none() {
        return Err(ApiError::NotFound);
    }
    record(&api, &account, &room, Act::TakeRole, user.to_string()).await?;
    api.store.take_role(room.id, user).await?;
    let person = Person::Account(user);
    api.store.withdraw(room.id, &person, Millis::now()).await?;
    told_anew(&api, &room, &[person]).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/owner/` with `{user}`: the room becomes theirs, and who gave it away stays a co-host.
pub async fn hand_over(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<Json<Value>, ApiError> {
    let (account, room) = acting_owner(&api, viewer, id).await?;
    let Some(user) = fields.number("user").map(UserId) else { return Err(fields.into_error()) };
    let Some(user) = eligible(&api, &room, user, "user").await? else {
        return Err(ApiError::field("user", "There is no such account."));
    };
    record(&api, &account, &room, Act::HandOver, user.id.to_string()).await?;
    let after = api.store.hand_over(room.id, account.id, user.id, Millis::now()).await;
    let after = after.map_err(|error| match error {
        crate::store::StoreError::TooManyRooms => {
            ApiError::field("user", "This account has as many rooms as one account may have.")
        }
        other => other.into(),
    })?;
    let after = after.ok_or(ApiError::NotFound)?;
    told_anew(&api, &room, &[Person::Account(account.id), Person::Account(user.id)]).await;
    Ok(Json(view(&after, Standing::Cohost)))
}

/// Tells the call of other hosts, and lets those whose part has changed listen anew, as what they are now.
async fn told_anew(api: &Api, room: &Room, people: &[Person]) {
    tell_policy(api, room.id).await;
    for person in people {
        api.events.publish(room.id, Audience::Person(person.clone()), "room", &json!({ "role": true }));
        api.events.end_person(room.id, person);
    }
}

/// The account, if it can be given something in the room; `None` if there is none. What stands against it is said of this field.
async fn eligible(api: &Api, room: &Room, user: UserId, field: &str) -> Result<Option<User>, ApiError> {
    if user == room.owner {
        return Err(ApiError::field(field, "The owner of the room has every right already."));
    }
    if api.store.is_banned(room.id, user).await? {
        return Err(ApiError::field(field, "This account is banned from the room. Lift the ban first."));
    }
    Ok(api.store.user(user).await?)
}
