//! Offers and answers. The client offers its publishing connection and we answer; we offer its receiving connection and it
//! answers. So the two sides never offer the same connection at once; what changes while an offer of ours is out waits for
//! its answer and makes one more.

use livekit_protocol::{SessionDescription, SubscriptionError, signal_response};
use rotunda_sfu::command::Command;
use rotunda_sfu::ids::{Mid, ParticipantId};
use rotunda_sfu::params::{IceCredentials, RemoteParameters, SendParameters};
use rotunda_sfu::sdp::{Answered, Answerer, CodecPolicy, SdpError};

use super::Room;
use super::participant::{Publisher, Target};
use super::publishing;
use super::subscribing::SubscriptionState;
use super::timers::{ParticipantTimer, Timer};
use crate::io::Notice;
use crate::limits;
use livekit_protocol::DisconnectReason;

impl Room {
    /// The client offers its publishing connection.
    pub(super) fn offer(&mut self, id: ParticipantId, description: &SessionDescription) {
        self.open_publisher(id);
        match self.answer_offer(id, &description.sdp) {
            None => {}
            Some(Err(error)) => self.invalid_sdp(id, &error),
            Some(Ok(answered)) => {
                let Answered { sdp, remote, restarted, tracks, data_channels: _ } = answered;
                self.connect_publisher(id, restarted, remote);
                let answer =
                    SessionDescription { r#type: "answer".into(), sdp, id: description.id, ..Default::default() };
                self.send(id, signal_response::Message::Answer(answer));
                self.update_sections(id, tracks);
            }
        }
    }

    /// The publishing connection, made with its first offer.
    fn open_publisher(&mut self, id: ParticipantId) {
        let is_open = self.participants.get(&id).is_none_or(|participant| participant.publisher.is_some());
        if is_open {
            return;
        }
        let transport = self.config.ids.transport();
        let local = self.local_parameters();
        let ice = local.ice.clone();
        let Some(participant) = self.participants.get_mut(&id) else { return };
        participant.publisher = Some(Publisher {
            transport,
            answerer: Answerer::new(local, CodecPolicy::default()),
            connected: false,
            remote: None,
            sections: Default::default(),
        });
        self.index.transports.insert(transport, (id, Target::Publisher));
        self.command(Command::AddTransport { participant: id, transport, local: ice, data_channels: Vec::new() });
    }

    fn answer_offer(&mut self, id: ParticipantId, sdp: &str) -> Option<Result<Answered, SdpError>> {
        let Self { participants, publications, rng, config, .. } = self;
        let participant = participants.get_mut(&id)?;
        let publisher = participant.publisher.as_mut()?;
        let (sections, announcements) = (&publisher.sections, &participant.announcements);
        let worker = config.worker;
        Some(publisher.answerer.handle_offer(
            sdp,
            || IceCredentials::generate(worker, rng),
            |track| {
                publishing::hints(sections.get(&track.mid), publications, announcements, track.track_id, track.kind)
            },
        ))
    }

    fn connect_publisher(&mut self, id: ParticipantId, restarted: Option<IceCredentials>, remote: RemoteParameters) {
        let Some(publisher) = self.participants.get_mut(&id).and_then(|participant| participant.publisher.as_mut())
        else {
            return;
        };
        let transport = publisher.transport;
        let is_news = publisher.remote.as_ref() != Some(&remote);
        publisher.remote = Some(remote.clone());
        if let Some(local) = restarted {
            self.command(Command::RestartIce { transport, local });
        }
        if is_news {
            self.command(Command::ConnectTransport { transport, remote });
        }
    }

    /// The client answers our offer of its receiving connection.
    pub(super) fn answer(&mut self, id: ParticipantId, description: &SessionDescription) {
        let Some(subscriber) = self.participants.get_mut(&id).and_then(|participant| participant.subscriber.as_mut())
        else {
            return;
        };
        let applied = match subscriber.offerer.handle_answer(description.id, &description.sdp) {
            Ok(applied) => applied,
            Err(SdpError::StaleAnswer) => return,
            Err(error) => return self.invalid_sdp(id, &error),
        };
        let transport = subscriber.transport;
        let is_news = subscriber.remote.as_ref() != Some(&applied.remote);
        subscriber.remote = Some(applied.remote.clone());
        self.timers.clear(Timer::Participant(id, ParticipantTimer::Answer));
        if is_news {
            self.command(Command::ConnectTransport { transport, remote: applied.remote });
        }
        for parameters in applied.accepted {
            self.accept_section(id, parameters);
        }
        for mid in applied.refused {
            self.refuse_section(id, mid, false);
        }
        self.offers.insert(id);
        self.retry_starved(id);
    }

    /// The client takes a track: the engine may send it.
    fn accept_section(&mut self, id: ParticipantId, parameters: SendParameters) {
        let mid = parameters.mid;
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(subscriber) = participant.subscriber.as_ref() else { return };
        let transport = subscriber.transport;
        let Some(publication) = subscriber.sections.get(&mid).copied() else { return };
        let Some(track) = self.publications.get(&publication) else { return };
        // The publisher sends the first of its codecs.
        let sent = track.parameters.codecs.first().map(|codec| codec.codec);
        if !parameters.codecs.iter().any(|codec| Some(codec.codec) == sent) {
            return self.refuse_section(id, mid, true);
        }
        let Some(subscription) = participant.subscriptions.get_mut(&publication) else { return };
        let older = subscription.id();
        let fresh = self.config.ids.subscription();
        subscription.state = SubscriptionState::Active(mid, fresh);
        let settings = subscription.settings;
        if let Some(older) = older {
            self.index.subscriptions.remove(&older);
            self.command(Command::Unsubscribe { subscription: older });
        }
        self.index.subscriptions.insert(fresh, (id, publication));
        self.command(Command::Subscribe { transport, subscription: fresh, publication, parameters, settings });
    }

    /// The client cannot take a track; it is told that it asked for one that it cannot have.
    fn refuse_section(&mut self, id: ParticipantId, mid: Mid, remove: bool) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let Some(subscriber) = participant.subscriber.as_mut() else { return };
        let Some(publication) = subscriber.sections.remove(&mid) else { return };
        if remove {
            subscriber.offerer.remove_track(mid);
        }
        let Some(subscription) = participant.subscriptions.get_mut(&publication) else { return };
        let engine_id = subscription.id();
        subscription.state = SubscriptionState::Refused;
        if let Some(subscription) = engine_id {
            self.index.subscriptions.remove(&subscription);
            self.command(Command::Unsubscribe { subscription });
        }
        if let Some(track) = self.publications.get(&publication) {
            let sid = track.sid.to_string();
            self.send_subscription_error(id, sid, SubscriptionError::SeCodecUnsupported);
        }
    }

