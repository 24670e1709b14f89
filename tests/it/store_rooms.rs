//! The part of the store's contract that is about a room's settings and roles; `store_contract` runs it on every store.

use rotunda::store::*;

use crate::store_contract::{room, session, user};

pub async fn settings(store: &dyn Store) {
    let owner = store.create_user(user("owner@settings"), session("settings", 230, 0)).await.unwrap().id;
    let made = store.create_room(room(owner, "settings", RoomKind::OpenToAll, 231)).await.unwrap();
    let flags = [made.locked, made.allow_guests, made.waiting_room, made.keep_chat];
    let hosts = [made.chat_disabled, made.share_disabled, made.unmute_disabled];
    assert_eq!((flags, hosts), ([false; 4], [false; 3]));
    let rest = (made.version, made.people_limit, made.scheduled_on, made.spotlight.as_str());
    assert_eq!(rest, (1, 100, None, ""));

    let everything = RoomEdit {
        version: Some(1),
        allow_guests: Some(true),
        waiting_room: Some(true),
        people_limit: Some(MAX_PEOPLE),
        scheduled_on: Some(Some(Millis(1_800_000_000_456))),
        keep_chat: Some(true),
        chat_disabled: Some(true),
        share_disabled: Some(true),
        unmute_disabled: Some(true),
        spotlight: Some("7:laptop".into()),
        ..RoomEdit::default()
    };
    let changed = store.update_room(made.id, owner, everything.clone()).await.unwrap().unwrap();
    let expected = Room {
        version: 2,
        allow_guests: true,
        waiting_room: true,
        people_limit: MAX_PEOPLE,
        scheduled_on: Some(Millis(1_800_000_000_456)),
        keep_chat: true,
        chat_disabled: true,
        share_disabled: true,
        unmute_disabled: true,
        spotlight: "7:laptop".into(),
        settled: 2,
        ..made.clone()
    };
    assert_eq!(changed, expected);
    assert_eq!(store.room(&made.key()).await.unwrap().unwrap(), expected, "stored");

    let late = store.update_room(made.id, owner, everything).await;
    assert!(matches!(late, Err(StoreError::VersionConflict)), "{late:?}");
    let same = RoomEdit { version: Some(2), ..RoomEdit::default() };
    assert_eq!(store.update_room(made.id, owner, same).await.unwrap().unwrap(), expected, "no change, no new version");
    let off = RoomEdit {
        version: Some(2),
        scheduled_on: Some(None),
        share_disabled: Some(false),
        spotlight: Some(String::new()),
        ..RoomEdit::default()
    };
    let off = store.update_room(made.id, owner, off).await.unwrap().unwrap();
    let expected = Room {
        version: 3,
        settled: 3,
        scheduled_on: None,
        share_disabled: false,
        spotlight: String::new(),
        ..expected
    };
    assert_eq!(off, expected, "what an edit does not name stays");

    let spotlight = RoomEdit { spotlight: Some("8:phone".into()), ..RoomEdit::default() };
    let shown = store.update_room(made.id, owner, spotlight).await.unwrap().unwrap();
    assert_eq!((shown.version, shown.settled), (4, 3), "no setting has changed");
    for (version, taken) in [(2, false), (5, false), (3, true)] {
        let edit = RoomEdit { version: Some(version), keep_chat: Some(false), ..RoomEdit::default() };
        assert_eq!(store.update_room(made.id, owner, edit).await.is_ok(), taken, "for {version}");
    }

    // Two hosts at once, for the same version: one of them wins.
    let edit = |locked| RoomEdit { version: Some(5), locked: Some(locked), ..RoomEdit::default() };
    let (one, two) =
        tokio::join!(store.update_room(made.id, owner, edit(true)), store.update_room(made.id, owner, edit(false)));
    let lost = |outcome: &Result<Option<Room>>| matches!(outcome, Err(StoreError::VersionConflict));
    assert!(lost(&one) != lost(&two), "{one:?} {two:?}");
    store.delete_user(owner).await.unwrap();
}

