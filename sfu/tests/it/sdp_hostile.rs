//! No text makes the negotiators panic, loop or grow: mutations of the captured descriptions, and texts built to hurt.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rotunda_sfu::limits::*;
use rotunda_sfu::params::{Codec, MediaKind};
use rotunda_sfu::sdp::{Answerer, Bounded, CodecPolicy, OfferedTrack, Offerer, SdpError, TrackHints, parse_candidate};

use crate::sdp_support::*;

/// Far above what any text takes (a few milliseconds), so that a busy machine does not fail the test, and far below what
/// quadratic work on a quarter of a megabyte takes.
const LONGEST: Duration = Duration::from_millis(50);

fn hints(_: &OfferedTrack<'_>) -> TrackHints {
    TrackHints { stereo: true, codec: Some(Codec::H264), ..TrackHints::default() }
}

fn offer(text: &str) -> Result<(), SdpError> {
    Answerer::new(local(), CodecPolicy::default()).handle_offer(text, || ice("x"), hints).map(drop)
}

/// Whatever is accepted is answered in good form, section by section, and accepted again.
fn check_accepted(text: &str) {
    let mut answerer = Answerer::new(local(), CodecPolicy::default());
    let Ok(first) = answerer.handle_offer(text, || ice("x"), hints) else { return };
    assert!(first.tracks.len() <= MAX_SECTIONS);
    let is_line =
        |line: &str| matches!(line.as_bytes(), [b'a'..=b'z', b'=', rest @ ..] if rest.is_ascii() && !rest.is_empty());
    assert!(first.sdp.split_terminator("\r\n").all(is_line), "{}", first.sdp);
    let sections = |text: &str| text.lines().filter(|line| line.starts_with("m=")).count();
    assert_eq!(sections(&first.sdp), sections(text));
    let again = answerer.handle_offer(text, || ice("y"), hints).unwrap();
    assert_eq!(again.tracks, first.tracks);
}

fn answer(text: &str) -> Result<(), SdpError> {
    let mut offerer = Offerer::new(local(), true);
    for (kind, codec) in
        [(MediaKind::Audio, codec(Codec::Opus, 111, "")), (MediaKind::Video, codec(Codec::Vp8, 96, ""))]
    {
        offerer.add_track(kind, &[codec], "PA_x|TR_y", "TR_y", "PA_x").unwrap();
    }
    let offer = offerer.poll_offer().unwrap();
    offerer.handle_answer(offer.id, text).map(drop)
}

fn timed(text: &str) -> Duration {
    let work = || {
        let start = Instant::now();
        let _ = offer(text);
        let _ = answer(text);
        for line in text.lines().take(1000) {
            parse_candidate(line);
        }
        start.elapsed()
    };
    // The best of three: others may use the machine.
    (0..3).map(|_| work()).find(|time| *time <= LONGEST).unwrap_or_else(work)
}

/// One way to spoil a text.
#[derive(Clone, Debug)]
enum Mutation {
    Delete { at: prop::sample::Index, bytes: usize },
    Insert { at: prop::sample::Index, text: String },
    Repeat { line: prop::sample::Index, times: usize },
    Swap { a: prop::sample::Index, b: prop::sample::Index },
    Splice { from: prop::sample::Index, at: prop::sample::Index },
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = any::<prop::sample::Index>;
    let piece = prop_oneof![
        "[ -~]{0,12}",
        Just("\r\n".to_owned()),
        Just("\u{0}".to_owned()),
        Just("é\u{2028}".to_owned()),
        Just("4294967296".to_owned()),
        Just("-1".to_owned()),
        Just("a=mid:0\r\n".to_owned()),
        Just("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".to_owned()),
        Just("a=simulcast:send ;;~,,;\r\n".to_owned()),
    ];
    prop_oneof![
        (index(), 1..200_usize).prop_map(|(at, bytes)| Mutation::Delete { at, bytes }),
        (index(), piece).prop_map(|(at, text)| Mutation::Insert { at, text }),
        (index(), 1..100_usize).prop_map(|(line, times)| Mutation::Repeat { line, times }),
        (index(), index()).prop_map(|(a, b)| Mutation::Swap { a, b }),
        (index(), index()).prop_map(|(from, at)| Mutation::Splice { from, at }),
    ]
}

