//! Instructions of the owners of rooms. What names something that is gone is refused with [`Drop::StaleCommand`]: owner and
//! engine run on different threads, and their views cross.

use std::time::Instant;

use rand::RngCore;

use super::Engine;
use crate::command::{Command, SubscriptionSettings};
use crate::connection::Connection;
use crate::forward::layer_selector;
use crate::forward::retransmission::Budget;
use crate::forward::sequence::{Numbering, PastSpans, Span};
use crate::ids::{ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId};
use crate::limits;
use crate::params::{
    DataChannelParameters, HeaderExtensions, IceCredentials, MediaKind, ReceiveParameters, SendParameters,
};
use crate::participant::Participant;
use crate::publication::Publication;
use crate::room::Room;
use crate::slab::Key;
use crate::speaker::VoiceMeter;
use crate::stats::Drop;
use crate::subscription::{ALL_TEMPORAL_LAYERS, DownlinkReport, Forwarder, Subscription, match_codecs};
use crate::timer::Timer;
use crate::transport::{Role, Transport};

impl Engine {
    pub(super) fn handle_command(&mut self, now: Instant, command: Command) -> Result<(), Drop> {
        match command {
            Command::OpenRoom { room } => self.open_room(now, room),
            Command::CloseRoom { room } => self.close_room(now, room),
            Command::AddParticipant { room, participant } => self.add_participant(room, participant),
            Command::RemoveParticipant { participant } => self.remove_participant(now, participant),
            Command::AddTransport { participant, transport, local, data_channels } => {
                self.add_transport(now, participant, transport, local, data_channels)
            }
            Command::ConnectTransport { transport, remote } => {
                let key = self.transport_ids.get(transport).ok_or(Drop::StaleCommand)?;
                self.connections.get_mut(key).ok_or(Drop::StaleCommand)?.transport.connect(now, remote);
                self.queue_transport(key);
                self.settle_transport(now, key);
                Ok(())
            }
            Command::RestartIce { transport, local } => self.restart_ice(now, transport, local),
            Command::RemoveTransport { transport } => {
                let key = self.transport_ids.get(transport).ok_or(Drop::StaleCommand)?;
                self.remove_connection(now, key);
                Ok(())
            }
            Command::Publish { transport, publication, parameters } => {
                self.publish(now, transport, publication, parameters)
            }
            Command::SetPublicationMuted { publication, muted } => self.set_muted(now, publication, muted),
            Command::Unpublish { publication } => {
                let key = self.publication_ids.get(publication).ok_or(Drop::StaleCommand)?;
                self.remove_publication(now, key);
                Ok(())
            }
            Command::Subscribe { transport, subscription, publication, parameters, settings } => {
                self.subscribe(now, transport, subscription, publication, parameters, settings)
            }
            Command::UpdateSubscription { subscription, settings } => {
                let key = self.subscription_ids.get(subscription).ok_or(Drop::StaleCommand)?;
                let entry = self.subscriptions.get_mut(key).ok_or(Drop::StaleCommand)?;
                entry.settings = settings;
                let (publication, position) = (entry.publication, entry.position);
                self.refresh_forwarders(now, publication, Some(position));
                Ok(())
            }
            Command::Unsubscribe { subscription } => {
                let key = self.subscription_ids.get(subscription).ok_or(Drop::StaleCommand)?;
                self.remove_subscription(key);
                Ok(())
            }
            Command::SendData { transports, label, message } => {
                let mut result = Ok(());
                for transport in transports {
                    let sent = self.send_data(now, transport, &label, &message);
                    if let Err(reason) = sent {
                        self.counters.drop(reason);
                        result = Ok(());
                    }
                }
                result
            }
        }
    }

    fn open_room(&mut self, now: Instant, id: RoomId) -> Result<(), Drop> {
        if self.room_ids.get(id).is_some() {
            return Err(Drop::StaleCommand);
        }
        if self.rooms.len() >= limits::MAX_ROOMS {
            return Err(Drop::RefusedCommand);
        }
        let key = self.rooms.insert(Room { id, participants: Vec::new(), audible: false, data_paused: false });
        self.room_ids.insert(id, key);
        self.counters.rooms += 1;
        self.timers.set(Timer::Statistics(key), now + limits::STATISTICS_INTERVAL);
        Ok(())
    }

