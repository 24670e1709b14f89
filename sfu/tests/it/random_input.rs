//! No input makes a transport panic, whatever stage it is in: noise, spoilt copies of real datagrams, and a corpus.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use proptest::prelude::*;
use rotunda_sfu::gate::classify;
use rotunda_sfu::transport::{stun_local_ufrag, worker_of_ufrag};

use crate::pair::{Pair, Side};

/// A handshake and the first data of a call, both directions.
fn recording() -> &'static [(Side, Vec<u8>)] {
    static RECORDING: OnceLock<Vec<(Side, Vec<u8>)>> = OnceLock::new();
    RECORDING.get_or_init(|| {
        let mut pair = Pair::with_defaults(1);
        pair.record = true;
        pair.run_for(Duration::from_secs(3));
        let mut all: Vec<_> = pair.sent.iter().map(|sent| (sent.from, sent.bytes.clone())).collect();
        all.push((Side::Client, pair.seal(Side::Client, 1, 1, b"media")));
        all
    })
}

/// A pair that has just begun, is amidst the handshake, or is in a call.
fn pair_at(stage: u8) -> Pair {
    let mut pair = Pair::with_defaults(1);
    match stage % 4 {
        0 => {}
        1 => {
            pair.run_for(Duration::from_millis(25));
        }
        2 => {
            pair.run_for(Duration::from_millis(45));
        }
        _ => {
            pair.run_for(Duration::from_secs(1));
        }
    }
    pair
}

/// Gives both sides a datagram from each other's address and from a stranger's, and lets what follows happen.
fn feed(pair: &mut Pair, datagram: &[u8]) {
    let _ = (classify(datagram), stun_local_ufrag(datagram).and_then(worker_of_ufrag));
    let stranger: SocketAddr = "[2001:db8::1]:9".parse().unwrap();
    let (now, client, server) = (pair.now, pair.client.address, pair.server.address);
    for source in [client, stranger] {
        pair.server.handle(now, source, datagram);
        let mut bytes = datagram.to_vec();
        // Past the classification, too.
        let _ = pair.server.transport.handle_stun(now, source, &bytes);
        let _ = pair.server.transport.handle_dtls(now, source, &bytes);
        let _ = pair.server.transport.open_rtp(now, source, &mut bytes);
        let _ = pair.server.transport.open_rtcp(now, source, &mut bytes);
    }
    pair.client.handle(now, server, datagram);
}

fn spoil(bytes: &mut Vec<u8>, spoils: &[(u16, u8, u8)]) {
    for (at, value, how) in spoils {
        let at = usize::from(*at) % bytes.len().max(1);
        match how % 4 {
            0 if !bytes.is_empty() => bytes[at] = *value,
            1 if !bytes.is_empty() => bytes[at] ^= 1 << (value % 8),
            2 => bytes.truncate(at),
            _ => bytes.insert(at.min(bytes.len()), *value),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn noise(stage: u8, first in prop::sample::select(vec![0u8, 1, 20, 21, 22, 23, 63, 128, 144, 191]), rest in prop::collection::vec(any::<u8>(), 0..1500)) {
        let mut pair = pair_at(stage);
        let mut datagram = vec![first];
        datagram.extend(rest);
        feed(&mut pair, &datagram);
        pair.run_for(Duration::from_millis(200));
    }

    #[test]
    fn spoilt_copies(stage: u8, picks in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<(u16, u8, u8)>(), 1..6)), 1..20)) {
        let mut pair = pair_at(stage);
        for (pick, spoils) in picks {
            let mut datagram = pick.get(recording()).1.clone();
            spoil(&mut datagram, &spoils);
            feed(&mut pair, &datagram);
        }
        pair.run_for(Duration::from_millis(200));
    }

    #[test]
    fn the_pieces_of_a_handshake_in_any_order(order in prop::collection::vec(any::<prop::sample::Index>(), 1..40)) {
        let mut pair = pair_at(1);
        for pick in order {
            let (from, datagram) = pick.get(recording());
            let (now, client, server) = (pair.now, pair.client.address, pair.server.address);
            match from {
                Side::Client => pair.server.handle(now, client, datagram),
                Side::Server => pair.client.handle(now, server, datagram),
            };
        }
        pair.run_for(Duration::from_secs(1));
    }
}

fn corpus(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "bin"))
        .collect();
    files.sort();
    files
}

#[test]
fn the_corpora_at_every_stage() {
    for name in ["stun", "dtls"] {
        let files = corpus(name);
        assert!(files.len() >= 10, "{name}");
        for stage in 0..4 {
            let mut pair = pair_at(stage);
            for file in &files {
                feed(&mut pair, &std::fs::read(file).unwrap());
            }
            pair.run_for(Duration::from_secs(1));
        }
    }
}
