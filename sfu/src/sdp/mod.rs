//! Offers and answers (RFC 8829, RFC 8866): the text that two ends exchange before media flows.
//!
//! What goes in: a peer's description as text, hints about its tracks, and our own [`LocalParameters`]. What comes out: our
//! description as text, and the typed parameters of [`crate::params`] that the engine works with. The engine itself never
//! sees SDP.
//!
//! There are two roles, one for each connection of a participant:
//!
//! - the [`Answerer`] for the connection on which a client publishes: the client offers, we answer;
//! - the [`Offerer`] for the connection on which it receives: we offer, the client answers.
//!
//! Both keep the rules that hold over a connection's life: sections are never reordered, payload types and header extension
//! ids never change their meaning, and a description that is refused leaves everything as it was.
//!
//! Everything is bounded by [`crate::limits`]: at worst a negotiator holds some 500 bytes for each of
//! [`crate::limits::MAX_SECTIONS`] sections, and parsing takes time in proportion to the text.

mod answer;
mod candidate;
mod codecs;
mod error;
mod extensions;
mod fingerprint;
mod lines;
mod offer;
mod session;
mod simulcast;
mod ssrcs;
mod transport;
mod writer;

use std::net::SocketAddr;

use crate::params::{Fingerprint, IceCredentials};

pub use answer::{Answered, Answerer, OfferedTrack, ReceivedTrack, TrackHints};
pub use candidate::parse_candidate;
pub use codecs::{CodecPolicy, H264Profile, PayloadFormat};
pub use error::{Bounded, SdpError};
pub use offer::{AnswerApplied, Offer, Offerer, Section};

/// What we say about ourselves in every description of one connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalParameters {
    /// Our ICE credentials.
    pub ice: IceCredentials,
    /// The fingerprint of our certificate.
    pub fingerprint: Fingerprint,
    /// Where we are reached over UDP; at most [`crate::limits::MAX_CANDIDATES`] are written.
    pub candidates: Vec<SocketAddr>,
    /// The session id of the `o=` line, below 2^63 (RFC 8829, 5.2.1); the highest bit is cleared.
    pub session_id: u64,
}
