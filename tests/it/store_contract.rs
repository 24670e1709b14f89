//! What every store promises, run on SQLite, on PostgreSQL and on the fault-injecting one.

use std::sync::Arc;

use rotunda::store::faults::FaultyStore;
use rotunda::store::postgres::PostgresStore;
use rotunda::store::sqlite::SqliteStore;
use rotunda::store::*;

use crate::postgres_server::Postgres;
use crate::store_messages;

pub fn hash(byte: u8) -> TokenHash {
    TokenHash([byte; 32])
}

pub fn session(id: &str, token: u8, now: i64) -> NewSession {
    NewSession {
        id: SessionId(id.into()),
        token: hash(token),
        now: Millis(now),
        token_expires: Millis(now + 100_000),
        session_expires: Millis(now + 1_000_000),
        client: "a test".into(),
    }
}

pub fn user(email: &str) -> NewUser {
    NewUser {
        email: email.into(),
        first_name: "F".into(),
        last_name: "L".into(),
        password_hash: "h".into(),
        now: Millis(5),
    }
}

pub fn room(owner: UserId, title: &str, kind: RoomKind, secret: u8) -> NewRoom {
    NewRoom {
        owner,
        title: title.into(),
        description: "d".into(),
        kind,
        secret: format!("{secret:032x}"),
        allow_guests: false,
        waiting_room: false,
        scheduled_on: None,
        now: Millis(1_700_000_000_123),
    }
}

pub fn rotation(spent: u8, successor: u8, now: i64) -> Rotation {
    Rotation {
        spent: hash(spent),
        successor: hash(successor),
        now: Millis(now),
        successor_expires: Millis(now + 100_000),
        retry_since: Millis(now - 10_000),
    }
}

fn fresh(id: &str, user: UserId) -> Rotated {
    Rotated::Fresh { session: SessionId(id.into()), who: Person::Account(user) }
}

async fn the_contract(store: Arc<dyn Store>) {
    store.ping().await.unwrap();
    secrets(&*store).await;
    users(&*store).await;
    rooms(&*store).await;
    lists(&*store).await;
    rotations(&*store).await;
    concurrent_rotations(&store).await;
    concurrent_registrations(&store).await;
    moderation(&*store).await;
    store_messages::contract(&store).await;
    crate::store_rooms::settings(&*store).await;
    crate::store_rooms::roles(&*store).await;
    crate::store_entry::invitations(&store).await;
    crate::store_entry::guests(&*store).await;
    crate::store_entry::knocks(&*store).await;
    crate::store_accounts::accounts(&*store).await;
    crate::store_accounts::links(&store).await;
    crate::store_accounts::settings_at_once(&store).await;
    crate::store_accounts::administration(&*store).await;
    crate::server_log::contract(&*store).await;
    deletion_cascades(&*store).await;
    sweeping(&*store).await;
    bounds(&*store).await;
    store.close().await;
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))), "closed");
}

async fn secrets(store: &dyn Store) {
    assert_eq!(store.secret_or_insert("k", b"one", Millis(1)).await.unwrap(), b"one");
    assert_eq!(store.secret_or_insert("k", b"two", Millis(2)).await.unwrap(), b"one", "the first one stays");
    assert_eq!(store.secret_or_insert("other", &[0, 255, 0], Millis(2)).await.unwrap(), [0, 255, 0]);
}

