//! The addresses of the far side, and which of them we send to.
//!
//! A path exists because a connectivity check from its address was authentic; a datagram alone makes none. The peer
//! chooses among its paths by nominating one (RFC 8445, 8.1.1), and may choose again at any time without an ICE restart:
//! a phone that leaves the Wi-Fi nominates its other interface. Three rules keep such a change quick for the owner and
//! useless for a thief:
//!
//! - of two paths nominated within [`CONTEST`] of each other the one of higher priority wins, unless it fell silent;
//! - we go on sending to the old path until an authenticated packet comes from the new one;
//! - when none came within [`SWITCH`], silence decides: if the old path still delivers, the nomination was not meant (or
//!   was a repeat of an old check from somewhere else) and is forgotten; else we follow it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::limits::MAX_PATHS;

/// Two nominations closer than this compete by priority.
const CONTEST: Duration = Duration::from_secs(2);
/// A nominated path that was silent for this long loses to any newer one.
const SILENT: Duration = Duration::from_secs(5);
/// How long we wait for a packet from a newly nominated path.
const SWITCH: Duration = Duration::from_secs(2);
/// An old path that delivered within this time before the end of [`SWITCH`] is still in use.
const IN_USE: Duration = Duration::from_secs(1);
/// Consent to send ends when no check came for this long (RFC 7675, 5.1).
pub(crate) const CONSENT: Duration = Duration::from_secs(30);

struct Path {
    address: SocketAddr,
    priority: u32,
    nominated: Option<Instant>,
    /// The last authentic check.
    checked: Instant,
    /// The last authentic packet of DTLS, SRTP or SRTCP.
    packet: Option<Instant>,
}

impl Path {
    fn heard(&self) -> Instant {
        self.packet.map_or(self.checked, |packet| packet.max(self.checked))
    }
}

/// A change of the path that the peer nominated, until it has proved itself.
struct Switch {
    to: SocketAddr,
    decided_at: Instant,
}

/// What noting a check changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct PathChanges {
    /// The address was not known before.
    pub(crate) added: bool,
    /// This address had to make room.
    pub(crate) evicted: Option<SocketAddr>,
}

/// The paths of one transport, at most [`MAX_PATHS`].
#[derive(Default)]
pub(crate) struct Paths {
    paths: Vec<Path>,
    /// Where we send.
    destination: Option<SocketAddr>,
    switch: Option<Switch>,
}

impl Paths {
    pub(crate) fn destination(&self) -> Option<SocketAddr> {
        self.destination
    }

    pub(crate) fn contains(&self, address: SocketAddr) -> bool {
        self.paths.iter().any(|path| path.address == address)
    }

