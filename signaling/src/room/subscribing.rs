//! Subscribing: what each participant wants to receive, may receive, and does receive.
//!
//! A wish (automatic or asked for), the publisher's leave and the subscriber's own permission decide together whether a
//! subscription should be; [`Room::reconcile`] brings what is to what should be: a section in our next offer, then, once
//! the client has answered, a command for the engine.

use livekit_protocol::{
    SubscriptionError, SubscriptionPermission, SubscriptionPermissionUpdate, SubscriptionResponse, UpdateSubscription,
    UpdateTrackSettings, VideoQuality, signal_response,
};
use rotunda_sfu::command::{Command, LayerTarget, SubscriptionSettings};
use rotunda_sfu::ids::{Mid, ParticipantId, PublicationId, SubscriptionId};
use rotunda_sfu::sdp::SdpError;

use super::Room;
use super::participant::Participant;
use super::permissions::TrackAccess;
use super::publishing::Publication;
use crate::io::Notice;
use crate::limits;

/// One participant's wish for one publication, and what has come of it.
pub(super) struct Subscription {
    /// The participant wants it.
    pub(super) wish: bool,
    /// In what size.
    pub(super) settings: SubscriptionSettings,
    pub(super) state: SubscriptionState,
}

/// What has come of a wish.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SubscriptionState {
    /// Nothing: not wanted, not allowed, or no room for a section.
    Idle,
    /// It has a section; the client has not answered yet.
    Offered(Mid),
    /// The engine forwards.
    Active(Mid, SubscriptionId),
    /// The client cannot take any codec of it.
    Refused,
}

impl Subscription {
    /// The engine's name of it, once there is one.
    pub(super) fn id(&self) -> Option<SubscriptionId> {
        match self.state {
            SubscriptionState::Active(_, id) => Some(id),
            SubscriptionState::Idle | SubscriptionState::Offered(_) | SubscriptionState::Refused => None,
        }
    }

    fn mid(&self) -> Option<Mid> {
        match self.state {
            SubscriptionState::Offered(mid) | SubscriptionState::Active(mid, _) => Some(mid),
            SubscriptionState::Idle | SubscriptionState::Refused => None,
        }
    }
}

/// Whether the publisher lets the participant have the track.
fn is_allowed(publisher: &Participant, subscriber: &Participant, publication: &Publication) -> bool {
    publisher.access.allows(&subscriber.sid, &subscriber.identity, &publication.sid)
}

impl Room {
    /// A joining participant gets everything that there is, if it wants that.
    pub(super) fn subscribe_to_all(&mut self, id: ParticipantId) {
        if !self.participants.get(&id).is_some_and(|participant| participant.auto_subscribe) {
            return;
        }
        let publications: Vec<_> = self.publications.keys().copied().collect();
        for publication in publications {
            self.wish(id, publication, true);
        }
    }

    /// A new publication goes to everyone who wants all.
    pub(super) fn offer_to_all(&mut self, publication: PublicationId) {
        let everyone: Vec<_> = (self.participants.iter())
            .filter(|(_, participant)| participant.auto_subscribe && participant.permissions.can_subscribe)
            .map(|(id, _)| *id)
            .collect();
        for subscriber in everyone {
            self.wish(subscriber, publication, true);
        }
    }

    /// Notes a wish and does what follows from it.
    fn wish(&mut self, subscriber: ParticipantId, publication: PublicationId, wish: bool) {
        if let Some(subscription) = self.subscription_entry(subscriber, publication) {
            subscription.wish = wish;
            // Asked again, a refused track is offered again.
            if subscription.state == SubscriptionState::Refused {
                subscription.state = SubscriptionState::Idle;
            }
            self.reconcile(subscriber, publication);
        }
    }

    /// The entry for a pair, made if need be; `None` when there can be none.
    fn subscription_entry(
        &mut self,
        subscriber: ParticipantId,
        publication_id: PublicationId,
    ) -> Option<&mut Subscription> {
        let publication = self.publications.get_mut(&publication_id)?;
        let hidden = self.participants.get(&publication.publisher)?.permissions.hidden;
        if publication.publisher == subscriber || hidden {
            return None;
        }
        let participant = self.participants.get_mut(&subscriber)?;
        let is_new = !participant.subscriptions.contains_key(&publication_id);
        if is_new && participant.subscriptions.len() >= limits::MAX_SUBSCRIPTIONS {
            return None;
        }
        publication.subscribers.insert(subscriber);
        let target = if participant.adaptive_stream { LayerTarget::Layer(0) } else { LayerTarget::Highest };
        Some(participant.subscriptions.entry(publication_id).or_insert_with(|| Subscription {
            wish: false,
            settings: SubscriptionSettings { target, ..Default::default() },
            state: SubscriptionState::Idle,
        }))
    }

