//! Repetition and spread.

use std::time::{Duration, Instant};

/// The median of some runs, and how far they lie apart, in nanoseconds a packet.
pub struct Figure {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Figure {
    pub fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        Self { median: samples[samples.len() / 2], low: samples[0], high: samples[samples.len() - 1] }
    }

    pub fn text(&self) -> String {
        format!("{:.0} ({:.0}..{:.0})", self.median, self.low, self.high)
    }
}

/// Repeats `work` for at least `budget`; nanoseconds for one.
pub fn repeat(budget: Duration, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    let mut times = 0u64;
    while start.elapsed() < budget {
        work();
        times += 1;
    }
    start.elapsed().as_secs_f64() * 1e9 / times as f64
}
