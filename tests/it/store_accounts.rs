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
