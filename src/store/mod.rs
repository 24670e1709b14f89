//! What survives a restart: accounts, rooms, sessions, and the server's own signing keys.
//!
//! One [`Store`] trait, two databases behind it ([`sqlite`], [`postgres`]) with the same migrations by number and name, and
//! [`faults`], which stands before either in tests. A call that returns `Ok` has been committed to disk. Time and
//! randomness come from the caller.

mod accounts;
mod administration;
mod audit;
mod backups;
mod claim;
pub mod faults;
mod guests;
mod invitations;
mod knocks;
mod links;
mod messages;
mod migrate;
mod moderation;
mod person;
pub mod postgres;
mod roles;
mod room;
mod rows;
mod search;
mod sql;
pub mod sqlite;
mod types;
mod words;

use async_trait::async_trait;

pub use accounts::{AccountEdit, Accounts, DeletedUser, LiveLogin, OwnMessage, PasswordChange};
pub use administration::{
    Administration, ListedInvitation, ListedRoom, ListedUser, Registration, ServerSettings, UserFilter, UserOrder,
    UserQuery,
};
pub use audit::{ActKind, AuditQuery, ServerAuditEntry};
pub use backups::{Backups, Datum, Kind, Piece, RestoreState, SCHEMA, TABLES, Table};
pub use claim::Claim;
pub use guests::{Guest, GuestEntry, Guests, MAX_GUESTS, NewGuest};
pub use invitations::{Invitation, InvitationId, Invitations, MAX_INVITATIONS, MAX_USES, NewInvitation};
pub use knocks::{
    Decided, KNOCK_GRACE, KNOCK_LIFETIME, KNOCK_PAUSE, Knock, KnockId, Knocked, Knocks, MAX_ADMISSIONS, MAX_KNOCKS,
    MAX_KNOCKS_PER_PERSON,
};
pub use links::{Links, MAX_LINKS, Reset};
pub use messages::{MAX_MESSAGE, MAX_MESSAGES, Message, Messages, NewMessage};
pub use moderation::{AUDIT_KEPT_MS, Act, AuditEntry, Ban, MAX_AUDIT, MAX_BANS, Moderation, NewAuditEntry};
pub use person::{GuestId, Person};
pub use roles::{MAX_COHOSTS, MAX_ROLES, RoleHolder, Roles, StoredRole};
pub use room::*;
pub use types::*;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An account with this address exists already.
    #[error("an account with this email address exists already")]
    EmailTaken,
    /// The account that the row would belong to does not exist.
    #[error("the account does not exist")]
    NoSuchUser,
    /// There are accounts where a backup was to be restored.
    #[error("there are accounts in this database already; --force replaces everything in it")]
    NotEmpty,
    /// What was to be restored is not whole.
    #[error("the backup is not whole")]
    Incomplete,
    /// The account is the only one that can administer the server.
    #[error("the server would have no administrator any more")]
    LastAdministrator,
    /// The account has [`MAX_ROOMS`] rooms.
    #[error("the account has as many rooms as it may")]
    TooManyRooms,
    /// The room has [`MAX_BANS`] bans.
    #[error("the room has as many bans as it may")]
    TooManyBans,
    /// The room has given [`MAX_ROLES`] roles, or has [`MAX_COHOSTS`] co-hosts.
    #[error("the room has given as many roles as it may")]
    TooManyRoles,
    /// Somebody else has changed the room, or the server's settings, since the version that the change was made for.
    #[error("somebody else has changed it meanwhile")]
    VersionConflict,
    /// The room has [`MAX_INVITATIONS`] invitations that are good still.
    #[error("the room has as many invitations as it may")]
    TooManyInvitations,
    /// The room has [`MAX_GUESTS`] guests.
    #[error("the room has as many guests as it may")]
    TooManyGuests,
    /// [`MAX_KNOCKS`] people wait in front of the room, or this one in front of [`MAX_KNOCKS_PER_PERSON`].
    #[error("as many people wait as may")]
    TooManyKnocks,
    /// The database is away, full, locked or too slow: the same call may work later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The database has been written by a newer version of the server.
    #[error(
        "the database has schema version {found}, and this version of rotunda knows versions up to {known}; run the newer rotunda again"
    )]
    SchemaTooNew {
        /// The version found in the database.
        found: i64,
        /// The newest that this binary knows.
        known: i64,
    },
    /// The database has been written by an older version of the server, and is not for us to change.
    #[error(
        "the database has schema version {found}, and this version of rotunda needs {known}; start the server once, which brings it up to date"
    )]
    SchemaTooOld {
        /// The version found in the database.
        found: i64,
        /// The one that this binary needs.
        known: i64,
    },
    /// A migration failed or had been changed.
    #[error("the database could not be brought to the current schema: {0}")]
    Migration(String),
}

