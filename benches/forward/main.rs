//! What one forwarded packet costs: user space alone (rewrite, seal, bookkeeping) and whole (with the sends of the real
//! shell), beside the bare floor of `limit` in the same run.
//!
//! `cargo bench --bench forward -- [--quick] [--json FILE]`, or `-- --count SUBSCRIBERS video|audio gcm|cm` for callgrind: it then does
//! a fixed amount of work in `measured_flush` alone and prints the number of packets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub
)]

#[path = "../limit/mod.rs"]
mod limit;
mod measure;
mod setup;

use std::fmt::Write as _;
use std::time::Duration;

use limit::{BareSender, Method, Sealer};
use measure::{Figure, repeat};
use rotunda_sfu::params::SrtpProfile;
use setup::{Call, Kind};

struct Row {
    kind: Kind,
    profile: SrtpProfile,
    subscribers: usize,
    ingest: Figure,
    user: Figure,
    whole: Figure,
    bare_seal: Figure,
    bare: Vec<(Method, Figure)>,
    datagrams_per_call: f64,
}

fn profile_name(profile: SrtpProfile) -> &'static str {
    match profile {
        SrtpProfile::AeadAes128Gcm => "gcm",
        SrtpProfile::AeadAes256Gcm => "gcm256",
        SrtpProfile::Aes128CmHmacSha1_80 => "cm",
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--count") {
        return count(&arguments[at + 1..]);
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let json = arguments.iter().position(|argument| argument == "--json").and_then(|at| arguments.get(at + 1));
    let counts: &[usize] = if quick { &[1, 10, 100] } else { &[1, 10, 100, 500, 1000] };
    let budget = Duration::from_millis(if quick { 60 } else { 150 });
    let mut rows = Vec::new();
    for profile in [SrtpProfile::AeadAes128Gcm, SrtpProfile::Aes128CmHmacSha1_80] {
        let mut call = Call::new(profile, *counts.last().unwrap());
        for kind in [Kind::Video, Kind::Audio] {
            for &subscribers in counts {
                eprintln!("{} {} to {subscribers} …", profile_name(profile), kind.name());
                rows.push(measure_row(&mut call, kind, profile, subscribers, budget));
            }
        }
    }
    print_table(&rows);
    let text = to_json(&rows);
    match json {
        Some(path) => std::fs::write(path, text).unwrap(),
        None => println!("{text}"),
    }
}

/// The three kinds of measurement take turns, so that a slow moment of the machine falls on all of them.
fn measure_row(call: &mut Call, kind: Kind, profile: SrtpProfile, subscribers: usize, budget: Duration) -> Row {
    call.subscribe(kind, subscribers);
    let packets = kind.packets_per_batch();
    let destinations = call.destinations()[..subscribers].to_vec();
    let mut sealer = Sealer::new(profile, subscribers, kind.payload_size());
    let bare_sender = BareSender::new(call.sending_socket());
    let mut sealed = Vec::new();
    let per_batch = (packets * subscribers) as u64;
    let (mut ingest, mut user, mut whole, mut bare_seal) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut bare: Vec<(Method, Vec<f64>)> = Method::ALL.map(|method| (method, Vec::new())).to_vec();
    let before = call.calls_and_datagrams();
    for _ in 0..7 {
        let mut times = call.run_user(budget);
        ingest.push(times.ingest.as_secs_f64() * 1e9 / (times.batches * packets as u64) as f64);
        user.push(times.egress.as_secs_f64() * 1e9 / (times.batches * per_batch) as f64);
        times = call.run_whole(budget);
        whole.push(times.egress.as_secs_f64() * 1e9 / (times.batches * per_batch) as f64);
        bare_seal.push(repeat(budget / 2, || sealer.seal(packets, &mut sealed)) / per_batch as f64);
        let len = sealer.sealed_len();
        for (method, samples) in &mut bare {
            let mut time = Duration::ZERO;
            let mut batches = 0u64;
            while time < budget {
                let start = std::time::Instant::now();
                sealer.seal(packets, &mut sealed);
                bare_sender.send(*method, &sealed, len, packets, &destinations);
                time += start.elapsed();
                batches += 1;
                call.drain();
            }
            samples.push(time.as_secs_f64() * 1e9 / (batches * per_batch) as f64);
        }
    }
    let after = call.calls_and_datagrams();
    call.unsubscribe();
    Row {
        kind,
        profile,
        subscribers,
        ingest: Figure::of(ingest),
        user: Figure::of(user),
        whole: Figure::of(whole),
        bare_seal: Figure::of(bare_seal),
        bare: bare.into_iter().map(|(method, samples)| (method, Figure::of(samples))).collect(),
        datagrams_per_call: (after.1 - before.1) as f64 / (after.0 - before.0).max(1) as f64,
    }
}

