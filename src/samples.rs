//! What the server did over the last hour and the last day, for the page of those who run it: a ring of samples for each, filled from the
//! counters of [`crate::metrics`] and from nothing else. No other service is needed, and a restart begins anew.
//!
//! Time is passed in, as the time since the start, so that a clock that is set does no harm. Memory is fixed: [`Span::Hour`] and
//! [`Span::Day`] keep 360 and 288 samples of 72 bytes.

use std::collections::VecDeque;
use std::time::Duration;

use crate::store::Millis;

/// Which samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    /// The last hour, a sample each ten seconds.
    Hour,
    /// The last day, a sample each five minutes.
    Day,
}

impl Span {
    /// How long a sample is.
    pub fn interval(self) -> Duration {
        match self {
            Self::Hour => Duration::from_secs(10),
            Self::Day => Duration::from_secs(300),
        }
    }

    /// How many are kept.
    pub fn samples(self) -> usize {
        match self {
            Self::Hour => 360,
            Self::Day => 288,
        }
    }
}

/// What had been counted at a moment. All but the first two only go up.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Totals {
    /// Participants in all rooms now.
    pub people: u64,
    /// Open rooms now.
    pub rooms: u64,
    /// Bytes of datagrams received on the media port.
    pub bytes_in: u64,
    /// Bytes of datagrams sent from it.
    pub bytes_out: u64,
    /// RTP packets received.
    pub packets_in: u64,
    /// RTP packets sent.
    pub packets_out: u64,
    /// RTP packets that we asked publishers for again.
    pub asked_again_in: u64,
    /// RTP packets that subscribers asked us for again.
    pub asked_again_out: u64,
    /// People who came into a room.
    pub joins: u64,
    /// Media connections that failed, and rooms that ended by a defect.
    pub failures: u64,
}

/// One interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// When it began.
    pub at: Millis,
    /// The most participants at a time.
    pub people: u64,
    /// The most open rooms at a time.
    pub rooms: u64,
    /// Bits a second from the people to us.
    pub bitrate_in_bps: u64,
    /// Bits a second from us to the people.
    pub bitrate_out_bps: u64,
    /// The part of their packets that we had to ask for again.
    pub loss_in: f64,
    /// The part of our packets that they had to ask for again.
    pub loss_out: f64,
    /// People who came into a room.
    pub joins: u64,
    /// Media connections that failed, and rooms that ended by a defect.
    pub failures: u64,
}

/// One ring and the interval that is under way.
#[derive(Debug)]
struct Ring {
    span: Span,
    samples: VecDeque<Sample>,
    /// When the interval began, and what had been counted then.
    began: Option<(Duration, Totals)>,
    /// The most since.
    people: u64,
    rooms: u64,
}

impl Ring {
    fn new(span: Span) -> Self {
        Self { span, samples: VecDeque::with_capacity(span.samples()), began: None, people: 0, rooms: 0 }
    }

    fn observe(&mut self, started: Millis, uptime: Duration, totals: &Totals) {
        self.people = self.people.max(totals.people);
        self.rooms = self.rooms.max(totals.rooms);
        let Some((began, before)) = self.began else {
            self.began = Some((uptime, *totals));
            return;
        };
        let elapsed = uptime.saturating_sub(began);
        if elapsed < self.span.interval() {
            return;
        }
        if self.samples.len() == self.span.samples() {
            self.samples.pop_front();
        }
        self.samples.push_back(sample(started.plus(began), elapsed, &before, totals, self.people, self.rooms));
        self.began = Some((uptime, *totals));
        (self.people, self.rooms) = (totals.people, totals.rooms);
    }
}

fn sample(at: Millis, elapsed: Duration, before: &Totals, now: &Totals, people: u64, rooms: u64) -> Sample {
    let grown = |of: fn(&Totals) -> u64| of(now).saturating_sub(of(before));
    let bitrate = |bytes: u64| (bytes as f64 * 8.0 / elapsed.as_secs_f64()).round() as u64;
    let part = |some: u64, all: u64| if all == 0 { 0.0 } else { (some as f64 / all as f64).min(1.0) };
    Sample {
        at,
        people,
        rooms,
        bitrate_in_bps: bitrate(grown(|totals| totals.bytes_in)),
        bitrate_out_bps: bitrate(grown(|totals| totals.bytes_out)),
        loss_in: part(grown(|totals| totals.asked_again_in), grown(|totals| totals.packets_in)),
        loss_out: part(grown(|totals| totals.asked_again_out), grown(|totals| totals.packets_out)),
        joins: grown(|totals| totals.joins),
        failures: grown(|totals| totals.failures),
    }
}

