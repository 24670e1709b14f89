//! Slows down those who guess: delays that grow with each failed login per account and per address, and buckets for
//! requests that cost much. Nobody is locked out: a delay ends after half a minute at most, and an address from which the
//! right password came before does not feel what others do to the account.
//!
//! Memory is bounded: each table has two generations of at most [`GENERATION`] entries of some 40 bytes; when the young one
//! is full the old one is forgotten. Time is passed in.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Entries of a generation: a botnet of this many addresses has other ways.
const GENERATION: usize = 16_384;
/// Failed logins of an account without a delay: typing errors.
const FREE_PER_ACCOUNT: u32 = 5;
/// Failed logins from one address without a delay: an office behind one address.
const FREE_PER_ADDRESS: u32 = 30;
/// The first delay; each failure doubles it.
const FIRST_DELAY: Duration = Duration::from_secs(1);
/// The longest delay.
const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// After so long without a failure the count begins anew.
const FORGET: Duration = Duration::from_secs(15 * 60);

/// A map that forgets what was not used for a long time instead of growing.
struct Bounded<V> {
    young: HashMap<u64, V>,
    old: HashMap<u64, V>,
}

impl<V> Bounded<V> {
    fn new() -> Self {
        Self { young: HashMap::new(), old: HashMap::new() }
    }

    fn get(&self, key: u64) -> Option<&V> {
        self.young.get(&key).or_else(|| self.old.get(&key))
    }

    fn entry(&mut self, key: u64, default: impl FnOnce() -> V) -> &mut V {
        if self.young.len() >= GENERATION && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        let old = &mut self.old;
        self.young.entry(key).or_insert_with(|| old.remove(&key).unwrap_or_else(default))
    }

    fn remove(&mut self, key: u64) {
        self.young.remove(&key);
        self.old.remove(&key);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    /// How long the next try has to wait.
    fn wait(&self, now: Instant, free: u32) -> Option<Duration> {
        let beyond = self.count.checked_sub(free)?;
        let delay = FIRST_DELAY.saturating_mul(1 << beyond.min(5)).min(LONGEST_DELAY);
        (self.last + delay).checked_duration_since(now).filter(|left| !left.is_zero())
    }
}

/// A bucket of requests: so many at once, then one an interval.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Requests at once.
    pub burst: u32,
    /// One more after so long.
    pub interval: Duration,
}

/// The requests that have a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Costly {
    /// Making an account, by address: each costs a hash and a row.
    Register,
    /// Trading in a refresh token, by address.
    Refresh,
    /// Making or changing a room, by account.
    Room,
    /// Asking for a room token, by account or guest.
    Join,
    /// Reading a room's kept chat, by account or guest.
    History,
    /// Listening to a room's events, by address.
    Listen,
    /// Changing one's own account, by account.
    Account,
    /// Taking one's data along, by account: it reads everything.
    Export,
    /// Asking for a link to a new password or using one, by address.
    ResetLink,
    /// The mail with such a link, by the address that was typed, whether it has an account or not.
    ResetMail,
    /// Changing something as an administrator, by account: each costs a row of the log.
    Administer,
    /// Coming in as a guest, by address: each costs rows.
    Guest,
}

impl Costly {
    /// The rate: what a school behind one address, or a person with a script, needs with ease.
    pub fn rate(self) -> Rate {
        match self {
            Self::Register => Rate { burst: 100, interval: Duration::from_secs(1) },
            Self::Refresh => Rate { burst: 600, interval: Duration::from_millis(100) },
            Self::Room => Rate { burst: 300, interval: Duration::from_secs(1) },
            Self::Listen => Rate { burst: 300, interval: Duration::from_millis(200) },
            Self::Guest => Rate { burst: 300, interval: Duration::from_secs(1) },
            Self::Account => Rate { burst: 60, interval: Duration::from_secs(2) },
            Self::Export => Rate { burst: 5, interval: Duration::from_secs(60) },
            Self::ResetLink => Rate { burst: 30, interval: Duration::from_secs(20) },
            Self::ResetMail => Rate { burst: 3, interval: Duration::from_secs(15 * 60) },
            Self::Administer => Rate { burst: 300, interval: Duration::from_millis(200) },
            Self::Join => Rate { burst: 100, interval: Duration::from_secs(1) },
            Self::History => Rate { burst: 300, interval: Duration::from_millis(100) },
        }
    }
}

