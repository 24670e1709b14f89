//! The rows of accounts and rooms: their columns, how they are read, and how those are written that come with others.

/// The columns of a [`super::Room`], in the order in which `room_row` reads them.
macro_rules! room_columns {
    () => {
        "id, owner, title, description, kind, secret, created_on, locked, version, allow_guests, waiting_room, people_limit, \
         scheduled_on, keep_chat, chat_disabled, share_disabled, unmute_disabled, spotlight, settled"
    };
}

/// The columns of a [`super::User`], in the order in which `user_row` reads them.
macro_rules! user_columns {
    () => {
        "id, email, first_name, last_name, password_hash, created_on, is_admin, disabled"
    };
}

/// Implements it, for a type as [`super::sql::implement_store`] takes it.
macro_rules! implement_rows {
    ($row:ty) => {
        const USER: &str = concat!("SELECT ", user_columns!(), " FROM users");

        fn user_row(row: $row) -> std::result::Result<User, sqlx::Error> {
            Ok(User {
                id: UserId(row.try_get(0)?),
                email: row.try_get(1)?,
                first_name: row.try_get(2)?,
                last_name: row.try_get(3)?,
                password_hash: row.try_get(4)?,
                created_on: Millis(row.try_get(5)?),
                is_admin: row.try_get(6)?,
                disabled: row.try_get(7)?,
            })
        }

        fn room_row(row: $row) -> std::result::Result<Room, sqlx::Error> {
            let code: String = row.try_get(4)?;
            Ok(Room {
                id: RoomNumber(row.try_get(0)?),
                owner: UserId(row.try_get(1)?),
                title: row.try_get(2)?,
                description: row.try_get(3)?,
                kind: RoomKind::from_code(&code).ok_or_else(|| sqlx::Error::Decode("a room's kind".into()))?,
                secret: row.try_get(5)?,
                created_on: Millis(row.try_get(6)?),
                locked: row.try_get(7)?,
                version: row.try_get(8)?,
                allow_guests: row.try_get(9)?,
                waiting_room: row.try_get(10)?,
                people_limit: u16::try_from(row.try_get::<i64, _>(11)?).unwrap_or(MAX_PEOPLE),
                scheduled_on: row.try_get::<Option<i64>, _>(12)?.map(Millis),
                keep_chat: row.try_get(13)?,
                chat_disabled: row.try_get(14)?,
                share_disabled: row.try_get(15)?,
                unmute_disabled: row.try_get(16)?,
                spotlight: row.try_get(17)?,
                settled: row.try_get(18)?,
            })
        }

        async fn insert_user(write: &mut Write, user: NewUser) -> Result<User> {
            let row = query(concat!(
                "INSERT INTO users (email, email_key, first_name, last_name, password_hash, created_on) \
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING ",
                user_columns!()
            ))
            .bind(&user.email)
            .bind(email_key(&user.email))
            .bind(&user.first_name)
            .bind(&user.last_name)
            .bind(&user.password_hash)
            .bind(user.now.0)
            .fetch_one(&mut **write)
            .await
            .map_err(translate)?;
            let user = user_row(row).map_err(translate)?;
            index_user(write, &user).await?;
            Ok(user)
        }

        async fn insert_session(
            write: &mut sqlx::Transaction<'static, <$row as Row>::Database>,
            who: &Person,
            session: &NewSession,
        ) -> Result<()> {
            let (user, guest) = person_columns(who);
            query(
                "INSERT INTO sessions (id, user_id, guest, created_on, used_on, expires_on, generation, ended_on, client) \
                 VALUES ($1, $2, $3, $4, $4, $5, 0, NULL, $6)",
            )
            .bind(&session.id.0)
            .bind(user)
            .bind(guest)
            .bind(session.now.0)
            .bind(session.session_expires.0)
            .bind(&session.client)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            query(
                "INSERT INTO refresh_tokens (hash, session, generation, expires_on, spent_on) \
                 VALUES ($1, $2, 0, $3, NULL)",
            )
            .bind(&session.token.0[..])
            .bind(&session.id.0)
            .bind(session.token_expires.0.min(session.session_expires.0))
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            query(
                "DELETE FROM sessions WHERE user_id = $1 AND id IN \
                 (SELECT id FROM sessions WHERE user_id = $1 ORDER BY created_on DESC, id LIMIT $2 OFFSET $3)",
            )
            .bind(user)
            .bind(i64::MAX)
            .bind(MAX_SESSIONS)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            Ok(())
        }
    };
}

pub(super) use {implement_rows, room_columns, user_columns};