/// The result of a call to the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Accounts, rooms, sessions and secrets; bans and the audit log are [`Moderation`]'s, roles [`Roles`]', the kept chat
/// [`Messages`]'. Every method is one transaction.
#[async_trait]
pub trait Store:
    Accounts
    + Administration
    + Backups
    + Links
    + Messages
    + Moderation
    + Roles
    + Invitations
    + Guests
    + Knocks
    + Send
    + Sync
    + 'static
{
    /// Whether the database answers a write; what `/readyz` asks.
    async fn ping(&self) -> Result<()>;

    /// The secret of this name; `candidate` is stored and returned when there was none.
    async fn secret_or_insert(&self, name: &str, candidate: &[u8], now: Millis) -> Result<Vec<u8>>;

    /// Makes an account together with its first session.
    ///
    /// # Errors
    /// [`StoreError::EmailTaken`] when another account has the address, in whatever case it is written.
    async fn create_user(&self, user: NewUser, session: NewSession) -> Result<User>;
    /// The account with this address, in whatever case it is written.
    async fn user_by_email(&self, email: &str) -> Result<Option<User>>;
    /// The account with this id.
    async fn user(&self, id: UserId) -> Result<Option<User>>;

    /// Makes a room.
    ///
    /// # Errors
    /// [`StoreError::NoSuchUser`] when the owner is gone, [`StoreError::TooManyRooms`] when they have [`MAX_ROOMS`].
    async fn create_room(&self, room: NewRoom) -> Result<Room>;
    /// The room that `key` names, whoever asks: who may see it is not the store's affair.
    async fn room(&self, key: &RoomKey) -> Result<Option<Room>>;
    /// Rooms, the newest first.
    async fn rooms(&self, query: &RoomQuery) -> Result<Vec<Room>>;
    /// Changes a room as one of its hosts; `None` when `host` is neither its owner nor a co-host. What a co-host may change is not
    /// the store's affair.
    ///
    /// # Errors
    /// [`StoreError::VersionConflict`] when the settings have changed since the version that the edit names.
    async fn update_room(&self, id: RoomNumber, host: UserId, edit: RoomEdit) -> Result<Option<Room>>;
    /// Deletes a room of `owner` and returns what it was; `None` when there is no such room of theirs.
    async fn delete_room(&self, id: RoomNumber, owner: UserId) -> Result<Option<Room>>;

    /// Begins a session with its first refresh token for somebody whose password was compared with `password_hash`; beyond
    /// [`MAX_SESSIONS`] the account's oldest ends.
    ///
    /// # Errors
    /// [`StoreError::NoSuchUser`] when the account is gone or disabled, or has another password by now.
    async fn create_session(&self, user: UserId, password_hash: &str, session: NewSession) -> Result<()>;
    /// Spends a refresh token for its successor.
    async fn rotate(&self, rotation: Rotation) -> Result<Rotated>;
    /// The session that an unspent token belongs to, if both live.
    async fn peek_token(&self, hash: TokenHash, now: Millis) -> Result<Option<(SessionId, Person)>>;
    /// The account of a session, if the session lives and is an account's.
    async fn live_session(&self, session: &SessionId, now: Millis) -> Result<Option<UserId>>;
    /// Ends the session that a token belongs to, spent or not; `None` when the token is unknown or the session had ended.
    async fn end_session(&self, hash: TokenHash, now: Millis) -> Result<Option<(SessionId, Person)>>;
    /// Forgets what has expired, links among it, knocks that are over, and entries of the audit log after a year; returns how many sessions and tokens
    /// went. Banned guests and admissions stay.
    async fn sweep(&self, now: Millis) -> Result<u64>;

    /// Finishes what runs and closes every connection.
    async fn close(&self);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A room open to all, of account 1.
    pub(crate) fn a_room() -> Room {
        Room {
            id: RoomNumber(1),
            owner: UserId(1),
            title: String::new(),
            description: String::new(),
            kind: RoomKind::OpenToAll,
            secret: "s".into(),
            created_on: Millis(0),
            locked: false,
            version: 1,
            allow_guests: false,
            waiting_room: false,
            people_limit: 100,
            scheduled_on: None,
            keep_chat: false,
            chat_disabled: false,
            share_disabled: false,
            unmute_disabled: false,
            spotlight: String::new(),
            settled: 1,
        }
    }
}
