//! The audit log of a room, as its hosts read it: who asked for what, about whom.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::body::page;
use super::client::Viewer;
use super::moderation::host;
use super::rooms::{PathId, Queries, time};
use super::{ApiError, Shared};
use crate::auth::room_access::person_of;
use crate::store::{Act, AuditEntry, GuestId, MAX_AUDIT, Person, UserId};

/// Whom an entry is about, if that is one person whom the server could know: an account, a guest, or a device of theirs.
pub(super) fn about(act: &str, subject: &str) -> Option<Person> {
    if !Act::is_about_a_person(act) {
        return None;
    }
    let account = || subject.parse().ok().map(|id| Person::Account(UserId(id)));
    person_of(subject).or_else(|| GuestId::parse(subject).map(Person::Guest)).or_else(account)
}

/// `GET /api/rooms/{id}/audit/?before=&limit=`: the newest entries first. Names are those of today, and null of those who are gone.
pub async fn list(
    State(api): Shared,
    Viewer(viewer): Viewer,
    id: PathId,
    query: Queries,
) -> Result<Json<Value>, ApiError> {
    let (_, room) = host(&api, viewer, id).await?;
    let (before, limit) = page(query, MAX_AUDIT, MAX_AUDIT)?;
    let entries = api.store.audit(room.id, before, limit).await?;
    let whom = |entry: &AuditEntry| about(&entry.act, &entry.subject);
    let mut people: Vec<_> = entries.iter().filter_map(whom).collect();
    people.extend(entries.iter().map(|entry| Person::Account(entry.actor)));
    people.sort();
    people.dedup();
    let names = api.store.names(room.id, &people).await?;
    let view = |entry: &AuditEntry| {
        json!({
            "id": entry.id,
            "at": time(entry.at),
            "user": entry.actor.0,
            "name": names.get(&Person::Account(entry.actor)),
            "act": entry.act,
            "subject": entry.subject,
            "subjectName": whom(entry).and_then(|person| names.get(&person)),
        })
    };
    Ok(Json(entries.iter().map(view).collect()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn whom_an_entry_is_about() {
        let guest = format!("g{}", "0f".repeat(16));
        let about = |act: &str, subject: &str| super::about(act, subject).map(|person| person.to_string());
        for (act, subject, person) in [
            ("ban", "7", Some("7")),
            ("mute", "7:laptop", Some("7")),
            ("remove", &format!("{guest}:tab"), Some(guest.as_str())),
            ("admit", &guest, Some(&guest)),
            ("mute", "", None),
            ("refuse", "knock 3", None),
            ("spotlight", "recorder", None),
            ("revoke", "7", None),
            ("settings", "peopleLimit=7", None),
        ] {
            assert_eq!(about(act, subject).as_deref(), person, "{act} {subject}");
        }
    }
}
