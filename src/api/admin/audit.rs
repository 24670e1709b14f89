//! The audit log: what administrators and the hosts of rooms asked for. It is read here, and written by what they ask for; no route
//! changes it.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::{Administrator, Wanted};
use crate::api::audit::about;
use crate::api::rooms::{Queries, time};
use crate::api::{ApiError, Shared};
use crate::store::{ActKind, AuditQuery, Millis, Person, RoomNumber, ServerAuditEntry, UserId};

/// Whom a host, or an administrator in a call, meant.
fn whom(entry: &ServerAuditEntry) -> Option<(RoomNumber, Person)> {
    // Administrators name the call first.
    let subject = entry.subject.rsplit(' ').next()?;
    Some((entry.room?, about(&entry.act, subject)?))
}

type Names = HashMap<(RoomNumber, Person), String>;

fn view(entry: &ServerAuditEntry, names: &Names) -> Value {
    json!({
        "id": entry.id,
        "at": time(entry.at),
        "user": entry.actor.map(|user| user.0),
        "name": entry.actor_name.as_deref().map(str::trim),
        "act": entry.act,
        "room": entry.room.map(|room| room.0),
        "roomTitle": entry.room_title,
        "whom": entry.whom.map(|user| user.0),
        "whomName": entry.whom_name.as_deref().map(str::trim),
        "subject": entry.subject,
        "subjectName": whom(entry).and_then(|person| names.get(&person)),
        "address": entry.address,
    })
}

/// Which entries are asked for.
fn asked(wanted: &mut Wanted) -> Result<AuditQuery, ApiError> {
    let kind = wanted.text("kind").map(|code| {
        let known = ActKind::from_code(&code);
        known.ok_or_else(|| ApiError::field("kind", "accounts, administration, rooms or calls."))
    });
    let account = wanted.text("account").map(|text| match text.parse() {
        Ok(id @ 1..) => Ok(UserId(id)),
        _ => Err(ApiError::field("account", "The number of an account.")),
    });
    let until = wanted.text("until").map(|text| match chrono::DateTime::parse_from_rfc3339(&text) {
        Ok(time) => Ok(Millis(time.timestamp_millis())),
        Err(_) => Err(ApiError::field("until", "A time, as in 2026-01-31T09:30:00Z.")),
    });
    Ok(AuditQuery {
        kind: kind.transpose()?,
        account: account.transpose()?,
        until: until.transpose()?,
        before: wanted.before()?,
        limit: wanted.and_one(),
    })
}

/// `GET /api/admin/audit/?kind=&account=&until=&after=&limit=`: the newest first; what an account did and what was done to it, and what was
/// done before a time.
pub async fn list(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let mut wanted = Wanted::read(query)?;
    let query = asked(&mut wanted)?;
    let (page, more) = wanted.page(api.store.server_audit(&query).await?);
    let next = page.last().filter(|_| more).map(|last| last.id.to_string());
    let mut people = BTreeMap::<_, Vec<_>>::new();
    for (room, person) in page.iter().filter_map(whom) {
        people.entry(room).or_default().push(person);
    }
    let mut names = Names::new();
    for (room, people) in people {
        names.extend(api.store.names(room, &people).await?.into_iter().map(|(person, name)| ((room, person), name)));
    }
    Ok(Json(json!({ "entries": page.iter().map(|entry| view(entry, &names)).collect::<Vec<_>>(), "next": next })))
}
