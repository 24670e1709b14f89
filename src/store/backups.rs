//! Everything that a store keeps, row by row, in a form that any database takes: what backups are made of.

use async_trait::async_trait;
use tokio::sync::mpsc;

use super::{Millis, NewAuditEntry, Result};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A number, or a time.
    Integer,
    /// A text.
    Text,
    /// Yes or no.
    Flag,
    /// Bytes.
    Bytes,
}

/// The newest schema: what backups are made of, and the newest that is restored.
pub const SCHEMA: i64 = 12;

/// Among the settings: see [`RestoreState`].
pub(super) const RESTORE_UNTIL: &str = "restore-until";
/// The same.
pub(super) const RESTORED_ON: &str = "restored-on";

/// A table of the schema.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Kind)],
    /// Whether it numbers its rows by itself, and never gives a number out twice.
    pub numbered: bool,
}

/// A value of a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Datum {
    /// Nothing.
    Null,
    /// A number, or a time.
    Integer(i64),
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A piece of a backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// The rows of [`TABLES`]`[table]` follow, with these of its columns.
    Table {
        /// Which table.
        table: usize,
        /// Which columns, in the order of the rows' values.
        columns: Vec<usize>,
        /// The last number that it gave out, where it numbers its rows.
        last: Option<i64>,
    },
    /// A row of the table that was named last.
    Row(Vec<Datum>),
}

use Kind::{Bytes, Flag, Integer, Text};

macro_rules! tables {
    ($($name:literal $numbered:literal { $($column:literal: $kind:ident),+ $(,)? })+) => {
        /// Every table, those first that others refer to. The words of a search are not among them: they are made anew.
        pub const TABLES: &[Table] = &[
            $( Table { name: $name, numbered: $numbered, columns: &[$(($column, $kind)),+] }, )+
        ];
    };
}

tables! {
    "users" true { "id": Integer, "email": Text, "email_key": Text, "first_name": Text, "last_name": Text, "password_hash": Text,
        "created_on": Integer, "is_admin": Flag, "disabled": Flag, "name_key": Text }
    "rooms" true { "id": Integer, "owner": Integer, "title": Text, "title_key": Text, "description": Text, "kind": Text, "secret": Text,
        "created_on": Integer, "locked": Flag, "version": Integer, "allow_guests": Flag, "waiting_room": Flag,
        "people_limit": Integer, "scheduled_on": Integer, "keep_chat": Flag, "chat_disabled": Flag, "share_disabled": Flag,
        "unmute_disabled": Flag, "spotlight": Text, "settled": Integer }
    "guests" false { "id": Text, "room": Integer, "name": Text, "invited": Flag, "device": Bytes, "created_on": Integer,
        "expires_on": Integer, "banned_on": Integer }
    "sessions" false { "id": Text, "user_id": Integer, "guest": Text, "created_on": Integer, "expires_on": Integer,
        "generation": Integer, "ended_on": Integer, "used_on": Integer, "client": Text }
    "refresh_tokens" false { "hash": Bytes, "session": Text, "generation": Integer, "expires_on": Integer, "spent_on": Integer }
    "secrets" false { "name": Text, "value": Bytes, "created_on": Integer }
    "bans" false { "room": Integer, "user_id": Integer, "created_on": Integer }
    "roles" false { "room": Integer, "user_id": Integer, "role": Text, "created_on": Integer }
    "chats" false { "room": Integer, "last": Integer }
    "messages" false { "room": Integer, "id": Integer, "user_id": Integer, "identity": Text, "name": Text, "text": Text, "stream": Text,
        "sent_on": Integer }
    "invitations" true { "id": Integer, "room": Integer, "hash": Bytes, "created_on": Integer, "expires_on": Integer,
        "uses": Integer, "used": Integer }
    "knocks" true { "id": Integer, "room": Integer, "user_id": Integer, "guest": Text, "state": Text, "since": Integer,
        "seen_on": Integer, "decided_on": Integer }
    "links" false { "hash": Bytes, "kind": Text, "user_id": Integer, "created_on": Integer, "expires_on": Integer }
    "audit" true { "id": Integer, "at": Integer, "actor": Integer, "room": Integer, "act": Text, "subject": Text, "whom": Integer,
        "address": Text }
    "settings" false { "name": Text, "value": Text }
}

/// What servers have to know of restores into their database.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RestoreState {
    /// Until when somebody waits for the servers to make way.
    pub asked_until: Option<Millis>,
    /// When the last one was: what a server knew before is no longer true.
    pub restored_on: Option<Millis>,
}

impl RestoreState {
    /// Whether somebody waits still.
    pub fn is_asked(&self, now: Millis) -> bool {
        self.asked_until.is_some_and(|until| until > now)
    }
}

