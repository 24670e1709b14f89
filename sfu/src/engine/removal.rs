//! Leaving: whatever ends takes with it everything that hangs on it, and nothing else.

use std::time::Instant;

use super::{AddressNotice, Engine};
use crate::ids::{EgressSsrc, ParticipantId, RoomId};
use crate::params::MediaKind;
use crate::slab::Key;
use crate::stats::Drop;
use crate::timer::Timer;

impl Engine {
    pub(super) fn close_room(&mut self, now: Instant, id: RoomId) -> Result<(), Drop> {
        let key = self.room_ids.get(id).ok_or(Drop::StaleCommand)?;
        let participants = self.rooms.get(key).map(|room| room.participants.clone()).unwrap_or_default();
        for participant in participants {
            self.remove_participant_key(now, participant);
        }
        self.timers.clear(Timer::Statistics(key));
        self.timers.clear(Timer::Speakers(key));
        self.rooms.remove(key);
        self.room_ids.remove(id);
        self.counters.rooms = self.counters.rooms.saturating_sub(1);
        Ok(())
    }

    pub(super) fn remove_participant(&mut self, now: Instant, id: ParticipantId) -> Result<(), Drop> {
        let key = self.participant_ids.get(id).ok_or(Drop::StaleCommand)?;
        self.remove_participant_key(now, key);
        Ok(())
    }

    fn remove_participant_key(&mut self, now: Instant, key: Key) {
        let connections = self.participants.get(key).map(|entry| entry.connections.clone()).unwrap_or_default();
        for connection in connections {
            self.remove_connection(now, connection);
        }
        let Some(participant) = self.participants.remove(key) else { return };
        self.participant_ids.remove(participant.id);
        if let Some(room) = self.rooms.get_mut(participant.room) {
            room.participants.retain(|other| *other != key);
        }
        self.counters.participants = self.counters.participants.saturating_sub(1);
    }

    pub(super) fn remove_connection(&mut self, now: Instant, key: Key) {
        let Some(connection) = self.connections.get_mut(key) else { return };
        connection.transport.close(now);
        // The goodbye goes out if there is room for it; the far side notices the silence otherwise.
        let _ = connection.transport.poll_transmit(now, &mut self.arena);
        let publications = connection.publications.clone();
        let subscriptions: Vec<Key> = connection.egress.subscriptions().collect();
        for publication in publications {
            self.remove_publication(now, publication);
        }
        for subscription in subscriptions {
            self.remove_subscription(subscription);
        }
        for timer in [Timer::Transport(key), Timer::TransportFeedback(key), Timer::Reports(key)] {
            self.timers.clear(timer);
        }
        let Some(connection) = self.connections.remove(key) else { return };
        for address in &connection.addresses {
            if self.addresses.remove(*address, key) {
                self.notices.push_back(AddressNotice::Forgotten(*address));
            }
        }
        for ufrag in &connection.ufrags {
            self.ufrags.remove(ufrag);
        }
        self.transport_ids.remove(connection.id);
        if let Some(participant) = self.participants.get_mut(connection.participant) {
            participant.connections.retain(|other| *other != key);
        }
        self.counters.transports = self.counters.transports.saturating_sub(1);
    }

    pub(super) fn remove_publication(&mut self, now: Instant, key: Key) {
        let Some(publication) = self.publications.get(key) else { return };
        let subscriptions: Vec<Key> = publication.forwarders.iter().map(|forwarder| forwarder.subscription).collect();
        for subscription in subscriptions {
            self.remove_subscription(subscription);
        }
        for timer in [Timer::Nack(key), Timer::KeyframeRequest(key), Timer::Layers(key)] {
            self.timers.clear(timer);
        }
        let Some(publication) = self.publications.remove(key) else { return };
        self.publication_ids.remove(publication.id);
        if let Some(connection) = self.connections.get_mut(publication.connection) {
            connection.publications.retain(|other| *other != key);
            // The SSRCs stay known: the next publication of this section may go on with them, and will not name itself again.
            connection
                .bindings
                .retarget(publication.parameters.mid, |binding| binding.target.filter(|(target, _)| *target != key));
        }
        if publication.parameters.kind == MediaKind::Audio {
            self.silence(now, publication.room, publication.participant);
        }
        self.counters.publications = self.counters.publications.saturating_sub(1);
    }

    pub(super) fn remove_subscription(&mut self, key: Key) {
        let Some(subscription) = self.subscriptions.remove(key) else { return };
        self.subscription_ids.remove(subscription.id);
        self.counters.subscriptions = self.counters.subscriptions.saturating_sub(1);
        let Some(publication) = self.publications.get_mut(subscription.publication) else { return };
        if subscription.position >= publication.forwarders.len() {
            return;
        }
        let forwarder = publication.forwarders.swap_remove(subscription.position);
        if let Some(moved) = publication.forwarders.get(subscription.position)
            && let Some(moved) = self.subscriptions.get_mut(moved.subscription)
        {
            moved.position = subscription.position;
        }
        if let Some(connection) = self.connections.get_mut(subscription.connection) {
            let next = forwarder.numbering.highest() + 1;
            connection.egress.remove(EgressSsrc::from_wire(forwarder.ssrc), next, subscription.rtx_index);
        }
    }
}
