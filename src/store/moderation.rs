//! Who may not come into a room any more, and who asked for what: bans and the audit log.

use std::collections::HashMap;

use async_trait::async_trait;

use super::{ActKind, Millis, Person, Result, RoomNumber, UserId};

/// Bans of one room at a time.
pub const MAX_BANS: i64 = 1000;
/// Entries of the audit log that one call returns, at most.
pub const MAX_AUDIT: u16 = 200;
/// Entries of the audit log are kept for a year.
pub const AUDIT_KEPT_MS: i64 = 365 * 24 * 60 * 60 * 1000;

/// An account that may not enter a room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ban {
    /// The account.
    pub user: UserId,
    /// Its first and last name.
    pub name: String,
    /// Since when.
    pub created_on: Millis,
}

/// What somebody asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// To lock the room.
    Lock,
    /// To unlock it.
    Unlock,
    /// To change other settings of its calls.
    Settings,
    /// To mute somebody's microphone, or everyone's.
    Mute,
    /// To put somebody out of the call.
    Remove,
    /// To keep an account out of the room.
    Ban,
    /// To let it in again.
    Unban,
    /// To end the call for everyone.
    End,
    /// To end somebody's screen share.
    StopShare,
    /// To take somebody's raised hand down, or everyone's.
    LowerHand,
    /// To show somebody large to everyone, or nobody any more.
    Spotlight,
    /// To make an account a co-host.
    Cohost,
    /// To let an account in for good.
    Participant,
    /// To take an account's role away.
    TakeRole,
    /// To make an account the room's owner.
    HandOver,
    /// To make an invitation.
    Invite,
    /// To take an invitation back, or all of them.
    Revoke,
    /// To let somebody in who waits, or everyone who does.
    Admit,
    /// To send somebody away who waits.
    Refuse,
    /// To make an account for somebody.
    AddUser,
    /// To change an account: which of its parts.
    EditUser,
    /// To take an account out of use.
    Disable,
    /// To put it in use again.
    Enable,
    /// To make an account an administrator.
    Grant,
    /// To take that away.
    Demote,
    /// To delete an account: its address.
    DeleteUser,
    /// To make a link to a new password.
    ResetLink,
    /// To delete a room.
    DeleteRoom,
    /// To set something for the whole server.
    ServerSettings,
    /// To put a backup in the place of everything: when that was made. The last one, by which [`Act::ALL`] knows how many there are.
    Restore,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; Self::Restore as usize + 1] = [
        Self::Lock,
        Self::Unlock,
        Self::Settings,
        Self::Mute,
        Self::Remove,
        Self::Ban,
        Self::Unban,
        Self::End,
        Self::StopShare,
        Self::LowerHand,
        Self::Spotlight,
        Self::Cohost,
        Self::Participant,
        Self::TakeRole,
        Self::HandOver,
        Self::Invite,
        Self::Revoke,
        Self::Admit,
        Self::Refuse,
        Self::AddUser,
        Self::EditUser,
        Self::Disable,
        Self::Enable,
        Self::Grant,
        Self::Demote,
        Self::DeleteUser,
        Self::ResetLink,
        Self::DeleteRoom,
        Self::ServerSettings,
        Self::Restore,
    ];

    /// By what it is looked for.
    pub fn kind(self) -> ActKind {
        match self {
            Self::AddUser | Self::EditUser | Self::Disable | Self::Enable | Self::DeleteUser | Self::ResetLink => {
                ActKind::Accounts
            }
            Self::Grant | Self::Demote | Self::ServerSettings | Self::Restore => ActKind::Administration,
            Self::Lock
            | Self::Unlock
            | Self::Settings
            | Self::Ban
            | Self::Unban
            | Self::Cohost
            | Self::Participant
            | Self::TakeRole
            | Self::HandOver
            | Self::Invite
            | Self::Revoke
            | Self::DeleteRoom => ActKind::Rooms,
            Self::Mute
            | Self::Remove
            | Self::End
            | Self::StopShare
            | Self::LowerHand
            | Self::Spotlight
            | Self::Admit
            | Self::Refuse => ActKind::Calls,
        }
    }

    /// Whether an entry with this word is about a person: its subject is then an account, a guest, an identity, or empty.
    pub fn is_about_a_person(code: &str) -> bool {
        let others = [Self::Lock, Self::Unlock, Self::Settings, Self::End, Self::Invite, Self::Revoke];
        others.iter().all(|act| act.code() != code)
    }

    /// The word in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::Settings => "settings",
            Self::Mute => "mute",
            Self::Remove => "remove",
            Self::Ban => "ban",
            Self::Unban => "unban",
            Self::End => "end",
            Self::StopShare => "stop_share",
            Self::LowerHand => "lower_hand",
            Self::Spotlight => "spotlight",
            Self::Cohost => "cohost",
            Self::Participant => "participant",
            Self::TakeRole => "take_role",
            Self::HandOver => "hand_over",
            Self::Invite => "invite",
            Self::Revoke => "revoke",
            Self::Admit => "admit",
            Self::Refuse => "refuse",
            Self::AddUser => "add_user",
            Self::EditUser => "edit_user",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Grant => "grant",
            Self::Demote => "demote",
            Self::DeleteUser => "delete_user",
            Self::ResetLink => "reset_link",
            Self::DeleteRoom => "delete_room",
            Self::ServerSettings => "server_settings",
            Self::Restore => "restore",
        }
    }
}

