//! The log of the whole server: what it says, that nobody changes it, and that one finds in it what is of a kind, about an account, or up to a time.

use reqwest::Method;
use rotunda::store::*;
use serde_json::{Value, json};

use crate::administration::{acts, with_administrator};
use crate::postgres_server::Postgres;
use crate::store_contract::{room, session, user};

/// What every store promises of the log's filters.
pub async fn contract(store: &dyn Store) {
    let ada = store.create_user(user("ada@log"), session("log-a", 240, 0)).await.unwrap().id;
    let bob = store.create_user(user("bob@log"), session("log-b", 241, 0)).await.unwrap().id;
    let made = store.create_room(room(ada, "Logged", RoomKind::OpenToAll, 240)).await.unwrap();
    let last = AuditQuery { limit: 1, ..AuditQuery::default() };
    let before = store.server_audit(&last).await.unwrap().first().map_or(0, |entry| entry.id);
    for (at, actor, act, whom) in [
        (1_000, ada, Act::Grant, Some(ada)),
        (2_000, ada, Act::Ban, Some(bob)),
        (3_000, bob, Act::Mute, None),
        (4_000, bob, Act::Mute, Some(ada)),
        (5_000, UserId(0), Act::Disable, Some(bob)),
        (6_000, ada, Act::End, None),
        (7_000, ada, Act::Lock, None),
    ] {
        let (at, subject, address) = (Millis(at), String::new(), String::new());
        store.record(NewAuditEntry { at, actor, room: made.id, act, subject, whom, address }).await.unwrap();
    }
    let all = AuditQuery { limit: 100, ..AuditQuery::default() };
    let found = async |query: AuditQuery| {
        let page = store.server_audit(&query).await.unwrap();
        let own = page.into_iter().filter(|entry| entry.id > before);
        own.map(|entry| entry.act).collect::<Vec<_>>().join(" ")
    };
    let kind = |kind| AuditQuery { kind: Some(kind), ..all };
    let of = |account| AuditQuery { account: Some(account), ..all };
    assert_eq!(found(all).await, "lock end disable mute mute ban grant");
    assert_eq!(found(kind(ActKind::Calls)).await, "end mute mute");
    assert_eq!(found(kind(ActKind::Rooms)).await, "lock ban");
    assert_eq!(found(kind(ActKind::Accounts)).await, "disable");
    assert_eq!(found(kind(ActKind::Administration)).await, "grant");
    assert_eq!(found(of(ada)).await, "lock end mute ban grant", "what she did to herself comes once");
    assert_eq!(found(of(bob)).await, "disable mute mute ban");
    assert_eq!(found(of(UserId(i64::MAX))).await, "");
    assert_eq!(found(AuditQuery { kind: Some(ActKind::Calls), ..of(ada) }).await, "end mute");
    assert_eq!(found(AuditQuery { kind: Some(ActKind::Accounts), ..of(ada) }).await, "");
    assert_eq!(found(AuditQuery { until: Some(Millis(4_000)), ..all }).await, "mute ban grant");
    assert_eq!(found(AuditQuery { until: Some(Millis(4_001)), ..of(ada) }).await, "mute ban grant");
    assert_eq!(found(AuditQuery { until: Some(Millis(1)), ..all }).await, "");
    assert_eq!(found(AuditQuery { until: Some(Millis(3_000)), ..kind(ActKind::Calls) }).await, "");

    // Page by page, each goes on where the one before has ended.
    let whole = AuditQuery { limit: 2, until: Some(Millis(6_500)), ..of(ada) };
    let first = store.server_audit(&whole).await.unwrap();
    assert_eq!(first.iter().map(|entry| entry.act.as_str()).collect::<Vec<_>>(), ["end", "mute"]);
    let next = AuditQuery { before: first.last().map(|entry| entry.id), ..whole };
    assert_eq!(found(next).await, "ban grant");
    assert_eq!(found(AuditQuery { limit: 1, ..kind(ActKind::Calls) }).await, "end");
    for user in [ada, bob] {
        store.delete_user(user).await.unwrap();
    }
}

