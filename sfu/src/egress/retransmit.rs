//! Retransmissions to a subscriber: what NACK asks for, over RTX, out of the history.

use super::{Egress, Media};
use crate::forward::retransmission::ORIGINAL_SEQUENCE_LENGTH;
use crate::forward::template::PacketNumbers;
use crate::forward::vp8::MAX_DESCRIPTOR;
use crate::limits;
use crate::publication::Publication;
use crate::send_arena::ArenaFull;
use crate::stats::Drop;
use crate::transport::MAX_SRTP_OVERHEAD;

impl Egress<'_> {
    /// Answers one sequence number of a NACK over RTX (RFC 4588).
    pub(crate) fn retransmit(
        &mut self,
        publication: &mut Publication,
        position: usize,
        sequence: u16,
    ) -> Result<(), Drop> {
        let Publication { forwarders, layers, fresh, parameters, .. } = publication;
        let media = Media { layers, fresh, kind: parameters.kind, codecs: &parameters.codecs };
        let forwarder = forwarders.get_mut(position).ok_or(Drop::RetransmissionGone)?;
        let subscription = self.subscriptions.get_mut(forwarder.subscription).ok_or(Drop::RetransmissionGone)?;
        let (index, span) = forwarder.numbering.find(&subscription.past, sequence).ok_or(Drop::RetransmissionGone)?;
        let stored = media.stored(span.layer, span.sequence_of(index)).ok_or(Drop::RetransmissionGone)?;
        if stored.payload.is_empty() {
            return Err(Drop::RetransmissionGone);
        }
        let types = subscription.payload_types.get(usize::from(stored.record.codec)).copied().flatten();
        let payload_type = types.and_then(|types| types.rtx).ok_or(Drop::RetransmissionWithoutRtx)?;
        if !subscription.budget.take(self.now) {
            return Err(Drop::RetransmissionBudget);
        }
        let rtx_ssrc = subscription.parameters.ssrc.rtx().to_wire();
        let rtx_index = subscription.rtx_index;
        let fresh = media.describe(span.layer, &stored);
        let template = self.build_single(forwarder.layout, &stored);
        let connection = self.connections.get_mut(forwarder.connection).ok_or(Drop::NotConnected)?;
        let destination = connection.destination.ok_or(Drop::NotConnected)?;
        let numbers = PacketNumbers {
            payload_type,
            sequence: rtx_index as u16,
            timestamp: stored.record.timestamp.wrapping_add(span.timestamp_offset),
            ssrc: rtx_ssrc,
            transport_cc: connection.transport_cc,
            frame_number: span.frame_number,
        };
        let mut header = [0; limits::MAX_HEADER];
        let header_length = self.scratch.single.write(&template, &numbers, &mut header);
        let header = header.get(..header_length).ok_or(Drop::Malformed)?;
        // The original sequence number, and the rewritten VP8 descriptor, go before the rest of the payload.
        let mut front = [0; ORIGINAL_SEQUENCE_LENGTH + MAX_DESCRIPTOR];
        let mut descriptor = [0; MAX_DESCRIPTOR];
        let descriptor_length = fresh.vp8.map_or(0, |read| read.write(&span.vp8, &mut descriptor));
        let front_length = ORIGINAL_SEQUENCE_LENGTH + descriptor_length;
        for (to, from) in front.iter_mut().zip(sequence.to_be_bytes().into_iter().chain(descriptor)) {
            *to = from;
        }
        let (Some(front), Some(rest)) = (front.get(..front_length), stored.payload.get(descriptor_length..)) else {
            return Err(Drop::Malformed);
        };
        let most = header_length + front_length + rest.len() + MAX_SRTP_OVERHEAD;
        let transport = &connection.transport;
        let mut length = None;
        self.arena
            .push(destination, most, |out| {
                length = transport.seal_rtp(rtx_index, header, &[front, rest], out);
                length
            })
            .map_err(|ArenaFull| Drop::ArenaFull)?;
        let length = length.ok_or(Drop::NotConnected)?;
        connection.transport_cc = connection.transport_cc.wrapping_add(1);
        if let Some(subscription) = self.subscriptions.get_mut(forwarder.subscription) {
            subscription.rtx_index += 1;
        }
        self.counters.rtp_sent += 1;
        self.counters.retransmissions_sent += 1;
        self.counters.rtp_bytes_sent += length as u64;
        Ok(())
    }
}
