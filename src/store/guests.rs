//! People without an account: each is in one room, under a name of their own, until their session ends.

use async_trait::async_trait;

use super::{GuestId, Millis, NewSession, Result, RoomKind, RoomNumber, SessionId, TokenHash};

/// Guests of one room whose sessions last.
pub const MAX_GUESTS: i64 = 1000;

/// A guest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guest {
    /// Who.
    pub id: GuestId,
    /// The room that they may enter.
    pub room: RoomNumber,
    /// The name that they gave.
    pub name: String,
    /// Whether they came by an invitation.
    pub invited: bool,
    /// When they were banned, if they were.
    pub banned_on: Option<Millis>,
}

impl Guest {
    /// Whether they may be in a room of this kind: an invite-only one takes those who came by an invitation.
    pub fn may_enter(&self, kind: RoomKind) -> bool {
        self.invited || kind == RoomKind::OpenToAll
    }
}

/// A guest to be made.
#[derive(Clone, Debug)]
pub struct NewGuest {
    /// A fresh id.
    pub id: GuestId,
    /// The room.
    pub room: RoomNumber,
    /// The name.
    pub name: String,
    /// SHA-256 of the cookie by which their browser is known again.
    pub device: TokenHash,
    /// The invitation that they came by, if they did; it is used once.
    pub invitation: Option<TokenHash>,
}

/// What became of a guest who wanted to come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GuestEntry {
    /// They have a session.
    Made,
    /// The room has no such invitation, or it is expired or used up.
    InvitationInvalid,
    /// A guest with this browser was banned from the room.
    Banned,
}

/// The part of the store that is about guests. Every method is one transaction.
#[async_trait]
pub trait Guests: Send + Sync {
    /// Makes a guest with their session, unless their browser is banned from the room or their invitation is none.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyGuests`] when the room has [`MAX_GUESTS`], [`super::StoreError::NoSuchUser`] when the room is gone.
    async fn create_guest(&self, guest: NewGuest, session: NewSession) -> Result<GuestEntry>;
    /// The guest whom a session belongs to, if it lives.
    async fn live_guest(&self, session: &SessionId, now: Millis) -> Result<Option<Guest>>;
    /// The guest with this id, however their session is.
    async fn guest(&self, id: &GuestId) -> Result<Option<Guest>>;
    /// Bans a guest and their browser from their room: every guest who came with it is banned, their sessions end, and their admissions
    /// are taken back. Returns who they are; nobody when the room has no such guest.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyBans`] when the room has [`super::MAX_BANS`] banned guests.
    async fn ban_guest(&self, room: RoomNumber, id: &GuestId, now: Millis) -> Result<Vec<GuestId>>;
    /// Lets a banned guest's browser in again; whether it was banned. The sessions stay ended.
    async fn unban_guest(&self, room: RoomNumber, id: &GuestId) -> Result<bool>;
    /// A room's banned guests, the newest ban first.
    async fn guest_bans(&self, room: RoomNumber) -> Result<Vec<Guest>>;
}

