//! Every bound of the crate in one place, each with its reason. What a client can make grow is bounded here.

use std::time::Duration;

/// The longest access token in bytes: a browser's URL of a join must pass common proxies, which cut at 8 to 32 KiB.
pub const MAX_TOKEN: usize = 16 << 10;

/// The largest signal message without SDP in bytes: sixteen times the largest that SDKs send.
pub const MAX_SIGNAL_MESSAGE: usize = 64 << 10;

/// The largest signal message that carries SDP in bytes: an answer of a few hundred media sections.
pub const MAX_SDP_MESSAGE: usize = 256 << 10;

/// The longest identity in bytes (`<account>:<device>` of ours has about 60).
pub const MAX_IDENTITY: usize = 256;

/// The longest display name in bytes.
pub const MAX_NAME: usize = 256;

/// The longest room name in bytes.
pub const MAX_ROOM_NAME: usize = 256;

/// The most bytes of a participant's metadata.
pub const MAX_METADATA: usize = 16 << 10;

/// The most bytes of a participant's attributes, keys and values together.
pub const MAX_ATTRIBUTES: usize = 16 << 10;

/// The most attributes of a participant.
pub const MAX_ATTRIBUTE_COUNT: usize = 64;

/// The most participants of a room where its own setting says nothing.
pub const MAX_PARTICIPANTS: u32 = 3000;

/// The most tracks that one participant publishes or has announced: camera, microphone, screen and its sound, with room for
/// programs that publish several of each.
pub const MAX_TRACKS: usize = 32;

/// The longest client-chosen id of a track (`cid`) in bytes: browsers use 36 or 38.
pub const MAX_CID: usize = 128;

/// The longest name, stream name or codec name of a track in bytes.
pub const MAX_TRACK_NAME: usize = 256;

/// The most layers, codecs and features that an announcement of a track lists.
pub const MAX_TRACK_LAYERS: usize = 8;

/// The most subscriptions of one participant: what one connection's SDP and SSRC table are made for.
pub const MAX_SUBSCRIPTIONS: usize = 1000;

/// The most tracks that one request may name.
pub const MAX_SIDS_PER_REQUEST: usize = 2000;

/// The most entries of a publisher's list of who may subscribe.
pub const MAX_TRACK_PERMISSIONS: usize = 1000;

/// The most destinations that one data packet may name.
pub const MAX_DATA_DESTINATIONS: usize = 1000;

/// Signal messages a second that a participant may send for long: a join of an SDK is a burst of about thirty, a full grid
/// with adaptive streams sends one message a tile and layout.
pub const SIGNAL_MESSAGES_PER_SECOND: u32 = 100;

/// The burst of signal messages on top: the settings and subscriptions of a page with hundreds of tiles.
pub const SIGNAL_MESSAGE_BURST: u32 = 1000;

/// Data packets a second that a participant may send for long: several times what games and cursors send.
pub const DATA_PACKETS_PER_SECOND: u32 = 500;

/// The burst of data packets on top: a file sent as a byte stream comes in chunks of 15 kB.
pub const DATA_PACKET_BURST: u32 = 1000;

/// Bytes of data packets a second that a participant may send for long.
pub const DATA_BYTES_PER_SECOND: u32 = 4 << 20;

/// The burst of bytes of data packets on top.
pub const DATA_BYTE_BURST: u32 = 16 << 20;

/// How long reliable data is kept for participants who are still joining: a message sent on seeing somebody come arrives.
pub const DATA_HOLD: Duration = Duration::from_secs(2);

/// The most bytes of reliable data kept for participants who are still joining, for the whole room.
pub const DATA_HOLD_BYTES: usize = 1 << 20;

/// The most messages of reliable data kept for participants who are still joining, for the whole room.
pub const DATA_HOLD_MESSAGES: usize = 512;

/// The longest chat message in characters: two pages of text.
pub const MAX_CHAT_CHARACTERS: usize = 4000;

/// The longest chat message in bytes: as many characters of the longest encoding. What comes compressed is no longer either.
pub const MAX_CHAT_BYTES: usize = 4 * MAX_CHAT_CHARACTERS;

/// Chat messages a second that a participant may write for long, and at once: faster than anybody types or reads.
pub const CHAT_MESSAGES_PER_SECOND: u32 = 5;

/// Chat messages of one participant that may be under way at a time: SDKs send one after the other.
pub const MAX_CHAT_STREAMS: usize = 4;