async fn users(store: &dyn Store) {
    let ada = store.create_user(user("Ada@Example.org"), session("users-a", 1, 0)).await.unwrap();
    assert_eq!((ada.email.as_str(), ada.created_on, ada.full_name().as_str()), ("Ada@Example.org", Millis(5), "F L"));
    for same in ["Ada@Example.org", "ada@example.ORG", " ada@example.org "] {
        let again = store.create_user(user(same), session("users-b", 2, 0)).await;
        assert!(matches!(again, Err(StoreError::EmailTaken)), "{same}");
        assert_eq!(store.user_by_email(same).await.unwrap().unwrap().id, ada.id);
    }
    assert!(store.live_session(&SessionId("users-b".into()), Millis(1)).await.unwrap().is_none(), "all or nothing");
    assert!(store.live_session(&SessionId("users-a".into()), Millis(1)).await.unwrap() == Some(ada.id));
    assert!(store.user_by_email("nobody@example.org").await.unwrap().is_none());
    assert!(store.user(UserId(i64::MAX)).await.unwrap().is_none());
    let odd = "Zoë 'quoted' \"x\" \\ %_ \u{1f600}";
    let zoe = NewUser { first_name: odd.into(), ..user("ZOË@bücher.example") };
    let zoe = store.create_user(zoe, session("users-z", 3, 0)).await.unwrap();
    assert_eq!(store.user(zoe.id).await.unwrap().unwrap().first_name, odd);
    assert_eq!(store.user_by_email("zoë@BÜCHER.example").await.unwrap().unwrap().id, zoe.id);
}

async fn rooms(store: &dyn Store) {
    let owner = store.create_user(user("owner@rooms"), session("rooms", 10, 0)).await.unwrap().id;
    let open = store.create_room(room(owner, "Open", RoomKind::OpenToAll, 1)).await.unwrap();
    let invite = store.create_room(room(owner, "Invite", RoomKind::InviteOnly, 2)).await.unwrap();
    assert_eq!(open.room_id(), format!("room{}", open.id.0));
    assert_eq!(invite.room_id(), format!("room{:032x}", 2));
    assert_eq!(open.created_on, Millis(1_700_000_000_123));
    for (key, found) in [
        (RoomKey::Number(open.id), Some(&open)),
        (RoomKey::Open(open.id), Some(&open)),
        (RoomKey::Secret(open.secret.clone()), None),
        (RoomKey::Number(invite.id), Some(&invite)),
        (RoomKey::Open(invite.id), None),
        (RoomKey::Secret(invite.secret.clone()), Some(&invite)),
        (RoomKey::Number(RoomNumber(i64::MAX)), None),
    ] {
        assert_eq!(store.room(&key).await.unwrap().as_ref(), found, "{key:?}");
    }
    assert!(matches!(
        store.create_room(room(UserId(i64::MAX), "x", RoomKind::OpenToAll, 3)).await,
        Err(StoreError::NoSuchUser)
    ));

    let edit = RoomEdit { title: Some("New".into()), ..RoomEdit::default() };
    let stranger = UserId(owner.0 + 1000);
    assert!(store.update_room(open.id, stranger, edit.clone()).await.unwrap().is_none());
    assert!(store.delete_room(open.id, stranger).await.unwrap().is_none());
    let edited = store.update_room(open.id, owner, edit).await.unwrap().unwrap();
    assert_eq!(
        edited,
        Room { title: "New".into(), version: open.version + 1, settled: open.version + 1, ..open.clone() }
    );
    assert_eq!(store.update_room(open.id, owner, RoomEdit::default()).await.unwrap().unwrap(), edited);
    let kind = RoomEdit { kind: Some(RoomKind::InviteOnly), description: Some(String::new()), ..RoomEdit::default() };
    let closed = store.update_room(open.id, owner, kind).await.unwrap().unwrap();
    assert_eq!((closed.room_id(), closed.description.as_str()), (format!("room{:032x}", 1), ""));

    assert_eq!(store.delete_room(invite.id, owner).await.unwrap(), Some(invite.clone()));
    assert_eq!(store.delete_room(invite.id, owner).await.unwrap(), None);
    let next = store.create_room(room(owner, "Next", RoomKind::OpenToAll, 4)).await.unwrap();
    assert!(next.id > invite.id, "a number is never given out again");
}

