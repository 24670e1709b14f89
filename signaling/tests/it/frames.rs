//! No bytes from the network make the readers of frames and tokens panic; what they read, they read alike.

use std::time::Duration;

use livekit_protocol::SignalRequest;
use proptest::prelude::*;
use prost::Message;
use rotunda_signaling::{token, wire};

/// Every file of a corpus, with its name.
fn corpus(folder: &str) -> Vec<(String, Vec<u8>)> {
    let path = format!("{}/tests/corpus/{folder}", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[test]
fn frames_of_the_corpus_are_read_or_refused() {
    for (name, bytes) in corpus("frames") {
        let read = match name.rsplit_once('.').unwrap().1 {
            "json" => wire::decode_text(std::str::from_utf8(&bytes).unwrap()),
            _ => wire::decode_binary(&bytes),
        };
        // What a file is for is the first word of its name.
        assert_eq!(read.is_ok(), name.starts_with("valid"), "{name}: {read:?}");
    }
}

#[test]
fn tokens_of_the_corpus_are_refused() {
    for (name, bytes) in corpus("tokens") {
        let text = String::from_utf8_lossy(&bytes);
        let verified = token::verify(text.trim(), Duration::from_secs(1_800_000_000), |key| {
            (key == "devkey").then(|| "secret".into())
        });
        assert_eq!(verified.is_ok(), name.starts_with("valid"), "{name}: {verified:?}");
    }
}

proptest! {
    #[test]
    fn binary_frames_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(request) = wire::decode_binary(&bytes) {
            // Unknown fields aside, a request survives its own form and the other.
            prop_assert_eq!(wire::decode_binary(&request.encode_to_vec()), Ok(request));
        }
    }

    #[test]
    fn text_frames_never_panic(text in "\\PC{0,200}") {
        let _ = wire::decode_text(&text);
    }

    #[test]
    fn json_like_text_never_panics(key in "(offer|mute|addTrack|trackSetting|ping|leave|syncState)", value in "[\\[\\]{}\":,0-9a-z]{0,60}") {
        let _ = wire::decode_text(&format!("{{\"{key}\":{value}}}"));
    }

    #[test]
    fn a_damaged_frame_never_panics(index in 0usize..64, byte in any::<u8>(), cut in 0usize..64) {
        for (name, bytes) in corpus("frames") {
            let mut bytes = bytes;
            if let Some(damaged) = bytes.get_mut(index) {
                *damaged = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            if name.ends_with(".json") {
                let _ = wire::decode_text(&String::from_utf8_lossy(&bytes));
            } else {
                let _ = wire::decode_binary(&bytes);
            }
        }
    }

    #[test]
    fn tokens_never_panic(text in "[A-Za-z0-9_.=-]{0,200}") {
        let _ = token::verify(&text, Duration::from_secs(1_800_000_000), |_| Some("secret".into()));
    }

    #[test]
    fn a_damaged_token_is_refused(index in 0usize..400, letter in "[A-Za-z0-9]") {
        let key = token::SigningKey { key: "devkey".into(), secret: "secret".into() };
        let minted = token::mint(token::Claims { sub: "alice".into(), exp: 1_800_000_100, ..Default::default() }, &key);
        let index = index % minted.len();
        let mut damaged = minted.clone();
        damaged.replace_range(index..=index, &letter);
        // The last letter of a part carries unused bits, and a reader may take several letters for the same bytes.
        let same_bytes = damaged == minted;
        let verified = token::verify(&damaged, Duration::from_secs(1_800_000_000), |_| Some("secret".into()));
        prop_assert!(same_bytes || verified.is_err(), "{damaged}");
    }
}

#[test]
fn every_request_has_a_json_form_that_is_read_back() {
    for (name, bytes) in corpus("frames") {
        // A value of a later enumeration has no JSON form.
        if !name.starts_with("valid") || name.ends_with(".json") || name.contains("enum") {
            continue;
        }
        let request = SignalRequest::decode(&*bytes).unwrap();
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(wire::decode_text(&json), Ok(request), "{name}");
    }
}
