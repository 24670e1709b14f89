//! Every reader of media and control packets behind one door, for corpora and fuzzing: bytes in, nothing out, no panic.

use std::time::Duration;

use crate::bandwidth::feedback::ArrivalRecorder;
use crate::forward::header::{RtpHeader, read_audio_level, read_transport_cc};
use crate::forward::keyframe::PayloadDescription;
use crate::forward::retransmission;
use crate::forward::template::{self, PacketNumbers, Templates};
use crate::forward::vp8::{MAX_DESCRIPTOR, Vp8Offsets};
use crate::limits::{MAX_CARRIED_ELEMENTS, MAX_HEADER};
use crate::params::{Codec, HeaderExtensions};
use crate::rtcp::{Compound, RtcpPacket};

/// Ids that give every extension that we know a place.
const ALL_EXTENSIONS: HeaderExtensions = HeaderExtensions {
    mid: Some(4),
    rid: Some(10),
    repaired_rid: Some(11),
    audio_level: Some(1),
    transport_cc: Some(3),
    abs_send_time: Some(2),
    abs_capture_time: Some(8),
    dependency_descriptor: Some(12),
    video_orientation: Some(13),
};

/// Reads a decrypted RTP packet as the engine does, writes the header that a subscriber would get, and reads that again. Says
/// whether it was an RTP packet.
///
/// # Panics
/// When what was written cannot be read, or says something else.
#[expect(clippy::panic, reason = "the caller is a test or a fuzzer")]
pub fn rtp(packet: &[u8]) -> bool {
    let Some(header) = RtpHeader::read(packet) else { return false };
    for id in 0..=15 {
        let element = header.elements.get(packet, Some(id));
        let _ = element.and_then(read_audio_level);
        let _ = element.and_then(read_transport_cc);
    }
    let mut carried = [0; MAX_CARRIED_ELEMENTS];
    let used = template::carry(packet, &header, &ALL_EXTENSIONS, &mut carried);
    let elements = carried.get(..used).unwrap_or_default();
    let mut templates = Templates::default();
    let template = templates.build(&ALL_EXTENSIONS, header.marker, elements, 0);
    let numbers =
        PacketNumbers { payload_type: 96, sequence: 7, timestamp: 8, ssrc: 9, transport_cc: 10, frame_number: 11 };
    let mut out = [0; MAX_HEADER];
    let length = templates.write(&template, &numbers, &mut out);
    let written = out.get(..length).unwrap_or_default();
    match RtpHeader::read(written) {
        Some(read) if read.marker == header.marker && (read.sequence, read.ssrc) == (7, 9) => {}
        other => panic!("{written:02x?} reads as {other:?}"),
    }
    payload(header.payload(packet));
    true
}

/// Reads a payload as every codec in turn, and as a retransmission.
pub fn payload(payload: &[u8]) {
    let inner = retransmission::original(payload).map_or(&[][..], |(_, payload)| payload);
    for bytes in [payload, inner] {
        for codec in [Codec::Opus, Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1] {
            let description = PayloadDescription::read(codec, bytes);
            if let Some(descriptor) = description.vp8 {
                let offsets = Vp8Offsets { picture_id: 0x7fff, tl0_picture_index: 255, key_index: 31 };
                descriptor.write(&offsets, &mut [0; MAX_DESCRIPTOR]);
            }
        }
    }
}

/// Reads a decrypted RTCP datagram to its end; says how many parts it had.
pub fn rtcp(datagram: &[u8]) -> usize {
    Compound::read(datagram)
        .inspect(|part| match part {
            RtcpPacket::SenderReport { blocks, .. } | RtcpPacket::ReceiverReport { blocks } => drop((*blocks).count()),
            RtcpPacket::Nack { sequences, .. } => drop((*sequences).count()),
            RtcpPacket::FullIntraRequest { ssrcs } => drop((*ssrcs).count()),
            RtcpPacket::PictureLoss { .. }
            | RtcpPacket::TransportFeedback { .. }
            | RtcpPacket::Goodbye
            | RtcpPacket::Other => {}
        })
        .count()
}

/// Takes bytes as pairs of transport-cc numbers and steps in time, and writes the feedback for them.
pub fn arrivals(bytes: &[u8]) {
    let mut recorder = ArrivalRecorder::default();
    let mut time = Duration::from_secs(1);
    for pair in bytes.chunks_exact(3) {
        if let [high, low, step] = *pair {
            time += Duration::from_millis(u64::from(step) * u64::from(step));
            recorder.record(u16::from_be_bytes([high, low]), time);
        }
    }
    let mut rounds = 0;
    while !recorder.is_empty() && rounds < 2000 {
        recorder.write(&mut Vec::new(), 400);
        rounds += 1;
    }
}
