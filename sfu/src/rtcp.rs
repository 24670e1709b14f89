//! Reads and writes the RTCP packets that an SFU needs (RFC 3550, section 6; RFC 4585; RFC 5104; transport-cc), without
//! allocation for reading.
//!
//! In goes one decrypted datagram, a compound or reduced-size packet; out comes an iterator of its parts. A part that
//! contradicts its own length ends the iteration; unknown parts are passed over.

use crate::forward::reception::ReceptionFigures;
use crate::forward::timestamp::NtpTime;

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const GOODBYE: u8 = 203;
const TRANSPORT_LAYER_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;
const FORMAT_NACK: u8 = 1;
const FORMAT_TRANSPORT_CC: u8 = 15;
const FORMAT_PLI: u8 = 1;
const FORMAT_FIR: u8 = 4;

/// The most report blocks in one packet (5 bits).
pub(crate) const MAX_REPORT_BLOCKS: usize = 31;

/// One part of a compound packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RtcpPacket<'p> {
    /// RFC 3550, section 6.4.1.
    SenderReport {
        /// Whose stream it is about.
        ssrc: u32,
        /// The sender's wall clock.
        ntp: NtpTime,
        /// The stream's media clock at that time.
        rtp: u32,
        /// What the sender received itself.
        blocks: ReportBlocks<'p>,
    },
    /// RFC 3550, section 6.4.2.
    ReceiverReport {
        /// What was received.
        blocks: ReportBlocks<'p>,
    },
    /// Generic NACK (RFC 4585, section 6.2.1).
    Nack {
        /// The stream of which packets are missing.
        ssrc: u32,
        /// Which.
        sequences: NackedSequences<'p>,
    },
    /// Picture loss indication (RFC 4585, section 6.3.1).
    PictureLoss {
        /// The stream that needs a keyframe.
        ssrc: u32,
    },
    /// Full intra request (RFC 5104, section 4.3.1).
    FullIntraRequest {
        /// The streams that need a keyframe.
        ssrcs: FullIntraSsrcs<'p>,
    },
    /// Transport-wide congestion control feedback.
    TransportFeedback {
        /// From the base sequence number on, as on the wire.
        contents: &'p [u8],
    },
    /// RFC 3550, section 6.6.
    Goodbye,
    /// Something else.
    Other,
}

/// One report block (RFC 3550, section 6.4.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReportBlock {
    /// The stream that it is about.
    pub(crate) ssrc: u32,
    /// The figures.
    pub(crate) figures: ReceptionFigures,
    /// Middle 32 bits of the last sender report's NTP time, 0 for none.
    pub(crate) last_sender_report: u32,
    /// Time since that report came, in 1/65536 s.
    pub(crate) delay: u32,
}

/// The report blocks of a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReportBlocks<'p>(&'p [u8]);

impl Iterator for ReportBlocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let (block, rest) = self.0.split_first_chunk::<24>()?;
        self.0 = rest;
        let word = |index: usize| u32_at(block, index * 4).unwrap_or_default();
        Some(ReportBlock {
            ssrc: word(0),
            figures: ReceptionFigures {
                fraction_lost: (word(1) >> 24) as u8,
                cumulative_lost: word(1) & 0xff_ffff,
                extended_highest: word(2),
                jitter: word(3),
            },
            last_sender_report: word(4),
            delay: word(5),
        })
    }
}

/// The sequence numbers of a generic NACK.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NackedSequences<'p> {
    rest: &'p [u8],
    first: u16,
    mask: u16,
}

impl Iterator for NackedSequences<'_> {
    type Item = u16;

    fn next(&mut self) -> Option<u16> {
        if self.mask != 0 {
            let bit = self.mask.trailing_zeros() as u16;
            self.mask &= self.mask - 1;
            return Some(self.first.wrapping_add(bit + 1));
        }
        let (&[p0, p1, m0, m1], rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        self.first = u16::from_be_bytes([p0, p1]);
        self.mask = u16::from_be_bytes([m0, m1]);
        Some(self.first)
    }
}