    fn add_participant(&mut self, room: RoomId, id: ParticipantId) -> Result<(), Drop> {
        let room = self.room_ids.get(room).ok_or(Drop::StaleCommand)?;
        if self.participant_ids.get(id).is_some() {
            return Err(Drop::StaleCommand);
        }
        let entry = self.rooms.get_mut(room).ok_or(Drop::StaleCommand)?;
        if entry.participants.len() >= limits::MAX_PARTICIPANTS_PER_ROOM {
            return Err(Drop::RefusedCommand);
        }
        let participant =
            Participant { id, room, connections: Vec::new(), voice: VoiceMeter::default(), clock_offset: None };
        let key = self.participants.insert(participant);
        entry.participants.push(key);
        self.participant_ids.insert(id, key);
        self.counters.participants += 1;
        Ok(())
    }

    fn add_transport(
        &mut self,
        now: Instant,
        participant: ParticipantId,
        id: TransportId,
        local: IceCredentials,
        data_channels: Vec<DataChannelParameters>,
    ) -> Result<(), Drop> {
        let participant = self.participant_ids.get(participant).ok_or(Drop::StaleCommand)?;
        let entry = self.participants.get_mut(participant).ok_or(Drop::StaleCommand)?;
        if self.transport_ids.get(id).is_some() || self.ufrags.get(local.ufrag.as_bytes()).is_some() {
            return Err(Drop::StaleCommand);
        }
        let ufrag = local.ufrag.clone();
        let transport = Transport::new(self.config.transport.clone(), Role::Server, local, data_channels);
        let mut connection = Connection::new(now, transport, id, participant, entry.room);
        connection.ufrags.push(ufrag.clone());
        let key = self.connections.insert(connection);
        entry.connections.push(key);
        self.transport_ids.insert(id, key);
        self.ufrags.insert(ufrag, key);
        self.counters.transports += 1;
        self.settle_transport(now, key);
        Ok(())
    }

    fn restart_ice(&mut self, now: Instant, transport: TransportId, local: IceCredentials) -> Result<(), Drop> {
        let key = self.transport_ids.get(transport).ok_or(Drop::StaleCommand)?;
        let connection = self.connections.get_mut(key).ok_or(Drop::StaleCommand)?;
        let ufrag = local.ufrag.clone();
        if !self.ufrags.insert(ufrag.clone(), key) {
            return Err(Drop::RefusedCommand);
        }
        connection.transport.restart_ice(local);
        connection.ufrags.retain(|known| *known != ufrag);
        connection.ufrags.push(ufrag);
        while connection.ufrags.len() > 2 {
            let oldest = connection.ufrags.remove(0);
            self.ufrags.remove(&oldest);
        }
        self.queue_transport(key);
        self.settle_transport(now, key);
        Ok(())
    }

    fn publish(
        &mut self,
        now: Instant,
        transport: TransportId,
        id: PublicationId,
        mut parameters: ReceiveParameters,
    ) -> Result<(), Drop> {
        let key = self.transport_ids.get(transport).ok_or(Drop::StaleCommand)?;
        let connection = self.connections.get_mut(key).ok_or(Drop::StaleCommand)?;
        parameters.codecs.truncate(limits::MAX_CODECS);
        parameters.encodings.truncate(limits::MAX_LAYERS);
        if parameters.encodings.is_empty() || parameters.codecs.is_empty() {
            return Err(Drop::RefusedCommand);
        }
        connection.merge_extensions(&parameters.extensions);
        let publication_key = match self.publication_ids.get(id) {
            Some(existing) => {
                let publication = self.publications.get_mut(existing).ok_or(Drop::StaleCommand)?;
                if publication.connection != key {
                    return Err(Drop::RefusedCommand);
                }
                publication.update(key, parameters);
                self.rematch_codecs(existing);
                existing
            }
            None => {
                if connection.publications.len() >= limits::MAX_PUBLICATIONS_PER_TRANSPORT {
                    return Err(Drop::RefusedCommand);
                }
                let is_video = parameters.kind == MediaKind::Video;
                let publication = Publication::new(id, connection.room, connection.participant, key, parameters);
                let publication_key = self.publications.insert(publication);
                connection.publications.push(publication_key);
                self.publication_ids.insert(id, publication_key);
                self.counters.publications += 1;
                if is_video {
                    self.timers.set(Timer::Layers(publication_key), now + limits::LAYER_CHECK_INTERVAL);
                }
                publication_key
            }
        };
        self.bind_announced(key, publication_key)
    }

