//! Clocks: the engine's NTP time, what a publisher's sender reports say of its media clocks, and how a subscriber's media
//! timestamps go on over a change of layer.
//!
//! Every layer of a publisher counts from a random start of its own. A sender report (RFC 3550, section 6.4.1) ties such a
//! count to the publisher's wall clock, and through that two layers, or sound and picture, to each other.

use std::time::{Duration, Instant};

/// Seconds from 1900 to 1970.
const NTP_UNIX_OFFSET: u64 = 2_208_988_800;

/// A time in NTP format: seconds since 1900 in the upper 32 bits, their fraction in the lower (RFC 5905).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(crate) struct NtpTime(pub(crate) u64);

impl NtpTime {
    /// The middle 32 bits, which report blocks use.
    pub(crate) fn middle(self) -> u32 {
        (self.0 >> 16) as u32
    }

    /// This time moved by a signed difference in units of 2^-32 s.
    pub(crate) fn shifted(self, difference: i64) -> Self {
        Self(self.0.wrapping_add_signed(difference))
    }

    /// `self - other` in units of 2^-32 s.
    pub(crate) fn since(self, other: Self) -> i64 {
        self.0.wrapping_sub(other.0) as i64
    }

    /// This time later by `duration`.
    pub(crate) fn later(self, duration: Duration) -> Self {
        Self(self.0.wrapping_add(fixed_point(duration)))
    }
}

/// A duration in units of 2^-32 s.
fn fixed_point(duration: Duration) -> u64 {
    (duration.as_secs() << 32) + ((u64::from(duration.subsec_nanos()) << 32) / 1_000_000_000)
}

/// The engine's wall clock: monotonic, tied to the real one once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WallClock {
    /// An instant.
    pub(crate) epoch: Instant,
    /// The time since 1970 at that instant.
    pub(crate) unix_at_epoch: Duration,
}

impl WallClock {
    /// NTP time of `now`.
    pub(crate) fn ntp(&self, now: Instant) -> NtpTime {
        let unix = self.unix_at_epoch + now.saturating_duration_since(self.epoch);
        NtpTime((NTP_UNIX_OFFSET << 32).wrapping_add(fixed_point(unix)))
    }

    /// Milliseconds since the epoch, wrapping after 49 days.
    pub(crate) fn milliseconds(&self, now: Instant) -> u32 {
        now.saturating_duration_since(self.epoch).as_millis() as u32
    }

    /// `now` in units of a media clock, from an arbitrary start.
    pub(crate) fn media_units(&self, now: Instant, clock_rate: u32) -> u32 {
        media_units(now.saturating_duration_since(self.epoch), clock_rate)
    }
}

/// A duration in units of a media clock, modulo 2^32.
pub(crate) fn media_units(duration: Duration, clock_rate: u32) -> u32 {
    (duration.as_micros() * u128::from(clock_rate) / 1_000_000) as u32
}

/// What the last sender report of a stream said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SenderClock {
    /// The publisher's wall clock.
    pub(crate) ntp: NtpTime,
    /// The stream's media clock at that time.
    pub(crate) rtp: u32,
    /// When the report came.
    pub(crate) arrival: Instant,
}

impl SenderClock {
    /// The publisher's wall clock at `timestamp` of this stream.
    fn ntp_at(&self, timestamp: u32, clock_rate: u32) -> NtpTime {
        let difference = i64::from(timestamp.wrapping_sub(self.rtp) as i32);
        self.ntp.shifted((i128::from(difference) << 32).div_euclid(i128::from(clock_rate.max(1))) as i64)
    }

    /// The stream's timestamp at the publisher's wall clock `ntp`.
    fn timestamp_at(&self, ntp: NtpTime, clock_rate: u32) -> u32 {
        let units = (i128::from(ntp.since(self.ntp)) * i128::from(clock_rate)) >> 32;
        self.rtp.wrapping_add(units as u32)
    }
}

/// The last packet that a subscriber got, where its timestamps have to go on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Last {
    /// The timestamp that was sent.
    pub(crate) sent: u32,
    /// What was added to the publisher's timestamp of the old layer.
    pub(crate) offset: u32,
    /// Time since it was sent.
    pub(crate) elapsed: Duration,
    /// The layer is the same, only paused in between.
    pub(crate) same_layer: bool,
    /// What is known of the clock of the old layer.
    pub(crate) clock: Option<SenderClock>,
}

