//! A participant: its connections, its voice, and the difference between its wall clock and ours.

use crate::ids::ParticipantId;
use crate::slab::Key;
use crate::speaker::VoiceMeter;

/// A participant.
#[derive(Debug)]
pub(crate) struct Participant {
    pub(crate) id: ParticipantId,
    pub(crate) room: Key,
    pub(crate) connections: Vec<Key>,
    pub(crate) voice: VoiceMeter,
    /// Added to its NTP times to give ours, in units of 2^-32 s. It is fixed at the first sender report and the same for all its
    /// streams, so that their relation, which is lip sync, stays as it was measured.
    pub(crate) clock_offset: Option<i64>,
}
