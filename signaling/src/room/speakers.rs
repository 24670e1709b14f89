//! Who speaks: changes are passed on as the engine tells them, and to newcomers as they stand.

use std::collections::BTreeMap;

use livekit_protocol::{SpeakerInfo, SpeakersChanged, signal_response};
use rotunda_sfu::event::Speaker;
use rotunda_sfu::ids::ParticipantId;

use super::Room;

/// Those who speak now, with their loudness.
#[derive(Default)]
pub(super) struct Speakers(BTreeMap<ParticipantId, f32>);

impl Speakers {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn remove(&mut self, id: ParticipantId) {
        self.0.remove(&id);
    }
}

impl Room {
    /// The engine tells who has begun or stopped to speak, or does so louder or lower.
    pub(super) fn speakers_changed(&mut self, changed: &[Speaker]) {
        let mut speakers = Vec::with_capacity(changed.len());
        for speaker in changed {
            let Some(participant) = self.participants.get(&speaker.participant) else { continue };
            if speaker.active {
                self.speakers.0.insert(speaker.participant, speaker.level);
            } else {
                self.speakers.0.remove(&speaker.participant);
            }
            if !participant.permissions.hidden {
                let level = if speaker.level.is_finite() { speaker.level.clamp(0.0, 1.0) } else { 0.0 };
                speakers.push(SpeakerInfo { sid: participant.sid.to_string(), level, active: speaker.active });
            }
        }
        if !speakers.is_empty() {
            self.broadcast(signal_response::Message::SpeakersChanged(SpeakersChanged { speakers }));
        }
    }

    /// A newcomer learns who speaks.
    pub(super) fn send_current_speakers(&mut self, id: ParticipantId) {
        let speakers: Vec<_> = (self.speakers.0.iter())
            .filter_map(|(speaker, level)| {
                let participant = self.participants.get(speaker)?;
                let visible = !participant.permissions.hidden;
                visible.then(|| SpeakerInfo { sid: participant.sid.to_string(), level: *level, active: true })
            })
            .collect();
        if !speakers.is_empty() {
            self.send(id, signal_response::Message::SpeakersChanged(SpeakersChanged { speakers }));
        }
    }
}
