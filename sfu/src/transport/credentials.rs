//! ICE user name fragments and passwords (RFC 8445, 5.3), and the road from a datagram to its worker and transport.
//!
//! Our ufrag begins with the worker that owns the transport, so that a connectivity check which the kernel handed to
//! another worker finds its way home without a table that workers would have to share.

use std::sync::Arc;

use rand::CryptoRng;

use super::stun::StunMessage;
use crate::ids::WorkerId;
use crate::params::IceCredentials;

/// The alphabet of ufrags and passwords (RFC 8839, 5.4), six bits a character.
const ICE_CHARS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const UFRAG_LEN: usize = 16;
const PASSWORD_LEN: usize = 24;

impl IceCredentials {
    /// The most workers that a ufrag can tell apart.
    pub const MAX_WORKERS: usize = ICE_CHARS.len();

    /// Fresh credentials of a transport that lives on `worker`: 90 random bits of ufrag, which keeps transports apart, and
    /// 144 of password, which keeps strangers out.
    pub fn generate(worker: WorkerId, rng: &mut impl CryptoRng) -> Self {
        let mut ufrag = random_ice_chars::<UFRAG_LEN>(rng);
        if let Some(first) = ufrag.first_mut() {
            *first = ice_char(worker.0);
        }
        let password = random_ice_chars::<PASSWORD_LEN>(rng);
        Self { ufrag: text(&ufrag), password: text(&password) }
    }
}

/// The worker that a ufrag of ours names, or `None` for one that cannot be ours.
pub fn worker_of_ufrag(ufrag: &[u8]) -> Option<WorkerId> {
    if ufrag.len() != UFRAG_LEN {
        return None;
    }
    let first = ufrag.first()?;
    let index = ICE_CHARS.iter().position(|char| char == first)?;
    Some(WorkerId(index as u8))
}

/// Our ufrag as a Binding request names it (the first half of USERNAME, RFC 8445, 7.2.2), read without allocation;
/// `None` for anything that is not a well-formed Binding request.
pub fn stun_local_ufrag(datagram: &[u8]) -> Option<&[u8]> {
    let message = StunMessage::parse(datagram)?;
    if !message.is_binding_request() {
        return None;
    }
    message.username().map(|(local, _)| local)
}

fn random_ice_chars<const LEN: usize>(rng: &mut impl CryptoRng) -> [u8; LEN] {
    let mut chars = [0; LEN];
    rng.fill_bytes(&mut chars);
    chars.map(ice_char)
}

fn ice_char(six_bits: u8) -> u8 {
    ICE_CHARS.get(usize::from(six_bits & 63)).copied().unwrap_or(b'A')
}

fn text(chars: &[u8]) -> Arc<str> {
    String::from_utf8_lossy(chars).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn ufrags_name_their_worker_and_are_never_the_same() {
        let mut rng = StdRng::seed_from_u64(1);
        for worker in 0..64 {
            let credentials = IceCredentials::generate(WorkerId(worker), &mut rng);
            assert_eq!(worker_of_ufrag(credentials.ufrag.as_bytes()), Some(WorkerId(worker)));
            assert_eq!((credentials.ufrag.len(), credentials.password.len()), (16, 24));
            assert!(credentials.ufrag.bytes().chain(credentials.password.bytes()).all(|c| ICE_CHARS.contains(&c)));
            let other = IceCredentials::generate(WorkerId(worker), &mut rng);
            assert_ne!(credentials, other);
        }
        assert_eq!(worker_of_ufrag(b"short"), None);
        assert_eq!(worker_of_ufrag(b"-BCDEFGHIJKLMNOP"), None);
    }
}
