//! Who may do what with a stored room. Every route asks here, and nowhere else decides.

use crate::store::{Room, RoomKey, RoomKind, Store, StoreError, UserId};

/// What somebody wants to do with a room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// Read its title and description.
    See,
    /// Be in its calls.
    Enter,
    /// Change it.
    Edit,
    /// Delete it.
    Delete,
    /// Keep order in its calls: mute, remove, ban, end.
    Moderate,
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
    /// Not while the room is locked.
    Locked,
    /// Not this account.
    Banned,
}

/// Whether `viewer` may do `action` with `room`, which was named by `key`.
///
/// An invite-only room exists for its owner, and for those who are logged in and name it by its secret, which is the
/// invitation. Nobody learns of it by its number.
pub fn decide(action: Action, viewer: Option<UserId>, room: &Room, key: &RoomKey) -> Decision {
    let owner = viewer == Some(room.owner);
    let visible = match room.kind {
        RoomKind::OpenToAll => true,
        RoomKind::InviteOnly => owner || (viewer.is_some() && matches!(key, RoomKey::Secret(_))),
    };
    match action {
        _ if !visible => Decision::Hidden,
        Action::See => Decision::Allowed,
        _ if viewer.is_none() => Decision::LoginFirst,
        _ if owner => Decision::Allowed,
        Action::Enter if room.locked => Decision::Locked,
        Action::Enter => Decision::Allowed,
        Action::Edit | Action::Delete | Action::Moderate => Decision::NotTheOwner,
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
) -> Result<Decision, StoreError> {
    let decision = decide(Action::Enter, viewer, room, key);
    match (decision, viewer) {
        // Whoever is banned hears that, and not to wait until the room is open again.
        (Decision::Allowed | Decision::Locked, Some(account))
            if account != room.owner && store.is_banned(room.id, account).await? =>
        {
            Ok(Decision::Banned)
        }
        _ => Ok(decision),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Millis, RoomNumber};

    #[test]
    fn the_whole_table() {
        use Action::{Delete, Edit, Enter, Moderate, See};
        use Decision::{Allowed, Hidden, Locked, LoginFirst, NotTheOwner};
        let room = |kind| Room {
            id: RoomNumber(1),
            owner: UserId(1),
            title: String::new(),
            description: String::new(),
            kind,
            secret: "s".into(),
            created_on: Millis(0),
            locked: false,
        };
        let (open, invite) = (room(RoomKind::OpenToAll), room(RoomKind::InviteOnly));
        let locked = Room { locked: true, ..open.clone() };
        let (number, secret) = (RoomKey::Number(RoomNumber(1)), RoomKey::Secret("s".into()));
        let (nobody, owner, other) = (None, Some(UserId(1)), Some(UserId(2)));
        for (viewer, room, key, expected) in [
            (nobody, &open, &number, [Allowed, LoginFirst, LoginFirst, LoginFirst, LoginFirst]),
            (other, &open, &number, [Allowed, Allowed, NotTheOwner, NotTheOwner, NotTheOwner]),
            (owner, &open, &number, [Allowed; 5]),
            (nobody, &locked, &number, [Allowed, LoginFirst, LoginFirst, LoginFirst, LoginFirst]),
            (other, &locked, &number, [Allowed, Locked, NotTheOwner, NotTheOwner, NotTheOwner]),
            (owner, &locked, &number, [Allowed; 5]),
            (nobody, &invite, &number, [Hidden; 5]),
            (nobody, &invite, &secret, [Hidden; 5]),
            (other, &invite, &number, [Hidden; 5]),
            (other, &invite, &secret, [Allowed, Allowed, NotTheOwner, NotTheOwner, NotTheOwner]),
            (owner, &invite, &number, [Allowed; 5]),
            (owner, &invite, &secret, [Allowed; 5]),
        ] {
            let decided = [See, Enter, Edit, Delete, Moderate].map(|action| decide(action, viewer, room, key));
            assert_eq!(decided, expected, "{viewer:?} {:?} {key:?}", room.kind);
        }
    }
}
