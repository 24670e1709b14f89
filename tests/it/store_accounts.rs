//! What every store promises about people's own accounts and their administration.

use std::sync::Arc;

use rotunda::store::*;

use crate::store_contract::{hash, room, rotation, session, user};

fn id(text: &str) -> SessionId {
    SessionId(text.into())
}

pub async fn accounts(store: &dyn Store) {
    let ada = store.create_user(user("ada@accounts"), session("acc-1", 210, 0)).await.unwrap();
    let bob = store.create_user(user("bob@accounts"), session("acc-b", 211, 0)).await.unwrap();
    assert!(!ada.is_admin && !ada.disabled);

    let edit = AccountEdit { first_name: Some("Ada".into()), ..AccountEdit::default() };
    let edited = store.edit_account(ada.id, edit).await.unwrap().unwrap();
    assert_eq!((edited.full_name().as_str(), edited.email.as_str()), ("Ada L", "ada@accounts"));
    let taken = AccountEdit { email: Some("BOB@accounts".into()), ..AccountEdit::default() };
    assert!(matches!(store.edit_account(ada.id, taken).await, Err(StoreError::EmailTaken)));
    let moved = AccountEdit { email: Some("Ada@Elsewhere".into()), ..AccountEdit::default() };
    store.edit_account(ada.id, moved).await.unwrap().unwrap();
    assert_eq!(store.user_by_email("ada@elsewhere").await.unwrap().unwrap().email, "Ada@Elsewhere");
    assert!(store.user_by_email("ada@accounts").await.unwrap().is_none());
    assert!(store.edit_account(UserId(i64::MAX), AccountEdit::default()).await.unwrap().is_none());

    logins(store, ada.id, bob.id).await;
    passwords(store, ada.id).await;
    messages(store, ada.id).await;
    store.delete_user(bob.id).await.unwrap();
    store.delete_user(ada.id).await.unwrap();
}

async fn logins(store: &dyn Store, ada: UserId, bob: UserId) {
    store.create_session(ada, "h", NewSession { client: "curl".into(), ..session("acc-2", 212, 10) }).await.unwrap();
    store.create_session(ada, "h", session("acc-3", 213, 20)).await.unwrap();
    assert!(matches!(store.rotate(rotation(210, 214, 500)).await.unwrap(), Rotated::Fresh { .. }));
    let list = |now| async move { store.logins(ada, Millis(now)).await.unwrap() };
    let all = list(600).await;
    let shown: Vec<_> = all.iter().map(|login| (login.session.0.as_str(), login.used_on.0)).collect();
    assert_eq!(shown, [("acc-1", 500), ("acc-3", 20), ("acc-2", 10)], "the one used last first");
    assert_eq!((all[2].client.as_str(), all[0].created_on.0), ("curl", 0));
    assert_eq!(list(100_015).await.len(), 2, "a login whose tokens have all expired is none");
    assert!(!store.end_login(bob, &id("acc-2"), Millis(700)).await.unwrap(), "somebody else's");
    assert!(store.end_login(ada, &id("acc-2"), Millis(700)).await.unwrap());
    assert!(!store.end_login(ada, &id("acc-2"), Millis(701)).await.unwrap());
    assert_eq!(list(702).await.len(), 2);
    assert_eq!(store.live_session(&id("acc-2"), Millis(702)).await.unwrap(), None);
}

async fn passwords(store: &dyn Store, ada: UserId) {
    let change = |old: &str| PasswordChange {
        user: ada,
        old_hash: old.into(),
        new_hash: "h2".into(),
        keep: id("acc-3"),
        now: Millis(800),
    };
    assert_eq!(store.change_password(change("other")).await.unwrap(), None, "it has been changed meanwhile");
    assert_eq!(store.change_password(change("h")).await.unwrap(), Some(vec![id("acc-1")]));
    assert_eq!(store.change_password(change("h")).await.unwrap(), None);
    assert_eq!(store.user(ada).await.unwrap().unwrap().password_hash, "h2");
    assert_eq!(store.live_session(&id("acc-3"), Millis(801)).await.unwrap(), Some(ada));
    let late = store.create_session(ada, "h", session("acc-4", 215, 802)).await;
    assert!(matches!(late, Err(StoreError::NoSuchUser)), "a login with the old password that was checked before");
    store.create_session(ada, "h2", session("acc-5", 216, 803)).await.unwrap();
}

