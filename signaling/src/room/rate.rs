//! A token bucket: so much a second for long, and a burst on top.

use std::time::Instant;

/// How much may still come.
#[derive(Clone, Copy, Debug)]
pub(super) struct RateLimit {
    per_second: f64,
    burst: f64,
    left: f64,
    at: Instant,
}

impl RateLimit {
    /// A full bucket.
    pub(super) fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst);
        Self { per_second: f64::from(per_second), burst, left: burst, at: now }
    }

    /// Takes `amount`, or nothing when there is not enough. Says whether there was.
    pub(super) fn take(&mut self, amount: u32, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + elapsed * self.per_second).min(self.burst);
        let amount = f64::from(amount);
        let enough = self.left >= amount;
        if enough {
            self.left -= amount;
        }
        enough
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // an Instant to count from
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let start = Instant::now();
        let mut limit = RateLimit::new(10, 20, start);
        assert_eq!((0..100).filter(|_| limit.take(1, start)).count(), 20);
        let later = start + Duration::from_secs(1);
        assert_eq!((0..100).filter(|_| limit.take(1, later)).count(), 10);
        let much_later = start + Duration::from_secs(3600);
        assert_eq!((0..100).filter(|_| limit.take(1, much_later)).count(), 20);
    }
}
