//! The waiting room: who asked to be let in, and what became of it. Who was admitted is not asked for again, until they are put out.

use std::time::Duration;

use async_trait::async_trait;

use super::{Millis, Person, Result, RoomNumber};

/// People who wait in front of one room.
pub const MAX_KNOCKS: i64 = 200;
/// Rooms in front of which one person waits.
pub const MAX_KNOCKS_PER_PERSON: i64 = 20;
/// Admissions of one room; beyond it the oldest is forgotten, and its holder knocks again.
pub const MAX_ADMISSIONS: i64 = 10_000;
/// Who has not said for so long that they still wait does not wait any more.
pub const KNOCK_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// Who has a client that neither listens nor asks again for so long has gone away: a reload, or a train's tunnel, takes less.
pub const KNOCK_GRACE: Duration = Duration::from_secs(30);
/// Who was refused may knock again after this.
pub const KNOCK_PAUSE: Duration = Duration::from_secs(60);

/// A knock, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct KnockId(pub i64);

/// Somebody who waits, or did.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Knock {
    /// Its number.
    pub id: KnockId,
    /// Who.
    pub who: Person,
    /// Their name.
    pub name: String,
    /// Since when they wait.
    pub since: Millis,
}

/// What a knock came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Knocked {
    /// Somebody let them in, now or before.
    Admitted,
    /// They wait; `fresh` if they did not before.
    Waiting {
        /// The knock.
        id: KnockId,
        /// Whether the hosts have not heard of it.
        fresh: bool,
    },
    /// They were refused, and may knock again at this time.
    Refused(Millis),
}

/// What became of a host's decision about a knock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decided {
    /// It is done.
    Done(Knock),
    /// Another host had decided the same.
    Already,
    /// It was decided otherwise, or its person has been put out or banned, or waits no longer.
    Conflict,
    /// The room has no such knock.
    Unknown,
}

