//! What a datagram is, told from its first bytes (RFC 7983, RFC 5761), and what an unauthenticated one may cost.
//!
//! The gate is the first thing that a datagram meets. It allocates nothing and keeps nothing: a datagram of the wrong
//! size or form is [`DatagramKind::Junk`] and costs its receiver a counter.

use crate::limits::{MAX_DATAGRAM, MAX_STUN_MESSAGE};

/// What a datagram claims to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DatagramKind {
    /// STUN (RFC 8489): belongs to the transport of the ufrag that it names, or to that of its address.
    Stun,
    /// DTLS (RFC 6347).
    Dtls,
    /// SRTP (RFC 3711).
    Rtp,
    /// SRTCP (RFC 3711), told from SRTP by its packet type (RFC 5761).
    Rtcp,
    /// Nothing that we speak.
    Junk,
}

/// The fixed header and the shortest authentication tag.
const MIN_RTP: usize = 12 + 10;
/// The first eight bytes, the index word and the shortest authentication tag.
const MIN_RTCP: usize = 8 + 4 + 10;
const MIN_DTLS: usize = 13;
const MIN_STUN: usize = 20;

/// Tells what `datagram` claims to be.
pub fn classify(datagram: &[u8]) -> DatagramKind {
    let len = datagram.len();
    let (Some(first), Some(second)) = (datagram.first(), datagram.get(1)) else { return DatagramKind::Junk };
    if len > MAX_DATAGRAM {
        return DatagramKind::Junk;
    }
    match first {
        0..=3 if (MIN_STUN..=MAX_STUN_MESSAGE).contains(&len) => DatagramKind::Stun,
        20..=63 if len >= MIN_DTLS => DatagramKind::Dtls,
        128..=191 if (192..=223).contains(second) && len >= MIN_RTCP => DatagramKind::Rtcp,
        128..=191 if !(192..=223).contains(second) && len >= MIN_RTP => DatagramKind::Rtp,
        _ => DatagramKind::Junk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn datagram(first: u8, second: u8, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        bytes[0] = first;
        bytes[1] = second;
        bytes
    }

    #[test]
    fn first_bytes_tell_the_protocol() {
        for (first, second, kind) in [
            (0, 1, DatagramKind::Stun),
            (3, 0, DatagramKind::Stun),
            (4, 0, DatagramKind::Junk),
            (19, 0, DatagramKind::Junk),
            (20, 254, DatagramKind::Dtls),
            (63, 254, DatagramKind::Dtls),
            (64, 0, DatagramKind::Junk),
            (127, 0, DatagramKind::Junk),
            (0x80, 111, DatagramKind::Rtp),
            (0x90, 111 | 0x80, DatagramKind::Rtp),
            (0x80, 191, DatagramKind::Rtp),
            (0x80, 192, DatagramKind::Rtcp),
            (0x81, 200, DatagramKind::Rtcp),
            (0x8f, 223, DatagramKind::Rtcp),
            (0xbf, 224, DatagramKind::Rtp),
            (192, 0, DatagramKind::Junk),
        ] {
            assert_eq!(classify(&datagram(first, second, 100)), kind, "{first} {second}");
        }
    }

    #[test]
    fn wrong_sizes_are_junk() {
        assert_eq!(classify(&[]), DatagramKind::Junk);
        assert_eq!(classify(&[0x80]), DatagramKind::Junk);
        assert_eq!(classify(&datagram(0, 1, 19)), DatagramKind::Junk);
        assert_eq!(classify(&datagram(0, 1, MAX_STUN_MESSAGE + 1)), DatagramKind::Junk);
        assert_eq!(classify(&datagram(22, 254, 12)), DatagramKind::Junk);
        assert_eq!(classify(&datagram(0x80, 111, 21)), DatagramKind::Junk);
        assert_eq!(classify(&datagram(0x80, 111, MAX_DATAGRAM)), DatagramKind::Rtp);
        assert_eq!(classify(&datagram(0x80, 111, MAX_DATAGRAM + 1)), DatagramKind::Junk);
    }
}
