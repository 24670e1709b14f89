//! What a peer may make its association hold.
//!
//! `rtc-sctp` bounds the bytes that wait for reassembly, but not their number, nor what lies beyond a gap, nor streams, nor
//! requests to reset them. The peer has proved who it is by now; it may still be hostile. Since SCTP repeats what is not
//! acknowledged, a packet that is not given to the association is only delayed.

use crate::limits::{
    MAX_SCTP_AHEAD, MAX_SCTP_HELD_CHUNKS, MAX_SCTP_RECEIVE_BUFFER, MAX_SCTP_RECONFIGURATIONS, MAX_STREAM_ID,
    MAX_STREAMS,
};

const COMMON_HEADER: usize = 12;
const DATA: u8 = 0;
const INIT: u8 = 1;
const SACK: u8 = 3;
const RECONFIG: u8 = 130;

/// What to do with a packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// Give it to the association.
    Pass,
    /// Forget it: it is malformed, or comes too early.
    Drop,
    /// It begins an association, with this tag of the peer's.
    Init(u32),
    /// The peer broke a bound that no honest one reaches.
    Violation,
}

/// What the association holds, as far as it can be told from outside.
#[derive(Default)]
pub(crate) struct SctpGate {
    /// DATA chunks let in and not read. Repetitions may count twice; whenever our association reports an empty buffer and no
    /// gap the count begins anew.
    held: usize,
    /// The last TSN that we acknowledged together with all before it.
    acknowledged: Option<u32>,
    streams: Vec<u16>,
    reconfigurations: usize,
}

impl SctpGate {
    /// Judges a packet of the peer's.
    pub(crate) fn judge(&mut self, packet: &[u8]) -> Verdict {
        let mut chunks = Chunks::new(packet);
        let mut verdict = Verdict::Pass;
        let mut data = 0;
        for chunk in chunks.by_ref() {
            match chunk.kind {
                INIT => match chunk.u32(0) {
                    Some(tag) => verdict = Verdict::Init(tag),
                    None => return Verdict::Drop,
                },
                DATA => {
                    let (Some(tsn), Some(stream)) = (chunk.u32(0), chunk.u16(4)) else { return Verdict::Drop };
                    if !self.knows_stream(stream) {
                        return Verdict::Violation;
                    }
                    let ahead = self.acknowledged.map_or(1, |last| tsn.wrapping_sub(last) as i32);
                    let held = self.held + data;
                    // The next in order passes where others wait: without it nothing could ever be read.
                    if ahead > MAX_SCTP_AHEAD as i32 || (held >= MAX_SCTP_HELD_CHUNKS && ahead > 1) {
                        return Verdict::Drop;
                    }
                    if held >= 4 * MAX_SCTP_HELD_CHUNKS {
                        return Verdict::Violation;
                    }
                    // What was acknowledged before takes no room.
                    data += usize::from(ahead > 0);
                }
                RECONFIG => {
                    self.reconfigurations += 1;
                    if self.reconfigurations > MAX_SCTP_RECONFIGURATIONS {
                        return Verdict::Violation;
                    }
                }
                _ => {}
            }
        }
        if !chunks.is_complete() {
            return Verdict::Drop;
        }
        self.held += data;
        verdict
    }

    /// A message of this many chunks has been read.
    pub(crate) fn delivered(&mut self, chunks: usize) {
        self.held = self.held.saturating_sub(chunks);
    }

    /// Reads what our own association tells the peer of what it holds.
    pub(crate) fn observe(&mut self, packet: &[u8]) {
        for chunk in Chunks::new(packet).filter(|chunk| chunk.kind == SACK) {
            let (Some(tsn), Some(window), Some(gaps)) = (chunk.u32(0), chunk.u32(4), chunk.u16(8)) else { continue };
            self.acknowledged = Some(tsn);
            if gaps == 0 && window as usize >= MAX_SCTP_RECEIVE_BUFFER {
                self.held = 0;
            }
        }
    }

    fn knows_stream(&mut self, stream: u16) -> bool {
        if self.streams.contains(&stream) {
            return true;
        }
        let fits = stream <= MAX_STREAM_ID && self.streams.len() < MAX_STREAMS;
        if fits {
            self.streams.push(stream);
        }
        fits
    }
}

struct Chunk<'a> {
    kind: u8,
    value: &'a [u8],
}

impl Chunk<'_> {
    fn u16(&self, at: usize) -> Option<u16> {
        Some(u16::from_be_bytes(self.value.get(at..at + 2)?.try_into().ok()?))
    }

    fn u32(&self, at: usize) -> Option<u32> {
        Some(u32::from_be_bytes(self.value.get(at..at + 4)?.try_into().ok()?))
    }
}

/// The chunks of a packet (RFC 9260, 3.2).
struct Chunks<'a> {
    rest: &'a [u8],
}

impl<'a> Chunks<'a> {
    fn new(packet: &'a [u8]) -> Self {
        Self { rest: packet.get(COMMON_HEADER..).unwrap_or(&[0]) }
    }