/// The part of the store that is about waiting rooms. Every method is one transaction.
#[async_trait]
pub trait Knocks: Send + Sync {
    /// Somebody wants to come in, or says that they still wait.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyKnocks`] when [`MAX_KNOCKS`] wait in front of the room or this person in front of
    /// [`MAX_KNOCKS_PER_PERSON`], [`super::StoreError::NoSuchUser`] when the room or the person is gone.
    async fn knock(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<Knocked>;
    /// What became of somebody's knock; who waits says so once more. `None` when they have none.
    async fn wait_on(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<Option<Knocked>>;
    /// Whether somebody has been admitted.
    async fn is_admitted(&self, room: RoomNumber, who: &Person) -> Result<bool>;
    /// Who waits in front of a room, the longest first.
    async fn knocks(&self, room: RoomNumber, now: Millis) -> Result<Vec<Knock>>;
    /// Admits or refuses somebody who waits.
    async fn decide_knock(&self, room: RoomNumber, id: KnockId, admit: bool, now: Millis) -> Result<Decided>;
    /// Admits everyone who waits, and says who they are.
    async fn admit_all(&self, room: RoomNumber, now: Millis) -> Result<Vec<Knock>>;
    /// Admits people who did not knock: those who are inside when the waiting room begins.
    async fn admit(&self, room: RoomNumber, people: &[Person], now: Millis) -> Result<()>;
    /// Takes somebody's knock or admission back, as when they are put out; whether there was one.
    async fn withdraw(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<bool>;
    /// Takes back the knock of somebody who still waits and was not heard of since `silent_since`; says which one it was.
    async fn give_up(
        &self,
        room: RoomNumber,
        who: &Person,
        silent_since: Millis,
        now: Millis,
    ) -> Result<Option<KnockId>>;
}

/// Implements [`Knocks`] for a type as [`super::sql::implement_store`] takes it, beside [`super::roles::implement_roles`].
macro_rules! implement_knocks {
    ($store:ty, $row:ty, lock: $lock:literal) => {
        /// A person as the two columns of which one is NULL.
        fn person_columns(who: &Person) -> (Option<i64>, Option<&str>) {
            match who {
                Person::Account(user) => (Some(user.0), None),
                Person::Guest(guest) => (None, Some(&guest.0)),
            }
        }

        /// And back.
        fn person_of(user: Option<i64>, guest: Option<String>) -> std::result::Result<Person, sqlx::Error> {
            match (user, guest) {
                (Some(user), _) => Ok(Person::Account(UserId(user))),
                (None, Some(guest)) => Ok(Person::Guest(GuestId(guest))),
                (None, None) => Err(sqlx::Error::Decode("a person".into())),
            }
        }

        const KNOCK: &str = "SELECT k.id, k.user_id, k.guest, k.since, u.first_name, u.last_name, g.name \
             FROM knocks k LEFT JOIN users u ON u.id = k.user_id LEFT JOIN guests g ON g.id = k.guest \
             WHERE k.room = $1 AND k.state = 'waiting' AND k.seen_on > $2";

        fn knock_row(row: $row) -> std::result::Result<Knock, sqlx::Error> {
            let part = |column| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
            let name = match row.try_get(6)? {
                Some(name) => name,
                None => format!("{} {}", part(4)?, part(5)?).trim().to_owned(),
            };
            let who = person_of(row.try_get(1)?, row.try_get(2)?)?;
            Ok(Knock { id: KnockId(row.try_get(0)?), who, name, since: Millis(row.try_get(3)?) })
        }

        /// Knocks seen before this are over.
        fn knock_horizon(now: Millis) -> i64 {
            now.0.saturating_sub(i64::try_from(KNOCK_LIFETIME.as_millis()).unwrap_or(i64::MAX))
        }

        /// The number, state, last sign of life and time of decision of this person's knock; nobody changes it meanwhile.
        async fn find_knock(
            write: &mut Write,
            room: RoomNumber,
            who: &Person,
        ) -> Result<Option<(i64, String, i64, Option<i64>)>> {
            let (user, guest) = person_columns(who);
            query(concat!(
                "SELECT id, state, seen_on, decided_on FROM knocks WHERE room = $1 AND (user_id = $2 OR guest = $3)",
                $lock
            ))
            .bind(room.0)
            .bind(user)
            .bind(guest)
            .try_map(|row: $row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?)))
            .fetch_optional(&mut **write)
            .await
            .map_err(translate)
        }

        /// Who waits has shown a sign of life.
        async fn see_knock(write: &mut Write, id: i64, now: Millis) -> Result<()> {
            query("UPDATE knocks SET seen_on = $2 WHERE id = $1")
                .bind(id)
                .bind(now.0)
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            Ok(())
        }

        async fn withdraw_knock(
            write: &mut Write,
            room: RoomNumber,
            who: &Person,
            now: Millis,
        ) -> Result<bool> {
            let (user, guest) = person_columns(who);
            let gone = query(
                "UPDATE knocks SET state = 'withdrawn', decided_on = $4 \
                 WHERE room = $1 AND (user_id = $2 OR guest = $3) AND state IN ('waiting', 'admitted')",
            )
            .bind(room.0)
            .bind(user)
            .bind(guest)
            .bind(now.0)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            Ok(gone.rows_affected() > 0)
        }

        async fn forget_old_admissions(
            write: &mut Write,
            room: RoomNumber,
        ) -> Result<()> {
            query(
                "DELETE FROM knocks WHERE room = $1 AND state = 'admitted' AND id IN (SELECT id FROM knocks \
                 WHERE room = $1 AND state = 'admitted' ORDER BY decided_on DESC, id DESC LIMIT $2 OFFSET $3)",
            )
            .bind(room.0)
            .bind(i64::MAX)
            .bind(MAX_ADMISSIONS)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            Ok(())
        }

        #[async_trait::async_trait]
        impl Knocks for $store {
            async fn knock(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<Knocked> {
                let mut write = self.begin().await?;
                lock_room(&mut write, room).await?.ok_or(StoreError::NoSuchUser)?;
                let found = find_knock(&mut write, room, who).await?;
                let (user, guest) = person_columns(who);
                match &found {
                    Some((_, state, ..)) if state == "admitted" => return Ok(Knocked::Admitted),
                    Some((id, state, seen_on, _)) if state == "waiting" && *seen_on > knock_horizon(now) => {
                        see_knock(&mut write, *id, now).await?;
                        write.commit().await.map_err(translate)?;
                        return Ok(Knocked::Waiting { id: KnockId(*id), fresh: false });
                    }
                    Some((_, state, _, decided_on)) if state == "refused" => {
                        let again = Millis(decided_on.unwrap_or(0)).plus(KNOCK_PAUSE);
                        if again > now {
                            return Ok(Knocked::Refused(again));
                        }
                    }
                    _ => {}
                }
                let waiting: i64 = query_scalar(
                    "SELECT COUNT(*) FROM knocks WHERE room = $1 AND state = 'waiting' AND seen_on > $2",
                )
                .bind(room.0)
                .bind(knock_horizon(now))
                .fetch_one(&mut *write)
                .await
                .map_err(translate)?;
                let elsewhere: i64 = query_scalar(
                    "SELECT COUNT(*) FROM knocks WHERE (user_id = $1 OR guest = $2) AND state = 'waiting' AND seen_on > $3",
                )
                .bind(user)
                .bind(guest)
                .bind(knock_horizon(now))
                .fetch_one(&mut *write)
                .await
                .map_err(translate)?;
                if waiting >= MAX_KNOCKS || elsewhere >= MAX_KNOCKS_PER_PERSON {
                    return Err(StoreError::TooManyKnocks);
                }
                // A new number: a host who still looks at the old one decides nothing about this one.
                query("DELETE FROM knocks WHERE room = $1 AND (user_id = $2 OR guest = $3)")
                    .bind(room.0)
                    .bind(user)
                    .bind(guest)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                let id: i64 = query_scalar(
                    "INSERT INTO knocks (room, user_id, guest, state, since, seen_on) \
                     VALUES ($1, $2, $3, 'waiting', $4, $4) RETURNING id",
                )
                .bind(room.0)
                .bind(user)
                .bind(guest)
                .bind(now.0)
                .fetch_one(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(Knocked::Waiting { id: KnockId(id), fresh: true })
            }

            async fn wait_on(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<Option<Knocked>> {
                let mut write = self.begin().await?;
                let found = find_knock(&mut write, room, who).await?;
                let Some((id, state, seen_on, decided_on)) = found else { return Ok(None) };
                match state.as_str() {
                    "admitted" => Ok(Some(Knocked::Admitted)),
                    "refused" => Ok(Some(Knocked::Refused(Millis(decided_on.unwrap_or(0)).plus(KNOCK_PAUSE)))),
                    "waiting" => {
                        see_knock(&mut write, id, now).await?;
                        write.commit().await.map_err(translate)?;
                        Ok(Some(Knocked::Waiting { id: KnockId(id), fresh: seen_on <= knock_horizon(now) }))
                    }
                    _ => Ok(None),
                }
            }

            async fn is_admitted(&self, room: RoomNumber, who: &Person) -> Result<bool> {
                let (user, guest) = person_columns(who);
                let found = query(
                    "SELECT 1 FROM knocks WHERE room = $1 AND (user_id = $2 OR guest = $3) AND state = 'admitted'",
                )
                .bind(room.0)
                .bind(user)
                .bind(guest)
                .fetch_optional(&self.readers)
                .await
                .map_err(translate)?;
                Ok(found.is_some())
            }

            async fn knocks(&self, room: RoomNumber, now: Millis) -> Result<Vec<Knock>> {
                query(AssertSqlSafe(format!("{KNOCK} ORDER BY k.since, k.id")))
                    .bind(room.0)
                    .bind(knock_horizon(now))
                    .try_map(knock_row)
                    .fetch_all(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn decide_knock(&self, room: RoomNumber, id: KnockId, admit: bool, now: Millis) -> Result<Decided> {
                let mut write = self.begin().await?;
                if lock_room(&mut write, room).await?.is_none() {
                    return Ok(Decided::Unknown);
                }
                let wanted = if admit { "admitted" } else { "refused" };
                let waiting = query(AssertSqlSafe(format!("{KNOCK} AND k.id = $3")))
                    .bind(room.0)
                    .bind(knock_horizon(now))
                    .bind(id.0)
                    .try_map(knock_row)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?;
                let Some(knock) = waiting else {
                    let state: Option<String> = query_scalar("SELECT state FROM knocks WHERE room = $1 AND id = $2")
                        .bind(room.0)
                        .bind(id.0)
                        .fetch_optional(&mut *write)
                        .await
                        .map_err(translate)?;
                    return Ok(match state {
                        Some(state) if state == wanted => Decided::Already,
                        Some(_) => Decided::Conflict,
                        None => Decided::Unknown,
                    });
                };
                let (user, guest) = person_columns(&knock.who);
                let banned = query(
                    "SELECT 1 FROM bans WHERE room = $1 AND user_id = $2 \
                     UNION ALL SELECT 1 FROM guests WHERE id = $3 AND banned_on IS NOT NULL",
                )
                .bind(room.0)
                .bind(user)
                .bind(guest)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                if admit && banned.is_some() {
                    return Ok(Decided::Conflict);
                }
                query("UPDATE knocks SET state = $2, decided_on = $3 WHERE id = $1")
                    .bind(id.0)
                    .bind(wanted)
                    .bind(now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                forget_old_admissions(&mut write, room).await?;
                write.commit().await.map_err(translate)?;
                Ok(Decided::Done(knock))
            }

            async fn admit_all(&self, room: RoomNumber, now: Millis) -> Result<Vec<Knock>> {
                let mut write = self.begin().await?;
                lock_room(&mut write, room).await?.ok_or(StoreError::NoSuchUser)?;
                let waiting = query(AssertSqlSafe(format!(
                    "{KNOCK} AND NOT EXISTS (SELECT 1 FROM bans WHERE room = $1 AND user_id = k.user_id) \
                     AND g.banned_on IS NULL ORDER BY k.since, k.id"
                )))
                .bind(room.0)
                .bind(knock_horizon(now))
                .try_map(knock_row)
                .fetch_all(&mut *write)
                .await
                .map_err(translate)?;
                for knock in &waiting {
                    query("UPDATE knocks SET state = 'admitted', decided_on = $2 WHERE id = $1")
                        .bind(knock.id.0)
                        .bind(now.0)
                        .execute(&mut *write)
                        .await
                        .map_err(translate)?;
                }
                forget_old_admissions(&mut write, room).await?;
                write.commit().await.map_err(translate)?;
                Ok(waiting)
            }

            async fn admit(&self, room: RoomNumber, people: &[Person], now: Millis) -> Result<()> {
                let mut write = self.begin().await?;
                lock_room(&mut write, room).await?.ok_or(StoreError::NoSuchUser)?;
                for who in people {
                    let (user, guest) = person_columns(who);
                    // One of them may have been deleted meanwhile.
                    query(
                        "INSERT INTO knocks (room, user_id, guest, state, since, seen_on, decided_on) \
                         SELECT $1, $2, $3, 'admitted', $4, $4, $4 \
                         WHERE EXISTS (SELECT 1 FROM users WHERE id = $2) OR EXISTS (SELECT 1 FROM guests WHERE id = $3) \
                         ON CONFLICT DO NOTHING",
                    )
                    .bind(room.0)
                    .bind(user)
                    .bind(guest)
                    .bind(now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                    query(
                        "UPDATE knocks SET state = 'admitted', decided_on = $4 \
                         WHERE room = $1 AND (user_id = $2 OR guest = $3) AND state <> 'admitted'",
                    )
                    .bind(room.0)
                    .bind(user)
                    .bind(guest)
                    .bind(now.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                }
                forget_old_admissions(&mut write, room).await?;
                write.commit().await.map_err(translate)
            }

            async fn withdraw(&self, room: RoomNumber, who: &Person, now: Millis) -> Result<bool> {
                let mut write = self.begin().await?;
                let gone = withdraw_knock(&mut write, room, who, now).await?;
                write.commit().await.map_err(translate)?;
                Ok(gone)
            }

            async fn give_up(
                &self,
                room: RoomNumber,
                who: &Person,
                silent_since: Millis,
                now: Millis,
            ) -> Result<Option<KnockId>> {
                let mut write = self.begin().await?;
                let (user, guest) = person_columns(who);
                let gone: Option<i64> = query_scalar(
                    "UPDATE knocks SET state = 'withdrawn', decided_on = $4 \
                     WHERE room = $1 AND (user_id = $2 OR guest = $3) AND state = 'waiting' AND seen_on <= $5 RETURNING id",
                )
                .bind(room.0)
                .bind(user)
                .bind(guest)
                .bind(now.0)
                .bind(silent_since.0)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(gone.map(KnockId))
            }
        }
    };
}

pub(super) use implement_knocks;
