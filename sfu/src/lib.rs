//! Rotunda's media engine: everything between a received datagram and the datagrams that leave for it.
//!
//! The crate is *sans-I/O*: it holds no socket, no clock, no thread and no async runtime. Time and randomness are passed in,
//! so a test replays an hour of a lossy call in seconds and from a seed. The shell that owns the sockets (the server's
//! `media` module, a test, or the simulator) does this in a loop:
//!
//! ```text
//! for every datagram and command received:   engine.handle(now, input)
//! once after the batch:                      engine.flush(now) → send what is in the SendArena
//!                                            engine.poll_event() until None
//! sleep until:                               engine.poll_timeout()
//! ```
//!
//! Commands come from the task that owns a room and builds all SDP (with `sdp`); SDP itself never reaches the engine.

mod bandwidth;
pub mod command;
mod connection;
mod demux;
mod egress;
pub mod engine;
mod error;
pub mod event;
mod forward;
pub mod gate;
pub mod ids;
pub mod limits;
pub mod params;
mod participant;
mod publication;
mod room;
mod rtcp;
pub mod sdp;
pub mod send_arena;
#[cfg(feature = "sim")]
pub mod sim;
mod slab;
mod speaker;
pub mod stats;
mod subscription;
mod timer;
pub mod transport;
