//! The waiting room: who comes knocks, and a host lets them in or sends them away. Who has been let in is not asked for again until they
//! are put out.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::client::{Caller, Viewer};
use super::moderation::{acting_host, host, record};
use super::rooms::{PathId, allowed, named, time};
use super::{Api, ApiError, Shared};
use crate::auth::Login;
use crate::auth::permissions::{Decision, decide_entry};
use crate::auth::room_access::person_of;
use crate::events::Audience;
use crate::rooms::Coming;
use crate::store::{Act, Decided, Knock, KnockId, Knocked, Millis, Person, Room, RoomKey, RoomNumber, StoredRole};

fn view(knock: &Knock) -> Value {
    json!({
        "id": knock.id.0,
        "user": match &knock.who {
            Person::Account(user) => json!(user.0),
            Person::Guest(guest) => json!(guest.0),
        },
        "name": knock.name,
        "guest": knock.who.account().is_none(),
        "since": time(knock.since),
    })
}

/// Knocks for somebody who may come in once a host says so. Returns when they may after all.
pub(super) async fn wait(api: &Arc<Api>, room: &Room, login: &Login) -> Result<(), ApiError> {
    let (who, now) = (login.person(), Millis::now());
    match api.store.knock(room.id, &who, now).await? {
        Knocked::Admitted => Ok(()),
        Knocked::Refused(until) => Err(ApiError::KnockRefused(until.since(now))),
        Knocked::Waiting { id, fresh } => {
            if fresh {
                tell_hosts(api, room, id, &who, login.name());
                // Their page may be closed before it listens.
                drop(Waiting::new(api, room.id, who));
            }
            let ticket = api.access.mint_ticket(login, room.id, now).ok_or(ApiError::Broken)?;
            Err(ApiError::Waiting { ticket, host_present: host_present(api, room).await? })
        }
    }
}

/// Somebody who waits and listens. When it is dropped and they do not come back, they have gone away.
pub(super) struct Waiting {
    api: Arc<Api>,
    room: RoomNumber,
    who: Person,
}

impl Waiting {
    pub(super) fn new(api: &Arc<Api>, room: RoomNumber, who: Person) -> Self {
        Self { api: Arc::clone(api), room, who }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (api, room, who) = (Arc::clone(&self.api), self.room, self.who.clone());
        let silent_since = Millis::now();
        runtime.spawn(async move {
            tokio::time::sleep(api.knock_grace).await;
            // After a restart everyone has as long as a knock lasts to come back.
            if !api.is_draining() && !api.events.listens(room, &who) {
                give_up(&api, room, &who, silent_since).await.unwrap_or_else(|error| {
                    tracing::debug!(?error, "a knock stays until it lapses");
                });
            }
        });
    }
}

/// Takes back the knock of somebody who has not been heard of since, and tells the hosts.
async fn give_up(api: &Api, room: RoomNumber, who: &Person, silent_since: Millis) -> Result<(), ApiError> {
    if let Some(id) = api.store.give_up(room, who, silent_since, Millis::now()).await? {
        api.events.publish(room, Audience::Hosts, "knock", &json!({ "id": id.0, "state": "withdrawn" }));
    }
    Ok(())
}

