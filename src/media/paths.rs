//! From which of the machine's addresses to answer whom.
//!
//! A machine with several addresses must answer a connectivity check from the address that it came to (RFC 8445, 7.3.1.1), but
//! a socket bound to all of them lets the kernel choose by its routes. So the shell remembers: for the batch at hand, to
//! which address each check came, and for the peers, by which address they were last answered. Only what the engine
//! *answered* is remembered, since it answers authenticated checks alone: a forged check steers nobody's media.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};

use foldhash::fast::RandomState;

/// Peers remembered; one entry is 64 bytes. Beyond it the kernel's routes decide, as they would without this table.
const MAX_PEERS: usize = 1 << 16;
/// Checks remembered within one batch.
const MAX_BATCH: usize = 1024;

/// Remembers the local address for each peer.
#[derive(Debug, Default)]
pub(crate) struct LocalPaths {
    batch: Vec<Check>,
    peers: HashMap<SocketAddr, IpAddr, RandomState>,
}

#[derive(Debug)]
struct Check {
    source: SocketAddr,
    local: IpAddr,
    nominates: bool,
}

impl LocalPaths {
    /// A STUN request came. Returns true when the batch already holds one of the same peer to another local address: the
    /// caller flushes first, or one of the two would be answered from the wrong address.
    pub(crate) fn check_conflicts(&self, source: SocketAddr, local: Option<IpAddr>) -> bool {
        let Some(local) = local else { return false };
        self.batch.len() >= MAX_BATCH || self.batch.iter().any(|check| check.source == source && check.local != local)
    }

    /// A STUN request came to `local`.
    pub(crate) fn check_received(&mut self, source: SocketAddr, local: Option<IpAddr>, contents: &[u8]) {
        let Some(local) = local else { return };
        if !self.batch.iter().any(|check| check.source == source) {
            self.batch.push(Check { source, local, nominates: nominates(contents) });
        }
    }

    /// From where to send `contents` to `destination`.
    pub(crate) fn source_for(&mut self, destination: SocketAddr, contents: &[u8]) -> Option<IpAddr> {
        let known = self.peers.get(&destination).copied();
        if !is_success_response(contents) {
            return known;
        }
        let Some(check) = self.batch.iter().find(|check| check.source == destination) else { return known };
        let (local, nominates) = (check.local, check.nominates);
        if known != Some(local) && (nominates || known.is_none()) && (known.is_some() || self.peers.len() < MAX_PEERS) {
            self.peers.insert(destination, local);
        }
        Some(local)
    }

    /// The batch is sent.
    pub(crate) fn end_batch(&mut self) {
        self.batch.clear();
    }

    /// The peer is gone.
    pub(crate) fn forget(&mut self, peer: SocketAddr) {
        self.peers.remove(&peer);
    }
}

const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const USE_CANDIDATE: u16 = 0x0025;

/// Whether this is a STUN binding request.
pub(crate) fn is_request(datagram: &[u8]) -> bool {
    datagram.starts_with(&BINDING_REQUEST)
}

fn is_success_response(datagram: &[u8]) -> bool {
    datagram.starts_with(&BINDING_SUCCESS)
}

/// Whether a STUN message carries USE-CANDIDATE.
fn nominates(message: &[u8]) -> bool {
    let mut rest = message.get(20..).unwrap_or_default();
    while let [t0, t1, l0, l1, value @ ..] = rest {
        if u16::from_be_bytes([*t0, *t1]) == USE_CANDIDATE {
            return true;
        }
        let len = usize::from(u16::from_be_bytes([*l0, *l1])).next_multiple_of(4);
        let Some(next) = value.get(len..) else { return false };
        rest = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(nominate: bool) -> Vec<u8> {
        let mut message = vec![0; 20];
        message[1] = 1;
        message.extend_from_slice(&[0, 6, 0, 3, b'a', b':', b'b', 0]);
        if nominate {
            message.extend_from_slice(&[0, 0x25, 0, 0]);
        }
        message
    }

    #[test]
    fn an_answer_leaves_from_where_the_check_arrived_and_media_follows_the_nomination() {
        let peer: SocketAddr = "192.0.2.1:5000".parse().unwrap();
        let (first, second): (IpAddr, IpAddr) = ("10.0.0.1".parse().unwrap(), "10.0.1.1".parse().unwrap());
        let response = [1u8, 1, 0, 0];
        let media = [0x80u8, 96];
        let mut paths = LocalPaths::default();
        assert_eq!(paths.source_for(peer, &media), None);

        paths.check_received(peer, Some(first), &request(false));
        assert!(paths.check_conflicts(peer, Some(second)));
        assert_eq!(paths.source_for(peer, &response), Some(first));
        paths.end_batch();
        assert_eq!(paths.source_for(peer, &media), Some(first));

        paths.check_received(peer, Some(second), &request(false));
        assert_eq!(paths.source_for(peer, &response), Some(second));
        paths.end_batch();
        assert_eq!(paths.source_for(peer, &media), Some(first), "a check that nominates nothing moves nothing");

        paths.check_received(peer, Some(second), &request(true));
        assert_eq!(paths.source_for(peer, &response), Some(second));
        paths.end_batch();
        assert_eq!(paths.source_for(peer, &media), Some(second));
        paths.forget(peer);
        assert_eq!(paths.source_for(peer, &media), None);
    }

    #[test]
    fn a_check_that_is_not_answered_moves_nothing() {
        let peer: SocketAddr = "192.0.2.1:5000".parse().unwrap();
        let mut paths = LocalPaths::default();
        paths.check_received(peer, Some("10.0.0.1".parse().unwrap()), &request(true));
        assert_eq!(paths.source_for(peer, &[0x80, 0]), None);
        paths.end_batch();
        assert_eq!(paths.source_for(peer, &[1, 1]), None);
    }

    #[test]
    fn attributes_are_read_within_their_bounds() {
        assert!(nominates(&request(true)));
        assert!(!nominates(&request(false)));
        let mut cut = request(false);
        cut.extend_from_slice(&[0, 6, 0xff, 0xff, 0, 0x25, 0, 0]);
        assert!(!nominates(&cut));
        assert!(!nominates(&[0, 1]));
    }
}
