//! Transport-wide congestion control feedback towards a publisher: when each of its packets arrived, by transport-wide
//! sequence number, so that its estimator can work (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//!
//! In go sequence numbers and arrival times; out comes the content of a feedback packet.

use std::collections::VecDeque;
use std::time::Duration;

use crate::limits::MAX_FEEDBACK_STATUSES;

/// Arrival times count in these.
const TICK_MICROSECONDS: u64 = 250;
/// The reference time counts in 64 ms.
const TICKS_PER_REFERENCE: u64 = 64_000 / TICK_MICROSECONDS;
/// How far behind what was reported a packet may come and still be reported.
const MAX_BEHIND: u64 = 256;

/// The arrivals of one transport that were not reported yet.
#[derive(Debug, Default)]
pub(crate) struct ArrivalRecorder {
    /// Extended sequence number of the first entry.
    base: u64,
    /// Arrival in ticks since the epoch, `None` for what is missing.
    arrivals: VecDeque<Option<u64>>,
    started: bool,
    count: u8,
}

impl ArrivalRecorder {
    /// Takes note of a packet. `since_epoch` is the arrival on any monotonic clock.
    pub(crate) fn record(&mut self, sequence: u16, since_epoch: Duration) {
        let tick = since_epoch.as_micros() as u64 / TICK_MICROSECONDS;
        if !self.started {
            self.started = true;
            self.base = (1 << 17) + u64::from(sequence);
        }
        let next = self.base + self.arrivals.len() as u64;
        let ahead = sequence.wrapping_sub(next as u16) as i16;
        let extended = next.wrapping_add_signed(i64::from(ahead));
        if extended >= self.base + MAX_FEEDBACK_STATUSES as u64 {
            // An outage longer than a feedback can describe: what was before it has no use any more.
            self.arrivals.clear();
            self.base = extended;
        }
        if extended < self.base {
            let behind = self.base - extended;
            if behind > MAX_BEHIND || self.arrivals.len() as u64 + behind > MAX_FEEDBACK_STATUSES as u64 {
                return;
            }
            for _ in 0..behind {
                self.arrivals.push_front(None);
            }
            self.base = extended;
        }
        let index = (extended - self.base) as usize;
        while self.arrivals.len() <= index {
            self.arrivals.push_back(None);
        }
        if let Some(arrival) = self.arrivals.get_mut(index)
            && arrival.is_none()
        {
            *arrival = Some(tick);
        }
    }

    /// Whether there is something to report.
    pub(crate) fn is_empty(&self) -> bool {
        self.arrivals.is_empty()
    }

