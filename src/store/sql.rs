//! The queries, written once. SQLite and PostgreSQL both take `$1` for a parameter and know `RETURNING`, so one text serves
//! both; what differs (how a write begins, how a row is locked, how a text is searched) the two modules hand in. It is a
//! macro, not a generic function, since sqlx's bounds for "any database with these types" are longer than the queries.

use super::StoreError;

/// What an error of the database means to a caller.
pub(super) fn translate(error: sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_unique_violation() => StoreError::EmailTaken,
        Some(database) if database.is_foreign_key_violation() => StoreError::NoSuchUser,
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// Implements [`super::Store`] for a type with `readers: Pool`, `writer: Pool` and a `begin()` that opens a transaction
/// for writing.
macro_rules! implement_store {
    ($store:ty, $row:ty, find: $find:literal, lock: $lock:literal) => {
        #[async_trait::async_trait]
        impl Store for $store {
            async fn ping(&self) -> Result<()> {
                let mut write = self.begin().await?;
                query("UPDATE secrets SET value = value WHERE name = ''").execute(&mut *write).await.map_err(translate)?;
                write.commit().await.map_err(translate)
            }

            async fn secret_or_insert(&self, name: &str, candidate: &[u8], now: Millis) -> Result<Vec<u8>> {
                let mut write = self.begin().await?;
                query("INSERT INTO secrets (name, value, created_on) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING")
                    .bind(name)
                    .bind(candidate)
                    .bind(now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                let value = query_scalar("SELECT value FROM secrets WHERE name = $1")
                    .bind(name)
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(value)
            }

            async fn create_user(&self, user: NewUser, session: NewSession) -> Result<User> {
                let mut write = self.begin().await?;
                let user = insert_user(&mut write, user).await?;
                insert_session(&mut write, &Person::Account(user.id), &session).await?;
                write.commit().await.map_err(translate)?;
                Ok(user)
            }

            async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
                query(AssertSqlSafe(format!("{USER} WHERE email_key = $1")))
                    .bind(email_key(email))
                    .try_map(user_row)
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn user(&self, id: UserId) -> Result<Option<User>> {
                query(AssertSqlSafe(format!("{USER} WHERE id = $1")))
                    .bind(id.0)
                    .try_map(user_row)
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn create_room(&self, room: NewRoom) -> Result<Room> {
                let mut write = self.begin().await?;
                let rooms: i64 = query_scalar("SELECT COUNT(*) FROM rooms WHERE owner = $1")
                    .bind(room.owner.0)
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                if rooms >= settings_in(&mut *write).await?.rooms_per_user {
                    return Err(StoreError::TooManyRooms);
                }
                let row = query(concat!(
                    "INSERT INTO rooms (owner, title, title_key, description, kind, secret, created_on, allow_guests, \
                     waiting_room, scheduled_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ",
                    room_columns!()
                ))
                .bind(room.owner.0)
                .bind(&room.title)
                .bind(room.title.to_lowercase())
                .bind(&room.description)
                .bind(room.kind.code())
                .bind(&room.secret)
                .bind(room.now.0)
                .bind(room.allow_guests)
                .bind(room.waiting_room)
                .bind(room.scheduled_on.map(|at| at.0))
                .fetch_one(&mut *write)
                .await
                .map_err(translate)?;
                let room = room_row(row).map_err(translate)?;
                index_room(&mut write, &room).await?;
                write.commit().await.map_err(translate)?;
                Ok(room)
            }

            async fn room(&self, key: &RoomKey) -> Result<Option<Room>> {
                const ROOM: &str = concat!("SELECT ", room_columns!(), " FROM rooms WHERE ");
                let found = match key {
                    RoomKey::Number(number) => query(AssertSqlSafe(format!("{ROOM} id = $1"))).bind(number.0),
                    RoomKey::Open(number) => {
                        query(AssertSqlSafe(format!("{ROOM} id = $1 AND kind = 'OTA'"))).bind(number.0)
                    }
                    RoomKey::Secret(secret) => {
                        query(AssertSqlSafe(format!("{ROOM} secret = $1 AND kind = 'IO'"))).bind(secret)
                    }
                };
                found.try_map(room_row).fetch_optional(&self.readers).await.map_err(translate)
            }

            async fn rooms(&self, wanted: &RoomQuery) -> Result<Vec<Room>> {
                query(concat!(
                    "SELECT ",
                    room_columns!(),
                    " FROM rooms WHERE (kind = 'OTA' OR owner = $1 \
                     OR EXISTS (SELECT 1 FROM roles WHERE room = rooms.id AND user_id = $1)) AND id < $2 AND ($3 = '' OR ",
                    $find,
                    "(title_key, $3) > 0) ORDER BY id DESC LIMIT $4"
                ))
                .bind(wanted.viewer.map(|viewer| viewer.0))
                .bind(wanted.before.map_or(i64::MAX, |before| before.0))
                .bind(wanted.search.to_lowercase())
                .bind(i64::from(wanted.limit))
                .try_map(room_row)
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn update_room(&self, id: RoomNumber, host: UserId, edit: RoomEdit) -> Result<Option<Room>> {
                let mut write = self.begin().await?;
                let stored = query(concat!(
                    "SELECT ",
                    room_columns!(),
                    " FROM rooms WHERE id = $1 AND (owner = $2 \
                     OR EXISTS (SELECT 1 FROM roles WHERE room = $1 AND user_id = $2 AND role = 'cohost'))",
                    $lock
                ))
                .bind(id.0)
                .bind(host.0)
                .try_map(room_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                let Some(stored) = stored else { return Ok(None) };
                if edit.version.is_some_and(|version| !stored.is_settled_since(version)) {
                    return Err(StoreError::VersionConflict);
                }
                let version = stored.version.saturating_add(i64::from(!edit.is_empty()));
                let row = query(concat!(
                    "UPDATE rooms SET version = $2, title = COALESCE($3, title), title_key = COALESCE($4, title_key), \
                     description = COALESCE($5, description), kind = COALESCE($6, kind), locked = COALESCE($7, locked), \
                     allow_guests = COALESCE($8, allow_guests), waiting_room = COALESCE($9, waiting_room), \
                     people_limit = COALESCE($10, people_limit), \
                     scheduled_on = CASE WHEN $11 THEN $12 ELSE scheduled_on END, keep_chat = COALESCE($13, keep_chat), \
                     chat_disabled = COALESCE($14, chat_disabled), share_disabled = COALESCE($15, share_disabled), \
                     unmute_disabled = COALESCE($16, unmute_disabled), spotlight = COALESCE($17, spotlight), settled = $18 \
                     WHERE id = $1 RETURNING ",
                    room_columns!()
                ))
                .bind(id.0)
                .bind(version)
                .bind(&edit.title)
                .bind(edit.title.as_ref().map(|title| title.to_lowercase()))
                .bind(&edit.description)
                .bind(edit.kind.map(RoomKind::code))
                .bind(edit.locked)
                .bind(edit.allow_guests)
                .bind(edit.waiting_room)
                .bind(edit.people_limit.map(i64::from))
                .bind(edit.scheduled_on.is_some())
                .bind(edit.scheduled_on.flatten().map(|at| at.0))
                .bind(edit.keep_chat)
                .bind(edit.chat_disabled)
                .bind(edit.share_disabled)
                .bind(edit.unmute_disabled)
                .bind(&edit.spotlight)
                .bind(if edit.is_of_settings() { version } else { stored.settled })
                .try_map(room_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                if let (Some(_), Some(room)) = (&edit.title, &row) {
                    index_room(&mut write, room).await?;
                }
                write.commit().await.map_err(translate)?;
                Ok(row)
            }

            async fn delete_room(&self, id: RoomNumber, owner: UserId) -> Result<Option<Room>> {
                let mut write = self.begin().await?;
                let row = query(concat!(
                    "DELETE FROM rooms WHERE id = $1 AND owner = $2 RETURNING ",
                    room_columns!()
                ))
                .bind(id.0)
                .bind(owner.0)
                .try_map(room_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(row)
            }

            async fn create_session(&self, user: UserId, password_hash: &str, session: NewSession) -> Result<()> {
                let mut write = self.begin().await?;
                // The account's row is the lock at which a login and a change of its password take turns.
                query(concat!("SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 AND disabled = FALSE", $lock))
                    .bind(user.0)
                    .bind(password_hash)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?
                    .ok_or(StoreError::NoSuchUser)?;
                insert_session(&mut write, &Person::Account(user), &session).await?;
                write.commit().await.map_err(translate)
            }

            async fn rotate(&self, rotation: Rotation) -> Result<Rotated> {
                let mut write = self.begin().await?;
                let session: Option<String> = query_scalar("SELECT session FROM refresh_tokens WHERE hash = $1")
                    .bind(&rotation.spent.0[..])
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?;
                let Some(session) = session else { return Ok(Rotated::Refused) };
                // The session's row is the lock under which two rotations of one session queue up.
                let row = query(concat!(
                    "SELECT user_id, generation, expires_on, ended_on, guest FROM sessions WHERE id = $1",
                    $lock
                ))
                .bind(&session)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                let Some(row) = row else { return Ok(Rotated::Refused) };
                let read = |error: sqlx::Error| translate(error);
                let who = person_of(row.try_get(0).map_err(read)?, row.try_get(4).map_err(read)?).map_err(read)?;
                let newest: i64 = row.try_get(1).map_err(read)?;
                let session_expires_on: i64 = row.try_get(2).map_err(read)?;
                let ended_on: Option<i64> = row.try_get(3).map_err(read)?;
                let row = query("SELECT generation, spent_on, expires_on FROM refresh_tokens WHERE hash = $1")
                    .bind(&rotation.spent.0[..])
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                let generation: i64 = row.try_get(0).map_err(read)?;
                let spent_on: Option<i64> = row.try_get(1).map_err(read)?;
                let expires_on: i64 = row.try_get(2).map_err(read)?;
                let next = generation.saturating_add(1);
                let successors: i64 =
                    query_scalar("SELECT COUNT(*) FROM refresh_tokens WHERE session = $1 AND generation = $2")
                        .bind(&session)
                        .bind(next)
                        .fetch_one(&mut *write)
                        .await
                        .map_err(translate)?;
                let token =
                    FoundToken { generation, newest, spent_on, expires_on, session_expires_on, ended_on, successors };
                let session = SessionId(session);
                match token.judge(&rotation) {
                    Verdict::Refuse => return Ok(Rotated::Refused),
                    Verdict::Reuse => {
                        query("UPDATE sessions SET ended_on = $2 WHERE id = $1")
                            .bind(&session.0)
                            .bind(rotation.now.0)
                            .execute(&mut *write)
                            .await
                            .map_err(translate)?;
                        write.commit().await.map_err(translate)?;
                        return Ok(Rotated::Reused { session, who });
                    }
                    Verdict::Rotate => {}
                }
                query(
                    "UPDATE refresh_tokens SET spent_on = $3 WHERE session = $1 AND generation <= $2 AND spent_on IS NULL",
                )
                .bind(&session.0)
                .bind(generation)
                .bind(rotation.now.0)
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                query(
                    "INSERT INTO refresh_tokens (hash, session, generation, expires_on, spent_on) \
                     VALUES ($1, $2, $3, $4, NULL)",
                )
                .bind(&rotation.successor.0[..])
                .bind(&session.0)
                .bind(next)
                .bind(rotation.successor_expires.0.min(session_expires_on))
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                query("DELETE FROM refresh_tokens WHERE session = $1 AND generation < $2")
                    .bind(&session.0)
                    .bind(next.saturating_sub(MAX_GENERATIONS))
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                query("UPDATE sessions SET generation = $2, used_on = $3 WHERE id = $1")
                    .bind(&session.0)
                    .bind(newest.max(next))
                    .bind(rotation.now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(Rotated::Fresh { session, who })
            }

            async fn peek_token(&self, hash: TokenHash, now: Millis) -> Result<Option<(SessionId, Person)>> {
                query(
                    "SELECT s.id, s.user_id, s.guest FROM refresh_tokens t JOIN sessions s ON s.id = t.session \
                     WHERE t.hash = $1 AND t.spent_on IS NULL AND t.expires_on > $2 AND s.expires_on > $2 \
                     AND s.ended_on IS NULL",
                )
                .bind(&hash.0[..])
                .bind(now.0)
                .try_map(|row: $row| Ok((SessionId(row.try_get(0)?), person_of(row.try_get(1)?, row.try_get(2)?)?)))
                .fetch_optional(&self.readers)
                .await
                .map_err(translate)
            }

            async fn live_session(&self, session: &SessionId, now: Millis) -> Result<Option<UserId>> {
                query("SELECT user_id FROM sessions WHERE id = $1 AND expires_on > $2 AND ended_on IS NULL AND guest IS NULL")
                    .bind(&session.0)
                    .bind(now.0)
                    .try_map(|row: $row| Ok(UserId(row.try_get(0)?)))
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn end_session(&self, hash: TokenHash, now: Millis) -> Result<Option<(SessionId, Person)>> {
                let mut write = self.begin().await?;
                let ended = query(
                    "UPDATE sessions SET ended_on = $2 WHERE ended_on IS NULL \
                     AND id = (SELECT session FROM refresh_tokens WHERE hash = $1) RETURNING id, user_id, guest",
                )
                .bind(&hash.0[..])
                .bind(now.0)
                .try_map(|row: $row| Ok((SessionId(row.try_get(0)?), person_of(row.try_get(1)?, row.try_get(2)?)?)))
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(ended)
            }

            async fn sweep(&self, now: Millis) -> Result<u64> {
                let mut write = self.begin().await?;
                let mut gone = 0;
                for text in
                    ["DELETE FROM refresh_tokens WHERE expires_on <= $1", "DELETE FROM sessions WHERE expires_on <= $1"]
                {
                    gone += query(text).bind(now.0).execute(&mut *write).await.map_err(translate)?.rows_affected();
                }
                query("DELETE FROM links WHERE expires_on <= $1")
                    .bind(now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                query("DELETE FROM guests WHERE expires_on <= $1 AND banned_on IS NULL")
                    .bind(now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                query("DELETE FROM knocks WHERE state <> 'admitted' AND seen_on <= $1")
                    .bind(knock_horizon(now))
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                query("DELETE FROM audit WHERE at <= $1")
                    .bind(now.0.saturating_sub(AUDIT_KEPT_MS))
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(gone)
            }

            async fn close(&self) {
                self.readers.close().await;
                self.writer.close().await;
            }
        }
    };
}

pub(super) use implement_store;