struct Tables {
    accounts: Bounded<Failures>,
    addresses: Bounded<Failures>,
    proven: Bounded<()>,
    buckets: Bounded<Instant>,
}

/// See the module.
pub struct Throttle {
    hasher: RandomState,
    tables: Mutex<Tables>,
}

impl Default for Throttle {
    fn default() -> Self {
        Self::new()
    }
}

impl Throttle {
    /// Empty.
    pub fn new() -> Self {
        let tables = Tables {
            accounts: Bounded::new(),
            addresses: Bounded::new(),
            proven: Bounded::new(),
            buckets: Bounded::new(),
        };
        Self { hasher: RandomState::new(), tables: Mutex::new(tables) }
    }

    fn tables(&self) -> std::sync::MutexGuard<'_, Tables> {
        // The tables are plain counters: whatever a panicking holder left behind is usable.
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, what: impl Hash) -> u64 {
        self.hasher.hash_one(what)
    }

    /// Counts a login as failed until [`Self::login_succeeded`] takes that back, so that a thousand tries at the same time
    /// count as a thousand. `account` is the address that was typed, existing or not.
    ///
    /// # Errors
    /// How long to wait, when this try came too soon; it is not counted then.
    pub fn login_begins(&self, account: &str, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let account_key = self.key(("account", account));
        let address_key = self.key(("address", network(from)));
        let proven_key = self.key(("proven", account, network(from)));
        let mut tables = self.tables();
        let proven = tables.proven.get(proven_key).is_some();
        let recent = |failures: &&Failures| now.saturating_duration_since(failures.last) < FORGET;
        let by_account = tables.accounts.get(account_key).filter(recent);
        let by_account =
            if proven { None } else { by_account.and_then(|failures| failures.wait(now, FREE_PER_ACCOUNT)) };
        let by_address =
            tables.addresses.get(address_key).filter(recent).and_then(|failures| failures.wait(now, FREE_PER_ADDRESS));
        if let Some(wait) = by_account.max(by_address) {
            return Err(wait);
        }
        let count = |table: &mut Bounded<Failures>, key| {
            let entry = table.entry(key, || Failures { count: 0, last: now });
            if now.saturating_duration_since(entry.last) >= FORGET {
                entry.count = 0;
            }
            entry.count = entry.count.saturating_add(1);
            entry.last = now;
        };
        // From a proven address guesses count for the address alone; else the neighbour's typing would slow others.
        if !proven {
            count(&mut tables.accounts, account_key);
        }
        count(&mut tables.addresses, address_key);
        Ok(())
    }

    /// The password was right.
    pub fn login_succeeded(&self, account: &str, from: IpAddr) {
        let account_key = self.key(("account", account));
        let address_key = self.key(("address", network(from)));
        let proven_key = self.key(("proven", account, network(from)));
        let mut tables = self.tables();
        tables.accounts.remove(account_key);
        // Only this try is taken back: else an attacker would clear his count by logging in to an account of his own.
        if tables.addresses.get(address_key).is_some_and(|failures| failures.count > 1) {
            if let Some(failures) = tables.addresses.young.get_mut(&address_key) {
                failures.count -= 1;
            }
        } else {
            tables.addresses.remove(address_key);
        }
        tables.proven.entry(proven_key, || ());
    }

    /// The try was not decided (the database was away): it does not count.
    pub fn login_undecided(&self, account: &str, from: IpAddr) {
        let keys = [self.key(("account", account)), self.key(("address", network(from)))];
        let mut tables = self.tables();
        let Tables { accounts, addresses, .. } = &mut *tables;
        for (table, key) in [accounts, addresses].into_iter().zip(keys) {
            if let Some(failures) = table.young.get_mut(&key) {
                failures.count = failures.count.saturating_sub(1);
            }
        }
    }

    /// Takes one request out of a bucket of `who`.
    ///
    /// # Errors
    /// How long to wait for the next.
    pub fn take(&self, what: Costly, who: impl Hash, now: Instant) -> Result<(), Duration> {
        let Rate { burst, interval } = what.rate();
        let key = self.key((what, who));
        let mut tables = self.tables();
        // The time at which the bucket will be full again, in the manner of GCRA: one number a bucket.
        let full_at = tables.buckets.entry(key, || now);
        let next = (*full_at).max(now) + interval;
        let allowance = interval.saturating_mul(burst);
        match next.saturating_duration_since(now).checked_sub(allowance) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => {
                *full_at = next;
                Ok(())
            }
        }
    }
}

