//! What an offer and its answer agreed on, in types: the product of `crate::sdp`, the input of the engine.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::ids::{EgressSsrc, Mid, Rid};

/// Sound or picture.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MediaKind {
    /// Sound.
    Audio,
    /// Picture.
    Video,
}

/// A codec that the engine forwards.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Codec {
    /// RFC 7587.
    Opus,
    /// RFC 7741.
    Vp8,
    /// RFC 6184.
    H264,
    /// RFC 9628.
    Vp9,
    /// The AV1 RTP payload format of the Alliance for Open Media.
    Av1,
}

impl Codec {
    /// Sound or picture.
    pub fn kind(self) -> MediaKind {
        match self {
            Self::Opus => MediaKind::Audio,
            Self::Vp8 | Self::H264 | Self::Vp9 | Self::Av1 => MediaKind::Video,
        }
    }

    /// RTP clock rate in hertz.
    pub fn clock_rate(self) -> u32 {
        match self.kind() {
            MediaKind::Audio => 48_000,
            MediaKind::Video => 90_000,
        }
    }
}

/// One payload type of a media section, with the retransmission payload type that belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodecParameters {
    /// The payload type of the media.
    pub payload_type: u8,
    /// The payload type of its retransmissions (RFC 4588), where negotiated.
    pub rtx_payload_type: Option<u8>,
    /// The codec.
    pub codec: Codec,
    /// The value of `a=fmtp`, empty when there is none. Two H.264 or VP9 payload types differ here.
    pub fmtp: Arc<str>,
    /// Generic NACK negotiated.
    pub nack: bool,
    /// Picture loss indication negotiated.
    pub pli: bool,
}

/// The ids of the RTP header extensions of a media section (RFC 8285), 1 to 14 for the one-byte form.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct HeaderExtensions {
    /// `urn:ietf:params:rtp-hdrext:sdes:mid`
    pub mid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id`
    pub rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id`
    pub repaired_rid: Option<u8>,
    /// `urn:ietf:params:rtp-hdrext:ssrc-audio-level`
    pub audio_level: Option<u8>,
    /// transport-wide congestion control sequence number
    pub transport_cc: Option<u8>,
    /// absolute send time
    pub abs_send_time: Option<u8>,
    /// absolute capture time
    pub abs_capture_time: Option<u8>,
    /// AV1 dependency descriptor
    pub dependency_descriptor: Option<u8>,
    /// `urn:3gpp:video-orientation`
    pub video_orientation: Option<u8>,
}

/// One encoding (simulcast layer) of a publication; a publication lists them from the lowest to the highest.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Encoding {
    /// The rid, when the layers are told apart by it.
    pub rid: Option<Rid>,
    /// The SSRC, when the offer names it.
    pub ssrc: Option<u32>,
    /// The SSRC of the retransmissions, when the offer names it (`a=ssrc-group:FID`).
    pub rtx_ssrc: Option<u32>,
    /// Width in pixels as announced by the publisher, 0 when unknown.
    pub width: u32,
    /// Height in pixels as announced by the publisher, 0 when unknown.
    pub height: u32,
}

/// How a publisher sends one track.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceiveParameters {
    /// The media section.
    pub mid: Mid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// Payload types, the publisher's preference first.
    pub codecs: Vec<CodecParameters>,
    /// Header extensions that the answer accepted.
    pub extensions: HeaderExtensions,
    /// Layers from the lowest to the highest; one without a rid when there is no simulcast.
    pub encodings: Vec<Encoding>,
}

/// How we send one track to a subscriber.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendParameters {
    /// The media section.
    pub mid: Mid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// Our SSRC; the retransmission stream is [`EgressSsrc::rtx`] of it.
    pub ssrc: EgressSsrc,
    /// The canonical name in sender reports (RFC 3550, 6.5.1), the same for all tracks of one publisher.
    pub cname: Arc<str>,
    /// Payload types that the subscriber accepted.
    pub codecs: Vec<CodecParameters>,
    /// Header extensions that the subscriber accepted.
    pub extensions: HeaderExtensions,
}

/// A user name fragment and password (RFC 8445, 5.3).
#[derive(Clone, PartialEq, Eq)]
pub struct IceCredentials {
    /// 4 to 256 ice-chars; ours are 16 and begin with the worker.
    pub ufrag: Arc<str>,
    /// 22 to 256 ice-chars.
    pub password: Arc<str>,
}

impl std::fmt::Debug for IceCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IceCredentials({})", self.ufrag)
    }
}

/// A certificate fingerprint, SHA-256 (RFC 8122).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fingerprint(pub [u8; 32]);

/// What the far side of a transport told us in its SDP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RemoteParameters {
    /// Its ICE credentials.
    pub ice: IceCredentials,
    /// The fingerprint that its certificate must have.
    pub fingerprint: Fingerprint,
    /// Its candidates. A lite agent needs none (it answers checks); a client side of ours sends checks to them.
    pub candidates: Vec<SocketAddr>,
}

/// A data channel's label, and what it promises.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DataChannelParameters {
    /// The label, at most 64 bytes.
    pub label: Arc<str>,
    /// Whether messages keep their order.
    pub ordered: bool,
    /// How often a message is sent again; `None` for until it arrives.
    pub max_retransmits: Option<u16>,
}

/// An SRTP protection profile (RFC 5764, RFC 7714).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SrtpProfile {
    /// `SRTP_AEAD_AES_128_GCM`
    AeadAes128Gcm,
    /// `SRTP_AEAD_AES_256_GCM`
    AeadAes256Gcm,
    /// `SRTP_AES128_CM_HMAC_SHA1_80`
    Aes128CmHmacSha1_80,
}
