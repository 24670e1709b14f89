//! Every offer that a real client was seen to make is answered with what it needs, in an answer that is legal for it.

use rotunda_sfu::params::{Codec, MediaKind};
use rotunda_sfu::sdp::{Answered, CodecPolicy, OfferedTrack, ReceivedTrack, SdpError, TrackHints};

use crate::sdp_support::*;

fn answer(offer: &str) -> Answered {
    let answered = answerer().handle_offer(offer, || panic!("no restart"), no_hints).unwrap();
    check_answer(offer, &answered.sdp);
    answered
}

/// A track in one line: mid, direction, codecs with payload types, layers.
fn describe(track: &ReceivedTrack) -> String {
    let codecs: Vec<_> =
        track.parameters.codecs.iter().map(|codec| format!("{:?}/{}", codec.codec, codec.payload_type)).collect();
    let layers: Vec<_> = track
        .parameters
        .encodings
        .iter()
        .map(|layer| {
            let rid = layer.rid.map_or("-".to_owned(), |rid| rid.to_string());
            let names = [layer.ssrc.map(|_| "ssrc"), layer.rtx_ssrc.map(|_| "rtx")];
            names.into_iter().flatten().fold(rid, |text, name| format!("{text}+{name}"))
        })
        .collect();
    let active = if track.active { "on" } else { "off" };
    format!("{} {active} {} [{}]", track.mid, codecs.join(" "), layers.join(" "))
}

const CHROMIUM_VIDEO: &str = "Vp8/96 H264/108 Av1/45 Vp9/98 H264/102 H264/116 H264/104 H264/114 H264/39";
const FIREFOX_VIDEO: &str = "Vp8/120 Vp9/121 Av1/99";

#[test]
fn every_captured_offer_gives_the_tracks_that_its_client_sends() {
    let chromium = |layers: &str| format!("2 on {CHROMIUM_VIDEO} [{layers}]");
    let expected: Vec<(&str, Vec<String>)> = vec![
        ("chromium-publisher-offer-data", vec![]),
        ("chromium-publisher-offer-audio", vec!["1 on Opus/111 [-+ssrc]".into()]),
        ("chromium-publisher-offer-audio-vp8-simulcast", vec!["1 on Opus/111 [-+ssrc]".into(), chromium("q h f")]),
        ("chromium-publisher-offer-audio-h264-simulcast", vec!["1 on Opus/111 [-+ssrc]".into(), chromium("q h f")]),
        ("chromium-publisher-offer-audio-vp9-svc", vec!["1 on Opus/111 [-+ssrc]".into(), chromium("-+ssrc+rtx")]),
        ("chromium-publisher-offer-audio-av1-svc", vec!["1 on Opus/111 [-+ssrc]".into(), chromium("-+ssrc+rtx")]),
        (
            "chromium-publisher-offer-audio-vp8-simulcast-screen",
            vec!["1 on Opus/111 [-+ssrc]".into(), chromium("q h f"), format!("3 on {CHROMIUM_VIDEO} [q h]")],
        ),
        ("firefox-publisher-offer-data", vec![]),
        ("firefox-publisher-offer-audio", vec!["1 on Opus/109 [-+ssrc]".into()]),
        (
            "firefox-publisher-offer-audio-vp8-simulcast",
            vec!["1 on Opus/109 [-+ssrc]".into(), format!("2 on {FIREFOX_VIDEO} [q+ssrc+rtx h+ssrc+rtx f+ssrc+rtx]")],
        ),
        (
            "firefox-publisher-offer-audio-vp8-screen",
            vec![
                "1 on Opus/109 [-+ssrc]".into(),
                format!("2 on {FIREFOX_VIDEO} [-+ssrc+rtx]"),
                format!("3 on {FIREFOX_VIDEO} [-+ssrc+rtx]"),
            ],
        ),
    ];
    for (name, tracks) in expected {
        let answered = answer(&captured(name));
        assert!(answered.data_channels, "{name}");
        assert_eq!(answered.tracks.iter().map(describe).collect::<Vec<_>>(), tracks, "{name}");
    }
}