async fn lists(store: &dyn Store) {
    let owner = store.create_user(user("owner@lists"), session("lists", 20, 0)).await.unwrap().id;
    let other = store.create_user(user("other@lists"), session("lists2", 21, 0)).await.unwrap().id;
    let mut ids = Vec::new();
    for (n, (title, kind)) in [
        ("list ÄPFEL", RoomKind::OpenToAll),
        ("list 100%", RoomKind::OpenToAll),
        ("list secret", RoomKind::InviteOnly),
        ("list a_b", RoomKind::OpenToAll),
    ]
    .into_iter()
    .enumerate()
    {
        ids.push(store.create_room(room(owner, title, kind, 30 + u8::try_from(n).unwrap())).await.unwrap().id);
    }
    let find = |search: &str, viewer, before, limit| {
        let query = RoomQuery { search: search.into(), viewer, before, limit };
        async move { store.rooms(&query).await.unwrap().into_iter().map(|room| room.id).collect::<Vec<_>>() }
    };
    assert_eq!(find("list ", None, None, 200).await, [ids[3], ids[1], ids[0]]);
    assert_eq!(find("LIST ", Some(other), None, 200).await, [ids[3], ids[1], ids[0]]);
    assert_eq!(find("list ", Some(owner), None, 200).await, [ids[3], ids[2], ids[1], ids[0]]);
    assert_eq!(find("list ", Some(owner), Some(ids[2]), 1).await, [ids[1]]);
    assert_eq!(find("äpfel", None, None, 200).await, [ids[0]]);
    assert_eq!(find("list 100%", None, None, 200).await, [ids[1]]);
    assert_eq!(find("%", None, None, 200).await, [ids[1]]);
    assert_eq!(find("list a_b", None, None, 200).await, [ids[3]]);
    assert_eq!(find("list", None, Some(ids[0]), 200).await, []);
}

async fn rotations(store: &dyn Store) {
    let user = store.create_user(user("rotations@x"), session("r", 40, 0)).await.unwrap().id;
    let id = SessionId("r".into());
    assert_eq!(store.peek_token(hash(40), Millis(1)).await.unwrap(), Some((id.clone(), Person::Account(user))));
    assert_eq!(store.rotate(rotation(40, 41, 1000)).await.unwrap(), fresh("r", user));
    assert_eq!(store.peek_token(hash(40), Millis(1000)).await.unwrap(), None, "spent");
    assert_eq!(
        store.rotate(rotation(40, 42, 11_000)).await.unwrap(),
        fresh("r", user),
        "the last moment of the window"
    );
    assert_eq!(store.rotate(rotation(42, 43, 12_000)).await.unwrap(), fresh("r", user));
    assert_eq!(store.rotate(rotation(41, 44, 13_000)).await.unwrap(), fresh("r", user), "a tab that kept the sibling");
    assert_eq!(
        store.rotate(rotation(41, 45, 22_001)).await.unwrap(),
        Rotated::Reused { session: id.clone(), who: Person::Account(user) },
        "after the window it is a copy"
    );
    assert_eq!(store.live_session(&id, Millis(22_002)).await.unwrap(), None);
    for token in [40, 41, 42, 43, 44, 45] {
        assert_eq!(store.rotate(rotation(token, 99, 22_100)).await.unwrap(), Rotated::Refused, "{token}");
    }
    assert_eq!(store.rotate(rotation(250, 99, 0)).await.unwrap(), Rotated::Refused, "never seen");

    store.create_session(user, "h", session("early", 50, 0)).await.unwrap();
    assert_eq!(store.rotate(rotation(50, 51, 1)).await.unwrap(), fresh("early", user));
    assert_eq!(store.rotate(rotation(51, 52, 2)).await.unwrap(), fresh("early", user));
    assert!(
        matches!(store.rotate(rotation(50, 53, 3)).await.unwrap(), Rotated::Reused { .. }),
        "somebody had gone on from it"
    );

    store.create_session(user, "h", session("expires", 60, 0)).await.unwrap();
    assert_eq!(store.rotate(rotation(60, 61, 100_000)).await.unwrap(), Rotated::Refused, "the token had expired");
    store.create_session(user, "h", session("ends", 62, 0)).await.unwrap();
    assert_eq!(
        store.end_session(hash(62), Millis(5)).await.unwrap(),
        Some((SessionId("ends".into()), Person::Account(user)))
    );
    assert_eq!(store.end_session(hash(62), Millis(6)).await.unwrap(), None, "once is enough");
    assert_eq!(store.end_session(hash(251), Millis(6)).await.unwrap(), None);
    assert_eq!(store.rotate(rotation(62, 63, 10)).await.unwrap(), Rotated::Refused);
    assert!(matches!(
        store.create_session(UserId(i64::MAX), "h", session("nobody", 64, 0)).await,
        Err(StoreError::NoSuchUser)
    ));
}

