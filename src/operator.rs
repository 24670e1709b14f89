//! What an operator does at the command line, beside a server that runs or without one: the commands of the binary that are not the
//! server itself. They work on the database alone, so a running server sees what they did at its next look.

use std::io::Write as _;

use crate::api::password_reset::make_link;
use crate::backup::{self, BackupError};
use crate::config::{Config, Operation};
use crate::lifecycle::StartError;
use crate::place::attach;
use crate::restore::restore;
use crate::store::{Act, Millis, NewAuditEntry, RoomNumber, Store, StoreError, User, UserId};

/// Why a command did nothing. Each prints as one sentence for an operator.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// The database, or the machine.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The backup.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The store said no.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Nobody has this address.
    #[error("there is no account with the email address {0}")]
    NoSuchAccount(String),
    /// The account is disabled.
    #[error("the account {0} is disabled; enable it first")]
    Disabled(String),
    /// Standard output is closed.
    #[error("the result cannot be printed: {0}")]
    Output(#[from] std::io::Error),
}

/// Carries out a command.
///
/// # Errors
/// [`OperationError`].
pub async fn operate(config: &Config, operation: &Operation) -> Result<(), OperationError> {
    let done = match operation {
        Operation::Backup { file } => {
            let rows = beside(config, async |store| Ok(backup::write(store, file).await?)).await?;
            format!("{rows} rows are in {}; keep it as secret as the database", file.display())
        }
        Operation::Restore { file, force } => {
            let rows = restore(config, file, *force).await?;
            format!("{rows} rows were restored from {}", file.display())
        }
        Operation::Grant { email } => beside(config, async |store| grant(store, email).await).await?,
        Operation::ResetLink { email } => beside(config, async |store| reset_link(config, store, email).await).await?,
    };
    writeln!(std::io::stdout(), "{done}")?;
    Ok(())
}

/// Does something in the store beside a server that runs.
async fn beside<T>(
    config: &Config,
    work: impl AsyncFnOnce(&dyn Store) -> Result<T, OperationError>,
) -> Result<T, OperationError> {
    let store = attach(config).await?;
    let done = work(&*store).await;
    store.close().await;
    done
}

/// The account of this address, if it is in use.
async fn account(store: &dyn Store, email: &str) -> Result<User, OperationError> {
    let user = store.user_by_email(email).await?.ok_or_else(|| OperationError::NoSuchAccount(email.to_owned()))?;
    if user.disabled { Err(OperationError::Disabled(user.email)) } else { Ok(user) }
}

/// An entry of the audit log for what the command line asks for.
pub fn entry(act: Act, whom: Option<UserId>, subject: String) -> NewAuditEntry {
    NewAuditEntry {
        at: Millis::now(),
        actor: UserId(0),
        room: RoomNumber(0),
        act,
        subject,
        whom,
        address: String::new(),
    }
}

async fn grant(store: &dyn Store, email: &str) -> Result<String, OperationError> {
    let user = account(store, email).await?;
    store.record(entry(Act::Grant, Some(user.id), String::new())).await?;
    store.set_administrator(user.id, true).await?;
    Ok(format!("{} is an administrator", user.email))
}

async fn reset_link(config: &Config, store: &dyn Store, email: &str) -> Result<String, OperationError> {
    let user = account(store, email).await?;
    store.record(entry(Act::ResetLink, Some(user.id), String::new())).await?;
    let link = make_link(store, &config.url(), user.id, Millis::now()).await?;
    Ok(format!("{} sets a new password here, once and within an hour:\n{link}", user.email))
}
