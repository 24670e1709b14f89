//! Who is more in a room than any account: co-hosts, and participants whom it has let in for good. Its owner is in the room's
//! own row.

use async_trait::async_trait;

use super::{Millis, Result, Room, RoomNumber, UserId};

/// Roles that one room gives at a time.
pub const MAX_ROLES: i64 = 1000;

/// Co-hosts of one room: everyone in a call is told of them with every change.
pub const MAX_COHOSTS: i64 = 50;

/// What an account may be in a room that is not its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum StoredRole {
    /// Keeps order beside the owner.
    Cohost,
    /// Has been let in, and needs no invitation and no knocking any more.
    Participant,
}

impl StoredRole {
    /// The word in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cohost => "cohost",
            Self::Participant => "participant",
        }
    }

    /// Reads that word.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "cohost" => Some(Self::Cohost),
            "participant" => Some(Self::Participant),
            _ => None,
        }
    }
}

/// An account with a role in a room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoleHolder {
    /// The account.
    pub user: UserId,
    /// Its first and last name.
    pub name: String,
    /// Its role.
    pub role: StoredRole,
}

/// The part of the store that is about roles. Every method is one transaction. Where the hosts of a room change, so does its version.
#[async_trait]
pub trait Roles: Send + Sync {
    /// The role that an account has been given in a room.
    async fn role(&self, room: RoomNumber, user: UserId) -> Result<Option<StoredRole>>;
    /// The roles that a room has given, co-hosts first, then by account.
    async fn roles(&self, room: RoomNumber) -> Result<Vec<RoleHolder>>;
    /// The accounts of a room's co-hosts.
    async fn cohosts(&self, room: RoomNumber) -> Result<Vec<UserId>>;
    /// The roles of an account in the rooms with these numbers, both included; at most [`MAX_ROLES`].
    async fn roles_of(&self, user: UserId, from: RoomNumber, to: RoomNumber) -> Result<Vec<(RoomNumber, StoredRole)>>;
    /// Gives an account a role, in the place of any that it has.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyRoles`] when the room has given [`MAX_ROLES`], or has [`MAX_COHOSTS`], [`super::StoreError::NoSuchUser`] when the room or
    /// the account is gone.
    async fn give_role(&self, room: RoomNumber, user: UserId, role: StoredRole, now: Millis) -> Result<()>;
    /// Takes an account's role away; whether it had one.
    async fn take_role(&self, room: RoomNumber, user: UserId) -> Result<bool>;
    /// Makes `to` the owner of a room of `from`, who becomes a co-host; `None` when there is no such room of theirs.
    ///
    /// # Errors
    /// [`super::StoreError::NoSuchUser`] when the new owner is gone, [`super::StoreError::TooManyRooms`] when they have
    /// [`super::MAX_ROOMS`].
    async fn hand_over(&self, room: RoomNumber, from: UserId, to: UserId, now: Millis) -> Result<Option<Room>>;
}