#[test]
fn all_captured_offers_are_answered_legally() {
    let names = captured_names("publisher-offer");
    assert!(names.len() >= 15, "{names:?}");
    for name in names {
        let offer = captured(&name);
        let answered = answer(&offer);
        // Without it Chromium leaves the structure out of AV1's descriptors, and nobody decodes a frame.
        let mixed = |sdp: &str| sdp.contains("\r\na=extmap-allow-mixed\r\n");
        assert_eq!(mixed(&answered.sdp), mixed(&offer), "{name}");
        for track in &answered.tracks {
            let extensions = track.parameters.extensions;
            assert!(extensions.mid.is_some() && extensions.transport_cc.is_some(), "{name} {track:?}");
            assert_eq!(extensions.audio_level.is_some(), track.kind == MediaKind::Audio, "{name}");
            assert!(!track.track_id.is_empty(), "{name}");
            if track.kind == MediaKind::Video {
                assert!(extensions.dependency_descriptor.is_some(), "{name}");
                // libwebrtc's own SDKs offer the codec of their choice without retransmissions of its own payload type.
                let repaired = |codec: &rotunda_sfu::params::CodecParameters| {
                    let rtx = offer.contains(&format!(" apt={}\r\n", codec.payload_type));
                    codec.nack && codec.pli && codec.rtx_payload_type.is_some() == rtx
                };
                assert!(track.parameters.codecs.iter().all(repaired), "{name} {track:?}");
                let has_rids = track.parameters.encodings.iter().any(|layer| layer.rid.is_some());
                assert_eq!(
                    answered.sdp.contains("a=simulcast:recv"),
                    has_rids || answered.sdp.contains("a=rid:"),
                    "{name}"
                );
                assert!(!has_rids || extensions.rid.is_some(), "{name}");
            }
        }
    }
}

#[test]
fn a_session_of_offers_keeps_its_sections_and_follows_the_tracks() {
    for client in ["chromium", "firefox", "libwebrtc"] {
        let mut answerer = answerer();
        for step in ["data", "audio", "audio-vp8-simulcast"] {
            let offer = captured(&format!("{client}-publisher-offer-{step}"));
            match answerer.handle_offer(&offer, || ice("again"), no_hints) {
                Ok(answered) => check_answer(&offer, &answered.sdp),
                // Captured in another run: another certificate, hence another connection.
                Err(SdpError::FingerprintChanged) => continue,
                Err(error) => panic!("{client} {step}: {error}"),
            }
        }
        let version = |sdp: &str| sdp.lines().nth(1).unwrap().split(' ').nth(2).unwrap().parse::<u64>().unwrap();
        let offer = captured(&format!("{client}-publisher-offer-audio-vp8-simulcast"));
        let first = answerer.handle_offer(&offer, || ice("again"), no_hints).unwrap();
        let second = answerer.handle_offer(&offer, || panic!("no restart"), no_hints).unwrap();
        assert_eq!(version(&second.sdp), version(&first.sdp) + 1);
        assert_eq!(first.tracks, second.tracks, "{client}");
    }
}

#[test]
fn the_announced_codec_is_the_only_one_but_for_the_fallback() {
    let offer = captured("chromium-publisher-offer-audio-h264-simulcast");
    let with = |codec| {
        let hints = move |_: &OfferedTrack<'_>| TrackHints { codec: Some(codec), ..TrackHints::default() };
        let answered = answerer().handle_offer(&offer, || panic!("no restart"), hints).unwrap();
        check_answer(&offer, &answered.sdp);
        describe(answered.tracks.last().unwrap())
    };
    assert_eq!(with(Codec::H264), "2 on H264/108 H264/102 H264/116 H264/104 H264/114 H264/39 Vp8/96 [q h f]");
    assert_eq!(with(Codec::Av1), "2 on Av1/45 Vp8/96 [q h f]");
    assert_eq!(with(Codec::Vp8), "2 on Vp8/96 [q h f]");
    let firefox = captured("firefox-publisher-offer-audio-vp8-simulcast");
    let hints = |_: &OfferedTrack<'_>| TrackHints { codec: Some(Codec::H264), ..TrackHints::default() };
    let answered = answerer().handle_offer(&firefox, || panic!("no restart"), hints).unwrap();
    assert!(
        describe(&answered.tracks[1]).starts_with(&format!("2 on {FIREFOX_VIDEO}")),
        "what the client lacks binds nobody"
    );
}

#[test]
fn a_codec_that_the_operator_forbids_is_not_accepted() {
    let offer = captured("chromium-publisher-offer-audio-vp8-simulcast");
    let mut answerer = rotunda_sfu::sdp::Answerer::new(local(), CodecPolicy::only(&[Codec::Opus]));
    let answered = answerer.handle_offer(&offer, || panic!("no restart"), no_hints).unwrap();
    check_answer(&offer, &answered.sdp);
    assert_eq!(answered.tracks.iter().map(describe).collect::<Vec<_>>(), ["1 on Opus/111 [-+ssrc]"]);
    assert!(answered.sdp.contains("m=video 0 UDP/TLS/RTP/SAVPF 96 97 "), "{}", answered.sdp);
}

