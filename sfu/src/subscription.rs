//! One participant's reception of one publication.
//!
//! A subscription is in two parts. The [`Forwarder`] is what every packet touches: it lies in a dense vector of its publication
//! and fits two cache lines. The [`Subscription`] is the rest, reached through a key: parameters, past numbering, reports.

use std::time::{Duration, Instant};

use crate::command::SubscriptionSettings;
use crate::forward::retransmission::Budget;
use crate::forward::sequence::{Numbering, PastSpans, Span};
use crate::ids::SubscriptionId;
use crate::params::{Codec, CodecParameters, SendParameters};
use crate::slab::Key;

/// No bound on temporal layers.
pub(crate) const ALL_TEMPORAL_LAYERS: u8 = u8::MAX;

/// The part of a subscription that every packet touches.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Forwarder {
    /// Its packet numbers.
    pub(crate) numbering: Numbering,
    /// The connection that it leaves by.
    pub(crate) connection: Key,
    /// The other part.
    pub(crate) subscription: Key,
    /// Our SSRC.
    pub(crate) ssrc: u32,
    /// Packets sent, modulo 2^32 as sender reports count them.
    pub(crate) packets: u32,
    /// Payload bytes sent, modulo 2^32.
    pub(crate) octets: u32,
    /// The media timestamp of the newest frame sent.
    pub(crate) last_timestamp: u32,
    /// What was added to the publisher's timestamp of that frame.
    pub(crate) last_timestamp_offset: u32,
    /// When the newest packet left, in milliseconds since the engine's epoch.
    pub(crate) last_sent_ms: u32,
    /// The VP8 picture id of the newest packet sent.
    pub(crate) last_picture_id: u16,
    /// The dependency descriptor's frame number of the newest packet sent.
    pub(crate) last_frame_number: u16,
    /// TL0PICIDX of the newest packet sent.
    pub(crate) last_tl0_picture_index: u8,
    /// KEYIDX of the newest packet sent.
    pub(crate) last_key_index: u8,
    /// The layer of the newest packet sent.
    pub(crate) last_layer: u8,
    /// Index of its set of extension ids in the engine's table.
    pub(crate) layout: u8,
    /// Index of the codec, in the publication's list, that `payload_type` is for.
    pub(crate) codec: u8,
    /// The subscriber's payload type; [`Forwarder::NO_PAYLOAD_TYPE`] where it has none for `codec`.
    pub(crate) payload_type: u8,
    /// The layer that it is to get, [`Span::NO_LAYER`] for none.
    pub(crate) wanted: u8,
    /// Temporal layers up to this one are forwarded.
    pub(crate) temporal: u8,
    /// Temporal layers up to this one are to be forwarded from the next frame on that allows it.
    pub(crate) temporal_wanted: u8,
    /// Whether the newest packet sent ended its frame.
    pub(crate) last_marker: bool,
    /// Whether packets may leave: connected, enabled, publication not muted.
    pub(crate) active: bool,
    /// Whether a packet has ever left.
    pub(crate) started: bool,
}

const _: () = assert!(size_of::<Forwarder>() <= 128, "a forwarder fits two cache lines");

impl Forwarder {
    /// The subscriber cannot receive the codec.
    pub(crate) const NO_PAYLOAD_TYPE: u8 = u8::MAX;

    /// How long the rest of a frame is waited for before a change of layer.
    pub(crate) const FRAME_PATIENCE_MS: u32 = 50;

    /// Whether a frame has been sent in part, and its rest may still come.
    pub(crate) fn is_within_frame(&self, now_ms: u32) -> bool {
        self.started
            && !self.last_marker
            && self.numbering.span().layer != Span::NO_LAYER
            && now_ms.wrapping_sub(self.last_sent_ms) <= Self::FRAME_PATIENCE_MS
    }

    /// Whether it has yet to begin with the layer that it wants.
    pub(crate) fn waits(&self) -> bool {
        self.active && self.wanted != Span::NO_LAYER && self.numbering.span().layer != self.wanted
    }
}

/// What receiver reports and our sender reports tell of a subscription.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct DownlinkReport {
    /// Lost since the beginning, by the last report.
    pub(crate) cumulative_lost: u32,
    /// Lost since the last statistics.
    pub(crate) lost: u64,
    /// Round trip time by the last report.
    pub(crate) rtt: Option<Duration>,
    /// Middle bits of the NTP time of our last sender report, and when it left.
    pub(crate) last_sender_report: Option<(u32, Instant)>,
    /// Packets counted in the last statistics.
    pub(crate) packets_reported: u32,
    /// Bytes counted in the last statistics.
    pub(crate) octets_reported: u32,
}

