//! Every bound of the engine in one place, each with its reason. What the network can make grow is bounded here.

/// The largest message of a data channel in bytes: what browsers accept without being asked (RFC 8841's default) and what
/// our SDP announces as `max-message-size`.
pub const MAX_DATA_MESSAGE: usize = 64 << 10;

/// The largest datagram that is looked at in bytes: an Ethernet frame, with room for tunnels that carry more.
pub const MAX_DATAGRAM: usize = 2048;

/// Layers of a simulcast publication: three is what every client sends.
pub const MAX_LAYERS: usize = 3;
