//! Codecs: which formats we forward, how they are told apart, and what we say about each.

use std::fmt::Write;

use crate::params::{Codec, CodecParameters, MediaKind};

use super::error::SdpError;
use super::session::SectionDescription;

/// Which codecs publishers may use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodecPolicy {
    allowed: Vec<Codec>,
}

impl CodecPolicy {
    /// Only these.
    pub fn only(allowed: &[Codec]) -> Self {
        Self { allowed: allowed.to_vec() }
    }

    /// Whether publishers may use `codec`.
    pub fn allows(&self, codec: Codec) -> bool {
        self.allowed.contains(&codec)
    }
}

impl Default for CodecPolicy {
    /// Every codec that the engine forwards.
    fn default() -> Self {
        Self::only(&[Codec::Opus, Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1])
    }
}

/// A profile of H.264, as far as `profile-level-id` tells them apart (RFC 6184, 8.1).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum H264Profile {
    /// What every browser and phone decodes.
    ConstrainedBaseline,
    /// Baseline with the tools that nobody uses.
    Baseline,
    /// Main.
    Main,
    /// High without interlacing.
    ConstrainedHigh,
    /// High.
    High,
}

impl H264Profile {
    /// `None` for profiles that no browser decodes, such as High 4:4:4.
    fn parse(profile_level_id: &str) -> Option<Self> {
        let bits = u32::from_str_radix(profile_level_id, 16).ok().filter(|_| profile_level_id.len() == 6)?;
        let (profile, constraints) = (bits >> 16, bits >> 8 & 0xff);
        let constrained = |bit: u32| constraints & bit != 0;
        match profile {
            0x42 if constrained(0x40) => Some(Self::ConstrainedBaseline),
            0x4d if constrained(0x80) => Some(Self::ConstrainedBaseline),
            0x58 if constrained(0x80) && constrained(0x40) => Some(Self::ConstrainedBaseline),
            0x42 => Some(Self::Baseline),
            0x58 if constrained(0x80) => Some(Self::Baseline),
            0x4d => Some(Self::Main),
            0x64 if constrained(0x08) && constrained(0x04) => Some(Self::ConstrainedHigh),
            0x64 => Some(Self::High),
            _ => None,
        }
    }

    /// Profile and constraints at level 3.1. The level does not bind, for we allow `level-asymmetry`, and receivers decode
    /// whatever they can.
    fn profile_level_id(self) -> &'static str {
        match self {
            Self::ConstrainedBaseline => "42e01f",
            Self::Baseline => "42001f",
            Self::Main => "4d001f",
            Self::ConstrainedHigh => "640c1f",
            Self::High => "64001f",
        }
    }
}

/// What a decoder must know to decode a payload: two payload types with equal formats are interchangeable, whatever else
/// their parameters say. The engine maps a publisher's payload types to a subscriber's by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PayloadFormat {
    /// Opus; mono and stereo are the same to a decoder.
    Opus,
    /// VP8.
    Vp8,
    /// H.264 of one profile in one packetization mode.
    H264 {
        /// The profile.
        profile: H264Profile,
        /// Mode 1 (fragments and aggregates) instead of mode 0 (a packet a unit).
        fragmented: bool,
    },
    /// VP9 profile 0.
    Vp9,
    /// AV1 profile 0.
    Av1,
}

impl PayloadFormat {
    /// The format of negotiated parameters; `None` for one that we do not forward.
    pub fn of(parameters: &CodecParameters) -> Option<Self> {
        Self::new(parameters.codec, &parameters.fmtp)
    }