/// Implements [`Guests`] for a type as [`super::sql::implement_store`] takes it, beside [`super::roles::implement_roles`].
macro_rules! implement_guests {
    ($store:ty, $row:ty) => {
        const GUEST: &str = "SELECT g.id, g.room, g.name, g.invited, g.banned_on FROM guests g";

        fn guest_row(row: $row) -> std::result::Result<Guest, sqlx::Error> {
            Ok(Guest {
                id: GuestId(row.try_get(0)?),
                room: RoomNumber(row.try_get(1)?),
                name: row.try_get(2)?,
                invited: row.try_get(3)?,
                banned_on: row.try_get::<Option<i64>, _>(4)?.map(Millis),
            })
        }

        #[async_trait::async_trait]
        impl Guests for $store {
            async fn create_guest(&self, new: NewGuest, session: NewSession) -> Result<GuestEntry> {
                let mut write = self.begin().await?;
                // A ban and its guest's return take turns at the room's row.
                lock_room(&mut write, new.room).await?.ok_or(StoreError::NoSuchUser)?;
                let banned = query("SELECT 1 FROM guests WHERE room = $1 AND device = $2 AND banned_on IS NOT NULL")
                    .bind(new.room.0)
                    .bind(&new.device.0[..])
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?;
                if banned.is_some() {
                    return Ok(GuestEntry::Banned);
                }
                let others: i64 = query_scalar("SELECT COUNT(*) FROM guests WHERE room = $1 AND expires_on > $2")
                    .bind(new.room.0)
                    .bind(session.now.0)
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                if others >= MAX_GUESTS {
                    return Err(StoreError::TooManyGuests);
                }
                if let Some(hash) = new.invitation
                    && !use_invitation(&mut write, new.room, hash, session.now).await?
                {
                    return Ok(GuestEntry::InvitationInvalid);
                }
                query(
                    "INSERT INTO guests (id, room, name, invited, device, created_on, expires_on) \
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
                )
                .bind(&new.id.0)
                .bind(new.room.0)
                .bind(&new.name)
                .bind(new.invitation.is_some())
                .bind(&new.device.0[..])
                .bind(session.now.0)
                .bind(session.session_expires.0)
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                insert_session(&mut write, &Person::Guest(new.id), &session).await?;
                write.commit().await.map_err(translate)?;
                Ok(GuestEntry::Made)
            }

            async fn live_guest(&self, session: &SessionId, now: Millis) -> Result<Option<Guest>> {
                query(AssertSqlSafe(format!(
                    "{GUEST} JOIN sessions s ON s.guest = g.id \
                     WHERE s.id = $1 AND s.expires_on > $2 AND s.ended_on IS NULL AND g.banned_on IS NULL"
                )))
                .bind(&session.0)
                .bind(now.0)
                .try_map(guest_row)
                .fetch_optional(&self.readers)
                .await
                .map_err(translate)
            }

            async fn guest(&self, id: &GuestId) -> Result<Option<Guest>> {
                query(AssertSqlSafe(format!("{GUEST} WHERE g.id = $1")))
                    .bind(&id.0)
                    .try_map(guest_row)
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn ban_guest(&self, room: RoomNumber, id: &GuestId, now: Millis) -> Result<Vec<GuestId>> {
                let mut write = self.begin().await?;
                lock_room(&mut write, room).await?;
                let others: i64 =
                    query_scalar("SELECT COUNT(*) FROM guests WHERE room = $1 AND banned_on IS NOT NULL AND id <> $2")
                        .bind(room.0)
                        .bind(&id.0)
                        .fetch_one(&mut *write)
                        .await
                        .map_err(translate)?;
                if others >= MAX_BANS {
                    return Err(StoreError::TooManyBans);
                }
                let banned = query(
                    "UPDATE guests SET banned_on = COALESCE(banned_on, $3) WHERE room = $1 \
                     AND device = (SELECT device FROM guests WHERE id = $2 AND room = $1) RETURNING id",
                )
                .bind(room.0)
                .bind(&id.0)
                .bind(now.0)
                .try_map(|row: $row| Ok(GuestId(row.try_get(0)?)))
                .fetch_all(&mut *write)
                .await
                .map_err(translate)?;
                for guest in &banned {
                    query("UPDATE sessions SET ended_on = $2 WHERE guest = $1 AND ended_on IS NULL")
                        .bind(&guest.0)
                        .bind(now.0)
                        .execute(&mut *write)
                        .await
                        .map_err(translate)?;
                    withdraw_knock(&mut write, room, &Person::Guest(guest.clone()), now).await?;
                }
                write.commit().await.map_err(translate)?;
                Ok(banned)
            }

            async fn unban_guest(&self, room: RoomNumber, id: &GuestId) -> Result<bool> {
                let mut write = self.begin().await?;
                let lifted = query(
                    "UPDATE guests SET banned_on = NULL WHERE room = $1 AND banned_on IS NOT NULL \
                     AND device = (SELECT device FROM guests WHERE id = $2 AND room = $1)",
                )
                .bind(room.0)
                .bind(&id.0)
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(lifted.rows_affected() > 0)
            }

            async fn guest_bans(&self, room: RoomNumber) -> Result<Vec<Guest>> {
                query(AssertSqlSafe(format!(
                    "{GUEST} WHERE g.room = $1 AND g.banned_on IS NOT NULL ORDER BY g.banned_on DESC, g.id"
                )))
                .bind(room.0)
                .try_map(guest_row)
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }
        }
    };
}

pub(super) use implement_guests;
