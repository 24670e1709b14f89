//! What has arrived of one publisher's stream, and what is missing.
//!
//! In go the sequence numbers as they arrive, of media and of recovered retransmissions; out come extended sequence numbers,
//! each at most once, the numbers to ask for again, and the figures of a receiver report (RFC 3550, section 6.4.1).

use std::time::Instant;

use crate::limits;

/// Packets that are told apart from their duplicates.
const WINDOW: u64 = 2048;
const WORDS: usize = (WINDOW / 64) as usize;
/// The first extended number, high enough that numbers before the first packet are positive.
const FIRST_CYCLE: u64 = 1 << 17;

/// What a packet's sequence number turned out to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Arrival {
    /// Not seen before; its extended sequence number.
    New(u64),
    /// Seen before.
    Duplicate,
    /// So old that it cannot be told whether it was seen.
    TooOld,
}

#[derive(Clone, Copy, Debug)]
struct Missing {
    sequence: u64,
    since: Instant,
    next: Instant,
    tries: u8,
}

/// The figures of a report block.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct ReceptionFigures {
    /// Lost of the packets expected since the last report, in 1/256.
    pub(crate) fraction_lost: u8,
    /// Lost since the beginning; 24 bits, never negative here because duplicates do not count.
    pub(crate) cumulative_lost: u32,
    /// Highest sequence number with its cycles.
    pub(crate) extended_highest: u32,
    /// Interarrival jitter in timestamp units.
    pub(crate) jitter: u32,
}

/// The receiving end of one SSRC.
#[derive(Debug)]
pub(crate) struct Reception {
    clock_rate: u32,
    /// The cycle in which the first packet is counted; a stream that replaces another goes on above it.
    first_cycle: u64,
    highest: Option<u64>,
    base: u64,
    seen: [u64; WORDS],
    received: u64,
    recovered: u64,
    jitter_q4: u32,
    transit: Option<u32>,
    last_expected: u64,
    last_received: u64,
    missing: Vec<Missing>,
    nacks: bool,
}

impl Reception {
    /// A stream of which nothing came yet. `nacks` says whether missing packets are to be asked for.
    pub(crate) fn new(clock_rate: u32, nacks: bool) -> Self {
        Self::above(clock_rate, nacks, FIRST_CYCLE)
    }

    fn above(clock_rate: u32, nacks: bool, first_cycle: u64) -> Self {
        Self {
            clock_rate,
            first_cycle,
            highest: None,
            base: 0,
            seen: [0; WORDS],
            received: 0,
            recovered: 0,
            jitter_q4: 0,
            transit: None,
            last_expected: 0,
            last_received: 0,
            missing: Vec::new(),
            nacks,
        }
    }

    /// A stream that takes this one's place under another SSRC: all its extended numbers are above those of this one.
    pub(crate) fn successor(&self) -> Self {
        let first_cycle = self.highest.map_or(self.first_cycle, |highest| (highest >> 16 << 16) + (1 << 17));
        Self::above(self.clock_rate, self.nacks, first_cycle)
    }

    /// The highest extended sequence number.
    pub(crate) fn highest(&self) -> Option<u64> {
        self.highest
    }

    /// Different packets received.
    #[cfg(test)]
    fn received(&self) -> u64 {
        self.received
    }

    /// Different packets received without the help of a retransmission.
    pub(crate) fn arrived_unaided(&self) -> u64 {
        self.received - self.recovered
    }

    /// Packets expected up to the highest.
    pub(crate) fn expected(&self) -> u64 {
        self.highest.map_or(0, |highest| highest - self.base + 1)
    }

    /// Takes note of a packet on its own stream.
    pub(crate) fn receive(&mut self, now: Instant, sequence: u16) -> Arrival {
        let Some(highest) = self.highest else {
            let extended = self.first_cycle + u64::from(sequence);
            self.highest = Some(extended);
            self.base = extended;
            self.mark(extended);
            self.received = 1;
            return Arrival::New(extended);
        };
        let ahead = sequence.wrapping_sub(highest as u16) as i16;
        if ahead > 0 {
            let extended = highest + ahead as u64;
            for passed in highest + 1..(extended + 1).min(highest + 1 + WINDOW) {
                self.unmark(passed);
            }
            if ahead as u64 > WINDOW {
                self.seen = [0; WORDS];
            }
            self.note_gap(now, highest + 1, extended);
            self.highest = Some(extended);
            self.mark(extended);
            self.received += 1;
            return Arrival::New(extended);
        }
        self.receive_past(highest, u64::from(ahead.unsigned_abs()))
    }

