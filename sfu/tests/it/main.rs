//! The behaviours of the media engine, one module each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    unreachable_pub
)]

mod handshake;
mod pair;
mod sdp_answers;
mod sdp_hostile;
mod sdp_offers;
mod sdp_support;
mod webrtc_peer;
mod webrtc_support;
