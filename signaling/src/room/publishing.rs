//! Publishing: a track is announced (`add_track`), found in an offer, told to everyone, muted, and taken back.
//!
//! Announcement and offer come in either order.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use livekit_protocol::request_response::{Reason, Request};
use livekit_protocol::{
    AddTrackRequest, AudioTrackFeature, MuteTrackRequest, TrackInfo, TrackPublishedResponse, TrackSource, TrackType,
    UpdateLocalAudioTrack, signal_response,
};
use rotunda_sfu::command::Command;
use rotunda_sfu::ids::{Mid, ParticipantId, PublicationId};
use rotunda_sfu::params::{MediaKind, ReceiveParameters};
use rotunda_sfu::sdp::{ReceivedTrack, TrackHints};

use super::announcement::{
    Announcement, announcement, claim_alike, claim_exact, describe, forget_unknown_values, mime_type, size_encodings,
};
use super::participant::PublishedSection;
use super::permissions::source_label;
use super::policy::is_voice;
use super::{Room, new_sid};
use crate::io::{Notice, Whose};
use crate::limits;

/// A track that is published.
pub(super) struct Publication {
    pub(super) publisher: ParticipantId,
    publisher_sid: Arc<str>,
    pub(super) sid: Arc<str>,
    pub(super) kind: MediaKind,
    /// What others are told.
    pub(super) info: TrackInfo,
    pub(super) parameters: ReceiveParameters,
    cids: Vec<String>,
    hints: TrackHints,
    /// Those who have a subscription entry for it.
    pub(super) subscribers: BTreeSet<ParticipantId>,
    /// The publisher has been told that somebody receives it.
    pub(super) reception_told: bool,
    /// How often its publisher may still be told that the rules mute it; 0 once it has confirmed that.
    pub(super) mute_repeats: u8,
}

/// What the server wants of a section that is being answered.
pub(super) fn hints(
    section: Option<&PublishedSection>,
    publications: &BTreeMap<PublicationId, Publication>,
    announcements: &[Announcement],
    track_id: &str,
    kind: MediaKind,
) -> TrackHints {
    if let Some(PublishedSection::Published(id)) = section
        && let Some(publication) = publications.get(id)
    {
        return publication.hints;
    }
    let exact = announcements.iter().find(|announcement| announcement.is_of(track_id));
    let alike = || announcements.iter().find(|announcement| announcement.kind == kind && !announcement.queued);
    exact.or_else(alike).map(|announcement| announcement.hints).unwrap_or_default()
}

impl Room {
    pub(super) fn add_track(&mut self, id: ParticipantId, mut request: AddTrackRequest) {
        forget_unknown_values(&mut request);
        let (reason, message) = match self.check_add_track(id, &request) {
            Ok(kind) => return self.announce_track(id, kind, request),
            Err(refusal) => refusal,
        };
        self.respond(id, 0, reason, message, Some(Request::AddTrack(request)));
    }