async fn concurrent_rotations(store: &Arc<dyn Store>) {
    let user = store.create_user(user("race@x"), session("race", 70, 0)).await.unwrap().id;
    let tries = (100..132).map(|successor| {
        let store = Arc::clone(store);
        tokio::spawn(async move { store.rotate(rotation(70, successor, 1000)).await.unwrap() })
    });
    let outcomes: Vec<Rotated> =
        futures_util::future::join_all(tries).await.into_iter().map(|outcome| outcome.unwrap()).collect();
    let won = outcomes.iter().filter(|outcome| **outcome == fresh("race", user)).count();
    assert_eq!(i64::try_from(won).unwrap(), MAX_SUCCESSORS, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| !matches!(outcome, Rotated::Reused { .. })));
}

async fn concurrent_registrations(store: &Arc<dyn Store>) {
    let tries = (0..16_u8).map(|n| {
        let store = Arc::clone(store);
        tokio::spawn(async move { store.create_user(user("same@x"), session(&format!("same{n}"), 140 + n, 0)).await })
    });
    let outcomes = futures_util::future::join_all(tries).await;
    let made = outcomes.iter().filter(|outcome| outcome.as_ref().unwrap().is_ok()).count();
    assert_eq!(made, 1);
    assert!(outcomes.into_iter().all(|outcome| matches!(outcome.unwrap(), Ok(_) | Err(StoreError::EmailTaken))));
}

async fn moderation(store: &dyn Store) {
    let owner = store.create_user(user("host@x"), session("host", 243, 0)).await.unwrap().id;
    let noisy = store.create_user(user("noisy@x"), session("noisy", 244, 0)).await.unwrap().id;
    let made = store.create_room(room(owner, "order", RoomKind::OpenToAll, 242)).await.unwrap();
    assert!(!made.locked);
    let lock = RoomEdit { locked: Some(true), ..RoomEdit::default() };
    assert!(store.update_room(made.id, owner, lock).await.unwrap().unwrap().locked);
    store.update_room(made.id, owner, RoomEdit { title: Some("Order".into()), ..RoomEdit::default() }).await.unwrap();
    assert!(store.room(&made.key()).await.unwrap().unwrap().locked, "an edit of something else leaves the lock");

    assert!(!store.is_banned(made.id, noisy).await.unwrap());
    store.ban(made.id, noisy, Millis(5)).await.unwrap();
    store.ban(made.id, noisy, Millis(6)).await.unwrap();
    assert!(store.is_banned(made.id, noisy).await.unwrap() && !store.is_banned(made.id, owner).await.unwrap());
    let banned = store.bans(made.id).await.unwrap();
    assert_eq!(banned, [Ban { user: noisy, name: "F L".into(), created_on: Millis(5) }]);
    let nobody = store.ban(made.id, UserId(1 << 40), Millis(7)).await;
    assert!(matches!(nobody, Err(StoreError::NoSuchUser)), "{nobody:?}");
    assert!(store.unban(made.id, noisy).await.unwrap() && !store.unban(made.id, noisy).await.unwrap());
    assert!(!store.is_banned(made.id, noisy).await.unwrap());

    for (at, act) in [(10, Act::Ban), (11, Act::Unban)] {
        let entry = NewAuditEntry {
            at: Millis(at),
            actor: owner,
            room: made.id,
            act,
            subject: noisy.to_string(),
            whom: None,
            address: String::new(),
        };
        store.record(entry).await.unwrap();
    }
    store.ban(made.id, noisy, Millis(8)).await.unwrap();
    let newest = store.audit(made.id, None, 1).await.unwrap();
    assert_eq!(newest.len(), 1);
    let older = store.audit(made.id, Some(newest[0].id), 9).await.unwrap();
    assert_eq!(older.iter().map(|entry| entry.at.0).collect::<Vec<_>>(), [10]);
    let people = [Person::Account(noisy), Person::Account(UserId(1 << 40)), Person::Guest(GuestId("g".into()))];
    let names = store.names(made.id, &people).await.unwrap();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), [(Person::Account(noisy), "F L".to_owned())]);
    assert!(store.names(made.id, &[]).await.unwrap().is_empty());
    store.delete_user(noisy).await.unwrap();
    assert!(store.bans(made.id).await.unwrap().is_empty(), "a ban goes with its account");
    store.delete_user(owner).await.unwrap();
    let told: Vec<_> =
        store.audit(made.id, None, 9).await.unwrap().into_iter().map(|entry| (entry.at.0, entry.act)).collect();
    assert_eq!(told, [(11, "unban".to_owned()), (10, "ban".to_owned())], "the log outlives those it is about");
    store.sweep(Millis(AUDIT_KEPT_MS + 10)).await.unwrap();
    assert_eq!(store.audit(made.id, None, 9).await.unwrap().len(), 1, "a year later");
}

