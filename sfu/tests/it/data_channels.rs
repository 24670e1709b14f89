//! Messages over data channels: none is lost, none goes to the wrong channel, and nobody can make the other side hoard them.

use std::time::Duration;

use allocation_counter::measure;
use rotunda_sfu::event::TransportFailure;
use rotunda_sfu::transport::{DataError, TransportEvent};

use crate::pair::Pair;

#[test]
fn messages_sent_while_a_channel_opens_arrive_in_order() {
    let mut pair = Pair::with_defaults(1);
    assert!(pair.run_until(Duration::from_secs(2), |pair| pair.server.is_connected()));
    let now = pair.now;
    assert!(!pair.server.opened("_reliable"));
    for number in 0..20u8 {
        pair.server.transport.send_data(now, "_reliable", &[number; 10]).unwrap();
    }
    assert!(pair.run_until(Duration::from_secs(5), |pair| pair.client.data.len() == 20));
    assert!(
        pair.client.data.iter().zip(0..).all(|((label, message), n)| &**label == "_reliable" && **message == [n; 10])
    );
}

#[test]
fn a_reliable_channel_survives_loss_without_a_gap() {
    let mut pair = Pair::connected(2);
    pair.loss = 0.15;
    for number in 0..300u32 {
        let now = pair.now;
        pair.server.transport.send_data(now, "_reliable", &number.to_be_bytes()).unwrap();
        pair.client.transport.send_data(now, "_reliable", &number.to_be_bytes()).unwrap();
        pair.run_for(Duration::from_millis(10));
    }
    assert!(
        pair.run_until(Duration::from_secs(60), |pair| pair.client.data.len() == 300 && pair.server.data.len() == 300)
    );
    for data in [&pair.client.data, &pair.server.data] {
        assert!(data.iter().zip(0u32..).all(|((_, message), number)| **message == number.to_be_bytes()));
    }
}

#[test]
fn a_slow_reader_slows_the_sender_and_loses_nothing() {
    let mut pair = Pair::connected(3);
    pair.server.reads_data = false;
    let mut sent = 0u32;
    let held = measure(|| {
        for _ in 0..3000 {
            let now = pair.now;
            let mut message = sent.to_be_bytes().to_vec();
            message.resize(4000, 7);
            match pair.client.transport.send_data(now, "_reliable", &message) {
                Ok(()) => sent += 1,
                Err(error) => assert_eq!(error, DataError::BufferFull),
            }
            pair.run_for(Duration::from_millis(10));
        }
    });
    assert!(sent > 100 && sent < 1000, "{sent} messages were taken");
    assert!(held.bytes_current < 2 << 20, "both sides hold {} bytes", held.bytes_current);
    assert!(pair.server.data.is_empty());
    pair.server.reads_data = true;
    assert!(pair.run_until(Duration::from_secs(300), |pair| pair.server.data.len() == sent as usize));
    assert!(pair.server.data.iter().zip(0u32..).all(|((_, message), number)| message[..4] == number.to_be_bytes()));
}

#[test]
fn a_long_transfer_is_not_held_up_by_the_bounds() {
    for (loss, small) in [(0.0, false), (0.0, true), (0.01, false)] {
        let mut pair = Pair::connected(6);
        pair.loss = loss;
        let (size, count) = if small { (100, 20_000u32) } else { (60_000, 60) };
        let (begin, mut sent) = (pair.now, 0u32);
        let all = pair.run_until(Duration::from_secs(120), |pair| {
            let mut message = sent.to_be_bytes().to_vec();
            message.resize(size, 7);
            let now = pair.now;
            while sent < count && pair.client.transport.send_data(now, "_reliable", &message).is_ok() {
                sent += 1;
                message[..4].copy_from_slice(&sent.to_be_bytes());
            }
            pair.server.data.len() == count as usize
        });
        let took = pair.now - begin;
        println!("{count} messages of {size} bytes at {loss} loss took {took:?}");
        assert!(all && took < Duration::from_secs(60), "{took:?}, {} of {count}", pair.server.data.len());
        assert!(pair.server.data.iter().zip(0u32..).all(|((_, message), number)| message[..4] == number.to_be_bytes()));
    }
}

#[test]
fn what_cannot_be_sent_says_why() {
    let mut pair = Pair::with_defaults(4);
    let now = pair.now;
    assert_eq!(pair.server.transport.send_data(now, "_reliable", b"x"), Err(DataError::NotOpen));
    let mut pair = Pair::connected(4);
    let now = pair.now;
    assert_eq!(pair.server.transport.send_data(now, "nobody's", b"x"), Err(DataError::NotOpen));
    assert_eq!(pair.server.transport.send_data(now, "_reliable", &vec![0; 65_537]), Err(DataError::TooLarge));
    let full = (0..100).map(|_| pair.server.transport.send_data(now, "_reliable", &[0; 60_000])).find(Result::is_err);
    assert_eq!(full, Some(Err(DataError::BufferFull)));
}

#[test]
fn closing_says_goodbye() {
    let mut pair = Pair::connected(5);
    let now = pair.now;
    pair.server.transport.close(now);
    let closed = TransportEvent::Failed(TransportFailure::PeerClosed);
    assert!(pair.run_until(Duration::from_secs(1), |pair| pair.client.events.contains(&closed)));
    assert_eq!(pair.server.transport.send_data(now, "_reliable", b"x"), Err(DataError::NotOpen));
    assert!(!pair.server.is_connected());
}
