//! What the hosts of a room may do in its call: mute, remove, ban, stop a share, lower a hand, put somebody into the spotlight, end. Each wish is written into the audit log before it is
//! carried out, so that nothing is done of which nobody can be asked; a wish that the database cannot take down is refused.

use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use rotunda_signaling::io::{Who, Whose};
use serde_json::{Value, json};

use super::audit::about;
use super::body::{Fields, Text};
use super::client::Viewer;
use super::rooms::{PathId, find, time};
use super::{Api, ApiError, Shared, knocks};
use crate::auth::access::Account;
use crate::auth::permissions::{Action, Standing};
use crate::auth::room_access::person_of;
use crate::auth::throttle::Costly;
use crate::calls::policy_of;
use crate::events::Audience;
use crate::store::{
    Act, GuestId, Millis, NewAuditEntry, Person, Room, RoomEdit, RoomKey, RoomNumber, StoredRole, UserId,
};

/// The longest identity in characters.
const MAX_IDENTITY: usize = 256;

/// Writes down what `account` asks for.
pub(super) async fn record(
    api: &Api,
    account: &Account,
    room: &Room,
    act: Act,
    subject: String,
) -> Result<(), ApiError> {
    let address = account.from.map(|from| from.to_string()).unwrap_or_default();
    let (at, actor) = (Millis::now(), account.id);
    let whom = about(act.code(), &subject).as_ref().and_then(Person::account);
    let entry = NewAuditEntry { at, actor, room: room.id, act, subject, whom, address };
    tracing::info!(room = room.id.0, actor = account.id.0, act = act.code(), "a room's host acts");
    Ok(api.store.record(entry).await?)
}

/// Tells the call in a room, if there is one, what its hosts have decided by now. The change is stored already: where it cannot be read
/// again, the call learns of it when the next person comes in.
pub(super) async fn tell_policy(api: &Api, room: RoomNumber) {
    match policy_of(&*api.store, &RoomKey::Number(room)).await {
        Ok(Some((room, policy))) => {
            api.events.publish(room.id, Audience::Everyone, "room", &json!({ "version": room.version }));
            api.calls.set_policy(&room.room_id(), policy);
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, room = room.0, "a call could not be told of a change"),
    }
}

/// The room and who asks, if they may do `action` with it.
async fn allowed(
    api: &Api,
    viewer: Option<Account>,
    id: PathId,
    action: Action,
) -> Result<(Account, Room, Standing), ApiError> {
    let (room, standing) = find(api, id, viewer.as_ref().map(|account| account.id), action).await?;
    let account = viewer.ok_or(ApiError::Broken)?;
    Ok((account, room, standing))
}

