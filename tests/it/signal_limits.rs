//! What a hostile or broken client gets on its WebSocket: nothing that it sends, or does not read, costs anybody else.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::{SignalRequest, SignalResponse, signal_response};
use prost::Message as _;
use tokio_tungstenite::tungstenite::Message;

use crate::client::{CallServer, Socket, connect_raw, token};

async fn raw(server: &CallServer, room: &str, identity: &str) -> Socket {
    connect_raw(&server.base, &format!("access_token={}", token(room, identity))).await.unwrap()
}

/// The close code with which the socket ends, 0 when it just breaks.
async fn close_code(socket: &mut Socket) -> u16 {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let time = deadline.saturating_duration_since(Instant::now());
        match tokio::time::timeout(time, socket.next()).await.expect("the socket stays open") {
            Some(Ok(Message::Close(frame))) => return frame.map_or(0, |frame| frame.code.into()),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return 0,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_large_or_unreadable_messages_close_the_socket() {
    let server = CallServer::start(1).await;
    let mut large = raw(&server, "hall", "large").await;
    let metadata = "x".repeat(100_000);
    let request =
        Request::UpdateMetadata(livekit_protocol::UpdateParticipantMetadata { metadata, ..Default::default() });
    let frame = SignalRequest { message: Some(request) }.encode_to_vec();
    large.send(Message::Binary(frame.into())).await.unwrap();
    assert_eq!(close_code(&mut large).await, 1009);

    let mut huge = raw(&server, "hall", "huge").await;
    huge.send(Message::Binary(vec![0; 300_000].into())).await.unwrap();
    close_code(&mut huge).await;

    let mut rubbish = raw(&server, "hall", "rubbish").await;
    rubbish.send(Message::Binary(vec![0xff; 100].into())).await.unwrap();
    assert_eq!(close_code(&mut rubbish).await, 1007);
    let mut rubbish = raw(&server, "hall", "rubbish").await;
    rubbish.send(Message::Text("{\"answer\":".into())).await.unwrap();
    assert_eq!(close_code(&mut rubbish).await, 1007);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_tomorrow_are_no_reason_to_close() {
    let server = CallServer::start(1).await;
    let mut socket = raw(&server, "hall", "ada").await;
    // Field 999, a string.
    socket.send(Message::Binary(vec![0xba, 0x3e, 0x02, b'h', b'i'].into())).await.unwrap();
    let ping = SignalRequest { message: Some(Request::Ping(1)) }.encode_to_vec();
    socket.send(Message::Binary(ping.into())).await.unwrap();
    loop {
        let Some(Ok(Message::Binary(bytes))) = socket.next().await else { panic!("the socket was closed") };
        if let Some(signal_response::Message::Pong(_)) = SignalResponse::decode(bytes).unwrap().message {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_in_the_form_of_the_last_question() {
    let server = CallServer::start(1).await;
    let mut socket = raw(&server, "hall", "ada").await;
    socket.send(Message::Text("{\"ping\":\"1\"}".into())).await.unwrap();
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) if text.contains("pong") => break,
            Message::Text(_) | Message::Binary(_) | Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_waits_at_its_own_socket() {
    let server = CallServer::start(1).await;
    let mut flood = raw(&server, "hall", "flood").await;
    let mut quiet = raw(&server, "hall", "quiet").await;
    let ping: bytes::Bytes = SignalRequest { message: Some(Request::Ping(7)) }.encode_to_vec().into();
    let flooding = tokio::spawn(async move {
        for _ in 0..20_000 {
            if flood.feed(Message::Binary(ping.clone())).await.is_err() {
                break;
            }
        }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    // Somebody else in the same room is answered at once.
    let start = Instant::now();
    let ping = SignalRequest { message: Some(Request::Ping(1)) }.encode_to_vec();
    quiet.send(Message::Binary(ping.into())).await.unwrap();
    loop {
        let Some(Ok(message)) = quiet.next().await else { panic!("the socket was closed") };
        let Message::Binary(bytes) = message else { continue };
        if let Some(signal_response::Message::Pong(_)) = SignalResponse::decode(bytes).unwrap().message {
            break;
        }
    }
    assert!(start.elapsed() < Duration::from_millis(500), "{:?}", start.elapsed());
    flooding.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_no_sign_of_life_is_cut_off() {
    let server = CallServer::start(1).await;
    // It reads nothing, so it answers no ping.
    let socket = raw(&server, "hall", "silent").await;
    let start = Instant::now();
    while server.scrape().await.contains("rotunda_websockets 1\n") {
        assert!(start.elapsed() < Duration::from_secs(40), "a dead socket is kept");
    }
    drop(socket);
}
