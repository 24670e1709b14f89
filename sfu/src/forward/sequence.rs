//! A subscriber's packet numbers: 48-bit indices (RFC 3711, section 3.3.1) that go up without a gap while layers change and
//! packets are left out, and of which none is ever used twice.
//!
//! In goes a publisher's extended sequence number; out comes the index. A [`Span`] is a run over which the two differ by a
//! constant; it ends where the layer changes or a packet is left out, and the last few are remembered, so that a late packet
//! finds the place that was kept for it and a NACK finds the packet that it means. The numbers need no table per packet.
//!
//! Why no index is used twice: [`Reception`](super::reception::Reception) yields each extended number once, a span maps
//! different numbers to different indices, and the spans cover disjoint ranges: a closed one ends at the highest index that
//! it used or kept, and the next one begins above.

use std::collections::VecDeque;

use super::vp8::Vp8Offsets;
use crate::limits;

/// A run of packets of one layer with constant differences between the publisher's numbers and the subscriber's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Span {
    /// The publisher's first extended number.
    pub(crate) first: u64,
    /// Added (wrapping) to the publisher's extended number.
    pub(crate) offset: u64,
    /// The last index that belongs to it, `u64::MAX` while it goes on.
    pub(crate) last_index: u64,
    /// Added (wrapping) to the publisher's timestamp.
    pub(crate) timestamp_offset: u32,
    /// Added to the VP8 payload descriptor.
    pub(crate) vp8: Vp8Offsets,
    /// Added to the frame number of the AV1 dependency descriptor.
    pub(crate) frame_number: u16,
    /// The layer.
    pub(crate) layer: u8,
}

impl Span {
    /// The layer of no span.
    pub(crate) const NO_LAYER: u8 = u8::MAX;

    const NONE: Self = Self {
        first: u64::MAX,
        offset: 0,
        last_index: 0,
        timestamp_offset: 0,
        vp8: Vp8Offsets { picture_id: 0, tl0_picture_index: 0, key_index: 0 },
        frame_number: 0,
        layer: Self::NO_LAYER,
    };

    fn index_of(&self, layer: u8, sequence: u64) -> Option<u64> {
        if self.layer != layer || sequence < self.first {
            return None;
        }
        Some(sequence.wrapping_add(self.offset)).filter(|index| *index <= self.last_index)
    }

    /// The publisher's extended number of an index of this span.
    pub(crate) fn sequence_of(&self, index: u64) -> u64 {
        index.wrapping_sub(self.offset)
    }
}

/// The spans that went before the current one.
#[derive(Clone, Default, Debug)]
pub(crate) struct PastSpans(VecDeque<Span>);

impl PastSpans {
    fn push(&mut self, span: Span) {
        if self.0.len() >= limits::MAX_SPANS {
            self.0.pop_front();
        }
        self.0.push_back(span);
    }

    /// Heap memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.0.capacity() * size_of::<Span>()
    }
}

/// What becomes of a packet that is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LeftOut {
    /// The numbers close up; nobody notices.
    Closed,
    /// Later packets have been sent already, so that its number stays open; an empty packet may take this index.
    Hole(u64),
    /// It has no place among the numbers at all.
    NoPlace,
}

/// The numbering of one subscription.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbering {
    span: Span,
    /// The highest index used or kept for a late packet.
    highest: u64,
}

impl Numbering {
    /// Begins at `first_index`, which is below 2^15 so that a lost first packet cannot be taken for a wrap
    /// (RFC 3711, section 3.3.1), and not 0.
    pub(crate) fn new(first_index: u64) -> Self {
        Self { span: Span::NONE, highest: first_index.saturating_sub(1) }
    }

