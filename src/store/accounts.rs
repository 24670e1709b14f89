//! What people do with their own accounts: change them, see where they are logged in, take their data along, and go.

use async_trait::async_trait;

use super::{Millis, Result, Room, RoomNumber, SessionId, User, UserId};

/// What changes in an account; `None` stays as it is.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct AccountEdit {
    /// Another address.
    pub email: Option<String>,
    /// Another first name.
    pub first_name: Option<String>,
    /// Another last name.
    pub last_name: Option<String>,
}

/// A change of password.
#[derive(Clone, Debug)]
pub struct PasswordChange {
    /// Whose.
    pub user: UserId,
    /// The hash that the old password was compared with: when it is another one by now, nothing changes.
    pub old_hash: String,
    /// The new one's hash.
    pub new_hash: String,
    /// The login that stays.
    pub keep: SessionId,
    /// Now.
    pub now: Millis,
}

/// A login that lives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveLogin {
    /// Its session.
    pub session: SessionId,
    /// When it began.
    pub created_on: Millis,
    /// When its refresh token was last traded in, or its beginning.
    pub used_on: Millis,
    /// The program that logged in, in a few words; empty when it said nothing of itself.
    pub client: String,
}

/// What went with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeletedUser {
    /// Its rooms.
    pub rooms: Vec<Room>,
    /// Its sessions that had not ended.
    pub sessions: Vec<SessionId>,
}

/// A message of somebody's, and the room that it was written in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OwnMessage {
    /// Where.
    pub room: RoomNumber,
    /// Its number in the room.
    pub id: i64,
    /// What.
    pub text: String,
    /// When it was complete.
    pub sent_on: Millis,
}

/// The part of the store that is about people's own accounts. Every method is one transaction.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Changes an account; `None` when it is gone. Links to a new password that went to another address are worth nothing any more.
    ///
    /// # Errors
    /// [`super::StoreError::EmailTaken`] when another account has the address.
    async fn edit_account(&self, user: UserId, edit: AccountEdit) -> Result<Option<User>>;
    /// Changes a password and ends all other logins, which it returns; `None` when the password has been changed meanwhile, or the account is gone.
    async fn change_password(&self, change: PasswordChange) -> Result<Option<Vec<SessionId>>>;
    /// The logins of an account that live, the one used last first; at most [`super::MAX_SESSIONS`].
    async fn logins(&self, user: UserId, now: Millis) -> Result<Vec<LiveLogin>>;
    /// Ends a login of this account; whether there was one that lived.
    async fn end_login(&self, user: UserId, session: &SessionId, now: Millis) -> Result<bool>;
    /// The rooms of an account, the oldest first.
    async fn rooms_of(&self, owner: UserId) -> Result<Vec<Room>>;
    /// Kept messages that an account wrote, by room and number, after the one named; at most `limit`.
    async fn messages_by(&self, user: UserId, after: Option<(RoomNumber, i64)>, limit: u16) -> Result<Vec<OwnMessage>>;
    /// Deletes an account with its rooms, its sessions and what it wrote; `None` when there was no such account.
    ///
    /// # Errors
    /// [`super::StoreError::LastAdministrator`] when nobody else could administer the server.
    async fn delete_user(&self, user: UserId) -> Result<Option<DeletedUser>>;
}