/// The streams of a full intra request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct FullIntraSsrcs<'p>(&'p [u8]);

impl Iterator for FullIntraSsrcs<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (entry, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        u32_at(entry, 0)
    }
}

/// The parts of one datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compound<'p>(&'p [u8]);

impl<'p> Compound<'p> {
    /// The parts of a decrypted datagram.
    pub(crate) fn read(datagram: &'p [u8]) -> Self {
        Self(datagram)
    }
}

impl<'p> Iterator for Compound<'p> {
    type Item = RtcpPacket<'p>;

    fn next(&mut self) -> Option<RtcpPacket<'p>> {
        let &[first, kind, l0, l1] = self.0.first_chunk()?;
        let length = 4 + 4 * usize::from(u16::from_be_bytes([l0, l1]));
        let Some((packet, rest)) = self.0.split_at_checked(length).filter(|_| first >> 6 == 2) else {
            self.0 = &[];
            return None;
        };
        self.0 = rest;
        let mut body = packet.get(4..)?;
        if first & 0x20 != 0 {
            // Padding is allowed on the last part only, and always a multiple of four.
            let padding = usize::from(body.last().copied().unwrap_or(0));
            body = body.len().checked_sub(padding).and_then(|end| body.get(..end)).unwrap_or_default();
        }
        Some(read_part(first & 0x1f, kind, body).unwrap_or(RtcpPacket::Other))
    }
}

fn read_part(count: u8, kind: u8, body: &[u8]) -> Option<RtcpPacket<'_>> {
    let blocks = |from: usize| {
        let end = from + 24 * usize::from(count);
        body.get(from..end).map(ReportBlocks)
    };
    Some(match (kind, count) {
        (SENDER_REPORT, _) => RtcpPacket::SenderReport {
            ssrc: u32_at(body, 0)?,
            ntp: NtpTime(u64::from(u32_at(body, 4)?) << 32 | u64::from(u32_at(body, 8)?)),
            rtp: u32_at(body, 12)?,
            blocks: blocks(24)?,
        },
        (RECEIVER_REPORT, _) => RtcpPacket::ReceiverReport { blocks: blocks(4)? },
        (GOODBYE, _) => RtcpPacket::Goodbye,
        (TRANSPORT_LAYER_FEEDBACK, FORMAT_NACK) => RtcpPacket::Nack {
            ssrc: u32_at(body, 4)?,
            sequences: NackedSequences { rest: body.get(8..)?, first: 0, mask: 0 },
        },
        (TRANSPORT_LAYER_FEEDBACK, FORMAT_TRANSPORT_CC) => RtcpPacket::TransportFeedback { contents: body.get(8..)? },
        (PAYLOAD_FEEDBACK, FORMAT_PLI) => RtcpPacket::PictureLoss { ssrc: u32_at(body, 4)? },
        (PAYLOAD_FEEDBACK, FORMAT_FIR) => RtcpPacket::FullIntraRequest { ssrcs: FullIntraSsrcs(body.get(8..)?) },
        _ => RtcpPacket::Other,
    })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn header(out: &mut Vec<u8>, count: u8, kind: u8, words: usize) {
    out.extend([0x80 | count & 0x1f, kind]);
    out.extend((words as u16).to_be_bytes());
}

fn write_block(out: &mut Vec<u8>, block: &ReportBlock) {
    out.extend(block.ssrc.to_be_bytes());
    let lost = u32::from(block.figures.fraction_lost) << 24 | block.figures.cumulative_lost & 0xff_ffff;
    for word in [lost, block.figures.extended_highest, block.figures.jitter, block.last_sender_report, block.delay] {
        out.extend(word.to_be_bytes());
    }
}

/// Appends a receiver report with the first [`MAX_REPORT_BLOCKS`] of `blocks`.
pub(crate) fn write_receiver_report(out: &mut Vec<u8>, sender: u32, blocks: &[ReportBlock]) {
    let blocks = blocks.get(..blocks.len().min(MAX_REPORT_BLOCKS)).unwrap_or_default();
    header(out, blocks.len() as u8, RECEIVER_REPORT, 1 + 6 * blocks.len());
    out.extend(sender.to_be_bytes());
    for block in blocks {
        write_block(out, block);
    }
}

