//! The controlling side of ICE (RFC 8445) for clients of ours: load generators and the simulator.
//!
//! It checks every candidate of the server, takes the first that answers, nominates it with every further check, and keeps
//! checking it for consent (RFC 7675). It learns its own address from nobody and offers none: the server is lite and takes
//! it from our checks.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::error::DropReason;
use super::ice_lite::{Answer, IceLite};
use super::paths::{PathChanges, Paths};
use super::stun::{self, Check, StunMessage, Transaction};

/// Candidates of the server that are checked.
const MAX_CANDIDATES: usize = 8;
/// Checks of a candidate that wait for an answer.
const MAX_OUTSTANDING: usize = 8;
/// Between the first checks of two candidates (RFC 8445, 14.2).
const PACE: Duration = Duration::from_millis(50);
/// Until the first check is repeated; doubles up to [`SLOWEST`].
const FIRST_REPEAT: Duration = Duration::from_millis(50);
const SLOWEST: Duration = Duration::from_millis(1600);
/// Between the checks of the chosen candidate.
const CONSENT_CHECK: Duration = Duration::from_millis(2500);
/// Host candidate, local preference by order (RFC 8445, 5.1.2).
const PRIORITY: u32 = (110 << 24) | (0xff_ffff << 8 & 0x00ff_ff00) | 255;

struct Pair {
    remote: SocketAddr,
    next: Instant,
    interval: Duration,
    outstanding: Vec<Transaction>,
}

/// The checking half of a client's ICE; the answering half is [`IceLite`].
pub(crate) struct IceClient {
    rng: StdRng,
    tie_breaker: u64,
    pairs: Vec<Pair>,
    chosen: Option<SocketAddr>,
}

impl IceClient {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        let mut rng = StdRng::from_seed(seed);
        let tie_breaker = rng.random();
        Self { rng, tie_breaker, pairs: Vec::new(), chosen: None }
    }

    /// Begins to check `candidates`, anew after an ICE restart.
    pub(crate) fn start(&mut self, now: Instant, candidates: &[SocketAddr]) {
        self.chosen = None;
        self.pairs = candidates
            .iter()
            .take(MAX_CANDIDATES)
            .zip(0..)
            .map(|(remote, order)| Pair {
                remote: *remote,
                next: now + PACE * order,
                interval: FIRST_REPEAT,
                outstanding: Vec::new(),
            })
            .collect();
    }

    /// The check that is due.
    pub(crate) fn poll_check(&mut self, now: Instant, ice: &IceLite) -> Option<Answer> {
        let remote = ice.remote()?;
        let chosen = self.chosen;
        let is_checked = |pair: &&mut Pair| chosen.is_none_or(|chosen| chosen == pair.remote);
        let pair = self.pairs.iter_mut().filter(is_checked).find(|pair| pair.next <= now)?;
        let mut transaction = Transaction::default();
        self.rng.fill(&mut transaction);
        let message = stun::binding_request(&Check {
            transaction,
            remote_ufrag: &remote.ufrag,
            remote_password: &remote.password,
            local_ufrag: &ice.local().ufrag,
            priority: PRIORITY,
            tie_breaker: self.tie_breaker,
            nominate: chosen.is_some(),
        })?;
        if pair.outstanding.len() >= MAX_OUTSTANDING {
            pair.outstanding.remove(0);
        }
        pair.outstanding.push(transaction);
        pair.next = now + pair.interval;
        pair.interval = if chosen.is_some() { CONSENT_CHECK } else { (pair.interval * 2).min(SLOWEST) };
        Some(Answer { destination: pair.remote, message })
    }

    /// Takes the server's answer to a check.
    pub(crate) fn handle_response(
        &mut self,
        now: Instant,
        source: SocketAddr,
        message: &StunMessage<'_>,
        ice: &IceLite,
        paths: &mut Paths,
    ) -> Result<PathChanges, DropReason> {
        let remote = ice.remote().ok_or(DropReason::NotConnected)?;
        let transaction = message.transaction();
        let pair = self
            .pairs
            .iter_mut()
            .find(|pair| pair.remote == source && pair.outstanding.contains(&transaction))
            .ok_or(DropReason::Unauthenticated)?;
        if !message.has_valid_fingerprint() || !message.has_valid_integrity(&remote.password) {
            return Err(DropReason::Unauthenticated);
        }
        if !message.is_binding_success() {
            return Err(DropReason::Malformed);
        }
        pair.outstanding.clear();
        let changes = paths.check(now, source, PRIORITY);
        if self.chosen.is_none() {
            self.chosen = Some(source);
            // Nominated at once, and again soon in case that the nomination is lost.
            pair.next = now;
            pair.interval = FIRST_REPEAT;
            paths.nominate(now, source, true);
        }
        Ok(changes)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let is_checked = |pair: &&Pair| self.chosen.is_none_or(|chosen| chosen == pair.remote);
        self.pairs.iter().filter(is_checked).map(|pair| pair.next).min()
    }
}
