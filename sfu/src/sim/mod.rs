//! A call in a box: a virtual clock, a network with delay, jitter, loss and reordering from a seed, and clients with synthetic
//! media around one [`Engine`](crate::engine::Engine). For tests and load generators.
//!
//! Publishers send frames with real payload headers whose contents say what they are; receivers put frames together in
//! order, as a jitter buffer does, and note whatever a decoder or a person would object to ([`sink::Sink::violations`]).
//! An hour of a call runs in seconds. Everything above the DTLS handshake follows from the seed.

pub mod camera;
pub mod client;
pub mod endpoint;
pub mod network;
pub mod parsers;
pub mod payload;
pub mod sink;
pub mod source;
pub mod world;

pub use camera::VideoSource;
pub use client::Client;
pub use network::{Link, Network};
pub use sink::Sink;
pub use source::AudioSource;
pub use world::World;
