//! The room's rules: what its hosts have decided, made known to everyone and enforced.
//!
//! Who may not share loses the sources from their permission, which SDKs look at before they ask, and what they share already is
//! unpublished: SDKs stop it when they are told. Who may not unmute keeps the permission, since a microphone that cannot be published at
//! all would be an error to them; it is muted instead, and a request to unmute is answered with a mute, which SDKs follow.

use std::collections::BTreeSet;

use livekit_protocol::{MuteTrackRequest, TrackSource, TrackUnpublishedResponse, signal_response};
use rotunda_sfu::ids::{ParticipantId, PublicationId};
use rotunda_sfu::params::MediaKind;

use super::Room;
use super::timers::{ParticipantTimer, Timer};
use crate::limits;
use crate::policy::{RoomPolicy, account_of};

/// What a screen share consists of.
pub(super) fn is_share(source: TrackSource) -> bool {
    matches!(source, TrackSource::ScreenShare | TrackSource::ScreenShareAudio)
}

/// What somebody speaks through: a source that the client has not named could be a microphone.
pub(super) fn is_voice(kind: MediaKind, source: TrackSource) -> bool {
    kind == MediaKind::Audio && source != TrackSource::ScreenShareAudio
}

impl Room {
    /// The rules that the room goes by; `None` for a room that is not stored, which has none.
    pub fn policy(&self) -> Option<&RoomPolicy> {
        self.policy.as_ref()
    }

    /// Whether this participant may come in as far as the limit of people goes: hosts always do, and so does another device of
    /// somebody who is in. Devices of one account are one of the people; recorders and agents are none.
    pub fn has_place_for(&self, identity: &str) -> bool {
        let Some(policy) = &self.policy else { return true };
        let people: BTreeSet<&str> = (self.participants.values())
            .filter(|participant| !participant.is_dependent())
            .map(|participant| account_of(&participant.identity))
            .collect();
        policy.is_host(identity)
            || people.contains(account_of(identity))
            || people.len() < usize::try_from(policy.people_limit).unwrap_or(usize::MAX)
    }

    /// The identities of those who are in.
    pub fn identities(&self) -> impl Iterator<Item = &str> {
        self.participants
            .values()
            .filter(|participant| !participant.is_dependent())
            .map(|participant| &*participant.identity)
    }

    /// Takes new rules in, unless they are older than what is known.
    pub(super) fn set_policy(&mut self, policy: RoomPolicy) {
        if self.policy.as_ref().is_some_and(|known| known.version >= policy.version) {
            return;
        }
        self.config.metadata = policy.metadata();
        self.policy = Some(policy);
        let everyone: Vec<_> = self.participants.keys().copied().collect();
        for id in everyone {
            self.apply_policy(id);
        }
        let soon = self.now + limits::POLICY_UPDATE_DELAY;
        self.timers.set_if_later(Timer::RoomUpdate, soon);
    }

    /// Holds one participant to the rules.
    pub(super) fn apply_policy(&mut self, id: ParticipantId) {
        let Some(policy) = &self.policy else { return };
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let is_host = policy.is_host(&participant.identity);
        let shares_forbidden = policy.share_disabled && !is_host;
        if std::mem::replace(&mut participant.permissions.shares_forbidden, shares_forbidden) != shares_forbidden {
            self.mark_changed(id);
        }
        if shares_forbidden {
            self.stop_shares_of(id);
        }
        if self.is_silenced(id) {
            self.silence(id);
        }
    }

    /// Whether a participant may not unmute its microphone.
    pub(super) fn is_silenced(&self, id: ParticipantId) -> bool {
        let silenced = |policy: &RoomPolicy| {
            let participant = self.participants.get(&id);
            policy.unmute_disabled && participant.is_some_and(|participant| !policy.is_host(&participant.identity))
        };
        self.policy.as_ref().is_some_and(silenced)
    }

    /// Mutes what a participant speaks through, announced tracks too.
    fn silence(&mut self, id: ParticipantId) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        for announcement in &mut participant.announcements {
            if is_voice(announcement.kind, announcement.info.source()) {
                announcement.silence();
            }
        }
        let open: Vec<_> = (participant.publications.iter())
            .filter_map(|publication| self.publications.get(publication))
            .filter(|track| is_voice(track.kind, track.info.source()) && !track.info.muted)
            .map(|track| MuteTrackRequest { sid: track.sid.to_string(), muted: true })
            .collect();
        for request in open {
            self.force_mute(id, &request);
            let track = self.index.tracks.get(request.sid.as_str()).and_then(|id| self.publications.get_mut(id));
            if let Some(track) = track {
                track.mute_repeats = limits::MUTE_REPEATS;
            }
            self.schedule_mute_repeat(id);
        }
    }

    pub(super) fn schedule_mute_repeat(&mut self, id: ParticipantId) {
        let timer = Timer::Participant(id, ParticipantTimer::Mute);
        self.timers.set_if_unset(timer, self.now + limits::MUTE_REPEAT_INTERVAL);
    }

    /// Tells a participant again what the rules mute and it has not confirmed.
    pub(super) fn repeat_mutes(&mut self, id: ParticipantId) {
        let silenced = self.is_silenced(id);
        let Some(participant) = self.participants.get(&id) else { return };
        let mut untold = Vec::new();
        for publication in &participant.publications {
            let Some(track) = self.publications.get_mut(publication) else { continue };
            if silenced && track.mute_repeats > 0 {
                track.mute_repeats -= 1;
                untold.push(MuteTrackRequest { sid: track.sid.to_string(), muted: true });
            } else {
                track.mute_repeats = 0;
            }
        }
        if !untold.is_empty() {
            self.schedule_mute_repeat(id);
        }
        for request in untold {
            self.send(id, signal_response::Message::Mute(request));
        }
    }

    /// Mutes a track and tells its publisher, whose SDK follows.
    pub(super) fn force_mute(&mut self, publisher: ParticipantId, request: &MuteTrackRequest) {
        self.send(publisher, signal_response::Message::Mute(request.clone()));
        self.mute(publisher, request);
    }

    /// Ends what the sessions of an identity share.
    pub(super) fn stop_share(&mut self, identity: &str) {
        let meant: Vec<_> = (self.participants.iter())
            .filter(|(_, participant)| participant.is_session_of(identity))
            .map(|(id, _)| *id)
            .collect();
        for id in meant {
            self.stop_shares_of(id);
        }
    }

    fn stop_shares_of(&mut self, id: ParticipantId) {
        let Some(participant) = self.participants.get(&id) else { return };
        let shares: Vec<PublicationId> = (participant.publications.iter().copied())
            .filter(|publication| self.publications.get(publication).is_some_and(|track| is_share(track.info.source())))
            .collect();
        for publication in shares {
            self.withdraw(publication);
        }
    }

    /// Takes a track back that its publisher may not publish any more, and tells it.
    pub(super) fn withdraw(&mut self, id: PublicationId) {
        let Some(track) = self.publications.get(&id) else { return };
        let (publisher, track_sid) = (track.publisher, track.sid.to_string());
        self.unpublish(id);
        self.send(publisher, signal_response::Message::TrackUnpublished(TrackUnpublishedResponse { track_sid }));
    }
}