/// Implements [`Accounts`] for a type as [`super::sql::implement_store`] takes it; `lock` keeps a row for the transaction.
macro_rules! implement_accounts {
    ($store:ty, $row:ty, lock: $lock:literal) => {
        /// Refuses what would leave the server without an administrator. Two who go at once take turns at the administrators' rows.
        async fn keep_an_administrator(write: &mut Write, leaving: UserId) -> Result<()> {
            let administrators: Vec<i64> =
                query_scalar(concat!("SELECT id FROM users WHERE is_admin = TRUE AND disabled = FALSE ORDER BY id", $lock))
                    .fetch_all(&mut **write)
                    .await
                    .map_err(translate)?;
            if administrators == [leaving.0] { Err(StoreError::LastAdministrator) } else { Ok(()) }
        }

        /// Ends the sessions of an account, all but `keep`, and says which they were.
        async fn end_sessions(
            write: &mut Write,
            user: UserId,
            keep: Option<&SessionId>,
            now: Millis,
        ) -> Result<Vec<SessionId>> {
            query("UPDATE sessions SET ended_on = $2 WHERE user_id = $1 AND ended_on IS NULL AND id <> $3 RETURNING id")
                .bind(user.0)
                .bind(now.0)
                .bind(keep.map_or("", |keep| keep.0.as_str()))
                .try_map(|row: $row| Ok(SessionId(row.try_get(0)?)))
                .fetch_all(&mut **write)
                .await
                .map_err(translate)
        }

        #[async_trait::async_trait]
        impl Accounts for $store {
            async fn edit_account(&self, user: UserId, edit: AccountEdit) -> Result<Option<User>> {
                let mut write = self.begin().await?;
                if edit.email.is_some() {
                    drop_reset_links(&mut write, user).await?;
                }
                let user = query(concat!(
                    "UPDATE users SET email = COALESCE($2, email), email_key = COALESCE($3, email_key), \
                     first_name = COALESCE($4, first_name), last_name = COALESCE($5, last_name) WHERE id = $1 RETURNING ",
                    user_columns!()
                ))
                .bind(user.0)
                .bind(&edit.email)
                .bind(edit.email.as_deref().map(email_key))
                .bind(&edit.first_name)
                .bind(&edit.last_name)
                .try_map(user_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                if let Some(user) = &user {
                    index_user(&mut write, user).await?;
                }
                write.commit().await.map_err(translate)?;
                Ok(user)
            }

            async fn change_password(&self, change: PasswordChange) -> Result<Option<Vec<SessionId>>> {
                let mut write = self.begin().await?;
                let changed = query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
                    .bind(change.user.0)
                    .bind(&change.old_hash)
                    .bind(&change.new_hash)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                if changed.rows_affected() == 0 {
                    return Ok(None);
                }
                drop_reset_links(&mut write, change.user).await?;
                let ended = end_sessions(&mut write, change.user, Some(&change.keep), change.now).await?;
                write.commit().await.map_err(translate)?;
                Ok(Some(ended))
            }

            async fn logins(&self, user: UserId, now: Millis) -> Result<Vec<LiveLogin>> {
                query(
                    "SELECT id, created_on, used_on, client FROM sessions WHERE user_id = $1 AND ended_on IS NULL \
                     AND expires_on > $2 AND EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.session = sessions.id \
                     AND t.spent_on IS NULL AND t.expires_on > $2) ORDER BY used_on DESC, id LIMIT $3",
                )
                .bind(user.0)
                .bind(now.0)
                .bind(MAX_SESSIONS)
                .try_map(|row: $row| {
                    Ok(LiveLogin {
                        session: SessionId(row.try_get(0)?),
                        created_on: Millis(row.try_get(1)?),
                        used_on: Millis(row.try_get(2)?),
                        client: row.try_get(3)?,
                    })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn end_login(&self, user: UserId, session: &SessionId, now: Millis) -> Result<bool> {
                let mut write = self.begin().await?;
                let ended = query(
                    "UPDATE sessions SET ended_on = $3 WHERE id = $2 AND user_id = $1 AND ended_on IS NULL AND expires_on > $3",
                )
                .bind(user.0)
                .bind(&session.0)
                .bind(now.0)
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(ended.rows_affected() > 0)
            }

            async fn rooms_of(&self, owner: UserId) -> Result<Vec<Room>> {
                query(concat!("SELECT ", room_columns!(), " FROM rooms WHERE owner = $1 ORDER BY id"))
                    .bind(owner.0)
                    .try_map(room_row)
                    .fetch_all(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn messages_by(
                &self,
                user: UserId,
                after: Option<(RoomNumber, i64)>,
                limit: u16,
            ) -> Result<Vec<OwnMessage>> {
                let (room, id) = after.map_or((i64::MIN, i64::MIN), |(room, id)| (room.0, id));
                query(
                    "SELECT room, id, text, sent_on FROM messages \
                     WHERE user_id = $1 AND (room, id) > ($2, $3) ORDER BY room, id LIMIT $4",
                )
                .bind(user.0)
                .bind(room)
                .bind(id)
                .bind(i64::from(limit))
                .try_map(|row: $row| {
                    Ok(OwnMessage {
                        room: RoomNumber(row.try_get(0)?),
                        id: row.try_get(1)?,
                        text: row.try_get(2)?,
                        sent_on: Millis(row.try_get(3)?),
                    })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn delete_user(&self, user: UserId) -> Result<Option<DeletedUser>> {
                let mut write = self.begin().await?;
                keep_an_administrator(&mut write, user).await?;
                let rooms = query(concat!("SELECT ", room_columns!(), " FROM rooms WHERE owner = $1", $lock))
                    .bind(user.0)
                    .try_map(room_row)
                    .fetch_all(&mut *write)
                    .await
                    .map_err(translate)?;
                let sessions = query("SELECT id FROM sessions WHERE user_id = $1 AND ended_on IS NULL")
                    .bind(user.0)
                    .try_map(|row: $row| Ok(SessionId(row.try_get(0)?)))
                    .fetch_all(&mut *write)
                    .await
                    .map_err(translate)?;
                let gone =
                    query("DELETE FROM users WHERE id = $1").bind(user.0).execute(&mut *write).await.map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok((gone.rows_affected() > 0).then_some(DeletedUser { rooms, sessions }))
            }
        }
    };
}

pub(super) use implement_accounts;
