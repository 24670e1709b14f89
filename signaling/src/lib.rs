//! The LiveKit wire protocol and a room's control state.
//!
//! The crate is *sans-I/O*, as the media engine is: no socket, clock, thread or randomness of its own. One task owns one
//! [`Room`] and does this in a loop:
//!
//! ```text
//! for every connect, frame, media event, timeout:   room.handle(now, Input)
//! then:                                             room.poll() until None → write to sockets, pass commands to the engine
//! sleep until:                                      room.poll_timeout()
//! ```
//!
//! [`token`] checks who may come in, [`wire`] turns WebSocket frames into requests and back, [`room`] is everything between.
//! Protobuf types stay inside this crate and [`wire`]: the shell passes them through unread.

pub mod config;
pub mod connect;
pub mod io;
pub mod limits;
pub mod name;
pub mod policy;
pub mod room;
pub mod session;
pub mod token;
pub mod wire;

pub use config::{IdAllocator, RoomConfig};
pub use connect::{Connect, ConnectOptions, Refusal};
pub use io::{ChatKey, ChatMessage, Input, Notice, Output, SessionId};
pub use livekit_protocol::{
    ConnectionQuality, DisconnectReason, SignalRequest, SignalResponse, leave_request::Action as LeaveAction,
};
pub use policy::RoomPolicy;
pub use room::Room;
pub use room::census::Attendant;

/// The attribute by which everyone in a call sees that somebody has a hand up, and since when. Clients set it; hosts may take it away.
pub const HAND_ATTRIBUTE: &str = "rotunda.hand";
/// The attribute by which everyone in a call sees that somebody is a guest. Tokens set it; clients cannot change it.
pub const GUEST_ATTRIBUTE: &str = "rotunda.guest";