    fn new(codec: Codec, fmtp: &str) -> Option<Self> {
        match codec {
            Codec::Opus => Some(Self::Opus),
            Codec::Vp8 => Some(Self::Vp8),
            Codec::Vp9 => matches!(parameter(fmtp, "profile-id"), None | Some("0")).then_some(Self::Vp9),
            Codec::Av1 => matches!(parameter(fmtp, "profile"), None | Some("0")).then_some(Self::Av1),
            Codec::H264 => {
                // RFC 6184, 8.1: without the parameters, baseline and single units.
                let profile = H264Profile::parse(parameter(fmtp, "profile-level-id").unwrap_or("42000a"))?;
                match parameter(fmtp, "packetization-mode").unwrap_or("0") {
                    "0" => Some(Self::H264 { profile, fragmented: false }),
                    "1" => Some(Self::H264 { profile, fragmented: true }),
                    _ => None,
                }
            }
        }
    }

    fn from_map(name: &str, clock_rate: u32, channels: u32, fmtp: &str) -> Option<(Codec, Self)> {
        const NAMES: [(&str, Codec, u32, u32); 5] = [
            ("opus", Codec::Opus, 48_000, 2),
            ("VP8", Codec::Vp8, 90_000, 1),
            ("H264", Codec::H264, 90_000, 1),
            ("VP9", Codec::Vp9, 90_000, 1),
            ("AV1", Codec::Av1, 90_000, 1),
        ];
        let codec = NAMES.into_iter().find_map(|(known, codec, rate, count)| {
            (known.eq_ignore_ascii_case(name) && rate == clock_rate && count == channels).then_some(codec)
        })?;
        Some((codec, Self::new(codec, fmtp)?))
    }

    /// Of the formats of one codec those that every subscriber takes come first, those that cost packets last.
    fn rank(self) -> u8 {
        match self {
            Self::H264 { fragmented: false, .. } => 2,
            Self::H264 { profile: H264Profile::ConstrainedBaseline, .. } => 0,
            Self::H264 { .. } => 1,
            Self::Opus | Self::Vp8 | Self::Vp9 | Self::Av1 => 0,
        }
    }

    fn codec(self) -> Codec {
        match self {
            Self::Opus => Codec::Opus,
            Self::Vp8 => Codec::Vp8,
            Self::H264 { .. } => Codec::H264,
            Self::Vp9 => Codec::Vp9,
            Self::Av1 => Codec::Av1,
        }
    }

    /// The payload types that we offer it under, the same in every connection: of media and of retransmissions.
    fn offered_payload_types(self) -> (u8, Option<u8>) {
        use H264Profile::{Baseline, ConstrainedBaseline, ConstrainedHigh, High, Main};
        let (media, retransmission) = match self {
            Self::Opus => return (111, None),
            Self::Vp8 => (96, 97),
            Self::Vp9 => (98, 99),
            Self::Av1 => (35, 36),
            Self::H264 { profile: ConstrainedBaseline, fragmented: true } => (125, 107),
            Self::H264 { profile: ConstrainedBaseline, fragmented: false } => (108, 109),
            Self::H264 { profile: Baseline, fragmented: true } => (102, 103),
            Self::H264 { profile: Baseline, fragmented: false } => (104, 105),
            Self::H264 { profile: Main, fragmented: true } => (127, 121),
            Self::H264 { profile: Main, fragmented: false } => (39, 40),
            Self::H264 { profile: High, fragmented: true } => (123, 119),
            Self::H264 { profile: High, fragmented: false } => (112, 113),
            Self::H264 { profile: ConstrainedHigh, fragmented: true } => (114, 115),
            Self::H264 { profile: ConstrainedHigh, fragmented: false } => (117, 118),
        };
        (media, Some(retransmission))
    }

    fn fmtp(self) -> String {
        match self {
            Self::Opus => "minptime=10;useinbandfec=1".to_owned(),
            Self::Vp8 | Self::Av1 => String::new(),
            Self::Vp9 => "profile-id=0".to_owned(),
            Self::H264 { profile, fragmented } => format!(
                "level-asymmetry-allowed=1;packetization-mode={};profile-level-id={}",
                u8::from(fragmented),
                profile.profile_level_id()
            ),
        }
    }
}

