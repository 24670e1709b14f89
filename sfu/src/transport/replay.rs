//! What has arrived from each SSRC: the replay window of RFC 3711, 3.3.2, and the table that holds one a source.
//!
//! Nothing here changes before a packet has been authenticated, so forged packets cost no memory.

use std::time::{Duration, Instant};

use crate::limits::MAX_RECEIVED_SSRCS;

/// Packets behind the newest that are still told apart. Wide enough for retransmissions that keep their sequence number.
const WINDOW: u64 = 512;
const WORDS: usize = (WINDOW / 64) as usize;

/// A source that was silent for this long may be forgotten when the table is full.
const IDLE: Duration = Duration::from_secs(60);

/// Which indices of one source have been seen.
#[derive(Clone)]
pub(crate) struct ReplayWindow {
    highest: u64,
    /// Bit `index % WINDOW` for the indices in `(highest - WINDOW, highest]`.
    seen: [u64; WORDS],
}

impl ReplayWindow {
    /// A window whose first packet was `index`.
    pub(crate) fn starting_at(index: u64) -> Self {
        let mut window = Self { highest: index, seen: [0; WORDS] };
        window.mark(index);
        window
    }

    pub(crate) fn highest(&self) -> u64 {
        self.highest
    }

    /// Whether a packet of this index may be accepted.
    pub(crate) fn is_fresh(&self, index: u64) -> bool {
        if index > self.highest {
            return true;
        }
        index + WINDOW > self.highest && !self.is_marked(index)
    }

    /// Notes an authenticated packet that [`Self::is_fresh`] allowed.
    pub(crate) fn accept(&mut self, index: u64) {
        if index > self.highest {
            if index - self.highest >= WINDOW {
                self.seen = [0; WORDS];
            } else {
                for skipped in self.highest + 1..index {
                    self.clear(skipped);
                }
            }
            self.highest = index;
        }
        self.mark(index);
    }

    fn word(index: u64) -> (usize, u64) {
        let bit = index % WINDOW;
        ((bit / 64) as usize, 1 << (bit % 64))
    }

    fn is_marked(&self, index: u64) -> bool {
        let (word, bit) = Self::word(index);
        self.seen.get(word).is_some_and(|w| w & bit != 0)
    }

    fn mark(&mut self, index: u64) {
        let (word, bit) = Self::word(index);
        if let Some(w) = self.seen.get_mut(word) {
            *w |= bit;
        }
    }

    fn clear(&mut self, index: u64) {
        let (word, bit) = Self::word(index);
        if let Some(w) = self.seen.get_mut(word) {
            *w &= !bit;
        }
    }
}

/// The windows of all sources of a direction, at most [`MAX_RECEIVED_SSRCS`] of about 100 bytes.
#[derive(Default)]
pub(crate) struct Sources {
    ssrcs: Vec<u32>,
    states: Vec<Source>,
}

struct Source {
    window: ReplayWindow,
    used: Instant,
}

impl Sources {
    pub(crate) fn get(&self, ssrc: u32) -> Option<&ReplayWindow> {
        let position = self.ssrcs.iter().position(|known| *known == ssrc)?;
        self.states.get(position).map(|source| &source.window)
    }

    /// Whether an SSRC that is not in the table could get a place.
    pub(crate) fn has_room(&self, now: Instant) -> bool {
        self.ssrcs.len() < MAX_RECEIVED_SSRCS || self.idle_longest(now).is_some()
    }

    /// Notes an authenticated packet. A new source takes the place of the one that was silent for the longest when the
    /// table is full; without such a one it is not noted and the answer is false.
    pub(crate) fn accept(&mut self, now: Instant, ssrc: u32, index: u64) -> bool {
        if let Some(position) = self.ssrcs.iter().position(|known| *known == ssrc) {
            if let Some(source) = self.states.get_mut(position) {
                source.window.accept(index);
                source.used = now;
            }
            // Busy sources move to the front, where the search finds them first.
            self.ssrcs.swap(position, position / 2);
            self.states.swap(position, position / 2);
            return true;
        }
        if self.ssrcs.len() >= MAX_RECEIVED_SSRCS {
            let Some(idle) = self.idle_longest(now) else { return false };
            self.ssrcs.swap_remove(idle);
            self.states.swap_remove(idle);
        }
        self.ssrcs.push(ssrc);
        self.states.push(Source { window: ReplayWindow::starting_at(index), used: now });
        true
    }

    fn idle_longest(&self, now: Instant) -> Option<usize> {
        let (position, source) = self.states.iter().enumerate().min_by_key(|(_, source)| source.used)?;
        (now.saturating_duration_since(source.used) >= IDLE).then_some(position)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn the_window_agrees_with_a_set(steps in proptest::collection::vec(-600i64..700, 1..400)) {
            let mut index = 1000i64;
            let mut window = ReplayWindow::starting_at(1000);
            let mut set = BTreeSet::from([1000u64]);
            for step in steps {
                index = (index + step).max(0);
                let at = index as u64;
                let highest = *set.last().unwrap();
                let fresh = (at > highest || at + WINDOW > highest) && !set.contains(&at);
                prop_assert_eq!(window.is_fresh(at), fresh);
                if fresh {
                    window.accept(at);
                    set.insert(at);
                }
            }
        }
    }

    #[test]
    fn a_full_table_forgets_only_the_idle() {
        let start = Instant::now();
        let mut sources = Sources::default();
        for ssrc in 0..MAX_RECEIVED_SSRCS as u32 {
            assert!(sources.accept(start, ssrc, 5));
        }
        assert!(!sources.has_room(start) && !sources.accept(start, 9999, 1));
        let later = start + IDLE;
        assert!(sources.accept(later, 3, 6));
        assert!(sources.has_room(later) && sources.accept(later, 9999, 1));
        assert!(sources.get(3).is_some() && sources.get(9999).is_some());
        assert_eq!(sources.ssrcs.len(), MAX_RECEIVED_SSRCS);
    }
}
