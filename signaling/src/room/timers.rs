//! Every timer of a room in one table.

use std::collections::{BTreeSet, HashMap};
use std::time::Instant;

use rotunda_sfu::ids::ParticipantId;

/// What a time can come for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Timer {
    /// Nobody has been in the room for long enough.
    Empty,
    /// Changes of participants are to be sent.
    Updates,
    /// The room's own description is to be sent.
    RoomUpdate,
    /// Reliable data for those still joining is to be let go.
    HeldData,
    /// A chat message has waited long enough for its rest, or for the database.
    Chat,
    /// Something about one participant.
    Participant(ParticipantId, ParticipantTimer),
}

/// What a time can come for with one participant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum ParticipantTimer {
    /// The primary transport should have connected.
    Join,
    /// Something should have been heard over the WebSocket.
    Silence,
    /// A lost WebSocket should have been replaced.
    Resume,
    /// Our offer should have been answered.
    Answer,
    /// A fresh token is due.
    Refresh,
    /// It should have followed a mute.
    Mute,
}

impl ParticipantTimer {
    const ALL: [Self; 6] = [Self::Join, Self::Silence, Self::Resume, Self::Answer, Self::Refresh, Self::Mute];
}

/// At most one time for each timer.
#[derive(Default, Debug)]
pub(super) struct Timers {
    by_time: BTreeSet<(Instant, Timer)>,
    by_timer: HashMap<Timer, Instant>,
}

impl Timers {
    /// Sets a timer, in place of what it was set to.
    pub(super) fn set(&mut self, timer: Timer, at: Instant) {
        self.clear(timer);
        self.by_timer.insert(timer, at);
        self.by_time.insert((at, timer));
    }

    /// Sets a timer unless it is set.
    pub(super) fn set_if_unset(&mut self, timer: Timer, at: Instant) {
        if !self.by_timer.contains_key(&timer) {
            self.set(timer, at);
        }
    }

    /// Sets a timer unless it comes sooner.
    pub(super) fn set_if_later(&mut self, timer: Timer, at: Instant) {
        if self.by_timer.get(&timer).is_none_or(|set| *set > at) {
            self.set(timer, at);
        }
    }

    /// Unsets a timer.
    pub(super) fn clear(&mut self, timer: Timer) {
        if let Some(at) = self.by_timer.remove(&timer) {
            self.by_time.remove(&(at, timer));
        }
    }

    /// Unsets every timer of a participant.
    pub(super) fn clear_participant(&mut self, participant: ParticipantId) {
        for timer in ParticipantTimer::ALL {
            self.clear(Timer::Participant(participant, timer));
        }
    }

    /// Unsets all.
    pub(super) fn clear_all(&mut self) {
        self.by_time.clear();
        self.by_timer.clear();
    }

    /// The next time.
    pub(super) fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes one timer whose time has come.
    pub(super) fn pop(&mut self, now: Instant) -> Option<Timer> {
        let (at, timer) = *self.by_time.first()?;
        if at > now {
            return None;
        }
        self.clear(timer);
        Some(timer)
    }

    /// How many are set.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_time.len()
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // an Instant to count from
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn timers_come_in_order_and_once() {
        let now = Instant::now();
        let after = |ms| now + Duration::from_millis(ms);
        let alice = Timer::Participant(ParticipantId(1), ParticipantTimer::Join);
        let mut timers = Timers::default();
        timers.set(Timer::Empty, after(20));
        timers.set(alice, after(30));
        timers.set(alice, after(10));
        timers.set_if_unset(Timer::Empty, after(5));
        assert_eq!(timers.next(), Some(after(10)));
        assert_eq!(timers.pop(after(9)), None);
        assert_eq!(timers.pop(after(40)), Some(alice));
        assert_eq!(timers.pop(after(40)), Some(Timer::Empty));
        assert_eq!((timers.pop(after(40)), timers.len()), (None, 0));
    }

    #[test]
    fn a_participant_takes_its_timers_along() {
        let now = Instant::now();
        let mut timers = Timers::default();
        for timer in ParticipantTimer::ALL {
            timers.set(Timer::Participant(ParticipantId(1), timer), now);
        }
        timers.clear_participant(ParticipantId(1));
        assert_eq!(timers.len(), 0);
    }
}
