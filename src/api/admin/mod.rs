//! Administration: what only those may do who run the server. Whether somebody does is asked of the database at every request, so
//! who has been demoted or disabled is out at once. Each wish that changes something is in the audit log before it is carried out.

pub mod audit;
pub mod calls;
pub mod claim;
pub mod events;
pub mod invitations;
pub mod rooms;
pub mod samples;
pub mod settings;
pub mod users;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;

use super::client::login;
use super::rooms::Queries;
use super::{Api, ApiError};
use crate::auth::throttle::Costly;
use crate::auth::{Account, Login};
use crate::store::{Act, Millis, NewAuditEntry, RoomNumber, UserId};

/// Rows of a page, at most.
const MAX_PAGE: u16 = 100;
/// Rows of a page when nobody says how many.
const PAGE: u16 = 50;
/// The longest search in characters.
const MAX_SEARCH: usize = 200;

/// Somebody who administers the server at this moment.
pub struct Administrator(pub Account);

impl FromRequestParts<Arc<Api>> for Administrator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let account = match login(parts, api)? {
            None => return Err(ApiError::Unauthorized("This needs a login.")),
            Some(Login::Guest(_)) => return Err(ApiError::NotAnAdministrator),
            Some(Login::Account(account)) => account,
        };
        ensure_administers(api, &account).await?;
        Ok(Self(account))
    }
}

/// Asks the database whether somebody administers the server.
async fn ensure_administers(api: &Api, account: &Account) -> Result<(), ApiError> {
    match api.store.live_administrator(&account.session, Millis::now()).await? {
        Some((id, true)) if id == account.id => Ok(()),
        Some((id, false)) if id == account.id => Err(ApiError::NotAnAdministrator),
        _ => Err(ApiError::TokenNotValid),
    }
}

/// What a wish is about.
#[derive(Clone, Default)]
struct About {
    room: Option<RoomNumber>,
    whom: Option<UserId>,
    subject: String,
}

/// Writes down what an administrator asks for; so many a second, so that nobody fills the log.
async fn record(api: &Api, account: &Account, act: Act, about: About) -> Result<(), ApiError> {
    api.throttle.take(Costly::Administer, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    tracing::info!(actor = account.id.0, act = act.code(), "an administrator acts");
    let entry = NewAuditEntry {
        at: Millis::now(),
        actor: account.id,
        room: about.room.unwrap_or(RoomNumber(0)),
        act,
        // Names of rooms in memory may have this in them, and a database takes no text with it.
        subject: about.subject.replace('\0', ""),
        whom: about.whom,
        address: account.from.map(|from| from.to_string()).unwrap_or_default(),
    };
    Ok(api.store.record(entry).await?)
}

/// What a list is asked for: a page, from where, and what is looked for.
struct Wanted {
    rest: HashMap<String, String>,
    limit: u16,
}

impl Wanted {
    fn read(query: Queries) -> Result<Self, ApiError> {
        let Query(mut rest) = query.map_err(|_| ApiError::Malformed("The query cannot be read."))?;
        let limit = match rest.remove("limit").as_deref() {
            None | Some("") => PAGE,
            Some(text) => match text.parse::<u64>() {
                Ok(limit @ 1..) => u16::try_from(limit).unwrap_or(MAX_PAGE).min(MAX_PAGE),
                _ => return Err(ApiError::field("limit", format!("A number from 1 to {MAX_PAGE}."))),
            },
        };
        Ok(Self { rest, limit })
    }

    /// One more than a page, so that it is seen whether there is another.
    fn and_one(&self) -> u16 {
        self.limit + 1
    }

    fn search(&mut self) -> Result<String, ApiError> {
        let search = self.rest.remove("search").unwrap_or_default();
        if search.chars().count() > MAX_SEARCH || search.contains('\0') {
            return Err(ApiError::field("search", format!("At most {MAX_SEARCH} characters of text.")));
        }
        Ok(search)
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.rest.remove(name).filter(|text| !text.is_empty())
    }

    /// The number after which the page begins, for lists that are sorted by number.
    fn before(&mut self) -> Result<Option<i64>, ApiError> {
        let number = self.text("after").map(|text| text.parse::<i64>());
        number.transpose().map_err(|_| ApiError::field("after", "What a page before had as `next`."))
    }

    /// Cuts a page from what was read, and says whether there is more.
    fn page<T>(&self, mut rows: Vec<T>) -> (Vec<T>, bool) {
        let more = rows.len() > usize::from(self.limit);
        rows.truncate(usize::from(self.limit));
        (rows, more)
    }
}
