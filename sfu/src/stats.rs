//! Counters: plain integers that one worker owns; the exporter copies them once a second. Nothing here names a participant.

use crate::event::TransportFailure;
use crate::params::SrtpProfile;

/// Why a packet went no further.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Drop {
    /// Neither STUN, DTLS, RTP nor RTCP, or of an impossible size.
    Junk,
    /// From an address that no authenticated check came from.
    UnknownAddress,
    /// A STUN request for a user name fragment that is not ours.
    UnknownUfrag,
    /// Its form contradicts itself.
    Malformed,
    /// It does not belong to the key.
    Unauthenticated,
    /// The same packet was here, or it is too old to tell.
    Replayed,
    /// Before the keys are in use.
    NotConnected,
    /// More SSRCs than a transport may have.
    TooManySources,
    /// An SSRC that belongs to no publication.
    UnknownSource,
    /// A payload type that was not negotiated.
    UnknownPayloadType,
    /// Bandwidth probing without media.
    Padding,
    /// Media that came already, on its own or by retransmission.
    Duplicate,
    /// Media older than what is remembered.
    TooOld,
    /// More packets a second than a transport may send.
    RateLimit,
    /// The shell did not flush in time.
    Backlog,
    /// RTCP or a retransmission found the send arena full.
    ArenaFull,
    /// A command named something that is gone.
    StaleCommand,
    /// A command passed a bound of `limits.rs`.
    RefusedCommand,
    /// Feedback about a stream that the peer does not receive.
    UnknownFeedback,
    /// A retransmission that is not in the history any more, or was never sent.
    RetransmissionGone,
    /// A retransmission beyond the subscription's budget.
    RetransmissionBudget,
    /// A retransmission to a subscriber that did not negotiate RTX.
    RetransmissionWithoutRtx,
    /// A message for a data channel that is not open or too full.
    DataChannel,
    /// An event that the shell did not fetch in time.
    Event,
}

impl Drop {
    /// All reasons, in the order of their numbers.
    pub const ALL: [Self; 24] = [
        Self::Junk,
        Self::UnknownAddress,
        Self::UnknownUfrag,
        Self::Malformed,
        Self::Unauthenticated,
        Self::Replayed,
        Self::NotConnected,
        Self::TooManySources,
        Self::UnknownSource,
        Self::UnknownPayloadType,
        Self::Padding,
        Self::Duplicate,
        Self::TooOld,
        Self::RateLimit,
        Self::Backlog,
        Self::ArenaFull,
        Self::StaleCommand,
        Self::RefusedCommand,
        Self::UnknownFeedback,
        Self::RetransmissionGone,
        Self::RetransmissionBudget,
        Self::RetransmissionWithoutRtx,
        Self::DataChannel,
        Self::Event,
    ];

    /// The reason as a metric's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Junk => "junk",
            Self::UnknownAddress => "unknown_address",
            Self::UnknownUfrag => "unknown_ufrag",
            Self::Malformed => "malformed",
            Self::Unauthenticated => "unauthenticated",
            Self::Replayed => "replayed",
            Self::NotConnected => "not_connected",
            Self::TooManySources => "too_many_sources",
            Self::UnknownSource => "unknown_source",
            Self::UnknownPayloadType => "unknown_payload_type",
            Self::Padding => "padding",
            Self::Duplicate => "duplicate",
            Self::TooOld => "too_old",
            Self::RateLimit => "rate_limit",
            Self::Backlog => "backlog",
            Self::ArenaFull => "arena_full",
            Self::StaleCommand => "stale_command",
            Self::RefusedCommand => "refused_command",
            Self::UnknownFeedback => "unknown_feedback",
            Self::RetransmissionGone => "retransmission_gone",
            Self::RetransmissionBudget => "retransmission_budget",
            Self::RetransmissionWithoutRtx => "retransmission_without_rtx",
            Self::DataChannel => "data_channel",
            Self::Event => "event",
        }
    }
}

/// What one engine did and holds. Everything but the group marked as held only goes up.
#[derive(Clone, Debug, Default)]
pub struct Counters {
    /// Datagrams handled.
    pub datagrams_received: u64,
    /// Their bytes, UDP payload.
    pub bytes_received: u64,
    /// Authenticated RTP packets received.
    pub rtp_received: u64,
    /// Authenticated RTCP datagrams received.
    pub rtcp_received: u64,
    /// RTP packets sealed for subscribers, retransmissions included.
    pub rtp_sent: u64,
    /// Their bytes, UDP payload.
    pub rtp_bytes_sent: u64,
    /// RTCP datagrams sealed.
    pub rtcp_sent: u64,
    /// Sequence numbers that subscribers asked for again.
    pub nack_received: u64,
    /// Sequence numbers that we asked publishers for again.
    pub nack_sent: u64,
    /// Retransmissions sent to subscribers.
    pub retransmissions_sent: u64,
    /// Packets recovered by publishers' retransmissions.
    pub retransmissions_recovered: u64,
    /// Keyframe requests of subscribers (PLI and FIR).
    pub keyframe_requests_received: u64,
    /// Keyframe requests to publishers.
    pub keyframe_requests_sent: u64,
    /// Transport-cc feedback packets sent to publishers.
    pub transport_feedback_sent: u64,
    /// Transport-cc feedback packets of subscribers.
    pub transport_feedback_received: u64,
    /// Messages received on data channels.
    pub data_messages_received: u64,
    /// Messages sent on data channels.
    pub data_messages_sent: u64,
    /// Transports that connected, by profile; see [`Counters::profile_index`].
    pub transports_connected: [u64; 3],
    /// Transports that failed, by reason; see [`Counters::failure_index`].
    pub transports_failed: [u64; 7],
    dropped: [u64; Drop::ALL.len()],
    /// Held now: rooms.
    pub rooms: u64,
    /// Held now: participants.
    pub participants: u64,
    /// Held now: transports.
    pub transports: u64,
    /// Held now: publications.
    pub publications: u64,
    /// Held now: subscriptions.
    pub subscriptions: u64,
}

impl Counters {
    pub(crate) fn drop(&mut self, reason: Drop) {
        if let Some(count) = self.dropped.get_mut(reason as usize) {
            *count += 1;
        }
    }

    /// Packets dropped for a reason.
    pub fn dropped(&self, reason: Drop) -> u64 {
        self.dropped.get(reason as usize).copied().unwrap_or(0)
    }

    /// Place of a profile in [`Counters::transports_connected`].
    pub fn profile_index(profile: SrtpProfile) -> usize {
        match profile {
            SrtpProfile::AeadAes128Gcm => 0,
            SrtpProfile::AeadAes256Gcm => 1,
            SrtpProfile::Aes128CmHmacSha1_80 => 2,
        }
    }

    /// Place of a failure in [`Counters::transports_failed`].
    pub fn failure_index(failure: TransportFailure) -> usize {
        match failure {
            TransportFailure::IceTimeout => 0,
            TransportFailure::ConsentExpired => 1,
            TransportFailure::DtlsHandshake => 2,
            TransportFailure::FingerprintMismatch => 3,
            TransportFailure::NoSrtpProfile => 4,
            TransportFailure::PeerClosed => 5,
            TransportFailure::LimitExceeded => 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_counts_in_its_own_place() {
        let mut counters = Counters::default();
        for (number, reason) in Drop::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, number);
            counters.drop(reason);
        }
        assert!(Drop::ALL.into_iter().all(|reason| counters.dropped(reason) == 1));
        let labels: std::collections::HashSet<_> = Drop::ALL.into_iter().map(Drop::label).collect();
        assert_eq!(labels.len(), Drop::ALL.len());
    }
}