    /// Brings a subscription to what it should be.
    pub(super) fn reconcile(&mut self, subscriber: ParticipantId, publication: PublicationId) {
        let Some(track) = self.publications.get(&publication) else { return };
        let Some(publisher) = self.participants.get(&track.publisher) else { return };
        let Some(participant) = self.participants.get(&subscriber) else { return };
        let Some(subscription) = participant.subscriptions.get(&publication) else { return };
        let should_be = subscription.wish
            && participant.permissions.can_subscribe
            && !publisher.permissions.hidden
            && is_allowed(publisher, participant, track);
        match (should_be, subscription.state) {
            (true, SubscriptionState::Idle) => self.start_subscription(subscriber, publication),
            (false, SubscriptionState::Offered(_) | SubscriptionState::Active(..)) => {
                self.stop_subscription(subscriber, publication);
            }
            (false, SubscriptionState::Refused) => {
                if let Some(subscription) = self.subscription_entry(subscriber, publication) {
                    subscription.state = SubscriptionState::Idle;
                }
            }
            (true, SubscriptionState::Offered(_) | SubscriptionState::Active(..) | SubscriptionState::Refused)
            | (false, SubscriptionState::Idle) => {}
        }
    }

    /// Gives a track a section in the subscriber's next offer.
    fn start_subscription(&mut self, id: ParticipantId, publication: PublicationId) {
        let Some(track) = self.publications.get(&publication) else { return };
        let Some(publisher) = self.participants.get(&track.publisher) else { return };
        let publisher_sid = publisher.sid.clone();
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let sync = participant.takes_sync_streams();
        let Some(subscriber) = participant.subscriber.as_mut() else { return };
        let stream = if sync { stream_token(&track.info.stream) } else { track.sid.to_string() };
        let added = subscriber.offerer.add_track(
            track.kind,
            &track.parameters.codecs,
            &format!("{publisher_sid}|{stream}"),
            &track.sid,
            &publisher_sid,
        );
        let Some(subscription) = participant.subscriptions.get_mut(&publication) else { return };
        match added {
            Ok(section) => {
                subscription.state = SubscriptionState::Offered(section.mid);
                subscriber.sections.insert(section.mid, publication);
                self.offers.insert(id);
            }
            Err(SdpError::NoCodec) => {
                subscription.state = SubscriptionState::Refused;
                let sid = track.sid.to_string();
                self.send_subscription_error(id, sid, SubscriptionError::SeCodecUnsupported);
            }
            // All sections are taken: tried again when one is free.
            Err(_) => subscriber.starved = true,
        }
    }