async fn messages(store: &dyn Store, ada: UserId) {
    let mut rooms = Vec::new();
    for secret in [210, 211] {
        rooms.push(store.create_room(room(ada, "acc", RoomKind::OpenToAll, secret)).await.unwrap().id);
    }
    let owned: Vec<_> = store.rooms_of(ada).await.unwrap().iter().map(|room| room.id).collect();
    assert_eq!(owned, rooms);
    let message = |user, text: &str| NewMessage {
        user,
        identity: "i".into(),
        name: "N".into(),
        text: text.into(),
        stream: "s".into(),
        sent_on: Millis(9),
    };
    for room in &rooms {
        let all = vec![message(Some(ada), "one"), message(None, "a guest's"), message(Some(ada), "two")];
        store.keep_messages(*room, all).await.unwrap();
    }
    let mut after = None;
    let mut told = Vec::new();
    loop {
        let page = store.messages_by(ada, after, 3).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.room, last.id));
        told.extend(page.into_iter().map(|own| (own.room, own.id, own.text, own.sent_on.0)));
    }
    let expected: Vec<_> =
        rooms.iter().flat_map(|room| [(*room, 1, "one".to_owned(), 9), (*room, 3, "two".to_owned(), 9)]).collect();
    assert_eq!(told, expected);
    let gone = store.delete_user(UserId(i64::MAX)).await.unwrap();
    assert_eq!(gone, None);
}

pub async fn links(store: &Arc<dyn Store>) {
    let ada = store.create_user(user("ada@links"), session("lnk-1", 217, 0)).await.unwrap().id;
    let bob = store.create_user(user("bob@links"), session("lnk-2", 218, 0)).await.unwrap().id;
    reset_links(&**store, ada, bob).await;
    administrator_links(store, ada, bob).await;
}

async fn reset_links(store: &dyn Store, ada: UserId, bob: UserId) {
    let make = |user, token, now| store.create_reset_link(user, hash(token), Millis(now), Millis(now + 100));
    let whose = async |token, now| store.reset_link(hash(token), Millis(now)).await.unwrap().map(|user| user.id);
    make(ada, 1, 0).await.unwrap();
    make(bob, 2, 0).await.unwrap();
    assert!(matches!(make(UserId(i64::MAX), 3, 0).await, Err(StoreError::NoSuchUser)));
    assert_eq!((whose(1, 99).await, whose(1, 100).await, whose(9, 0).await), (Some(ada), None, None));
    assert!(store.use_reset_link(hash(1), "late", Millis(100)).await.unwrap().is_none());
    let done = store.use_reset_link(hash(1), "new", Millis(50)).await.unwrap().unwrap();
    assert_eq!((done.user.id, done.user.password_hash.as_str(), done.ended), (ada, "new", vec![id("lnk-1")]));
    assert!(store.use_reset_link(hash(1), "again", Millis(50)).await.unwrap().is_none(), "once");
    assert_eq!(whose(2, 50).await, Some(bob), "others' links are good still");
    // The newest ones stay.
    for token in 10..10 + u8::try_from(MAX_LINKS).unwrap() + 1 {
        make(ada, token, i64::from(token)).await.unwrap();
    }
    assert_eq!((whose(10, 20).await, whose(11, 20).await), (None, Some(ada)));
    store.use_reset_link(hash(11), "h3", Millis(20)).await.unwrap().unwrap();
    assert_eq!(whose(12, 20).await, None, "one that was used takes the others along");
    assert_eq!(store.sweep(Millis(60)).await.unwrap(), 0);
    assert_eq!(whose(2, 50).await, Some(bob));
    store.sweep(Millis(100)).await.unwrap();
    assert_eq!(whose(2, 50).await, None, "swept");
}

