//! Chat through a whole server: two clients of our own over real sockets, the history over HTTP, and a database with faults.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol::DataPacket;
use livekit_protocol::data_packet::Value as Packet;
use livekit_protocol::data_stream::header::ContentHeader;
use livekit_protocol::data_stream::{Chunk, Header, TextHeader, Trailer};
use reqwest::Method;
use rotunda::store::faults::{Faults, FaultyStore};
use rotunda::store::sqlite::SqliteStore;
use rotunda::store::{RoomEdit, Store, UserId};
use rotunda_sfu::params::MediaKind;
use serde_json::{Value, json};

use crate::client::{Client, Heard, metric};
use crate::live_sockets::{enter, room_token};
use crate::support::{Person, TestServer};

async fn sqlite(folder: &Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(&folder.join("rotunda.db")).await.unwrap())
}

/// A client that can send data, and so publishes.
async fn writer(server: &TestServer, person: &Person, room: &str) -> Client {
    let token = room_token(server, &person.access, room).await;
    let Ok(mut client) = enter(server, &token).await else { panic!("refused") };
    client.publish(MediaKind::Audio, "microphone").await;
    client.ready().await;
    client
}

fn write(client: &Client, stream: &str, text: &str, to: &[&str]) {
    let header = Header {
        stream_id: stream.into(),
        topic: "lk.chat".into(),
        total_length: Some(text.len() as u64),
        content_header: Some(ContentHeader::TextHeader(TextHeader::default())),
        ..Default::default()
    };
    let chunk = Chunk { stream_id: stream.into(), content: text.as_bytes().to_vec(), ..Default::default() };
    let trailer = Trailer { stream_id: stream.into(), ..Default::default() };
    for value in [Packet::StreamHeader(header), Packet::StreamChunk(chunk), Packet::StreamTrailer(trailer)] {
        let destination_identities = to.iter().map(ToString::to_string).collect();
        client.send_data("_reliable", DataPacket { destination_identities, value: Some(value), ..Default::default() });
    }
}

/// The next chat message: its sender, its text, and its number where it is kept.
async fn read(client: &mut Client) -> (String, String, Option<i64>) {
    let mut header: Option<Header> = None;
    let mut text = String::new();
    client
        .wait("a chat message", |heard| {
            let Heard::Data { packet, .. } = heard else { return None };
            match packet.value.as_ref()? {
                Packet::StreamHeader(begin) if begin.topic == "lk.chat" => header = Some(begin.clone()),
                Packet::StreamChunk(chunk) => text += std::str::from_utf8(&chunk.content).unwrap(),
                Packet::StreamTrailer(_) => {
                    let attributes = header.take().unwrap().attributes;
                    assert!(attributes["rotunda.sent"].parse::<i64>().unwrap() > 1_700_000_000_000);
                    let id = attributes.get("rotunda.id").map(|id| id.parse().unwrap());
                    return Some((packet.participant_identity.clone(), std::mem::take(&mut text), id));
                }
                _ => {}
            }
            None
        })
        .await
}

async fn receipt(client: &mut Client) -> Value {
    client
        .wait("a receipt", |heard| match heard {
            Heard::Data { packet, .. } => match packet.value.as_ref()? {
                Packet::User(user) if user.topic.as_deref() == Some("rotunda.chat") => {
                    Some(serde_json::from_slice(&user.payload).unwrap())
                }
                _ => None,
            },
            _ => None,
        })
        .await
}

