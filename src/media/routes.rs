//! Which worker a datagram belongs to.
//!
//! The kernel spreads senders over the workers' sockets by a hash of addresses, which knows nothing of rooms. A connectivity check
//! names its worker in the first character of our ufrag; everything else is told apart by the sender's address, which
//! the worker that serves it has announced to the others.

use std::collections::HashMap;
use std::net::SocketAddr;

use foldhash::fast::RandomState;
use rotunda_sfu::ids::WorkerId;
use rotunda_sfu::transport::{stun_local_ufrag, worker_of_ufrag};

use super::paths;

/// Addresses of other workers' peers remembered at most, about 6 MiB. Far more than one machine's media can serve, so only
/// someone who holds that many authenticated transports could fill it.
const MAX_ADDRESSES: usize = 1 << 17;

/// One worker's knowledge of the others' peers.
#[derive(Debug)]
pub(crate) struct Routes {
    me: WorkerId,
    workers: usize,
    elsewhere: HashMap<SocketAddr, WorkerId, RandomState>,
}

impl Routes {
    pub(crate) fn new(me: WorkerId, workers: usize) -> Self {
        Self { me, workers, elsewhere: HashMap::default() }
    }

    /// The other worker that a datagram is for, or `None` when it stays here.
    pub(crate) fn other(&self, source: SocketAddr, datagram: &[u8]) -> Option<WorkerId> {
        if self.workers < 2 {
            return None;
        }
        if paths::is_request(datagram) {
            let worker = worker_of_ufrag(stun_local_ufrag(datagram)?)?;
            return (worker != self.me && usize::from(worker.0) < self.workers).then_some(worker);
        }
        self.elsewhere.get(&source).copied()
    }

    /// Another worker serves this address from now on.
    pub(crate) fn known(&mut self, address: SocketAddr, worker: WorkerId) {
        if self.elsewhere.len() < MAX_ADDRESSES || self.elsewhere.contains_key(&address) {
            self.elsewhere.insert(address, worker);
        }
    }

    /// This worker serves the address from now on, whoever did before.
    pub(crate) fn known_here(&mut self, address: SocketAddr) {
        self.elsewhere.remove(&address);
    }

    /// Another worker no longer serves this address; a third one that does by now keeps it.
    pub(crate) fn forgotten(&mut self, address: SocketAddr, worker: WorkerId) {
        if self.elsewhere.get(&address) == Some(&worker) {
            self.elsewhere.remove(&address);
        }
    }

    /// Another worker has started anew.
    pub(crate) fn forget_all(&mut self, worker: WorkerId) {
        self.elsewhere.retain(|_, owner| *owner != worker);
    }

    /// How many addresses are remembered.
    pub(crate) fn len(&self) -> usize {
        self.elsewhere.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A binding request whose USERNAME is `ours:theirs`.
    fn request(username: &str) -> Vec<u8> {
        let mut message = vec![0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42];
        message.extend_from_slice(&[7; 12]);
        message.extend_from_slice(&[0, 6]);
        message.extend_from_slice(&(username.len() as u16).to_be_bytes());
        message.extend_from_slice(username.as_bytes());
        message.resize(message.len().next_multiple_of(4), 0);
        let len = (message.len() - 20) as u16;
        message[2..4].copy_from_slice(&len.to_be_bytes());
        message
    }

    #[test]
    fn checks_go_by_their_ufrag_and_the_rest_by_address() {
        let (peer, stranger) = ("192.0.2.1:5000".parse().unwrap(), "192.0.2.9:5000".parse().unwrap());
        let mut routes = Routes::new(WorkerId(0), 4);
        assert_eq!(routes.other(stranger, &request("CabcdefghijklmnO:theirs")), Some(WorkerId(2)));
        assert_eq!(routes.other(stranger, &request("AabcdefghijklmnO:theirs")), None, "ours");
        assert_eq!(routes.other(stranger, &request("/abcdefghijklmnO:theirs")), None, "there is no such worker");
        assert_eq!(routes.other(stranger, &[0, 1, 0, 0]), None, "no username, no worker");
        routes.known(peer, WorkerId(3));
        assert_eq!(routes.other(peer, &[0x80, 96, 0, 0]), Some(WorkerId(3)));
        assert_eq!(routes.other(peer, &request("AabcdefghijklmnO:theirs")), None, "a check is for whom it names");
        assert_eq!(routes.other(stranger, &[0x80, 96, 0, 0]), None);
    }

    #[test]
    fn the_newest_owner_of_an_address_wins() {
        let peer = "192.0.2.1:5000".parse().unwrap();
        let media = [0x80, 96, 0, 0];
        let mut routes = Routes::new(WorkerId(0), 4);
        routes.known(peer, WorkerId(1));
        routes.known(peer, WorkerId(2));
        routes.forgotten(peer, WorkerId(1));
        assert_eq!(routes.other(peer, &media), Some(WorkerId(2)), "the old owner's farewell comes late");
        routes.known_here(peer);
        assert_eq!(routes.other(peer, &media), None);
        routes.known(peer, WorkerId(2));
        routes.forget_all(WorkerId(2));
        assert_eq!((routes.other(peer, &media), routes.len()), (None, 0));
    }

    #[test]
    fn one_worker_routes_nothing() {
        let routes = Routes::new(WorkerId(0), 1);
        assert_eq!(routes.other("192.0.2.1:5000".parse().unwrap(), &request("CabcdefghijklmnO:theirs")), None);
    }
}
