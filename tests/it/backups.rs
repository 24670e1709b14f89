//! A backup of a server that runs, restored into a fresh one, of the same database or the other.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rotunda::backup::{self, BackupError};
use rotunda::operator::entry;
use rotunda::store::postgres::PostgresStore;
use rotunda::store::sqlite::SqliteStore;
use rotunda::store::*;
use serde_json::{Value, json};

use crate::binary::{Binary, command, operate};
use crate::postgres_server::Postgres;
use crate::store_contract::{hash, room, session, user};
use crate::support::{PASSWORD, TestServer};

async fn sqlite(folder: &Path, name: &str) -> SqliteStore {
    SqliteStore::open(&folder.join(name)).await.unwrap()
}

async fn read(store: &dyn Store, file: &Path, replace: bool) -> std::result::Result<u64, BackupError> {
    backup::read(store, file, replace, entry(Act::Restore, None, "then".into())).await
}

/// Something in every table, and numbers that were given out and are gone.
async fn fill(store: &dyn Store) -> (UserId, Room) {
    let ada = store.create_user(user("ada@Backup"), session("bak", 1, 0)).await.unwrap().id;
    let bob = store.create_user(user("bob@backup"), session("bak-b", 2, 0)).await.unwrap().id;
    let gone = store.create_user(user("gone@backup"), session("bak-g", 3, 0)).await.unwrap().id;
    store.delete_user(gone).await.unwrap();
    let made = store.create_room(room(ada, "Zoë's \"room\" \u{1f600}", RoomKind::InviteOnly, 1)).await.unwrap();
    let invitation = NewInvitation { room: made.id, hash: hash(4), now: Millis(1), expires_on: None, uses: Some(2) };
    store.create_invitation(invitation).await.unwrap();
    let guest = NewGuest {
        id: GuestId(format!("g{:032x}", 7)),
        room: made.id,
        name: "Gus".into(),
        device: hash(5),
        invitation: Some(hash(4)),
    };
    store.create_guest(guest, session("bak-guest", 6, 0)).await.unwrap();
    store.give_role(made.id, bob, StoredRole::Cohost, Millis(1)).await.unwrap();
    store.knock(made.id, &Person::Account(bob), Millis(1)).await.unwrap();
    store.ban(made.id, bob, Millis(2)).await.unwrap();
    let message = NewMessage {
        user: Some(ada),
        identity: "1:x".into(),
        name: "A".into(),
        text: "two\nlines".into(),
        stream: "s".into(),
        sent_on: Millis(3),
    };
    store.keep_messages(made.id, vec![message]).await.unwrap();
    store.secret_or_insert("k", &[0, 255, 1], Millis(1)).await.unwrap();
    store.create_reset_link(ada, hash(8), Millis(1), Millis(i64::MAX)).await.unwrap();
    store.set_administrator(ada, true).await.unwrap();
    store.set_server_settings(ServerSettings { rooms_per_user: 5, ..ServerSettings::default() }).await.unwrap();
    let entry = NewAuditEntry {
        at: Millis(1),
        actor: ada,
        room: made.id,
        act: Act::Ban,
        subject: bob.to_string(),
        whom: Some(bob),
        address: "192.0.2.1".into(),
    };
    store.record(entry).await.unwrap();
    (gone, store.room(&made.key()).await.unwrap().unwrap())
}

/// Everything that is there is what was there.
async fn same(store: &dyn Store, gone: UserId, made: &Room) {
    assert_eq!(store.room(&made.key()).await.unwrap().as_ref(), Some(made));
    let ada = store.user_by_email("ada@backup").await.unwrap().unwrap();
    assert!(ada.is_admin && ada.email == "ada@Backup");
    assert_eq!(store.live_session(&SessionId("bak".into()), Millis(1)).await.unwrap(), Some(ada.id));
    assert!(store.live_guest(&SessionId("bak-guest".into()), Millis(1)).await.unwrap().is_some());
    assert_eq!(store.invitations(made.id).await.unwrap()[0].used, 1);
    assert_eq!(store.bans(made.id).await.unwrap().len(), 1);
    assert_eq!(store.messages(made.id, None, 9).await.unwrap()[0].kept.text, "two\nlines");
    assert_eq!(store.secret_or_insert("k", b"other", Millis(9)).await.unwrap(), [0, 255, 1]);
    assert_eq!(store.reset_link(hash(8), Millis(2)).await.unwrap().unwrap().id, ada.id);
    assert_eq!(store.server_settings().await.unwrap().rooms_per_user, 5);
    let log = store.server_audit(&AuditQuery { limit: 9, ..AuditQuery::default() }).await.unwrap();
    let ([latest, ..], Some(first)) = (&log[..], log.last()) else { panic!("{log:?}") };
    assert_eq!((first.address.as_str(), first.whom_name.as_deref()), ("192.0.2.1", Some("F L")));
    assert_eq!((latest.act.as_str(), latest.subject.as_str(), latest.actor), ("restore", "then", None));
    let query = UserQuery { only: None, search: "ada".into(), order: UserOrder::Newest(None), limit: 9 };
    assert_eq!(store.users(&query).await.unwrap().len(), 1, "it is found");
    assert_eq!(store.all_rooms("zoë", None, 9).await.unwrap().len(), 1);
    let next = store.create_user(user("next@backup"), session("bak-n", 9, 0)).await.unwrap().id;
    assert!(next > gone, "a number is never given out again: {next} {gone}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_moves_between_both_databases() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let postgres = Postgres::start();
    let first = sqlite(folder.path(), "one.db").await;
    let (gone, made) = fill(&first).await;
    let rows = backup::write(&first, &file("one")).await.unwrap();
    let second = PostgresStore::connect(&postgres.database("two")).await.unwrap();
    assert_eq!(read(&second, &file("one"), false).await.unwrap(), rows);
    backup::write(&second, &file("two")).await.unwrap();
    let third = sqlite(folder.path(), "three.db").await;
    read(&third, &file("two"), false).await.unwrap();
    for store in [&second as &dyn Store, &third] {
        same(store, gone, &made).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_replaced_without_a_word_and_nothing_changes_when_the_file_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path(), "one.db").await;
    fill(&store).await;
    let path = folder.path().join("whole");
    backup::write(&store, &path).await.unwrap();
    assert!(matches!(backup::write(&store, &path).await, Err(BackupError::Exists(_))));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!folder.path().join("whole.partial").exists());
    let other = sqlite(folder.path(), "two.db").await;
    other.create_user(user("there@x"), session("there", 1, 0)).await.unwrap();
    let refused = read(&other, &path, false).await;
    assert!(matches!(refused, Err(BackupError::Store(StoreError::NotEmpty))), "{refused:?}");
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let cut = |count: usize| lines[..count].join("\n");
    for (what, text) in [
        ("empty", String::new()),
        ("not ours", "{}\n".to_owned()),
        ("not JSON", "SQLite format 3\0".to_owned()),
        ("cut off", cut(lines.len() - 1)),
        ("cut within a line", whole[..whole.len() / 2].to_owned()),
        ("a row missing", [&lines[..3], &lines[4..]].concat().join("\n")),
        ("more after the end", format!("{whole}[]\n")),
        ("an unknown column", whole.replacen("\"email_key\"", "\"email_kez\"", 1)),
        ("newer", whole.replacen("\"schema\":12", "\"schema\":13", 1)),
    ] {
        let bad = folder.path().join("bad");
        std::fs::write(&bad, text).unwrap();
        let refused = read(&other, &bad, true).await;
        assert!(matches!(refused, Err(BackupError::NotABackup(_) | BackupError::TooNew { .. })), "{what}: {refused:?}");
        assert!(other.user_by_email("there@x").await.unwrap().is_some(), "{what}: nothing has changed");
    }
    read(&other, &path, true).await.unwrap();
    assert!(other.user_by_email("there@x").await.unwrap().is_none());
    assert!(other.user_by_email("ada@backup").await.unwrap().is_some());
}