async fn administrator_links(store: &Arc<dyn Store>, ada: UserId, bob: UserId) {
    let make = |token, now| store.create_administrator_link(hash(token), Millis(now), Millis(now + 100));
    assert!(make(30, 0).await.unwrap() && make(31, 1).await.unwrap());
    assert!(!store.use_administrator_link(hash(29), ada, Millis(5)).await.unwrap(), "never was");
    assert!(!store.use_administrator_link(hash(30), ada, Millis(100)).await.unwrap(), "too old");
    assert!(!store.use_administrator_link(hash(30), UserId(i64::MAX), Millis(5)).await.unwrap(), "nobody");
    // Two people with two links at once: one of them is the first.
    let tries = [(30, ada), (31, bob)].map(|(token, user)| {
        let store = Arc::clone(store);
        tokio::spawn(async move { store.use_administrator_link(hash(token), user, Millis(5)).await })
    });
    let made = futures_util::future::join_all(tries).await;
    assert_eq!(made.iter().filter(|made| matches!(made, Ok(Ok(true)))).count(), 1, "{made:?}");
    let administrators = [store.user(ada).await.unwrap().unwrap(), store.user(bob).await.unwrap().unwrap()];
    let administrators: Vec<UserId> = administrators.iter().filter(|user| user.is_admin).map(|user| user.id).collect();
    assert_eq!(administrators.len(), 1);
    assert!(!make(32, 6).await.unwrap(), "there is one");
    assert!(matches!(store.delete_user(administrators[0]).await, Err(StoreError::LastAdministrator)));
}

pub async fn administration(store: &dyn Store) {
    let root = store.user_by_email("ada@links").await.unwrap().unwrap();
    let bob = store.user_by_email("bob@links").await.unwrap().unwrap();
    let (root, bob) = if root.is_admin { (root, bob) } else { (bob, root) };
    assert!(matches!(store.set_administrator(root.id, false).await, Err(StoreError::LastAdministrator)));
    assert!(matches!(store.set_disabled(root.id, true, Millis(1)).await, Err(StoreError::LastAdministrator)));
    assert!(store.set_administrator(bob.id, true).await.unwrap().unwrap().is_admin);
    assert!(store.set_administrator(UserId(i64::MAX), true).await.unwrap().is_none());

    store.create_session(bob.id, &bob.password_hash, session("adm-1", 219, 0)).await.unwrap();
    let live = async |now| store.live_administrator(&id("adm-1"), Millis(now)).await.unwrap();
    assert_eq!((live(1).await, live(1_000_000).await), (Some((bob.id, true)), None));
    store.set_administrator(bob.id, false).await.unwrap();
    assert_eq!(live(1).await, Some((bob.id, false)));
    store.create_reset_link(bob.id, hash(60), Millis(0), Millis(100)).await.unwrap();
    let (disabled, ended) = store.set_disabled(bob.id, true, Millis(5)).await.unwrap().unwrap();
    assert!(disabled.disabled && ended.contains(&id("adm-1")), "{ended:?}");
    assert_eq!(live(6).await, None);
    let login = store.create_session(bob.id, &bob.password_hash, session("adm-2", 220, 6)).await;
    assert!(matches!(login, Err(StoreError::NoSuchUser)));
    assert!(!store.set_disabled(bob.id, false, Millis(7)).await.unwrap().unwrap().0.disabled);
    assert!(store.reset_link(hash(60), Millis(8)).await.unwrap().is_none(), "its links went with it");
    lists(store).await;
    settings(store, bob.id).await;
    store.set_administrator(bob.id, true).await.unwrap();
    store.delete_user(root.id).await.unwrap().unwrap();
}

