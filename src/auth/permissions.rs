//! Who may do what with a stored room. Every route asks here, and nowhere else decides.

use crate::store::{Room, RoomKey, RoomKind, Store, StoreError, StoredRole, UserId};

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

/// What somebody is to a room. The later, the more they may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Standing {
    /// Not logged in.
    Nobody,
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
    /// From the role that `viewer` has been given, if any.
    pub fn of(viewer: Option<UserId>, room: &Room, role: Option<StoredRole>) -> Self {
        match (viewer, role) {
            (None, _) => Self::Nobody,
            (Some(account), _) if account == room.owner => Self::Owner,
            (Some(_), Some(StoredRole::Cohost)) => Self::Cohost,
            (Some(_), Some(StoredRole::Participant)) => Self::Participant,
            (Some(_), None) => Self::Account,
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
            Self::Participant => Some("participant"),
            Self::Cohost => Some("cohost"),
            Self::Owner => Some("owner"),
        }
    }
}

/// Looks up what `viewer` is to a room.
///
/// # Errors
/// The store's, when it cannot say.
pub async fn standing(store: &dyn Store, viewer: Option<UserId>, room: &Room) -> Result<Standing, StoreError> {
    let role = match viewer {
        Some(account) if account != room.owner => store.role(room.id, account).await?,
        _ => None,
    };
    Ok(Standing::of(viewer, room, role))
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
}

/// Whether somebody of this standing may do `action` with `room`, which was named by `key`.
///
/// An invite-only room exists for those who have a role in it, and for those who are logged in and name it by its secret, which is
/// the invitation. Nobody else learns of it by its number.
pub fn decide(action: Action, standing: Standing, room: &Room, key: &RoomKey) -> Decision {
    let visible = match room.kind {
        RoomKind::OpenToAll => true,
        RoomKind::InviteOnly => {
            standing >= Standing::Participant || (standing == Standing::Account && matches!(key, RoomKey::Secret(_)))
        }
    };
    match action {
        _ if !visible => Decision::Hidden,
        Action::See => Decision::Allowed,
        _ if standing == Standing::Nobody => Decision::LoginFirst,
        _ if standing == Standing::Owner => Decision::Allowed,
        Action::Enter if room.locked && !standing.is_host() => Decision::Locked,
        Action::Enter => Decision::Allowed,
        Action::Moderate if standing.is_host() => Decision::Allowed,
        Action::Moderate => Decision::NotAHost,
        Action::Edit | Action::Delete => Decision::NotTheOwner,
    }
}

/// [`decide`] for entering, bans included: those are looked up, since they are no part of the room's row.
///
/// # Errors
/// The store's, when it cannot say.
pub async fn decide_entry(
    store: &dyn Store,
    viewer: Option<UserId>,
    room: &Room,
    key: &RoomKey,
) -> Result<(Decision, Standing), StoreError> {
    let standing = standing(store, viewer, room).await?;
    let decision = decide(Action::Enter, standing, room, key);
    match (decision, viewer) {
        // Whoever is banned hears that, and not to wait until the room is open again.
        (Decision::Allowed | Decision::Locked, Some(account))
            if standing != Standing::Owner && store.is_banned(room.id, account).await? =>
        {
            Ok((Decision::Banned, standing))
        }
        _ => Ok((decision, standing)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::a_room;

    #[test]
    fn the_whole_table() {
        use Action::{Delete, Edit, Enter, Moderate, See};
        use Decision::{Allowed, Hidden, Locked, LoginFirst, NotAHost, NotTheOwner};
        use Standing::{Account, Cohost, Nobody, Owner, Participant};
        let open = a_room();
        let invite = Room { kind: RoomKind::InviteOnly, ..open.clone() };
        let locked = Room { locked: true, ..open.clone() };
        let (number, secret) = (RoomKey::Number(open.id), RoomKey::Secret("s".into()));
        let login = [Allowed, LoginFirst, LoginFirst, LoginFirst, LoginFirst];
        let other = [Allowed, Allowed, NotTheOwner, NotTheOwner, NotAHost];
        let shut = [Allowed, Locked, NotTheOwner, NotTheOwner, NotAHost];
        let cohost = [Allowed, Allowed, NotTheOwner, NotTheOwner, Allowed];
        for (room, key, expected) in [
            (&open, &number, [login, other, other, cohost, [Allowed; 5]]),
            (&locked, &number, [login, shut, shut, cohost, [Allowed; 5]]),
            (&invite, &number, [[Hidden; 5], [Hidden; 5], other, cohost, [Allowed; 5]]),
            (&invite, &secret, [[Hidden; 5], other, other, cohost, [Allowed; 5]]),
        ] {
            for (standing, expected) in [Nobody, Account, Participant, Cohost, Owner].into_iter().zip(expected) {
                let decided = [See, Enter, Edit, Delete, Moderate].map(|action| decide(action, standing, room, key));
                assert_eq!(decided, expected, "{standing:?} {:?} {key:?}", room.kind);
            }
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