/// An entry of the audit log, to be written.
#[derive(Clone, Debug)]
pub struct NewAuditEntry {
    /// Now.
    pub at: Millis,
    /// Who asked; 0 for the command line.
    pub actor: UserId,
    /// In which room; 0 for none.
    pub room: RoomNumber,
    /// What for.
    pub act: Act,
    /// About whom: an account's number or an identity; empty for everyone or nobody. Of settings: which, and what they became.
    pub subject: String,
    /// About which account, where it is about one.
    pub whom: Option<UserId>,
    /// From where; empty for the command line.
    pub address: String,
}

/// An entry of the audit log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    /// Its number, which rises.
    pub id: i64,
    /// When.
    pub at: Millis,
    /// Who asked.
    pub actor: UserId,
    /// What for, as [`Act::code`] has it.
    pub act: String,
    /// About whom; empty for everyone.
    pub subject: String,
}

/// The part of the store that is about keeping order. Every method is one transaction.
#[async_trait]
pub trait Moderation: Send + Sync {
    /// Keeps an account out of a room and takes its role there away; banning it again changes nothing.
    ///
    /// # Errors
    /// [`super::StoreError::TooManyBans`] when the room has [`MAX_BANS`], [`super::StoreError::NoSuchUser`] when the room or the account
    /// is gone.
    async fn ban(&self, room: RoomNumber, user: UserId, now: Millis) -> Result<()>;
    /// Lets an account in again; whether it was banned.
    async fn unban(&self, room: RoomNumber, user: UserId) -> Result<bool>;
    /// Whether an account is banned from a room.
    async fn is_banned(&self, room: RoomNumber, user: UserId) -> Result<bool>;
    /// A room's bans, the newest first.
    async fn bans(&self, room: RoomNumber) -> Result<Vec<Ban>>;
    /// Writes down what somebody asked for.
    async fn record(&self, entry: NewAuditEntry) -> Result<()>;
    /// Entries about a room, the newest first: those with a smaller number than `before`, at most `limit` and [`MAX_AUDIT`].
    async fn audit(&self, room: RoomNumber, before: Option<i64>, limit: u16) -> Result<Vec<AuditEntry>>;
    /// The names of those of these people who are still known: accounts, and guests of this room. Ask for as many as a page of the
    /// audit log names, not more.
    async fn names(&self, room: RoomNumber, people: &[Person]) -> Result<HashMap<Person, String>>;
}