async fn lists(store: &dyn Store) {
    let mut made = Vec::new();
    for n in 0..7 {
        let new = NewUser {
            first_name: format!("Fn{n}"),
            last_name: "Lïsted".into(),
            ..user(&format!("p{n}@lists.example"))
        };
        made.push(store.add_user(new).await.unwrap());
    }
    let find = async |search: &str, order, limit| {
        let found = store.users(&UserQuery { only: None, search: search.into(), order, limit }).await.unwrap();
        found
            .into_iter()
            .map(|listed| listed.user.email.split('@').next().unwrap().to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(find("lïsted", UserOrder::Newest(None), 3).await, "p6 p5 p4");
    assert_eq!(find("LÏST", UserOrder::Newest(Some(made[4].id)), 3).await, "p3 p2 p1");
    assert_eq!(find("lists.example", UserOrder::Email(None), 2).await, "p0 p1");
    assert_eq!(find("@lists", UserOrder::Email(Some("p5@lists.example".into())), 9).await, "p6");
    assert_eq!(find("lïs", UserOrder::Name(None), 2).await, "p0 p1");
    let after = ("lïsted fn1".to_owned(), made[1].id);
    assert_eq!(find("lïs", UserOrder::Name(Some(after)), 2).await, "p2 p3");
    assert_eq!(find("lïsted fn3", UserOrder::Newest(None), 9).await, "p3");
    assert_eq!(find("fn3 p4", UserOrder::Newest(None), 9).await, "");

    let owner = made[0].id;
    let mut rooms = Vec::new();
    for n in 0..4 {
        let kind = if n % 2 == 0 { RoomKind::OpenToAll } else { RoomKind::InviteOnly };
        rooms.push(store.create_room(room(owner, &format!("Plänning {n}"), kind, 220 + n)).await.unwrap());
    }
    let find = async |search: &str, before, limit| {
        let found = store.all_rooms(search, before, limit).await.unwrap();
        assert!(found.iter().all(|listed| listed.owner_name == "Fn0 Lïsted"), "{found:?}");
        found.into_iter().map(|listed| listed.room).collect::<Vec<_>>()
    };
    assert_eq!(find("plän", None, 2).await, [rooms[3].clone(), rooms[2].clone()]);
    assert_eq!(find("PLÄNNING", Some(rooms[2].id), 9).await, [rooms[1].clone(), rooms[0].clone()]);
    assert_eq!(find("plänning 3", None, 9).await, [rooms[3].clone()]);

    let invite = |room: &Room, token| NewInvitation {
        room: room.id,
        hash: hash(token),
        now: Millis(1),
        expires_on: None,
        uses: Some(1),
    };
    let one = store.create_invitation(invite(&rooms[1], 70)).await.unwrap();
    let two = store.create_invitation(invite(&rooms[3], 71)).await.unwrap();
    let listed = store.all_invitations(None, 2).await.unwrap();
    let shown: Vec<_> = listed.iter().map(|each| (each.invitation.id, each.room, each.title.as_str())).collect();
    assert_eq!(shown, [(two.id, rooms[3].id, "Plänning 3"), (one.id, rooms[1].id, "Plänning 1")]);
    assert_eq!(store.all_invitations(Some(two.id), 1).await.unwrap()[0].invitation, one);
    assert_eq!(store.room_of_invitation(one.id).await.unwrap(), Some(rooms[1].id));
    assert!(store.is_good_invitation(hash(70), Millis(2)).await.unwrap());
    assert!(!store.is_good_invitation(hash(72), Millis(2)).await.unwrap());
    store.accept_invitation(rooms[1].id, hash(70), made[1].id, Millis(2)).await.unwrap();
    assert!(!store.is_good_invitation(hash(70), Millis(3)).await.unwrap(), "used up");

    let entry = |act, whom: Option<UserId>, address: &str| NewAuditEntry {
        at: Millis(9),
        actor: owner,
        room: RoomNumber(0),
        act,
        subject: "s".into(),
        whom,
        address: address.into(),
    };
    store.record(entry(Act::Disable, Some(made[2].id), "192.0.2.1")).await.unwrap();
    store.record(NewAuditEntry { actor: UserId(0), ..entry(Act::ServerSettings, None, "") }).await.unwrap();
    let log = store.server_audit(&AuditQuery { limit: 2, ..AuditQuery::default() }).await.unwrap();
    assert_eq!((log[0].actor, log[0].room, log[0].whom, log[0].act.as_str()), (None, None, None, "server_settings"));
    assert_eq!((log[1].actor_name.as_deref(), log[1].whom_name.as_deref()), (Some("Fn0 Lïsted"), Some("Fn2 Lïsted")));
    assert_eq!((log[1].address.as_str(), log[1].at), ("192.0.2.1", Millis(9)));
    assert_eq!(
        store.server_audit(&AuditQuery { before: Some(log[0].id), limit: 1, ..AuditQuery::default() }).await.unwrap(),
        log[1..]
    );
    for user in made {
        store.delete_user(user.id).await.unwrap();
    }
}

async fn settings(store: &dyn Store, user: UserId) {
    let first = store.server_settings().await.unwrap();
    assert_eq!(first, ServerSettings { version: first.version, ..ServerSettings::default() });
    let wish =
        ServerSettings { registration: Registration::ByInvitation, people_per_room: 7, rooms_per_user: 1, ..first };
    let set = store.set_server_settings(wish).await.unwrap();
    assert_eq!(
        (set, store.server_settings().await.unwrap()),
        (ServerSettings { version: first.version + 1, ..wish }, set)
    );
    assert!(matches!(store.set_server_settings(first).await, Err(StoreError::VersionConflict)), "made for the first");
    let later = ServerSettings { version: set.version + 1, ..set };
    assert!(
        matches!(store.set_server_settings(later).await, Err(StoreError::VersionConflict)),
        "there is none such yet"
    );
    assert_eq!(store.server_settings().await.unwrap(), set);
    let made = store.create_room(room(user, "One", RoomKind::OpenToAll, 230)).await.unwrap();
    let beyond = store.create_room(room(user, "Two", RoomKind::OpenToAll, 231)).await;
    assert!(matches!(beyond, Err(StoreError::TooManyRooms)));
    store.touch_room(made.id).await.unwrap();
    assert_eq!(store.room(&made.key()).await.unwrap().unwrap().version, made.version + 1);
    store.set_server_settings(ServerSettings { version: set.version, ..first }).await.unwrap();
}

/// Of administrators who change the settings at once, one does.
pub async fn settings_at_once(store: &Arc<dyn Store>) {
    for _ in 0..5 {
        let before = store.server_settings().await.unwrap();
        let all = (1..=4).map(|people_per_room| {
            let (store, wish) = (Arc::clone(store), ServerSettings { people_per_room, ..before });
            tokio::spawn(async move { store.set_server_settings(wish).await })
        });
        let mut set = Vec::new();
        for each in all.collect::<Vec<_>>() {
            match each.await.unwrap() {
                Ok(settings) => set.push(settings),
                Err(error) => assert!(matches!(error, StoreError::VersionConflict), "{error}"),
            }
        }
        let now = store.server_settings().await.unwrap();
        assert_eq!((set.as_slice(), now.version), ([now].as_slice(), before.version + 1));
    }
    let last = store.server_settings().await.unwrap();
    store.set_server_settings(ServerSettings { version: last.version, ..ServerSettings::default() }).await.unwrap();
}

/// Accounts and rooms from before there was a search are found as well.
#[tokio::test]
async fn what_is_old_is_indexed_at_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rotunda.db");
    let store = rotunda::store::sqlite::SqliteStore::open(&path).await.unwrap();
    let ada = store.create_user(user("ada@old"), session("old", 1, 0)).await.unwrap().id;
    store.create_room(room(ada, "Ancient", RoomKind::OpenToAll, 1)).await.unwrap();
    store.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for text in
        ["DELETE FROM user_words", "DELETE FROM room_words", "DELETE FROM settings", "UPDATE users SET name_key = ''"]
    {
        sqlx::query(text).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    for _ in 0..2 {
        let store = rotunda::store::sqlite::SqliteStore::open(&path).await.unwrap();
        let query = UserQuery { only: None, search: "ada".into(), order: UserOrder::Name(None), limit: 9 };
        assert_eq!(store.users(&query).await.unwrap()[0].name_key, "l f");
        assert_eq!(store.all_rooms("anc", None, 9).await.unwrap().len(), 1);
        store.close().await;
    }
}
