//! What the people who run the server do: find accounts and rooms among many, take accounts out of use and put them in again, set
//! what holds for everyone, and read the log of what was done.

use async_trait::async_trait;

use super::{AuditQuery, ServerAuditEntry};
use super::{Invitation, InvitationId, Millis, NewUser, Result, Room, RoomNumber, SessionId, TokenHash, User, UserId};

/// Who may make an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Registration {
    /// Everyone.
    #[default]
    Open,
    /// Whoever has an invitation to a room, or for whom an administrator makes one.
    ByInvitation,
    /// Those for whom an administrator makes one.
    Closed,
}

impl Registration {
    /// The word in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ByInvitation => "invitation",
            Self::Closed => "closed",
        }
    }

    /// Reads that word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::ByInvitation, Self::Closed].into_iter().find(|known| known.code() == code)
    }
}

/// What administrators set for the whole server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServerSettings {
    /// Rises with each change; 1 when nothing was ever set.
    pub version: i64,
    /// Who may make an account.
    pub registration: Registration,
    /// The most people in a call, whatever its room's own limit says.
    pub people_per_room: u16,
    /// The most rooms of an account.
    pub rooms_per_user: i64,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            version: 1,
            registration: Registration::Open,
            people_per_room: super::MAX_PEOPLE,
            rooms_per_user: super::MAX_ROOMS,
        }
    }
}

/// The order of a list of accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UserOrder {
    /// The newest first; after this account.
    Newest(Option<UserId>),
    /// By last and first name; after these.
    Name(Option<(String, UserId)>),
    /// By address; after this one.
    Email(Option<String>),
}

/// A part of the accounts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserFilter {
    /// Those that administer the server.
    Administrators,
    /// Those that are out of use.
    Disabled,
}

/// Which accounts a list shows.
#[derive(Clone, Debug)]
pub struct UserQuery {
    /// Of which part; `None` for all.
    pub only: Option<UserFilter>,
    /// Beginnings of words of the name or the address; empty for all.
    pub search: String,
    /// In which order, and after whom.
    pub order: UserOrder,
    /// At most so many.
    pub limit: u16,
}

/// An account in a list.
#[derive(Clone, Debug)]
pub struct ListedUser {
    /// The account.
    pub user: User,
    /// What it is sorted by in a list by name.
    pub name_key: String,
    /// How many rooms it has.
    pub rooms: i64,
    /// When one of its logins was last used, as far as they are remembered.
    pub seen_on: Option<Millis>,
}

/// A room in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedRoom {
    /// The room.
    pub room: Room,
    /// Its owner's first and last name.
    pub owner_name: String,
}

/// An invitation in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// Into which room.
    pub room: RoomNumber,
    /// That room's title.
    pub title: String,
}

/// The part of the store that is about running the server. Every method is one transaction.
#[async_trait]
pub trait Administration: Send + Sync {
    /// The account of a session, if the session lives and is an account's, and whether it administers the server.
    async fn live_administrator(&self, session: &SessionId, now: Millis) -> Result<Option<(UserId, bool)>>;
    /// A page of accounts.
    async fn users(&self, query: &UserQuery) -> Result<Vec<ListedUser>>;
    /// Makes an account to which nobody is logged in.
    ///
    /// # Errors
    /// [`super::StoreError::EmailTaken`].
    async fn add_user(&self, user: NewUser) -> Result<User>;
    /// Makes an account an administrator, or takes that away; `None` when it is gone.
    ///
    /// # Errors
    /// [`super::StoreError::LastAdministrator`].
    async fn set_administrator(&self, user: UserId, is_admin: bool) -> Result<Option<User>>;
    /// Takes an account out of use, which ends its logins and takes its links to a new password away, or puts it in again. Returns
    /// the sessions that ended; `None` when it is gone.
    ///
    /// # Errors
    /// [`super::StoreError::LastAdministrator`].
    async fn set_disabled(&self, user: UserId, disabled: bool, now: Millis) -> Result<Option<(User, Vec<SessionId>)>>;
    /// Rooms of every kind and owner by beginnings of words of the title, the newest first, with smaller numbers than `before`.
    async fn all_rooms(&self, search: &str, before: Option<RoomNumber>, limit: u16) -> Result<Vec<ListedRoom>>;
    /// Invitations into every room, the newest first, with smaller numbers than `before`.
    async fn all_invitations(&self, before: Option<InvitationId>, limit: u16) -> Result<Vec<ListedInvitation>>;
    /// The room of an invitation.
    async fn room_of_invitation(&self, id: InvitationId) -> Result<Option<RoomNumber>>;
    /// Whether there is an invitation with this token that is good still; it is not used by this.
    async fn is_good_invitation(&self, hash: TokenHash, now: Millis) -> Result<bool>;
    /// A page of the audit log of every room and of the server.
    async fn server_audit(&self, query: &AuditQuery) -> Result<Vec<ServerAuditEntry>>;
    /// What is set for the whole server.
    async fn server_settings(&self) -> Result<ServerSettings>;
    /// Sets it, where it still has the version that comes with it; returns it with the next one.
    ///
    /// # Errors
    /// [`super::StoreError::VersionConflict`].
    async fn set_server_settings(&self, settings: ServerSettings) -> Result<ServerSettings>;
    /// Raises a room's version, so that its call takes rules that have changed for another reason than its own settings.
    async fn touch_room(&self, room: RoomNumber) -> Result<()>;
}