#[test]
fn sound_is_asked_for_as_the_track_was_announced() {
    let offer = captured("firefox-publisher-offer-audio");
    let with = |hints: TrackHints| {
        let answered = answerer().handle_offer(&offer, || panic!("no restart"), |_| hints).unwrap();
        check_answer(&offer, &answered.sdp);
        answered.sdp.lines().find_map(|line| line.strip_prefix("a=fmtp:109 ")).unwrap().to_owned()
    };
    assert_eq!(with(TrackHints::default()), "minptime=10;useinbandfec=1;usedtx=1");
    assert_eq!(with(TrackHints { no_dtx: true, ..Default::default() }), "minptime=10;useinbandfec=1");
    assert_eq!(
        with(TrackHints { stereo: true, ..Default::default() }),
        "minptime=10;useinbandfec=1;usedtx=1;stereo=1;maxaveragebitrate=510000"
    );
}

#[test]
fn hints_are_asked_with_what_the_client_calls_the_track() {
    let offer = captured("chromium-publisher-offer-audio-vp8-simulcast");
    let asked = std::cell::RefCell::new(Vec::new());
    let hints = |track: &rotunda_sfu::sdp::OfferedTrack<'_>| {
        asked.borrow_mut().push((track.kind, track.track_id.to_owned()));
        TrackHints::default()
    };
    answerer().handle_offer(&offer, || panic!("no restart"), hints).unwrap();
    assert_eq!(
        asked.into_inner(),
        [
            (MediaKind::Audio, "b2a599d8-fec8-4874-b93e-cd416600ad91".to_owned()),
            (MediaKind::Video, "340b9354-c503-4dde-9c92-fa9eaacb592d".to_owned()),
        ]
    );
}

#[test]
fn a_stopped_track_ends_and_its_section_takes_the_next() {
    let first = captured("chromium-publisher-offer-audio-vp8-simulcast");
    let mut answerer = answerer();
    let before = answerer.handle_offer(&first, || panic!("no restart"), no_hints).unwrap();
    assert!(before.tracks[1].active);

    let (head, video) = first.split_at(first.find("m=video").unwrap());
    let inactive = format!("{head}{}", video.replace("a=sendonly", "a=inactive").replacen("a=msid:", "a=x-msid:", 1));
    let stopped = answerer.handle_offer(&inactive, || panic!("no restart"), no_hints).unwrap();
    check_answer(&inactive, &stopped.sdp);
    assert!(!stopped.tracks[1].active && stopped.tracks[0].active);

    let reused = first.replace("340b9354", "99999999");
    let again = answerer.handle_offer(&reused, || panic!("no restart"), no_hints).unwrap();
    assert!(again.tracks[1].active && again.tracks[1].track_id.starts_with("99999999"));

    // Stopped for good: port 0, out of the bundle; then its place is taken by another section.
    let rejected =
        format!("{head}{}", video.replacen("m=video 9", "m=video 0", 1)).replace("BUNDLE 0 1 2", "BUNDLE 0 1");
    let gone = answerer.handle_offer(&rejected, || panic!("no restart"), no_hints).unwrap();
    check_answer(&rejected, &gone.sdp);
    assert_eq!(gone.tracks.len(), 1);
    let recycled = first.replace("BUNDLE 0 1 2", "BUNDLE 0 1 7").replace("a=mid:2", "a=mid:7");
    let recycled_answer = answerer.handle_offer(&recycled, || panic!("no restart"), no_hints).unwrap();
    check_answer(&recycled, &recycled_answer.sdp);
    assert_eq!(recycled_answer.tracks[1].mid.as_str(), "7");
}

#[test]
fn an_ice_restart_is_answered_with_new_credentials_of_ours() {
    let first = captured("chromium-publisher-offer-audio");
    let mut answerer = answerer();
    let before = answerer.handle_offer(&first, || panic!("no restart"), no_hints).unwrap();
    assert_eq!((before.restarted.clone(), before.remote.ice.ufrag.as_ref()), (None, "j39k"));
    assert!(before.remote.candidates.contains(&"127.0.0.1:33753".parse().unwrap()));

    let restart = first.replace("a=ice-ufrag:j39k", "a=ice-ufrag:k40l");
    let after = answerer.handle_offer(&restart, || ice("second"), no_hints).unwrap();
    check_answer(&restart, &after.sdp);
    assert_eq!(after.restarted, Some(ice("second")));
    assert_eq!(after.remote.ice.ufrag.as_ref(), "k40l");
    assert!(after.sdp.contains("a=ice-ufrag:Asecond") && !after.sdp.contains("a=ice-ufrag:Alocal"));
    let later = answerer.handle_offer(&restart, || panic!("no restart"), no_hints).unwrap();
    assert!(later.restarted.is_none() && later.sdp.contains("a=ice-ufrag:Asecond"));
}

