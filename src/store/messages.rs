//! What people wrote in the rooms that keep their chat.

use async_trait::async_trait;

use super::{Millis, Result, RoomNumber, UserId};

/// Messages that a room keeps; the oldest beyond go.
pub const MAX_MESSAGES: i64 = 10_000;
/// The longest message in characters.
pub const MAX_MESSAGE: usize = 4000;

/// A message to be kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewMessage {
    /// The account that has written it; `None` for whoever has none.
    pub user: Option<UserId>,
    /// The identity in the call.
    pub identity: String,
    /// The name in the call.
    pub name: String,
    /// 1 to [`MAX_MESSAGE`] characters.
    pub text: String,
    /// The id of the stream that it came in.
    pub stream: String,
    /// When it was complete.
    pub sent_on: Millis,
}

/// A kept message, under the name that its account has now; what somebody called themselves in a call counts for those without
/// an account alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Its number, which rises within the room and is never given out again.
    pub id: i64,
    /// What was kept.
    pub kept: NewMessage,
}

/// The part of the store that is about chat. Every method is one transaction.
#[async_trait]
pub trait Messages: Send + Sync {
    /// Keeps messages of a room, in this order, and lets go of the oldest beyond [`MAX_MESSAGES`]. Returns the number of each;
    /// `None` for one whose account is gone, of which nothing is kept.
    ///
    /// # Errors
    /// [`super::StoreError::NoSuchUser`] when the room is gone.
    async fn keep_messages(&self, room: RoomNumber, messages: Vec<NewMessage>) -> Result<Vec<Option<i64>>>;
    /// Takes a message out again; whether it was there.
    async fn discard_message(&self, room: RoomNumber, id: i64) -> Result<bool>;
    /// A room's messages with smaller numbers than `before`, the newest first, at most `limit`.
    async fn messages(&self, room: RoomNumber, before: Option<i64>, limit: u16) -> Result<Vec<Message>>;
}

/// Implements [`Messages`] for a type as [`super::sql::implement_store`] takes it; `share` keeps a row from being deleted during
/// the transaction.
macro_rules! implement_messages {
    ($store:ty, $row:ty, share: $share:literal) => {
        #[async_trait::async_trait]
        impl Messages for $store {
            async fn keep_messages(&self, room: RoomNumber, messages: Vec<NewMessage>) -> Result<Vec<Option<i64>>> {
                let mut write = self.begin().await?;
                // The row is also the lock under which two writers of one room take turns.
                let count = i64::try_from(messages.len()).unwrap_or(i64::MAX);
                let last: i64 = query_scalar(
                    "INSERT INTO chats (room, last) VALUES ($1, $2) \
                     ON CONFLICT (room) DO UPDATE SET last = chats.last + $2 RETURNING last",
                )
                .bind(room.0)
                .bind(count)
                .fetch_one(&mut *write)
                .await
                .map_err(translate)?;
                let mut ids = Vec::with_capacity(messages.len());
                for (message, id) in messages.iter().zip(last - count + 1..) {
                    if let Some(user) = message.user {
                        let there = query(concat!("SELECT 1 FROM users WHERE id = $1", $share))
                            .bind(user.0)
                            .fetch_optional(&mut *write)
                            .await
                            .map_err(translate)?;
                        if there.is_none() {
                            ids.push(None);
                            continue;
                        }
                    }
                    query(
                        "INSERT INTO messages (room, id, user_id, identity, name, text, stream, sent_on) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    )
                    .bind(room.0)
                    .bind(id)
                    .bind(message.user.map(|user| user.0))
                    .bind(&message.identity)
                    .bind(&message.name)
                    .bind(&message.text)
                    .bind(&message.stream)
                    .bind(message.sent_on.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                    ids.push(Some(id));
                }
                query("DELETE FROM messages WHERE room = $1 AND id <= $2")
                    .bind(room.0)
                    .bind(last - MAX_MESSAGES)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(ids)
            }

            async fn discard_message(&self, room: RoomNumber, id: i64) -> Result<bool> {
                let mut write = self.begin().await?;
                let gone = query("DELETE FROM messages WHERE room = $1 AND id = $2")
                    .bind(room.0)
                    .bind(id)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(gone.rows_affected() > 0)
            }

            async fn messages(&self, room: RoomNumber, before: Option<i64>, limit: u16) -> Result<Vec<Message>> {
                query(
                    "SELECT m.id, m.user_id, m.identity, m.name, m.text, m.stream, m.sent_on, u.first_name, u.last_name \
                     FROM messages m LEFT JOIN users u ON u.id = m.user_id \
                     WHERE m.room = $1 AND m.id < $2 ORDER BY m.id DESC LIMIT $3",
                )
                .bind(room.0)
                .bind(before.unwrap_or(i64::MAX))
                .bind(i64::from(limit))
                .try_map(|row: $row| {
                    let (first, last): (Option<String>, Option<String>) = (row.try_get(7)?, row.try_get(8)?);
                    let account = first.zip(last).map(|(first, last)| format!("{first} {last}").trim().to_owned());
                    let kept = NewMessage {
                        user: row.try_get::<Option<i64>, _>(1)?.map(UserId),
                        identity: row.try_get(2)?,
                        name: account.map_or_else(|| row.try_get(3), Ok)?,
                        text: row.try_get(4)?,
                        stream: row.try_get(5)?,
                        sent_on: Millis(row.try_get(6)?),
                    };
                    Ok(Message { id: row.try_get(0)?, kept })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }
        }
    };
}

pub(super) use implement_messages;