#[test]
fn every_act_is_of_one_kind_and_has_a_word_of_its_own() {
    let mut codes: Vec<_> = Act::ALL.iter().map(|act| act.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Act::ALL.len());
    for kind in [ActKind::Accounts, ActKind::Administration, ActKind::Rooms, ActKind::Calls] {
        assert_eq!(ActKind::from_code(kind.code()), Some(kind));
        assert!(Act::ALL.iter().any(|act| act.kind() == kind), "{kind:?}");
    }
}

/// The database as it was before the log was searched by account, and what hosts wrote into it.
fn before_filters() -> Vec<String> {
    let mut texts: Vec<String> = ["act", "actor", "whom"].map(|index| format!("DROP INDEX audit_{index}")).into();
    texts.push("DELETE FROM _sqlx_migrations WHERE version = 12".to_owned());
    for (act, subject) in OLD {
        let values = format!("(1, 1, 1, '{act}', '{subject}')");
        texts.push(format!("INSERT INTO audit (at, actor, room, act, subject) VALUES {values}"));
    }
    texts
}

const OLD: [(&str, &str); 9] = [
    ("ban", "7"),
    ("mute", "7:laptop"),
    ("mute", ""),
    ("spotlight", "7up"),
    ("spotlight", "07"),
    ("revoke", "7"),
    ("refuse", "g0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"),
    ("remove", "99999999999999999999:x"),
    ("remove", "78"),
];

