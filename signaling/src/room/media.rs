//! Events of the media engine.

use std::time::Duration;

use livekit_protocol::{DisconnectReason, TrackSubscribed, leave_request, signal_response};
use rotunda_sfu::event::{Event, EventKind, TransportFailure};
use rotunda_sfu::ids::{SubscriptionId, TransportId};
use rotunda_sfu::params::SrtpProfile;

use super::participant::Target;
use super::timers::{ParticipantTimer, Timer};
use super::{Farewell, Room};
use crate::io::Notice;

impl Room {
    pub(super) fn media(&mut self, event: Event) {
        if event.room != self.config.room {
            return;
        }
        match event.kind {
            EventKind::TransportConnected { transport, profile, handshake } => {
                self.transport_connected(transport, profile, handshake);
            }
            EventKind::TransportFailed { transport, reason } => self.transport_failed(transport, reason),
            EventKind::DataChannelOpen { transport, label } => self.data_channel_open(transport, &label),
            EventKind::DataReceived { transport, label, message } => self.data(transport, &label, &message),
            EventKind::SubscriptionStarted { subscription } => self.subscription_started(subscription),
            EventKind::SpeakersChanged { speakers } => self.speakers_changed(&speakers),
            EventKind::Statistics { participants } => self.statistics(&participants),
            // A track is told of when it is agreed on, which lets subscribers be ready for its first packet.
            EventKind::PublicationStarted { .. } => {}
        }
    }

    fn transport_connected(&mut self, transport: TransportId, profile: SrtpProfile, handshake: Duration) {
        let Some((id, target)) = self.index.transports.get(&transport).copied() else { return };
        let Some(participant) = self.participants.get_mut(&id) else { return };
        match target {
            Target::Publisher => participant.publisher.iter_mut().for_each(|publisher| publisher.connected = true),
            Target::Subscriber => participant.subscriber.iter_mut().for_each(|subscriber| subscriber.connected = true),
        }
        if target != participant.primary() || !participant.session.connected() {
            return;
        }
        let sid = participant.sid.clone();
        let elapsed = self.now.saturating_duration_since(participant.joined);
        self.timers.clear(Timer::Participant(id, ParticipantTimer::Join));
        self.notice(Notice::Active { sid, elapsed, handshake, profile });
        self.mark_changed(id);
        self.send_current_qualities(id);
    }

    fn transport_failed(&mut self, transport: TransportId, reason: TransportFailure) {
        let Some((id, target)) = self.index.transports.get(&transport).copied() else { return };
        let Some(participant) = self.participants.get(&id) else { return };
        let has_socket = participant.session.socket().is_some();
        let was_active = participant.session.is_active();
        // A peer that says goodbye has not failed.
        if reason != TransportFailure::PeerClosed {
            self.notice(Notice::TransportFailed { sid: participant.sid.clone(), target: target.label(), reason });
        }
        if !has_socket {
            // Neither signaling nor media: nobody is there.
            return self.remove(id, DisconnectReason::ConnectionTimeout, Farewell::Silent);
        }
        if reason == TransportFailure::PeerClosed {
            // The client has closed it and is about to say why over its WebSocket, if that still works.
            let deadline = self.now + self.config.resume_timeout;
            return self.timers.set(Timer::Participant(id, ParticipantTimer::Resume), deadline);
        }
        if was_active || target == Target::Publisher {
            self.start_over(id, DisconnectReason::ConnectionTimeout);
        } else {
            let farewell = Farewell::Leave(leave_request::Action::Disconnect);
            self.remove(id, DisconnectReason::JoinFailure, farewell);
        }
    }

    /// The first packet of a subscription has left: its publisher is told once that somebody receives it.
    fn subscription_started(&mut self, subscription: SubscriptionId) {
        let Some((_, publication)) = self.index.subscriptions.get(&subscription).copied() else { return };
        let Some(track) = self.publications.get_mut(&publication) else { return };
        if std::mem::replace(&mut track.reception_told, true) {
            return;
        }
        let (publisher, track_sid) = (track.publisher, track.sid.to_string());
        if self.participants.get(&publisher).is_some_and(|publisher| publisher.takes_request_responses()) {
            self.send(publisher, signal_response::Message::TrackSubscribed(TrackSubscribed { track_sid }));
        }
    }
}
