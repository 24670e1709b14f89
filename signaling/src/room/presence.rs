//! Who is there: changes of participants, gathered and told to everyone.
//!
//! The first change is told at once, what follows within [`limits::UPDATE_INTERVAL`] in one message. Versions count what was
//! told, so a client never goes back. Nobody but themselves is told of hidden participants.

use livekit_protocol::{DisconnectReason, ParticipantInfo, ParticipantUpdate, signal_response};
use rotunda_sfu::ids::ParticipantId;

use super::Room;
use super::participant::Participant;
use super::timers::Timer;
use crate::limits;

impl Room {
    /// What others are told of a participant.
    pub(super) fn participant_info(&self, participant: &Participant) -> ParticipantInfo {
        let tracks = participant.publications.iter().filter_map(|id| self.publications.get(id));
        ParticipantInfo { tracks: tracks.map(|publication| publication.info.clone()).collect(), ..participant.info() }
    }

    /// Something about a participant has changed that others see.
    pub(super) fn mark_changed(&mut self, id: ParticipantId) {
        if let Some(participant) = self.participants.get_mut(&id) {
            participant.version = participant.version.wrapping_add(1);
            self.changed.insert(id);
        }
    }

    /// A participant has left.
    pub(super) fn announce_departure(&mut self, participant: &Participant, reason: DisconnectReason) {
        self.schedule_room_update();
        if participant.permissions.hidden {
            return;
        }
        // Whole but for the tracks, or SDKs would tell of attributes that change on the way out.
        self.departed.push(ParticipantInfo {
            version: participant.version.wrapping_add(1),
            disconnect_reason: reason.into(),
            ..participant.info()
        });
    }

    /// Tells now, or sees to it that it is told soon.
    pub(super) fn flush_updates_if_due(&mut self) {
        if self.changed.is_empty() && self.departed.is_empty() {
            return;
        }
        let due = self.updated.map(|at| at + limits::UPDATE_INTERVAL);
        match due {
            Some(due) if due > self.now => self.timers.set_if_unset(Timer::Updates, due),
            _ => self.flush_updates(),
        }
    }

    /// Tells everyone of all that has changed.
    pub(super) fn flush_updates(&mut self) {
        self.timers.clear(Timer::Updates);
        if self.changed.is_empty() && self.departed.is_empty() {
            return;
        }
        self.updated = Some(self.now);
        self.tracks_untold = false;
        let mut participants = std::mem::take(&mut self.departed);
        let mut hidden = Vec::new();
        for id in std::mem::take(&mut self.changed) {
            let Some(participant) = self.participants.get(&id) else { continue };
            let info = self.participant_info(participant);
            if participant.permissions.hidden {
                hidden.push((id, info));
            } else {
                participants.push(info);
            }
        }
        if !participants.is_empty() {
            self.broadcast(signal_response::Message::Update(ParticipantUpdate { participants }));
        }
        for (id, info) in hidden {
            self.send(id, signal_response::Message::Update(ParticipantUpdate { participants: vec![info] }));
        }
    }
}