    /// Heap memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.arrivals.capacity() * size_of::<Option<u64>>()
    }

    /// Appends the content of a feedback packet, from the base sequence number on, and forgets what it reports. It is at
    /// most `max_length` bytes; what does not fit stays for the next.
    pub(crate) fn write(&mut self, out: &mut Vec<u8>, max_length: usize) {
        while let Some(None) = self.arrivals.front() {
            self.arrivals.pop_front();
            self.base += 1;
        }
        let Some(&Some(first)) = self.arrivals.front() else { return };
        let reference = first / TICKS_PER_REFERENCE;
        let mut symbols = Vec::with_capacity(self.arrivals.len());
        let mut deltas = Vec::with_capacity(self.arrivals.len() + 16);
        let mut previous = reference * TICKS_PER_REFERENCE;
        // Two bits a packet in the worst case, and the fixed part.
        let fits = |packets: usize, deltas: usize| 8 + 2 * (packets / 7 + 1) + deltas + 2 <= max_length;
        for arrival in &self.arrivals {
            if !fits(symbols.len() + 1, deltas.len()) {
                break;
            }
            let Some(tick) = *arrival else {
                symbols.push(Symbol::Missing);
                continue;
            };
            let delta = tick as i64 - previous as i64;
            if let Ok(small) = u8::try_from(delta) {
                symbols.push(Symbol::SmallDelta);
                deltas.push(small);
            } else if let Ok(large) = i16::try_from(delta) {
                symbols.push(Symbol::LargeDelta);
                deltas.extend(large.to_be_bytes());
            } else {
                break;
            }
            previous = tick;
        }
        out.extend((self.base as u16).to_be_bytes());
        out.extend((symbols.len() as u16).to_be_bytes());
        out.extend((reference as u32 & 0xff_ffff).to_be_bytes().get(1..).unwrap_or_default());
        out.push(self.count);
        write_chunks(out, &symbols);
        out.extend(deltas);
        self.count = self.count.wrapping_add(1);
        // The first packet always fits: its delta to the reference time is less than 64 ms.
        self.base += symbols.len() as u64;
        self.arrivals.drain(..symbols.len());
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
enum Symbol {
    Missing = 0,
    SmallDelta = 1,
    LargeDelta = 2,
}

/// Runs of seven or more of one kind take a run-length chunk, anything else a vector of seven two-bit symbols.
fn write_chunks(out: &mut Vec<u8>, mut symbols: &[Symbol]) {
    while let Some(&first) = symbols.first() {
        let run = symbols.iter().take_while(|symbol| **symbol == first).count().min(0x1fff);
        if run >= 7 || run == symbols.len() {
            out.extend(((first as u16) << 13 | run as u16).to_be_bytes());
            symbols = symbols.get(run..).unwrap_or_default();
        } else {
            let taken = symbols.len().min(7);
            let (vector, rest) = symbols.split_at(taken);
            let bits = vector
                .iter()
                .enumerate()
                .fold(0u16, |bits, (index, symbol)| bits | (*symbol as u16) << (12 - 2 * index));
            out.extend((0xc000 | bits).to_be_bytes());
            symbols = rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rtc_rtcp::transport_feedbacks::transport_layer_cc::{PacketStatusChunk, SymbolTypeTcc, TransportLayerCc};

    use super::*;

    /// What an independent reader makes of the content: sequence number and arrival in ticks.
    fn read(content: &[u8]) -> Vec<(u16, Option<i64>)> {
        let mut out = Vec::new();
        crate::rtcp::write_transport_feedback(&mut out, 1, 2, |out| out.extend(content));
        let mut bytes = bytes::Bytes::from(out);
        let packets = rtc_rtcp::packet::unmarshal(&mut bytes).unwrap();
        let feedback = packets[0].as_any().downcast_ref::<TransportLayerCc>().unwrap();
        let mut symbols = Vec::new();
        for chunk in &feedback.packet_chunks {
            match chunk {
                PacketStatusChunk::RunLengthChunk(run) => {
                    symbols.extend(std::iter::repeat_n(run.packet_status_symbol, usize::from(run.run_length)));
                }
                PacketStatusChunk::StatusVectorChunk(vector) => symbols.extend(&vector.symbol_list),
            }
        }
        symbols.truncate(usize::from(feedback.packet_status_count));
        let mut time = i64::from(feedback.reference_time) * TICKS_PER_REFERENCE as i64;
        let mut deltas = feedback.recv_deltas.iter();
        let mut sequence = feedback.base_sequence_number;
        symbols
            .into_iter()
            .map(|symbol| {
                let arrival = (symbol != SymbolTypeTcc::PacketNotReceived).then(|| {
                    time += deltas.next().unwrap().delta / TICK_MICROSECONDS as i64;
                    time
                });
                sequence = sequence.wrapping_add(1);
                (sequence.wrapping_sub(1), arrival)
            })
            .collect()
    }

    #[test]
    fn an_independent_reader_finds_every_arrival() {
        let mut recorder = ArrivalRecorder::default();
        let arrivals = [(65_533u16, 1000u64), (65_534, 1001), (0, 1100), (1, 1060), (9, 1400)];
        for (sequence, milliseconds) in arrivals {
            recorder.record(sequence, Duration::from_millis(milliseconds));
        }
        let mut content = Vec::new();
        recorder.write(&mut content, 1000);
        let got: Vec<_> = read(&content)
            .into_iter()
            .filter_map(|(sequence, arrival)| Some((sequence, arrival? as u64 / 4)))
            .collect();
        assert_eq!(got, arrivals);
        assert!(recorder.is_empty());
    }

    #[test]
    fn what_does_not_fit_comes_in_the_next() {
        let mut recorder = ArrivalRecorder::default();
        for sequence in 0..1000u16 {
            recorder.record(sequence, Duration::from_millis(u64::from(sequence)));
        }
        let mut sequences = Vec::new();
        while !recorder.is_empty() {
            let mut content = Vec::new();
            recorder.write(&mut content, 300);
            assert!(content.len() <= 300);
            sequences.extend(read(&content).into_iter().map(|(sequence, _)| sequence));
        }
        assert_eq!(sequences, (0..1000).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn any_order_is_bounded_and_ends(sequences in proptest::collection::vec(any::<u16>(), 1..300)) {
            let mut recorder = ArrivalRecorder::default();
            for (index, sequence) in sequences.iter().enumerate() {
                recorder.record(*sequence, Duration::from_millis(index as u64 * 700));
                prop_assert!(recorder.arrivals.len() <= MAX_FEEDBACK_STATUSES);
            }
            let mut rounds = 0;
            while !recorder.is_empty() {
                let mut content = Vec::new();
                recorder.write(&mut content, 200);
                rounds += 1;
                prop_assert!(rounds <= MAX_FEEDBACK_STATUSES + 1);
            }
        }
    }
}
