//! Reading SDP with another parser than ours (`rtc-sdp`), the captured descriptions, and fixed parameters of our side.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use rotunda_sfu::params::{Codec, CodecParameters, Fingerprint, IceCredentials};
use rotunda_sfu::sdp::{Answerer, CodecPolicy, LocalParameters, OfferedTrack, TrackHints};
use rtc_sdp::SessionDescription;
use rtc_sdp::description::media::MediaDescription;

pub const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/sdp");

/// One captured description.
pub fn captured(name: &str) -> String {
    let path = format!("{CORPUS}/{name}.sdp");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names of all captured descriptions whose name contains `part`.
pub fn captured_names(part: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(CORPUS)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".sdp")?.to_owned()))
        .filter(|name| name.contains(part))
        .collect();
    names.sort();
    names
}

pub fn ice(name: &str) -> IceCredentials {
    IceCredentials { ufrag: format!("A{name:0<15}").into(), password: format!("{name:1<24}").into() }
}

pub fn local() -> LocalParameters {
    LocalParameters {
        ice: ice("local"),
        fingerprint: Fingerprint([0xab; 32]),
        candidates: vec!["127.0.0.1:7882".parse().unwrap(), "[::1]:7882".parse().unwrap()],
        session_id: 42,
    }
}

pub fn answerer() -> Answerer {
    Answerer::new(local(), CodecPolicy::default())
}

pub fn no_hints(_: &OfferedTrack<'_>) -> TrackHints {
    TrackHints::default()
}

pub fn codec(codec: Codec, payload_type: u8, fmtp: &str) -> CodecParameters {
    CodecParameters {
        payload_type,
        rtx_payload_type: (codec != Codec::Opus).then_some(payload_type + 1),
        codec,
        fmtp: fmtp.into(),
        nack: true,
        pli: codec != Codec::Opus,
    }
}

/// Parses with `rtc-sdp`, and checks what it does not: line ends, and that it prints the same lines.
pub fn read(text: &str) -> SessionDescription {
    assert!(text.ends_with("\r\n") && text.lines().count() == text.matches("\r\n").count(), "line ends");
    SessionDescription::unmarshal(&mut Cursor::new(text)).unwrap_or_else(|error| panic!("{error}: {text}"))
}

pub fn values<'a>(section: &'a MediaDescription, name: &str) -> Vec<&'a str> {
    let of_name = section.attributes.iter().filter(|attribute| attribute.key == name);
    of_name.map(|attribute| attribute.value.as_deref().unwrap_or("")).collect()
}

pub fn value<'a>(section: &'a MediaDescription, name: &str) -> Option<&'a str> {
    values(section, name).first().copied()
}

pub fn has(section: &MediaDescription, name: &str) -> bool {
    value(section, name).is_some()
}

pub fn is_rejected(section: &MediaDescription) -> bool {
    section.media_name.port.value == 0 && !has(section, "bundle-only")
}

pub fn bundle(description: &SessionDescription) -> Vec<String> {
    let group = description.attributes.iter().find(|attribute| attribute.key == "group");
    let group = group.and_then(|group| group.value.as_deref()).unwrap_or("");
    group.strip_prefix("BUNDLE").unwrap_or("").split_whitespace().map(str::to_owned).collect()
}

pub fn direction(section: &MediaDescription) -> &'static str {
    let given = ["sendrecv", "sendonly", "recvonly", "inactive"].into_iter().find(|name| has(section, name));
    given.unwrap_or("sendrecv")
}

/// Header extensions by id, without directions.
pub fn extensions(section: &MediaDescription) -> BTreeMap<&str, &str> {
    let lines = values(section, "extmap").into_iter();
    lines.map(|line| line.split_once(' ').unwrap()).map(|(id, uri)| (id.split('/').next().unwrap(), uri)).collect()
}

