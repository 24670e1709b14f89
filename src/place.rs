//! Where what survives a restart is kept, and whose turn it is there: any number of servers that share a database, or one restore that has it
//! to itself. A turn ends with its process, however that ends.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Config;
use crate::lifecycle::StartError;
use crate::store::postgres::PostgresStore;
use crate::store::sqlite::SqliteStore;
use crate::store::{Claim, Store, StoreError};

/// Who comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// A server. Others may be there on PostgreSQL; a data folder is one server's.
    Shared,
    /// A restore.
    Alone,
}

/// The right to be where [`Config`] keeps its data, for as long as this lives.
#[derive(Debug)]
pub enum Place {
    /// SQLite's.
    Folder(DataFolder),
    /// PostgreSQL's.
    Database(Claim),
}

impl Place {
    /// Takes it.
    ///
    /// # Errors
    /// [`StartError::FolderInUse`] and [`StartError::DatabaseInUse`] while others are there; what is wrong with the folder or the database.
    pub async fn take(config: &Config, turn: Turn) -> Result<Self, StartError> {
        let Some(url) = &config.database_url else { return DataFolder::lock(&config.data).map(Self::Folder) };
        let claim = PostgresStore::claim(url.reveal(), turn == Turn::Alone).await.map_err(postgres_failed)?;
        claim.map(Self::Database).ok_or(StartError::DatabaseInUse(match turn {
            Turn::Shared => "a backup is being restored into it",
            Turn::Alone => "servers run on it",
        }))
    }

    /// Whether the turn is ours still, after a look: a connection that broke is made anew where nobody else has come meanwhile. While the
    /// database is away, it is nobody else's.
    pub async fn is_ours(&mut self, config: &Config) -> bool {
        let Self::Database(claim) = self else { return true };
        if claim.holds().await {
            return true;
        }
        match Self::take(config, Turn::Shared).await {
            Ok(again) => {
                *self = again;
                true
            }
            Err(error) => !matches!(error, StartError::DatabaseInUse(_)),
        }
    }
}

/// Takes the place, and opens the store there: its schema is up to date then.
///
/// # Errors
/// As [`Place::take`], and what is wrong with the database.
pub async fn open(config: &Config, turn: Turn) -> Result<(Arc<dyn Store>, Place), StartError> {
    let place = Place::take(config, turn).await?;
    let store: Arc<dyn Store> = match (&place, &config.database_url) {
        (Place::Database(_), Some(url)) => {
            Arc::new(PostgresStore::connect(url.reveal()).await.map_err(postgres_failed)?)
        }
        _ => {
            let path = database_in(&config.data);
            Arc::new(SqliteStore::open(&path).await.map_err(|reason| sqlite_failed(&path, reason))?)
        }
    };
    Ok((store, place))
}

/// The store for a command beside its servers: it takes no turn, and leaves the schema as it is.
///
/// # Errors
/// What is wrong with the database.
pub async fn attach(config: &Config) -> Result<Arc<dyn Store>, StartError> {
    match &config.database_url {
        Some(url) => Ok(Arc::new(PostgresStore::attach(url.reveal()).await.map_err(postgres_failed)?)),
        None => {
            let path = database_in(&config.data);
            Ok(Arc::new(SqliteStore::attach(&path).await.map_err(|reason| sqlite_failed(&path, reason))?))
        }
    }
}

fn postgres_failed(reason: StoreError) -> StartError {
    StartError::Database { what: "the PostgreSQL database of --database-url cannot be used".to_owned(), reason }
}

fn sqlite_failed(path: &Path, reason: StoreError) -> StartError {
    StartError::Database { what: format!("the database {} cannot be used", path.display()), reason }
}

/// The SQLite database in a folder, locked or not.
fn database_in(folder: &Path) -> PathBuf {
    folder.join("rotunda.db")
}

/// The data folder, locked for as long as this lives; a crash frees it.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

impl DataFolder {
    /// Makes the folder if need be, readable by its owner alone, and locks it.
    fn lock(path: &Path) -> Result<Self, StartError> {
        let wrong = |reason| StartError::Folder { folder: path.into(), reason };
        if !path.exists() {
            std::fs::create_dir_all(path).map_err(wrong)?;
            only_for_the_owner(path).map_err(wrong)?;
        }
        // Opening for writing is not enough to know: the database makes files of its own beside it.
        let file = File::options().create(true).truncate(false).write(true).open(path.join("lock")).map_err(wrong)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _lock: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(StartError::FolderInUse(path.into())),
            Err(std::fs::TryLockError::Error(reason)) => Err(wrong(reason)),
        }
    }
}

#[cfg(unix)]
fn only_for_the_owner(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn only_for_the_owner(_: &Path) -> std::io::Result<()> {
    Ok(())
}
