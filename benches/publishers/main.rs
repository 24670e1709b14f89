//! People who are only seen: each publishes pictures that a browser really decodes, and receives nothing. What a page with many
//! tiles is measured with (`make bench-web`).
//!
//! `publishers --url http://127.0.0.1:7880 --room room1 --pictures FOLDER` reads `<person>-<number>.webp` (lossy), sends each
//! person's pictures in turn until standard input ends (ten minutes at most), and prints `ready` when all are published. The server
//! must take the development key.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs
)] // it shares the tests' client

#[path = "../../tests/it/client/mod.rs"]
mod client;
mod picture;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Arg, ArgAction, Command, value_parser};
use rotunda_sfu::params::MediaKind;

use client::{Client, token, try_join};

const INTERVAL: Duration = Duration::from_millis(66);
const TICKS_PER_INTERVAL: u32 = 90 * 66;
const LIMIT: Duration = Duration::from_secs(600);
/// Room for headers and the tag within what every path carries.
const MAX_PAYLOAD: usize = 1100;

struct Arguments {
    /// Where the server is.
    url: String,
    /// The room's name on the wire.
    room: String,
    /// The folder with the pictures.
    pictures: PathBuf,
}

impl Arguments {
    fn read() -> Self {
        let required = |name: &'static str| Arg::new(name).long(name).required(true);
        let mut matches = Command::new("publishers")
            .arg(required("url"))
            .arg(required("room"))
            .arg(required("pictures").value_parser(value_parser!(PathBuf)))
            // What `cargo bench` adds.
            .arg(Arg::new("bench").long("bench").hide(true).action(ArgAction::SetTrue))
            .get_matches();
        let mut text = |name| matches.remove_one::<String>(name).unwrap();
        let (url, room) = (text("url"), text("room"));
        Self { url, room, pictures: matches.remove_one("pictures").unwrap() }
    }
}

/// Each person's pictures, as VP8 keyframes.
fn read(folder: &Path) -> BTreeMap<String, Vec<Vec<u8>>> {
    let mut people = BTreeMap::<String, BTreeMap<u32, Vec<u8>>>::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let (person, number) = name.rsplit_once('-').unwrap_or_else(|| panic!("{name} is not <person>-<number>"));
        let frame = picture::keyframe(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|| panic!("{} is no lossy WebP picture", path.display()));
        people.entry(person.to_owned()).or_default().insert(number.parse().unwrap(), frame);
    }
    people.into_iter().map(|(person, frames)| (person, frames.into_values().collect())).collect()
}

async fn publish(client: Client, ssrc: u32, frames: Vec<Vec<u8>>) {
    let mut every = tokio::time::interval(INTERVAL);
    for (number, frame) in (0u32..).zip(frames.iter().cycle()) {
        every.tick().await;
        let packets = picture::packets(frame, MAX_PAYLOAD);
        let last = packets.len() - 1;
        for (index, payload) in packets.iter().enumerate() {
            client.send_rtp(ssrc, number.wrapping_mul(TICKS_PER_INTERVAL), index == last, payload);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let Arguments { url, room, pictures } = Arguments::read();
    let mut sending = tokio::task::JoinSet::new();
    for (person, frames) in read(&pictures) {
        let query = format!("access_token={}&auto_subscribe=0&protocol=15&sdk=rust&version=0", token(&room, &person));
        let mut client = try_join(&url, &query).await.unwrap_or_else(|status| panic!("{person} was refused: {status}"));
        let (_, ssrc) = client.publish(MediaKind::Video, &format!("camera-{person}")).await;
        client.connected(true).await;
        sending.spawn(publish(client, ssrc, frames));
    }
    println!("ready");
    let (end, ended) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        let _ = end.send(());
    });
    tokio::select! {
        _ = ended => {}
        () = tokio::time::sleep(LIMIT) => {}
        _ = sending.join_next() => panic!("a publisher ended"),
    }
}