    /// Sends the offers that are due, after what the others must know before.
    pub(super) fn send_offers(&mut self) {
        if self.offers.is_empty() {
            return;
        }
        // A client drops tracks of participants, and after a while tracks, that it has not heard of.
        if self.tracks_untold {
            self.flush_updates();
        }
        for id in std::mem::take(&mut self.offers) {
            let Some(participant) = self.participants.get_mut(&id) else { continue };
            if participant.session.socket().is_none() {
                continue;
            }
            let Some(offer) = participant.subscriber.as_mut().and_then(|subscriber| subscriber.offerer.poll_offer())
            else {
                continue;
            };
            let description =
                SessionDescription { r#type: "offer".into(), sdp: offer.sdp, id: offer.id, ..Default::default() };
            self.send(id, signal_response::Message::Offer(description));
            let deadline = self.now + limits::ANSWER_TIMEOUT;
            self.timers.set(Timer::Participant(id, ParticipantTimer::Answer), deadline);
        }
    }

    /// A description that cannot be used ends the session; the client starts over.
    fn invalid_sdp(&mut self, id: ParticipantId, error: &SdpError) {
        let Some(participant) = self.participants.get(&id) else { return };
        let sid = participant.sid.clone();
        self.notice(Notice::InvalidSdp { sid, error: error.to_string() });
        self.start_over(id, DisconnectReason::StateMismatch);
    }
}
