//! One connection of a participant: ICE, DTLS, SRTP and SCTP over one path (RFC 8445, 6347, 3711, 8831).
//!
//! Datagrams go in with their source and a time; plain RTP, RTCP and messages come out, and sealed packets go out to
//! wherever the peer is now. A server's transport is ICE-lite and DTLS passive; a client's (load generators, the simulator)
//! is controlling and DTLS active. Both are the same from DTLS upwards.
//!
//! ```text
//! STUN  ─► ice_lite, ice_client ─► paths: which addresses are the peer, where we send
//! DTLS  ─► client_hello, records (the gate) ─► rtc-dtls ─┬► keys ─► srtp
//!                                                        └► sctp ─► data channels
//! SRTP  ─► srtp: open in place                    SRTP ◄─ srtp: seal into the send arena
//! ```
//!
//! Nothing that is not authentic changes anything here but a counter of the caller's. What the peer can make grow is bounded
//! by `limits.rs`.

mod config;
mod credentials;
mod error;
mod ice_lite;
mod key_derivation;
mod paths;
mod replay;
mod srtp;
mod stun;

pub use config::{TransportConfig, TransportConfigError};
pub use credentials::{stun_local_ufrag, worker_of_ufrag};
pub use error::{DataError, DropReason};
pub use srtp::{MAX_SRTCP_OVERHEAD, MAX_SRTP_OVERHEAD};
