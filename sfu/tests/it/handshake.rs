//! A client and a server come together, on good networks and bad ones.

use std::time::Duration;

use rotunda_sfu::event::TransportFailure;
use rotunda_sfu::params::SrtpProfile;
use rotunda_sfu::transport::{TransportConfig, TransportEvent};

use crate::pair::{Pair, Side, config, default_config};

fn profile(events: &[TransportEvent]) -> Option<SrtpProfile> {
    events.iter().find_map(|event| match event {
        TransportEvent::Connected { profile, .. } => Some(*profile),
        _ => None,
    })
}

#[test]
fn media_and_data_flow_both_ways_with_every_profile() {
    for wanted in TransportConfig::ALL_PROFILES {
        let mut pair = Pair::new(1, default_config(), config(&[wanted]));
        assert!(
            pair.run_until(Duration::from_secs(2), |pair| pair.client.is_connected() && pair.server.is_connected())
        );
        assert_eq!((profile(&pair.client.events), profile(&pair.server.events)), (Some(wanted), Some(wanted)));
        for side in [Side::Client, Side::Server] {
            let packet = pair.rtp(side, 77, 5, b"voice").unwrap();
            assert_eq!(&packet[12..], b"voice");
        }
        assert!(
            pair.run_until(Duration::from_secs(2), |pair| pair.server.opened("_reliable")
                && pair.server.opened("_lossy"))
        );
        for label in ["_reliable", "_lossy"] {
            for (size, byte) in [(0, 0), (1, 1), (1200, 2), (60_000, 3), (65_536, 4)] {
                let message = vec![byte; size];
                let now = pair.now;
                pair.server.transport.send_data(now, label, &message).unwrap();
                pair.client.transport.send_data(now, label, &message).unwrap();
                assert!(pair.run_until(Duration::from_secs(10), |pair| {
                    let arrived = |data: &[(std::sync::Arc<str>, std::sync::Arc<[u8]>)]| {
                        data.iter().any(|(l, m)| &**l == label && **m == message[..])
                    };
                    arrived(&pair.client.data) && arrived(&pair.server.data)
                }));
            }
        }
    }
}

#[test]
fn the_cheapest_common_profile_is_chosen_whatever_the_client_prefers() {
    let clients_taste = [SrtpProfile::Aes128CmHmacSha1_80, SrtpProfile::AeadAes256Gcm, SrtpProfile::AeadAes128Gcm];
    let mut pair = Pair::new(1, config(&clients_taste), default_config());
    assert!(pair.run_until(Duration::from_secs(2), |pair| pair.client.is_connected()));
    assert_eq!(profile(&pair.client.events), Some(SrtpProfile::AeadAes128Gcm));
}

#[test]
fn without_a_common_profile_the_transport_fails() {
    let client = config(&[SrtpProfile::Aes128CmHmacSha1_80]);
    let mut pair = Pair::new(1, client, config(&[SrtpProfile::AeadAes128Gcm]));
    assert!(pair.run_until(Duration::from_secs(2), |pair| {
        pair.server.events.contains(&TransportEvent::Failed(TransportFailure::NoSrtpProfile))
    }));
}

#[test]
fn two_hundred_handshakes_at_15_percent_loss_all_connect() {
    let mut times = Vec::new();
    for seed in 0..200 {
        let mut pair = Pair::with_defaults(seed);
        pair.loss = 0.15;
        let connected =
            pair.run_until(Duration::from_secs(20), |pair| pair.client.is_connected() && pair.server.is_connected());
        assert!(connected, "seed {seed}: {:?} {:?}", pair.client.events, pair.server.events);
        times.push(pair.elapsed());
    }
    times.sort();
    println!("handshakes at 15 % loss: median {:?}, p99 {:?}, worst {:?}", times[100], times[198], times[199]);
    assert!(times[198] <= Duration::from_secs(2), "p99 {:?}", times[198]);
}

#[test]
fn any_single_lost_datagram_is_made_good() {
    let mut clean = Pair::with_defaults(3);
    clean.record = true;
    assert!(
        clean.run_until(Duration::from_secs(5), |pair| pair.server.opened("_reliable") && pair.server.opened("_lossy"))
    );
    let count = clean.sent.len();
    assert!(count >= 10);
    for number in 0..count {
        let mut pair = Pair::with_defaults(3);
        pair.drop_number = Some(number);
        let connected =
            pair.run_until(Duration::from_secs(2), |pair| pair.client.is_connected() && pair.server.is_connected());
        assert!(connected, "without datagram {number} of {count}");
        let opened = pair
            .run_until(Duration::from_secs(10), |pair| pair.server.opened("_reliable") && pair.server.opened("_lossy"));
        assert!(opened, "without datagram {number} of {count}");
    }
}
