//! Who may do what with a stored room. Every route asks here, and nowhere else decides.

use crate::store::{Guest, Person, Room, RoomKey, RoomKind, Store, StoreError, StoredRole, UserId};

/// What somebody wants to do with a room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Read its title and description.
    See,
    /// Be in its calls.
    Enter,
    /// Change what it is, and who its hosts are.
    Edit,
    /// Delete it.
    Delete,
    /// Keep order in its calls: mute, remove, ban, end, and the settings that are about that.
    Moderate,
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visitor<'a> {
    /// Somebody who has not logged in.
    Nobody,
    /// Somebody with an account.
    Account(UserId),
    /// A guest, of this room or another.
    Guest(&'a Guest),
}

impl From<Option<UserId>> for Visitor<'_> {
    fn from(account: Option<UserId>) -> Self {
        account.map_or(Self::Nobody, Self::Account)
    }
}

impl Visitor<'_> {
    /// Who that is, if anybody.
    pub fn person(&self) -> Option<Person> {
        match self {
            Self::Nobody => None,
            Self::Account(account) => Some(Person::Account(*account)),
            Self::Guest(guest) => Some(Person::Guest(guest.id.clone())),
        }
    }
}

/// What somebody is to a room. The later, the more they may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Not logged in.
    Nobody,
    /// A guest of this room.
    Guest,
    /// Any account.
    Account,
    /// An account that the room has let in for good.
    Participant,
    /// Keeps order beside the owner.
    Cohost,
    /// The room is theirs.
    Owner,
}

impl Standing {
    /// From the role that the visitor has been given, if any. A guest who came without an invitation is nobody to a room that has
    /// become invite-only.
    pub fn of<'a>(visitor: impl Into<Visitor<'a>>, room: &Room, role: Option<StoredRole>) -> Self {
        match (visitor.into(), role) {
            (Visitor::Guest(guest), _) if guest.room == room.id && guest.may_enter(room.kind) => Self::Guest,
            (Visitor::Nobody | Visitor::Guest(_), _) => Self::Nobody,
            (Visitor::Account(account), _) if account == room.owner => Self::Owner,
            (Visitor::Account(_), Some(StoredRole::Cohost)) => Self::Cohost,
            (Visitor::Account(_), Some(StoredRole::Participant)) => Self::Participant,
            (Visitor::Account(_), None) => Self::Account,
        }
    }

    /// Whether they keep order.
    pub fn is_host(self) -> bool {
        self >= Self::Cohost
    }

    /// The word for it in the API.
    pub fn role(self) -> Option<&'static str> {
        match self {
            Self::Nobody | Self::Account => None,
            Self::Guest => Some("guest"),
            Self::Participant => Some("participant"),
            Self::Cohost => Some("cohost"),
            Self::Owner => Some("owner"),
        }
    }
}

/// Looks up what somebody is to a room.
///
/// # Errors
/// The store's, when it cannot say.
pub async fn standing<'a>(
    store: &dyn Store,
    visitor: impl Into<Visitor<'a>>,
    room: &Room,
) -> Result<Standing, StoreError> {
    let visitor = visitor.into();
    let role = match visitor {
        Visitor::Account(account) if account != room.owner => store.role(room.id, account).await?,
        _ => None,
    };
    Ok(Standing::of(visitor, room, role))
}

/// The answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Yes.
    Allowed,
    /// No, and it would say too much that the room exists.
    Hidden,
    /// Only after a login.
    LoginFirst,
    /// No: this is the owner's.
    NotTheOwner,
    /// No: this is the hosts'.
    NotAHost,
    /// Not while the room is locked.
    Locked,
    /// Not this account.
    Banned,
    /// Only by an invitation.
    InvitationNeeded,
    /// Only with an account.
    NoGuests,
    /// Only after a host has let them in.
    Waiting,
}

/// Whether somebody of this standing may do `action` with `room`, which was named by `key`.
///
/// An invite-only room exists for those who have a role in it, for its guests, and for those who name it by its secret: with an
/// account, or without one where it takes guests. They see that it is there; to enter they need an invitation. Nobody else learns of
/// it by its number.
pub fn decide(action: Action, standing: Standing, room: &Room, key: &RoomKey) -> Decision {
    let by_invitation = room.kind == RoomKind::InviteOnly;
    let inside = standing == Standing::Guest || standing >= Standing::Participant;
    let named = matches!(key, RoomKey::Secret(_)) && (standing == Standing::Account || room.allow_guests);
    match action {
        _ if by_invitation && !inside && !named => Decision::Hidden,
        Action::See => Decision::Allowed,
        _ if standing == Standing::Nobody => Decision::LoginFirst,
        _ if standing == Standing::Owner => Decision::Allowed,
        Action::Enter if standing == Standing::Guest && !room.allow_guests => Decision::NoGuests,
        Action::Enter if room.locked && !standing.is_host() => Decision::Locked,
        Action::Enter if by_invitation && !inside => Decision::InvitationNeeded,
        Action::Enter => Decision::Allowed,
        Action::Moderate if standing.is_host() => Decision::Allowed,
        Action::Moderate => Decision::NotAHost,
        Action::Edit | Action::Delete => Decision::NotTheOwner,
    }
}

