//! The SDP of a scripted client: just enough for the server to take it for a browser's.

use std::fmt::Write;

const TRANSPORT: &str = "a=ice-ufrag:clnt\r\na=ice-pwd:clientclientclientclient\r\na=ice-options:trickle\r\n\
    a=fingerprint:sha-256 7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n";

/// A section of a publisher's offer.
#[derive(Clone)]
pub(crate) struct Track {
    pub audio: bool,
    pub cid: String,
    pub active: bool,
    pub rids: &'static [&'static str],
}

pub(crate) fn audio(cid: &str) -> Track {
    Track { audio: true, cid: cid.into(), active: true, rids: &[] }
}

pub(crate) fn video(cid: &str) -> Track {
    Track { audio: false, cid: cid.into(), active: true, rids: &[] }
}

pub(crate) fn simulcast(cid: &str) -> Track {
    Track { rids: &["q", "h", "f"], ..video(cid) }
}

pub(crate) fn stopped(track: &Track) -> Track {
    Track { active: false, ..track.clone() }
}

fn session(out: &mut String, mids: usize) {
    out.push_str("v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");
    for mid in 0..mids {
        let _ = write!(out, " {mid}");
    }
    out.push_str("\r\na=msid-semantic: WMS\r\n");
}

fn data_section(out: &mut String, mid: usize, setup: &str) {
    let _ = write!(
        out,
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n{TRANSPORT}a=setup:{setup}\r\n\
         a=mid:{mid}\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n"
    );
}

/// A publisher's offer: data channels first, then the tracks in their order.
pub(crate) fn offer(tracks: &[Track]) -> String {
    let mut out = String::new();
    session(&mut out, tracks.len() + 1);
    data_section(&mut out, 0, "actpass");
    for (index, track) in tracks.iter().enumerate() {
        let direction = if track.active { "sendonly" } else { "inactive" };
        let (kind, formats, codecs) = if track.audio {
            (
                "audio",
                "111",
                "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtcp-fb:111 transport-cc\r\n",
            )
        } else {
            (
                "video",
                "96 97 98 99",
                "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 transport-cc\r\n\
                 a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 VP9/90000\r\na=rtcp-fb:98 nack\r\n\
                 a=rtcp-fb:98 nack pli\r\na=fmtp:98 profile-id=0\r\na=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\n",
            )
        };
        let mid = index + 1;
        let _ = write!(
            out,
            "m={kind} 9 UDP/TLS/RTP/SAVPF {formats}\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n{TRANSPORT}\
             a=setup:actpass\r\na=mid:{mid}\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
             a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
             a={direction}\r\na=msid:stream {cid}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n{codecs}",
            cid = track.cid,
        );
        if track.rids.is_empty() {
            let _ = write!(out, "a=ssrc:{} cname:c\r\n", 1000 + index);
        } else {
            for rid in track.rids {
                let _ = write!(out, "a=rid:{rid} send\r\n");
            }
            let _ = write!(out, "a=simulcast:send {}\r\n", track.rids.join(";"));
        }
    }
    out
}

/// A section of a server's offer, as a subscriber reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Offered {
    pub mid: String,
    pub kind: String,
    /// Both tokens of `a=msid`, empty when there is nothing to receive.
    pub msid: String,
    formats: Vec<String>,
    lines: Vec<String>,
    live: bool,
}

pub(crate) fn read(sdp: &str) -> Vec<Offered> {
    let sections = sdp.split("\r\nm=").skip(1);
    sections
        .map(|section| {
            let mut lines = section.lines();
            let media: Vec<_> = lines.next().unwrap().split(' ').map(String::from).collect();
            let lines: Vec<_> = lines.map(String::from).collect();
            let find = |prefix: &str| lines.iter().find_map(|line| line.strip_prefix(prefix)).unwrap_or("").to_string();
            let sends = lines.iter().any(|line| line == "a=sendonly" || line == "a=sendrecv");
            Offered {
                mid: find("a=mid:"),
                kind: media[0].clone(),
                msid: if sends { find("a=msid:") } else { String::new() },
                formats: media[3..].to_vec(),
                live: media[1] != "0",
                lines,
            }
        })
        .collect()
}

/// The tracks that a server's offer brings, by the second token of their msid.
pub(crate) fn offered_tracks(sdp: &str) -> Vec<String> {
    let msids = read(sdp).into_iter().map(|section| section.msid).filter(|msid| !msid.is_empty());
    msids.map(|msid| msid.split(' ').nth(1).unwrap().to_string()).collect()
}

/// A subscriber's answer, without the codecs whose name contains `lacks`.
pub(crate) fn answer(offer: &str, lacks: Option<&str>) -> String {
    let sections = read(offer);
    let mut out = String::new();
    out.push_str("v=0\r\no=- 4611731400430051337 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE");
    let is_taken =
        |section: &Offered| section.live && (section.kind == "application" || !formats(section, lacks).is_empty());
    for section in sections.iter().filter(|section| is_taken(section)) {
        let _ = write!(out, " {}", section.mid);
    }
    out.push_str("\r\n");
    for section in &sections {
        if section.kind == "application" {
            let _ = write!(
                out,
                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n{TRANSPORT}a=setup:active\r\n\
                 a=mid:{}\r\na=sctp-port:5000\r\n",
                section.mid
            );
            continue;
        }
        let formats = formats(section, lacks);
        if !is_taken(section) {
            let first = section.formats.first().map_or("0", String::as_str);
            let _ = write!(
                out,
                "m={} 0 UDP/TLS/RTP/SAVPF {first}\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\na=inactive\r\n",
                section.kind, section.mid
            );
            continue;
        }
        let direction = if section.msid.is_empty() { "inactive" } else { "recvonly" };
        let _ = write!(
            out,
            "m={} 9 UDP/TLS/RTP/SAVPF {}\r\nc=IN IP4 0.0.0.0\r\n{TRANSPORT}a=setup:active\r\na=mid:{}\r\na={direction}\r\n\
             a=rtcp-mux\r\n",
            section.kind,
            formats.join(" "),
            section.mid
        );
        for line in &section.lines {
            let about = ["a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"].iter().find_map(|prefix| line.strip_prefix(prefix));
            let keep = about.is_some_and(|rest| formats.contains(&rest.split(' ').next().unwrap().to_string()));
            if keep || line.starts_with("a=extmap:") {
                let _ = write!(out, "{line}\r\n");
            }
        }
    }
    out
}

/// The payload types of a section without those of the missing codec and their retransmissions.
fn formats(section: &Offered, lacks: Option<&str>) -> Vec<String> {
    let attribute =
        |prefix: String| section.lines.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap_or("").to_string();
    let codec = |format: &str| attribute(format!("a=rtpmap:{format} "));
    let is_missing = |format: &str| lacks.is_some_and(|lacks| codec(format).starts_with(lacks));
    let keep = |format: &&String| {
        let apt = attribute(format!("a=fmtp:{format} apt="));
        !is_missing(format) && (apt.is_empty() || !is_missing(&apt))
    };
    section.formats.iter().filter(keep).cloned().collect()
}
