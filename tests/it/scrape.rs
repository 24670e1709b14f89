//! What an operator sees of a call: the metrics.

use rotunda::metrics::DEFINITIONS;
use rotunda_sfu::params::MediaKind;

use crate::client::{CallServer, metric, try_join};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_shows_in_the_metrics_and_nobodys_name_does() {
    let server = CallServer::start(2).await;
    let mut ada = server.join("secret-hall", "ada").await;
    let mut bob = server.join("secret-hall", "bob").await;
    assert_eq!(try_join(&server.base, "access_token=rubbish").await.err(), Some(401));
    let (track, ssrc) = ada.publish(MediaKind::Audio, "ada-microphone").await;
    let (camera, camera_ssrc) = ada.publish(MediaKind::Video, "ada-camera").await;
    let keyframe = vec![0x10, 0x00, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 7];
    let _talking = (ada.talk(ssrc, |_| vec![1; 100]), ada.talk(camera_ssrc, move |_| keyframe.clone()));
    for _ in 0..50 {
        bob.hear(&track).await;
    }
    bob.hear(&camera).await;
    let scrape = server.scrape().await;
    let value = |name: &str| metric(&scrape, name);
    assert_eq!(value(concat!("rotunda_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"}")), 1.0);
    assert_eq!((value("rotunda_rooms"), value("rotunda_participants")), (1.0, 2.0));
    assert_eq!((value("rotunda_tracks{kind=\"audio\"}"), value("rotunda_tracks{kind=\"video\"}")), (1.0, 1.0));
    assert_eq!(value("rotunda_joins_total{outcome=\"joined\"}"), 2.0);
    assert_eq!(value("rotunda_joins_total{outcome=\"unauthorized\"}"), 1.0);
    assert_eq!(value("rotunda_join_seconds_count"), 2.0);
    assert!(value("rotunda_join_seconds_sum") < 10.0);
    for direction in ["in", "out"] {
        for name in ["datagrams", "datagram_bytes", "rtp_packets", "signal_messages"] {
            let name = format!("rotunda_{name}_total{{direction=\"{direction}\"}}");
            assert!(value(&name) > 0.0, "{name} in\n{scrape}");
        }
        assert!(scrape.contains(&format!("rotunda_nacks_total{{direction=\"{direction}\"}}")));
        assert!(scrape.contains(&format!("rotunda_plis_total{{direction=\"{direction}\"}}")));
    }
    // Our client sends no reports; the server does.
    assert!(value("rotunda_rtcp_packets_total{direction=\"out\"}") > 0.0);
    // One connection to publish, two to subscribe.
    assert_eq!(value("rotunda_transports_connected_total{srtp_profile=\"aead_aes_128_gcm\"}"), 3.0);
    for reason in ["ice_timeout", "dtls_handshake"] {
        assert!(scrape.contains(&format!("rotunda_transport_failures_total{{reason=\"{reason}\"}} 0")));
    }
    assert!(scrape.contains("rotunda_drops_total{reason=\"unauthenticated\"}"));
    assert!(scrape.contains("rotunda_worker_loop_lag_seconds{worker=\"1\"}"));
    for name in ["ada", "bob", "secret-hall", "127.0.0.1"] {
        assert!(!scrape.contains(name), "{name} is in the metrics");
    }
    for line in scrape.lines().filter(|line| !line.starts_with('#')) {
        let name = line.split(['{', ' ']).next().unwrap();
        let name = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
        assert!(DEFINITIONS.iter().any(|definition| definition.name == name), "{name} is in no list");
    }
}
