//! Keyframe requests towards a publisher, coalesced: whatever number of subscribers ask, one layer is asked at most once per
//! [`limits::KEYFRAME_REQUEST_INTERVAL`], and as long as somebody waits it is asked again.

use std::time::Instant;

use crate::limits;

/// The requests of one layer.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct KeyframeRequests {
    wanted: bool,
    last_sent: Option<Instant>,
}

impl KeyframeRequests {
    /// Somebody cannot go on without a keyframe.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    /// Nobody waits any more: a keyframe came, or they have gone.
    pub(crate) fn satisfied(&mut self) {
        self.wanted = false;
    }

    /// When the next request may go out, `None` while nobody waits.
    pub(crate) fn due(&self, now: Instant) -> Option<Instant> {
        self.wanted.then(|| self.last_sent.map_or(now, |last| last + limits::KEYFRAME_REQUEST_INTERVAL))
    }

    /// Whether a request is to be sent now; if so it counts as sent.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let take = self.due(now).is_some_and(|due| due <= now);
        if take {
            self.last_sent = Some(now);
        }
        take
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_thousand_a_second_become_two() {
        let start = Instant::now();
        let mut requests = KeyframeRequests::default();
        let sent = (0..10_000)
            .filter(|millisecond| {
                requests.want();
                requests.take(start + Duration::from_millis(*millisecond))
            })
            .count();
        assert_eq!(sent, 20);
    }

    #[test]
    fn goes_on_asking_until_a_keyframe_comes() {
        let start = Instant::now();
        let mut requests = KeyframeRequests::default();
        assert_eq!(requests.due(start), None);
        requests.want();
        assert!(requests.take(start));
        assert_eq!(requests.due(start), Some(start + limits::KEYFRAME_REQUEST_INTERVAL));
        assert!(requests.take(start + limits::KEYFRAME_REQUEST_INTERVAL));
        requests.satisfied();
        assert_eq!(requests.due(start), None);
        assert!(!requests.take(start + Duration::from_secs(9)));
    }
}
