//! Backups: everything that the database keeps, in one file that SQLite and PostgreSQL both read, so that a server also moves from one to the
//! other by it (docs/adr/0007-portable-backups.md).
//!
//! The file has one JSON value a line: what it is, then for each table its name and columns and a line for each row, then how many rows
//! there were. A file without that last line is not whole, and is refused. It holds password hashes and the server's signing keys, so it is
//! readable by its owner alone.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::store::{Datum, Kind, Millis, NewAuditEntry, Piece, SCHEMA, Store, StoreError, TABLES};

/// Pieces between the database and the file.
const QUEUE: usize = 256;
/// The form of the file.
const FORMAT: i64 = 1;

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is a file of this name.
    #[error("{0} exists already; choose another name")]
    Exists(PathBuf),
    /// The file cannot be written or read.
    #[error("{file}: {reason}")]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// It is not a backup, or not a whole one.
    #[error("{0} is not a whole backup of Rotunda; nothing was restored")]
    NotABackup(PathBuf),
    /// It was made by a newer version.
    #[error(
        "{file} was made by a newer version of rotunda (schema {found}, this one knows {SCHEMA}); nothing was restored"
    )]
    TooNew {
        /// Which.
        file: PathBuf,
        /// Its schema.
        found: i64,
    },
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// Writes everything into a new file, and returns how many rows. The file appears under its name once it is whole and on the disk.
///
/// # Errors
/// [`BackupError`].
pub async fn write(store: &dyn Store, file: &Path) -> Result<u64, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let (pieces, taken) = mpsc::channel(QUEUE);
    let path = file.to_owned();
    let writing = tokio::task::spawn_blocking(move || write_file(&path, taken));
    let dumped = store.dump(pieces).await;
    let wrong = |reason| BackupError::File { file: file.to_owned(), reason };
    let written = writing.await.map_err(|error| wrong(std::io::Error::other(error)))?;
    let partial = partial(file);
    match (dumped, written) {
        (Ok(()), Ok(rows)) => {
            std::fs::rename(&partial, file).map_err(wrong)?;
            Ok(rows)
        }
        (dumped, written) => {
            let _ = std::fs::remove_file(&partial);
            dumped?;
            Err(wrong(written.err().unwrap_or_else(|| std::io::Error::other("it was not written"))))
        }
    }
}

/// Where a backup grows.
fn partial(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

fn write_file(file: &Path, mut pieces: mpsc::Receiver<Piece>) -> std::io::Result<u64> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = BufWriter::new(options.open(partial(file))?);
    writeln!(out, "{}", json!({ "rotunda": FORMAT, "schema": SCHEMA, "createdOn": Millis::now().0 }))?;
    let mut rows = 0_u64;
    while let Some(piece) = pieces.blocking_recv() {
        match piece {
            Piece::Table { table, columns, last } => {
                let Some(table) = TABLES.get(table) else { continue };
                let columns = columns.iter().filter_map(|at| table.columns.get(*at)).map(|(name, _)| *name);
                let columns: Vec<&str> = columns.collect();
                writeln!(out, "{}", json!({ "table": table.name, "columns": columns, "last": last }))?;
            }
            Piece::Row(row) => {
                writeln!(out, "{}", row.iter().map(to_json).collect::<Value>())?;
                rows += 1;
            }
        }
    }
    writeln!(out, "{}", json!({ "rows": rows }))?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
    Ok(rows)
}

fn to_json(datum: &Datum) -> Value {
    match datum {
        Datum::Null => Value::Null,
        Datum::Integer(number) => json!(number),
        Datum::Text(text) => json!(text),
        Datum::Flag(flag) => json!(flag),
        Datum::Bytes(bytes) => json!(STANDARD.encode(bytes)),
    }
}

fn from_json(value: Value, kind: Kind) -> Option<Datum> {
    Some(match (value, kind) {
        (Value::Null, _) => Datum::Null,
        (Value::Number(number), Kind::Integer) => Datum::Integer(number.as_i64()?),
        (Value::String(text), Kind::Text) => Datum::Text(text),
        (Value::Bool(flag), Kind::Flag) => Datum::Flag(flag),
        (Value::String(text), Kind::Bytes) => Datum::Bytes(STANDARD.decode(text).ok()?),
        _ => return None,
    })
}

/// Whether a file is a whole backup that this version can restore, and when it was made; nothing is done with it.
///
/// # Errors
/// [`BackupError`].
pub async fn check(file: &Path) -> Result<Millis, BackupError> {
    let (pieces, mut taken) = mpsc::channel(QUEUE);
    let path = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || read_file(&path, &pieces));
    while taken.recv().await.is_some() {}
    reading.await.map_err(|error| BackupError::File { file: file.to_owned(), reason: std::io::Error::other(error) })?
}

