//! Links that let people into a room: how many people, until when, and how many have come by them.

use async_trait::async_trait;

use super::{Millis, Result, RoomNumber, TokenHash, UserId};

/// Invitations of one room at a time; those that are good for nothing any more make place for new ones.
pub const MAX_INVITATIONS: i64 = 100;
/// The most people that one invitation may let in by count.
pub const MAX_USES: i64 = 10_000;

/// An invitation, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InvitationId(pub i64);

/// An invitation to be made.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The room that it opens.
    pub room: RoomNumber,
    /// SHA-256 of its token.
    pub hash: TokenHash,
    /// Now.
    pub now: Millis,
    /// When it expires, if it does.
    pub expires_on: Option<Millis>,
    /// How many people it lets in, if that is counted: 1 to [`MAX_USES`].
    pub uses: Option<i64>,
}

/// An invitation, as the hosts of its room see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitation {
    /// Its number.
    pub id: InvitationId,
    /// When it was made.
    pub created_on: Millis,
    /// When it expires, if it does.
    pub expires_on: Option<Millis>,
    /// How many people it lets in, if that is counted.
    pub uses: Option<i64>,
    /// How many have come by it.
    pub used: i64,
}

/// The part of the store that is about invitations. Every method is one transaction.
#[async_trait]
pub trait Invitations: Send + Sync {
    /// Makes an invitation.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyInvitations`] when the room has [`MAX_INVITATIONS`] that are good still, [`super::StoreError::NoSuchUser`]
    /// when the room is gone.
    async fn create_invitation(&self, invitation: NewInvitation) -> Result<Invitation>;
    /// A room's invitations, the newest first, those that are good for nothing any more included.
    async fn invitations(&self, room: RoomNumber) -> Result<Vec<Invitation>>;
    /// Takes an invitation back; whether the room had it.
    async fn revoke_invitation(&self, room: RoomNumber, id: InvitationId) -> Result<bool>;
    /// Takes all of a room's invitations back; how many it had.
    async fn revoke_invitations(&self, room: RoomNumber) -> Result<u64>;
    /// Uses an invitation once and makes the account a participant of the room. Somebody who has a role there already uses nothing up.
    /// Two at once cannot both have the last use. Returns false, and changes nothing, when the room has no such invitation or it is
    /// expired or used up.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyRoles`] when the room has as many people with roles as it may, [`super::StoreError::NoSuchUser`] when the
    /// account is gone.
    async fn accept_invitation(&self, room: RoomNumber, hash: TokenHash, user: UserId, now: Millis) -> Result<bool>;
}

/// Implements [`Invitations`] for a type as [`super::sql::implement_store`] takes it, beside [`super::roles::implement_roles`].
macro_rules! implement_invitations {
    ($store:ty, $row:ty) => {
        fn invitation_row(row: $row) -> std::result::Result<Invitation, sqlx::Error> {
            Ok(Invitation {
                id: InvitationId(row.try_get(0)?),
                created_on: Millis(row.try_get(1)?),
                expires_on: row.try_get::<Option<i64>, _>(2)?.map(Millis),
                uses: row.try_get(3)?,
                used: row.try_get(4)?,
            })
        }

        /// Counts one more use of an invitation that is good still; whether there was one.
        async fn use_invitation(write: &mut Write, room: RoomNumber, hash: TokenHash, now: Millis) -> Result<bool> {
            // One statement, so that the row's lock decides between two who come at once.
            let used = query(
                "UPDATE invitations SET used = used + 1 WHERE hash = $1 AND room = $2 \
                 AND (expires_on IS NULL OR expires_on > $3) AND (uses IS NULL OR used < uses)",
            )
            .bind(&hash.0[..])
            .bind(room.0)
            .bind(now.0)
            .execute(&mut **write)
            .await
            .map_err(translate)?;
            Ok(used.rows_affected() > 0)
        }

        #[async_trait::async_trait]
        impl Invitations for $store {
            async fn create_invitation(&self, new: NewInvitation) -> Result<Invitation> {
                let mut write = self.begin().await?;
                // Two at once take turns at the room's row, so that both count the other.
                lock_room(&mut write, new.room).await?.ok_or(StoreError::NoSuchUser)?;
                let count = "SELECT COUNT(*) FROM invitations WHERE room = $1";
                let mut others: i64 =
                    query_scalar(count).bind(new.room.0).fetch_one(&mut *write).await.map_err(translate)?;
                if others >= MAX_INVITATIONS {
                    let gone = query("DELETE FROM invitations WHERE room = $1 AND (expires_on <= $2 OR used >= uses)")
                        .bind(new.room.0)
                        .bind(new.now.0)
                        .execute(&mut *write)
                        .await
                        .map_err(translate)?;
                    others = others.saturating_sub_unsigned(gone.rows_affected());
                }
                if others >= MAX_INVITATIONS {
                    return Err(StoreError::TooManyInvitations);
                }
                let made = query(
                    "INSERT INTO invitations (room, hash, created_on, expires_on, uses) VALUES ($1, $2, $3, $4, $5) \
                     RETURNING id, created_on, expires_on, uses, used",
                )
                .bind(new.room.0)
                .bind(&new.hash.0[..])
                .bind(new.now.0)
                .bind(new.expires_on.map(|at| at.0))
                .bind(new.uses)
                .try_map(invitation_row)
                .fetch_one(&mut *write)
                .await
                .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(made)
            }

            async fn invitations(&self, room: RoomNumber) -> Result<Vec<Invitation>> {
                query("SELECT id, created_on, expires_on, uses, used FROM invitations WHERE room = $1 ORDER BY id DESC")
                    .bind(room.0)
                    .try_map(invitation_row)
                    .fetch_all(&self.readers)
                    .await
                    .map_err(translate)
            }

            async fn revoke_invitation(&self, room: RoomNumber, id: InvitationId) -> Result<bool> {
                let mut write = self.begin().await?;
                let gone = query("DELETE FROM invitations WHERE room = $1 AND id = $2")
                    .bind(room.0)
                    .bind(id.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(gone.rows_affected() > 0)
            }

            async fn revoke_invitations(&self, room: RoomNumber) -> Result<u64> {
                let mut write = self.begin().await?;
                let gone = query("DELETE FROM invitations WHERE room = $1")
                    .bind(room.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(gone.rows_affected())
            }

            async fn accept_invitation(
                &self,
                room: RoomNumber,
                hash: TokenHash,
                user: UserId,
                now: Millis,
            ) -> Result<bool> {
                let mut write = self.begin().await?;
                // Two of one account take turns at the room's row.
                lock_room(&mut write, room).await?;
                let good = use_invitation(&mut write, room, hash, now).await?;
                let role = role_in(&mut write, room, user).await?;
                // Without a commit the use is not counted.
                if role.is_some() || !good {
                    return Ok(role.is_some());
                }
                let others: i64 = query_scalar("SELECT COUNT(*) FROM roles WHERE room = $1")
                    .bind(room.0)
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                if others >= MAX_ROLES {
                    return Err(StoreError::TooManyRoles);
                }
                insert_role(&mut write, room, user, StoredRole::Participant, now).await?;
                write.commit().await.map_err(translate)?;
                Ok(true)
            }
        }
    };
}

pub(super) use implement_invitations;