fn apply(text: &mut String, mutation: &Mutation) {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    if lines.is_empty() {
        return;
    }
    match mutation {
        Mutation::Delete { at, bytes } => {
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.floor_char_boundary((start + bytes).min(text.len()));
            text.replace_range(start..end, "");
            return;
        }
        Mutation::Insert { at, text: piece } => {
            let at = text.floor_char_boundary(at.index(text.len()));
            text.insert_str(at, piece);
            return;
        }
        Mutation::Repeat { line, times } => {
            let at = line.index(lines.len());
            let line = lines[at];
            lines.splice(at..at, std::iter::repeat_n(line, *times));
        }
        Mutation::Swap { a, b } => {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            lines.swap(a, b);
        }
        Mutation::Splice { from, at } => {
            let tail: Vec<&str> = lines[from.index(lines.len())..].to_vec();
            let at = at.index(lines.len());
            lines.splice(at..at, tail);
        }
    }
    *text = lines.concat();
}

#[test]
fn no_mutation_of_a_captured_description_panics_or_takes_long() {
    let corpus: Vec<String> = captured_names("").iter().map(|name| captured(name)).collect();
    assert!(corpus.len() > 20);
    let mut runner = TestRunner::new(Config { cases: 1500, failure_persistence: None, ..Config::default() });
    let input = (0..corpus.len(), prop::collection::vec(mutation(), 1..6));
    runner
        .run(&input, |(which, mutations)| {
            let mut text = corpus[which].clone();
            mutations.iter().for_each(|mutation| apply(&mut text, mutation));
            check_accepted(&text);
            let time = timed(&text);
            prop_assert!(time <= LONGEST, "{time:?}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_text_at_all_panics() {
    let mut runner = TestRunner::new(Config { cases: 2000, failure_persistence: None, ..Config::default() });
    let line = prop_oneof![
        "[a-z]=[ -~]{0,40}",
        "(m|a)=(group|mid|rid|extmap|ssrc|fmtp|audio|video)[ :0-9a-z/;=~,*-]{0,30}",
        "\\PC{0,20}"
    ];
    runner
        .run(&prop::collection::vec(line, 0..60), |lines| {
            let text = format!("v=0\r\n{}\r\n", lines.join("\r\n"));
            check_accepted(&text);
            let _ = answer(&text);
            Ok(())
        })
        .unwrap();
}

/// A session head with `lines` in the one video section of an otherwise good offer.
fn video_with(lines: &str) -> String {
    let base = captured("chromium-publisher-offer-audio-vp8-simulcast");
    format!("{base}{lines}")
}

#[test]
fn every_bound_holds() {
    let repeat = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let too_large: Vec<(String, Bounded)> = vec![
        (video_with(&"a=x\r\n".repeat(MAX_SDP_BYTES / 5)), Bounded::Description),
        (video_with(&format!("a=x:{}\r\n", "y".repeat(MAX_SDP_LINE_BYTES))), Bounded::Line),
        (
            video_with(&repeat(MAX_SECTIONS, &|i| format!("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:x{i}\r\n"))),
            Bounded::Sections,
        ),
        (video_with(&repeat(MAX_PAYLOAD_TYPES + 1, &|i| format!("a=rtpmap:{i} VP8/90000\r\n"))), Bounded::PayloadTypes),
        (
            video_with(&format!(
                "m=video 9 UDP/TLS/RTP/SAVPF{}\r\n",
                repeat(MAX_PAYLOAD_TYPES + 1, &|i| format!(" {i}"))
            )),
            Bounded::PayloadTypes,
        ),
        (video_with(&repeat(MAX_FEEDBACK_LINES, &|_| "a=rtcp-fb:96 nack\r\n".into())), Bounded::FeedbackLines),
        (
            video_with(&repeat(MAX_EXTENSIONS, &|_| "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n".into())),
            Bounded::Extensions,
        ),
        (video_with(&repeat(MAX_SSRCS + 1, &|i| format!("a=ssrc:{} cname:x\r\n", i + 1))), Bounded::Ssrcs),
        (video_with(&repeat(MAX_RIDS, &|i| format!("a=rid:r{i} send\r\n"))), Bounded::Rids),
        (video_with(&format!("a=simulcast:send {}\r\n", repeat(MAX_RIDS + 1, &|i| format!("r{i};")))), Bounded::Rids),
    ];
    for (text, bounded) in too_large {
        assert_eq!(offer(&text), Err(SdpError::TooLarge(bounded)));
        assert_eq!(answer(&text), Err(SdpError::TooLarge(bounded)));
    }
}

#[test]
fn candidates_beyond_the_bound_are_passed_over() {
    let lines: String = (1..=2000)
        .map(|i| format!("a=candidate:{i} 1 udp 1 10.0.{}.{} 5000 typ host\r\n", i / 250, i % 250 + 1))
        .collect();
    let answered = answerer().handle_offer(&video_with(&lines), || panic!(), no_hints).unwrap();
    assert_eq!(answered.remote.candidates.len(), MAX_CANDIDATES);
}

#[test]
fn the_largest_texts_of_each_kind_are_read_quickly() {
    let fill = |line: &dyn Fn(usize) -> String| {
        let mut text = captured("chromium-publisher-offer-data");
        let mut index = 0;
        while text.len() < MAX_SDP_BYTES - 10_000 {
            text.push_str(&line(index));
            index += 1;
        }
        text
    };
    // As many sections as fit, each with all payload types, maps and feedback that it may have.
    let formats: String = (0..MAX_PAYLOAD_TYPES).map(|i| format!(" {}", i + 32)).collect();
    let maps: String = (0..MAX_PAYLOAD_TYPES).map(|i| format!("a=rtpmap:{} VP8/90000\r\n", i + 32)).collect();
    let feedback = "a=rtcp-fb:* x\r\n".repeat(MAX_FEEDBACK_LINES);
    let mids = |count: usize| (0..count).map(|i| format!(" m{i}")).collect::<String>();
    let bundled = |text: String| text.replace("BUNDLE 0", &format!("BUNDLE 0{}", mids(MAX_SECTIONS - 1)));
    let section =
        |i: usize| format!("m=video 9 UDP/TLS/RTP/SAVPF{formats}\r\na=mid:m{i}\r\na=sendonly\r\na=rtcp-mux\r\n");
    let texts = [
        (
            "sections",
            bundled(fill(&|i| {
                if i < 250 { format!("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:m{i}\r\n") } else { "a=x\r\n".into() }
            })),
        ),
        ("payload types", bundled(fill(&|i| format!("{}{maps}", section(i))))),
        ("feedback", bundled(fill(&|i| format!("{}{maps}{feedback}", section(i))))),
        ("streams", fill(&|i| format!("a=ssrc:{} cname:x\r\n", i % 30 + 1))),
        ("groups", fill(&|i| format!("a=ssrc-group:FID {i} {}\r\n", i + 1))),
        ("long groups", fill(&|_| format!("a=ssrc-group:SIM{}\r\n", " 1".repeat(4000)))),
        ("candidates", fill(&|i| format!("a=candidate:1 1 udp 1 10.0.{}.{} 9 typ host\r\n", i / 250 % 250, i % 250))),
        (
            "parameters",
            fill(&|_| {
                format!(
                    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtcp-mux\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 {}\r\n",
                    "a=b;".repeat(2000)
                )
            }),
        ),
        ("flags", fill(&|_| "a=sendonly\r\n".into())),
        ("empty values", fill(&|_| "a=\r\n".into())),
        ("fingerprints", fill(&|_| "a=fingerprint:sha-256 00:00\r\n".into())),
    ];
    for (what, text) in texts {
        assert!(text.len() <= MAX_SDP_BYTES, "{what}: {}", text.len());
        let time = timed(&text);
        println!("{what}: {} bytes in {time:?}", text.len());
        assert!(time <= LONGEST, "{what}: {time:?}");
    }
}