    /// Takes note of a packet recovered from a retransmission; it never moves the stream forward.
    pub(crate) fn recover(&mut self, sequence: u16) -> Arrival {
        let Some(highest) = self.highest else { return Arrival::TooOld };
        let behind = (highest as u16).wrapping_sub(sequence);
        if behind > i16::MAX as u16 {
            return Arrival::TooOld;
        }
        let arrival = self.receive_past(highest, u64::from(behind));
        self.recovered += u64::from(matches!(arrival, Arrival::New(_)));
        arrival
    }

    fn receive_past(&mut self, highest: u64, behind: u64) -> Arrival {
        let extended = highest.saturating_sub(behind);
        if behind >= WINDOW || extended < self.first_cycle.saturating_sub(1 << 16) {
            return Arrival::TooOld;
        }
        if self.is_marked(extended) {
            return Arrival::Duplicate;
        }
        self.mark(extended);
        self.received += 1;
        self.base = self.base.min(extended);
        self.missing.retain(|missing| missing.sequence != extended);
        Arrival::New(extended)
    }

    /// Takes the timestamp of a packet that came in order into the jitter (RFC 3550, appendix A.8). `arrival` is any clock
    /// in timestamp units.
    pub(crate) fn note_timestamp(&mut self, timestamp: u32, arrival: u32) {
        let transit = arrival.wrapping_sub(timestamp);
        if let Some(last) = self.transit {
            let difference = (transit.wrapping_sub(last) as i32).unsigned_abs().min(self.clock_rate);
            self.jitter_q4 = self.jitter_q4 + difference - ((self.jitter_q4 + 8) >> 4);
        }
        self.transit = Some(transit);
    }

    fn note_gap(&mut self, now: Instant, from: u64, to: u64) {
        if !self.nacks || to - from > limits::MAX_MISSING as u64 {
            return;
        }
        for sequence in from..to {
            if self.missing.len() >= limits::MAX_MISSING {
                self.missing.remove(0);
            }
            let next = now + limits::NACK_REORDER_WAIT;
            self.missing.push(Missing { sequence, since: now, next, tries: 0 });
        }
    }

    /// When the next missing packet is to be asked for.
    pub(crate) fn next_nack(&self) -> Option<Instant> {
        self.missing.iter().map(|missing| missing.next).min()
    }

    /// Appends the sequence numbers that are to be asked for now, and gives up on those that are too old.
    pub(crate) fn take_nacks(&mut self, now: Instant, out: &mut Vec<u16>) {
        self.missing.retain_mut(|missing| {
            if missing.tries >= limits::MAX_NACKS_PER_PACKET || now.duration_since(missing.since) > limits::NACK_MAX_AGE
            {
                return false;
            }
            if missing.next <= now {
                out.push(missing.sequence as u16);
                missing.next = now + limits::NACK_RETRY * (1 << missing.tries.min(3));
                missing.tries += 1;
            }
            true
        });
    }

    /// Stops asking for what is missing.
    pub(crate) fn forget_missing(&mut self) {
        self.missing.clear();
    }

    /// The figures of a report block; begins a new interval.
    pub(crate) fn report(&mut self) -> Option<ReceptionFigures> {
        let highest = self.highest?;
        let expected = self.expected();
        let expected_now = expected.saturating_sub(self.last_expected);
        let received_now = self.arrived_unaided().saturating_sub(self.last_received);
        let lost_now = expected_now.saturating_sub(received_now);
        self.last_expected = expected;
        self.last_received = self.arrived_unaided();
        let fraction_lost = (lost_now * 256).checked_div(expected_now).unwrap_or(0).min(255) as u8;
        Some(ReceptionFigures {
            fraction_lost,
            cumulative_lost: expected.saturating_sub(self.arrived_unaided()).min(0x7f_ffff) as u32,
            extended_highest: (highest - self.first_cycle.min(highest)) as u32,
            jitter: self.jitter_q4 >> 4,
        })
    }

    fn word(sequence: u64) -> (usize, u64) {
        ((sequence % WINDOW / 64) as usize, 1 << (sequence % 64))
    }

