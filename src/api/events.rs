//! `GET /api/rooms/{id}/events`: server-sent events (the HTML standard's `text/event-stream`) about a room, for its hosts, for those who may
//! be in it, and for those who wait. A browser's `EventSource` cannot send headers, so who waits has a ticket for the query.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::IntoResponse;
use axum::response::sse::{self, KeepAlive, Sse};

use super::client::{Caller, ClientAddress};
use super::knocks::Waiting;
use super::rooms::{PathId, Queries, allowed, named};
use super::{Api, ApiError, Shared, knocks};
use crate::auth::permissions::{Decision, decide_entry};
use crate::auth::throttle::{Costly, network};
use crate::events::{Heard, Listener, Refused, Subscriber};
use crate::store::{Knocked, Millis, Person, Room};

/// How often a comment says that the stream lives.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends after this, and its client shows anew who it is: as long as an access token lives.
const LIFETIME: Duration = Duration::from_secs(600);
/// How long a client waits before it comes again.
const RETRY: Duration = Duration::from_secs(1);

/// See the module.
pub async fn listen(
    State(api): Shared,
    ClientAddress(from): ClientAddress,
    caller: Caller,
    id: PathId,
    query: Queries,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    api.throttle.take(Costly::Listen, network(from), Instant::now()).map_err(ApiError::Throttled)?;
    let Query(mut query) = query.map_err(|_| ApiError::Malformed("The query cannot be read."))?;
    let (room, key) = named(&api, id).await?;
    let ticket = match query.remove("ticket") {
        Some(ticket) => {
            let (number, login) = api.access.verify_ticket(&ticket).ok_or(ApiError::TokenNotValid)?;
            if number != room.id {
                return Err(ApiError::TokenNotValid);
            }
            Some(Caller::of(&api, Some(login)).await?)
        }
        None => None,
    };
    let by_ticket = ticket.is_some();
    let caller = ticket.unwrap_or(caller);
    let (decision, standing) = decide_entry(&*api.store, caller.visitor(), &room, &key).await?;
    if decision != Decision::Waiting {
        allowed(decision)?;
    }
    let login = caller.login()?;
    let subscriber = Subscriber {
        room: room.id,
        who: login.person(),
        host: standing.is_host(),
        session: login.session().clone(),
        address: network(from),
    };
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).filter(|last| !last.is_empty());
    let listener = begin(&api, subscriber, last)?;
    // Only now, so that nothing happens unheard between this look and the stream.
    let mut first = VecDeque::new();
    if by_ticket || decision == Decision::Waiting {
        first.extend(state(&api, &room, &login.person(), login.name()).await?.map(told));
    }
    let waiting = (decision == Decision::Waiting).then(|| Waiting::new(&api, room.id, login.person()));
    Ok(stream(listener, first, waiting))
}

/// Begins a stream, if there is a place for it.
pub(super) fn begin(api: &Api, subscriber: Subscriber, last: Option<&str>) -> Result<Listener, ApiError> {
    api.events.subscribe(subscriber, last).map_err(|refused| match refused {
        Refused::Closed => ApiError::Unavailable("The server is being restarted. Try again in a little while."),
        Refused::Full => ApiError::Throttled(Duration::from_secs(10)),
    })
}

/// The answer that tells what a listener hears, after some words of its own.
pub(super) fn stream(
    listener: Listener,
    mut first: VecDeque<sse::Event>,
    waiting: Option<Waiting>,
) -> impl IntoResponse + use<> {
    if listener.reset {
        first.push_front(told("reset"));
    }
    first.push_front(sse::Event::default().retry(RETRY).id(&listener.at));
    let headers = [(HeaderName::from_static("x-accel-buffering"), "no")];
    (headers, Sse::new(events(listener, first, waiting)).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

fn told(kind: &'static str) -> sse::Event {
    sse::Event::default().event(kind).data("{}")
}

/// What somebody who waits has to hear at once: they may have been away when it happened.
async fn state(api: &Api, room: &Room, who: &Person, name: &str) -> Result<Option<&'static str>, ApiError> {
    if !room.waiting_room {
        return Ok(Some("admitted"));
    }
    Ok(match api.store.wait_on(room.id, who, Millis::now()).await? {
        Some(Knocked::Admitted) => Some("admitted"),
        Some(Knocked::Refused(_)) => Some("refused"),
        Some(Knocked::Waiting { id, fresh }) => {
            if fresh {
                knocks::tell_hosts(api, room, id, who, name);
            }
            None
        }
        // Their knock is forgotten: they join again, and so knock again.
        None => Some("reset"),
    })
}

fn events(
    listener: Listener,
    first: VecDeque<sse::Event>,
    waiting: Option<Waiting>,
) -> impl futures_util::Stream<Item = Result<sse::Event, Infallible>> {
    let end = tokio::time::Instant::now() + LIFETIME;
    futures_util::stream::unfold((listener, first, waiting), move |(mut listener, mut first, waiting)| async move {
        if let Some(event) = first.pop_front() {
            return Some((Ok(event), (listener, first, waiting)));
        }
        let event = match tokio::time::timeout_at(end, listener.next()).await {
            Ok(Some(Heard::Event(id, event))) => sse::Event::default().id(id).event(event.kind).data(&event.data),
            Ok(Some(Heard::Lagged)) => told("reset"),
            Ok(None) | Err(_) => return None,
        };
        Some((Ok(event), (listener, first, waiting)))
    })
}
