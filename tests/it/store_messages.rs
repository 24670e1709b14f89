//! The part of the store's contract that is about kept chat; `store_contract` runs it on every store.

use std::sync::Arc;

use rotunda::store::*;

use crate::store_contract::{room, session, user};

fn message(user: Option<UserId>, text: &str) -> NewMessage {
    NewMessage {
        user,
        identity: user.map_or("g1:phone".into(), |user| format!("{user}:phone")),
        name: "What I call myself".into(),
        text: text.into(),
        stream: format!("stream of {text:.8}"),
        sent_on: Millis(1_800_000_000_123),
    }
}

async fn texts(store: &dyn Store, room: RoomNumber) -> Vec<String> {
    store.messages(room, None, 100).await.unwrap().into_iter().map(|message| message.kept.text).collect()
}

pub async fn contract(store: &Arc<dyn Store>) {
    let ada = store.create_user(user("ada@messages"), session("messages", 210, 0)).await.unwrap().id;
    let bob = store.create_user(user("bob@messages"), session("messages2", 211, 0)).await.unwrap().id;
    let chatty = store.create_room(room(ada, "chatty", RoomKind::OpenToAll, 212)).await.unwrap().id;
    let other = store.create_room(room(ada, "other", RoomKind::OpenToAll, 213)).await.unwrap().id;

    assert!(store.messages(chatty, None, 50).await.unwrap().is_empty());
    let odd = "two\nlines, Zoë 'quoted' \"x\" \\ %_ \u{202e}\u{1f600}";
    let written = vec![message(Some(ada), "one"), message(None, "two"), message(Some(bob), odd)];
    assert_eq!(store.keep_messages(chatty, written.clone()).await.unwrap(), [Some(1), Some(2), Some(3)]);
    assert_eq!(store.keep_messages(other, vec![message(Some(bob), "elsewhere")]).await.unwrap(), [Some(1)]);
    let kept = store.messages(chatty, None, 50).await.unwrap();
    let named =
        |id, index: usize, name: &str| Message { id, kept: NewMessage { name: name.into(), ..written[index].clone() } };
    let expected = [named(3, 2, "F L"), named(2, 1, "What I call myself"), named(1, 0, "F L")];
    assert_eq!(kept, expected, "accounts have their own names");
    let page = |before, limit| async move {
        let page = store.messages(chatty, before, limit).await.unwrap();
        page.into_iter().map(|message| message.id).collect::<Vec<_>>()
    };
    assert_eq!((page(None, 2).await, page(Some(2), 2).await, page(Some(1), 2).await), (vec![3, 2], vec![1], vec![]));

    // What is taken out again leaves its number to nobody.
    assert!(store.discard_message(chatty, 3).await.unwrap() && !store.discard_message(chatty, 3).await.unwrap());
    assert_eq!(store.keep_messages(chatty, vec![message(Some(bob), "four")]).await.unwrap(), [Some(4)]);

    // Nothing is kept of whoever is gone, and nothing in a room that is.
    let nobody = UserId(1 << 40);
    let mixed = vec![message(Some(nobody), "ghost"), message(Some(ada), "five")];
    assert_eq!(store.keep_messages(chatty, mixed).await.unwrap(), [None, Some(6)]);
    let gone = store.keep_messages(RoomNumber(1 << 40), vec![message(None, "void")]).await;
    assert!(matches!(gone, Err(StoreError::NoSuchUser)), "{gone:?}");
    assert!(store.messages(RoomNumber(1 << 40), None, 50).await.unwrap().is_empty());

    // Bounds: too long is no message, the longest is one.
    let longest = "\u{1f600}".repeat(MAX_MESSAGE);
    assert_eq!(store.keep_messages(chatty, vec![message(Some(ada), &longest)]).await.unwrap(), [Some(7)]);
    assert!(store.keep_messages(chatty, vec![message(Some(ada), &format!("{longest}x"))]).await.is_err());
    assert_eq!(texts(&**store, chatty).await, [&longest, "five", "four", "two", "one"]);

    // Writers of one room take turns.
    let writers = (0..8).map(|n| {
        let store = Arc::clone(store);
        let batch = vec![message(Some(ada), &format!("a{n}")), message(Some(bob), &format!("b{n}"))];
        tokio::spawn(async move { store.keep_messages(other, batch).await.unwrap() })
    });
    let ids = futures_util::future::join_all(writers).await;
    let mut ids: Vec<_> = ids.into_iter().flat_map(|ids| ids.unwrap()).flatten().collect();
    ids.sort_unstable();
    assert_eq!(ids, (2..18).collect::<Vec<_>>());

    // An account goes with what it wrote, wherever that was; what others wrote stays.
    store.delete_user(bob).await.unwrap();
    assert_eq!(texts(&**store, chatty).await, [&longest, "five", "two", "one"]);
    assert_eq!(store.messages(other, None, 100).await.unwrap().len(), 8);

    // The oldest beyond the bound go.
    let many = usize::try_from(MAX_MESSAGES).unwrap();
    let batch: Vec<_> = (0..many - 3).map(|n| message(None, &format!("{n}"))).collect();
    let ids = store.keep_messages(other, batch).await.unwrap();
    let newest = ids.last().unwrap().unwrap();
    assert_eq!(newest, 14 + MAX_MESSAGES);
    let oldest = store.messages(other, Some(newest - MAX_MESSAGES + 4), 100).await.unwrap();
    assert!(oldest.iter().all(|message| message.id > newest - MAX_MESSAGES) && oldest.len() <= 3, "{oldest:?}");

    // A room goes with its chat.
    store.delete_room(chatty, ada).await.unwrap();
    assert!(texts(&**store, chatty).await.is_empty());
    store.delete_user(ada).await.unwrap();
    assert!(store.messages(other, None, 100).await.unwrap().is_empty());
}