/// Implements [`Moderation`] for a type as [`super::sql::implement_store`] takes it; `lock` keeps a row for the transaction.
macro_rules! implement_moderation {
    ($store:ty, $row:ty, lock: $lock:literal) => {
        /// Writes an entry into the audit log.
        async fn put_entry(write: &mut Write, entry: &NewAuditEntry) -> Result<()> {
            query("INSERT INTO audit (at, actor, room, act, subject, whom, address) VALUES ($1, $2, $3, $4, $5, $6, $7)")
                .bind(entry.at.0)
                .bind(entry.actor.0)
                .bind(entry.room.0)
                .bind(entry.act.code())
                .bind(&entry.subject)
                .bind(entry.whom.map(|whom| whom.0))
                .bind(&entry.address)
                .execute(&mut **write)
                .await
                .map_err(translate)?;
            Ok(())
        }

        #[async_trait::async_trait]
        impl Moderation for $store {
            async fn ban(&self, room: RoomNumber, user: UserId, now: Millis) -> Result<()> {
                let mut write = self.begin().await?;
                // Two bans at once take turns at the room's row, so that both count the other.
                query(concat!("SELECT id FROM rooms WHERE id = $1", $lock))
                    .bind(room.0)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?
                    .ok_or(StoreError::NoSuchUser)?;
                let others: i64 = query_scalar("SELECT COUNT(*) FROM bans WHERE room = $1 AND user_id <> $2")
                    .bind(room.0)
                    .bind(user.0)
                    .fetch_one(&mut *write)
                    .await
                    .map_err(translate)?;
                if others >= MAX_BANS {
                    return Err(StoreError::TooManyBans);
                }
                query(
                    "INSERT INTO bans (room, user_id, created_on) VALUES ($1, $2, $3) \
                     ON CONFLICT (room, user_id) DO NOTHING",
                )
                .bind(room.0)
                .bind(user.0)
                .bind(now.0)
                .execute(&mut *write)
                .await
                .map_err(translate)?;
                withdraw_knock(&mut write, room, &Person::Account(user), now).await?;
                let before = role_in(&mut write, room, user).await?;
                remove_role(&mut write, room, user).await?;
                if before == Some(StoredRole::Cohost) {
                    raise_version(&mut write, room).await?;
                }
                write.commit().await.map_err(translate)
            }

            async fn unban(&self, room: RoomNumber, user: UserId) -> Result<bool> {
                let mut write = self.begin().await?;
                let gone = query("DELETE FROM bans WHERE room = $1 AND user_id = $2")
                    .bind(room.0)
                    .bind(user.0)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                write.commit().await.map_err(translate)?;
                Ok(gone.rows_affected() > 0)
            }

            async fn is_banned(&self, room: RoomNumber, user: UserId) -> Result<bool> {
                let found = query("SELECT 1 FROM bans WHERE room = $1 AND user_id = $2")
                    .bind(room.0)
                    .bind(user.0)
                    .fetch_optional(&self.readers)
                    .await
                    .map_err(translate)?;
                Ok(found.is_some())
            }

            async fn bans(&self, room: RoomNumber) -> Result<Vec<Ban>> {
                query(
                    "SELECT b.user_id, u.first_name, u.last_name, b.created_on FROM bans b JOIN users u ON u.id = b.user_id \
                     WHERE b.room = $1 ORDER BY b.created_on DESC, b.user_id DESC",
                )
                .bind(room.0)
                .try_map(|row: $row| {
                    let (first, last): (String, String) = (row.try_get(1)?, row.try_get(2)?);
                    let name = format!("{first} {last}").trim().to_owned();
                    Ok(Ban { user: UserId(row.try_get(0)?), name, created_on: Millis(row.try_get(3)?) })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn record(&self, entry: NewAuditEntry) -> Result<()> {
                let mut write = self.begin().await?;
                put_entry(&mut write, &entry).await?;
                write.commit().await.map_err(translate)
            }

            async fn audit(&self, room: RoomNumber, before: Option<i64>, limit: u16) -> Result<Vec<AuditEntry>> {
                query(
                    "SELECT id, at, actor, act, subject FROM audit WHERE room = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                )
                .bind(room.0)
                .bind(before.unwrap_or(i64::MAX))
                .bind(i64::from(limit.min(MAX_AUDIT)))
                .try_map(|row: $row| {
                    Ok(AuditEntry {
                        id: row.try_get(0)?,
                        at: Millis(row.try_get(1)?),
                        actor: UserId(row.try_get(2)?),
                        act: row.try_get(3)?,
                        subject: row.try_get(4)?,
                    })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn names(
                &self,
                room: RoomNumber,
                people: &[Person],
            ) -> Result<std::collections::HashMap<Person, String>> {
                let mut names = std::collections::HashMap::new();
                // Numbers of our own, which need no binding; a statement that differs each time is not kept prepared.
                let accounts: Vec<_> =
                    people.iter().filter_map(Person::account).map(|account| account.0.to_string()).collect();
                if !accounts.is_empty() {
                    let list = accounts.join(",");
                    let found = query(AssertSqlSafe(format!(
                        "SELECT id, first_name, last_name FROM users WHERE id IN ({list})"
                    )))
                    .persistent(false)
                    .try_map(|row: $row| {
                        let (first, last): (String, String) = (row.try_get(1)?, row.try_get(2)?);
                        let name = format!("{first} {last}").trim().to_owned();
                        Ok((Person::Account(UserId(row.try_get(0)?)), name))
                    })
                    .fetch_all(&self.readers)
                    .await
                    .map_err(translate)?;
                    names.extend(found);
                }
                if people.iter().any(|person| person.account().is_none()) {
                    let found = query("SELECT id, name FROM guests WHERE room = $1")
                        .bind(room.0)
                        .try_map(|row: $row| Ok((Person::Guest(GuestId(row.try_get(0)?)), row.try_get(1)?)))
                        .fetch_all(&self.readers)
                        .await
                        .map_err(translate)?;
                    names.extend(found.into_iter().filter(|(guest, _)| people.contains(guest)));
                }
                Ok(names)
            }
        }
    };
}

pub(super) use implement_moderation;