/// Implements [`Roles`] for a type as [`super::sql::implement_store`] takes it; `lock` keeps a row for the transaction.
macro_rules! implement_roles {
    ($store:ty, $row:ty, lock: $lock:literal) => {
        fn stored_role(row: &$row, column: usize) -> std::result::Result<StoredRole, sqlx::Error> {
            let code: String = row.try_get(column)?;
            StoredRole::from_code(&code).ok_or_else(|| sqlx::Error::Decode("a role".into()))
        }

        type Write = sqlx::Transaction<'static, <$row as Row>::Database>;

        /// Two changes of one room's roles take turns at the room's row.
        async fn lock_room(write: &mut Write, room: RoomNumber) -> Result<Option<UserId>> {
            query_scalar(concat!("SELECT owner FROM rooms WHERE id = $1", $lock))
                .bind(room.0)
                .fetch_optional(&mut **write)
                .await
                .map(|owner| owner.map(UserId))
                .map_err(translate)
        }

        async fn role_in(write: &mut Write, room: RoomNumber, user: UserId) -> Result<Option<StoredRole>> {
            query("SELECT role FROM roles WHERE room = $1 AND user_id = $2")
                .bind(room.0)
                .bind(user.0)
                .try_map(|row: $row| stored_role(&row, 0))
                .fetch_optional(&mut **write)
                .await
                .map_err(translate)
        }

        async fn remove_role(write: &mut Write, room: RoomNumber, user: UserId) -> Result<bool> {
            let gone = query("DELETE FROM roles WHERE room = $1 AND user_id = $2")
                .bind(room.0)
                .bind(user.0)
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            Ok(gone.rows_affected() > 0)
        }

        async fn insert_role(
            write: &mut Write,
            room: RoomNumber,
            user: UserId,
            role: StoredRole,
            now: Millis,
        ) -> Result<()> {
            query(
                "INSERT INTO roles (room, user_id, role, created_on) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (room, user_id) DO UPDATE SET role = $3",
            )
            .bind(room.0)
            .bind(user.0)
            .bind(role.code())
            .bind(now.0)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            Ok(())
        }

        async fn raise_version(write: &mut Write, room: RoomNumber) -> Result<()> {
            query("UPDATE rooms SET version = version + 1 WHERE id = $1")
                .bind(room.0)
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            Ok(())
        }

        #[async_trait::async_trait]
        impl Roles for $store {
            async fn role(&self, room: RoomNumber, user: UserId) -> Result<Option<StoredRole>> {
                query("SELECT role FROM roles WHERE room = $1 AND user_id = $2")
                    .bind(room.0)
                    .bind(user.0)
                    .try_map(|row: $row| stored_role(&row, 0))
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn roles(&self, room: RoomNumber) -> Result<Vec<RoleHolder>> {
                query(
                    "SELECT r.user_id, u.first_name, u.last_name, r.role FROM roles r JOIN users u ON u.id = r.user_id \
                     WHERE r.room = $1 ORDER BY r.role, r.user_id",
                )
                .bind(room.0)
                .try_map(|row: $row| {
                    let (first, last): (String, String) = (row.try_get(1)?, row.try_get(2)?);
                    let name = format!("{first} {last}").trim().to_owned();
                    Ok(RoleHolder { user: UserId(row.try_get(0)?), name, role: stored_role(&row, 3)? })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn cohosts(&self, room: RoomNumber) -> Result<Vec<UserId>> {
                query("SELECT user_id FROM roles WHERE room = $1 AND role = 'cohost' ORDER BY user_id")
                    .bind(room.0)
                    .try_map(|row: $row| Ok(UserId(row.try_get(0)?)))
                    .fetch_all(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn roles_of(
                &self,
                user: UserId,
                from: RoomNumber,
                to: RoomNumber,
            ) -> Result<Vec<(RoomNumber, StoredRole)>> {
                query(
                    "SELECT room, role FROM roles WHERE user_id = $1 AND room >= $2 AND room <= $3 \
                     ORDER BY room DESC LIMIT $4",
                )
                .bind(user.0)
                .bind(from.0)
                .bind(to.0)
                .bind(MAX_ROLES)
                .try_map(|row: $row| Ok((RoomNumber(row.try_get(0)?), stored_role(&row, 1)?)))
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn give_role(&self, room: RoomNumber, user: UserId, role: StoredRole, now: Millis) -> Result<()> {
                let mut write = self.begin().await?;
                lock_room(&mut write, room).await?.ok_or(StoreError::NoSuchUser)?;
                let before = role_in(&mut write, room, user).await?;
                if before == Some(role) {
                    return Ok(());
                }
                let (mut given, mut cohosts) = (0, 0);
                for code in query_scalar::<_, String>("SELECT role FROM roles WHERE room = $1")
                    .bind(room.0)
                    .fetch_all(&mut *write)
                    .await
                    .map_err(translate)?
                {
                    given += 1;
                    cohosts += i64::from(code == StoredRole::Cohost.code());
                }
                if before.is_none() && given >= MAX_ROLES || role == StoredRole::Cohost && cohosts >= MAX_COHOSTS {
                    return Err(StoreError::TooManyRoles);
                }
                insert_role(&mut write, room, user, role, now).await?;
                if [before, Some(role)].contains(&Some(StoredRole::Cohost)) {
                    raise_version(&mut write, room).await?;
                }
                write.commit().await.map_err(translate)
            }

            async fn take_role(&self, room: RoomNumber, user: UserId) -> Result<bool> {
                let mut write = self.begin().await?;
                lock_room(&mut write, room).await?;
                let before = role_in(&mut write, room, user).await?;
                let gone = remove_role(&mut write, room, user).await?;
                if before == Some(StoredRole::Cohost) {
                    raise_version(&mut write, room).await?;
                }
                write.commit().await.map_err(translate)?;
                Ok(gone)
            }

            async fn hand_over(&self, room: RoomNumber, from: UserId, to: UserId, now: Millis) -> Result<Option<Room>> {
                let mut write = self.begin().await?;
                if lock_room(&mut write, room).await? != Some(from) {
                    return Ok(None);
                }
                let rooms: i64 = query_scalar("SELECT COUNT(*) FROM rooms WHERE owner = $1")
                    .bind(to.0)
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                if rooms >= settings_in(&mut *write).await?.rooms_per_user {
                    return Err(StoreError::TooManyRooms);
                }
                remove_role(&mut write, room, to).await?;
                insert_role(&mut write, room, from, StoredRole::Cohost, now).await?;
                let row = query(concat!(
                    "UPDATE rooms SET owner = $2, version = version + 1 WHERE id = $1 RETURNING ",
                    room_columns!()
                ))
                .bind(room.0)
                .bind(to.0)
                .try_map(room_row)
                .fetch_optional(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(row)
            }
        }
    };
}

pub(super) use implement_roles;
