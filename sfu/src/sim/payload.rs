//! Synthetic media: payloads with the real payload headers of their codec, whose contents say which frame they are part of.

use std::time::Duration;

use crate::forward::vp8::Vp8Descriptor;
use crate::params::Codec;

const MAGIC: [u8; 4] = *b"rtnd";
/// Bytes that a label takes.
pub const LABEL_LENGTH: usize = 38;

/// What a synthetic packet says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label {
    /// Who sent it: any number that the test gives to a source.
    pub source: u64,
    /// The simulcast layer.
    pub layer: u8,
    /// Whether its frame is a keyframe.
    pub keyframe: bool,
    /// The number of its frame within the layer.
    pub frame: u32,
    /// The frame that it depends on, when it is no keyframe.
    pub reference: u32,
    /// Its place in the frame.
    pub packet: u16,
    /// Packets of the frame.
    pub packets: u16,
    /// When the frame was captured, since the beginning of the world.
    pub captured: Duration,
}

impl Label {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(MAGIC);
        out.extend(self.source.to_be_bytes());
        out.extend([self.layer, u8::from(self.keyframe)]);
        out.extend(self.frame.to_be_bytes());
        out.extend(self.reference.to_be_bytes());
        out.extend(self.packet.to_be_bytes());
        out.extend(self.packets.to_be_bytes());
        out.extend((self.captured.as_micros() as u64).to_be_bytes());
        out.extend([0; LABEL_LENGTH - 34]);
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (source, rest) = rest.split_first_chunk()?;
        let (&[layer, keyframe], rest) = rest.split_first_chunk()?;
        let (frame, rest) = rest.split_first_chunk()?;
        let (reference, rest) = rest.split_first_chunk()?;
        let (packet, rest) = rest.split_first_chunk()?;
        let (packets, rest) = rest.split_first_chunk()?;
        let captured = rest.first_chunk()?;
        Some(Self {
            source: u64::from_be_bytes(*source),
            layer,
            keyframe: keyframe == 1,
            frame: u32::from_be_bytes(*frame),
            reference: u32::from_be_bytes(*reference),
            packet: u16::from_be_bytes(*packet),
            packets: u16::from_be_bytes(*packets),
            captured: Duration::from_micros(u64::from_be_bytes(*captured)),
        })
    }
}

/// The fields of a VP8 stream that a forwarder must keep continuous.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Vp8Numbers {
    /// Picture id, 15 bits.
    pub picture_id: u16,
    /// Number of the base layer frame.
    pub tl0_picture_index: u8,
    /// Temporal layer.
    pub temporal_layer: u8,
    /// Depends on the base layer only.
    pub sync: bool,
    /// Number of the keyframe, 5 bits.
    pub key_index: u8,
}

/// The bytes of one packet's payload, `size` or a little more.
pub fn write(codec: Codec, label: &Label, vp8: Vp8Numbers, size: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 16);
    let (first, last) = (label.packet == 0, label.packet + 1 == label.packets);
    match codec {
        Codec::Opus => out.push(0x78),
        Codec::Vp8 => {
            let [high, low] = (vp8.picture_id & 0x7fff).to_be_bytes();
            out.extend([0x80 | u8::from(first) << 4, 0xf0, 0x80 | high, low, vp8.tl0_picture_index]);
            out.push(vp8.temporal_layer << 6 | u8::from(vp8.sync) << 5 | vp8.key_index & 0x1f);
            out.push(u8::from(!label.keyframe));
        }
        Codec::H264 => {
            if label.keyframe && first {
                out.extend([0x67, 0x42]);
            } else {
                let kind = if label.keyframe { 5 } else { 1 };
                let starts = first || label.keyframe && label.packet == 1;
                out.extend([0x7c, u8::from(starts) << 7 | u8::from(last) << 6 | kind]);
            }
        }
        Codec::Vp9 => out.push(0x0c | if label.keyframe { 0 } else { 0x40 }),
        Codec::Av1 => out.push(if label.keyframe && first { 0x18 } else { 0x10 }),
    }
    label.write(&mut out);
    out.resize(out.len().max(size), label.packet as u8);
    out
}

/// What a packet of a codec says of itself, and its VP8 fields.
pub fn read(codec: Codec, payload: &[u8]) -> Option<(Label, Vp8Numbers)> {
    let mut vp8 = Vp8Numbers::default();
    let header = match codec {
        Codec::Vp8 => {
            let descriptor = Vp8Descriptor::read(payload)?;
            vp8 = Vp8Numbers {
                picture_id: descriptor.picture_id()?,
                tl0_picture_index: descriptor.tl0_picture_index()?,
                temporal_layer: descriptor.temporal_layer(),
                sync: descriptor.temporal_sync(),
                key_index: descriptor.key_index()?,
            };
            descriptor.length() + 1
        }
        Codec::H264 => 2,
        Codec::Opus | Codec::Vp9 | Codec::Av1 => 1,
    };
    Some((Label::read(payload.get(header..)?)?, vp8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::keyframe::PayloadDescription;

    #[test]
    fn survives_every_codec_and_is_a_keyframe_where_it_says_so() {
        for codec in [Codec::Opus, Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1] {
            for keyframe in [true, false] {
                let label = Label {
                    source: 7,
                    layer: 2,
                    keyframe,
                    frame: 9,
                    reference: 8,
                    packet: 0,
                    packets: 3,
                    captured: Duration::from_micros(123_456),
                };
                let numbers =
                    Vp8Numbers { picture_id: 0x1234, tl0_picture_index: 5, key_index: 3, ..Vp8Numbers::default() };
                let bytes = write(codec, &label, numbers, 500);
                let (read, vp8) = read(codec, &bytes).unwrap();
                assert_eq!(read, label);
                assert_eq!(vp8, if codec == Codec::Vp8 { numbers } else { Vp8Numbers::default() });
                assert_eq!(
                    PayloadDescription::read(codec, &bytes).keyframe,
                    keyframe || codec == Codec::Opus,
                    "{codec:?}"
                );
            }
        }
    }
}
