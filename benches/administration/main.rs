//! How long a page of the administration takes with 100,000 accounts, over HTTP, on SQLite and on PostgreSQL: `make bench-admin`. The accounts are
//! written by one statement; the server indexes them at its start, as it does after an update.
//!
//! Prints a table, and fails when a list takes longer than 50 ms in 95 of 100 cases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::print_stdout)]
#![allow(missing_docs, unreachable_pub, dead_code)]

#[path = "../../tests/it/postgres_server.rs"]
mod postgres_server;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rotunda::config::{Config, PasswordCost};
use rotunda::store::postgres::PostgresStore;
use rotunda::store::sqlite::SqliteStore;
use rotunda::store::{Millis, Store, UserId};
use rotunda::{Parts, Server};
use serde_json::{Value, json};

const USERS: u32 = 100_000;
/// Entries of the audit log, for each account; a third of them are the first account's.
const ENTRIES: u32 = 5;
/// Milliseconds from one entry to the next.
const APART_MS: i64 = 1_000;
/// Requests of each kind.
const TRIES: usize = 200;
const TARGET: Duration = Duration::from_millis(50);

/// Names as a SQL expression picks them: some are common, some rare, and the last part of the address is everyone's.
const FIRST: &str = "ada,bob,carol,dora,emil,fritz,gita,hari,indira,jan,kamala,lena,maya,nina,oskar,prakash,quentin,rita,sita,tara,uma,vera,xenia,yuki,zoe";
const LAST: &str =
    "thapa,sharma,lovelace,turing,hopper,gurung,rai,lama,shrestha,müller,schmidt,garcía,silva,tanaka,wang,li,kim";

/// The lists that are asked for: searches for nothing, for the few and for the many, in every order, with pages further on.
const PAGES: &[(&str, &str)] = &[
    ("users, newest", "users/?limit=50"),
    ("users by name", "users/?sort=name"),
    ("users by address", "users/?sort=email"),
    ("search of one", "users/?search=carol77777"),
    ("search of nobody", "users/?search=nomatch"),
    ("a first name", "users/?search=gita"),
    ("a first name by name", "users/?search=gita&sort=name"),
    ("two words", "users/?search=thap%20oskar&sort=email"),
    ("one letter", "users/?search=x&sort=name"),
    ("two letters, each common", "users/?search=x%20l"),
    ("administrators by name", "users/?only=administrators&sort=name"),
    ("disabled", "users/?only=disabled"),
    ("everyone's domain", "users/?search=example.org&sort=email"),
    ("the oldest fiftieth", "users/?search=old.example"),
    ("rooms", "rooms/"),
    ("rooms by title", "rooms/?search=weekly%20gurung"),
    ("audit log", "audit/"),
    ("log of calls", "audit/?kind=calls"),
    ("log of administration, rare", "audit/?kind=administration"),
    ("log of a busy account", "audit/?account=1"),
    ("a rare kind of a busy account", "audit/?account=1&kind=administration"),
    ("log of a quiet account", "audit/?account=77777"),
    ("log of an account that did nothing", "audit/?account=99999999"),
    ("log up to a time", "audit/?until=MIDDLE"),
    ("log of rooms up to a time", "audit/?kind=rooms&until=MIDDLE"),
    ("invitations", "invitations/"),
];

fn pick(names: &str, step: u32, n: &str) -> String {
    let count = names.split(',').count();
    let cases: Vec<String> =
        names.split(',').enumerate().map(|(at, name)| format!("WHEN {at} THEN '{name}'")).collect();
    format!("CASE ({n} / {step}) % {count} {} END", cases.join(" "))
}

/// One statement that makes all accounts, one that makes a room of each, and those that write the log.
fn fill(numbers: &str) -> Vec<String> {
    let (first, last) = (pick(FIRST, 1, "n"), pick(LAST, 25, "n"));
    let domain = "CASE WHEN n <= 2000 THEN 'old.example' ELSE 'example.org' END";
    let email = format!("{first} || n || '@' || {domain}");
    let users = format!(
        "INSERT INTO users (email, email_key, first_name, last_name, password_hash, created_on) \
         SELECT {email}, {email}, {first}, {last}, '!', n FROM {numbers}"
    );
    let rooms = "INSERT INTO rooms (owner, title, title_key, description, kind, secret, created_on) \
         SELECT id, 'Weekly ' || last_name || ' ' || id, '', '', 'OTA', 'secret' || id, created_on FROM users"
        .to_owned();
    let acts = "CASE WHEN n % 20000 = 0 THEN 'grant' WHEN n % 10 = 0 THEN 'edit_user' WHEN n % 3 = 0 THEN 'lock' WHEN n % 2 = 0 THEN 'mute' ELSE 'remove' END";
    // Older than a year, they would be swept away.
    let begin = Millis::now().0 - i64::from(ENTRIES * USERS) * APART_MS;
    let entries = (0..ENTRIES).map(|round| {
        format!(
            "INSERT INTO audit (at, actor, room, act, subject, whom) SELECT {begin} + ({round} * {USERS} + n) * {APART_MS}, CASE WHEN n % 3 = 1 THEN 1 ELSE n END, n, \
             {acts}, '', CASE WHEN n % 2 = 0 THEN n / 2 END FROM {numbers}"
        )
    });
    [users, rooms].into_iter().chain(entries).collect()
}

