//! Datagrams of strangers, forged and repeated ones: they are dropped, answered with nothing, and leave memory as it was.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rotunda_sfu::gate::{DatagramKind, classify};
use rotunda_sfu::send_arena::SendArena;
use rotunda_sfu::transport::{DropReason, Transport, TransportConfig};

use crate::pair::{Pair, Side, config, default_config, rtp_header};

const FLOOD: usize = 20_000;

fn record(content: u8, epoch: u16, sequence: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![content, 0xfe, 0xfd];
    bytes.extend(epoch.to_be_bytes());
    bytes.extend(&sequence.to_be_bytes()[2..]);
    bytes.extend((body.len() as u16).to_be_bytes());
    bytes.extend(body);
    bytes
}

/// A handshake record of 1 kB that looks like a whole message of this number.
fn handshake_record(kind: u8, message: u16, sequence: u64) -> Vec<u8> {
    let mut body = vec![kind, 0, 4, 0];
    body.extend(message.to_be_bytes());
    body.extend([0, 0, 0, 0, 4, 0]);
    body.extend([0x55; 1024]);
    record(22, 0, sequence, &body)
}

fn deliver(transport: &mut Transport, now: Instant, source: SocketAddr, datagram: &mut [u8]) -> Result<(), DropReason> {
    match classify(datagram) {
        DatagramKind::Stun => transport.handle_stun(now, source, datagram),
        DatagramKind::Dtls => transport.handle_dtls(now, source, datagram),
        DatagramKind::Rtp => transport.open_rtp(now, source, datagram).map(drop),
        DatagramKind::Rtcp => transport.open_rtcp(now, source, datagram).map(drop),
        DatagramKind::Junk => Err(DropReason::Malformed),
    }
}

/// What `attack` leaves allocated, and how many datagrams the transport sends because of it.
fn aftermath(pair: &mut Pair, mut attack: impl FnMut(&mut Transport, Instant, SocketAddr)) -> (i64, usize) {
    pair.run_for(Duration::from_millis(100));
    let mut arena = SendArena::default();
    let (now, source) = (pair.now, pair.client.address);
    // Once for what is allocated once.
    attack(&mut pair.server.transport, now, source);
    pair.server.transport.poll_transmit(now, &mut arena).unwrap();
    arena.clear();
    let used = measure(|| attack(&mut pair.server.transport, now, source));
    pair.server.transport.poll_transmit(now, &mut arena).unwrap();
    (used.bytes_current, arena.datagrams().len())
}

fn still_works(pair: &mut Pair, index: u64) {
    assert!(pair.rtp(Side::Client, 1, index, b"still here").is_some());
    let now = pair.now;
    pair.client.transport.send_data(now, "_reliable", b"still here").unwrap();
    assert!(pair.run_until(Duration::from_secs(5), |pair| pair.server.data.iter().any(|(_, m)| &**m == b"still here")));
}

#[test]
fn forged_handshake_records_after_the_handshake() {
    let mut pair = Pair::connected(1);
    let left = aftermath(&mut pair, |server, now, source| {
        for number in 0..FLOOD as u64 {
            let datagram = handshake_record([1, 11, 16, 20][number as usize % 4], number as u16, 1000 + number);
            assert_eq!(server.handle_dtls(now, source, &datagram), Err(DropReason::Unauthenticated));
        }
    });
    assert_eq!(left, (0, 0));
    still_works(&mut pair, 1);
}

#[test]
fn forged_encrypted_records_and_alerts_after_the_handshake() {
    let mut pair = Pair::connected(2);
    let left = aftermath(&mut pair, |server, now, source| {
        for number in 0..2000u64 {
            let _ = server.handle_dtls(now, source, &record(23, 1, 1000 + number, &[0x77; 200]));
            let _ = server.handle_dtls(now, source, &record(21, 1, 1000 + number, &[0x77; 26]));
            let _ = server.handle_dtls(now, source, &record(22, 1, 1000 + number, &[0x77; 48]));
            let _ = server.handle_dtls(now, source, &record(22, 2, 1000 + number, &[0x77; 48]));
            assert!(server.handle_dtls(now, source, &record(21, 0, 1000 + number, &[2, 0])).is_err());
        }
    });
    assert_eq!(left, (0, 0));
    still_works(&mut pair, 1);
}

#[test]
fn forged_records_before_the_handshake_ends_are_bounded() {
    let mut pair = Pair::with_defaults(3);
    pair.run_until(Duration::from_secs(1), |pair| pair.server.transport.destination().is_some());
    let (now, source) = (pair.now, pair.client.address);
    let used = measure(|| {
        for number in 0..FLOOD as u64 {
            let _ = pair.server.transport.handle_dtls(now, source, &handshake_record(1, number as u16, number));
            let _ = pair.server.transport.handle_dtls(now, source, &handshake_record(16, number as u16, number));
            let _ = pair.server.transport.handle_dtls(now, source, &record(23, 1, number, &[1; 1000]));
        }
    });
    assert!(used.bytes_current < 200_000, "{}", used.bytes_current);
}

#[test]
fn further_client_hellos_amid_the_handshake_are_bounded() {
    let mut pair = Pair::with_defaults(9);
    // Both ClientHellos of the client are in, its certificate is not.
    pair.run_for(Duration::from_millis(55));
    let (now, source) = (pair.now, pair.client.address);
    let used = measure(|| {
        for number in 0..FLOOD as u64 {
            let _ = pair.server.transport.handle_dtls(now, source, &handshake_record(1, number as u16, 1000 + number));
        }
    });
    assert!(used.bytes_current < 100_000, "{}", used.bytes_current);
    assert!(pair.run_until(Duration::from_secs(2), |pair| pair.server.is_connected()));
}

