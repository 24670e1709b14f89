//! Faults of ours: each ends what it must and nothing else, and clients come again by themselves.

use std::net::Ipv4Addr;

use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{SignalResponse, leave_request};
use prost::Message as _;
use rotunda_sfu::transport::TransportConfig;
use rotunda_signaling::token::VideoGrants;
use rotunda_signaling::wire::{Frame, FrameKind};

use super::*;
use crate::media::socket;

fn rooms(workers: usize) -> Rooms {
    let sockets = socket::bind(&[Ipv4Addr::LOCALHOST.into()], 0, workers).unwrap();
    let transport = Arc::new(TransportConfig::generate(&TransportConfig::ALL_PROFILES).unwrap());
    let settings = RoomSettings {
        candidates: vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), sockets.port)],
        fingerprint: transport.fingerprint(),
        server: "test".into(),
    };
    let media = Arc::new(Media::start(sockets, &transport).unwrap());
    Rooms::new(media, settings, chat_store(), Metrics::new().unwrap())
}

/// A database that goes with the test.
fn chat_store() -> ChatStore {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chat.db");
    let open = crate::store::sqlite::SqliteStore::open(&file);
    let store = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(open)).unwrap();
    ChatStore(Arc::new(store))
}

async fn try_connect(rooms: &Rooms, room: &str, identity: &str) -> Result<Session, ConnectError> {
    let claims = Claims {
        sub: identity.to_owned(),
        video: Some(VideoGrants { room: room.to_owned(), room_join: true, ..VideoGrants::default() }),
        ..Claims::default()
    };
    let key = Arc::new(SigningKey { key: "devkey".into(), secret: "secret".into() });
    rooms.connect(room, &claims, &key, &ConnectOptions::default(), None).await
}

async fn connect(rooms: &Rooms, room: &str, identity: &str) -> Session {
    let mut session = try_connect(rooms, room, identity).await.unwrap();
    assert!(matches!(next(&mut session).await, Some(Response::Join(_))));
    session
}

/// The next message; `None` when the session has ended, with a farewell or without.
async fn next(session: &mut Session) -> Option<Response> {
    let outgoing = tokio::time::timeout(Duration::from_secs(5), session.next(FrameKind::Binary)).await.unwrap();
    match outgoing? {
        Outgoing::Frame(Frame::Binary(bytes)) => SignalResponse::decode(bytes).unwrap().message,
        Outgoing::Frame(Frame::Text(text)) => panic!("{text} was not asked for"),
        Outgoing::Close => None,
    }
}

async fn leave(session: &mut Session) -> leave_request::Action {
    loop {
        match next(session).await {
            Some(Response::Leave(leave)) => return leave.action(),
            Some(_) => {}
            None => panic!("the session ended without a leave"),
        }
    }
}

async fn tell(rooms: &Rooms, room: &str, message: RoomMessage) {
    let handle = rooms.0.rooms.get(room).unwrap().clone();
    handle.inbox.send(message).await.unwrap();
}

async fn gone(rooms: &Rooms, room: &str) {
    for _ in 0..500 {
        if !rooms.is_open(room) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{room} is still open");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_come_at_once_find_one_room() {
    let rooms = rooms(2);
    let joins: Vec<_> = (0..20)
        .map(|number| {
            let rooms = rooms.clone();
            tokio::spawn(async move { connect(&rooms, "hall", &format!("person-{number}")).await })
        })
        .collect();
    let mut sessions = Vec::new();
    for join in joins {
        sessions.push(join.await.unwrap());
    }
    assert_eq!(rooms.len(), 1);
    assert!(rooms.0.metrics.render().contains("rotunda_rooms_opened_total 1\n"));
    assert!(rooms.0.metrics.render().contains("rotunda_participants 20\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_rooms_task_ends_that_room_alone() {
    let rooms = rooms(1);
    let mut broken = connect(&rooms, "broken", "ada").await;
    let mut other = connect(&rooms, "other", "bob").await;
    tell(&rooms, "broken", RoomMessage::Panic).await;
    while next(&mut broken).await.is_some() {}
    gone(&rooms, "broken").await;
    let text = rooms.0.metrics.render();
    assert!(text.contains("rotunda_room_panics_total 1\n") && text.contains("rotunda_rooms 1\n"), "{text}");
    assert!(text.contains("rotunda_participants 1\n"), "{text}");
    // The other goes on, and the name is free.
    connect(&rooms, "broken", "ada").await;
    connect(&rooms, "other", "eve").await;
    let seen = loop {
        match next(&mut other).await {
            Some(Response::Update(update)) if update.participants.iter().any(|who| who.identity == "eve") => {
                break true;
            }
            Some(_) => {}
            None => break false,
        }
    };
    assert!(seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_in_a_worker_sends_its_rooms_to_a_new_start() {
    let rooms = rooms(1);
    let mut ada = connect(&rooms, "hall", "ada").await;
    let mut bob = connect(&rooms, "hall", "bob").await;
    tell(&rooms, "hall", RoomMessage::WithLink(crate::media::RoomLink::break_worker)).await;
    assert_eq!(leave(&mut ada).await, leave_request::Action::Reconnect);
    assert_eq!(leave(&mut bob).await, leave_request::Action::Reconnect);
    gone(&rooms, "hall").await;
    connect(&rooms, "hall", "ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overloaded_worker_refuses_rooms_and_ends_what_it_cannot_serve() {
    let rooms = rooms(1);
    let mut ada = connect(&rooms, "hall", "ada").await;
    tell(&rooms, "hall", RoomMessage::WithLink(|link| link.stall_worker(Duration::from_secs(4)))).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    tell(&rooms, "hall", RoomMessage::WithLink(crate::media::RoomLink::fill_queue)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    // What needs the engine now waits a little, and then fails as a whole.
    assert_eq!(try_connect(&rooms, "elsewhere", "eve").await.unwrap_err(), ConnectError::Unavailable);
    let bob = try_connect(&rooms, "hall", "bob").await;
    assert_eq!(leave(&mut ada).await, leave_request::Action::Reconnect);
    drop(bob);
    gone(&rooms, "hall").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    connect(&rooms, "hall", "ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_drains_takes_nobody_in() {
    let rooms = rooms(1);
    let mut ada = connect(&rooms, "hall", "ada").await;
    rooms.drain();
    assert_eq!(try_connect(&rooms, "hall", "bob").await.unwrap_err(), ConnectError::Unavailable);
    rooms.shutdown(Duration::ZERO, Duration::from_secs(3)).await;
    assert_eq!(leave(&mut ada).await, leave_request::Action::Reconnect);
    assert!(rooms.is_empty());
}