async fn deletion_cascades(store: &dyn Store) {
    let gone = store.create_user(user("gone@x"), session("gone", 80, 0)).await.unwrap().id;
    let made = store.create_room(room(gone, "gone", RoomKind::OpenToAll, 200)).await.unwrap();
    assert_eq!(
        store.delete_user(gone).await.unwrap(),
        Some(DeletedUser { rooms: vec![made.clone()], sessions: vec![SessionId("gone".into())] })
    );
    assert_eq!(store.delete_user(gone).await.unwrap(), None);
    assert!(store.room(&made.key()).await.unwrap().is_none());
    assert!(store.live_session(&SessionId("gone".into()), Millis(1)).await.unwrap().is_none());
    assert_eq!(store.rotate(rotation(80, 81, 1)).await.unwrap(), Rotated::Refused);
    let again = store.create_user(user("gone@x"), session("again", 82, 0)).await.unwrap();
    assert!(again.id > gone, "an id is never given out again: tokens of the old account would fit the new one");
}

async fn sweeping(store: &dyn Store) {
    let user = store.create_user(user("sweep@x"), session("sweep", 90, 0)).await.unwrap().id;
    let later =
        NewSession { session_expires: Millis(9_000_000), token_expires: Millis(8_000_000), ..session("later", 91, 0) };
    store.create_session(user, "h", later).await.unwrap();
    assert!(store.sweep(Millis(2_000_000)).await.unwrap() >= 2);
    assert_eq!(store.sweep(Millis(2_000_000)).await.unwrap(), 0);
    assert_eq!(store.live_session(&SessionId("later".into()), Millis(2_000_000)).await.unwrap(), Some(user));
    assert_eq!(store.live_session(&SessionId("sweep".into()), Millis(0)).await.unwrap(), None, "gone");
}

