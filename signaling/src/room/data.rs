//! Data: packets from one participant to others, over data channels.
//!
//! The server stamps who has sent a packet, routes it to whom it names, and otherwise passes it as it came. Reliable packets
//! are held for two seconds for those who are in the room but whose channel is not open yet: whoever greets a newcomer at
//! the sight of them is heard.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use rotunda_sfu::command::Command;
use rotunda_sfu::ids::{ParticipantId, TransportId};
use rotunda_sfu::limits::MAX_DATA_MESSAGE;

use super::Room;
use super::join::{LOSSY, RELIABLE};
use super::packet::{self, PacketKind, Sender};
use super::participant::Participant;
use super::timers::Timer;
use crate::io::Notice;
use crate::limits;

/// Packets for those who are still joining, the oldest first.
#[derive(Default)]
pub(super) struct HeldData {
    packets: VecDeque<HeldPacket>,
    bytes: usize,
}

struct HeldPacket {
    at: Instant,
    /// For whom.
    recipients: Vec<ParticipantId>,
    message: Arc<[u8]>,
}

impl HeldData {
    /// How many packets are held.
    pub(super) fn len(&self) -> usize {
        self.packets.len()
    }

    fn push(&mut self, packet: HeldPacket) {
        self.bytes += packet.message.len();
        self.packets.push_back(packet);
        while self.bytes > limits::DATA_HOLD_BYTES || self.packets.len() > limits::DATA_HOLD_MESSAGES {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(packet) = self.packets.pop_front() {
            self.bytes -= packet.message.len();
        }
    }

    fn expire(&mut self, now: Instant) {
        while self.packets.front().is_some_and(|packet| packet.at + limits::DATA_HOLD <= now) {
            self.pop();
        }
    }

    /// Takes out what is held for a participant.
    fn take(&mut self, id: ParticipantId) -> Vec<Arc<[u8]>> {
        let mut taken = Vec::new();
        for packet in &mut self.packets {
            if let Some(index) = packet.recipients.iter().position(|recipient| *recipient == id) {
                packet.recipients.swap_remove(index);
                taken.push(packet.message.clone());
            }
        }
        taken
    }
}

impl Room {
    /// A message came over a participant's data channel.
    pub(super) fn data(&mut self, transport: TransportId, label: &str, message: &[u8]) {
        let lossy = match label {
            RELIABLE => false,
            LOSSY => true,
            _ => return,
        };
        let Some((id, _)) = self.index.transports.get(&transport).copied() else { return };
        let now = self.now;
        let Some(participant) = self.participants.get_mut(&id) else { return };
        if !participant.permissions.can_publish_data {
            return;
        }
        let size = u32::try_from(message.len()).unwrap_or(u32::MAX);
        if !participant.packet_rate.take(1, now) || !participant.byte_rate.take(size, now) {
            return self.drop_data(id, "data_rate");
        }
        let Ok(envelope) = packet::read(message) else { return };
        if !lossy && envelope.sequence > 0 {
            // Sent again after a reconnect, and seen before.
            if envelope.sequence <= participant.last_sequence {
                return;
            }
            participant.last_sequence = envelope.sequence;
        }
        if self.take_chat(id, &envelope) {
            return;
        }
        let Some(participant) = self.participants.get(&id) else { return };
        let is_agent = participant.is_agent();
        let keep_sender = match envelope.kind {
            PacketKind::ServerOnly => return,
            PacketKind::AgentOnly if !is_agent => return,
            PacketKind::Attributable => is_agent && !envelope.named_sender.is_empty(),
            PacketKind::AgentOnly | PacketKind::Application | PacketKind::Metrics => false,
        };
        let sender = match participant.permissions.hidden {
            true => Sender { sid: "", identity: "" },
            false => Sender { sid: &participant.sid, identity: &participant.identity },
        };
        let Ok(restamped) = packet::restamp(message, lossy, sender, keep_sender) else { return };
        if restamped.len() > MAX_DATA_MESSAGE {
            return self.drop_data(id, "data_size");
        }
        let metrics = envelope.kind == PacketKind::Metrics;
        let is_meant = |participant: &Participant| {
            let named = match (&*envelope.destination_identities, &*envelope.destination_sids) {
                ([], []) => true,
                ([], sids) => sids.contains(&&*participant.sid),
                (identities, _) => identities.contains(&&*participant.identity),
            };
            named && (!metrics || participant.permissions.can_subscribe_metrics)
        };
        let recipients = (self.participants.iter())
            .filter(|(other, participant)| **other != id && is_meant(participant))
            .map(|(id, _)| *id)
            .collect();
        self.deliver(lossy, recipients, restamped.into());
    }

    /// Sends to those whose channel is open, and holds for the others.
    pub(super) fn deliver(&mut self, lossy: bool, recipients: Vec<ParticipantId>, message: Arc<[u8]>) {
        let mut transports = Vec::with_capacity(recipients.len());
        let mut waiting = Vec::new();
        for id in recipients {
            let Some(participant) = self.participants.get(&id) else { continue };
            let open = if lossy { participant.lossy_open } else { participant.reliable_open };
            match participant.primary_transport() {
                Some(transport) if open => transports.push(transport),
                _ => waiting.push(id),
            }
        }
        if !waiting.is_empty() && !lossy {
            self.held.push(HeldPacket { at: self.now, recipients: waiting, message: message.clone() });
            self.timers.set_if_unset(Timer::HeldData, self.now + limits::DATA_HOLD);
        }
        if !transports.is_empty() {
            let label = if lossy { LOSSY } else { RELIABLE };
            self.command(Command::SendData { transports, label: label.into(), message });
        }
    }

    /// A channel towards a participant is open: what was held for it follows.
    pub(super) fn data_channel_open(&mut self, transport: TransportId, label: &str) {
        let Some((id, target)) = self.index.transports.get(&transport).copied() else { return };
        let Some(participant) = self.participants.get_mut(&id) else { return };
        if target != participant.primary() {
            return;
        }
        match label {
            LOSSY => participant.lossy_open = true,
            RELIABLE if !participant.reliable_open => {
                participant.reliable_open = true;
                self.held.expire(self.now);
                for message in self.held.take(id) {
                    self.command(Command::SendData { transports: vec![transport], label: RELIABLE.into(), message });
                }
            }
            _ => {}
        }
    }

    pub(super) fn expire_held_data(&mut self) {
        self.held.expire(self.now);
        if let Some(next) = self.held.packets.front() {
            self.timers.set(Timer::HeldData, next.at + limits::DATA_HOLD);
        }
    }

    /// A packet is dropped; said once between two statistics.
    pub(super) fn drop_data(&mut self, id: ParticipantId, bound: &'static str) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        if !std::mem::replace(&mut participant.data_dropped, true) {
            let sid = participant.sid.clone();
            self.notice(Notice::Bounded { sid, bound });
        }
    }
}