/// See the module.
#[derive(Debug)]
pub struct Samples {
    started: Millis,
    hour: Ring,
    day: Ring,
}

impl Samples {
    /// Empty; the server started at this time.
    pub fn new(started: Millis) -> Self {
        Self { started, hour: Ring::new(Span::Hour), day: Ring::new(Span::Day) }
    }

    /// Takes in what has been counted by now. Called once a second; when it is called less often its samples are longer, and say when
    /// they began.
    pub fn observe(&mut self, uptime: Duration, totals: &Totals) {
        for ring in [&mut self.hour, &mut self.day] {
            ring.observe(self.started, uptime, totals);
        }
    }

    /// The samples of a span, the oldest first; the interval under way is not among them.
    pub fn read(&self, span: Span) -> Vec<Sample> {
        let ring = match span {
            Span::Hour => &self.hour,
            Span::Day => &self.day,
        };
        ring.samples.iter().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_700_000_000_000);

    /// A server on which a second is like the other: one megabit in, two out, one packet of a hundred lost.
    fn totals(second: u64) -> Totals {
        Totals {
            people: 3,
            rooms: 1,
            bytes_in: second * 125_000,
            bytes_out: second * 250_000,
            packets_in: second * 100,
            packets_out: second * 200,
            asked_again_in: second,
            asked_again_out: second * 4,
            joins: second / 10,
            failures: second / 60,
        }
    }

    fn run(samples: &mut Samples, seconds: std::ops::RangeInclusive<u64>) {
        for second in seconds {
            samples.observe(Duration::from_secs(second), &totals(second));
        }
    }

    #[test]
    fn rates_losses_and_counts_of_an_interval() {
        let mut samples = Samples::new(START);
        run(&mut samples, 0..=9);
        assert!(samples.read(Span::Hour).is_empty(), "nothing is told of what is not over");
        run(&mut samples, 10..=10);
        let expected = Sample {
            at: START,
            people: 3,
            rooms: 1,
            bitrate_in_bps: 1_000_000,
            bitrate_out_bps: 2_000_000,
            loss_in: 0.01,
            loss_out: 0.02,
            joins: 1,
            failures: 0,
        };
        assert_eq!(samples.read(Span::Hour), [expected]);
        run(&mut samples, 11..=300);
        let day = samples.read(Span::Day);
        assert_eq!((day.len(), day[0].joins, day[0].failures, day[0].bitrate_in_bps), (1, 30, 5, 1_000_000));
    }

    #[test]
    fn the_rings_keep_an_hour_and_a_day_and_grow_no_further() {
        let mut samples = Samples::new(START);
        run(&mut samples, 0..=3 * 86_400);
        for span in [Span::Hour, Span::Day] {
            let kept = samples.read(span);
            assert_eq!(kept.len(), span.samples());
            let covered = kept[kept.len() - 1].at.since(kept[0].at) + span.interval();
            assert_eq!(
                covered,
                if span == Span::Hour { Duration::from_secs(3600) } else { Duration::from_secs(86_400) }
            );
            assert!(kept.windows(2).all(|two| two[1].at.since(two[0].at) == span.interval()));
            assert_eq!(kept[kept.len() - 1].at.plus(span.interval()), START.plus(Duration::from_secs(3 * 86_400)));
        }
        assert!(samples.hour.samples.capacity() <= 2 * Span::Hour.samples() && size_of::<Sample>() <= 72);
    }

    #[test]
    fn peaks_between_samples_are_seen() {
        let mut samples = Samples::new(START);
        for second in 0..=20 {
            let people = if second == 4 { 50 } else { 2 };
            samples.observe(Duration::from_secs(second), &Totals { people, ..totals(second) });
        }
        let told: Vec<u64> = samples.read(Span::Hour).iter().map(|sample| sample.people).collect();
        assert_eq!(told, [50, 2]);
    }

    #[test]
    fn a_late_look_makes_a_longer_sample_and_no_wrong_rate() {
        let mut samples = Samples::new(START);
        run(&mut samples, 0..=0);
        run(&mut samples, 60..=70);
        let told: Vec<_> = samples.read(Span::Hour).iter().map(|sample| (sample.at, sample.bitrate_in_bps)).collect();
        assert_eq!(told, [(START, 1_000_000), (START.plus(Duration::from_secs(60)), 1_000_000)]);
    }

    #[test]
    fn a_quiet_server_divides_by_nothing() {
        let mut samples = Samples::new(START);
        for second in 0..=10 {
            samples.observe(Duration::from_secs(second), &Totals::default());
        }
        let told = samples.read(Span::Hour)[0];
        assert_eq!((told.loss_in, told.loss_out, told.bitrate_in_bps), (0.0, 0.0, 0));
    }
}