/// What counts as one address: an IPv4 address, or an IPv6 /64, since that is what a home or a server is given.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const AWAY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1));

    #[test]
    fn delays_grow_and_stay_short_of_a_lock_out() {
        let throttle = Throttle::new();
        let mut now = Instant::now();
        for _ in 0..FREE_PER_ACCOUNT {
            assert!(throttle.login_begins("ada", HOME, now).is_ok());
        }
        let mut last = Duration::ZERO;
        for _ in 0..20 {
            let wait = throttle.login_begins("ada", HOME, now).unwrap_err();
            assert!(wait >= last && wait <= LONGEST_DELAY);
            last = wait;
            now += wait;
            assert!(throttle.login_begins("ada", HOME, now).is_ok(), "after the delay a try is free");
        }
        assert_eq!(last, LONGEST_DELAY);
        assert!(throttle.login_begins("bob", AWAY, now).is_ok(), "others do not feel it");
    }

    #[test]
    fn the_owner_gets_in_while_somebody_else_guesses() {
        let throttle = Throttle::new();
        let now = Instant::now();
        assert!(throttle.login_begins("ada", HOME, now).is_ok());
        throttle.login_succeeded("ada", HOME);
        for _ in 0..FREE_PER_ACCOUNT {
            assert!(throttle.login_begins("ada", AWAY, now).is_ok());
        }
        assert!(throttle.login_begins("ada", AWAY, now).is_err());
        assert!(throttle.login_begins("ada", HOME, now).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_slowed() {
        let throttle = Throttle::new();
        let now = Instant::now();
        let refused = (0..1000).filter(|n| throttle.login_begins(&format!("user{n}"), HOME, now).is_err()).count();
        assert_eq!(refused, 1000 - FREE_PER_ADDRESS as usize);
        assert!(throttle.login_begins("ada", AWAY, now).is_ok());
    }

    #[test]
    fn logging_in_to_an_account_of_ones_own_does_not_clear_the_address() {
        let throttle = Throttle::new();
        let now = Instant::now();
        let mut guesses = 0;
        for n in 0..1000 {
            guesses += usize::from(throttle.login_begins(&format!("user{n}"), HOME, now).is_ok());
            if throttle.login_begins("mine", HOME, now).is_ok() {
                throttle.login_succeeded("mine", HOME);
            }
        }
        assert!(guesses <= FREE_PER_ADDRESS as usize, "{guesses}");
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::new();
        let now = Instant::now();
        for n in 0..100_000_u32 {
            let address = IpAddr::V4(n.into());
            let _ = throttle.login_begins(&n.to_string(), address, now);
            let _ = throttle.take(Costly::Register, address, now);
            throttle.login_succeeded(&n.to_string(), address);
        }
        let tables = throttle.tables();
        for len in [tables.accounts.len(), tables.addresses.len(), tables.proven.len(), tables.buckets.len()] {
            assert!(len <= 2 * GENERATION, "{len}");
        }
    }

    #[test]
    fn buckets_refill() {
        let throttle = Throttle::new();
        let start = Instant::now();
        let Rate { burst, interval } = Costly::Join.rate();
        for _ in 0..burst {
            assert!(throttle.take(Costly::Join, 1, start).is_ok());
        }
        let wait = throttle.take(Costly::Join, 1, start).unwrap_err();
        assert!(wait <= interval, "{wait:?}");
        assert!(throttle.take(Costly::Join, 2, start).is_ok());
        assert!(throttle.take(Costly::Room, 1, start).is_ok());
        assert!(throttle.take(Costly::Join, 1, start + wait).is_ok());
        assert!(throttle.take(Costly::Join, 1, start + wait).is_err());
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::ffff:2".parse().unwrap()));
        assert_ne!(network("2001:db8:0:1::1".parse().unwrap()), network("2001:db8:0:2::1".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), HOME);
    }
}
