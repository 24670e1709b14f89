//! Whose datagram is it: tables from ids, user name fragments and addresses to the engine's own keys.
//!
//! An address gets into its table only by an authenticated connectivity check. Several transports may claim one: a NAT gives
//! a binding to the next client, or somebody inside a call forges a source address. Each is kept, the oldest first, and a packet
//! belongs to the one whose key opens it, so that a claim takes nothing away from anybody.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::Arc;

use foldhash::quality::FixedState;

use crate::limits::MAX_TRANSPORTS_PER_ADDRESS;
use crate::slab::Key;

/// Keys by the ids that owners of rooms give out. The ids are our own, so that the hash needs no secret.
#[derive(Debug)]
pub(crate) struct IdMap<I>(HashMap<I, Key, foldhash::fast::FixedState>);

impl<I> Default for IdMap<I> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<I: Hash + Eq + Copy> IdMap<I> {
    pub(crate) fn get(&self, id: I) -> Option<Key> {
        self.0.get(&id).copied()
    }

    pub(crate) fn insert(&mut self, id: I, key: Key) {
        self.0.insert(id, key);
    }

    pub(crate) fn remove(&mut self, id: I) {
        self.0.remove(&id);
        if self.0.is_empty() {
            self.0.shrink_to_fit();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The transports that an address may belong to, the oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Claims([Option<Key>; MAX_TRANSPORTS_PER_ADDRESS]);

impl Claims {
    pub(crate) fn iter(&self) -> impl Iterator<Item = Key> {
        self.0.iter().flatten().copied()
    }

    /// Whether more than one transport claims the address.
    pub(crate) fn is_disputed(&self) -> bool {
        self.iter().count() > 1
    }

    fn add(&mut self, key: Key) -> bool {
        if self.iter().any(|claim| claim == key) {
            return true;
        }
        match self.0.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(key),
            None => return false,
        }
        true
    }

    fn remove(&mut self, key: Key) {
        let mut kept = [None; MAX_TRANSPORTS_PER_ADDRESS];
        for (place, claim) in kept.iter_mut().zip(self.iter().filter(|claim| *claim != key)) {
            *place = Some(claim);
        }
        self.0 = kept;
    }
}

/// Transports by authenticated address.
#[derive(Debug)]
pub(crate) struct AddressTable(HashMap<SocketAddr, Claims, FixedState>);

impl AddressTable {
    pub(crate) fn new(seed: u64) -> Self {
        Self(HashMap::with_hasher(FixedState::with_seed(seed)))
    }

    #[inline]
    pub(crate) fn get(&self, address: SocketAddr) -> Option<Claims> {
        self.0.get(&address).copied()
    }

    /// Adds a claim; says whether the address is new.
    pub(crate) fn insert(&mut self, address: SocketAddr, key: Key) -> bool {
        let claims = self.0.entry(address).or_default();
        let new = claims.iter().next().is_none();
        claims.add(key);
        new
    }

    /// Takes a claim back; says whether nobody claims the address any more.
    pub(crate) fn remove(&mut self, address: SocketAddr, key: Key) -> bool {
        let Some(claims) = self.0.get_mut(&address) else { return false };
        claims.remove(key);
        let gone = claims.iter().next().is_none();
        if gone {
            self.0.remove(&address);
        }
        if self.0.is_empty() {
            self.0.shrink_to_fit();
        }
        gone
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Transports by their local user name fragment.
#[derive(Debug)]
pub(crate) struct UfragTable(HashMap<Arc<str>, Key, FixedState>);

impl UfragTable {
    pub(crate) fn new(seed: u64) -> Self {
        Self(HashMap::with_hasher(FixedState::with_seed(seed)))
    }

    pub(crate) fn get(&self, ufrag: &[u8]) -> Option<Key> {
        self.0.get(std::str::from_utf8(ufrag).ok()?).copied()
    }

    /// Adds a fragment; false when it leads to another transport already.
    pub(crate) fn insert(&mut self, ufrag: Arc<str>, key: Key) -> bool {
        *self.0.entry(ufrag).or_insert(key) == key
    }

    pub(crate) fn remove(&mut self, ufrag: &str) {
        self.0.remove(ufrag);
        if self.0.is_empty() {
            self.0.shrink_to_fit();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::Slab;

    #[test]
    fn a_second_claim_takes_nothing_from_the_first() {
        let mut slab = Slab::default();
        let keys: Vec<Key> = (0..6).map(|_| slab.insert(())).collect();
        let address: SocketAddr = "192.0.2.1:5000".parse().unwrap();
        let mut table = AddressTable::new(1);
        assert!(table.insert(address, keys[0]));
        for key in &keys {
            assert!(!table.insert(address, *key));
        }
        let claims = table.get(address).unwrap();
        assert!(claims.is_disputed());
        assert_eq!(claims.iter().collect::<Vec<_>>(), keys[..MAX_TRANSPORTS_PER_ADDRESS]);
        assert!(!table.remove(address, keys[0]));
        assert_eq!(table.get(address).unwrap().iter().next(), Some(keys[1]));
        for key in &keys[1..4] {
            table.remove(address, *key);
        }
        assert!(table.is_empty());
    }
}
