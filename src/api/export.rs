//! What the server keeps of somebody, as one JSON object to take along: the account, its logins, its rooms with their invitations,
//! its roles in other rooms, and the messages that it wrote. No secret, no hash, no token.
//!
//! An account may have a thousand rooms and a million messages, so the text is made as it is sent: a page of the database at a time.
//! Where the database fails midway the transfer breaks off, and the client sees that the file is not whole.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde_json::{Value, json};

use super::client::LoggedIn;
use super::rooms::time;
use super::{Api, ApiError, Shared, account, invitations, logins};
use crate::auth::permissions::Standing;
use crate::auth::throttle::Costly;
use crate::store::{Millis, OwnMessage, Room, RoomNumber, StoreError, UserId};

/// Messages that are read at a time: at most 8 MiB of text.
const PAGE: u16 = 500;

/// `GET /api/user/export/`
pub async fn export(State(api): Shared, LoggedIn(account): LoggedIn) -> Result<Response, ApiError> {
    api.throttle.take(Costly::Export, account.id, Instant::now()).map_err(ApiError::Throttled)?;
    let user = account::own(&api, &account).await?;
    let logins = api.store.logins(user.id, Millis::now()).await?;
    let rooms = api.store.rooms_of(user.id).await?;
    let roles = api.store.roles_of(user.id, RoomNumber(0), RoomNumber(i64::MAX)).await?;
    let logins: Vec<Value> = logins.iter().map(|login| logins::view(login, &account.session)).collect();
    let roles: Vec<Value> = roles.iter().map(|(room, role)| json!({ "room": room.0, "role": role.code() })).collect();
    let start = format!(
        "{{\"exportedOn\":{},\"account\":{},\"sessions\":{},\"roles\":{},\"rooms\":[",
        json!(time(Millis::now())),
        account::view(&user),
        json!(logins),
        json!(roles),
    );
    let text = Text { api, user: user.id, part: Part::Rooms(rooms.into()), first: true, start: Some(start) };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"rotunda-export.json\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Body::from_stream(text.stream())).into_response())
}

/// What is still to be written.
enum Part {
    Rooms(VecDeque<Room>),
    Messages(Option<(RoomNumber, i64)>),
    Done,
}

/// The text, from where it is.
struct Text {
    api: Arc<Api>,
    user: UserId,
    part: Part,
    /// Whether nothing of this part has been written.
    first: bool,
    start: Option<String>,
}

impl Text {
    fn stream(self) -> impl futures_util::Stream<Item = Result<Bytes, StoreError>> {
        stream::try_unfold(
            self,
            |mut text| async move { Ok(text.next().await?.map(|chunk| (Bytes::from(chunk), text))) },
        )
    }

    async fn next(&mut self) -> Result<Option<String>, StoreError> {
        if let Some(start) = self.start.take() {
            return Ok(Some(start));
        }
        let chunk = match &mut self.part {
            Part::Rooms(rooms) => match rooms.pop_front() {
                Some(room) => {
                    let room = self.room(room).await?;
                    self.listed([room])
                }
                None => {
                    self.part = Part::Messages(None);
                    self.first = true;
                    "],\"messages\":[".to_owned()
                }
            },
            Part::Messages(after) => {
                let messages = self.api.store.messages_by(self.user, *after, PAGE).await?;
                match messages.last() {
                    Some(last) => {
                        *after = Some((last.room, last.id));
                        self.listed(messages.iter().map(message))
                    }
                    None => {
                        self.part = Part::Done;
                        "]}\n".to_owned()
                    }
                }
            }
            Part::Done => return Ok(None),
        };
        Ok(Some(chunk))
    }

    async fn room(&self, room: Room) -> Result<Value, StoreError> {
        let given = self.api.store.invitations(room.id).await?;
        let mut view = super::rooms::view(&room, Standing::Owner);
        if let Some(view) = view.as_object_mut() {
            view.insert("invitations".to_owned(), given.iter().map(invitations::view).collect());
        }
        Ok(view)
    }

    /// Items of a list, with the commas between them.
    fn listed(&mut self, items: impl IntoIterator<Item = Value>) -> String {
        let mut text = String::new();
        for item in items {
            if !std::mem::take(&mut self.first) {
                text.push(',');
            }
            text.push_str(&item.to_string());
        }
        text
    }
}

fn message(message: &OwnMessage) -> Value {
    json!({ "room": message.room.0, "id": message.id, "text": message.text, "sentOn": time(message.sent_on) })
}