    pub(crate) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.paths.iter().map(|path| path.address)
    }

    /// Notes an authentic check from `address`.
    pub(crate) fn check(&mut self, now: Instant, address: SocketAddr, priority: u32) -> PathChanges {
        if let Some(path) = self.find(address) {
            path.checked = now;
            path.priority = priority;
            return PathChanges::default();
        }
        let evicted = if self.paths.len() >= MAX_PATHS { self.evict() } else { None };
        self.paths.push(Path { address, priority, nominated: None, checked: now, packet: None });
        self.destination.get_or_insert(address);
        PathChanges { added: true, evicted }
    }

    /// Notes that the peer nominated the path from `address` with a check never seen before. With `first_of_generation`
    /// the check is the first after an ICE restart and no older nomination stands against it.
    pub(crate) fn nominate(&mut self, now: Instant, address: SocketAddr, first_of_generation: bool) {
        let nominated = self.switch.as_ref().map(|switch| switch.to).or(self.destination);
        let Some(path) = self.find(address) else { return };
        path.nominated = Some(now);
        let priority = path.priority;
        if nominated == Some(address) {
            return;
        }
        let rival = self.paths.iter().find(|path| Some(path.address) == nominated);
        let defended = rival.is_some_and(|rival| {
            let contested = rival.nominated.is_some_and(|at| now.saturating_duration_since(at) < CONTEST);
            let alive = now.saturating_duration_since(rival.heard()) < SILENT;
            contested && alive && rival.priority > priority
        });
        if defended && !first_of_generation {
            return;
        }
        if self.destination == Some(address) {
            self.switch = None;
        } else if self.has_nominated_destination() {
            self.switch = Some(Switch { to: address, decided_at: now + SWITCH });
        } else {
            self.destination = Some(address);
        }
    }

    /// Notes an authentic packet of DTLS, SRTP or SRTCP; true when it changed where we send.
    pub(crate) fn packet(&mut self, now: Instant, address: SocketAddr) -> bool {
        let Some(path) = self.find(address) else { return false };
        path.packet = Some(now);
        if self.destination == Some(address) {
            return false;
        }
        let proves_switch = self.switch.as_ref().is_some_and(|switch| switch.to == address);
        if proves_switch || !self.has_nominated_destination() {
            self.follow(address);
            return true;
        }
        false
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let consent = self.paths.iter().map(|path| path.checked + CONSENT).min();
        [self.switch.as_ref().map(|switch| switch.decided_at), consent].into_iter().flatten().min()
    }

    /// Decides a switch whose time is over; true when it changed where we send.
    pub(crate) fn decide_switch(&mut self, now: Instant) -> bool {
        let Some(switch) = self.switch.take_if(|switch| now >= switch.decided_at) else { return false };
        let in_use = |path: &Path| path.packet.is_some_and(|at| now.saturating_duration_since(at) < IN_USE);
        let old_delivers = self.paths.iter().any(|path| Some(path.address) == self.destination && in_use(path));
        if old_delivers || !self.contains(switch.to) {
            return false;
        }
        self.follow(switch.to);
        true
    }

    /// Takes out one path whose consent has ended; the caller asks again until there is none.
    pub(crate) fn expire(&mut self, now: Instant) -> Option<SocketAddr> {
        let expired = self.paths.iter().position(|path| now >= path.checked + CONSENT)?;
        let address = self.paths.swap_remove(expired).address;
        self.switch.take_if(|switch| switch.to == address);
        if self.destination == Some(address) {
            self.switch = None;
            self.destination =
                self.paths.iter().max_by_key(|path| (path.nominated, path.heard())).map(|path| path.address);
        }
        Some(address)
    }

    fn follow(&mut self, address: SocketAddr) {
        self.destination = Some(address);
        self.switch = None;
    }

    fn has_nominated_destination(&self) -> bool {
        self.paths.iter().any(|path| Some(path.address) == self.destination && path.nominated.is_some())
    }

    fn find(&mut self, address: SocketAddr) -> Option<&mut Path> {
        self.paths.iter_mut().find(|path| path.address == address)
    }

    fn evict(&mut self) -> Option<SocketAddr> {
        let keep = [self.destination, self.switch.as_ref().map(|switch| switch.to)];
        let (position, _) = self
            .paths
            .iter()
            .enumerate()
            .filter(|(_, path)| !keep.contains(&Some(path.address)))
            .min_by_key(|(_, path)| path.heard())?;
        Some(self.paths.swap_remove(position).address)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests {
    use super::*;

    const LOW: u32 = 1;
    const HIGH: u32 = 2;

    struct Bench {
        paths: Paths,
        start: Instant,
    }

    impl Bench {
        fn new() -> Self {
            Self { paths: Paths::default(), start: Instant::now() }
        }

        fn at(&self, ms: u64) -> Instant {
            self.start + Duration::from_millis(ms)
        }

        fn nominate(&mut self, ms: u64, port: u16, priority: u32) {
            self.paths.check(self.at(ms), address(port), priority);
            self.paths.nominate(self.at(ms), address(port), false);
        }

        fn check(&mut self, ms: u64, port: u16, priority: u32) {
            self.paths.check(self.at(ms), address(port), priority);
        }

        fn packet(&mut self, ms: u64, port: u16) -> bool {
            self.paths.packet(self.at(ms), address(port))
        }

        fn decide(&mut self, ms: u64) -> bool {
            self.paths.decide_switch(self.at(ms))
        }

        fn port(&self) -> u16 {
            self.paths.destination().unwrap().port()
        }
    }

    fn address(port: u16) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, 1], port))
    }

    #[test]
    fn before_a_nomination_we_follow_the_packets() {
        let mut bench = Bench::new();
        bench.check(0, 1, LOW);
        bench.check(0, 2, HIGH);
        assert_eq!(bench.port(), 1);
        assert!(bench.packet(10, 2));
        assert_eq!(bench.port(), 2);
        bench.nominate(50, 1, LOW);
        assert_eq!(bench.port(), 1);
        assert!(!bench.packet(60, 2), "a nominated path does not yield to packets alone");
    }

    #[test]
    fn a_switch_waits_for_a_packet_from_the_new_path() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, HIGH);
        bench.nominate(3000, 2, LOW);
        assert_eq!(bench.port(), 1);
        assert!(bench.packet(3100, 2));
        assert_eq!(bench.port(), 2);
    }

    #[test]
    fn a_switch_without_any_packet_happens_after_two_seconds() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, HIGH);
        bench.nominate(3000, 2, LOW);
        assert!(!bench.decide(4999));
        assert!(bench.decide(5000));
        assert_eq!(bench.port(), 2);
    }

    #[test]
    fn a_nomination_is_forgotten_when_only_the_old_path_delivers() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, HIGH);
        bench.nominate(3000, 2, LOW);
        bench.packet(4500, 1);
        assert!(!bench.decide(5000));
        assert_eq!(bench.port(), 1);
        assert!(!bench.packet(5100, 2));
    }

    #[test]
    fn of_two_nominated_within_two_seconds_the_higher_priority_wins() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, HIGH);
        bench.nominate(1999, 2, LOW);
        assert!(!bench.packet(2000, 2));
        assert_eq!(bench.port(), 1);
        bench.nominate(3000, 3, HIGH + 1);
        assert!(bench.packet(3010, 3));
        assert_eq!(bench.port(), 3);
    }

    #[test]
    fn a_silent_path_loses_to_any_newer_one() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, HIGH);
        bench.nominate(5000, 2, LOW);
        assert!(bench.packet(5001, 2));
    }

    #[test]
    fn paths_are_bounded_and_the_one_in_use_stays() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, LOW);
        for port in 2..100 {
            let changes = bench.paths.check(bench.at(u64::from(port)), address(port), LOW);
            assert!(changes.added);
            assert_eq!(changes.evicted.is_some(), port as usize > MAX_PATHS);
        }
        assert!(bench.paths.contains(address(1)) && bench.paths.contains(address(99)));
        assert_eq!(bench.paths.addresses().count(), MAX_PATHS);
    }

    #[test]
    fn consent_ends_after_thirty_seconds_without_a_check() {
        let mut bench = Bench::new();
        bench.nominate(0, 1, LOW);
        bench.check(20_000, 2, LOW);
        bench.packet(29_000, 1);
        assert_eq!(bench.paths.expire(bench.at(29_999)), None);
        assert_eq!(bench.paths.expire(bench.at(30_000)), Some(address(1)));
        assert_eq!(bench.port(), 2);
        assert_eq!(bench.paths.expire(bench.at(50_000)), Some(address(2)));
        assert_eq!(bench.paths.destination(), None);
    }
}
