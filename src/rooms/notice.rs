//! A room's notices become one log event and one count each. Identities and sids go to the log, never into a label.

use rotunda_signaling::{DisconnectReason, Notice};

use crate::metrics::Metrics;

/// Logs and counts a notice of a room.
pub(super) fn note(room: &str, notice: &Notice, metrics: &Metrics) {
    match notice {
        Notice::Joined { session, sid, identity, sdk, version, protocol, replaced } => {
            metrics.joined();
            tracing::info!(
                room, session = session.0, participant = %sid, identity = &**identity, sdk, version, protocol, replaced, "joined"
            );
        }
        Notice::Active { sid, elapsed, handshake, profile } => {
            metrics.connected(*elapsed);
            tracing::info!(
                room,
                participant = %sid,
                elapsed_ms = millis(*elapsed),
                handshake_ms = millis(*handshake),
                srtp = crate::metrics::profile_label(*profile),
                "media connected"
            );
        }
        Notice::SignalLost { sid } => tracing::info!(room, participant = %sid, "signal connection lost"),
        Notice::Left { sid, identity, reason, stayed } => {
            metrics.left(reason_label(*reason));
            tracing::info!(
                room, participant = %sid, identity = &**identity, reason = reason_label(*reason), stayed_s = stayed.as_secs(), "left"
            );
        }
        Notice::ResumeRefused { session } => {
            metrics.join_ended("resume_refused");
            tracing::info!(room, session = session.0, "resume refused: the session is gone");
        }
        Notice::TrackPublished { sid, participant, kind, source, mime_type } => {
            metrics.track_published(*kind);
            tracing::info!(room, %participant, track = %sid, source, mime_type, "track published");
        }
        Notice::TrackUnpublished { sid, participant, kind } => {
            metrics.track_unpublished(*kind);
            tracing::info!(room, %participant, track = %sid, "track unpublished");
        }
        Notice::TransportFailed { sid, target, reason } => {
            let reason = crate::metrics::failure_label(*reason);
            tracing::warn!(room, participant = %sid, connection = target, reason, "media connection failed");
        }
        Notice::InvalidSdp { sid, error } => {
            metrics.bad_request("sdp");
            tracing::warn!(room, participant = %sid, error, "unusable session description");
        }
        Notice::Bounded { sid, bound } => {
            metrics.bad_request("bound");
            tracing::warn!(room, participant = %sid, bound, "a client broke a bound");
        }
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The reason's name in the protocol, in small letters.
fn reason_label(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::UnknownReason => "unknown",
        DisconnectReason::ClientInitiated => "client_initiated",
        DisconnectReason::DuplicateIdentity => "duplicate_identity",
        DisconnectReason::ServerShutdown => "server_shutdown",
        DisconnectReason::ParticipantRemoved => "participant_removed",
        DisconnectReason::RoomDeleted => "room_deleted",
        DisconnectReason::StateMismatch => "state_mismatch",
        DisconnectReason::JoinFailure => "join_failure",
        DisconnectReason::Migration => "migration",
        DisconnectReason::SignalClose => "signal_close",
        DisconnectReason::RoomClosed => "room_closed",
        DisconnectReason::ConnectionTimeout => "connection_timeout",
        DisconnectReason::MediaFailure => "media_failure",
        _ => "other",
    }
}
