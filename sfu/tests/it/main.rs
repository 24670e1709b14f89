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

mod data_backpressure;
mod data_channels;
mod forwarding;
mod handshake;
mod hostile_datagrams;
mod hostile_feedback;
mod ice_paths;
mod lossy_call;
mod media_corpus;
mod memory;
mod pair;
mod random_input;
mod sdp_answers;
mod sdp_hostile;
mod sdp_offers;
mod sdp_support;
mod sealed_once;
mod simulcast;
mod speakers;
mod transport_memory;
mod twenty_participants;
mod upstream_rtc;
mod webrtc_call;
mod webrtc_peer;
mod webrtc_support;