    /// Takes a track off the subscriber's next offer, and the media at once.
    fn stop_subscription(&mut self, id: ParticipantId, publication: PublicationId) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(subscription) = participant.subscriptions.get_mut(&publication) else { return };
        let engine_id = subscription.id();
        let mid = subscription.mid();
        subscription.state = SubscriptionState::Idle;
        if let (Some(mid), Some(subscriber)) = (mid, participant.subscriber.as_mut()) {
            subscriber.offerer.remove_track(mid);
            subscriber.sections.remove(&mid);
            self.offers.insert(id);
        }
        if let Some(subscription) = engine_id {
            self.index.subscriptions.remove(&subscription);
            self.command(Command::Unsubscribe { subscription });
        }
    }

    /// The publication is gone; the engine has been told of that.
    pub(super) fn drop_subscription(&mut self, id: ParticipantId, publication: PublicationId) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(subscription) = participant.subscriptions.remove(&publication) else { return };
        if let (Some(mid), Some(subscriber)) = (subscription.mid(), participant.subscriber.as_mut()) {
            subscriber.offerer.remove_track(mid);
            subscriber.sections.remove(&mid);
            self.offers.insert(id);
        }
        if let Some(subscription) = subscription.id() {
            self.index.subscriptions.remove(&subscription);
        }
    }

    /// The publication is sent in other codecs now: it needs another section.
    pub(super) fn renew_subscription(&mut self, id: ParticipantId, publication: PublicationId) {
        self.stop_subscription(id, publication);
        self.reconcile(id, publication);
    }

    /// A section has become free: what found no place before is tried again.
    pub(super) fn retry_starved(&mut self, id: ParticipantId) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(subscriber) = participant.subscriber.as_mut() else { return };
        if !std::mem::take(&mut subscriber.starved) {
            return;
        }
        let waiting: Vec<_> = (participant.subscriptions.iter())
            .filter(|(_, subscription)| subscription.wish && subscription.state == SubscriptionState::Idle)
            .map(|(publication, _)| *publication)
            .collect();
        for publication in waiting {
            self.reconcile(id, publication);
        }
    }

    pub(super) fn send_subscription_error(&mut self, id: ParticipantId, track_sid: String, err: SubscriptionError) {
        let response = SubscriptionResponse { track_sid, err: err.into() };
        self.send(id, signal_response::Message::SubscriptionResponse(response));
    }

    pub(super) fn update_subscription(&mut self, id: ParticipantId, request: UpdateSubscription) {
        let wish = request.subscribe;
        let of_participants = request.participant_tracks.into_iter().flat_map(|tracks| tracks.track_sids);
        let sids = request.track_sids.into_iter().chain(of_participants).take(limits::MAX_SIDS_PER_REQUEST);
        for sid in sids.collect::<Vec<_>>() {
            let publication = self.index.tracks.get(sid.as_str()).copied();
            let visible = publication.filter(|publication| self.is_visible(id, *publication));
            match visible {
                Some(publication) => {
                    self.wish(id, publication, wish);
                    if wish && !self.may_receive(id, publication) {
                        self.tell_permission(id, publication, false);
                    }
                }
                None if wish && sid.len() <= limits::MAX_CID => {
                    self.send_subscription_error(id, sid, SubscriptionError::SeTrackNotfound);
                }
                None => {}
            }
        }
    }

    fn is_visible(&self, subscriber: ParticipantId, publication: PublicationId) -> bool {
        let publisher = self.publications.get(&publication).map(|publication| publication.publisher);
        publisher.is_some_and(|publisher| {
            let hidden = self.participants.get(&publisher).is_none_or(|publisher| publisher.permissions.hidden);
            publisher != subscriber && !hidden
        })
    }

    fn may_receive(&self, subscriber: ParticipantId, publication: PublicationId) -> bool {
        let Some(participant) = self.participants.get(&subscriber) else { return false };
        let Some(track) = self.publications.get(&publication) else { return false };
        let Some(publisher) = self.participants.get(&track.publisher) else { return false };
        participant.permissions.can_subscribe && is_allowed(publisher, participant, track)
    }

    pub(super) fn update_track_settings(&mut self, id: ParticipantId, request: UpdateTrackSettings) {
        let settings = settings(&request);
        for sid in request.track_sids.iter().take(limits::MAX_SIDS_PER_REQUEST) {
            let Some(publication) = self.index.tracks.get(sid.as_str()).copied() else { continue };
            let Some(subscription) = self.subscription_entry(id, publication) else { continue };
            if subscription.settings == settings {
                continue;
            }
            subscription.settings = settings;
            if let Some(subscription) = subscription.id() {
                self.command(Command::UpdateSubscription { subscription, settings });
            }
        }
    }

    /// A publisher says who may receive its tracks.
    pub(super) fn update_access(&mut self, id: ParticipantId, request: SubscriptionPermission) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(access) = TrackAccess::from_proto(request) else {
            let sid = participant.sid.clone();
            return self.notice(Notice::Bounded { sid, bound: "track_permissions" });
        };
        let publications = participant.publications.clone();
        let before = self.receivers(&publications);
        if let Some(participant) = self.participants.get_mut(&id) {
            participant.access = access;
        }
        for (subscriber, publication, was_allowed) in before {
            let allowed = self.may_receive(subscriber, publication);
            if allowed != was_allowed {
                self.tell_permission(subscriber, publication, allowed);
                self.reconcile(subscriber, publication);
            }
        }
    }

    /// Everyone who wants one of these, and whether it may be had.
    fn receivers(&self, publications: &[PublicationId]) -> Vec<(ParticipantId, PublicationId, bool)> {
        let tracks = publications.iter().filter_map(|id| Some((*id, self.publications.get(id)?)));
        tracks
            .flat_map(|(id, track)| track.subscribers.iter().map(move |subscriber| (*subscriber, id)))
            .filter(|(subscriber, id)| {
                let participant = self.participants.get(subscriber);
                let subscription = participant.and_then(|participant| participant.subscriptions.get(id));
                subscription.is_some_and(|subscription| subscription.wish)
            })
            .map(|(subscriber, id)| (subscriber, id, self.may_receive(subscriber, id)))
            .collect()
    }

    fn tell_permission(&mut self, subscriber: ParticipantId, publication: PublicationId, allowed: bool) {
        let Some(track) = self.publications.get(&publication) else { return };
        let Some(publisher) = self.participants.get(&track.publisher) else { return };
        let update = SubscriptionPermissionUpdate {
            participant_sid: publisher.sid.to_string(),
            track_sid: track.sid.to_string(),
            allowed,
        };
        self.send(subscriber, signal_response::Message::SubscriptionPermissionUpdate(update));
    }
}

/// A stream's name as SDP can carry it. Clients take one that begins with `TR` for a track's sid.
fn stream_token(stream: &str) -> String {
    let allowed = |char: char| if char.is_ascii_alphanumeric() || "_-.".contains(char) { char } else { '_' };
    let token: String = stream.chars().take(64).map(allowed).collect();
    if token.is_empty() || token.starts_with("TR") { format!("_{token}") } else { token }
}

/// What a client asks for with its settings.
fn settings(request: &UpdateTrackSettings) -> SubscriptionSettings {
    let target = if request.width > 0 && request.height > 0 {
        LayerTarget::Size { width: request.width, height: request.height }
    } else {
        match request.quality() {
            VideoQuality::Low => LayerTarget::Layer(0),
            VideoQuality::Medium => LayerTarget::Layer(1),
            VideoQuality::High | VideoQuality::Off => LayerTarget::Highest,
        }
    };
    let enabled = !request.disabled && request.quality() != VideoQuality::Off;
    SubscriptionSettings { enabled, target, max_fps: request.fps }
}