/// How long a chat message may be under way: at 16 kB a connection that cannot do it carries no call.
pub const CHAT_STREAM_TIMEOUT: Duration = Duration::from_secs(10);

/// The most bytes of chat messages under way, for the whole room: one of everybody's in a room of hundreds.
pub const CHAT_STREAM_BYTES: usize = 4 << 20;

/// Refused messages of which the rest is recognised and thrown away, for the whole room. A piece that is not recognised does no
/// harm: receivers know no stream that it belongs to.
pub const CHAT_REFUSED_STREAMS: usize = 256;

/// The longest id of a stream in bytes, the longest MIME type and the longest id of another stream that a message names: SDKs use
/// UUIDs.
pub const MAX_CHAT_ID: usize = 128;

/// The most attributes of a chat message.
pub const MAX_CHAT_ATTRIBUTE_COUNT: usize = 32;

/// The most bytes of a chat message's attributes, keys and values together, of its header and its trailer each.
pub const MAX_CHAT_ATTRIBUTES: usize = 4 << 10;

/// The most participants that a private chat message is for: one person's devices, or a group of an SDK's program.
pub const MAX_CHAT_DESTINATIONS: usize = 100;

/// The most streams (files) that a chat message names as belonging to it.
pub const MAX_CHAT_ATTACHMENTS: usize = 16;

/// How long a chat message waits for the database before it is passed on as not kept.
pub const CHAT_STORE_TIMEOUT: Duration = Duration::from_millis(500);

/// The most chat messages that wait for the database, for the whole room: a hundred people who all write at once.
pub const CHAT_QUEUE_MESSAGES: usize = 512;

/// The most bytes of chat messages that wait for the database, for the whole room.
pub const CHAT_QUEUE_BYTES: usize = 4 << 20;

/// The largest piece of a chat message that goes out in bytes: SDKs use the same, for data channels' sake.
pub const CHAT_CHUNK: usize = 15_000;

/// Room for this many outputs is kept between inputs; a broadcast to a large room takes more for a moment.
pub const KEPT_OUTPUTS: usize = 64;

/// The interval in which clients ping.
pub const PING_INTERVAL: Duration = Duration::from_secs(5);

/// The silence after which a client, and we, take the WebSocket for dead.
pub const PING_TIMEOUT: Duration = Duration::from_secs(15);

/// The silence after which we take a WebSocket for dead: two of the client's timeouts, since browsers hold back the timers
/// of hidden pages.
pub const SIGNAL_SILENCE: Duration = Duration::from_secs(30);

/// How long a client may take to answer our offer, as long as it waits for ours.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long a participant may take from the join to its first connected transport.
pub const JOIN_TIMEOUT: Duration = Duration::from_secs(30);

/// How often changes of participants are sent to everyone; what comes within one interval is one message.
pub const UPDATE_INTERVAL: Duration = Duration::from_millis(40);

/// How often changes of the room itself (its counts) are sent to everyone.
pub const ROOM_UPDATE_INTERVAL: Duration = Duration::from_secs(2);

/// How soon everyone is told of new rules: changes that come together are told together.
pub const POLICY_UPDATE_DELAY: Duration = Duration::from_millis(250);

/// A mute that the rules ask for is repeated after this until the client confirms it: SDKs overlook one about a track that they have not
/// finished publishing.
pub const MUTE_REPEAT_INTERVAL: Duration = Duration::from_millis(500);
/// And so often at most; then the client does not confirm such things. The server forwards nothing of the track, whatever it says.
pub const MUTE_REPEATS: u8 = 20;

/// A refreshed token of ours lives this long.
pub const REFRESHED_TOKEN_LIFETIME: Duration = Duration::from_secs(600);

/// A refreshed token is sent at least this often, and always before the last one expires.
pub const TOKEN_REFRESH_INTERVAL: Duration = Duration::from_secs(300);

/// A refreshed token follows the join after this time, so that short-lived tokens survive an early reconnect.
pub const FIRST_TOKEN_REFRESH: Duration = Duration::from_secs(1);

/// The most bytes of metadata and attributes that a refreshed token carries: it travels in a URL.
pub const MAX_REFRESHED_METADATA: usize = 3 << 10;

/// How far a client's and an issuer's clock may differ from ours.
pub const TOKEN_LEEWAY: Duration = Duration::from_secs(60);
