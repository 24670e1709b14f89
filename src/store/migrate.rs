//! Brings a schema up to date, or says that it is not.

use std::borrow::Cow;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::StoreError;

/// A migration's number, name and text.
pub(super) type MigrationText = (i64, &'static str, &'static str);

/// Brings the schema up to date.
pub(super) async fn migrate<C: Migrate>(connection: &mut C, texts: &[MigrationText]) -> Result<(), StoreError> {
    let migrations = texts
        .iter()
        .map(|(version, name, sql)| {
            let sql = AssertSqlSafe(*sql).into_sql_str();
            Migration::new(*version, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
        })
        .collect();
    let known = texts.iter().map(|(version, ..)| *version).max().unwrap_or(0);
    Migrator::with_migrations(migrations).run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(found) => StoreError::SchemaTooNew { found, known },
        MigrateError::Execute(error) => StoreError::Unavailable(error.to_string()),
        other => StoreError::Migration(other.to_string()),
    })
}

/// Whether the schema is the one of this binary; it stays as it is.
pub(super) async fn current<C: Migrate>(connection: &mut C, texts: &[MigrationText]) -> Result<(), StoreError> {
    let known = texts.iter().map(|(version, ..)| *version).max().unwrap_or(0);
    let applied = connection.list_applied_migrations("_sqlx_migrations").await;
    let applied = applied.map_err(|error| StoreError::Unavailable(error.to_string()))?;
    match applied.iter().map(|migration| migration.version).max().unwrap_or(0) {
        found if found > known => Err(StoreError::SchemaTooNew { found, known }),
        found if found < known => Err(StoreError::SchemaTooOld { found, known }),
        _ => Ok(()),
    }
}