/// Puts what a file has in the place of everything in the store, and `entry` at the end of its audit log; returns how many rows. Where anything is wrong, nothing changes.
///
/// # Errors
/// [`BackupError`]; of the store's [`StoreError::NotEmpty`] where there are accounts and `replace` is not set.
pub async fn read(store: &dyn Store, file: &Path, replace: bool, entry: NewAuditEntry) -> Result<u64, BackupError> {
    let (pieces, taken) = mpsc::channel(QUEUE);
    let path = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || read_file(&path, &pieces));
    let restored = store.restore(taken, replace, entry).await;
    let wrong = |reason| BackupError::File { file: file.to_owned(), reason };
    let read = reading.await.map_err(|error| wrong(std::io::Error::other(error)))?;
    match (restored, read) {
        (Ok(rows), Ok(_)) => Ok(rows),
        // What was wrong with the file is why the store broke off.
        (Err(StoreError::Incomplete), Err(error)) => Err(error),
        (Err(StoreError::Incomplete), Ok(_)) => Err(BackupError::NotABackup(file.to_owned())),
        (Err(error), _) => Err(error.into()),
        (Ok(_), Err(error)) => Err(error),
    }
}

/// Reads a file to its end, or until the pieces are taken no more; returns when it was made.
fn read_file(file: &Path, pieces: &mpsc::Sender<Option<Piece>>) -> Result<Millis, BackupError> {
    let wrong = |reason| BackupError::File { file: file.to_owned(), reason };
    let not_one = || BackupError::NotABackup(file.to_owned());
    let mut lines = BufReader::new(File::open(file).map_err(wrong)?).lines();
    let mut next = || -> Result<Option<Value>, BackupError> {
        let Some(line) = lines.next() else { return Ok(None) };
        let line = line.map_err(|reason| match reason.kind() {
            std::io::ErrorKind::InvalidData => not_one(),
            _ => wrong(reason),
        })?;
        serde_json::from_str(&line).map(Some).map_err(|_| not_one())
    };
    let head = next()?.ok_or_else(not_one)?;
    if head.get("rotunda").and_then(Value::as_i64) != Some(FORMAT) {
        return Err(not_one());
    }
    match head.get("schema").and_then(Value::as_i64).ok_or_else(not_one)? {
        found if found > SCHEMA => return Err(BackupError::TooNew { file: file.to_owned(), found }),
        _ => {}
    }
    let made_on = head.get("createdOn").and_then(Value::as_i64).map(Millis).ok_or_else(not_one)?;
    let (mut kinds, mut rows) = (Vec::new(), 0_u64);
    while let Some(line) = next()? {
        let piece = match line {
            Value::Array(values) => {
                rows += 1;
                if values.len() != kinds.len() {
                    return Err(not_one());
                }
                let row = values.into_iter().zip(&kinds).map(|(value, kind)| from_json(value, *kind));
                Piece::Row(row.collect::<Option<_>>().ok_or_else(not_one)?)
            }
            line if line.get("rows").is_some() => {
                if line.get("rows").and_then(Value::as_u64) != Some(rows) || next()?.is_some() {
                    return Err(not_one());
                }
                // The store has broken off by itself if it takes this no more, and says why.
                let _ = pieces.blocking_send(None);
                return Ok(made_on);
            }
            line => {
                let (piece, columns) = table(&line).ok_or_else(not_one)?;
                kinds = columns;
                piece
            }
        };
        if pieces.blocking_send(Some(piece)).is_err() {
            return Ok(made_on);
        }
    }
    Err(not_one())
}

/// The table that a line announces, and what its columns hold. A table or a column that this version does not know is none of ours.
fn table(line: &Value) -> Option<(Piece, Vec<Kind>)> {
    let name = line.get("table")?.as_str()?;
    let (number, table) = TABLES.iter().enumerate().find(|(_, table)| table.name == name)?;
    let mut columns = Vec::new();
    for column in line.get("columns")?.as_array()? {
        columns.push(table.columns.iter().position(|(name, _)| Some(*name) == column.as_str())?);
    }
    let kinds = columns.iter().filter_map(|at| table.columns.get(*at)).map(|(_, kind)| *kind).collect();
    Some((Piece::Table { table: number, columns, last: line.get("last").and_then(Value::as_i64) }, kinds))
}
