//! The store in a file beside the server: SQLite in WAL mode with `synchronous=FULL`, so that a commit is on the disk
//! before the answer leaves. One connection writes, a small pool reads.

use std::path::Path;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, Connection as _, Row, query, query_scalar};

use super::accounts::implement_accounts;
use super::administration::implement_administration;
use super::backups::{RESTORE_UNTIL, RESTORED_ON, implement_backups};
use super::guests::implement_guests;
use super::invitations::implement_invitations;
use super::knocks::implement_knocks;
use super::links::implement_links;
use super::messages::implement_messages;
use super::migrate::{MigrationText, current, migrate};
use super::moderation::implement_moderation;
use super::roles::implement_roles;
use super::rows::{implement_rows, room_columns, user_columns};
use super::sql::{implement_store, translate};
use super::types::{FoundToken, Verdict};
use super::words::implement_words;
use super::*;
use tokio::sync::mpsc;

const MIGRATIONS: &[MigrationText] = &[
    (1, "accounts_rooms_sessions", include_str!("../../migrations/sqlite/0001_accounts_rooms_sessions.sql")),
    (2, "moderation", include_str!("../../migrations/sqlite/0002_moderation.sql")),
    (3, "room_settings", include_str!("../../migrations/sqlite/0003_room_settings.sql")),
    (4, "messages", include_str!("../../migrations/sqlite/0004_messages.sql")),
    (5, "invitations", include_str!("../../migrations/sqlite/0005_invitations.sql")),
    (6, "guests", include_str!("../../migrations/sqlite/0006_guests.sql")),
    (7, "knocks", include_str!("../../migrations/sqlite/0007_knocks.sql")),
    (8, "accounts", include_str!("../../migrations/sqlite/0008_accounts.sql")),
    (9, "links", include_str!("../../migrations/sqlite/0009_links.sql")),
    (10, "administration", include_str!("../../migrations/sqlite/0010_administration.sql")),
    (11, "settled", include_str!("../../migrations/sqlite/0011_settled.sql")),
    (12, "audit_filters", include_str!("../../migrations/sqlite/0012_audit_filters.sql")),
];

/// How long a call waits for a connection or a lock. Longer than any write takes, shorter than a request's deadline.
const WAIT: Duration = Duration::from_secs(4);
/// Reads are short; more readers than this only compete for the same cores.
const READERS: u32 = 4;

/// See the module.
pub struct SqliteStore {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl SqliteStore {
    /// Opens or makes the database at `path` and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`], [`StoreError::Migration`] or [`StoreError::Unavailable`].
    pub async fn open(path: &Path) -> Result<Self> {
        let store = Self::connect(path, true).await?;
        migrate(&mut *store.writer.acquire().await.map_err(translate)?, MIGRATIONS).await?;
        store.index_old_rows().await?;
        Ok(store)
    }

    /// Opens the database that a server uses or has used, beside it, and changes nothing of its schema.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`], [`StoreError::SchemaTooOld`] or [`StoreError::Unavailable`].
    pub async fn attach(path: &Path) -> Result<Self> {
        let store = Self::connect(path, false).await?;
        current(&mut *store.writer.acquire().await.map_err(translate)?, MIGRATIONS).await?;
        Ok(store)
    }

    async fn connect(path: &Path, create: bool) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(WAIT);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(WAIT)
            // A full disk makes SQLite end the transaction by itself, of which sqlx does not hear: it would begin no other one, ever.
            .before_acquire(|connection, _| {
                let fit = !connection.is_in_transaction();
                Box::pin(std::future::ready(Ok(fit)))
            })
            .connect_with(options.clone())
            .await
            .map_err(translate)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(WAIT)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await
            .map_err(translate)?;
        Ok(Self { readers, writer })
    }

    /// Takes the write lock at once: a transaction that begins by reading could fail when it comes to write.
    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(translate)
    }
}

implement_rows!(SqliteRow);
implement_store!(SqliteStore, SqliteRow, find: "instr", lock: "");
implement_moderation!(SqliteStore, SqliteRow, lock: "");
implement_roles!(SqliteStore, SqliteRow, lock: "");
implement_accounts!(SqliteStore, SqliteRow, lock: "");
implement_links!(SqliteStore, SqliteRow, lock: "");
implement_words!(SqliteStore, patience: []);
implement_administration!(SqliteStore, SqliteRow, lock: "");
implement_backups!(SqliteStore, SqliteRow, begin: "BEGIN", last: "SELECT seq FROM sqlite_sequence WHERE name = $1",
    set_last: [
        "DELETE FROM sqlite_sequence WHERE name = $1 AND $2 IS NOT NULL",
        "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)"
    ],
    explicit: "", patience: []);
implement_messages!(SqliteStore, SqliteRow, share: "");
implement_invitations!(SqliteStore, SqliteRow);
implement_guests!(SqliteStore, SqliteRow);
implement_knocks!(SqliteStore, SqliteRow, lock: "");