/// What holds for every description of ours: one bundle, one transport of a lite agent, and complete sections.
pub fn check_ours(text: &str, setup: &str) {
    let description = read(text);
    let session: BTreeSet<&str> = description.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    assert!(session.contains("ice-lite"), "{text}");
    // What AV1's dependency descriptors need is in every offer; an answer repeats it.
    assert!(session.contains("extmap-allow-mixed") || setup == "passive", "{text}");
    let bundle = bundle(&description);
    let mids: BTreeSet<_> = description.media_descriptions.iter().filter_map(|section| value(section, "mid")).collect();
    assert_eq!(
        mids.len(),
        description.media_descriptions.iter().filter(|section| has(section, "mid")).count(),
        "{text}"
    );
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for section in &description.media_descriptions {
        let mid = value(section, "mid").unwrap_or("");
        assert_eq!(bundle.iter().any(|bundled| bundled == mid), !is_rejected(section), "{mid}: {text}");
        if is_rejected(section) {
            continue;
        }
        assert_eq!(value(section, "setup"), Some(setup), "{text}");
        for name in ["ice-ufrag", "ice-pwd", "fingerprint"] {
            assert_eq!(values(section, name).len(), 1, "{mid} {name}: {text}");
        }
        let is_tagged = bundle.first().is_some_and(|tagged| tagged == mid);
        assert_eq!(values(section, "candidate").len(), if is_tagged { 2 } else { 0 }, "{mid}: {text}");
        assert_eq!(has(section, "end-of-candidates"), is_tagged, "{mid}: {text}");
        if section.media_name.media == "application" {
            assert_eq!(value(section, "sctp-port"), Some("5000"));
            assert_eq!(value(section, "max-message-size"), Some("65536"));
            continue;
        }
        assert!(has(section, "rtcp-mux"), "{text}");
        assert!(!text.contains("goog-remb") && !text.contains("red/"), "{text}");
        for (id, uri) in extensions(section) {
            assert_eq!(*ids.entry(id).or_insert(uri), uri, "an id has one meaning: {text}");
        }
        let listed: BTreeSet<&str> = section.media_name.formats.iter().map(String::as_str).collect();
        let mapped: BTreeSet<&str> =
            values(section, "rtpmap").iter().map(|line| line.split_once(' ').unwrap().0).collect();
        assert_eq!(listed, mapped, "{text}");
    }
}

/// What holds for an answer to an offer (RFC 3264, RFC 8829, RFC 8843), whoever made the offer.
pub fn check_answer(offer: &str, answer: &str) {
    check_ours(answer, "passive");
    let (offer, answer) = (SessionDescription::unmarshal(&mut Cursor::new(offer)).unwrap(), read(answer));
    assert_eq!(offer.media_descriptions.len(), answer.media_descriptions.len());
    let offered_bundle = bundle(&offer);
    assert!(bundle(&answer).iter().all(|mid| offered_bundle.contains(mid)));
    for (offered, answered) in offer.media_descriptions.iter().zip(&answer.media_descriptions) {
        check_answered_section(offered, answered);
    }
}

fn check_answered_section(offered: &MediaDescription, answered: &MediaDescription) {
    assert_eq!(offered.media_name.media, answered.media_name.media);
    assert_eq!(offered.media_name.protos, answered.media_name.protos);
    assert_eq!(value(offered, "mid"), value(answered, "mid"));
    if is_rejected(offered) {
        assert!(is_rejected(answered));
    }
    if is_rejected(answered) || offered.media_name.media == "application" {
        return;
    }
    let expected = match direction(offered) {
        "sendonly" | "sendrecv" => "recvonly",
        _ => "inactive",
    };
    assert_eq!(direction(answered), expected);
    assert_eq!(has(answered, "rtcp-rsize"), has(offered, "rtcp-rsize"));
    for name in ["rtpmap", "rtcp-fb"] {
        let offered = values(offered, name);
        for line in values(answered, name) {
            assert!(offered.contains(&line), "{name}:{line} was not offered");
        }
    }
    let offered_extensions = extensions(offered);
    for (id, uri) in extensions(answered) {
        assert_eq!(offered_extensions.get(id), Some(&uri));
    }
    assert!(values(answered, "extmap").iter().all(|line| !line.contains("/send") && !line.contains("/recv")));
    for rid in values(answered, "rid") {
        let sent = rid.replace("recv", "send");
        assert!(values(offered, "rid").contains(&sent.as_str()), "rid {rid}");
    }
}