/// `DELETE /api/rooms/{id}/knocks/`: who waits does not want to any more.
pub async fn leave(State(api): Shared, caller: Caller, id: PathId) -> Result<StatusCode, ApiError> {
    let (room, key) = named(&api, id).await?;
    let (decision, _) = decide_entry(&*api.store, caller.visitor(), &room, &key).await?;
    if decision != Decision::Waiting {
        allowed(decision)?;
    }
    let login = caller.login()?;
    give_up(&api, room.id, &login.person(), Millis(i64::MAX)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells the hosts that somebody waits.
pub(super) fn tell_hosts(api: &Api, room: &Room, id: KnockId, who: &Person, name: &str) {
    let mut knock = view(&Knock { id, who: who.clone(), name: name.to_owned(), since: Millis::now() });
    if let Some(knock) = knock.as_object_mut() {
        knock.insert("state".to_owned(), "waiting".into());
    }
    api.events.publish(room.id, Audience::Hosts, "knock", &knock);
}

/// Whether a host is in the call.
async fn host_present(api: &Api, room: &Room) -> Result<bool, ApiError> {
    let mut hosts = api.store.cohosts(room.id).await?;
    hosts.push(room.owner);
    let inside = api.calls.identities(&room.room_id()).await;
    Ok(inside.iter().filter_map(|identity| person_of(identity)?.account()).any(|account| hosts.contains(&account)))
}

/// Tells those who wait when a host comes into the call or leaves it, for ever.
pub async fn watch_hosts(api: Arc<Api>, mut comings: broadcast::Receiver<Coming>) {
    loop {
        match comings.recv().await {
            Ok(coming) => tell_of_host(&api, &coming).await.unwrap_or_else(|error| {
                tracing::debug!(?error, "those who wait hear of a host when they ask again");
            }),
            // Who waits asks again every few seconds.
            Err(broadcast::error::RecvError::Lagged(_)) => {}
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

async fn tell_of_host(api: &Api, coming: &Coming) -> Result<(), ApiError> {
    let (Some(person), Some(key)) = (person_of(&coming.identity), RoomKey::parse(&coming.room)) else { return Ok(()) };
    let Some(account) = person.account().filter(|_| api.events.are_heard()) else { return Ok(()) };
    let Some(room) = api.store.room(&key).await?.filter(|room| room.waiting_room) else { return Ok(()) };
    if room.owner == account || api.store.role(room.id, account).await? == Some(StoredRole::Cohost) {
        let present = host_present(api, &room).await?;
        api.events.publish(room.id, Audience::Everyone, "host", &json!({ "present": present }));
    }
    Ok(())
}

/// `GET /api/rooms/{id}/knocks/`: who waits, the longest first; for hosts.
pub async fn list(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    Ok(Json(api.store.knocks(room.id, Millis::now()).await?.iter().map(view).collect()))
}

/// A path that names a room and a knock.
type RoomAndKnock = Result<Path<(String, String)>, axum::extract::rejection::PathRejection>;

/// `POST /api/rooms/{id}/knocks/{knock}/admit/`
pub async fn admit(State(api): Shared, viewer: Viewer, path: RoomAndKnock) -> Result<StatusCode, ApiError> {
    decide(&api, viewer, path, true).await
}

/// `POST /api/rooms/{id}/knocks/{knock}/refuse/`
pub async fn refuse(State(api): Shared, viewer: Viewer, path: RoomAndKnock) -> Result<StatusCode, ApiError> {
    decide(&api, viewer, path, false).await
}

async fn decide(api: &Api, Viewer(viewer): Viewer, path: RoomAndKnock, admit: bool) -> Result<StatusCode, ApiError> {
    let Path((id, knock)) = path.map_err(|_| ApiError::NotFound)?;
    let (account, room, _) = acting_host(api, viewer, Ok(Path(id))).await?;
    let id = knock.parse().map(KnockId).map_err(|_| ApiError::NotFound)?;
    let now = Millis::now();
    // Of a knock that is over by now the log has the number.
    let waiting = api.store.knocks(room.id, now).await?.into_iter().find(|knock| knock.id == id);
    let subject = waiting.map_or_else(|| format!("knock {}", id.0), |knock| knock.who.to_string());
    record(api, &account, &room, if admit { Act::Admit } else { Act::Refuse }, subject).await?;
    match api.store.decide_knock(room.id, id, admit, now).await? {
        Decided::Done(knock) => {
            tell(api, &room, &knock, admit);
            Ok(StatusCode::NO_CONTENT)
        }
        Decided::Already => Ok(StatusCode::NO_CONTENT),
        Decided::Conflict => Err(ApiError::KnockDecided),
        Decided::Unknown => Err(ApiError::NotFound),
    }
}

fn tell(api: &Api, room: &Room, knock: &Knock, admitted: bool) {
    let kind = if admitted { "admitted" } else { "refused" };
    api.events.publish(room.id, Audience::Person(knock.who.clone()), kind, &json!({}));
    api.events.publish(room.id, Audience::Hosts, "knock", &json!({ "id": knock.id.0, "state": kind }));
}

/// `POST /api/rooms/{id}/knocks/admit-all/`
pub async fn admit_all(State(api): Shared, Viewer(viewer): Viewer, id: PathId) -> Result<StatusCode, ApiError> {
    let (account, room, _) = acting_host(&api, viewer, id).await?;
    record(&api, &account, &room, Act::Admit, String::new()).await?;
    for knock in api.store.admit_all(room.id, Millis::now()).await? {
        tell(&api, &room, &knock, true);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the knock or the admission of somebody back who is put out, and tells them.
pub(super) async fn withdraw(api: &Api, room: &Room, who: &Person) -> Result<(), ApiError> {
    if api.store.withdraw(room.id, who, Millis::now()).await? {
        gone(api, room, who);
    }
    Ok(())
}

/// Tells somebody whose knock or admission has been taken back, and the hosts.
pub(super) fn gone(api: &Api, room: &Room, who: &Person) {
    api.events.publish(room.id, Audience::Person(who.clone()), "refused", &json!({}));
    api.events.publish(room.id, Audience::Hosts, "knock", &json!({ "state": "withdrawn" }));
}

/// Lets those stay who are inside when the waiting room begins: a broken connection must not put them before the door.
pub(super) async fn admit_those_inside(api: &Api, room: &Room) -> Result<(), ApiError> {
    let inside = api.calls.identities(&room.room_id()).await;
    let mut people: Vec<Person> = inside.iter().filter_map(|identity| person_of(identity)).collect();
    people.sort();
    people.dedup();
    Ok(api.store.admit(room.id, &people, Millis::now()).await?)
}