fn print_table(rows: &[Row]) {
    println!(
        "\nns a packet: median (lowest..highest of 7 runs). floor = seal and send bare, the cheapest way of the same run."
    );
    println!(
        "{:<6} {:<5} {:>5} | {:>18} {:>18} | {:>20} {:>6} | {:>18} {:>8} {:>8} {:>8} | {:>6}",
        "kind",
        "srtp",
        "to",
        "ingest",
        "user space",
        "whole",
        "dg/call",
        "bare seal",
        "sendto",
        "sendmmsg",
        "gso",
        "ratio"
    );
    for row in rows {
        let bare = |method: Method| row.bare.iter().find(|(other, _)| *other == method).map_or(0.0, |(_, f)| f.median);
        println!(
            "{:<6} {:<5} {:>5} | {:>18} {:>18} | {:>20} {:>6.1} | {:>18} {:>8.0} {:>8.0} {:>8.0} | {:>6.2}",
            row.kind.name(),
            profile_name(row.profile),
            row.subscribers,
            row.ingest.text(),
            row.user.text(),
            row.whole.text(),
            row.datagrams_per_call,
            row.bare_seal.text(),
            bare(Method::Sendto),
            bare(Method::Sendmmsg),
            bare(Method::Gso),
            row.whole.median / row.floor(),
        );
    }
    let flat = |kind: Kind, profile: SrtpProfile| {
        let of = |row: &&Row| row.kind == kind && row.profile == profile && row.subscribers >= 10;
        let medians: Vec<f64> = rows.iter().filter(of).map(|row| row.user.median).collect();
        let (low, high) = medians.iter().fold((f64::MAX, 0.0f64), |(low, high), m| (low.min(*m), high.max(*m)));
        (high / low - 1.0) * 100.0
    };
    println!(
        "user space from 10 subscribers on varies by {:.0} % (video, gcm) and {:.0} % (audio, gcm)",
        flat(Kind::Video, SrtpProfile::AeadAes128Gcm),
        flat(Kind::Audio, SrtpProfile::AeadAes128Gcm)
    );
}

impl Row {
    fn floor(&self) -> f64 {
        self.bare.iter().map(|(_, figure)| figure.median).fold(f64::MAX, f64::min)
    }
}

fn to_json(rows: &[Row]) -> String {
    let mut out = String::from("[");
    for (number, row) in rows.iter().enumerate() {
        let figure = |f: &Figure| format!("{{\"median\":{:.1},\"low\":{:.1},\"high\":{:.1}}}", f.median, f.low, f.high);
        let bare: Vec<String> = row.bare.iter().map(|(m, f)| format!("\"{}\":{}", m.name(), figure(f))).collect();
        let _ = write!(
            out,
            "{}\n  {{\"kind\":\"{}\",\"srtp\":\"{}\",\"subscribers\":{},\"unit\":\"ns/packet\",\"ingest\":{},\"user\":{},\"whole\":{},\"datagrams_per_call\":{:.2},\"bare_seal\":{},{},\"ratio\":{:.3}}}",
            if number == 0 { "" } else { "," },
            row.kind.name(),
            profile_name(row.profile),
            row.subscribers,
            figure(&row.ingest),
            figure(&row.user),
            figure(&row.whole),
            row.datagrams_per_call,
            figure(&row.bare_seal),
            bare.join(","),
            row.whole.median / row.floor(),
        );
    }
    out.push_str("\n]\n");
    out
}

fn count(arguments: &[String]) {
    let subscribers = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(20);
    let kind = if arguments.get(1).is_some_and(|text| text == "audio") { Kind::Audio } else { Kind::Video };
    let cm = arguments.get(2).is_some_and(|text| text == "cm");
    let profile = if cm { SrtpProfile::Aes128CmHmacSha1_80 } else { SrtpProfile::AeadAes128Gcm };
    let mut call = Call::new(profile, subscribers);
    call.subscribe(kind, subscribers);
    println!("packets {}", call.run_counted(200));
}
