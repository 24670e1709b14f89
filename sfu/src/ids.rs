//! Names of things: small copyable newtypes, so that a publication is never taken for a subscription.
//!
//! The `u64` ids are given out by the owner of the rooms (the server's registry) and are unique within a process for its
//! whole life; the engine maps them to its own slots on the control path and uses slots on the packet path.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

id!(
    /// A room: the unit that is homed on one worker.
    RoomId
);
id!(
    /// A participant's session in a room. A full reconnect makes a new one.
    ParticipantId
);
id!(
    /// One connection (ICE, DTLS, SRTP, SCTP) of a participant; a participant has one or two.
    TransportId
);
id!(
    /// A track that a participant publishes, all of its layers together.
    PublicationId
);
id!(
    /// One participant's reception of one publication.
    SubscriptionId
);

/// The index of a media worker, encoded in the first character of every local ufrag of its transports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct WorkerId(pub u8);

/// A short token of SDP and RTP header extensions: a `mid` (RFC 8843) or `rid` (RFC 8852), at most 16 bytes of
/// ASCII, stored inline.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Token {
    bytes: [u8; Token::MAX_LEN],
    len: u8,
}

impl Token {
    /// The longest token accepted, the length that a one-byte header extension can carry.
    pub const MAX_LEN: usize = 16;

    /// The token, or `None` when it is empty, too long, or holds a byte outside printable ASCII.
    pub fn new(token: &[u8]) -> Option<Self> {
        if token.is_empty() || !token.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        let mut bytes = [0; Self::MAX_LEN];
        bytes.get_mut(..token.len())?.copy_from_slice(token);
        Some(Self { bytes, len: token.len() as u8 })
    }

    /// The bytes as they stand in a header extension.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The text as it stands in SDP.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Media identification (RFC 8843).
pub type Mid = Token;
/// RTP stream identification of one simulcast layer (RFC 8852).
pub type Rid = Token;

/// An SSRC of ours towards a subscriber. It carries the index of the subscription in its transport's table and an epoch
/// that changes when the index is reused, so that feedback is looked up without a hash that an attacker can fill.
///
/// Layout, most significant bit first: 15 bits index, 1 bit "this is the RTX stream", 16 bits epoch (never zero).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EgressSsrc(u32);

impl EgressSsrc {
    /// The largest index that fits.
    pub const MAX_INDEX: u16 = (1 << 15) - 1;

    /// The media SSRC of the subscription at `index` (at most [`Self::MAX_INDEX`]) in its `epoch`.
    pub fn new(index: u16, epoch: u16) -> Option<Self> {
        (index <= Self::MAX_INDEX && epoch != 0).then(|| Self(u32::from(index) << 17 | u32::from(epoch)))
    }

    /// Reads an SSRC that a peer named; whether it exists is for the table at [`Self::index`] to say.
    pub fn from_wire(ssrc: u32) -> Self {
        Self(ssrc)
    }

    /// The value in SDP, RTP and RTCP.
    pub fn to_wire(self) -> u32 {
        self.0
    }

    /// The retransmission stream (RFC 4588) of the same subscription.
    pub fn rtx(self) -> Self {
        Self(self.0 | 1 << 16)
    }

    /// Whether this names the retransmission stream.
    pub fn is_rtx(self) -> bool {
        self.0 & 1 << 16 != 0
    }

    /// The index of the subscription in its transport's table.
    pub fn index(self) -> u16 {
        (self.0 >> 17) as u16
    }

    /// The epoch in which the index was given out.
    pub fn epoch(self) -> u16 {
        self.0 as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_refuses_what_sdp_cannot_carry() {
        assert!(Token::new(b"").is_none());
        assert!(Token::new(b"with space").is_none());
        assert!(Token::new(&[b'a'; 17]).is_none());
        assert_eq!(Token::new(&[b'a'; 16]).map(|t| t.as_bytes().len()), Some(16));
    }

    #[test]
    fn egress_ssrc_carries_index_epoch_and_rtx() {
        let ssrc = EgressSsrc::new(EgressSsrc::MAX_INDEX, 0xbeef).unwrap();
        assert_eq!((ssrc.index(), ssrc.epoch(), ssrc.is_rtx()), (EgressSsrc::MAX_INDEX, 0xbeef, false));
        assert_eq!((ssrc.rtx().index(), ssrc.rtx().epoch(), ssrc.rtx().is_rtx()), (ssrc.index(), ssrc.epoch(), true));
        assert!(EgressSsrc::new(1 << 15, 1).is_none());
        assert!(EgressSsrc::new(0, 0).is_none());
    }
}
