//! A stored room: its row, how it is named, how it is made and changed.

use super::types::{Millis, UserId};

/// A stored room, by its public number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RoomNumber(pub i64);

/// Rooms of one account.
pub const MAX_ROOMS: i64 = 1000;

/// Who finds a room in the list, and what names it on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RoomKind {
    /// Listed for everyone; named by its number.
    OpenToAll,
    /// Listed for its owner and those to whom it has given a role; named by a secret.
    InviteOnly,
}

impl RoomKind {
    /// `OTA` or `IO`.
    pub fn code(self) -> &'static str {
        match self {
            Self::OpenToAll => "OTA",
            Self::InviteOnly => "IO",
        }
    }

    /// Reads `OTA` or `IO`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "OTA" => Some(Self::OpenToAll),
            "IO" => Some(Self::InviteOnly),
            _ => None,
        }
    }
}

/// A stored room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Room {
    /// Its number, never given out twice.
    pub id: RoomNumber,
    /// Who made it.
    pub owner: UserId,
    /// At most 200 characters.
    pub title: String,
    /// May be empty.
    pub description: String,
    /// Open or invite-only.
    pub kind: RoomKind,
    /// 32 hexadecimal digits; shown as part of [`Room::room_id`] while the room is invite-only.
    pub secret: String,
    /// When it was made.
    pub created_on: Millis,
    /// Whether nobody but its owner and their co-hosts may come in.
    pub locked: bool,
    /// Rises with every change that people in a call are told of.
    pub version: i64,
    /// Whether people without an account may come in by a link.
    pub allow_guests: bool,
    /// Whether people knock, and a host lets them in.
    pub waiting_room: bool,
    /// How many people may be in it at a time, hosts not counted out: 1 to [`MAX_PEOPLE`].
    pub people_limit: u16,
    /// When people mean to meet.
    pub scheduled_on: Option<Millis>,
    /// Whether what is written in the chat is kept.
    pub keep_chat: bool,
    /// Whether only hosts may write.
    pub chat_disabled: bool,
    /// Whether only hosts may share a screen.
    pub share_disabled: bool,
    /// Whether only hosts may unmute themselves.
    pub unmute_disabled: bool,
    /// The identity of whom everyone is shown large; empty for nobody.
    pub spotlight: String,
    /// The version in which its settings were last changed, by which something else than the spotlight is meant.
    pub settled: i64,
}

/// The most people that a room's limit may allow.
pub const MAX_PEOPLE: u16 = 1000;

impl Room {
    /// Whether a change that was made for this version undoes nothing that somebody else has set meanwhile.
    pub fn is_settled_since(&self, version: i64) -> bool {
        (self.settled..=self.version).contains(&version)
    }

    /// The room's name on the wire and in links: `room7`, or `room` and 32 hexadecimal digits when it is invite-only.
    pub fn room_id(&self) -> String {
        match self.kind {
            RoomKind::OpenToAll => format!("room{}", self.id.0),
            RoomKind::InviteOnly => format!("room{}", self.secret),
        }
    }

    /// The key by which the room's name finds it.
    pub fn key(&self) -> RoomKey {
        match self.kind {
            RoomKind::OpenToAll => RoomKey::Open(self.id),
            RoomKind::InviteOnly => RoomKey::Secret(self.secret.clone()),
        }
    }
}

/// A room to be made.
#[derive(Clone, Debug)]
pub struct NewRoom {
    /// Who makes it.
    pub owner: UserId,
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// Open or invite-only.
    pub kind: RoomKind,
    /// 32 fresh hexadecimal digits.
    pub secret: String,
    /// See [`Room::allow_guests`].
    pub allow_guests: bool,
    /// See [`Room::waiting_room`].
    pub waiting_room: bool,
    /// See [`Room::scheduled_on`].
    pub scheduled_on: Option<Millis>,
    /// Now.
    pub now: Millis,
}

/// What changes in a room; `None` stays as it is. Where anything changes, so does the room's version.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct RoomEdit {
    /// The version that the change was made for; where settings have changed since, nothing changes.
    pub version: Option<i64>,
    /// A new title.
    pub title: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// Another kind. The room's name on the wire changes with it.
    pub kind: Option<RoomKind>,
    /// See [`Room::locked`].
    pub locked: Option<bool>,
    /// See [`Room::allow_guests`].
    pub allow_guests: Option<bool>,
    /// See [`Room::waiting_room`].
    pub waiting_room: Option<bool>,
    /// See [`Room::people_limit`].
    pub people_limit: Option<u16>,
    /// See [`Room::scheduled_on`]; `Some(None)` takes the time away.
    pub scheduled_on: Option<Option<Millis>>,
    /// See [`Room::keep_chat`].
    pub keep_chat: Option<bool>,
    /// See [`Room::chat_disabled`].
    pub chat_disabled: Option<bool>,
    /// See [`Room::share_disabled`].
    pub share_disabled: Option<bool>,
    /// See [`Room::unmute_disabled`].
    pub unmute_disabled: Option<bool>,
    /// See [`Room::spotlight`].
    pub spotlight: Option<String>,
}

impl RoomEdit {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self { version: self.version, ..Self::default() }
    }

    /// Whether settings are to change, and not the spotlight alone.
    pub fn is_of_settings(&self) -> bool {
        *self != Self { version: self.version, spotlight: self.spotlight.clone(), ..Self::default() }
    }
}

/// The ways to name a room.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RoomKey {
    /// By number, whatever its kind.
    Number(RoomNumber),
    /// By the name `room7`, which finds it while it is open to all.
    Open(RoomNumber),
    /// By the secret name, which finds it while it is invite-only.
    Secret(String),
}

impl RoomKey {
    /// Reads a number or a `roomId`; anything else names no room.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |digits: &str| {
            let canonical = !digits.is_empty()
                && digits.len() <= 19
                && digits.bytes().all(|b| b.is_ascii_digit())
                && !digits.starts_with('0');
            canonical.then(|| digits.parse().ok().map(RoomNumber)).flatten()
        };
        let Some(name) = text.strip_prefix("room") else { return number(text).map(Self::Number) };
        let secret = name.len() == 32 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if secret { Some(Self::Secret(name.to_owned())) } else { number(name).map(Self::Open) }
    }
}

/// Which rooms a list shows.
#[derive(Clone, Debug)]
pub struct RoomQuery {
    /// A part of the title, in any case; empty for all.
    pub search: String,
    /// Whose invite-only rooms are in the list.
    pub viewer: Option<UserId>,
    /// Only rooms with a smaller number.
    pub before: Option<RoomNumber>,
    /// At most so many.
    pub limit: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_keys() {
        assert_eq!(RoomKey::parse("7"), Some(RoomKey::Number(RoomNumber(7))));
        assert_eq!(RoomKey::parse("room7"), Some(RoomKey::Open(RoomNumber(7))));
        let secret = "0123456789abcdef0123456789abcdef";
        assert_eq!(RoomKey::parse(&format!("room{secret}")), Some(RoomKey::Secret(secret.into())));
        for bad in [
            "",
            "room",
            "0",
            "07",
            "room07",
            "-1",
            "+1",
            "room-1",
            "1.0",
            "99999999999999999999",
            "room7 ",
            "ROOM7",
            "é",
        ] {
            assert_eq!(RoomKey::parse(bad), None, "{bad}");
        }
    }
}