/// [`decide`] for entering, with what is no part of the room's row: bans, and who has been let in from the waiting room.
///
/// # Errors
/// The store's, when it cannot say.
pub async fn decide_entry<'a>(
    store: &dyn Store,
    visitor: impl Into<Visitor<'a>>,
    room: &Room,
    key: &RoomKey,
) -> Result<(Decision, Standing), StoreError> {
    let visitor = visitor.into();
    let standing = standing(store, visitor, room).await?;
    let decision = decide(Action::Enter, standing, room, key);
    // Whoever is banned hears that, and not to wait until the room is open again.
    let banned = match visitor {
        Visitor::Account(account) if standing != Standing::Owner && decision != Decision::Hidden => {
            store.is_banned(room.id, account).await?
        }
        Visitor::Guest(guest) => guest.room == room.id && guest.banned_on.is_some(),
        _ => false,
    };
    if banned {
        return Ok((Decision::Banned, standing));
    }
    let waits = match visitor.person() {
        Some(person) if decision == Decision::Allowed && room.waiting_room && !standing.is_host() => {
            !store.is_admitted(room.id, &person).await?
        }
        _ => false,
    };
    Ok((if waits { Decision::Waiting } else { decision }, standing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::a_room;
    use crate::store::{GuestId, RoomNumber};

    #[test]
    fn the_whole_table() {
        use Action::{Delete, Edit, Enter, Moderate, See};
        use Decision::{Allowed, Hidden, InvitationNeeded, Locked, LoginFirst, NoGuests, NotAHost, NotTheOwner};
        use Standing::{Account, Cohost, Guest, Nobody, Owner, Participant};
        let open = a_room();
        let guests = Room { allow_guests: true, ..open.clone() };
        let locked = Room { locked: true, ..guests.clone() };
        let invite = Room { kind: RoomKind::InviteOnly, ..open.clone() };
        let invite_guests = Room { allow_guests: true, ..invite.clone() };
        let (number, secret) = (RoomKey::Number(open.id), RoomKey::Secret("s".into()));
        let login = [Allowed, LoginFirst, LoginFirst, LoginFirst, LoginFirst];
        let enter = |decision| [Allowed, decision, NotTheOwner, NotTheOwner, NotAHost];
        let (guest, other, shut) = (enter(NoGuests), enter(Allowed), enter(Locked));
        let cohost = [Allowed, Allowed, NotTheOwner, NotTheOwner, Allowed];
        let owner = [Allowed; 5];
        for (room, key, expected) in [
            (&open, &number, [login, guest, other, other, cohost, owner]),
            (&guests, &number, [login, other, other, other, cohost, owner]),
            (&locked, &number, [login, shut, shut, shut, cohost, owner]),
            (&invite, &number, [[Hidden; 5], guest, [Hidden; 5], other, cohost, owner]),
            (&invite, &secret, [[Hidden; 5], guest, enter(InvitationNeeded), other, cohost, owner]),
            (&invite_guests, &number, [[Hidden; 5], other, [Hidden; 5], other, cohost, owner]),
            (&invite_guests, &secret, [login, other, enter(InvitationNeeded), other, cohost, owner]),
        ] {
            for (standing, expected) in [Nobody, Guest, Account, Participant, Cohost, Owner].into_iter().zip(expected) {
                let decided = [See, Enter, Edit, Delete, Moderate].map(|action| decide(action, standing, room, key));
                assert_eq!(decided, expected, "{standing:?} {:?} {key:?}", room.kind);
            }
        }
    }

    #[test]
    fn what_a_guest_is_to_a_room() {
        let (open, elsewhere) = (a_room(), Room { id: RoomNumber(99), ..a_room() });
        let invite = Room { kind: RoomKind::InviteOnly, ..open.clone() };
        let guest =
            Guest { id: GuestId("g".into()), room: open.id, name: String::new(), invited: false, banned_on: None };
        let invited = Guest { invited: true, ..guest.clone() };
        for (guest, room, expected) in [
            (&guest, &open, Standing::Guest),
            (&guest, &invite, Standing::Nobody),
            (&invited, &invite, Standing::Guest),
            (&invited, &elsewhere, Standing::Nobody),
        ] {
            assert_eq!(Standing::of(Visitor::Guest(guest), room, None), expected);
        }
    }

    #[test]
    fn what_somebody_is_to_a_room() {
        use StoredRole::{Cohost, Participant};
        let room = a_room();
        for (viewer, role, expected) in [
            (None, None, Standing::Nobody),
            (Some(2), None, Standing::Account),
            (Some(2), Some(Participant), Standing::Participant),
            (Some(2), Some(Cohost), Standing::Cohost),
            (Some(1), None, Standing::Owner),
            (Some(1), Some(Participant), Standing::Owner),
        ] {
            assert_eq!(Standing::of(viewer.map(UserId), &room, role), expected, "{viewer:?} {role:?}");
        }
    }
}
