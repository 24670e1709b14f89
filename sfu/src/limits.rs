//! Every bound of the engine in one place, each with its reason. What the network can make grow is bounded here.

use std::time::Duration;

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

/// DATA chunks that an association holds for reassembly, whatever their size.
pub const MAX_SCTP_HELD_CHUNKS: usize = 1024;

/// How far beyond the first missing DATA chunk a peer may send. Its window holds a few hundred chunks of usual size.
pub const MAX_SCTP_AHEAD: u32 = 2048;

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

/// Payload types of one media section: browsers offer at most some twenty of which we take a handful.
pub const MAX_CODECS: usize = 16;

/// Media history of one video layer in bytes: 1.6 s of 10 Mbit/s, which no layer of a call exceeds.
pub const HISTORY_BYTES: usize = 2 << 20;

/// Media history of one audio stream in bytes: four seconds of 64 kbit/s with room to spare.
pub const AUDIO_HISTORY_BYTES: usize = 64 << 10;

/// How long a packet is of use to a retransmission or a late start: players give up on a frame after about a second.
pub const HISTORY_AGE: Duration = Duration::from_millis(1500);

/// Packets of one publication between two flushes. A shell flushes after every batch of datagrams; past this the
/// publication is forwarded in the middle of the batch.
pub const MAX_FRESH_PACKETS: usize = 512;

/// The oldest keyframe that a new subscriber is started with; an older one costs the viewer more than a fresh one costs
/// the publisher.
pub const START_MAX_AGE: Duration = Duration::from_secs(1);

/// The most bytes that a new subscriber is started with: a burst that a path of 5 Mbit/s takes in 0.4 s.
pub const START_MAX_BYTES: u64 = 256 << 10;

/// The shortest time between two keyframe requests for one layer: a keyframe costs ten ordinary frames.
pub const KEYFRAME_REQUEST_INTERVAL: Duration = Duration::from_millis(500);

/// Sequence numbers of one publisher's stream that are asked for at a time. A longer gap is an outage: the keyframe that the
/// subscribers ask for is cheaper than the packets.
pub const MAX_MISSING: usize = 256;

/// Times that one packet is asked for.
pub const MAX_NACKS_PER_PACKET: u8 = 6;

/// How long a packet is asked for: after this no player waits for it.
pub const NACK_MAX_AGE: Duration = Duration::from_secs(1);

/// How long a hole may be mere reordering before it is asked for.
pub const NACK_REORDER_WAIT: Duration = Duration::from_millis(5);

/// Between the first and the second request of a packet; doubles with each further one.
pub const NACK_RETRY: Duration = Duration::from_millis(60);

/// Retransmissions to one subscription a second: half of a busy stream. Feedback can ask for more than was ever sent.
pub const RETRANSMISSIONS_PER_SECOND: u32 = 400;

/// Retransmissions to one subscription at once: a keyframe.
pub const RETRANSMISSION_BURST: u32 = 200;

/// Past spans of egress numbering a subscription remembers to answer NACK and place late packets. A span is 32 bytes and
/// ends with a layer switch or with a packet left out; 24 are a second and a half of every other frame left out.
pub const MAX_SPANS: usize = 24;

/// RTP and RTCP packets a second accepted of one transport: 60 Mbit/s of full packets, ten times what a call with
/// screen share in three layers needs.
pub const INGRESS_PACKETS_PER_SECOND: u32 = 6000;

/// Packets of one transport accepted at once above that rate.
pub const INGRESS_BURST: u32 = 3000;

/// SSRCs that one transport may bind. Each belongs to a negotiated (mid, rid, repair) triple, so that this is passed
/// only by a peer that negotiates thousands of sections.
pub const MAX_INGRESS_SSRCS: usize = 512;

/// Publications of one transport: one for each of the sections that a publisher's SDP may have.
pub const MAX_PUBLICATIONS_PER_TRANSPORT: usize = 64;

/// Subscriptions of one transport: 500 participants with two tracks each, and the reach of [`crate::ids::EgressSsrc`] beyond.
pub const MAX_SUBSCRIPTIONS_PER_TRANSPORT: usize = 4096;

/// Different sets of header extension ids in use on one engine. Our offers always give the same ids, so that one layout is
/// usual; subscriptions past the bound go without extensions.
pub const MAX_EXTENSION_LAYOUTS: usize = 64;

/// Arrival times that one transport-cc feedback reports; what comes faster goes into the next.
pub const MAX_FEEDBACK_STATUSES: usize = 1024;

/// Shortest time between two transport-cc feedbacks.
pub const TRANSPORT_FEEDBACK_INTERVAL: Duration = Duration::from_millis(50);

/// Time between two receiver reports, and every second time sender reports.
pub const REPORT_INTERVAL: Duration = Duration::from_millis(500);

/// Time between two events with statistics.
pub const STATISTICS_INTERVAL: Duration = Duration::from_secs(2);

/// One window of the speaker detection.
pub const SPEAKER_INTERVAL: Duration = Duration::from_millis(100);

/// A layer without packets for so long, while another of the publication goes on, has stopped.
pub const LAYER_TIMEOUT: Duration = Duration::from_millis(1500);

/// How often layers are looked at.
pub const LAYER_CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// The largest RTCP packet that we write in bytes, below every path's MTU.
pub const MAX_RTCP: usize = 1200;

/// The longest RTP header that we write: the fixed part, and extension elements (a dependency descriptor is at most 255
/// bytes).
pub const MAX_HEADER: usize = 360;

/// The longest carried header extension elements of one packet in bytes.
pub const MAX_CARRIED_ELEMENTS: usize = 300;

/// Events and address notices that wait for the shell. A shell polls after every batch; past this it has stopped, and what
/// it could learn again (statistics, speakers) is left out.
pub const MAX_PENDING_EVENTS: usize = 65_536;

/// Rooms on one engine.
pub const MAX_ROOMS: usize = 100_000;

/// Participants of one room.
pub const MAX_PARTICIPANTS_PER_ROOM: usize = 10_000;
