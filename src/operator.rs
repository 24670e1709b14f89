//! What an operator does at the command line, beside a server that runs or without one: the commands of the binary that are not the
//! server itself. They work on the database alone, so a running server sees what they did at its next look.

use std::io::Write as _;

use crate::api::password_reset::make_link;
use crate::backup::{self, BackupError};
use crate::config::{Config, Operation};
use crate::lifecycle::StartError;
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
    // A restore needs a place to itself; everything else goes beside a server that runs.
    let (store, _folder) = match operation {
        Operation::Restore { .. } => crate::open_store(config).await?,
        _ => (crate::attach_store(config).await?, None),
    };
    let done = match operation {
        Operation::Backup { file } => backup::write(&*store, file)
            .await
            .map(|rows| format!("{rows} rows are in {}; keep it as secret as the database", file.display()))
            .map_err(OperationError::from),
        Operation::Restore { file, force } => backup::read(&*store, file, *force)
            .await
            .map(|rows| format!("{rows} rows were restored from {}", file.display()))
            .map_err(OperationError::from),
        Operation::Grant { email } => grant(&*store, email).await,
        Operation::ResetLink { email } => reset_link(config, &*store, email).await,
    };
    store.close().await;
    writeln!(std::io::stdout(), "{}", done?)?;
    Ok(())
}

/// The account of this address, if it is in use.
async fn account(store: &dyn Store, email: &str) -> Result<User, OperationError> {
    let user = store.user_by_email(email).await?.ok_or_else(|| OperationError::NoSuchAccount(email.to_owned()))?;
    if user.disabled { Err(OperationError::Disabled(user.email)) } else { Ok(user) }
}

/// Writes down what the command line asks for.
async fn record(store: &dyn Store, act: Act, user: &User) -> Result<(), StoreError> {
    let entry = NewAuditEntry {
        at: Millis::now(),
        actor: UserId(0),
        room: RoomNumber(0),
        act,
        subject: String::new(),
        whom: Some(user.id),
        address: String::new(),
    };
    store.record(entry).await
}

async fn grant(store: &dyn Store, email: &str) -> Result<String, OperationError> {
    let user = account(store, email).await?;
    record(store, Act::Grant, &user).await?;
    store.set_administrator(user.id, true).await?;
    Ok(format!("{} is an administrator", user.email))
}

async fn reset_link(config: &Config, store: &dyn Store, email: &str) -> Result<String, OperationError> {
    let user = account(store, email).await?;
    record(store, Act::ResetLink, &user).await?;
    let link = make_link(store, &config.url(), user.id, Millis::now()).await?;
    Ok(format!("{} sets a new password here, once and within an hour:\n{link}", user.email))
}