    /// The publication's list of codecs has changed: what its subscribers call them is looked up again.
    fn rematch_codecs(&mut self, key: Key) {
        let Some(publication) = self.publications.get_mut(key) else { return };
        for forwarder in &mut publication.forwarders {
            let Some(subscription) = self.subscriptions.get_mut(forwarder.subscription) else { continue };
            subscription.payload_types = match_codecs(&publication.parameters.codecs, &subscription.parameters);
            let types = subscription.payload_types.get(usize::from(forwarder.codec)).copied().flatten();
            forwarder.payload_type = types.map_or(Forwarder::NO_PAYLOAD_TYPE, |types| types.media);
        }
    }

    fn set_muted(&mut self, now: Instant, id: PublicationId, muted: bool) -> Result<(), Drop> {
        let key = self.publication_ids.get(id).ok_or(Drop::StaleCommand)?;
        let publication = self.publications.get_mut(key).ok_or(Drop::StaleCommand)?;
        if std::mem::replace(&mut publication.muted, muted) == muted {
            return Ok(());
        }
        if muted {
            for layer in &mut publication.layers {
                layer.requests.satisfied();
                layer.reception.forget_missing();
                // What was said before is not to be heard after.
                layer.keyframe = None;
            }
            publication.fresh.clear();
            if publication.parameters.kind == MediaKind::Audio {
                let (room, participant) = (publication.room, publication.participant);
                self.silence(now, room, participant);
            }
        }
        self.refresh_forwarders(now, key, None);
        Ok(())
    }

    /// A participant's voice has ended; the room hears of it with the next look at its speakers.
    pub(super) fn silence(&mut self, now: Instant, room: Key, participant: Key) {
        if let (Some(participant), Some(entry)) = (self.participants.get_mut(participant), self.rooms.get_mut(room)) {
            participant.voice.silence();
            if !std::mem::replace(&mut entry.audible, true) {
                self.timers.set(Timer::Speakers(room), now + limits::SPEAKER_INTERVAL);
            }
        }
    }

    fn subscribe(
        &mut self,
        now: Instant,
        transport: TransportId,
        id: SubscriptionId,
        publication: PublicationId,
        parameters: SendParameters,
        settings: SubscriptionSettings,
    ) -> Result<(), Drop> {
        let connection_key = self.transport_ids.get(transport).ok_or(Drop::StaleCommand)?;
        let publication_key = self.publication_ids.get(publication).ok_or(Drop::StaleCommand)?;
        if self.subscription_ids.get(id).is_some() {
            return Err(Drop::StaleCommand);
        }
        let layout = self.layout(&parameters.extensions);
        let connection = self.connections.get_mut(connection_key).ok_or(Drop::StaleCommand)?;
        let publication = self.publications.get_mut(publication_key).ok_or(Drop::StaleCommand)?;
        if publication.room != connection.room {
            return Err(Drop::RefusedCommand);
        }
        let ssrc = parameters.ssrc;
        let payload_types = match_codecs(&publication.parameters.codecs, &parameters);
        let payload_type = payload_types.first().copied().flatten();
        let key = self.subscriptions.insert(Subscription {
            id,
            publication: publication_key,
            connection: connection_key,
            position: publication.forwarders.len(),
            settings,
            past: PastSpans::default(),
            payload_types,
            parameters,
            rtx_index: 0,
            budget: Budget::new(now),
            report: DownlinkReport::default(),
        });
        // Below 2^15, so that a lost first packet cannot be taken for a wrap (RFC 3711, section 3.3.1).
        let first = u64::from(self.random.next_u32() % 0x7fff) + 1;
        let first_rtx = u64::from(self.random.next_u32() % 0x7fff) + 1;
        let Some((first, first_rtx)) = connection.egress.insert(ssrc, key, first, first_rtx) else {
            self.subscriptions.remove(key);
            return Err(Drop::RefusedCommand);
        };
        if let Some(subscription) = self.subscriptions.get_mut(key) {
            subscription.rtx_index = first_rtx;
        }
        if publication.forwarders.len() == publication.forwarders.capacity() {
            // They are large: a quarter more at a time, not twice as many.
            let more = (publication.forwarders.len() / 4).max(4);
            publication.forwarders.reserve_exact(more);
        }
        publication.forwarders.push(Forwarder {
            numbering: Numbering::new(first),
            connection: connection_key,
            subscription: key,
            ssrc: ssrc.to_wire(),
            packets: 0,
            octets: 0,
            last_timestamp: 0,
            last_timestamp_offset: 0,
            last_sent_ms: 0,
            last_picture_id: 0,
            last_frame_number: 0,
            last_tl0_picture_index: 0,
            last_key_index: 0,
            last_layer: Span::NO_LAYER,
            last_marker: false,
            layout,
            codec: 0,
            payload_type: payload_type.map_or(Forwarder::NO_PAYLOAD_TYPE, |types| types.media),
            wanted: Span::NO_LAYER,
            temporal: ALL_TEMPORAL_LAYERS,
            temporal_wanted: ALL_TEMPORAL_LAYERS,
            active: false,
            started: false,
        });
        let position = publication.forwarders.len() - 1;
        self.subscription_ids.insert(id, key);
        self.counters.subscriptions += 1;
        self.refresh_forwarders(now, publication_key, Some(position));
        Ok(())
    }