/// A column that a migration adds has to be in the backups as well.
#[tokio::test]
async fn every_table_and_column_is_in_the_backups() {
    let folder = tempfile::tempdir().unwrap();
    sqlite(folder.path(), "one.db").await.close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("one.db"));
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' \
         AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '%_words' AND m.name <> '_sqlx_migrations' ORDER BY 1, 2",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut known: Vec<(String, String)> = TABLES
        .iter()
        .flat_map(|table| table.columns.iter().map(|(column, _)| (table.name.to_owned(), (*column).to_owned())))
        .collect();
    known.sort();
    assert_eq!(columns, known);
    let migrations = std::fs::read_dir(format!("{}/migrations/sqlite", env!("CARGO_MANIFEST_DIR"))).unwrap().count();
    assert_eq!(i64::try_from(migrations).unwrap(), SCHEMA);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_runs_is_backed_up_and_a_fresh_one_knows_everybody() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    let store = Arc::clone(server.server.store());
    let path = server.data.path().join("backup");
    let writing = tokio::spawn({
        let path = path.clone();
        async move { backup::write(&*store, &path).await }
    });
    // Written beside it: either in the backup or not, and no harm to either.
    assert_eq!(server.post("/api/rooms/", Some(&ada.access), json!({ "title": "Two" })).await.0, 201);
    writing.await.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let fresh = sqlite(folder.path(), "fresh.db").await;
    read(&fresh, &path, false).await.unwrap();
    let fresh = TestServer::start_with(|_| {}, Some(Arc::new(fresh)), rotunda::api::web::App::default()).await;
    assert_eq!(fresh.get("/api/rooms/1/", Some(&ada.access)).await.1["title"], "One", "the keys came along");
    let login = json!({ "email": ada.email, "password": PASSWORD });
    assert_eq!(fresh.post("/api/token/", None, login).await.0, 200);
    assert_eq!(fresh.post("/api/token/refresh/", None, json!({ "refresh": ada.refresh })).await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_back_up_beside_a_server_and_restore_without_one() {
    let data = tempfile::tempdir().unwrap();
    let (folder, file) = (data.path().join("data"), data.path().join("calls.backup"));
    let path = file.to_str().unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut server = Binary::start(command(&folder));
    let body = json!({ "email": "ada@example.org", "firstName": "Ada", "lastName": "L", "password": PASSWORD });
    let made = client.post(format!("{}/api/user/create/", server.url)).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);

    let (worked, words) = operate(&folder, &["backup", path]);
    assert!(worked && words.contains(path), "{words}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let (worked, words) = operate(&folder, &["backup", path]);
    assert!(!worked && words.contains("exists already"), "{words}");
    server.signal("TERM");
    server.wait(Duration::from_secs(10)).unwrap();
    let (worked, words) = operate(&folder, &["restore", path]);
    assert!(!worked && words.contains("--force"), "{words}");
    let (worked, words) = operate(&folder, &["restore", path, "--force"]);
    assert!(worked && words.contains("were restored"), "{words}");

    let fresh = data.path().join("fresh");
    let (worked, words) = operate(&fresh, &["restore", path]);
    assert!(worked, "{words}");
    let server = Binary::start(command(&fresh));
    let login = json!({ "email": "ada@example.org", "password": PASSWORD });
    let answer = client.post(format!("{}/api/token/", server.url)).json(&login).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.json::<Value>().await.unwrap()["access"].is_string());
}