    /// Whether the packet ended with its last chunk.
    fn is_complete(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let len = usize::from(u16::from_be_bytes(self.rest.get(2..4)?.try_into().ok()?));
        let value = self.rest.get(4..len)?;
        let chunk = Chunk { kind: *self.rest.first()?, value };
        // The padding of the last chunk may be left out.
        self.rest = self.rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(chunks: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![0; COMMON_HEADER];
        for chunk in chunks {
            bytes.extend(chunk);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    fn chunk(kind: u8, value: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind, 3];
        bytes.extend((value.len() as u16 + 4).to_be_bytes());
        bytes.extend(value);
        bytes
    }

    fn data(tsn: u32, stream: u16) -> Vec<u8> {
        let mut value = tsn.to_be_bytes().to_vec();
        value.extend(stream.to_be_bytes());
        value.extend([0, 0, 0, 0, 0, 53, 1]);
        packet(&[chunk(DATA, &value)])
    }

    fn sack(tsn: u32, window: u32, gaps: u16) -> Vec<u8> {
        let mut value = tsn.to_be_bytes().to_vec();
        value.extend(window.to_be_bytes());
        value.extend(gaps.to_be_bytes());
        value.extend([0, 0]);
        value.extend(vec![0; 4 * usize::from(gaps)]);
        packet(&[chunk(SACK, &value)])
    }

    #[test]
    fn chunks_beyond_a_gap_are_bounded_until_it_is_filled() {
        let mut gate = SctpGate::default();
        gate.observe(&sack(100, MAX_SCTP_RECEIVE_BUFFER as u32, 0));
        let passed = (102..5000).filter(|tsn| gate.judge(&data(*tsn, 0)) == Verdict::Pass).count();
        assert_eq!(passed, MAX_SCTP_HELD_CHUNKS);
        assert_eq!(gate.judge(&data(101, 0)), Verdict::Pass, "what fills the gap always passes");
        let last = 101 + MAX_SCTP_HELD_CHUNKS as u32;
        gate.observe(&sack(last, 5, 0));
        assert_eq!(gate.judge(&data(last + 2, 0)), Verdict::Drop, "unread data still counts");
        gate.delivered(3);
        assert_eq!(gate.judge(&data(last + 2, 0)), Verdict::Pass);
        assert_eq!(gate.judge(&data(last + 3, 0)), Verdict::Pass);
        assert_eq!(gate.judge(&data(last + 4, 0)), Verdict::Drop);
        gate.observe(&sack(last, MAX_SCTP_RECEIVE_BUFFER as u32, 0));
        assert_eq!(gate.judge(&data(last + 4, 0)), Verdict::Pass);
        assert_eq!(gate.judge(&data(last + MAX_SCTP_AHEAD, 0)), Verdict::Pass);
        assert_eq!(gate.judge(&data(last + MAX_SCTP_AHEAD + 1, 0)), Verdict::Drop);
    }

    #[test]
    fn chunks_that_complete_nothing_end_the_association() {
        let mut gate = SctpGate::default();
        let verdicts = (1..10_000u32).map(|tsn| {
            gate.observe(&sack(tsn - 1, 1000, 0));
            gate.judge(&data(tsn, 0))
        });
        assert_eq!(verdicts.take_while(|verdict| *verdict == Verdict::Pass).count(), 4 * MAX_SCTP_HELD_CHUNKS);
    }

    #[test]
    fn streams_and_resets_are_bounded() {
        let mut gate = SctpGate::default();
        assert_eq!(gate.judge(&data(1, MAX_STREAM_ID + 1)), Verdict::Violation);
        for stream in 0..MAX_STREAMS as u16 {
            assert_eq!(gate.judge(&data(1, stream)), Verdict::Pass);
        }
        assert_eq!(gate.judge(&data(1, MAX_STREAMS as u16)), Verdict::Violation);
        let reset = packet(&[chunk(RECONFIG, &[0; 16])]);
        let passed = (0..5000).filter(|_| gate.judge(&reset) == Verdict::Pass).count();
        assert_eq!(passed, MAX_SCTP_RECONFIGURATIONS);
    }

    #[test]
    fn malformed_packets_are_dropped() {
        let mut gate = SctpGate::default();
        assert_eq!(gate.judge(&[0; 3]), Verdict::Drop);
        assert_eq!(gate.judge(&packet(&[vec![0, 0, 0, 1]])), Verdict::Drop);
        assert_eq!(gate.judge(&packet(&[vec![0, 0, 0, 3, 0, 0, 0, 0]])), Verdict::Drop);
        assert_eq!(gate.judge(&packet(&[vec![0, 0, 0, 90, 0, 0, 0, 0]])), Verdict::Drop);
        assert_eq!(gate.judge(&packet(&[chunk(INIT, &7u32.to_be_bytes())])), Verdict::Init(7));
    }
}