/// Writes a message until it is kept, which a busy machine's disk may be too slow for, and returns its number.
async fn write_kept(from: &Client, to: &mut Client, stream: &str, text: &str) -> i64 {
    for _ in 0..10 {
        write(from, stream, text, &[]);
        let (sender, heard, id) = read(to).await;
        assert_eq!((sender, &*heard), (identity(from), text));
        if let Some(id) = id {
            return id;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("the database is always too slow");
}

fn identity(client: &Client) -> String {
    client.join.participant.as_ref().unwrap().identity.clone()
}

/// The receipt about a message that is kept.
async fn kept_as(client: &mut Client, stream: &str, id: i64) {
    let expected = json!({ "stream": stream, "id": id });
    while receipt(client).await != expected {}
}

async fn history(server: &TestServer, person: &Person, query: &str) -> Value {
    let (status, history) = server.get(&format!("/api/rooms/1/messages/{query}"), Some(&person.access)).await;
    assert_eq!(status, 200, "{history}");
    history
}

async fn keep(server: &TestServer, owner: &Person, rules: Value) {
    let (status, _) = server.send(Method::PATCH, "/api/rooms/1/", Some(&owner.access), rules).await;
    assert_eq!(status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_write_and_who_comes_later_or_after_a_restart_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::live_on(|_| {}, Some(sqlite(folder.path()).await)).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    keep(&server, &ada, json!({ "keepChat": true })).await;
    let (mut first, mut second) = (writer(&server, &ada, "1").await, writer(&server, &bob, "1").await);
    let (ada_id, bob_id) = (identity(&first), identity(&second));

    let hello = "Hello,\nworld <b>\u{1f600}</b>";
    let one = write_kept(&first, &mut second, "s1", hello).await;
    kept_as(&mut first, "s1", one).await;
    let two = write_kept(&second, &mut first, "s2", "Hi").await;
    assert!(two > one);
    write(&second, "s3", "between us", &[&ada_id]);
    assert_eq!(read(&mut first).await, (bob_id.clone(), "between us".into(), None));
    kept_as(&mut second, "s2", two).await;
    assert_eq!(receipt(&mut second).await, json!({ "stream": "s3", "id": null }));
    write(&first, "s4", &"x".repeat(4001), &[]);
    assert_eq!(receipt(&mut first).await, json!({ "stream": "s4", "error": "too_long" }));

    let late = server.person("late").await;
    let all = history(&server, &late, "").await;
    let told: Vec<_> =
        all.as_array().unwrap().iter().map(|message| (message["id"].clone(), message["text"].clone())).collect();
    assert_eq!(told, [(json!(two), json!("Hi")), (json!(one), json!(hello))], "nothing private");
    let newest = &all[0];
    assert_eq!(
        (&newest["user"], &newest["identity"], &newest["name"]),
        (&json!(bob.id), &json!(bob_id), &json!("bob Tester"))
    );
    assert_eq!(newest["stream"], "s2");
    assert!(newest["sentOn"].as_str().unwrap().ends_with('Z'));
    assert_eq!(history(&server, &late, &format!("?before={two}&limit=1")).await[0]["id"], one);
    assert_eq!(history(&server, &late, "?limit=1").await.as_array().unwrap().len(), 1);
    for bad in ["?before=x", "?before=0", "?limit=-1", "?limit=0"] {
        let (status, _) = server.get(&format!("/api/rooms/1/messages/{bad}"), Some(&late.access)).await;
        assert_eq!(status, 400, "{bad}");
    }
    // A locked room is read by those who are inside, and by nobody else.
    keep(&server, &ada, json!({ "locked": true })).await;
    let (status, refused) = server.get("/api/rooms/1/messages/", Some(&late.access)).await;
    assert_eq!((status.as_u16(), refused["code"].as_str()), (403, Some("room_locked")));
    assert_eq!(history(&server, &bob, "").await, all);
    keep(&server, &ada, json!({ "locked": false, "keepChat": false })).await;
    assert_eq!(history(&server, &late, "").await, json!([]));
    keep(&server, &ada, json!({ "keepChat": true })).await;

    drop((first, second));
    server.server.shutdown().await;
    let server = TestServer::live_on(|_| {}, Some(sqlite(folder.path()).await)).await;
    assert_eq!(history(&server, &late, "").await, all);
    let back = writer(&server, &late, "1").await;
    let mut ada = writer(&server, &ada, "1").await;
    assert!(write_kept(&back, &mut ada, "s5", "still here").await > two, "numbers go on");
    drop(back);
}

/// Five people write five messages each at once. Printed for docs/figures.md.
#[tokio::test(flavor = "multi_thread")]
async fn everyone_reads_a_burst_in_the_order_in_which_it_is_kept() {
    let server = TestServer::live(|_| {}).await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    keep(&server, &ada, json!({ "keepChat": true })).await;
    let mut people = vec![ada];
    for name in ["bob", "carol", "dave", "eve"] {
        people.push(server.person(name).await);
    }
    let mut clients = Vec::new();
    for person in &people {
        clients.push(writer(&server, person, "1").await);
    }
    let start = Instant::now();
    for n in 0..5 {
        for (who, client) in clients.iter().enumerate() {
            write(client, &format!("s{n}"), &format!("{who}.{n}"), &[]);
        }
    }
    let mut heard = Vec::new();
    for client in &mut clients {
        let mut ids = Vec::new();
        for _ in 0..20 {
            ids.extend(read(client).await.2);
        }
        assert!(ids.is_sorted(), "{ids:?}");
        heard.extend(ids);
    }
    heard.sort_unstable();
    heard.dedup();
    println!("25 messages at once, {} kept, read by four others each, in {:?}", heard.len(), start.elapsed());
    assert!(!heard.is_empty());
    // What came too late is taken out again in a moment.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let kept = history(&server, &people[4], "").await;
    let kept: Vec<_> = kept.as_array().unwrap().iter().rev().collect();
    assert_eq!(kept.iter().map(|message| message["id"].as_i64().unwrap()).collect::<Vec<_>>(), heard);
    for who in 0..5 {
        let texts = kept.iter().map(|message| message["text"].as_str().unwrap());
        assert!(texts.filter(|text| text.starts_with(&format!("{who}."))).is_sorted());
    }
}

async fn faulty(folder: &Path) -> (TestServer, Arc<Faults>, Person) {
    let (store, faults) = FaultyStore::new(sqlite(folder).await);
    let edit = |config: &mut rotunda::config::Config| config.metrics_listen = Some("127.0.0.1:0".parse().unwrap());
    let server = TestServer::live_on(edit, Some(Arc::new(store))).await;
    let ada = server.person("ada").await;
    server.room(&ada, "One", "OTA").await;
    keep(&server, &ada, json!({ "keepChat": true })).await;
    (server, faults, ada)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_slow_or_away_chat_goes_on_and_is_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (server, faults, ada) = faulty(folder.path()).await;
    let bob = server.person("bob").await;
    let (mut first, mut second) = (writer(&server, &ada, "1").await, writer(&server, &bob, "1").await);
    let one = write_kept(&first, &mut second, "s1", "one").await;

    faults.fail_next(u32::MAX);
    write(&first, "s2", "two", &[]);
    let (_, text, id) = read(&mut second).await;
    assert_eq!((&*text, id), ("two", None));
    faults.fail_next(0);

    faults.delay(Duration::from_millis(900));
    let start = Instant::now();
    write(&first, "s3", "three", &[]);
    let (_, text, id) = read(&mut second).await;
    assert_eq!((&*text, id), ("three", None));
    assert!((450..800).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    // Other data is not held up.
    faults.delay(Duration::ZERO);
    kept_as(&mut first, "s1", one).await;
    for stream in ["s2", "s3"] {
        assert_eq!(receipt(&mut first).await, json!({ "stream": stream, "id": null }));
    }
    // What was told to be not kept is not, though it was stored in the end.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(write_kept(&first, &mut second, "s4", "four").await > one + 1);
    let kept = history(&server, &bob, "").await;
    let texts: Vec<_> = kept.as_array().unwrap().iter().map(|message| message["text"].clone()).collect();
    assert_eq!(texts, ["four", "one"]);
    let address = server.server.config().metrics_listen.unwrap();
    let scrape = server.client.get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap();
    let count = |outcome| metric(&scrape, &format!("rotunda_chat_messages_total{{outcome=\"{outcome}\"}}"));
    assert_eq!((count("kept"), count("failed")), (2.0, 1.0));
    assert!(count("late") >= 1.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_hosts_write_while_chat_is_disabled() {
    let server = TestServer::live(|_| {}).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let (mut first, mut second) = (writer(&server, &ada, "1").await, writer(&server, &bob, "1").await);
    keep(&server, &ada, json!({ "chatDisabled": true })).await;
    // The call hears of it at once, but not before the answer.
    tokio::time::sleep(Duration::from_millis(300)).await;
    write(&second, "s1", "let me", &[]);
    assert_eq!(receipt(&mut second).await, json!({ "stream": "s1", "error": "chat_disabled" }));
    write(&first, "s2", "quiet", &[]);
    assert_eq!(read(&mut second).await.1, "quiet");
    keep(&server, &ada, json!({ "chatDisabled": false })).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    write(&second, "s3", "thanks", &[]);
    assert_eq!(read(&mut first).await.1, "thanks");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_deleted_leaves_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let store = sqlite(folder.path()).await;
    let server = TestServer::live_on(|_| {}, Some(Arc::clone(&store))).await;
    let (ada, bob) = (server.person("ada").await, server.person("bob").await);
    server.room(&ada, "One", "OTA").await;
    let number = store
        .rooms(&rotunda::store::RoomQuery { search: String::new(), viewer: None, before: None, limit: 1 })
        .await
        .unwrap()[0]
        .id;
    let edit = RoomEdit { keep_chat: Some(true), ..RoomEdit::default() };
    store.update_room(number, UserId(ada.id), edit).await.unwrap();
    let (mut first, second) = (writer(&server, &ada, "1").await, writer(&server, &bob, "1").await);
    write_kept(&second, &mut first, "s1", "mine").await;
    store.delete_user(UserId(bob.id)).await.unwrap();
    assert_eq!(history(&server, &ada, "").await, json!([]));
    // Nor does what they still write in a call that has not put them out yet.
    write(&second, "s2", "more", &[]);
    assert_eq!(read(&mut first).await, (identity(&second), "more".into(), None));
    assert_eq!(history(&server, &ada, "").await, json!([]));
}
