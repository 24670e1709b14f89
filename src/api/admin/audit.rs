//! The audit log: what administrators and the hosts of rooms asked for. It is read here, and written by what they ask for; no route
//! changes it.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::{Administrator, Wanted};
use crate::api::rooms::{Queries, time};
use crate::api::{ApiError, Shared};
use crate::store::ServerAuditEntry;

fn view(entry: &ServerAuditEntry) -> Value {
    json!({
        "id": entry.id,
        "at": time(entry.at),
        "user": entry.actor.map(|user| user.0),
        "name": entry.actor_name.as_deref().map(str::trim),
        "act": entry.act,
        "room": entry.room.map(|room| room.0),
        "whom": entry.whom.map(|user| user.0),
        "whomName": entry.whom_name.as_deref().map(str::trim),
        "subject": entry.subject,
        "address": entry.address,
    })
}

/// `GET /api/admin/audit/?after=&limit=`: the newest first.
pub async fn list(State(api): Shared, _: Administrator, query: Queries) -> Result<Json<Value>, ApiError> {
    let mut wanted = Wanted::read(query)?;
    let before = wanted.before()?;
    let (page, more) = wanted.page(api.store.server_audit(before, wanted.and_one()).await?);
    let next = page.last().filter(|_| more).map(|last| last.id.to_string());
    Ok(Json(json!({ "entries": page.iter().map(view).collect::<Vec<_>>(), "next": next })))
}
