//! Every bound of the engine in one place, each with its reason. What the network can make grow is bounded here.

/// The largest message of a data channel in bytes: what browsers accept without being asked (RFC 8841's default) and what
/// our SDP announces as `max-message-size`.
pub const MAX_DATA_MESSAGE: usize = 64 << 10;

/// The largest datagram that is looked at in bytes: an Ethernet frame, with room for tunnels that carry more.
pub const MAX_DATAGRAM: usize = 2048;

/// Layers of a simulcast publication: three is what every client sends.
pub const MAX_LAYERS: usize = 3;

/// The longest STUN message that is read: a check is 100 to 200 bytes, and no path carries more than this unfragmented.
pub const MAX_STUN_MESSAGE: usize = 1280;

/// Attributes of a STUN message: a check has 7 or 8.
pub const MAX_STUN_ATTRIBUTES: usize = 24;

/// Answers to connectivity checks that wait for the next flush of a transport. A client checks each pair every 2 s or so.
pub const MAX_QUEUED_ANSWERS: usize = 16;

/// Addresses of the far side that a transport keeps apart: a client has a handful of interfaces and NAT bindings.
pub const MAX_PATHS: usize = 8;

/// Transports that may answer to the same address. One is the rule; a second appears while a NAT reuses a binding.
pub const MAX_TRANSPORTS_PER_ADDRESS: usize = 4;

/// Nominating checks remembered, so that a repeated one steals nothing: one every 2 s for a minute.
pub const MAX_REMEMBERED_NOMINATIONS: usize = 32;

/// SSRCs that a peer sends, RTX included, with replay state of about 100 bytes each. A publication with three layers uses
/// six; switching a camera on and off makes new ones, and the idle ones make room.
pub const MAX_RECEIVED_SSRCS: usize = 256;

/// Bytes of one ClientHello. Browsers send 1.4 kB with a post-quantum key share.
pub const MAX_CLIENT_HELLO: usize = 16 << 10;

/// Fragments of one handshake message.
pub const MAX_HANDSHAKE_FRAGMENTS: usize = 32;

/// Bytes of handshake records that a peer may send before the handshake ends, repeats included. A whole handshake with an
/// RSA certificate is under 8 kB.
pub const MAX_HANDSHAKE_BYTES: usize = 64 << 10;

/// Encrypted records taken before the handshake ends, when the peer's Finished was overtaken.
pub const MAX_EARLY_RECORDS: usize = 16;

/// Records that one DTLS connection encrypts. Its explicit nonces are random 64-bit numbers, so the odds of a repeat stay
/// under one in 100,000 (docs/security.md).
pub const MAX_DTLS_RECORDS: u64 = 1 << 24;

/// Data channels of a transport. The protocol uses three.
pub const MAX_DATA_CHANNELS: usize = 16;

/// The largest stream id that a peer may use: what browsers allow.
pub const MAX_STREAM_ID: u16 = 1023;

/// Distinct streams that a peer may use within the life of a transport.
pub const MAX_STREAMS: usize = 64;

/// Bytes of a data channel's label.
pub const MAX_LABEL: usize = 64;

/// Bytes that an association holds for reassembly (its receive window): one message of the largest size and one more on its
/// way.
pub const MAX_SCTP_RECEIVE_BUFFER: usize = 128 << 10;

/// DATA chunks that an association holds at once, whatever their size.
pub const MAX_SCTP_HELD_CHUNKS: usize = 1024;

/// Requests to reset streams within the life of an association.
pub const MAX_SCTP_RECONFIGURATIONS: usize = 1024;

/// Bytes of messages that wait to be sent over a transport's data channels, all channels together.
pub const MAX_DATA_BUFFER: usize = 512 << 10;

/// Bytes of an offer or answer that is looked at: what 256 sections of the most talkative browser take.
pub const MAX_SDP_BYTES: usize = 256 << 10;

/// Bytes of one line of SDP: a BUNDLE group of [`MAX_SECTIONS`] mids of 16 bytes fits.
pub const MAX_SDP_LINE_BYTES: usize = 8 << 10;

/// Media sections of one connection, the data channels' included. A section takes about 900 bytes in a browser's answer, so
/// that many fit into [`MAX_SDP_BYTES`].
pub const MAX_SECTIONS: usize = 256;

/// Payload types of one section: Chromium offers about forty.
pub const MAX_PAYLOAD_TYPES: usize = 64;

/// Header extensions of one section: Chromium offers up to fourteen.
pub const MAX_EXTENSIONS: usize = 64;

/// `a=rtcp-fb` lines of one section: five for each payload type that is media.
pub const MAX_FEEDBACK_LINES: usize = 256;

/// Streams that one section names: three layers with their retransmissions, with room for older stream groups.
pub const MAX_SSRCS: usize = 32;

/// `a=rid` lines of one section; [`MAX_LAYERS`] of them are accepted.
pub const MAX_RIDS: usize = 16;

/// Candidates of one description that are remembered or written.
pub const MAX_CANDIDATES: usize = 32;

/// Bytes of a stream's, track's or CNAME's name in SDP: browsers use 36.
pub const MAX_SDP_NAME_BYTES: usize = 255;