#[test]
fn a_refused_offer_changes_nothing() {
    let first = captured("chromium-publisher-offer-audio");
    let more = captured("chromium-publisher-offer-audio-vp8-simulcast");
    let refused: Vec<(String, SdpError)> = vec![
        (more.replace("sha-256 A9", "sha-256 00"), SdpError::FingerprintChanged),
        (more.replace("sha-256", "sha-1"), SdpError::Fingerprint),
        (more.replace("a=setup:actpass", "a=setup:passive"), SdpError::DtlsRole),
        (more.replace("a=ice-ufrag:j39k", "a=ice-ufrag:j39"), SdpError::IceCredentials),
        (more.replace("a=ice-pwd:", "a=x:"), SdpError::IceCredentials),
        (more.replace("a=mid:1", "a=mid:0"), SdpError::DuplicateMid { mid: rotunda_sfu::ids::Mid::new(b"0").unwrap() }),
        (more.replace("a=mid:1\r\n", ""), SdpError::MissingMid { section: 1 }),
        (
            more.replace("a=mid:1", "a=mid:9").replace("BUNDLE 0 1", "BUNDLE 0 9"),
            SdpError::SectionChanged { section: 1 },
        ),
        (more.replace("m=audio 9", "m=video 9"), SdpError::SectionChanged { section: 1 }),
        (captured("chromium-publisher-offer-data"), SdpError::SectionChanged { section: 1 }),
    ];
    let mut answerer = answerer();
    let mut untouched = answerer.clone();
    answerer.handle_offer(&first, || panic!("no restart"), no_hints).unwrap();
    untouched.handle_offer(&first, || panic!("no restart"), no_hints).unwrap();
    for (offer, expected) in refused {
        let error = answerer.handle_offer(&offer, || panic!("no restart"), no_hints).unwrap_err();
        assert_eq!(error, expected);
    }
    let (a, b) =
        (answerer.handle_offer(&more, || panic!(), no_hints), untouched.handle_offer(&more, || panic!(), no_hints));
    assert_eq!(a.unwrap(), b.unwrap());
}

#[test]
fn sections_for_what_we_do_not_speak_are_rejected_alone() {
    let audio = captured("firefox-publisher-offer-audio");
    let unknown = [
        ("a section of a codec that we lack", audio.replace("opus/48000/2", "speex/48000/2")),
        ("one that is not bundled", audio.replace("BUNDLE 0 1", "BUNDLE 0")),
        ("one without multiplexed RTCP", audio.replace("a=rtcp-mux\r\n", "")),
        ("one of another protocol", audio.replace("m=audio 9 UDP/TLS/RTP/SAVPF", "m=audio 9 RTP/AVP")),
        (
            "one of another medium",
            audio.replace("m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101", "m=text 9 UDP/TLS/RTP/SAVPF 98"),
        ),
    ];
    for (what, offer) in unknown {
        let answered = answerer().handle_offer(&offer, || panic!("no restart"), no_hints).unwrap();
        check_answer(&offer, &answered.sdp);
        assert!(answered.data_channels && answered.tracks.is_empty(), "{what}");
        assert!(answered.sdp.contains(" 0 "), "{what}: {}", answered.sdp);
    }
    let unbundled = audio.replace("a=group:BUNDLE 0 1\r\n", "");
    assert_eq!(answerer().handle_offer(&unbundled, || panic!(), no_hints), Err(SdpError::NotBundled));
}

#[test]
fn an_offer_may_reject_everything_once_the_connection_stands() {
    let first = captured("firefox-publisher-offer-audio");
    let mut answerer = answerer();
    answerer.handle_offer(&first, || panic!("no restart"), no_hints).unwrap();
    let nothing = first.replace("a=group:BUNDLE 0 1\r\n", "").replace("m=audio 9", "m=audio 0").replacen(
        "m=application ",
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=x-was:",
        1,
    );
    let answered = answerer.handle_offer(&nothing, || panic!("no restart"), no_hints).unwrap();
    check_answer(&nothing, &answered.sdp);
    assert!(!answered.data_channels && answered.tracks.is_empty());
}
