//! How calls end from the server's side: everyone is told, at once.

use std::time::{Duration, Instant};

use livekit_protocol::{DisconnectReason, leave_request::Action};
use rotunda::calls::Calls as _;
use rotunda_sfu::params::MediaKind;

use crate::client::{CallServer, Heard, metric};

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_closed_tells_everyone_within_a_second() {
    let server = CallServer::start(2).await;
    let mut people = vec![server.join("hall", "ada").await, server.join("hall", "bob").await];
    let mut elsewhere = server.join("other", "eve").await;
    for client in &mut people {
        client.connected(false).await;
    }
    let start = Instant::now();
    server.calls().close_room("hall");
    for client in &mut people {
        let leave = client.left().await;
        assert_eq!((leave.reason(), leave.action()), (DisconnectReason::RoomDeleted, Action::Disconnect));
        client.wait("the end of the socket", |heard| matches!(heard, Heard::Closed(_)).then_some(())).await;
    }
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    elsewhere.publish(MediaKind::Audio, "microphone").await;
    assert!(!server.calls().rooms().is_open("hall"));
    // The name is free again.
    server.join("hall", "ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_sends_its_clients_to_the_next_one() {
    let server = CallServer::start(2).await;
    let mut people = Vec::new();
    for room in ["one", "two", "three"] {
        people.push(server.join(room, "ada").await);
    }
    let start = Instant::now();
    let stopping = tokio::spawn(server.server.shutdown());
    for client in &mut people {
        let leave = client.left().await;
        assert_eq!((leave.reason(), leave.action()), (DisconnectReason::ServerShutdown, Action::Reconnect));
    }
    stopping.await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_talking_to_a_room_that_ends_is_told_nevertheless() {
    let server = CallServer::start(2).await;
    for round in 0..20 {
        let room = format!("hall-{round}");
        let mut ada = server.join(&room, "ada").await;
        let ping = livekit_protocol::signal_request::Message::Ping(1);
        for _ in 0..600 {
            ada.request(ping.clone());
        }
        // Some have been answered by now, and some are under way.
        tokio::time::sleep(Duration::from_millis(2)).await;
        server.calls().close_room(&room);
        assert_eq!(ada.left().await.reason(), DisconnectReason::RoomDeleted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_put_out_of_every_room() {
    let server = CallServer::start(2).await;
    let mut tabs = vec![server.join("one", "7:tab-a").await, server.join("two", "7:tab-b").await];
    let mut other = server.join("one", "70:tab").await;
    server.calls().disconnect_account(rotunda::store::UserId(7));
    for client in &mut tabs {
        assert_eq!(client.left().await.reason(), DisconnectReason::ParticipantRemoved);
    }
    other.publish(MediaKind::Audio, "microphone").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_crashes_is_gone_after_a_while_with_all_that_belonged_to_it() {
    let server = CallServer::start(1).await;
    let mut ada = server.join("hall", "ada").await;
    let mut bob = server.join("hall", "bob").await;
    ada.publish(MediaKind::Audio, "microphone").await;
    ada.connected(true).await;
    ada.crash();
    // It could have come back for 10 s.
    bob.wait_within(Duration::from_secs(20), "the leaving", |heard| match heard {
        Heard::Signal(response) => match &**response {
            livekit_protocol::signal_response::Message::Update(update) => update
                .participants
                .iter()
                .any(|who| {
                    who.identity == "ada" && who.state() == livekit_protocol::participant_info::State::Disconnected
                })
                .then_some(()),
            _ => None,
        },
        _ => None,
    })
    .await;
    let scrape = server.scrape().await;
    assert_eq!(metric(&scrape, "rotunda_media_held{what=\"participants\"}"), 1.0);
    assert_eq!(metric(&scrape, "rotunda_media_held{what=\"publications\"}"), 0.0);
    assert_eq!(metric(&scrape, "rotunda_participants"), 1.0);
    assert_eq!(metric(&scrape, "rotunda_tracks{kind=\"audio\"}"), 0.0);
}
