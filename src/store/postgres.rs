//! The store in PostgreSQL, for operators who have one and for several machines.

use std::str::FromStr;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, query, query_scalar};

use super::accounts::implement_accounts;
use super::administration::implement_administration;
use super::backups::{RESTORE_UNTIL, RESTORED_ON, implement_backups};
use super::claim::Claim;
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
    (1, "accounts_rooms_sessions", include_str!("../../migrations/postgres/0001_accounts_rooms_sessions.sql")),
    (2, "moderation", include_str!("../../migrations/postgres/0002_moderation.sql")),
    (3, "room_settings", include_str!("../../migrations/postgres/0003_room_settings.sql")),
    (4, "messages", include_str!("../../migrations/postgres/0004_messages.sql")),
    (5, "invitations", include_str!("../../migrations/postgres/0005_invitations.sql")),
    (6, "guests", include_str!("../../migrations/postgres/0006_guests.sql")),
    (7, "knocks", include_str!("../../migrations/postgres/0007_knocks.sql")),
    (8, "accounts", include_str!("../../migrations/postgres/0008_accounts.sql")),
    (9, "links", include_str!("../../migrations/postgres/0009_links.sql")),
    (10, "administration", include_str!("../../migrations/postgres/0010_administration.sql")),
    (11, "settled", include_str!("../../migrations/postgres/0011_settled.sql")),
    (12, "audit_filters", include_str!("../../migrations/postgres/0012_audit_filters.sql")),
];

/// How long a call waits for a connection, a lock or an answer.
const WAIT: Duration = Duration::from_secs(4);
/// How long the start waits for the server: an operator should read "unreachable" within two seconds.
const FIRST_WAIT: Duration = Duration::from_millis(1500);
/// Connections; every call is one short transaction.
const CONNECTIONS: u32 = 10;

/// See the module.
pub struct PostgresStore {
    readers: PgPool,
    writer: PgPool,
}

impl PostgresStore {
    /// Connects to `url` and brings the schema up to date; two servers that start together take turns.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`], [`StoreError::Migration`] or, within two seconds, [`StoreError::Unavailable`].
    pub async fn connect(url: &str) -> Result<Self> {
        let (mut connection, options) = Self::first(url).await?;
        migrate(&mut connection, MIGRATIONS).await?;
        let store = Self::pooled(connection, options).await?;
        store.index_old_rows().await?;
        Ok(store)
    }

    /// Connects to the database that servers use or have used, beside them, and changes nothing of its schema.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`], [`StoreError::SchemaTooOld`] or, within two seconds, [`StoreError::Unavailable`].
    pub async fn attach(url: &str) -> Result<Self> {
        let (mut connection, options) = Self::first(url).await?;
        current(&mut connection, MIGRATIONS).await?;
        Self::pooled(connection, options).await
    }

    /// Takes a turn at the database; `None` while others hold it in a way that does not go together with `alone`.
    ///
    /// # Errors
    /// Within two seconds, [`StoreError::Unavailable`].
    pub async fn claim(url: &str, alone: bool) -> Result<Option<Claim>> {
        let (connection, _) = Self::first(url).await?;
        Claim::over(connection, alone).await
    }

    async fn first(url: &str) -> Result<(PgConnection, PgConnectOptions)> {
        // The error of a wrong URL may repeat it, with its password.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::Unavailable("the database URL cannot be read".to_owned()))?
            .application_name("rotunda")
            .options([("synchronous_commit", "on")]);
        let first = tokio::time::timeout(FIRST_WAIT, options.connect());
        let connection: PgConnection = first
            .await
            .map_err(|_| StoreError::Unavailable("no answer within 1.5 s".to_owned()))?
            .map_err(translate)?;
        Ok((connection, options))
    }

    async fn pooled(connection: PgConnection, options: PgConnectOptions) -> Result<Self> {
        connection.close().await.map_err(translate)?;
        // From here on; a migration may take its time. Every query is short: compiling it, or starting workers for it, takes longer.
        let options = options.options([("statement_timeout", "4000"), ("lock_timeout", "4000")]);
        let options = options.options([("jit", "off"), ("max_parallel_workers_per_gather", "0")]);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(WAIT).connect_lazy_with(options);
        Ok(Self { readers: pool.clone(), writer: pool })
    }

    async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        self.writer.begin().await.map_err(translate)
    }
}

implement_rows!(PgRow);
implement_store!(PostgresStore, PgRow, find: "strpos", lock: " FOR UPDATE");
implement_moderation!(PostgresStore, PgRow, lock: " FOR UPDATE");
implement_roles!(PostgresStore, PgRow, lock: " FOR UPDATE");
implement_accounts!(PostgresStore, PgRow, lock: " FOR UPDATE");
implement_links!(PostgresStore, PgRow, lock: " FOR UPDATE");
implement_words!(PostgresStore, patience: ["SET LOCAL statement_timeout = 0"]);
implement_administration!(PostgresStore, PgRow, lock: " FOR UPDATE");
implement_backups!(PostgresStore, PgRow, begin: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    last: "SELECT pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass)",
    set_last: ["SELECT setval(pg_get_serial_sequence($1, 'id'), $2)"],
    explicit: " OVERRIDING SYSTEM VALUE", patience: ["SET LOCAL statement_timeout = 0"]);
implement_messages!(PostgresStore, PgRow, share: " FOR KEY SHARE");
implement_invitations!(PostgresStore, PgRow);
implement_guests!(PostgresStore, PgRow);
implement_knocks!(PostgresStore, PgRow, lock: " FOR UPDATE");
