//! The `webrtc` crate, which shares no line of ICE or SRTP with us, connects over real sockets and exchanges media and data.

use std::time::{Duration, Instant};

use rotunda_sfu::event::TransportFailure;
use rotunda_sfu::params::{Fingerprint, SrtpProfile};
use rotunda_sfu::transport::{TransportConfig, TransportEvent};
use webrtc::peer_connection::RTCSessionDescription;

use crate::pair::channels;
use crate::webrtc_support::{LoopbackServer, PEER_SSRC, WebrtcPeer, remote_parameters};

const PATIENCE: Duration = Duration::from_secs(20);

/// The peer offers (as a publisher does), we answer.
async fn answered(server: &mut LoopbackServer, label: &str) -> WebrtcPeer {
    let peer = WebrtcPeer::new().await;
    let offer = peer.offer(label).await;
    server.transport.connect(Instant::now(), remote_parameters(&offer));
    let answer = RTCSessionDescription::answer(server.answer(&offer)).unwrap();
    peer.connection.set_remote_description(answer).await.unwrap();
    peer
}

async fn exchange_media(server: &mut LoopbackServer, peer: &WebrtcPeer) {
    for round in 0..40u16 {
        peer.send_rtp(round, &[round as u8; 160]).await;
        server.send_rtp(65_500 + u64::from(round), &[round as u8; 160]).await;
        server.run_until(Duration::from_millis(10), |_| false).await;
    }
    let both =
        server.run_until(PATIENCE, |server| server.rtp.len() >= 35 && peer.seen.lock().unwrap().rtp.len() >= 35).await;
    assert!(both, "{} here, {} there", server.rtp.len(), peer.seen.lock().unwrap().rtp.len());
    assert!(
        server.rtp.iter().all(|packet| packet[8..12] == PEER_SSRC.to_be_bytes() && packet.ends_with(&[packet[3]; 160]))
    );
    assert!(peer.seen.lock().unwrap().rtp.iter().all(|payload| payload.len() == 160));
}

async fn exchange_data(server: &mut LoopbackServer, peer: &WebrtcPeer, label: &str) {
    for message in [vec![], vec![7], vec![8; 1200], vec![9; 60_000]] {
        peer.send_data(label, &message).await;
        server.transport.send_data(Instant::now(), label, &message).unwrap();
        let both = server
            .run_until(PATIENCE, |server| {
                server.data.iter().any(|(l, m)| &**l == label && **m == message[..])
                    && peer.seen.lock().unwrap().messages.iter().any(|(l, m)| l == label && *m == message)
            })
            .await;
        assert!(both, "{label}: {} bytes", message.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_that_offers_exchanges_media_and_data_with_gcm_and_with_cm() {
    for (profiles, chosen) in [
        (&TransportConfig::ALL_PROFILES[..], SrtpProfile::AeadAes128Gcm),
        (&[SrtpProfile::AeadAes256Gcm], SrtpProfile::AeadAes256Gcm),
        (&[SrtpProfile::Aes128CmHmacSha1_80], SrtpProfile::Aes128CmHmacSha1_80),
    ] {
        let mut server = LoopbackServer::new(1, profiles, vec![]).await;
        let peer = answered(&mut server, "_reliable").await;
        assert!(server.run_until(PATIENCE, |server| server.transport.is_connected() && peer.has_open(1)).await);
        assert_eq!(server.profile(), Some(chosen));
        exchange_media(&mut server, &peer).await;
        exchange_data(&mut server, &peer, "_reliable").await;
        peer.connection.close().await.unwrap();
        let closed = TransportEvent::Failed(TransportFailure::PeerClosed);
        assert!(server.run_until(PATIENCE, |server| server.events.contains(&closed)).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_that_answers_gets_the_channels_that_we_open() {
    let mut server = LoopbackServer::new(2, &TransportConfig::ALL_PROFILES, channels()).await;
    let peer = WebrtcPeer::new().await;
    let answer = peer.answer(&server.offer()).await;
    // The handshake may be over before the answer arrives: what comes early is kept until the peer's fingerprint is known.
    server.run_until(Duration::from_secs(1), |_| false).await;
    assert!(!server.transport.is_connected());
    server.transport.connect(Instant::now(), remote_parameters(&answer));
    let ready = server.run_until(PATIENCE, |server| server.transport.is_connected() && peer.has_open(2)).await;
    assert!(ready, "{:?} {answer}", server.events);
    exchange_data(&mut server, &peer, "_reliable").await;
    exchange_data(&mut server, &peer, "_lossy").await;
    for index in 0..40 {
        server.send_rtp(index, &[5; 160]).await;
        server.run_until(Duration::from_millis(5), |_| false).await;
    }
    assert!(server.run_until(PATIENCE, |_| peer.seen.lock().unwrap().rtp.len() >= 35).await);
    peer.connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_the_sdp_does_not_name_ends_everything() {
    let mut server = LoopbackServer::new(3, &TransportConfig::ALL_PROFILES, vec![]).await;
    let peer = WebrtcPeer::new().await;
    let offer = peer.offer("data").await;
    let mut remote = remote_parameters(&offer);
    remote.fingerprint = Fingerprint([7; 32]);
    server.transport.connect(Instant::now(), remote);
    let answer = RTCSessionDescription::answer(server.answer(&offer)).unwrap();
    peer.connection.set_remote_description(answer).await.unwrap();
    let failed = TransportEvent::Failed(TransportFailure::FingerprintMismatch);
    assert!(server.run_until(PATIENCE, |server| server.events.contains(&failed)).await);
    assert!(server.profile().is_none() && server.transport.seal_rtp(1, &[0x80; 12], &[b"x"], &mut [0; 99]).is_none());
    peer.connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn handshakes_at_15_percent_loss_connect() {
    let tries: Vec<_> = (0..8)
        .map(|seed| {
            tokio::spawn(async move {
                let mut server = LoopbackServer::new(100 + seed, &TransportConfig::ALL_PROFILES, vec![]).await;
                server.loss = 0.15;
                let peer = answered(&mut server, "data").await;
                let connected = server.run_until(PATIENCE, |server| server.transport.is_connected()).await;
                peer.connection.close().await.unwrap();
                connected
            })
        })
        .collect();
    for (seed, connected) in tries.into_iter().enumerate() {
        assert!(connected.await.unwrap(), "try {seed}");
    }
}