#[test]
fn forged_ssrcs() {
    for profile in TransportConfig::ALL_PROFILES {
        let mut pair = Pair::new(4, default_config(), config(&[profile]));
        assert!(pair.run_until(Duration::from_secs(2), |pair| pair.server.opened("_reliable")));
        assert!(pair.rtp(Side::Client, 1, 1, b"first").is_some());
        let mut datagram = vec![0; 200];
        let left = aftermath(&mut pair, |server, now, source| {
            for ssrc in 1000..1000 + FLOOD as u32 {
                datagram.fill(0x31);
                datagram[..12].copy_from_slice(&rtp_header(ssrc, ssrc as u16));
                assert_eq!(server.open_rtp(now, source, &mut datagram), Err(DropReason::Unauthenticated));
                datagram.fill(0xb1);
                datagram[..2].copy_from_slice(&[0x81, 201]);
                datagram[4..8].copy_from_slice(&ssrc.to_be_bytes());
                assert_eq!(server.open_rtcp(now, source, &mut datagram), Err(DropReason::Unauthenticated));
            }
        });
        assert_eq!(left, (0, 0));
        still_works(&mut pair, 2);
    }
}

#[test]
fn stray_datagrams_from_anywhere() {
    let mut pair = Pair::connected(5);
    let mut rng = StdRng::seed_from_u64(5);
    let mut recorded = Pair::with_defaults(6);
    recorded.record = true;
    recorded.run_for(Duration::from_secs(1));
    let left = aftermath(&mut pair, |server, now, _| {
        for round in 0..FLOOD {
            let stranger = SocketAddr::from(([198, 51, 100, rng.random()], rng.random_range(1..=u16::MAX)));
            let mut datagram = recorded.sent[round % recorded.sent.len()].bytes.clone();
            assert!(deliver(server, now, stranger, &mut datagram).is_err());
            let mut noise = [0; 300];
            rng.fill(&mut noise);
            assert!(deliver(server, now, stranger, &mut noise).is_err());
        }
    });
    assert_eq!(left, (0, 0));
    still_works(&mut pair, 1);
}

#[test]
fn every_packet_of_a_call_repeated_five_times() {
    let mut pair = Pair::with_defaults(7);
    pair.record = true;
    assert!(
        pair.run_until(Duration::from_secs(5), |pair| pair.server.opened("_reliable") && pair.client.is_connected())
    );
    let now = pair.now;
    for number in 0..50u8 {
        pair.client.transport.send_data(now, "_reliable", &[number; 100]).unwrap();
    }
    pair.run_for(Duration::from_secs(5));
    let mut recorded = pair.sent.clone();
    for index in 0..100 {
        let bytes = pair.seal(Side::Client, 9, index, &[index as u8; 50]);
        let (source, destination) = (pair.client.address, pair.server.address);
        assert!(pair.server.handle(now, source, &bytes).is_some());
        recorded.push(crate::pair::Sent { from: Side::Client, source, destination, bytes });
    }
    let messages = pair.server.data.len();
    let (events, destination) = (pair.server.events.len(), pair.server.transport.destination());
    for sent in recorded.iter().filter(|sent| sent.from == Side::Client) {
        for _ in 0..5 {
            let now = pair.now;
            assert!(pair.server.handle(now, sent.source, &sent.bytes).is_none(), "a repeated packet was opened");
        }
    }
    pair.run_for(Duration::from_secs(10));
    assert_eq!(pair.server.data.len(), messages, "a repeated message was delivered");
    assert_eq!((pair.server.events.len(), pair.server.transport.destination()), (events, destination));
    still_works(&mut pair, 1000);
}

#[test]
fn media_is_opened_and_sealed_without_allocation() {
    for profile in TransportConfig::ALL_PROFILES {
        let mut pair = Pair::new(8, default_config(), config(&[profile]));
        assert!(
            pair.run_until(Duration::from_secs(2), |pair| pair.client.is_connected() && pair.server.is_connected())
        );
        assert!(pair.rtp(Side::Client, 1, 1, b"first").is_some());
        let (now, source) = (pair.now, pair.client.address);
        let mut sealed: Vec<_> = (2..500).map(|index| pair.seal(Side::Client, 1, index, &[1; 1100])).collect();
        let header = rtp_header(5, 6);
        let mut out = [0; 1500];
        let mut rtcp = vec![0x80, 201, 0, 1, 0, 0, 0, 1];
        rtcp.extend([0; 24]);
        pair.server.transport.seal_rtcp(&rtcp, &mut out).unwrap();
        let used = measure(|| {
            for packet in &mut sealed {
                pair.server.transport.open_rtp(now, source, packet).unwrap();
            }
            for index in 0..500 {
                pair.server.transport.seal_rtp(index, &header, &[&[2; 1100]], &mut out).unwrap();
                pair.server.transport.seal_rtp(index, &header, &[&[2; 3], &[3; 900]], &mut out).unwrap();
                pair.server.transport.seal_rtcp(&rtcp, &mut out).unwrap();
            }
        });
        assert_eq!((used.count_total, used.bytes_current), (0, 0), "{profile:?}");
    }
}