/// The part of a subscription that packets seldom touch.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) id: SubscriptionId,
    pub(crate) publication: Key,
    pub(crate) connection: Key,
    /// Its forwarder's place in the publication.
    pub(crate) position: usize,
    pub(crate) settings: SubscriptionSettings,
    pub(crate) past: PastSpans,
    pub(crate) parameters: SendParameters,
    /// For each codec of the publication what the subscriber calls it.
    pub(crate) payload_types: Box<[Option<PayloadTypes>]>,
    /// The next index of the RTX stream.
    pub(crate) rtx_index: u64,
    pub(crate) budget: Budget,
    pub(crate) report: DownlinkReport,
}

/// A subscriber's payload types for one codec.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PayloadTypes {
    pub(crate) media: u8,
    pub(crate) rtx: Option<u8>,
}

impl Subscription {
    /// Heap memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.past.memory() + self.payload_types.len() * size_of::<Option<PayloadTypes>>()
    }
}

/// For each codec of a publication the payload types under which a subscriber accepts it: the same format parameters where
/// there are, else the same profile of the codec, else none.
pub(crate) fn match_codecs(published: &[CodecParameters], parameters: &SendParameters) -> Box<[Option<PayloadTypes>]> {
    published
        .iter()
        .map(|codec| {
            let same_codec = || parameters.codecs.iter().filter(|other| other.codec == codec.codec);
            same_codec()
                .find(|other| other.fmtp == codec.fmtp)
                .or_else(|| same_codec().find(|other| profile(other) == profile(codec)))
                .map(|found| PayloadTypes { media: found.payload_type, rtx: found.rtx_payload_type })
        })
        .collect()
}

/// What of the format parameters decides whether a decoder understands the stream.
fn profile(codec: &CodecParameters) -> (String, String) {
    let parameter = |name: &str| {
        let value = codec.fmtp.split(';').find_map(|item| item.trim().strip_prefix(name)?.strip_prefix('='));
        value.unwrap_or("").trim().to_ascii_lowercase()
    };
    match codec.codec {
        // The level, the last byte, is a matter of sizes; profile and constraints are in the first two (RFC 6184, 8.1).
        Codec::H264 => {
            let mode = parameter("packetization-mode");
            let level_id = parameter("profile-level-id");
            let profile = if level_id.is_empty() { "4200" } else { level_id.get(..4).unwrap_or("") };
            (profile.to_owned(), if mode.is_empty() { "0".to_owned() } else { mode })
        }
        Codec::Vp9 => {
            let profile = parameter("profile-id");
            (if profile.is_empty() { "0".to_owned() } else { profile }, String::new())
        }
        Codec::Av1 => {
            let profile = parameter("profile");
            (if profile.is_empty() { "0".to_owned() } else { profile }, String::new())
        }
        Codec::Opus | Codec::Vp8 => (String::new(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{EgressSsrc, Mid};
    use crate::params::{HeaderExtensions, MediaKind};

    fn codec(payload_type: u8, codec: Codec, fmtp: &str) -> CodecParameters {
        CodecParameters {
            payload_type,
            rtx_payload_type: Some(payload_type + 1),
            codec,
            fmtp: fmtp.into(),
            nack: true,
            pli: true,
        }
    }

    #[test]
    fn codecs_match_by_parameters_then_by_profile() {
        let parameters = SendParameters {
            mid: Mid::new(b"0").unwrap(),
            kind: MediaKind::Video,
            ssrc: EgressSsrc::new(0, 1).unwrap(),
            cname: "c".into(),
            codecs: vec![
                codec(96, Codec::Vp8, ""),
                codec(98, Codec::H264, "packetization-mode=1;profile-level-id=42e01f"),
                codec(100, Codec::H264, "packetization-mode=0;profile-level-id=42e01f"),
            ],
            extensions: HeaderExtensions::default(),
        };
        let published = [
            codec(110, Codec::H264, "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e034"),
            codec(112, Codec::H264, "packetization-mode=1;profile-level-id=640c1f"),
            codec(114, Codec::Vp8, ""),
            codec(116, Codec::Vp9, "profile-id=0"),
        ];
        let matched: Vec<_> =
            match_codecs(&published, &parameters).iter().map(|types| types.map(|types| types.media)).collect();
        assert_eq!(matched, [Some(100), None, Some(96), None]);
    }
}