pub async fn roles(store: &dyn Store) {
    let mut people = Vec::new();
    for (n, name) in (232..).zip(["owner", "second", "third"]) {
        let made = store.create_user(user(&format!("{name}@roles")), session(&format!("roles-{name}"), n, 0)).await;
        people.push(made.unwrap().id);
    }
    let [owner, second, third] = people[..] else { panic!("three") };
    let made = store.create_room(room(owner, "roles", RoomKind::InviteOnly, 235)).await.unwrap();
    let other = store.create_room(room(owner, "roles too", RoomKind::InviteOnly, 236)).await.unwrap();
    let version = async || store.room(&made.key()).await.unwrap().unwrap().version;
    let lock = RoomEdit { locked: Some(true), ..RoomEdit::default() };

    assert_eq!(store.role(made.id, second).await.unwrap(), None);
    store.give_role(made.id, second, StoredRole::Participant, Millis(1)).await.unwrap();
    assert_eq!(store.role(made.id, second).await.unwrap(), Some(StoredRole::Participant));
    assert_eq!(version().await, 1, "participants are no part of what a call is told");
    assert!(store.update_room(made.id, second, lock.clone()).await.unwrap().is_none(), "no host");
    store.give_role(made.id, second, StoredRole::Cohost, Millis(2)).await.unwrap();
    store.give_role(made.id, second, StoredRole::Cohost, Millis(3)).await.unwrap();
    assert_eq!(version().await, 2, "a new host is, once");
    assert!(store.update_room(made.id, second, lock.clone()).await.unwrap().unwrap().locked);
    assert!(store.update_room(other.id, second, lock).await.unwrap().is_none(), "of this room alone");
    assert!(store.delete_room(made.id, second).await.unwrap().is_none());

    store.give_role(made.id, third, StoredRole::Participant, Millis(4)).await.unwrap();
    store.give_role(other.id, third, StoredRole::Cohost, Millis(5)).await.unwrap();
    let holder = |user, role| RoleHolder { user, name: "F L".into(), role };
    let given = store.roles(made.id).await.unwrap();
    assert_eq!(given, [holder(second, StoredRole::Cohost), holder(third, StoredRole::Participant)]);
    assert_eq!(store.cohosts(made.id).await.unwrap(), [second]);
    let all = [(other.id, StoredRole::Cohost), (made.id, StoredRole::Participant)];
    assert_eq!(store.roles_of(third, made.id, other.id).await.unwrap(), all);
    assert_eq!(store.roles_of(third, other.id, other.id).await.unwrap(), all[..1]);
    let list = RoomQuery { search: "roles".into(), viewer: Some(second), before: None, limit: 9 };
    let listed: Vec<_> = store.rooms(&list).await.unwrap().into_iter().map(|room| room.id).collect();
    assert_eq!(listed, [made.id], "who has a role in an invite-only room finds it");

    for (room, user) in [(made.id, UserId(1 << 40)), (RoomNumber(1 << 40), third)] {
        let nobody = store.give_role(room, user, StoredRole::Cohost, Millis(6)).await;
        assert!(matches!(nobody, Err(StoreError::NoSuchUser)), "{nobody:?}");
    }
    let before = version().await;
    assert!(store.take_role(made.id, third).await.unwrap() && !store.take_role(made.id, third).await.unwrap());
    assert_eq!(version().await, before);
    assert!(store.take_role(made.id, second).await.unwrap());
    assert_eq!((store.role(made.id, second).await.unwrap(), version().await), (None, before + 1));

    // The room changes hands.
    store.give_role(made.id, second, StoredRole::Participant, Millis(7)).await.unwrap();
    assert_eq!(store.hand_over(made.id, second, third, Millis(8)).await.unwrap(), None, "not theirs to give");
    let gone = store.hand_over(made.id, owner, UserId(1 << 40), Millis(8)).await;
    assert!(matches!(gone, Err(StoreError::NoSuchUser)), "{gone:?}");
    let handed = store.hand_over(made.id, owner, second, Millis(8)).await.unwrap().unwrap();
    assert_eq!((handed.owner, handed.version), (second, before + 2));
    assert_eq!(store.roles(made.id).await.unwrap(), [holder(owner, StoredRole::Cohost)], "the old owner stays a host");
    assert!(store.delete_room(made.id, owner).await.unwrap().is_none());

    // A ban ends a role, and roles go with their accounts.
    store.ban(made.id, owner, Millis(9)).await.unwrap();
    assert_eq!(store.role(made.id, owner).await.unwrap(), None);
    assert_eq!(version().await, before + 3);
    store.delete_user(third).await.unwrap();
    assert!(store.roles(other.id).await.unwrap().is_empty());
    store.delete_user(owner).await.unwrap();
    assert!(store.room(&made.key()).await.unwrap().is_some(), "what was handed over stays");
    store.delete_user(second).await.unwrap();
}