#[tokio::main]
async fn main() {
    // What `cargo bench` adds; `cargo test --all-targets` would fill databases.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut slow = Vec::new();
    for database in ["SQLite", "PostgreSQL"] {
        let postgres = (database == "PostgreSQL").then(postgres_server::Postgres::start);
        let url = postgres.as_ref().map(|postgres| postgres.database("bench"));
        let store = filled(folder.path(), url.as_deref()).await;
        slow.extend(measure(database, store).await);
    }
    assert!(slow.is_empty(), "beyond {TARGET:?}: {slow:?}");
}

/// A store with everything in it.
async fn filled(folder: &Path, url: Option<&str>) -> Arc<dyn Store> {
    let path = folder.join("rotunda.db");
    let open = async || match url {
        Some(url) => Arc::new(PostgresStore::connect(url).await.unwrap()) as Arc<dyn Store>,
        None => Arc::new(SqliteStore::open(&path).await.unwrap()) as Arc<dyn Store>,
    };
    open().await.close().await;
    let start = Instant::now();
    match url {
        Some(url) => {
            let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
            let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
            for text in fill(&format!("generate_series(1, {USERS}) AS numbers (n)")) {
                sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
            }
            sqlx::query("DELETE FROM settings").execute(&mut connection).await.unwrap();
        }
        None => {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
            let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
            let numbers = format!(
                "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {USERS}) SELECT n FROM numbers)"
            );
            for text in fill(&numbers) {
                sqlx::query(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
            }
            sqlx::query("DELETE FROM settings").execute(&mut connection).await.unwrap();
        }
    }
    let written = start.elapsed();
    let store = open().await;
    println!(
        "{USERS} accounts with a room each: written in {written:.1?}, indexed in {:.1?}",
        start.elapsed() - written
    );
    store
}

async fn measure(database: &str, store: Arc<dyn Store>) -> Vec<String> {
    let data = tempfile::tempdir().unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        rtc_udp_port: 0,
        metrics_listen: None,
        external_ip: vec!["127.0.0.1".parse().unwrap()],
        workers: Some(1),
        data: data.path().join("data"),
        password_cost: PasswordCost { memory_kib: 8, passes: 1 },
        ..Config::default()
    };
    let parts = Parts { store: Some(Arc::clone(&store)), ..Parts::default() };
    let server = Server::start_with(config, parts).await.unwrap();
    let base = format!("http://{}/api", server.http_addr());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let body = json!({ "email": "root@example.net", "firstName": "Root", "lastName": "R", "password": "a fine long passphrase" });
    let made: Value =
        client.post(format!("{base}/user/create/")).json(&body).send().await.unwrap().json().await.unwrap();
    let access = made["tokens"]["access"].as_str().unwrap();
    let own: Value =
        client.get(format!("{base}/user/")).bearer_auth(access).send().await.unwrap().json().await.unwrap();
    store.set_administrator(UserId(own["id"].as_i64().unwrap()), true).await.unwrap();

    println!("\n| {database} | rows | median | p95 | longest |\n|---|---|---|---|---|");
    let middle = Millis::now().0 - i64::from(ENTRIES * USERS) * APART_MS / 2;
    let middle = chrono::DateTime::from_timestamp_millis(middle).unwrap();
    let middle = middle.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let mut slow = Vec::new();
    for (what, path) in PAGES {
        let path = path.replace("MIDDLE", &middle);
        let (mut times, mut rows) = (Vec::new(), 0);
        let mut after = String::new();
        for _ in 0..TRIES {
            let join = if path.contains('?') { '&' } else { '?' };
            let start = Instant::now();
            let answer =
                client.get(format!("{base}/admin/{path}{join}after={after}")).bearer_auth(access).send().await.unwrap();
            let page: Value = answer.json().await.unwrap();
            times.push(start.elapsed());
            let list = page.as_object().unwrap().values().find_map(Value::as_array).unwrap();
            rows = rows.max(list.len());
            // The next page, as somebody turns them, or the first again.
            after = page["next"].as_str().unwrap_or_default().to_owned();
        }
        times.sort();
        let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
        println!("| {what} | {rows} | {:.1?} | {:.1?} | {:.1?} |", at(50), at(95), at(100));
        if at(95) > TARGET {
            slow.push(format!("{database}: {what} {:?}", at(95)));
        }
    }
    server.shutdown().await;
    slow
}