/// The difference between a new layer's timestamps and the subscriber's, such that time goes on: by the same difference where
/// the layer is the same, by the publisher's wall clock where both layers have reported it and that gives a sane step, else by the time that has passed. Always later than the last.
pub(crate) fn offset_for(last: &Last, first_timestamp: u32, clock: Option<&SenderClock>, clock_rate: u32) -> u32 {
    let elapsed = media_units(last.elapsed.min(Duration::from_secs(3600)), clock_rate);
    let by_reports = last.clock.as_ref().zip(clock).map(|(old, new)| {
        let same_moment = old.timestamp_at(new.ntp_at(first_timestamp, clock_rate), clock_rate);
        same_moment.wrapping_add(last.offset)
    });
    let sane = |timestamp: &u32| {
        let step = i64::from(timestamp.wrapping_sub(last.sent) as i32);
        (-i64::from(clock_rate)..=i64::from(elapsed) + i64::from(clock_rate)).contains(&step)
    };
    let by_layer = last.same_layer.then(|| first_timestamp.wrapping_add(last.offset));
    let timestamp =
        by_layer.filter(sane).or(by_reports.filter(sane)).unwrap_or_else(|| last.sent.wrapping_add(elapsed));
    let step = timestamp.wrapping_sub(last.sent) as i32;
    let timestamp = if step <= 0 { last.sent.wrapping_add(1) } else { timestamp };
    timestamp.wrapping_sub(first_timestamp)
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use super::*;

    #[test]
    fn ntp_counts_from_1900_in_fractions() {
        let epoch = Instant::now();
        let clock = WallClock { epoch, unix_at_epoch: Duration::from_secs(1) };
        let ntp = clock.ntp(epoch + Duration::from_millis(500));
        assert_eq!(ntp.0, ((NTP_UNIX_OFFSET + 1) << 32) + (1 << 31));
        assert_eq!(ntp.middle(), ((((NTP_UNIX_OFFSET + 1) << 32) + (1 << 31)) >> 16) as u32);
        assert_eq!(clock.ntp(epoch).later(Duration::from_millis(500)), ntp);
    }

    #[test]
    fn a_change_of_layer_follows_the_publishers_clock() {
        let now = Instant::now();
        let ntp = NtpTime(5000 << 32);
        let old = SenderClock { ntp, rtp: 1000, arrival: now };
        let new = SenderClock { ntp: ntp.later(Duration::from_secs(1)), rtp: 777_000, arrival: now };
        // The new layer's frame was captured 2 s after the old layer's report, which is 180,000 units later.
        let last = Last {
            sent: 170_000 + 50,
            offset: 50,
            elapsed: Duration::from_millis(20),
            same_layer: false,
            clock: Some(old),
        };
        let first = 777_000 + 90_000;
        let offset = offset_for(&last, first, Some(&new), 90_000);
        assert_eq!(first.wrapping_add(offset), 1000 + 180_000 + 50);
    }

    #[test]
    fn without_reports_time_goes_on_by_the_clock_and_never_back() {
        let last = Last {
            sent: u32::MAX - 10,
            offset: 3,
            elapsed: Duration::from_millis(100),
            same_layer: false,
            clock: None,
        };
        assert_eq!(5000u32.wrapping_add(offset_for(&last, 5000, None, 90_000)), (u32::MAX - 10).wrapping_add(9000));
        let last = Last { elapsed: Duration::ZERO, ..last };
        assert_eq!(5000u32.wrapping_add(offset_for(&last, 5000, None, 90_000)), u32::MAX - 9);
    }

    #[test]
    fn a_layer_that_was_paused_goes_on_with_its_own_clock() {
        let last = Last { sent: 90_500, offset: 500, elapsed: Duration::from_secs(1), same_layer: true, clock: None };
        assert_eq!(offset_for(&last, 179_000, None, 90_000), 500);
    }

    #[test]
    fn a_lying_report_is_not_followed() {
        let now = Instant::now();
        let old = SenderClock { ntp: NtpTime(5000 << 32), rtp: 0, arrival: now };
        let new = SenderClock { ntp: NtpTime(9000 << 32), rtp: 0, arrival: now };
        let last =
            Last { sent: 1000, offset: 0, elapsed: Duration::from_millis(10), same_layer: false, clock: Some(old) };
        assert_eq!(offset_for(&last, 0, Some(&new), 90_000), 1900);
    }
}
