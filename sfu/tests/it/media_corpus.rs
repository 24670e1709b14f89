//! Corpora of RTP, RTCP and payload bytes, whole and spoilt: no input panics, and what we write for a packet can be read.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rotunda_sfu::sim::parsers;

fn corpus(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let digits: String = text.lines().map(|line| line.split('#').next().unwrap()).collect();
            let digits: Vec<u8> = digits.bytes().filter(u8::is_ascii_hexdigit).collect();
            let bytes =
                digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap());
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), bytes.collect())
        })
        .collect();
    files.sort();
    assert!(files.len() >= 8, "{} is nearly empty", folder.display());
    files
}

/// The bytes with a few of them changed, taken out or doubled.
fn spoilt(bytes: &[u8], random: &mut StdRng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.random_range(1..5) {
        if bytes.is_empty() {
            break;
        }
        let at = random.random_range(0..bytes.len());
        match random.random_range(0..5) {
            0 => bytes[at] = random.random(),
            1 => bytes[at] ^= 1 << random.random_range(0..8),
            2 => bytes.truncate(at),
            3 => {
                bytes.remove(at);
            }
            _ => {
                let again = bytes[at..].to_vec();
                bytes.extend(again);
            }
        }
    }
    bytes.truncate(2048);
    bytes
}

#[test]
fn rtp_packets_whole_and_spoilt() {
    let mut random = StdRng::seed_from_u64(1);
    for (name, bytes) in corpus("rtp") {
        // The file's name says whether it is to be taken.
        assert_eq!(parsers::rtp(&bytes), !name.starts_with("refused"), "{name}");
        for _ in 0..3000 {
            parsers::rtp(&spoilt(&bytes, &mut random));
        }
    }
}

#[test]
fn rtcp_datagrams_whole_and_spoilt() {
    let mut random = StdRng::seed_from_u64(2);
    for (name, bytes) in corpus("rtcp") {
        let parts: usize = name.rsplit('_').next().unwrap().parse().unwrap();
        assert_eq!(parsers::rtcp(&bytes), parts, "{name}");
        for _ in 0..3000 {
            let spoilt = spoilt(&bytes, &mut random);
            assert!(parsers::rtcp(&spoilt) <= spoilt.len() / 4);
            parsers::arrivals(&spoilt);
        }
    }
}

#[test]
fn payloads_whole_and_spoilt() {
    let mut random = StdRng::seed_from_u64(3);
    for (_, bytes) in corpus("payload") {
        parsers::payload(&bytes);
        for _ in 0..3000 {
            parsers::payload(&spoilt(&bytes, &mut random));
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_at_all_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        parsers::rtp(&bytes);
        parsers::rtcp(&bytes);
        parsers::payload(&bytes);
        parsers::arrivals(&bytes);
    }
}