/// One parameter of an `a=fmtp` value.
pub(super) fn parameter<'a>(fmtp: &'a str, name: &str) -> Option<&'a str> {
    fmtp.split(';').find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// How the answer wishes a track to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct OpusWishes {
    pub(super) stereo: bool,
    pub(super) no_dtx: bool,
}

/// The meaning of each payload type over the life of one connection.
#[derive(Clone, Debug)]
pub(super) struct PayloadTypes([Option<Meaning>; 128]);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Meaning {
    Media(Codec),
    RetransmissionOf(u8),
}

impl Default for PayloadTypes {
    fn default() -> Self {
        Self([None; 128])
    }
}

impl PayloadTypes {
    fn claim(&mut self, payload_type: u8, meaning: Meaning) -> bool {
        self.0.get_mut(usize::from(payload_type)).is_some_and(|known| *known.get_or_insert(meaning) == meaning)
    }

    /// What of an offered section is accepted, the preferred codec first, then as the publisher orders them but for the
    /// formats that not everybody takes: publishers send the first.
    pub(super) fn accept(
        &mut self,
        section: &SectionDescription<'_>,
        kind: MediaKind,
        policy: &CodecPolicy,
        preferred: Option<Codec>,
        wishes: OpusWishes,
    ) -> Vec<CodecParameters> {
        let retransmissions = Retransmissions::of(section);
        let mut accepted = Vec::new();
        for &payload_type in &section.payload_types {
            let Some(map) = section.payload_map(payload_type) else { continue };
            let offered = section.fmtp(payload_type);
            let Some((codec, format)) = PayloadFormat::from_map(map.name, map.clock_rate, map.channels, offered) else {
                continue;
            };
            if codec.kind() != kind || !policy.allows(codec) || !self.claim(payload_type, Meaning::Media(codec)) {
                continue;
            }
            let rtx = retransmissions
                .find(payload_type)
                .filter(|&rtx| kind == MediaKind::Video && self.claim(rtx, Meaning::RetransmissionOf(payload_type)));
            accepted.push((
                format,
                CodecParameters {
                    payload_type,
                    rtx_payload_type: rtx,
                    codec,
                    fmtp: answered_fmtp(format, offered, wishes).into(),
                    nack: section.has_feedback(payload_type, "nack"),
                    pli: section.has_feedback(payload_type, "nack pli"),
                },
            ));
        }
        accepted.sort_by_key(|(format, parameters)| (preferred != Some(parameters.codec), format.rank()));
        accepted.into_iter().map(|(_, parameters)| parameters).collect()
    }
}

/// The `rtx` payload types of a section (RFC 4588, 8.6), each with that of its media.
struct Retransmissions(Vec<(u8, u8)>);

impl Retransmissions {
    fn of(section: &SectionDescription<'_>) -> Self {
        let pairs = section.payload_types.iter().filter_map(|&rtx| {
            let is_rtx = section.payload_map(rtx)?.name.eq_ignore_ascii_case("rtx");
            let media = parameter(section.fmtp(rtx), "apt").filter(|_| is_rtx)?.parse().ok()?;
            Some((media, rtx))
        });
        Self(pairs.collect())
    }

    fn find(&self, media: u8) -> Option<u8> {
        self.0.iter().find_map(|&(of, rtx)| (of == media).then_some(rtx))
    }
}

fn answered_fmtp(format: PayloadFormat, offered: &str, wishes: OpusWishes) -> String {
    let mut fmtp = match format {
        // A level of the publisher's own, which it is known to keep.
        PayloadFormat::H264 { fragmented, .. } => format!(
            "level-asymmetry-allowed=1;packetization-mode={};profile-level-id={}",
            u8::from(fragmented),
            parameter(offered, "profile-level-id").unwrap_or("42000a")
        ),
        _ => format.fmtp(),
    };
    if format == PayloadFormat::Opus {
        if !wishes.no_dtx {
            fmtp.push_str(";usedtx=1");
        }
        if wishes.stereo {
            fmtp.push_str(";stereo=1;maxaveragebitrate=510000");
        }
    }
    fmtp
}