    /// The index of a set of extension ids. Sets past the bound share one without extensions.
    fn layout(&mut self, ids: &HeaderExtensions) -> u8 {
        // Only what we write matters, so that sets that differ in the rest are one.
        let written = HeaderExtensions { mid: None, rid: None, repaired_rid: None, ..*ids };
        if let Some(index) = self.layouts.iter().position(|known| *known == written) {
            return index as u8;
        }
        if self.layouts.len() >= limits::MAX_EXTENSION_LAYOUTS {
            return u8::MAX;
        }
        self.layouts.push(written);
        (self.layouts.len() - 1) as u8
    }

    fn send_data(&mut self, now: Instant, transport: TransportId, label: &str, message: &[u8]) -> Result<(), Drop> {
        let key = self.transport_ids.get(transport).ok_or(Drop::StaleCommand)?;
        let connection = self.connections.get_mut(key).ok_or(Drop::StaleCommand)?;
        connection.transport.send_data(now, label, message).map_err(|_| Drop::DataChannel)?;
        self.counters.data_messages_sent += 1;
        self.queue_transport(key);
        self.settle_transport(now, key);
        Ok(())
    }

    /// A connection has come up or gone down: everything that leaves by it begins or pauses.
    pub(super) fn refresh_connection(&mut self, now: Instant, key: Key) {
        let Some(connection) = self.connections.get(key) else { return };
        let subscriptions: Vec<Key> = connection.egress.subscriptions().collect();
        for key in subscriptions {
            if let Some(subscription) = self.subscriptions.get(key) {
                let (publication, position) = (subscription.publication, subscription.position);
                self.refresh_forwarders(now, publication, Some(position));
            }
        }
    }

    /// The layers of a publication have changed: everyone's choice is made again.
    pub(super) fn layers_changed(&mut self, now: Instant, key: Key) {
        self.refresh_forwarders(now, key, None);
    }

    /// Decides again what the subscriptions of a publication get, or only the one at `position`.
    pub(super) fn refresh_forwarders(&mut self, _now: Instant, key: Key, position: Option<usize>) {
        let Some(publication) = self.publications.get_mut(key) else { return };
        let states = publication.layer_states();
        let range = position.map_or(0..publication.forwarders.len(), |position| position..position + 1);
        let mut waits = false;
        for index in range {
            let Some(mut forwarder) = publication.forwarders.get(index).copied() else { continue };
            let Some(subscription) = self.subscriptions.get_mut(forwarder.subscription) else { continue };
            let connected = self.connections.get(forwarder.connection).is_some_and(|connection| connection.connected);
            let settings = subscription.settings;
            let active = connected && settings.enabled && !publication.muted;
            if forwarder.active && !active {
                forwarder.numbering.pause(&mut subscription.past);
            }
            forwarder.active = active;
            if let Some(layer) = layer_selector::select(settings.target, &states) {
                forwarder.wanted = layer;
            }
            forwarder.temporal_wanted = publication.temporal_layers_within(forwarder.wanted, settings.max_fps);
            waits |= forwarder.waits();
            if let Some(place) = publication.forwarders.get_mut(index) {
                *place = forwarder;
            }
        }
        if waits {
            self.queue_publication(key);
        }
    }
}