async fn bounds(store: &dyn Store) {
    let user = store.create_user(user("bounds@x"), session("bounds-0", 150, 0)).await.unwrap().id;
    // Logins: the oldest ends, the newest stays.
    for n in 1..=MAX_SESSIONS {
        let mut token = hash(151);
        token.0[1..9].copy_from_slice(&n.to_be_bytes());
        let login = NewSession { token, ..session(&format!("bounds-{n}"), 0, n) };
        store.create_session(user, "h", login).await.unwrap();
    }
    let lives = async |id: &str| store.live_session(&SessionId(id.into()), Millis(100)).await.unwrap().is_some();
    assert!(!lives("bounds-0").await && lives("bounds-1").await && lives(&format!("bounds-{MAX_SESSIONS}")).await);

    // Generations: a copy of a remembered one is found out, an older one is refused like any unknown token.
    let nth = |n: i64| {
        let mut token = hash(152);
        token.0[1..9].copy_from_slice(&n.to_be_bytes());
        token
    };
    store.create_session(user, "h", NewSession { token: nth(0), ..session("turns", 0, 1000) }).await.unwrap();
    let turns = MAX_GENERATIONS + 2;
    for n in 0..turns {
        let turn = Rotation { spent: nth(n), successor: nth(n + 1), ..rotation(0, 0, 2000 + n) };
        assert_eq!(store.rotate(turn).await.unwrap(), fresh("turns", user), "{n}");
    }
    let again = |n: i64| store.rotate(Rotation { spent: nth(n), successor: hash(153), ..rotation(0, 0, 50_000) });
    assert_eq!(again(0).await.unwrap(), Rotated::Refused, "forgotten");
    assert!(matches!(again(turns - MAX_GENERATIONS).await.unwrap(), Rotated::Reused { .. }), "remembered");

    for n in 0..MAX_ROOMS {
        let made = NewRoom { secret: format!("b{n:031x}"), ..room(user, "bound", RoomKind::InviteOnly, 0) };
        store.create_room(made).await.unwrap();
    }
    let beyond = store.create_room(room(user, "bound", RoomKind::InviteOnly, 201)).await;
    assert!(matches!(beyond, Err(StoreError::TooManyRooms)), "{beyond:?}");
    store.delete_user(user).await.unwrap();
}

async fn sqlite(folder: &tempfile::TempDir) -> SqliteStore {
    SqliteStore::open(&folder.path().join("rotunda.db")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    the_contract(Arc::new(sqlite(&folder).await)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_fault_injecting_store() {
    let folder = tempfile::tempdir().unwrap();
    let (store, faults) = FaultyStore::new(Arc::new(sqlite(&folder).await));
    the_contract(Arc::new(store)).await;
    assert!(faults.calls() > 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_and_two_servers_share_one_database() {
    let postgres = Postgres::start();
    let url = postgres.database("contract");
    // Two servers that start together take turns at the migrations.
    let (one, two) = tokio::join!(PostgresStore::connect(&url), PostgresStore::connect(&url));
    let (one, two) = (one.unwrap(), two.unwrap());
    let made = one.create_user(user("shared@x"), session("shared", 240, 0)).await.unwrap();
    assert_eq!(two.user(made.id).await.unwrap().unwrap().email, "shared@x");
    two.close().await;
    the_contract(Arc::new(one)).await;

    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (999, 'later', TRUE, '', 0)")
        .execute(&mut connection)
        .await
        .unwrap();
    let newer = PostgresStore::connect(&url).await;
    assert!(matches!(newer, Err(StoreError::SchemaTooNew { found: 999, known: SCHEMA })), "{:?}", newer.err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_and_comes_back() {
    let mut postgres = Postgres::start();
    let store = PostgresStore::connect(&postgres.database("away")).await.unwrap();
    store.ping().await.unwrap();
    postgres.crash();
    let start = std::time::Instant::now();
    assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
    assert!(start.elapsed() < std::time::Duration::from_secs(6), "{:?}", start.elapsed());
    postgres.run();
    let mut back = store.ping().await;
    for _ in 0..50 {
        if back.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        back = store.ping().await;
    }
    back.unwrap();
}

#[tokio::test]
async fn both_databases_have_the_same_migrations() {
    let names = |database: &str| {
        let folder = format!("{}/migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

#[tokio::test]
async fn sqlite_writes_through_to_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(&folder).await;
    store.secret_or_insert("x", b"y", Millis(0)).await.unwrap();
    assert!(folder.path().join("rotunda.db-wal").exists(), "write-ahead log");
}