    /// The current span; its layer is [`Span::NO_LAYER`] while nothing is forwarded.
    #[inline]
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }

    /// The highest index used or kept.
    pub(crate) fn highest(&self) -> u64 {
        self.highest
    }

    /// Ends the current span: what comes is not forwarded until the next begins.
    pub(crate) fn pause(&mut self, past: &mut PastSpans) {
        if self.span.layer != Span::NO_LAYER {
            self.span.last_index = self.highest;
            past.push(self.span);
            self.span = Span::NONE;
        }
    }

    /// Begins a span with the publisher's packet `first` of `layer`. The other differences are for the caller to say.
    pub(crate) fn begin(
        &mut self,
        past: &mut PastSpans,
        layer: u8,
        first: u64,
        timestamp_offset: u32,
        vp8: Vp8Offsets,
        frame_number: u16,
    ) {
        self.pause(past);
        self.span = Span {
            first,
            offset: (self.highest + 1).wrapping_sub(first),
            last_index: u64::MAX,
            timestamp_offset,
            vp8,
            frame_number,
            layer,
        };
    }

    /// The index of a packet of the current span.
    #[inline]
    pub(crate) fn place(&mut self, layer: u8, sequence: u64) -> Option<u64> {
        let index = self.span.index_of(layer, sequence)?;
        self.highest = self.highest.max(index);
        Some(index)
    }

    /// The index and span of a late packet that belongs to a span gone by.
    pub(crate) fn place_late(&self, past: &PastSpans, layer: u8, sequence: u64) -> Option<(u64, Span)> {
        past.0.iter().rev().find_map(|span| span.index_of(layer, sequence).map(|index| (index, *span)))
    }

    /// Leaves a packet out. The numbers close up where it is the newest.
    pub(crate) fn leave_out(
        &mut self,
        past: &mut PastSpans,
        layer: u8,
        sequence: u64,
        vp8: Vp8Offsets,
        frame_number: u16,
    ) -> LeftOut {
        match self.span.index_of(layer, sequence) {
            None => match self.place_late(past, layer, sequence) {
                Some((index, _)) => LeftOut::Hole(index),
                None => LeftOut::NoPlace,
            },
            Some(index) if index <= self.highest => LeftOut::Hole(index),
            Some(index) => {
                let span = Span {
                    first: sequence + 1,
                    offset: self.span.offset.wrapping_sub(1),
                    vp8,
                    frame_number,
                    ..self.span
                };
                // The numbers between the highest that was sent and this one are kept for packets that are late.
                self.highest = index - 1;
                if self.span.first < sequence {
                    self.span.last_index = self.highest;
                    past.push(self.span);
                }
                self.span = span;
                LeftOut::Closed
            }
        }
    }

    /// The index and span that a subscriber means by a 16-bit sequence number, the nearest at or below the highest.
    pub(crate) fn find(&self, past: &PastSpans, sequence: u16) -> Option<(u64, Span)> {
        let index = self.highest.checked_sub(u64::from((self.highest as u16).wrapping_sub(sequence)))?;
        let holds = |span: &Span| {
            span.layer != Span::NO_LAYER && index <= span.last_index && span.first.wrapping_add(span.offset) <= index
        };
        if holds(&self.span) {
            return Some((index, self.span));
        }
        past.0.iter().rev().find(|span| holds(span)).map(|span| (index, *span))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn begin(numbering: &mut Numbering, past: &mut PastSpans, layer: u8, first: u64) {
        numbering.begin(past, layer, first, 0, Vp8Offsets::default(), 0);
    }

    fn leave_out(numbering: &mut Numbering, past: &mut PastSpans, layer: u8, sequence: u64) -> LeftOut {
        numbering.leave_out(past, layer, sequence, Vp8Offsets::default(), 0)
    }

    #[test]
    fn goes_on_without_a_gap_over_layers_and_left_out_packets() {
        let mut past = PastSpans::default();
        let mut numbering = Numbering::new(100);
        begin(&mut numbering, &mut past, 0, 5000);
        assert_eq!(numbering.place(0, 5000), Some(100));
        assert_eq!(numbering.place(0, 5001), Some(101));
        assert_eq!(leave_out(&mut numbering, &mut past, 0, 5002), LeftOut::Closed);
        assert_eq!(numbering.place(0, 5003), Some(102));
        begin(&mut numbering, &mut past, 2, 70_000);
        assert_eq!(numbering.place(0, 5004), None, "the layer that was left");
        assert_eq!(numbering.place(2, 70_000), Some(103));
        numbering.pause(&mut past);
        assert_eq!(numbering.place(2, 70_001), None);
        begin(&mut numbering, &mut past, 2, 80_000);
        assert_eq!(numbering.place(2, 80_000), Some(104));
    }

    #[test]
    fn late_packets_find_the_number_kept_for_them() {
        let mut past = PastSpans::default();
        let mut numbering = Numbering::new(1);
        begin(&mut numbering, &mut past, 0, 10);
        assert_eq!(numbering.place(0, 10), Some(1));
        // 11 is late, 12 is left out: 11 keeps its number.
        assert_eq!(leave_out(&mut numbering, &mut past, 0, 12), LeftOut::Closed);
        assert_eq!(numbering.place(0, 13), Some(3));
        assert_eq!(numbering.place(0, 11), None);
        assert_eq!(numbering.place_late(&past, 0, 11).map(|(index, _)| index), Some(2));
        // 15 comes before 14, which is to be left out: its number stays open.
        assert_eq!(numbering.place(0, 15), Some(5));
        assert_eq!(leave_out(&mut numbering, &mut past, 0, 14), LeftOut::Hole(4));
        // What is beyond the end of a closed span has no place.
        begin(&mut numbering, &mut past, 1, 900);
        assert_eq!(numbering.place_late(&past, 0, 16), None);
    }

    #[test]
    fn a_nack_finds_its_packet_over_the_wrap() {
        let mut past = PastSpans::default();
        let mut numbering = Numbering::new(65_530);
        begin(&mut numbering, &mut past, 0, 10);
        for sequence in 10..14 {
            numbering.place(0, sequence);
        }
        begin(&mut numbering, &mut past, 1, 2000);
        for sequence in 2000..2010 {
            numbering.place(1, sequence);
        }
        let (index, span) = numbering.find(&past, 65_532).unwrap();
        assert_eq!((index, span.layer, span.sequence_of(index)), (65_532, 0, 12));
        let (index, span) = numbering.find(&past, 2).unwrap();
        assert_eq!((index, span.layer, span.sequence_of(index)), (65_538, 1, 2004));
        assert!(numbering.find(&past, 65_529).is_none(), "before the first");
    }

    proptest! {
        /// Whatever switches, pauses and is left out, no index comes twice and the packets in order leave no gap.
        #[test]
        fn no_index_twice(steps in proptest::collection::vec((0u8..10, 0u64..4, 0u8..3), 1..300)) {
            let mut past = PastSpans::default();
            let mut numbering = Numbering::new(7);
            let mut used = HashSet::new();
            let mut next = [1000u64, 5000, 9000];
            let mut late: Vec<(u8, u64)> = Vec::new();
            let mut layer = 0u8;
            begin(&mut numbering, &mut past, 0, 1000);
            for (what, skip, other) in steps {
                let n = &mut next[usize::from(layer)];
                match what {
                    0 => { layer = other; begin(&mut numbering, &mut past, layer, next[usize::from(layer)]); }
                    1 => { numbering.pause(&mut past); begin(&mut numbering, &mut past, layer, *n); }
                    2 | 3 => {
                        let sequence = *n; *n += 1;
                        if let LeftOut::Hole(index) = leave_out(&mut numbering, &mut past, layer, sequence) { prop_assert!(used.insert(index)); }
                    }
                    4 => if let Some((layer, sequence)) = late.pop() {
                        let index = numbering.place(layer, sequence).or_else(|| numbering.place_late(&past, layer, sequence).map(|(index, _)| index));
                        if let Some(index) = index { prop_assert!(used.insert(index), "late {}", index); }
                    },
                    5 => if let Some((layer, sequence)) = late.pop()
                        && let LeftOut::Hole(index) = leave_out(&mut numbering, &mut past, layer, sequence) { prop_assert!(used.insert(index)); },
                    _ => {
                        for _ in 0..skip { late.push((layer, *n)); *n += 1; }
                        let sequence = *n; *n += 1;
                        let index = numbering.place(layer, sequence).unwrap();
                        prop_assert!(used.insert(index));
                        prop_assert_eq!(numbering.find(&past, index as u16).map(|(found, span)| (found, span.sequence_of(found))), Some((index, sequence)));
                    }
                }
            }
        }
    }
}