async fn finds_whom_hosts_meant(store: &dyn Store) {
    let log = store.server_audit(&AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    let whom: Vec<_> = log.iter().rev().map(|entry| entry.whom.map(|user| user.0)).collect();
    assert_eq!(whom, [Some(7), Some(7), None, None, None, None, None, None, Some(78)]);
    store.close().await;
}

#[tokio::test]
async fn whom_hosts_meant_before_there_were_filters_is_found_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rotunda.db");
    sqlite::SqliteStore::open(&path).await.unwrap().close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for text in before_filters() {
        sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    finds_whom_hosts_meant(&sqlite::SqliteStore::open(&path).await.unwrap()).await;
}

#[tokio::test]
async fn whom_hosts_meant_before_there_were_filters_is_found_on_postgres() {
    let server = Postgres::start();
    let url = server.database("filters");
    postgres::PostgresStore::connect(&url).await.unwrap().close().await;
    let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    for text in before_filters() {
        sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
    }
    sqlx::Connection::close(connection).await.unwrap();
    finds_whom_hosts_meant(&postgres::PostgresStore::connect(&url).await.unwrap()).await;
}

#[tokio::test]
async fn an_administrator_looks_for_a_kind_an_account_and_a_time() {
    let (server, root) = with_administrator().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": bob.id })).await;
    let disable = json!({ "disabled": true });
    server.send(Method::PATCH, &format!("/api/admin/users/{}/", bob.id), Some(&root.access), disable).await;
    server.send(Method::PATCH, "/api/admin/settings/", Some(&root.access), json!({ "roomsPerUser": 7 })).await;
    let find = async |query: &str| {
        let (status, page) = server.get(&format!("/api/admin/audit/?{query}"), Some(&root.access)).await;
        assert_eq!(status, 200, "{query}: {page}");
        let acts = page["entries"].as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap().to_owned());
        acts.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(find("kind=&account=&until=").await, "server_settings disable ban");
    assert_eq!(find("kind=administration").await, "server_settings");
    assert_eq!(find("kind=calls").await, "");
    assert_eq!(find(&format!("account={}", bob.id)).await, "disable ban", "a host's act too");
    assert_eq!(find(&format!("account={}&kind=rooms", bob.id)).await, "ban");
    assert_eq!(find(&format!("account={}", root.id)).await, "server_settings disable");
    assert_eq!(find("until=2020-01-31T09:30:00Z").await, "");
    assert_eq!(find("until=2999-01-31T09:30:00%2B05:45&kind=accounts").await, "disable");
    for (bad, field) in [
        ("kind=everything", "kind"),
        ("account=ada", "account"),
        ("account=0", "account"),
        ("account=99999999999999999999", "account"),
        ("until=yesterday", "until"),
    ] {
        let (status, error) = server.get(&format!("/api/admin/audit/?{bad}"), Some(&root.access)).await;
        assert_eq!((status.as_u16(), error[field].is_array()), (400, true), "{bad}: {error}");
    }
}

#[tokio::test]
async fn the_log_says_who_what_whom_when_and_from_where_and_nobody_changes_it() {
    let (server, root) = with_administrator().await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    server.send(Method::PATCH, "/api/rooms/1/", Some(&ada.access), json!({ "locked": true })).await;
    let path = format!("/api/admin/users/{}/", ada.id);
    server.send(Method::PATCH, &path, Some(&root.access), json!({ "lastName": "Lovelace" })).await;
    server
        .send(Method::PATCH, "/api/admin/rooms/1/", Some(&root.access), json!({ "title": "Two", "peopleLimit": 7 }))
        .await;
    server.send(Method::DELETE, &path, Some(&root.access), json!({})).await;
    let log = acts(&server, &root).await;
    let told: Vec<_> =
        log.iter().map(|entry| (entry["act"].as_str().unwrap(), entry["subject"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("delete_user", ada.email.as_str()),
            ("settings", "title=Two peopleLimit=7"),
            ("edit_user", "lastName"),
            ("lock", "")
        ]
    );
    for (entry, actor, room, whom) in [
        (&log[0], json!(root.id), Value::Null, json!(ada.id)),
        (&log[1], json!(root.id), json!(1), Value::Null),
        (&log[3], json!(ada.id), json!(1), Value::Null),
    ] {
        assert_eq!((&entry["user"], &entry["room"], &entry["whom"]), (&actor, &room, &whom), "{entry}");
        assert_eq!(entry["address"], "127.0.0.1");
        assert!(entry["at"].as_str().unwrap().starts_with("20"));
    }
    assert_eq!((&log[0]["name"], &log[0]["whomName"]), (&json!("root Tester"), &Value::Null));
    let (_, page) = server.get("/api/admin/audit/?limit=3", Some(&root.access)).await;
    let next = page["next"].as_str().unwrap();
    let (_, rest) = server.get(&format!("/api/admin/audit/?limit=3&after={next}"), Some(&root.access)).await;
    assert_eq!((rest["entries"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let (status, _) = server.send(method, "/api/admin/audit/", Some(&root.access), json!({})).await;
        assert_eq!(status, 405);
    }
}

#[tokio::test]
async fn the_log_names_the_people_and_rooms_that_hosts_meant_while_they_are_there() {
    let (server, root) = with_administrator().await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    server.post("/api/rooms/1/bans/", Some(&ada.access), json!({ "user": bob.id })).await;
    let named = |entry: &Value| (entry["roomTitle"].clone(), entry["subjectName"].clone());
    let log = acts(&server, &root).await;
    assert_eq!((log[0]["act"].as_str(), named(&log[0])), (Some("ban"), (json!("One"), json!("bob Tester"))));
    server.send(Method::DELETE, &format!("/api/admin/users/{}/", bob.id), Some(&root.access), json!({})).await;
    server.send(Method::DELETE, "/api/admin/rooms/1/", Some(&root.access), json!({})).await;
    let log = acts(&server, &root).await;
    let ban = log.iter().find(|entry| entry["act"] == "ban").unwrap();
    assert_eq!((&ban["room"], named(ban)), (&json!(1), (Value::Null, Value::Null)));
}