/// What a sender report says of one stream of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SenderFigures {
    /// The stream.
    pub(crate) ssrc: u32,
    /// The wall clock.
    pub(crate) ntp: NtpTime,
    /// The media clock at that time.
    pub(crate) rtp: u32,
    /// Packets sent.
    pub(crate) packets: u32,
    /// Payload bytes sent.
    pub(crate) octets: u32,
}

/// Appends a sender report without report blocks, and the source description that belongs to it.
pub(crate) fn write_sender_report(out: &mut Vec<u8>, figures: &SenderFigures, cname: &str) {
    header(out, 0, SENDER_REPORT, 6);
    out.extend(figures.ssrc.to_be_bytes());
    out.extend(figures.ntp.0.to_be_bytes());
    for word in [figures.rtp, figures.packets, figures.octets] {
        out.extend(word.to_be_bytes());
    }
    let cname = cname.as_bytes().get(..cname.len().min(255)).unwrap_or_default();
    // The chunk ends with at least one zero byte and is padded to four (RFC 3550, section 6.5).
    let chunk = (4 + 2 + cname.len() + 1).next_multiple_of(4);
    header(out, 1, SOURCE_DESCRIPTION, chunk / 4);
    let end = out.len() + chunk;
    out.extend(figures.ssrc.to_be_bytes());
    out.extend([1, cname.len() as u8]);
    out.extend(cname);
    out.resize(end, 0);
}

/// The length of what [`write_sender_report`] appends.
pub(crate) fn sender_report_length(cname: &str) -> usize {
    28 + 4 + (7 + cname.len().min(255)).next_multiple_of(4)
}

/// Appends a generic NACK. Sequence numbers near each other share an entry when they come in order.
pub(crate) fn write_nack(out: &mut Vec<u8>, sender: u32, ssrc: u32, sequences: &[u16]) {
    let start = out.len();
    header(out, FORMAT_NACK, TRANSPORT_LAYER_FEEDBACK, 0);
    out.extend(sender.to_be_bytes());
    out.extend(ssrc.to_be_bytes());
    let mut entries = 0;
    let mut rest = sequences.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut mask = 0u16;
        while let Some(ahead) =
            rest.peek().map(|next| next.wrapping_sub(first)).filter(|ahead| (1..=16).contains(ahead))
        {
            mask |= 1 << (ahead - 1);
            rest.next();
        }
        out.extend(first.to_be_bytes());
        out.extend(mask.to_be_bytes());
        entries += 1;
    }
    set_length(out, start, 2 + entries);
}

/// Appends a picture loss indication.
pub(crate) fn write_picture_loss(out: &mut Vec<u8>, sender: u32, ssrc: u32) {
    header(out, FORMAT_PLI, PAYLOAD_FEEDBACK, 2);
    out.extend(sender.to_be_bytes());
    out.extend(ssrc.to_be_bytes());
}

/// Appends a full intra request; `number` changes with every new request (RFC 5104, section 4.3.1).
pub(crate) fn write_full_intra_request(out: &mut Vec<u8>, sender: u32, ssrc: u32, number: u8) {
    header(out, FORMAT_FIR, PAYLOAD_FEEDBACK, 4);
    out.extend(sender.to_be_bytes());
    out.extend(0u32.to_be_bytes());
    out.extend(ssrc.to_be_bytes());
    out.extend([number, 0, 0, 0]);
}

/// Appends a transport-cc feedback packet whose contents, from the base sequence number on, `write` appends.
pub(crate) fn write_transport_feedback(out: &mut Vec<u8>, sender: u32, ssrc: u32, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    header(out, FORMAT_TRANSPORT_CC, TRANSPORT_LAYER_FEEDBACK, 0);
    out.extend(sender.to_be_bytes());
    out.extend(ssrc.to_be_bytes());
    write(out);
    let unpadded = out.len();
    out.resize(unpadded.next_multiple_of(4), 0);
    let padding = out.len() - unpadded;
    if padding > 0 {
        if let Some(last) = out.last_mut() {
            *last = padding as u8;
        }
        if let Some(first) = out.get_mut(start) {
            *first |= 0x20;
        }
    }
    let words = (out.len() - start) / 4 - 1;
    set_length(out, start, words);
}