    fn check_add_track(
        &self,
        id: ParticipantId,
        request: &AddTrackRequest,
    ) -> Result<MediaKind, (Reason, &'static str)> {
        let Some(participant) = self.participants.get(&id) else { return Err((Reason::UnclassifiedError, "")) };
        let kind = match request.r#type() {
            TrackType::Audio => MediaKind::Audio,
            TrackType::Video => MediaKind::Video,
            TrackType::Data => return Err((Reason::UnsupportedType, "only audio and video can be published")),
        };
        if !participant.permissions.may_publish(request.source()) {
            return Err((Reason::NotAllowed, "the access token does not allow publishing this source"));
        }
        if !request.sid.is_empty() {
            return Err(match self.index.tracks.get(request.sid.as_str()) {
                Some(_) => (Reason::UnsupportedType, "a second codec of a track is not supported"),
                None => (Reason::NotFound, "no such track"),
            });
        }
        let is_long = |text: &str| text.len() > limits::MAX_TRACK_NAME;
        if request.cid.is_empty()
            || request.cid.len() > limits::MAX_CID
            || is_long(&request.name)
            || is_long(&request.stream)
            || request.layers.len() > limits::MAX_TRACK_LAYERS
            || request.simulcast_codecs.len() > limits::MAX_TRACK_LAYERS
            || request.audio_features.len() > limits::MAX_TRACK_LAYERS
            || request.packet_trailer_features.len() > limits::MAX_TRACK_LAYERS
            || request.simulcast_codecs.iter().any(|codec| {
                codec.cid.len() > limits::MAX_CID
                    || is_long(&codec.codec)
                    || codec.layers.len() > limits::MAX_TRACK_LAYERS
            })
            || request.layers.iter().any(|layer| is_long(&layer.rid))
        {
            return Err((Reason::InvalidRequest, "the announcement is not valid"));
        }
        if participant.announcements.len() + participant.publications.len() >= limits::MAX_TRACKS {
            return Err((Reason::LimitExceeded, "too many tracks"));
        }
        Ok(kind)
    }

    fn announce_track(&mut self, id: ParticipantId, kind: MediaKind, request: AddTrackRequest) {
        let sid = new_sid(&mut self.rng, "TR_");
        let silenced = self.is_silenced(id);
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let published = participant.publications.iter().filter_map(|id| self.publications.get(id));
        let queued = published.into_iter().any(|publication| publication.cids.contains(&request.cid));
        // Announced again before any offer: the client has changed its mind about how, not about what.
        let announced = participant.announcements.iter().position(|announcement| announcement.cid() == request.cid);
        let older = announced.map(|index| participant.announcements.remove(index).info.sid);
        let mut announcement = announcement(kind, older.unwrap_or_else(|| sid.to_string()), &request, queued);
        if silenced && is_voice(kind, announcement.info.source()) {
            announcement.silence();
        }
        let info = announcement.info.clone();
        participant.announcements.push(announcement);
        if queued {
            return self.respond(id, 0, Reason::Queued, "", Some(Request::AddTrack(request)));
        }
        let published = TrackPublishedResponse { cid: request.cid, track: Some(info) };
        self.send(id, signal_response::Message::TrackPublished(published));
        self.claim_sections(id);
    }

    /// Publishes what an offer has brought and an announcement explains.
    pub(super) fn claim_sections(&mut self, id: ParticipantId) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(publisher) = participant.publisher.as_mut() else { return };
        let mut unclaimed: Vec<Mid> = (publisher.sections.iter())
            .filter(|(_, section)| matches!(section, PublishedSection::Unclaimed(_)))
            .map(|(mid, _)| *mid)
            .collect();
        unclaimed.sort_by(|a, b| (a.as_bytes().len(), a.as_bytes()).cmp(&(b.as_bytes().len(), b.as_bytes())));
        let mut claimed = Vec::new();
        // Exact matches first, so that a section of an invented id takes nobody's place.
        for exact in [true, false] {
            for mid in &unclaimed {
                let Some(PublishedSection::Unclaimed(track)) = publisher.sections.get(mid) else { continue };
                let announcement = if exact {
                    claim_exact(&mut participant.announcements, &track.track_id, track.kind)
                } else {
                    claim_alike(&mut participant.announcements, track.kind)
                };
                if let Some(announcement) = announcement
                    && let Some(PublishedSection::Unclaimed(track)) = publisher.sections.remove(mid)
                {
                    claimed.push((announcement, *track));
                }
            }
        }
        for (announcement, track) in claimed {
            self.publish(id, announcement, track);
        }
    }

    fn publish(&mut self, id: ParticipantId, announcement: Announcement, track: ReceivedTrack) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(publisher) = participant.publisher.as_mut() else { return };
        let transport = publisher.transport;
        let Announcement { cids, kind, mut info, hints, queued: _, silenced } = announcement;
        let mut parameters = track.parameters;
        size_encodings(&mut parameters, &info);
        let mime_type = parameters.codecs.first().map_or("", |codec| mime_type(codec.codec));
        describe(&mut info, &track.mid, &track.track_id, mime_type, parameters.encodings.len());

        let publication = self.config.ids.publication();
        publisher.sections.insert(track.mid, PublishedSection::Published(publication));
        participant.publications.push(publication);
        let (participant_sid, hidden) = (participant.sid.clone(), participant.permissions.hidden);
        let sid: Arc<str> = info.sid.as_str().into();
        let (muted, source) = (info.muted, info.source());
        self.index.tracks.insert(sid.clone(), publication);
        self.command(Command::Publish { transport, publication, parameters: parameters.clone() });
        if muted {
            self.command(Command::SetPublicationMuted { publication, muted });
        }
        self.publications.insert(
            publication,
            Publication {
                publisher: id,
                publisher_sid: participant_sid.clone(),
                sid: sid.clone(),
                kind,
                info,
                parameters,
                cids,
                hints,
                subscribers: BTreeSet::new(),
                reception_told: false,
                mute_repeats: if silenced { limits::MUTE_REPEATS } else { 0 },
            },
        );
        self.notice(Notice::TrackPublished {
            sid,
            participant: participant_sid,
            kind,
            source: source_label(source),
            mime_type,
        });
        self.mark_changed(id);
        self.tracks_untold = true;
        self.schedule_room_update();
        if silenced {
            self.schedule_mute_repeat(id);
        }
        // Announced before it was forbidden.
        let allowed = self.participants.get(&id).is_none_or(|participant| participant.permissions.may_publish(source));
        if !allowed {
            self.withdraw(publication);
        } else if !hidden {
            self.offer_to_all(publication);
        }
    }

    /// Takes in what an offer says of the publisher's sections.
    pub(super) fn update_sections(&mut self, id: ParticipantId, tracks: Vec<ReceivedTrack>) {
        let mut active: HashMap<Mid, ReceivedTrack> =
            tracks.into_iter().filter(|track| track.active).map(|track| (track.mid, track)).collect();
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(publisher) = participant.publisher.as_mut() else { return };
        let mut ended = Vec::new();
        let mut updated = Vec::new();
        publisher.sections.retain(|mid, section| match section {
            PublishedSection::Unclaimed(_) => false,
            PublishedSection::Published(publication) => {
                let announced = |track: &ReceivedTrack| {
                    participant.announcements.iter().any(|announcement| announcement.is_of(&track.track_id))
                };
                match active.get(mid) {
                    Some(track) if !announced(track) => {
                        updated.extend(active.remove(mid).map(|track| (*publication, track)));
                        true
                    }
                    // Inactive, gone, or carrying another track now.
                    Some(_) | None => {
                        ended.push(*publication);
                        false
                    }
                }
            }
        });
        let unclaimed = active.into_values().map(|track| (track.mid, PublishedSection::Unclaimed(Box::new(track))));
        publisher.sections.extend(unclaimed);
        for publication in ended {
            self.unpublish(publication);
        }
        for (publication, track) in updated {
            self.update_publication(publication, track);
        }
        self.claim_sections(id);
    }

    /// The same track, sent in another way.
    fn update_publication(&mut self, id: PublicationId, track: ReceivedTrack) {
        let Some(publication) = self.publications.get_mut(&id) else { return };
        let mut parameters = track.parameters;
        size_encodings(&mut parameters, &publication.info);
        if parameters == publication.parameters {
            return;
        }
        let transport = (self.participants.get(&publication.publisher))
            .and_then(|participant| participant.publisher.as_ref())
            .map(|publisher| publisher.transport);
        let Some(transport) = transport else { return };
        let same_codecs = parameters.codecs == publication.parameters.codecs;
        publication.parameters = parameters.clone();
        let subscribers = publication.subscribers.clone();
        self.command(Command::Publish { transport, publication: id, parameters });
        if !same_codecs {
            for subscriber in subscribers {
                self.renew_subscription(subscriber, id);
            }
        }
    }

    /// A track ends while its publisher stays. The publisher is not told what it has done itself: SDKs warn of it.
    pub(super) fn unpublish(&mut self, id: PublicationId) {
        let Some(publication) = self.publications.get(&id) else { return };
        let (publisher, cids) = (publication.publisher, publication.cids.clone());
        self.drop_publication(id);
        self.command(Command::Unpublish { publication: id });
        if let Some(participant) = self.participants.get_mut(&publisher) {
            participant.publications.retain(|other| *other != id);
        }
        self.mark_changed(publisher);
        self.schedule_room_update();
        self.release_queued(publisher, &cids);
    }

    /// An announcement that waited for its `cid` to become free is answered.
    fn release_queued(&mut self, id: ParticipantId, cids: &[String]) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let waiting = participant
            .announcements
            .iter_mut()
            .find(|announcement| announcement.queued && announcement.cids.iter().any(|cid| cids.contains(cid)));
        let Some(announcement) = waiting else { return };
        announcement.queued = false;
        let published =
            TrackPublishedResponse { cid: announcement.cid().to_owned(), track: Some(announcement.info.clone()) };
        self.send(id, signal_response::Message::TrackPublished(published));
    }

    /// Takes a publication out of everything but its publisher.
    pub(super) fn drop_publication(&mut self, id: PublicationId) {
        let Some(publication) = self.publications.remove(&id) else { return };
        self.index.tracks.remove(&publication.sid);
        for subscriber in &publication.subscribers {
            self.drop_subscription(*subscriber, id);
        }
        self.notice(Notice::TrackUnpublished {
            participant: publication.publisher_sid,
            sid: publication.sid,
            kind: publication.kind,
        });
    }

    /// The publisher says that its track is muted or not. Who may not unmute is answered with a mute.
    pub(super) fn mute(&mut self, id: ParticipantId, request: &MuteTrackRequest) {
        let refused = !request.muted && self.is_silenced(id);
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let announced = participant.announcements.iter_mut().find(|announcement| announcement.info.sid == request.sid);
        if let Some(announcement) = announced {
            announcement.info.muted = request.muted;
            announcement.silenced = false;
            if refused && is_voice(announcement.kind, announcement.info.source()) {
                announcement.silence();
            }
            return;
        }
        let Some(publication) = self.index.tracks.get(request.sid.as_str()).copied() else { return };
        let Some(track) = self.publications.get_mut(&publication) else { return };
        if track.publisher != id {
            return;
        }
        if refused && is_voice(track.kind, track.info.source()) {
            let muted = MuteTrackRequest { sid: request.sid.clone(), muted: true };
            return self.send(id, signal_response::Message::Mute(muted));
        }
        track.mute_repeats = 0;
        if track.info.muted == request.muted {
            return;
        }
        track.info.muted = request.muted;
        self.command(Command::SetPublicationMuted { publication, muted: request.muted });
        self.mark_changed(id);
    }

    /// The server mutes microphones: their publishers are told, and their SDKs follow.
    pub(super) fn mute_microphones(&mut self, whose: &Whose) {
        let is_meant = |id: &ParticipantId| {
            self.participants.get(id).is_some_and(|participant| match whose {
                Whose::Identity(identity) => participant.is_session_of(identity),
                Whose::EveryoneBut(account) => !participant.is_of_account(account),
            })
        };
        let meant: Vec<_> = (self.publications.values())
            .filter(|track| track.info.source() == TrackSource::Microphone && !track.info.muted)
            .filter(|track| is_meant(&track.publisher))
            .map(|track| (track.publisher, MuteTrackRequest { sid: track.sid.to_string(), muted: true }))
            .collect();
        for (publisher, request) in meant {
            self.force_mute(publisher, &request);
        }
    }

    pub(super) fn update_audio_track(&mut self, id: ParticipantId, mut request: UpdateLocalAudioTrack) {
        request.features.truncate(limits::MAX_TRACK_LAYERS);
        request.features.retain(|feature| AudioTrackFeature::try_from(*feature).is_ok());
        let Some(publication) = self.index.tracks.get(request.track_sid.as_str()).copied() else { return };
        let Some(track) = self.publications.get_mut(&publication) else { return };
        if track.publisher == id && track.kind == MediaKind::Audio && track.info.audio_features != request.features {
            track.info.audio_features = request.features;
            self.mark_changed(id);
        }
    }
}