/// [`allowed`], for what costs a write.
async fn acting(
    api: &Api,
    viewer: Option<Account>,
    id: PathId,
    action: Action,
) -> Result<(Account, Room, Standing), ApiError> {
    let (account, room, standing) = allowed(api, viewer, id, action).await?;
    api.throttle.take(Costly::Room, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    Ok((account, room, standing))
}

/// The room and its host, if it is one who asks.
pub(super) async fn host(api: &Api, viewer: Option<Account>, id: PathId) -> Result<(Account, Room), ApiError> {
    allowed(api, viewer, id, Action::Moderate).await.map(|(account, room, _)| (account, room))
}

/// [`host`], for what costs a write.
pub(super) async fn acting_host(
    api: &Api,
    viewer: Option<Account>,
    id: PathId,
) -> Result<(Account, Room, Standing), ApiError> {
    acting(api, viewer, id, Action::Moderate).await
}

/// The room and its owner, if it is they who ask; for what costs a write.
pub(super) async fn acting_owner(api: &Api, viewer: Option<Account>, id: PathId) -> Result<(Account, Room), ApiError> {
    acting(api, viewer, id, Action::Edit).await.map(|(account, room, _)| (account, room))
}

/// Hosts do not put each other out; that is the owner's.
async fn spare_hosts(api: &Api, room: &Room, actor: Standing, person: UserId, field: &str) -> Result<(), ApiError> {
    if person == room.owner {
        return Err(ApiError::field(field, "The owner of the room cannot be put out."));
    }
    if actor != Standing::Owner && api.store.role(room.id, person).await? == Some(StoredRole::Cohost) {
        return Err(ApiError::Forbidden("Only the owner of a room may put out a co-host."));
    }
    Ok(())
}

/// Reads whom a wish is about: `{identity}`.
pub(super) fn one(mut fields: Fields) -> Result<String, ApiError> {
    let identity = fields.required("identity", Text::line(MAX_IDENTITY));
    identity.ok_or_else(|| fields.into_error())
}

/// Reads whom a wish is about: `{identity}`, or `{everyone: true}`, which is `None`.
fn one_or_everyone(mut fields: Fields) -> Result<Option<String>, ApiError> {
    let everyone = fields.flag("everyone").unwrap_or(false);
    let rule = Text::line(MAX_IDENTITY);
    let identity = if everyone { fields.optional("identity", rule) } else { fields.required("identity", rule) };
    if everyone && identity.is_some() {
        fields.complain("identity", "Either one person or everyone.");
    }
    if fields.is_clean() { Ok(identity) } else { Err(fields.into_error()) }
}

/// The person of an identity, with all their devices; of an operator's own tokens, the identity alone.
fn everywhere(identity: String) -> Who {
    person_of(&identity).map_or(Who::Identity(identity), |person| Who::Account(person.to_string()))
}

/// `POST /api/rooms/{id}/mute/` with `{identity}`, or with `{everyone: true}` for everyone but the host.
pub async fn mute(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    let identity = one_or_everyone(fields)?;
    record(&api, &account, &room, Act::Mute, identity.clone().unwrap_or_default()).await?;
    let whose = identity.map_or_else(|| Whose::EveryoneBut(account.id.to_string()), Whose::Identity);
    api.calls.mute(&room.room_id(), whose);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/remove/` with `{identity}`: the person goes with all their devices, and may come again.
pub async fn remove(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room, standing) = acting_host(&api, viewer, id).await?;
    let identity = one(fields)?;
    let person = person_of(&identity);
    if let Some(Person::Account(user)) = person {
        spare_hosts(&api, &room, standing, user, "identity").await?;
    }
    record(&api, &account, &room, Act::Remove, identity.clone()).await?;
    // Who is put out knocks again where people knock.
    if let Some(person) = &person {
        knocks::withdraw(&api, &room, person).await?;
    }
    api.calls.remove(&room.room_id(), everywhere(identity));
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/end/`: the call is over for everyone; the room stays.
pub async fn end(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    record(&api, &account, &room, Act::End, String::new()).await?;
    api.calls.end_call(&room.room_id());
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/stop-share/` with `{identity}`: what the person shares of their screen ends; they may share again.
pub async fn stop_share(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    let identity = one(fields)?;
    record(&api, &account, &room, Act::StopShare, identity.clone()).await?;
    api.calls.stop_share(&room.room_id(), identity);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/lower-hand/` with `{identity}`, or with `{everyone: true}`: raised hands go down, and may go up again.
pub async fn lower_hand(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    let identity = one_or_everyone(fields)?;
    record(&api, &account, &room, Act::LowerHand, identity.clone().unwrap_or_default()).await?;
    api.calls.lower_hands(&room.room_id(), identity.map(everywhere));
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/rooms/{id}/spotlight/` with `{identity}`, or with null for nobody: whom everyone is shown large.
pub async fn spotlight(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    let Some(identity) = fields.required_or_null("identity", Text::line(MAX_IDENTITY)) else {
        return Err(fields.into_error());
    };
    let identity = identity.unwrap_or_default();
    record(&api, &account, &room, Act::Spotlight, identity.clone()).await?;
    let edit = RoomEdit { spotlight: Some(identity), ..RoomEdit::default() };
    api.store.update_room(room.id, account.id, edit).await?.ok_or(ApiError::NotFound)?;
    tell_policy(&api, room.id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/rooms/{id}/bans/`
pub async fn bans(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    let accounts = api.store.bans(room.id).await?;
    let guests = api.store.guest_bans(room.id).await?;
    let mut bans: Vec<(Millis, Value)> = accounts
        .iter()
        .map(|ban| (ban.created_on, json!({ "user": ban.user.0, "name": ban.name, "bannedOn": time(ban.created_on) })))
        .chain(guests.iter().filter_map(|guest| {
            let at = guest.banned_on?;
            Some((at, json!({ "user": guest.id.0, "name": guest.name, "bannedOn": time(at) })))
        }))
        .collect();
    bans.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    Ok(Json(bans.into_iter().map(|(_, ban)| ban).collect()))
}

/// `POST /api/rooms/{id}/bans/` with `{user}`, an account's number or a guest's id (what stands before the colon of their identity):
/// they are put out of the call, and kept out of the room. A guest's session ends, and their browser is known again.
pub async fn ban(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    mut fields: Fields,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (account, room, standing) = acting_host(&api, viewer, id).await?;
    let Some(person) = fields.person("user") else { return Err(fields.into_error()) };
    let now = Millis::now();
    let (user, name) = match &person {
        Person::Account(user) => {
            spare_hosts(&api, &room, standing, *user, "user").await?;
            let Some(banned) = api.store.user(*user).await? else {
                return Err(ApiError::field("user", "There is no such account."));
            };
            (json!(user.0), banned.full_name())
        }
        Person::Guest(id) => {
            let Some(guest) = api.store.guest(id).await?.filter(|guest| guest.room == room.id) else {
                return Err(ApiError::field("user", "The room has no such guest."));
            };
            (json!(id.0), guest.name)
        }
    };
    record(&api, &account, &room, Act::Ban, person.to_string()).await?;
    let banned = match person {
        Person::Account(user) => {
            api.store.ban(room.id, user, now).await?;
            vec![person]
        }
        Person::Guest(id) => {
            let banned = api.store.ban_guest(room.id, &id, now).await?;
            banned.into_iter().map(Person::Guest).collect()
        }
    };
    // Only now: whoever was put out before the ban is stored could come back in between.
    for person in &banned {
        knocks::gone(&api, &room, person);
        api.events.end_person(room.id, person);
        api.calls.remove(&room.room_id(), Who::Account(person.to_string()));
    }
    tell_policy(&api, room.id).await;
    Ok((StatusCode::CREATED, Json(json!({ "user": user, "name": name, "bannedOn": time(now) }))))
}

/// A path that names a room and an account.
pub(super) type RoomAndUser = Result<Path<(String, String)>, axum::extract::rejection::PathRejection>;

/// `DELETE /api/rooms/{id}/bans/{user}/`
pub async fn unban(State(api): Shared, Viewer(viewer): Viewer, path: RoomAndUser) -> Result<StatusCode, ApiError> {
    let Path((id, user)) = path.map_err(|_| ApiError::NotFound)?;
    let (account, room, _) = acting_host(&api, viewer, Ok(Path(id))).await?;
    let guest = GuestId::parse(&user).map(Person::Guest);
    let person = guest.or_else(|| user.parse().ok().map(|user| Person::Account(UserId(user))));
    let person = person.ok_or(ApiError::NotFound)?;
    let banned = match &person {
        Person::Account(user) => api.store.is_banned(room.id, *user).await?,
        Person::Guest(id) => {
            let guest = api.store.guest(id).await?;
            guest.is_some_and(|guest| guest.room == room.id && guest.banned_on.is_some())
        }
    };
    if !banned {
        return Err(ApiError::NotFound);
    }
    record(&api, &account, &room, Act::Unban, person.to_string()).await?;
    match &person {
        Person::Account(user) => api.store.unban(room.id, *user).await?,
        Person::Guest(id) => api.store.unban_guest(room.id, id).await?,
    };
    Ok(StatusCode::NO_CONTENT)
}