/// Whether every accepted codec of an offered section comes with transport-wide feedback.
pub(super) fn offers_transport_cc(section: &SectionDescription<'_>, accepted: &[CodecParameters]) -> bool {
    accepted.iter().all(|codec| section.has_feedback(codec.payload_type, "transport-cc"))
}

/// What we offer to a subscriber of a publication: each format that its publisher may send, once, under our own payload
/// types.
pub(super) fn offered(kind: MediaKind, published: &[CodecParameters]) -> Result<Vec<CodecParameters>, SdpError> {
    let mut offered: Vec<CodecParameters> = Vec::new();
    for codec in published.iter().filter(|codec| codec.codec.kind() == kind) {
        let Some(format) = PayloadFormat::of(codec) else { continue };
        let (payload_type, rtx_payload_type) = format.offered_payload_types();
        if offered.iter().any(|other| other.payload_type == payload_type) {
            continue;
        }
        let mut fmtp = format.fmtp();
        if format == PayloadFormat::Opus && parameter(&codec.fmtp, "stereo") == Some("1") {
            // What receivers look for before they decode in stereo (RFC 7587, 6.1).
            fmtp.push_str(";stereo=1;sprop-stereo=1");
        }
        offered.push(CodecParameters {
            payload_type,
            rtx_payload_type,
            codec: format.codec(),
            fmtp: fmtp.into(),
            nack: true,
            pli: kind == MediaKind::Video,
        });
    }
    if offered.is_empty() { Err(SdpError::NoCodec) } else { Ok(offered) }
}

/// What an answer left of our offer. A payload type counts only with the codec that we gave it.
pub(super) fn answered(offered: &[CodecParameters], section: &SectionDescription<'_>) -> Vec<CodecParameters> {
    let agrees = |codec: &CodecParameters| {
        section.payload_types.contains(&codec.payload_type)
            && section.payload_map(codec.payload_type).is_some_and(|map| {
                let fmtp = section.fmtp(codec.payload_type);
                PayloadFormat::from_map(map.name, map.clock_rate, map.channels, fmtp)
                    .is_some_and(|(answered, _)| answered == codec.codec)
            })
    };
    let retransmissions = Retransmissions::of(section);
    offered
        .iter()
        .filter(|codec| agrees(codec))
        .map(|codec| CodecParameters {
            rtx_payload_type: codec
                .rtx_payload_type
                .filter(|&rtx| retransmissions.find(codec.payload_type) == Some(rtx)),
            nack: section.has_feedback(codec.payload_type, "nack"),
            pli: section.has_feedback(codec.payload_type, "nack pli"),
            ..codec.clone()
        })
        .collect()
}

/// The payload types of a section as its `m=` line lists them.
pub(super) fn payload_types(codecs: &[CodecParameters]) -> String {
    let mut list = String::new();
    for codec in codecs {
        for payload_type in std::iter::once(codec.payload_type).chain(codec.rtx_payload_type) {
            let _ = write!(list, "{}{payload_type}", if list.is_empty() { "" } else { " " });
        }
    }
    list
}

/// Writes `a=rtpmap`, `a=rtcp-fb` and `a=fmtp` of a section; `fir` says for which payload types full intra requests are
/// agreed. REMB is never written: transport-wide feedback replaces it.
pub(super) fn write_codecs(out: &mut String, codecs: &[CodecParameters], transport_cc: bool, fir: impl Fn(u8) -> bool) {
    for codec in codecs {
        let payload_type = codec.payload_type;
        let _ = write!(out, "a=rtpmap:{payload_type} {}\r\n", encoding_name(codec.codec));
        let feedback: [(bool, &str); 4] = [
            (transport_cc, "transport-cc"),
            (fir(payload_type), "ccm fir"),
            (codec.nack, "nack"),
            (codec.pli, "nack pli"),
        ];
        for (_, value) in feedback.into_iter().filter(|(wanted, _)| *wanted) {
            let _ = write!(out, "a=rtcp-fb:{payload_type} {value}\r\n");
        }
        if !codec.fmtp.is_empty() {
            let _ = write!(out, "a=fmtp:{payload_type} {}\r\n", codec.fmtp);
        }
        if let Some(rtx) = codec.rtx_payload_type {
            let _ =
                write!(out, "a=rtpmap:{rtx} rtx/{}\r\na=fmtp:{rtx} apt={payload_type}\r\n", codec.codec.clock_rate());
        }
    }
}

