//! Retransmissions in the RTX format (RFC 4588): a payload that begins with the original sequence number, on an SSRC and
//! payload type of its own.
//!
//! Towards us, [`original`] gives back what a publisher sent again. Towards subscribers a [`Budget`] bounds what NACK can
//! cost. Without RTX nothing is sent again: a second sealing under one index with any difference would break SRTP.

use std::time::Instant;

use crate::limits;

/// The original sequence number's length in bytes.
pub(crate) const ORIGINAL_SEQUENCE_LENGTH: usize = 2;

/// The original sequence number and payload; `None` for the padding that probes bandwidth on RTX streams.
pub(crate) fn original(payload: &[u8]) -> Option<(u16, &[u8])> {
    let (sequence, payload) = payload.split_first_chunk::<ORIGINAL_SEQUENCE_LENGTH>()?;
    (!payload.is_empty()).then_some((u16::from_be_bytes(*sequence), payload))
}

/// Retransmissions that one subscription may still have.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Budget {
    tokens: f32,
    at: Instant,
}

impl Budget {
    /// A full budget.
    pub(crate) fn new(now: Instant) -> Self {
        Self { tokens: limits::RETRANSMISSION_BURST as f32, at: now }
    }

    /// Takes one, if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let gained = now.saturating_duration_since(self.at).as_secs_f32() * limits::RETRANSMISSIONS_PER_SECOND as f32;
        self.tokens = (self.tokens + gained).min(limits::RETRANSMISSION_BURST as f32);
        self.at = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn padding_is_no_retransmission() {
        assert_eq!(original(&[]), None);
        assert_eq!(original(&[1]), None);
        assert_eq!(original(&[1, 2]), None);
        assert_eq!(original(&[1, 2, 9]), Some((0x0102, &[9][..])));
    }

    #[test]
    fn a_flood_of_nack_gets_no_more_than_the_budget() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let sent = (0..100_000).filter(|step| budget.take(start + Duration::from_micros(step * 100))).count();
        let bound = (limits::RETRANSMISSION_BURST + 10 * limits::RETRANSMISSIONS_PER_SECOND) as usize;
        assert!((bound - 50..=bound + 1).contains(&sent), "{sent}");
    }
}