pub(super) const VERSION: &str = "version";
const REGISTRATION: &str = "registration";
const PEOPLE_PER_ROOM: &str = "people-per-room";
const ROOMS_PER_USER: &str = "rooms-per-user";

impl ServerSettings {
    /// From what is stored; what cannot be read, or is beyond its bounds, has its default.
    pub(super) fn from_rows(rows: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut settings = Self::default();
        for (name, value) in rows {
            match name.as_str() {
                VERSION => settings.version = value.parse().unwrap_or(settings.version),
                REGISTRATION => settings.registration = Registration::from_code(&value).unwrap_or_default(),
                PEOPLE_PER_ROOM => {
                    let people = value.parse().ok().filter(|people| (1..=super::MAX_PEOPLE).contains(people));
                    settings.people_per_room = people.unwrap_or(settings.people_per_room);
                }
                ROOMS_PER_USER => {
                    let rooms = value.parse().ok().filter(|rooms| (0..=super::MAX_ROOMS).contains(rooms));
                    settings.rooms_per_user = rooms.unwrap_or(settings.rooms_per_user);
                }
                _ => {}
            }
        }
        settings
    }

    pub(super) fn rows(&self) -> [(&'static str, String); 4] {
        [
            (VERSION, self.version.to_string()),
            (REGISTRATION, self.registration.code().to_owned()),
            (PEOPLE_PER_ROOM, self.people_per_room.to_string()),
            (ROOMS_PER_USER, self.rooms_per_user.to_string()),
        ]
    }
}

/// Implements [`Administration`] for a type as [`super::sql::implement_store`] takes it, beside [`super::accounts::implement_accounts`] and
/// [`super::words::implement_words`].
macro_rules! implement_administration {
    ($store:ty, $row:ty, lock: $lock:literal) => {
        /// What the server is set to, within a transaction or not.
        async fn settings_in<'e, E>(executor: E) -> Result<ServerSettings>
        where
            E: sqlx::Executor<'e, Database = <$row as Row>::Database>,
        {
            let rows = query("SELECT name, value FROM settings")
                .try_map(|row: $row| Ok((row.try_get(0)?, row.try_get(1)?)))
                .fetch_all(executor)
                .await
                .map_err(translate)?;
            Ok(ServerSettings::from_rows(rows))
        }

        fn listed_user(row: $row) -> std::result::Result<ListedUser, sqlx::Error> {
            let (name_key, rooms, seen_on) = (row.try_get(8)?, row.try_get(9)?, row.try_get::<Option<i64>, _>(10)?);
            Ok(ListedUser { user: user_row(row)?, name_key, rooms, seen_on: seen_on.map(Millis) })
        }

        #[async_trait::async_trait]
        impl Administration for $store {
            async fn live_administrator(&self, session: &SessionId, now: Millis) -> Result<Option<(UserId, bool)>> {
                query(
                    "SELECT u.id, u.is_admin = TRUE AND u.disabled = FALSE FROM sessions s JOIN users u ON u.id = s.user_id \
                     WHERE s.id = $1 AND s.expires_on > $2 AND s.ended_on IS NULL",
                )
                .bind(&session.0)
                .bind(now.0)
                .try_map(|row: $row| Ok((UserId(row.try_get(0)?), row.try_get(1)?)))
                .fetch_optional(&self.readers)
                .await
                .map_err(translate)
            }

            async fn users(&self, wanted: &UserQuery) -> Result<Vec<ListedUser>> {
                let mut ranges = search::ranges(&wanted.search, wanted.only);
                let cursor = 2 * ranges.len() + 2;
                let (after, order): (String, &[(&str, &str)]) = match &wanted.order {
                    UserOrder::Newest(_) => (format!("t.id < ${cursor}"), &[("t.id", "DESC")]),
                    UserOrder::Name(_) => (
                        format!("(t.name_key, t.id) > (${cursor}, ${})", cursor + 1),
                        &[("t.name_key", "ASC"), ("t.id", "ASC")],
                    ),
                    UserOrder::Email(_) => (format!("t.email_key > ${cursor}"), &[("t.email_key", "ASC")]),
                };
                let list = search::List {
                    table: "users t",
                    columns: "t.id, t.email, t.first_name, t.last_name, t.password_hash, t.created_on, t.is_admin, t.disabled, \
                              t.name_key, (SELECT COUNT(*) FROM rooms WHERE owner = t.id), \
                              (SELECT MAX(used_on) FROM sessions WHERE user_id = t.id)",
                    words: "user_words",
                    after: &after,
                    order,
                };
                let counts = self.rarest_first(&list, &mut ranges).await?;
                let mut users = Vec::new();
                for text in list.pages(&counts) {
                    // Planned for its parameters each time: how far to read depends on them.
                    let mut page = query(AssertSqlSafe(text)).persistent(false);
                    for (from, to) in &ranges {
                        page = page.bind(from).bind(to);
                    }
                    page = page.bind(i64::from(wanted.limit));
                    page = match &wanted.order {
                        UserOrder::Newest(after) => page.bind(after.map_or(i64::MAX, |user| user.0)),
                        UserOrder::Name(after) => match after {
                            Some((name, user)) => page.bind(name.as_str()).bind(user.0),
                            None => page.bind("").bind(i64::MIN),
                        },
                        UserOrder::Email(after) => page.bind(after.as_deref().unwrap_or_default()),
                    };
                    users = page.try_map(listed_user).fetch_all(&self.readers).await.map_err(translate)?;
                    if users.len() >= usize::from(wanted.limit) {
                        break;
                    }
                }
                Ok(users)
            }

            async fn add_user(&self, user: NewUser) -> Result<User> {
                let mut write = self.begin().await?;
                let user = insert_user(&mut write, user).await?;
                write.commit().await.map_err(translate)?;
                Ok(user)
            }

            async fn set_administrator(&self, user: UserId, is_admin: bool) -> Result<Option<User>> {
                let mut write = self.begin().await?;
                if !is_admin {
                    keep_an_administrator(&mut write, user).await?;
                }
                let user = query(concat!("UPDATE users SET is_admin = $2 WHERE id = $1 RETURNING ", user_columns!()))
                    .bind(user.0)
                    .bind(is_admin)
                    .try_map(user_row)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?;
                if let Some(user) = &user {
                    index_user(&mut write, user).await?;
                }
                write.commit().await.map_err(translate)?;
                Ok(user)
            }

            async fn set_disabled(
                &self,
                user: UserId,
                disabled: bool,
                now: Millis,
            ) -> Result<Option<(User, Vec<SessionId>)>> {
                let mut write = self.begin().await?;
                if disabled {
                    keep_an_administrator(&mut write, user).await?;
                }
                let changed = query(concat!("UPDATE users SET disabled = $2 WHERE id = $1 RETURNING ", user_columns!()))
                    .bind(user.0)
                    .bind(disabled)
                    .try_map(user_row)
                    .fetch_optional(&mut *write)
                    .await
                    .map_err(translate)?;
                let Some(changed) = changed else { return Ok(None) };
                index_user(&mut write, &changed).await?;
                let mut ended = Vec::new();
                if disabled {
                    drop_reset_links(&mut write, user).await?;
                    ended = end_sessions(&mut write, user, None, now).await?;
                }
                write.commit().await.map_err(translate)?;
                Ok(Some((changed, ended)))
            }

            async fn all_rooms(&self, search: &str, before: Option<RoomNumber>, limit: u16) -> Result<Vec<ListedRoom>> {
                let mut ranges = search::ranges(search, None);
                let after = format!("t.id < ${}", 2 * ranges.len() + 2);
                let columns = "t.id, t.owner, t.title, t.description, t.kind, t.secret, t.created_on, t.locked, t.version, \
                     t.allow_guests, t.waiting_room, t.people_limit, t.scheduled_on, t.keep_chat, t.chat_disabled, \
                     t.share_disabled, t.unmute_disabled, t.spotlight, t.settled, \
                     (SELECT first_name || ' ' || last_name FROM users WHERE id = t.owner)";
                let order = &[("t.id", "DESC")];
                let list =
                    search::List { table: "rooms t", columns, words: "room_words", after: &after, order };
                let counts = self.rarest_first(&list, &mut ranges).await?;
                let mut rooms = Vec::new();
                for text in list.pages(&counts) {
                    let mut page = query(AssertSqlSafe(text)).persistent(false);
                    for (from, to) in &ranges {
                        page = page.bind(from).bind(to);
                    }
                    let page = page.bind(i64::from(limit)).bind(before.map_or(i64::MAX, |before| before.0));
                    let listed = page.try_map(|row: $row| {
                        let owner_name: String = row.try_get(19)?;
                        Ok(ListedRoom { room: room_row(row)?, owner_name: owner_name.trim().to_owned() })
                    });
                    rooms = listed.fetch_all(&self.readers).await.map_err(translate)?;
                    if rooms.len() >= usize::from(limit) {
                        break;
                    }
                }
                Ok(rooms)
            }

            async fn all_invitations(&self, before: Option<InvitationId>, limit: u16) -> Result<Vec<ListedInvitation>> {
                query(
                    "SELECT i.id, i.created_on, i.expires_on, i.uses, i.used, i.room, r.title FROM invitations i \
                     JOIN rooms r ON r.id = i.room WHERE i.id < $1 ORDER BY i.id DESC LIMIT $2",
                )
                .bind(before.map_or(i64::MAX, |before| before.0))
                .bind(i64::from(limit))
                .try_map(|row: $row| {
                    let (room, title) = (RoomNumber(row.try_get(5)?), row.try_get(6)?);
                    Ok(ListedInvitation { invitation: invitation_row(row)?, room, title })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn room_of_invitation(&self, id: InvitationId) -> Result<Option<RoomNumber>> {
                let room = query_scalar("SELECT room FROM invitations WHERE id = $1").bind(id.0);
                Ok(room.fetch_optional(&self.readers).await.map_err(translate)?.map(RoomNumber))
            }

            async fn is_good_invitation(&self, hash: TokenHash, now: Millis) -> Result<bool> {
                let found = query(
                    "SELECT 1 FROM invitations WHERE hash = $1 AND (expires_on IS NULL OR expires_on > $2) \
                     AND (uses IS NULL OR used < uses)",
                )
                .bind(&hash.0[..])
                .bind(now.0)
                .fetch_optional(&self.readers)
                .await
                .map_err(translate)?;
                Ok(found.is_some())
            }

            async fn server_audit(&self, wanted: &AuditQuery) -> Result<Vec<ServerAuditEntry>> {
                let mut below = wanted.before.unwrap_or(i64::MAX);
                if let Some(until) = wanted.until {
                    let last = query_scalar(audit::UNTIL).bind(until.0).fetch_optional(&self.readers);
                    let Some(last) = last.await.map_err(translate)? else { return Ok(Vec::new()) };
                    below = below.min(i64::saturating_add(last, 1));
                }
                let mut page = query(AssertSqlSafe(wanted.page())).persistent(false);
                page = page.bind(below).bind(i64::from(wanted.limit));
                if let Some(account) = wanted.account {
                    page = page.bind(account.0);
                }
                page.try_map(|row: $row| {
                    let some = |number: i64| (number != 0).then_some(number);
                    Ok(ServerAuditEntry {
                        id: row.try_get(0)?,
                        at: Millis(row.try_get(1)?),
                        actor: some(row.try_get(2)?).map(UserId),
                        room: some(row.try_get(3)?).map(RoomNumber),
                        act: row.try_get(4)?,
                        subject: row.try_get(5)?,
                        whom: row.try_get::<Option<i64>, _>(6)?.map(UserId),
                        address: row.try_get(7)?,
                        actor_name: row.try_get(8)?,
                        whom_name: row.try_get(9)?,
                        room_title: row.try_get(10)?,
                    })
                })
                .fetch_all(&self.readers)
                .await
                .map_err(translate)
            }

            async fn server_settings(&self) -> Result<ServerSettings> {
                settings_in(&self.readers).await
            }

            async fn set_server_settings(&self, settings: ServerSettings) -> Result<ServerSettings> {
                let mut write = self.begin().await?;
                // Two changes at once take turns at the version's row, also before there is one.
                query("INSERT INTO settings (name, value) VALUES ($1, '1') ON CONFLICT (name) DO UPDATE SET value = settings.value")
                    .bind(administration::VERSION)
                    .execute(&mut *write)
                    .await
                    .map_err(translate)?;
                if settings_in(&mut *write).await?.version != settings.version {
                    return Err(StoreError::VersionConflict);
                }
                let settings = ServerSettings { version: settings.version.saturating_add(1), ..settings };
                for (name, value) in settings.rows() {
                    query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2")
                        .bind(name)
                        .bind(value)
                        .execute(&mut *write)
                        .await
                        .map_err(translate)?;
                }
                write.commit().await.map_err(translate)?;
                Ok(settings)
            }

            async fn touch_room(&self, room: RoomNumber) -> Result<()> {
                let mut write = self.begin().await?;
                raise_version(&mut write, room).await?;
                write.commit().await.map_err(translate)
            }
        }
    };
}

pub(super) use implement_administration;
