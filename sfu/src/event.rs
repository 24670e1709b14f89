//! What the engine tells the owner of a room. Events are facts; what follows from them is the owner's to decide.

use std::sync::Arc;
use std::time::Duration;

use crate::ids::{ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId};
use crate::params::SrtpProfile;

/// A fact about one room.
#[derive(Clone, Debug)]
pub struct Event {
    /// The room that it is about.
    pub room: RoomId,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// ICE and DTLS are through, keys are in place, the fingerprint matched.
    TransportConnected {
        /// The transport.
        transport: TransportId,
        /// The profile in use.
        profile: SrtpProfile,
        /// From the first authenticated check to the keys.
        handshake: Duration,
    },
    /// The transport is of no more use.
    TransportFailed {
        /// The transport.
        transport: TransportId,
        /// Why.
        reason: TransportFailure,
    },
    /// A data channel is open in both directions.
    DataChannelOpen {
        /// The transport.
        transport: TransportId,
        /// The label of the channel.
        label: Arc<str>,
    },
    /// A message came over a data channel.
    DataReceived {
        /// The transport.
        transport: TransportId,
        /// The label of the channel.
        label: Arc<str>,
        /// The message.
        message: Arc<[u8]>,
    },
    /// The first authenticated packet of a publication came.
    PublicationStarted {
        /// The publication.
        publication: PublicationId,
    },
    /// The first packet of a subscription left.
    SubscriptionStarted {
        /// The subscription.
        subscription: SubscriptionId,
    },
    /// Who speaks has changed. Lists only the participants whose entry changed, the loudest first.
    SpeakersChanged {
        /// The changed entries.
        speakers: Vec<Speaker>,
    },
    /// Once every two seconds, for every participant with a connected transport.
    Statistics {
        /// One entry a participant.
        participants: Vec<ParticipantStatistics>,
    },
}

/// Why a transport is of no more use.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransportFailure {
    /// No connectivity check arrived in time.
    IceTimeout,
    /// The path was silent for longer than consent lasts (RFC 7675).
    ConsentExpired,
    /// The DTLS handshake did not end in time or ended in an alert.
    DtlsHandshake,
    /// The certificate is not the one that the SDP announced.
    FingerprintMismatch,
    /// No SRTP profile in common.
    NoSrtpProfile,
    /// The peer closed DTLS.
    PeerClosed,
    /// A bound of `limits.rs` was passed.
    LimitExceeded,
}

/// One participant's voice.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Speaker {
    /// The participant.
    pub participant: ParticipantId,
    /// Smoothed loudness from 0 (silence) to 1 (as loud as the format can be).
    pub level: f32,
    /// Whether this counts as speaking.
    pub active: bool,
}

/// How a participant's connection fared in the last interval.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ParticipantStatistics {
    /// The participant.
    pub participant: ParticipantId,
    /// From the participant to us.
    pub uplink: LinkStatistics,
    /// From us to the participant.
    pub downlink: LinkStatistics,
    /// Round trip time, where RTCP tells it.
    pub rtt: Option<Duration>,
}

/// One direction of a connection in the last interval.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct LinkStatistics {
    /// RTP packets expected (uplink) or sent (downlink).
    pub packets: u64,
    /// RTP packets that did not arrive, before any repair.
    pub packets_lost: u64,
    /// Payload bits a second, headers left out.
    pub bitrate_bps: u64,
}