    fn is_marked(&self, sequence: u64) -> bool {
        let (word, bit) = Self::word(sequence);
        self.seen.get(word).is_some_and(|bits| bits & bit != 0)
    }

    fn mark(&mut self, sequence: u64) {
        let (word, bit) = Self::word(sequence);
        if let Some(bits) = self.seen.get_mut(word) {
            *bits |= bit;
        }
    }

    fn unmark(&mut self, sequence: u64) {
        let (word, bit) = Self::word(sequence);
        if let Some(bits) = self.seen.get_mut(word) {
            *bits &= !bit;
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use std::collections::HashSet;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn new(extended: Arrival) -> u64 {
        match extended {
            Arrival::New(sequence) => sequence,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn extends_over_the_wrap_in_both_directions() {
        let now = Instant::now();
        let mut reception = Reception::new(90_000, true);
        let first = new(reception.receive(now, 65_534));
        assert_eq!(new(reception.receive(now, 1)), first + 3);
        assert_eq!(new(reception.receive(now, 65_535)), first + 1);
        assert_eq!(reception.receive(now, 65_535), Arrival::Duplicate);
        assert_eq!(new(reception.recover(0)), first + 2);
        assert_eq!(reception.recover(0), Arrival::Duplicate);
        assert_eq!(reception.recover(2), Arrival::TooOld, "a retransmission does not move the stream forward");
        assert_eq!((reception.received(), reception.expected()), (4, 4));
    }

    #[test]
    fn asks_for_what_is_missing_and_gives_up() {
        let start = Instant::now();
        let mut reception = Reception::new(90_000, true);
        reception.receive(start, 10);
        reception.receive(start, 13);
        let mut asked = Vec::new();
        reception.take_nacks(start, &mut asked);
        assert!(asked.is_empty(), "may be reordering");
        reception.take_nacks(start + limits::NACK_REORDER_WAIT, &mut asked);
        assert_eq!(asked, [11, 12]);
        reception.recover(11);
        asked.clear();
        let mut at = start;
        while reception.next_nack().is_some() {
            at += Duration::from_millis(10);
            assert!(at < start + Duration::from_secs(2));
            reception.take_nacks(at, &mut asked);
        }
        assert!(asked.iter().all(|sequence| *sequence == 12));
        assert!((3..=usize::from(limits::MAX_NACKS_PER_PACKET)).contains(&asked.len()), "{asked:?}");
    }

    #[test]
    fn report_counts_loss_of_the_interval() {
        let now = Instant::now();
        let mut reception = Reception::new(90_000, true);
        for sequence in (0..100).filter(|sequence| sequence % 4 != 1) {
            reception.receive(now, sequence);
        }
        let figures = reception.report().unwrap();
        assert_eq!((figures.cumulative_lost, figures.fraction_lost), (25, 64));
        for sequence in 100..200 {
            reception.receive(now, sequence);
        }
        let figures = reception.report().unwrap();
        assert_eq!((figures.cumulative_lost, figures.fraction_lost, figures.extended_highest), (25, 0, 199));
    }

    #[test]
    fn a_successor_never_repeats_an_extended_number() {
        let now = Instant::now();
        let mut reception = Reception::new(90_000, true);
        reception.receive(now, 65_000);
        let highest = new(reception.receive(now, 3));
        assert!(new(reception.successor().receive(now, 0)) > highest + 60_000);
    }

    proptest! {
        #[test]
        fn every_extended_number_comes_once(steps in proptest::collection::vec((any::<u16>(), any::<bool>(), 0u16..40), 1..400)) {
            let mut now = Instant::now();
            let mut reception = Reception::new(90_000, true);
            let mut seen = HashSet::new();
            let mut next = 0u16;
            for (jump, recover, step) in steps {
                now += Duration::from_millis(3);
                let sequence = if jump > 65_000 { jump } else { next.wrapping_add(step).wrapping_sub(10) };
                next = next.wrapping_add(1);
                let arrival = if recover { reception.recover(sequence) } else { reception.receive(now, sequence) };
                if let Arrival::New(extended) = arrival {
                    prop_assert_eq!(extended as u16, sequence);
                    prop_assert!(seen.insert(extended));
                }
                prop_assert!(reception.missing.len() <= limits::MAX_MISSING);
                let mut out = Vec::new();
                reception.take_nacks(now, &mut out);
                prop_assert!(reception.received() <= reception.expected());
            }
        }
    }
}