fn set_length(out: &mut [u8], start: usize, words: usize) {
    if let Some(field) = out.get_mut(start + 2..start + 4) {
        field.copy_from_slice(&(words as u16).to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reports_survive_writing_and_reading() {
        let figures =
            ReceptionFigures { fraction_lost: 64, cumulative_lost: 25, extended_highest: 0x1_0005, jitter: 90 };
        let block = ReportBlock { ssrc: 7, figures, last_sender_report: 0xaabb_ccdd, delay: 65_536 };
        let sent = SenderFigures { ssrc: 9, ntp: NtpTime(5 << 32 | 1), rtp: 3, packets: 2, octets: 1 };
        let mut out = Vec::new();
        write_receiver_report(&mut out, 1, &[block, block]);
        let before = out.len();
        write_sender_report(&mut out, &sent, "name");
        assert_eq!(out.len() - before, sender_report_length("name"));
        let parts: Vec<_> = Compound::read(&out).collect();
        let [
            RtcpPacket::ReceiverReport { blocks },
            RtcpPacket::SenderReport { ssrc: 9, ntp, rtp: 3, .. },
            RtcpPacket::Other,
        ] = parts[..]
        else {
            panic!("{parts:?}")
        };
        assert_eq!(blocks.collect::<Vec<_>>(), [block, block]);
        assert_eq!(ntp, sent.ntp);
    }

    #[test]
    fn nacked_sequences_share_entries_and_wrap() {
        let sequences = [65_530, 65_535, 5, 9, 100];
        let mut out = Vec::new();
        write_nack(&mut out, 1, 2, &sequences);
        assert_eq!(out.len(), 12 + 4 * 2);
        let Some(RtcpPacket::Nack { ssrc: 2, sequences: read }) = Compound::read(&out).next() else { panic!() };
        assert_eq!(read.collect::<Vec<_>>(), sequences);
    }

    #[test]
    fn keyframe_requests_name_their_stream() {
        let mut out = Vec::new();
        write_picture_loss(&mut out, 1, 77);
        write_full_intra_request(&mut out, 1, 78, 3);
        let mut parts = Compound::read(&out);
        assert_eq!(parts.next(), Some(RtcpPacket::PictureLoss { ssrc: 77 }));
        let Some(RtcpPacket::FullIntraRequest { ssrcs }) = parts.next() else { panic!() };
        assert_eq!(ssrcs.collect::<Vec<_>>(), [78]);
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        use rtc_rtcp::transport_feedbacks::transport_layer_nack::TransportLayerNack;
        let mut out = Vec::new();
        write_nack(&mut out, 1, 2, &[10, 12, 27]);
        let mut bytes = bytes::Bytes::from(out);
        let packets = rtc_rtcp::packet::unmarshal(&mut bytes).unwrap();
        let nack = packets[0].as_any().downcast_ref::<TransportLayerNack>().unwrap();
        let asked: Vec<u16> = nack.nacks.iter().flat_map(|pair| pair.packet_list()).collect();
        assert_eq!((nack.media_ssrc, asked), (2, vec![10, 12, 27]));
    }

    proptest! {
        #[test]
        fn no_input_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..128), kind in 200u8..208) {
            if bytes.len() > 4 { bytes[0] = 0x80 | bytes[0] & 0x3f; bytes[1] = kind; bytes[2] = 0; bytes[3] &= 31; }
            for part in Compound::read(&bytes) {
                match part {
                    RtcpPacket::SenderReport { blocks, .. } | RtcpPacket::ReceiverReport { blocks } => drop(blocks.count()),
                    RtcpPacket::Nack { sequences, .. } => drop(sequences.count()),
                    RtcpPacket::FullIntraRequest { ssrcs } => drop(ssrcs.count()),
                    _ => {}
                }
            }
        }
    }
}
