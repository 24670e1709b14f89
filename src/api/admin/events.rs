//! `GET /api/admin/events/`: server-sent events for a page of the administration, which goes away when its reader administers the server
//! no more: `over` says so, with the reason as a code, and the stream ends.

use std::collections::VecDeque;
use std::time::Instant;

use axum::extract::State;
use axum::response::IntoResponse;
use serde_json::json;

use super::{Administrator, ensure_administers};
use crate::api::client::ClientAddress;
use crate::api::events::{begin, stream};
use crate::api::{Api, ApiError, Shared};
use crate::auth::throttle::{Costly, network};
use crate::events::{Audience, SERVER, Subscriber};
use crate::store::{Person, UserId};

/// See the module.
pub async fn listen(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    Administrator(account): Administrator,
) -> Result<impl IntoResponse, ApiError> {
    api.throttle.take(Costly::Listen, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let subscriber = Subscriber {
        room: SERVER,
        who: Person::Account(account.id),
        host: true,
        session: account.session.clone(),
        address: network(from),
    };
    let listener = begin(&api, subscriber, None)?;
    // Only now, so that nobody is demoted unheard between the look before and the stream.
    ensure_administers(&api, &account).await?;
    Ok(stream(listener, VecDeque::new(), None))
}

/// Ends the streams of somebody who administers the server no more.
pub(super) fn end(api: &Api, user: UserId, code: &'static str) {
    let person = Person::Account(user);
    api.events.publish(SERVER, Audience::Person(person.clone()), "over", &json!({ "code": code }));
    api.events.end_person(SERVER, &person);
}