/// The part of the store that backups use.
#[async_trait]
pub trait Backups: Send + Sync {
    /// Hands out everything as it is at one moment, while others read and write. Ends early when nobody takes the pieces any more.
    async fn dump(&self, pieces: mpsc::Sender<Piece>) -> Result<()>;
    /// Puts what comes in the place of everything that is there, in one transaction, with an entry at the end of the audit log that
    /// came: it is all there afterwards, or nothing has changed.
    /// The last piece is `Ok(None)`; a stream that ends without it, or with an error, changes nothing. Returns how many rows came.
    ///
    /// # Errors
    /// [`super::StoreError::NotEmpty`] when there are accounts and `replace` is not set; [`super::StoreError::Incomplete`].
    async fn restore(&self, pieces: mpsc::Receiver<Option<Piece>>, replace: bool, entry: NewAuditEntry) -> Result<u64>;
    /// Whether there is anybody whom a restore would replace.
    async fn has_accounts(&self) -> Result<bool>;
    /// Asks the servers on this database to make way for a restore until then, or to stay. A restore takes the question with it.
    async fn ask_for_restore(&self, until: Option<Millis>) -> Result<()>;
    /// What a server looks at again and again.
    async fn restore_state(&self) -> Result<RestoreState>;
}

/// Implements [`Backups`] for a type as [`super::sql::implement_store`] takes it, beside [`super::moderation::implement_moderation`]. `begin` begins a transaction that sees one moment; `last` asks
/// for the last number of a table and `set_last` sets it; `explicit` lets rows bring their own numbers, `patience` lifts the deadline
/// of a statement.
macro_rules! implement_backups {
    ($store:ty, $row:ty, begin: $begin:literal, last: $last:literal, set_last: [$($set_last:literal),+], explicit: $explicit:literal, patience: [$($patience:literal),*]) => {
        fn datum(row: &$row, at: usize, kind: Kind) -> std::result::Result<Datum, sqlx::Error> {
            Ok(match kind {
                Kind::Integer => row.try_get::<Option<i64>, _>(at)?.map_or(Datum::Null, Datum::Integer),
                Kind::Text => row.try_get::<Option<String>, _>(at)?.map_or(Datum::Null, Datum::Text),
                Kind::Flag => row.try_get::<Option<bool>, _>(at)?.map_or(Datum::Null, Datum::Flag),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map_or(Datum::Null, Datum::Bytes),
            })
        }

        /// Puts one row in.
        async fn put_row(write: &mut Write, text: &str, kinds: &[Kind], row: Vec<Datum>) -> Result<()> {
            if row.len() != kinds.len() {
                return Err(StoreError::Incomplete);
            }
            let mut insert = query(AssertSqlSafe(text.to_owned()));
            for (datum, kind) in row.into_iter().zip(kinds) {
                insert = match (datum, kind) {
                    (Datum::Integer(number), Kind::Integer) => insert.bind(number),
                    (Datum::Text(text), Kind::Text) => insert.bind(text),
                    (Datum::Flag(flag), Kind::Flag) => insert.bind(flag),
                    (Datum::Bytes(bytes), Kind::Bytes) => insert.bind(bytes),
                    (Datum::Null, Kind::Integer) => insert.bind(None::<i64>),
                    (Datum::Null, Kind::Text) => insert.bind(None::<String>),
                    (Datum::Null, Kind::Flag) => insert.bind(None::<bool>),
                    (Datum::Null, Kind::Bytes) => insert.bind(None::<Vec<u8>>),
                    _ => return Err(StoreError::Incomplete),
                };
            }
            // What a row refers to is missing, or it is there twice.
            insert.execute(&mut **write).await.map_err(|error| match translate(error) {
                StoreError::NoSuchUser | StoreError::EmailTaken => StoreError::Incomplete,
                other => other,
            })?;
            Ok(())
        }

        /// Notes a time among the settings.
        async fn put_mark<'e, E>(executor: E, name: &str, time: Millis) -> Result<()>
        where
            E: sqlx::Executor<'e, Database = <$row as Row>::Database>,
        {
            query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
                .bind(name)
                .bind(time.0.to_string())
                .execute(executor)
                .await
                .map_err(translate)?;
            Ok(())
        }

        #[async_trait::async_trait]
        impl Backups for $store {
            async fn dump(&self, pieces: mpsc::Sender<Piece>) -> Result<()> {
                let mut read = self.readers.begin_with($begin).await.map_err(translate)?;
                $( query($patience).execute(&mut *read).await.map_err(translate)?; )*
                for (number, table) in TABLES.iter().enumerate() {
                    let last: Option<i64> = match table.numbered {
                        true => query_scalar($last).bind(table.name).fetch_optional(&mut *read).await.map_err(translate)?.flatten(),
                        false => None,
                    };
                    let columns = (0..table.columns.len()).collect();
                    if pieces.send(Piece::Table { table: number, columns, last }).await.is_err() {
                        return Ok(());
                    }
                    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
                    // What is made anew, or holds for this database alone, is not copied.
                    let filter = match table.name {
                        "settings" => " WHERE name NOT IN ('words', 'restore-until', 'restored-on')",
                        _ => "",
                    };
                    let text = format!("SELECT {} FROM {}{filter}", names.join(", "), table.name);
                    let mut rows = query(AssertSqlSafe(text)).fetch(&mut *read);
                    while let Some(row) = rows.try_next().await.map_err(translate)? {
                        let values = table.columns.iter().enumerate().map(|(at, (_, kind))| datum(&row, at, *kind));
                        let values = values.collect::<std::result::Result<Vec<_>, _>>().map_err(translate)?;
                        if pieces.send(Piece::Row(values)).await.is_err() {
                            return Ok(());
                        }
                    }
                }
                read.rollback().await.map_err(translate)
            }

            async fn restore(
                &self,
                mut pieces: mpsc::Receiver<Option<Piece>>,
                replace: bool,
                entry: NewAuditEntry,
            ) -> Result<u64> {
                let mut write = self.begin().await?;
                $( query($patience).execute(&mut *write).await.map_err(translate)?; )*
                let there = query("SELECT 1 FROM users LIMIT 1").fetch_optional(&mut *write).await.map_err(translate)?;
                if there.is_some() && !replace {
                    return Err(StoreError::NotEmpty);
                }
                for table in TABLES.iter().rev() {
                    let text = format!("DELETE FROM {}", table.name);
                    query(AssertSqlSafe(text)).execute(&mut *write).await.map_err(translate)?;
                }
                let (mut insert, mut kinds, mut count) = (String::new(), Vec::new(), 0);
                let mut numbers = Vec::new();
                loop {
                    match pieces.recv().await {
                        Some(Some(Piece::Table { table, columns, last })) => {
                            let table = TABLES.get(table).ok_or(StoreError::Incomplete)?;
                            let columns: Vec<_> = columns.iter().filter_map(|at| table.columns.get(*at)).collect();
                            kinds = columns.iter().map(|(_, kind)| *kind).collect();
                            let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
                            let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
                            let explicit = if table.numbered { $explicit } else { "" };
                            insert = format!(
                                "INSERT INTO {} ({}){explicit} VALUES ({})",
                                table.name,
                                names.join(", "),
                                places.join(", ")
                            );
                            numbers.extend(last.map(|last| (table.name, last)));
                        }
                        Some(Some(Piece::Row(row))) => {
                            put_row(&mut write, &insert, &kinds, row).await?;
                            count += 1;
                        }
                        Some(None) => break,
                        None => return Err(StoreError::Incomplete),
                    }
                }
                for (table, last) in numbers {
                    for text in [$($set_last),+] {
                        query(text).bind(table).bind(last).execute(&mut *write).await.map_err(translate)?;
                    }
                }
                put_entry(&mut write, &entry).await?;
                put_mark(&mut *write, RESTORED_ON, entry.at).await?;
                write.commit().await.map_err(translate)?;
                self.index_old_rows().await?;
                Ok(count)
            }

            async fn has_accounts(&self) -> Result<bool> {
                let one = query("SELECT 1 FROM users LIMIT 1").fetch_optional(&self.readers).await.map_err(translate)?;
                Ok(one.is_some())
            }

            async fn ask_for_restore(&self, until: Option<Millis>) -> Result<()> {
                if let Some(until) = until {
                    return put_mark(&self.writer, RESTORE_UNTIL, until).await;
                }
                let taken_back = query("DELETE FROM settings WHERE name = $1").bind(RESTORE_UNTIL);
                taken_back.execute(&self.writer).await.map_err(translate)?;
                Ok(())
            }

            async fn restore_state(&self) -> Result<RestoreState> {
                let rows: Vec<(String, String)> = query("SELECT name, value FROM settings WHERE name IN ($1, $2)")
                    .bind(RESTORE_UNTIL)
                    .bind(RESTORED_ON)
                    .try_map(|row: $row| Ok((row.try_get(0)?, row.try_get(1)?)))
                    .fetch_all(&self.readers)
                    .await
                    .map_err(translate)?;
                let time = |name| rows.iter().find(|row| row.0 == name).and_then(|row| row.1.parse().ok()).map(Millis);
                Ok(RestoreState { asked_until: time(RESTORE_UNTIL), restored_on: time(RESTORED_ON) })
            }
        }
    };
}

pub(super) use implement_backups;
