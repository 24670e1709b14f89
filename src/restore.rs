//! Restores while servers run. Whoever restores asks the servers on the database to make way; each says goodbye to its calls and lets go of the
//! database, so that nothing is written by what it knew before; when the restore is done, or has been given up, it starts again with what
//! is there then. Who has gone without a word is nobody's hindrance: turns end with their processes ([`crate::place`]), and questions grow old.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::api::rooms::time;
use crate::backup::{self, BackupError};
use crate::config::Config;
use crate::operator::{OperationError, entry};
use crate::place::{self, Place, Turn};
use crate::store::{Act, Millis, Store, StoreError};

/// How often a server looks whether it is asked.
const LOOK: Duration = Duration::from_secs(1);
/// How often those who wait for each other look.
const WAIT_LOOK: Duration = Duration::from_millis(250);
/// How long a question holds that is not asked again.
const QUESTION_MS: i64 = 10_000;
/// How long a restore waits for the servers: three times what it takes them to look and to say goodbye.
const PATIENCE: Duration = Duration::from_secs(20);

/// Puts what a backup has in the place of everything in the database, and returns how many rows. Servers that run on it make way. Where
/// anything is wrong, nothing has changed; where that shows in the file or in what is there, no server has been asked.
///
/// # Errors
/// [`OperationError`].
pub async fn restore(config: &Config, file: &Path, replace: bool) -> Result<u64, OperationError> {
    let made_on = backup::check(file).await?;
    let (store, _place) = match place::open(config, Turn::Alone).await {
        Err(error) if error.is_in_use() => {
            let store = place::attach(config).await?;
            if !replace && store.has_accounts().await? {
                return Err(BackupError::Store(StoreError::NotEmpty).into());
            }
            let place = after_the_servers(config, &*store).await?;
            (store, place)
        }
        opened => opened?,
    };
    let restored = backup::read(&*store, file, replace, entry(Act::Restore, None, time(made_on))).await;
    if restored.is_err() {
        // Otherwise the question went with everything else.
        take_back(&*store).await;
    }
    store.close().await;
    Ok(restored?)
}

/// Asks the servers to make way, and takes the place when they have.
async fn after_the_servers(config: &Config, store: &dyn Store) -> Result<Place, OperationError> {
    let _ =
        writeln!(std::io::stderr(), "servers run on this database: they are asked to make way, and their calls end");
    let deadline = Instant::now() + PATIENCE;
    loop {
        store.ask_for_restore(Some(Millis(Millis::now().0 + QUESTION_MS))).await?;
        match Place::take(config, Turn::Alone).await {
            Err(error) if error.is_in_use() && Instant::now() < deadline => {
                sleep(WAIT_LOOK).await;
            }
            Ok(place) => return Ok(place),
            Err(error) => {
                take_back(store).await;
                return Err(error.into());
            }
        }
    }
}

/// The servers need not wait until the question is old.
async fn take_back(store: &dyn Store) {
    let _ = store.ask_for_restore(None).await;
}

/// Ends when a server has to make way: somebody asks for it, or has restored something unheard while the database was away.
pub async fn is_wanted(store: &dyn Store, config: &Config, place: &mut Place) {
    let mut known = None;
    loop {
        // A database that does not answer asks for nothing.
        if let Ok(state) = store.restore_state().await {
            if state.is_asked(Millis::now()) || known.is_some_and(|known| known != state.restored_on) {
                return;
            }
            known = Some(state.restored_on);
        }
        sleep(LOOK).await;
        if !place.is_ours(config).await {
            return;
        }
    }
}

/// Ends when nobody asks for a restore any more, and nobody is about one.
pub async fn is_done(config: &Config) {
    loop {
        sleep(WAIT_LOOK).await;
        if let Ok(store) = place::attach(config).await
            && !is_asked(store).await
            && !Place::take(config, Turn::Shared).await.is_err_and(|error| error.is_in_use())
        {
            return;
        }
    }
}

async fn is_asked(store: Arc<dyn Store>) -> bool {
    let state = store.restore_state().await;
    store.close().await;
    state.is_ok_and(|state| state.is_asked(Millis::now()))
}
