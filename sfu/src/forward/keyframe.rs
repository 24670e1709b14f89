//! Says of a payload whether a keyframe begins in it, and where a frame stands among the temporal layers of its stream.
//!
//! In goes the payload of one packet; out comes a [`PayloadDescription`]. Only the payload descriptors are read (RFC 7741
//! for VP8, RFC 6184 for H.264, RFC 9628 for VP9, the AV1 RTP payload format): a keyframe "begins" where a decoder
//! that knows nothing yet can start.

use super::vp8::Vp8Descriptor;
use crate::params::Codec;

/// What the forwarding path must know of a payload.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct PayloadDescription {
    /// A keyframe begins with this packet.
    pub(crate) keyframe: bool,
    /// Temporal layer, 0 being the base.
    pub(crate) temporal_layer: u8,
    /// A receiver of fewer temporal layers may begin with this one here.
    pub(crate) temporal_sync: bool,
    /// The VP8 payload descriptor, for rewriting.
    pub(crate) vp8: Option<Vp8Descriptor>,
}

impl PayloadDescription {
    /// Reads the payload of one packet. Malformed payloads are described as a frame's middle.
    pub(crate) fn read(codec: Codec, payload: &[u8]) -> Self {
        match codec {
            // Every Opus packet stands alone.
            Codec::Opus => Self { keyframe: true, ..Self::default() },
            Codec::Vp8 => vp8(payload),
            Codec::H264 => Self { keyframe: h264_keyframe(payload), ..Self::default() },
            Codec::Vp9 => Self { keyframe: vp9_keyframe(payload).unwrap_or(false), ..Self::default() },
            Codec::Av1 => Self { keyframe: av1_keyframe(payload), ..Self::default() },
        }
    }
}

fn vp8(payload: &[u8]) -> PayloadDescription {
    let Some(descriptor) = Vp8Descriptor::read(payload) else { return PayloadDescription::default() };
    // The P bit of the frame header that follows is zero in a keyframe (RFC 7741, section 4.3).
    let frame_header = payload.get(descriptor.length()).copied();
    PayloadDescription {
        keyframe: descriptor.starts_frame() && frame_header.is_some_and(|byte| byte & 1 == 0),
        temporal_layer: descriptor.temporal_layer(),
        temporal_sync: descriptor.temporal_sync(),
        vp8: Some(descriptor),
    }
}

const H264_IDR: u8 = 5;
const H264_SPS: u8 = 7;
const H264_STAP_A: u8 = 24;
const H264_FU_A: u8 = 28;

/// A keyframe begins with its parameter sets. An IDR slice alone counts too; the publication takes the first packet of
/// one timestamp only.
fn h264_keyframe(payload: &[u8]) -> bool {
    let starts = |kind: u8| matches!(kind, H264_IDR | H264_SPS);
    let Some(&first) = payload.first() else { return false };
    match first & 0x1f {
        H264_STAP_A => {
            let mut rest = payload.get(1..).unwrap_or_default();
            while let Some((length, tail)) = rest.split_first_chunk::<2>() {
                let length = usize::from(u16::from_be_bytes(*length));
                let Some(unit) = tail.get(..length) else { return false };
                if unit.first().is_some_and(|byte| starts(byte & 0x1f)) {
                    return true;
                }
                rest = tail.get(length..).unwrap_or_default();
            }
            false
        }
        H264_FU_A => payload.get(1).is_some_and(|byte| byte & 0x80 != 0 && starts(byte & 0x1f)),
        kind => starts(kind),
    }
}

/// I, P, L, F, B, E, V, Z are the bits of the first byte (RFC 9628, section 4.2).
fn vp9_keyframe(payload: &[u8]) -> Option<bool> {
    let first = *payload.first()?;
    let (has_picture_id, predicted, has_layers, begins) =
        (first & 0x80 != 0, first & 0x40 != 0, first & 0x20 != 0, first & 0x08 != 0);
    if predicted || !begins {
        return Some(false);
    }
    let mut at = 1;
    if has_picture_id {
        at += if payload.get(at)? & 0x80 != 0 { 2 } else { 1 };
    }
    if has_layers {
        // Spatial layers above the lowest of a key picture depend on it (D) and start nothing.
        let spatial = payload.get(at)? >> 1 & 0x07;
        return Some(spatial == 0);
    }
    Some(payload.len() > at)
}

/// The N bit of the aggregation header says that a coded video sequence begins, Z that the first unit is a continuation.
fn av1_keyframe(payload: &[u8]) -> bool {
    payload.len() > 1 && payload.first().is_some_and(|byte| byte & 0x08 != 0 && byte & 0x80 == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keyframe(codec: Codec, payload: &[u8]) -> bool {
        PayloadDescription::read(codec, payload).keyframe
    }

    #[test]
    fn vp8_keyframe_is_the_first_packet_of_a_frame_with_p_zero() {
        assert!(keyframe(Codec::Vp8, &[0x90, 0x80, 0x81, 0x01, 0x10, 0, 0]));
        assert!(!keyframe(Codec::Vp8, &[0x90, 0x80, 0x81, 0x01, 0x11, 0, 0]), "P bit set");
        assert!(!keyframe(Codec::Vp8, &[0x80, 0x80, 0x81, 0x01, 0x10, 0, 0]), "not the start of a partition");
        assert!(!keyframe(Codec::Vp8, &[0x91, 0x80, 0x81, 0x01, 0x10, 0, 0]), "second partition");
        assert!(!keyframe(Codec::Vp8, &[0x90, 0x80]));
    }

    #[test]
    fn h264_keyframe_is_an_idr_or_its_parameter_sets_in_any_packing() {
        assert!(keyframe(Codec::H264, &[0x67, 0x42]));
        assert!(keyframe(Codec::H264, &[0x65, 0x88]));
        assert!(!keyframe(Codec::H264, &[0x41, 0x9a]));
        assert!(keyframe(Codec::H264, &[0x78, 0, 1, 0x09, 0, 2, 0x67, 0x42]));
        assert!(!keyframe(Codec::H264, &[0x78, 0, 2, 0x41, 0x9a]));
        assert!(!keyframe(Codec::H264, &[0x78, 0, 200, 0x67]), "length beyond the payload");
        assert!(keyframe(Codec::H264, &[0x7c, 0x85, 0]));
        assert!(!keyframe(Codec::H264, &[0x7c, 0x05, 0]), "middle of a fragment");
    }

    #[test]
    fn vp9_and_av1_keyframes() {
        assert!(keyframe(Codec::Vp9, &[0x88, 0x80 | 1, 2, 0]));
        assert!(!keyframe(Codec::Vp9, &[0xc8, 0x81, 2, 0]), "inter-predicted");
        assert!(!keyframe(Codec::Vp9, &[0xa8, 0x01, 0x02, 0]), "second spatial layer");
        assert!(keyframe(Codec::Av1, &[0x18, 0x0a]));
        assert!(!keyframe(Codec::Av1, &[0x98, 0x0a]));
        assert!(!keyframe(Codec::Av1, &[0x10, 0x0a]));
    }

    proptest! {
        #[test]
        fn no_payload_panics(payload in proptest::collection::vec(any::<u8>(), 0..64)) {
            for codec in [Codec::Opus, Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1] {
                let description = PayloadDescription::read(codec, &payload);
                if let Some(descriptor) = description.vp8 {
                    prop_assert!(descriptor.length() <= payload.len());
                }
            }
        }
    }
}
