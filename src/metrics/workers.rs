//! What the media workers have counted, copied into the metrics, and the words for it in labels.

use prometheus::IntCounterVec;
use rotunda_sfu::event::TransportFailure;
use rotunda_sfu::params::{MediaKind, SrtpProfile};
use rotunda_sfu::stats::{Counters, Drop};

use super::Families;
use crate::media::WorkerSnapshot;

impl Families {
    pub(super) fn observe_worker(&self, worker: &str, old: &WorkerSnapshot, new: &WorkerSnapshot) {
        let count = |family: &IntCounterVec, labels: &[&str], old: u64, new: u64| {
            family.with_label_values(labels).inc_by(advance(old, new));
        };
        count(&self.datagrams, &["in"], old.datagrams_received, new.datagrams_received);
        count(&self.datagrams, &["out"], old.datagrams_sent, new.datagrams_sent);
        count(&self.datagram_bytes, &["in"], old.bytes_received, new.bytes_received);
        count(&self.datagram_bytes, &["out"], old.bytes_sent, new.bytes_sent);
        count(&self.drops, &["send_backlog_full"], old.dropped_send_backlog, new.dropped_send_backlog);
        count(&self.drops, &["send_error"], old.send_errors, new.send_errors);
        count(&self.drops, &["ring_full"], old.dropped_ring_full, new.dropped_ring_full);
        count(&self.drops, &["oversized"], old.dropped_oversized, new.dropped_oversized);
        count(&self.worker_panics, &[worker], old.panics, new.panics);
        self.send_calls.inc_by(advance(old.send_calls, new.send_calls));
        self.receive_errors.inc_by(advance(old.receive_errors, new.receive_errors));
        self.hops.inc_by(advance(old.hops, new.hops));
        self.commands_refused.inc_by(advance(old.commands_refused, new.commands_refused));
        self.worker_rooms_lost.inc_by(advance(old.rooms_lost, new.rooms_lost));
        self.worker_congested.inc_by(advance(old.rooms_congested, new.rooms_congested));
        self.worker_lag.with_label_values(&[worker]).set(new.loop_lag.as_secs_f64());
        self.worker_busy.with_label_values(&[worker]).set(f64::from(new.busy_permille) / 1000.0);
    }

    pub(super) fn observe_engine(&self, old: &Counters, new: &Counters) {
        let count = |family: &IntCounterVec, label: &str, old: u64, new: u64| {
            family.with_label_values(&[label]).inc_by(advance(old, new));
        };
        count(&self.packets, "in", old.rtp_received, new.rtp_received);
        count(&self.packets, "out", old.rtp_sent, new.rtp_sent);
        count(&self.rtcp_packets, "in", old.rtcp_received, new.rtcp_received);
        count(&self.rtcp_packets, "out", old.rtcp_sent, new.rtcp_sent);
        count(&self.nacks, "in", old.nack_received, new.nack_received);
        count(&self.nacks, "out", old.nack_sent, new.nack_sent);
        count(&self.plis, "in", old.keyframe_requests_received, new.keyframe_requests_received);
        count(&self.plis, "out", old.keyframe_requests_sent, new.keyframe_requests_sent);
        count(&self.retransmissions, "in", old.retransmissions_recovered, new.retransmissions_recovered);
        count(&self.retransmissions, "out", old.retransmissions_sent, new.retransmissions_sent);
        count(&self.feedback, "in", old.transport_feedback_received, new.transport_feedback_received);
        count(&self.feedback, "out", old.transport_feedback_sent, new.transport_feedback_sent);
        count(&self.data_messages, "in", old.data_messages_received, new.data_messages_received);
        count(&self.data_messages, "out", old.data_messages_sent, new.data_messages_sent);
        for reason in Drop::ALL {
            count(&self.drops, reason.label(), old.dropped(reason), new.dropped(reason));
        }
        for profile in PROFILES {
            let of = |counters: &Counters| {
                counters.transports_connected.get(Counters::profile_index(profile)).copied().unwrap_or(0)
            };
            count(&self.transports, profile_label(profile), of(old), of(new));
        }
        for failure in FAILURES {
            let of = |counters: &Counters| {
                counters.transports_failed.get(Counters::failure_index(failure)).copied().unwrap_or(0)
            };
            count(&self.transport_failures, failure_label(failure), of(old), of(new));
        }
    }
}

/// How far a worker's counter has come. It starts at zero again after a panic.
fn advance(old: u64, new: u64) -> u64 {
    new.checked_sub(old).unwrap_or(new)
}

pub(super) const PROFILES: [SrtpProfile; 3] =
    [SrtpProfile::AeadAes128Gcm, SrtpProfile::AeadAes256Gcm, SrtpProfile::Aes128CmHmacSha1_80];

pub(super) fn kind_label(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Audio => "audio",
        MediaKind::Video => "video",
    }
}

/// The profile's name in labels and logs.
pub(crate) fn profile_label(profile: SrtpProfile) -> &'static str {
    match profile {
        SrtpProfile::AeadAes128Gcm => "aead_aes_128_gcm",
        SrtpProfile::AeadAes256Gcm => "aead_aes_256_gcm",
        SrtpProfile::Aes128CmHmacSha1_80 => "aes_128_cm_sha1_80",
    }
}

pub(super) const FAILURES: [TransportFailure; 7] = [
    TransportFailure::IceTimeout,
    TransportFailure::ConsentExpired,
    TransportFailure::DtlsHandshake,
    TransportFailure::FingerprintMismatch,
    TransportFailure::NoSrtpProfile,
    TransportFailure::PeerClosed,
    TransportFailure::LimitExceeded,
];

/// The failure's name in labels and logs.
pub(crate) fn failure_label(failure: TransportFailure) -> &'static str {
    match failure {
        TransportFailure::IceTimeout => "ice_timeout",
        TransportFailure::ConsentExpired => "ice_consent_expired",
        TransportFailure::DtlsHandshake => "dtls_handshake",
        TransportFailure::FingerprintMismatch => "dtls_fingerprint_mismatch",
        TransportFailure::NoSrtpProfile => "dtls_no_srtp_profile",
        TransportFailure::PeerClosed => "peer_closed",
        TransportFailure::LimitExceeded => "limit_exceeded",
    }
}