fn encoding_name(codec: Codec) -> &'static str {
    match codec {
        Codec::Opus => "opus/48000/2",
        Codec::Vp8 => "VP8/90000",
        Codec::H264 => "H264/90000",
        Codec::Vp9 => "VP9/90000",
        Codec::Av1 => "AV1/90000",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn h264(fmtp: &str) -> Option<PayloadFormat> {
        PayloadFormat::new(Codec::H264, fmtp)
    }

    #[test]
    fn profiles_of_h264_are_told_apart_as_rfc_6184_says() {
        use H264Profile::{Baseline, ConstrainedBaseline, ConstrainedHigh, High, Main};
        for (id, profile) in [
            ("42e01f", Some(ConstrainedBaseline)),
            ("42E034", Some(ConstrainedBaseline)),
            ("4d801f", Some(ConstrainedBaseline)),
            ("58c01f", Some(ConstrainedBaseline)),
            ("42001f", Some(Baseline)),
            ("58801f", Some(Baseline)),
            ("4d001f", Some(Main)),
            ("640c1f", Some(ConstrainedHigh)),
            ("64001f", Some(High)),
            ("f4001f", None),
            ("58001f", None),
            ("42e01", None),
            ("+2e01f", None),
            ("42e01g", None),
            ("", None),
        ] {
            assert_eq!(H264Profile::parse(id), profile, "{id}");
        }
    }

    #[test]
    fn what_we_say_of_a_profile_is_that_profile() {
        use H264Profile::{Baseline, ConstrainedBaseline, ConstrainedHigh, High, Main};
        let mut payload_types = std::collections::BTreeSet::new();
        let h264 = [ConstrainedBaseline, Baseline, Main, ConstrainedHigh, High]
            .into_iter()
            .flat_map(|profile| [true, false].map(|fragmented| PayloadFormat::H264 { profile, fragmented }));
        let others = [PayloadFormat::Opus, PayloadFormat::Vp8, PayloadFormat::Vp9, PayloadFormat::Av1];
        for format in h264.chain(others) {
            assert_eq!(PayloadFormat::new(format.codec(), &format.fmtp()), Some(format));
            let (media, retransmission) = format.offered_payload_types();
            for payload_type in std::iter::once(media).chain(retransmission) {
                assert!(payload_types.insert(payload_type), "{payload_type} has two meanings");
                // RFC 5761, 4: with RTCP on the same port these would be taken for it.
                assert!(payload_type < 128 && !(64..96).contains(&payload_type), "{payload_type}");
            }
        }
    }

    #[test]
    fn defaults_are_those_of_the_payload_formats() {
        let baseline = PayloadFormat::H264 { profile: H264Profile::Baseline, fragmented: false };
        assert_eq!(h264(""), Some(baseline));
        let constrained = PayloadFormat::H264 { profile: H264Profile::ConstrainedBaseline, fragmented: true };
        assert_eq!(h264(" Profile-Level-ID = 42e01f ; packetization-mode=1;"), Some(constrained));
        assert_eq!(h264("packetization-mode=2;profile-level-id=42e01f"), None);
        assert_eq!(PayloadFormat::new(Codec::Vp9, "max-fs=12288;max-fr=60"), Some(PayloadFormat::Vp9));
        assert_eq!(PayloadFormat::new(Codec::Vp9, "profile-id=2"), None);
        assert_eq!(PayloadFormat::new(Codec::Av1, "level-idx=5;profile=1"), None);
    }
}
