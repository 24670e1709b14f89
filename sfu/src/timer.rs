//! Every timer of the engine in one enum and one table.
//!
//! A timer is armed at most once at a time, so that the table is bounded by what exists.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use crate::slab::Key;

/// What is to be done at a time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Timer {
    /// ICE, DTLS and SCTP of a connection.
    Transport(Key),
    /// Transport-cc feedback on a connection.
    TransportFeedback(Key),
    /// Receiver and sender reports on a connection.
    Reports(Key),
    /// Missing packets of a publication are asked for.
    Nack(Key),
    /// A keyframe of a publication is asked for.
    KeyframeRequest(Key),
    /// Which layers of a publication are alive.
    Layers(Key),
    /// Who speaks in a room.
    Speakers(Key),
    /// The statistics of a room.
    Statistics(Key),
}

/// The armed timers.
#[derive(Debug)]
pub(crate) struct Timers {
    queue: BTreeSet<(Instant, Timer)>,
    armed: HashMap<Timer, Instant, foldhash::fast::FixedState>,
}

impl Timers {
    /// A table without timers. Its keys are our own, so that the hash needs no secret.
    pub(crate) fn new() -> Self {
        Self { queue: BTreeSet::new(), armed: HashMap::with_hasher(foldhash::fast::FixedState::default()) }
    }

    /// Arms a timer, or moves it.
    pub(crate) fn set(&mut self, timer: Timer, at: Instant) {
        if let Some(old) = self.armed.insert(timer, at) {
            if old == at {
                return;
            }
            self.queue.remove(&(old, timer));
        }
        self.queue.insert((at, timer));
    }

    /// Arms a timer, or moves it to an earlier time.
    pub(crate) fn set_earlier(&mut self, timer: Timer, at: Instant) {
        if self.armed.get(&timer).is_none_or(|armed| at < *armed) {
            self.set(timer, at);
        }
    }

    /// Disarms a timer.
    pub(crate) fn clear(&mut self, timer: Timer) {
        if let Some(at) = self.armed.remove(&timer) {
            self.queue.remove(&(at, timer));
        }
    }

    /// Whether a timer is armed.
    #[cfg(test)]
    fn is_armed(&self, timer: Timer) -> bool {
        self.armed.contains_key(&timer)
    }

    /// The time of the next timer.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Takes a timer that is due.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<Timer> {
        if self.next()? > now {
            return None;
        }
        let (_, timer) = self.queue.pop_first()?;
        self.armed.remove(&timer);
        Some(timer)
    }

    /// Timers armed.
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::slab::Slab;

    #[test]
    fn a_timer_moves_and_is_armed_once() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut slab = Slab::default();
        let (one, two) = (slab.insert(()), slab.insert(()));
        let mut timers = Timers::new();
        timers.set(Timer::Reports(one), at(50));
        timers.set(Timer::Reports(one), at(20));
        timers.set_earlier(Timer::Reports(one), at(40));
        timers.set(Timer::Nack(two), at(10));
        timers.set(Timer::Nack(one), at(5));
        timers.clear(Timer::Nack(one));
        assert_eq!(timers.len(), 2);
        assert_eq!(timers.pop(at(9)), None);
        assert_eq!(timers.pop(at(30)), Some(Timer::Nack(two)));
        assert_eq!(timers.pop(at(30)), Some(Timer::Reports(one)));
        assert_eq!(timers.next(), None);
        assert!(!timers.is_armed(Timer::Reports(one)));
    }
}
