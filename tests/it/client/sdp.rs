//! Just enough SDP for a client of ours: offers what it publishes, answers what it is offered.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;

use rotunda_sfu::params::{Fingerprint, IceCredentials, MediaKind, RemoteParameters};

/// A track as the publisher's offer describes it.
#[derive(Clone, Debug)]
pub struct Offered {
    pub kind: MediaKind,
    pub cid: String,
    pub ssrc: u32,
}

pub const OPUS: u8 = 111;
pub const VP8: u8 = 96;
pub const VP8_RTX: u8 = 97;
pub const MID_EXTENSION: u8 = 4;
pub const AUDIO_LEVEL_EXTENSION: u8 = 1;

fn transport_lines(sdp: &mut String, ice: &IceCredentials, fingerprint: Fingerprint, setup: &str) {
    let hex: Vec<String> = fingerprint.0.iter().map(|byte| format!("{byte:02X}")).collect();
    let _ = write!(
        sdp,
        "c=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\na=fingerprint:sha-256 {}\r\na=setup:{setup}\r\n",
        ice.ufrag,
        ice.password,
        hex.join(":")
    );
}

/// The publisher's offer: data channels first, then the tracks in order.
pub fn offer(ice: &IceCredentials, fingerprint: Fingerprint, version: u32, tracks: &[Offered]) -> String {
    let mids: Vec<String> = (0..=tracks.len()).map(|mid| mid.to_string()).collect();
    let mut sdp = format!(
        "v=0\r\no=- 4611731400430051336 {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n",
        mids.join(" ")
    );
    sdp.push_str("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
    transport_lines(&mut sdp, ice, fingerprint, "actpass");
    sdp.push_str("a=mid:0\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n");
    for (index, track) in tracks.iter().enumerate() {
        let formats = match track.kind {
            MediaKind::Audio => format!("m=audio 9 UDP/TLS/RTP/SAVPF {OPUS}\r\n"),
            MediaKind::Video => format!("m=video 9 UDP/TLS/RTP/SAVPF {VP8} {VP8_RTX}\r\n"),
        };
        sdp.push_str(&formats);
        transport_lines(&mut sdp, ice, fingerprint, "actpass");
        let _ = write!(
            sdp,
            "a=mid:{}\r\na=extmap:{MID_EXTENSION} urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:{AUDIO_LEVEL_EXTENSION} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=sendonly\r\na=msid:- {}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n",
            index + 1,
            track.cid
        );
        match track.kind {
            MediaKind::Audio => {
                let _ = write!(
                    sdp,
                    "a=rtpmap:{OPUS} opus/48000/2\r\na=rtcp-fb:{OPUS} transport-cc\r\na=fmtp:{OPUS} minptime=10;useinbandfec=1\r\n"
                );
            }
            MediaKind::Video => {
                let _ = write!(
                    sdp,
                    "a=rtpmap:{VP8} VP8/90000\r\na=rtcp-fb:{VP8} nack\r\na=rtcp-fb:{VP8} nack pli\r\na=rtcp-fb:{VP8} transport-cc\r\na=rtpmap:{VP8_RTX} rtx/90000\r\na=fmtp:{VP8_RTX} apt={VP8}\r\na=ssrc-group:FID {} {}\r\n",
                    track.ssrc,
                    track.ssrc + 1
                );
                let _ = write!(sdp, "a=ssrc:{} cname:c\r\n", track.ssrc + 1);
            }
        }
        let _ = write!(sdp, "a=ssrc:{} cname:c\r\na=ssrc:{} msid:- {}\r\n", track.ssrc, track.ssrc, track.cid);
    }
    sdp
}

/// Our answer to the server's offer: everything it sends, we receive.
pub fn answer(offer: &str, ice: &IceCredentials, fingerprint: Fingerprint) -> String {
    let mut sdp = String::from("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    for line in offer.lines().filter(|line| line.starts_with("a=group:BUNDLE")) {
        let _ = write!(sdp, "{line}\r\na=msid-semantic: WMS\r\n");
    }
    for section in sections(offer) {
        let _ = write!(sdp, "{}\r\n", section[0]);
        transport_lines(&mut sdp, ice, fingerprint, "active");
        for line in &section[1..] {
            let keep = [
                "a=mid:",
                "a=rtpmap:",
                "a=rtcp-fb:",
                "a=fmtp:",
                "a=extmap:",
                "a=sctp-port:",
                "a=max-message-size:",
                "a=rtcp-mux",
                "a=rtcp-rsize",
            ];
            if keep.iter().any(|prefix| line.starts_with(prefix)) {
                let _ = write!(sdp, "{line}\r\n");
            } else if *line == "a=sendonly" || *line == "a=sendrecv" {
                sdp.push_str("a=recvonly\r\n");
            } else if *line == "a=inactive" {
                sdp.push_str("a=inactive\r\n");
            }
        }
    }
    sdp
}

fn sections(sdp: &str) -> Vec<Vec<&str>> {
    let mut sections: Vec<Vec<&str>> = Vec::new();
    for line in sdp.lines() {
        if line.starts_with("m=") {
            sections.push(vec![line]);
        } else if let Some(section) = sections.last_mut() {
            section.push(line);
        }
    }
    sections
}

/// SSRCs of the media that an offer announces, with their track's sid (the msid's second token).
pub fn offered_tracks(offer: &str) -> HashMap<u32, String> {
    let mut tracks = HashMap::new();
    for section in sections(offer) {
        if !section.contains(&"a=sendonly") && !section.contains(&"a=sendrecv") {
            continue;
        }
        let msid = section.iter().find_map(|line| line.strip_prefix("a=msid:"));
        let Some(track) = msid.and_then(|msid| msid.split(' ').nth(1)) else { continue };
        let ssrc = section.iter().find_map(|line| line.strip_prefix("a=ssrc:")?.split(' ').next()?.parse().ok());
        if let Some(ssrc) = ssrc {
            tracks.insert(ssrc, track.to_owned());
        }
    }
    tracks
}

/// What a description of the server's says about its transport.
pub fn remote(sdp: &str) -> RemoteParameters {
    let value = |prefix: &str| {
        sdp.lines().find_map(|line| line.strip_prefix(prefix)).unwrap_or_else(|| panic!("no {prefix} in {sdp}"))
    };
    let hex = value("a=fingerprint:sha-256 ");
    let mut fingerprint = [0; 32];
    for (byte, digits) in fingerprint.iter_mut().zip(hex.trim().split(':')) {
        *byte = u8::from_str_radix(digits, 16).unwrap();
    }
    let mut candidates: Vec<SocketAddr> = Vec::new();
    for line in sdp.lines().filter_map(|line| line.strip_prefix("a=candidate:")) {
        let fields: Vec<&str> = line.split(' ').collect();
        let address = SocketAddr::new(fields[4].parse().unwrap(), fields[5].parse().unwrap());
        if fields[2].eq_ignore_ascii_case("udp") && !candidates.contains(&address) {
            candidates.push(address);
        }
    }
    RemoteParameters {
        ice: IceCredentials { ufrag: value("a=ice-ufrag:").into(), password: value("a=ice-pwd:").into() },
        fingerprint: Fingerprint(fingerprint),
        candidates,
    }
}
