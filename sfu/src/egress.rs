//! The fan-out: what came since the last flush, sealed for every subscription that wants it.
//!
//! Subscribers outside, packets inside: a destination's datagrams are neighbours in the send arena, and the packets and their
//! header templates stay in the cache. The hot loop neither allocates, hashes nor locks. When the arena is full the loop stops
//! at a [`Cursor`] and goes on there after the shell has sent.

mod retransmit;
mod start;

use std::time::Instant;

use crate::connection::Connection;
use crate::forward::history::{History, Stored};
use crate::forward::keyframe::PayloadDescription;
use crate::forward::retransmission::ORIGINAL_SEQUENCE_LENGTH;
use crate::forward::sequence::{LeftOut, Span};
use crate::forward::template::{self, PacketNumbers, Template, Templates};
use crate::forward::vp8::{MAX_DESCRIPTOR, Vp8Descriptor, Vp8Offsets};
use crate::limits;
use crate::params::{Codec, CodecParameters, HeaderExtensions, MediaKind};
use crate::publication::{Fresh, Layer, Publication};
use crate::send_arena::{ArenaFull, SendArena};
use crate::slab::{Key, Slab};
use crate::stats::Counters;
use crate::subscription::{ALL_TEMPORAL_LAYERS, Forwarder, Subscription};
use crate::transport::MAX_SRTP_OVERHEAD;

/// The longest datagram that the fan-out writes.
const MAX_PACKET: usize = limits::MAX_HEADER + ORIGINAL_SEQUENCE_LENGTH + limits::MAX_DATAGRAM + MAX_SRTP_OVERHEAD;

/// Where the fan-out of one publication goes on.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Cursor {
    forwarder: usize,
    packet: usize,
    /// A start from the history that is under way.
    replay: Option<u64>,
}

/// Buffers of the fan-out that are reused.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    templates: Templates,
    /// One template a layout and fresh packet.
    table: Vec<Option<Template>>,
    single: Templates,
}

impl Scratch {
    /// Begins with another publication, or with other fresh packets of one.
    pub(crate) fn reset(&mut self) {
        self.templates.clear();
        self.table.clear();
    }

    pub(crate) fn memory(&self) -> usize {
        self.templates.memory() + self.single.memory() + self.table.capacity() * size_of::<Option<Template>>()
    }
}

/// What the fan-out works with beside the publication.
pub(crate) struct Egress<'e> {
    pub(crate) now: Instant,
    pub(crate) now_ms: u32,
    /// The absolute send time extension's value.
    pub(crate) send_time: u32,
    pub(crate) connections: &'e mut Slab<Connection>,
    pub(crate) subscriptions: &'e mut Slab<Subscription>,
    pub(crate) layouts: &'e [HeaderExtensions],
    pub(crate) scratch: &'e mut Scratch,
    pub(crate) arena: &'e mut SendArena,
    pub(crate) counters: &'e mut Counters,
    /// Subscriptions whose first packet left.
    pub(crate) started: &'e mut Vec<Key>,
    /// Layers, one bit each, of which somebody waits for a keyframe.
    pub(crate) keyframes_wanted: u8,
}

/// Where a packet stands in the stream of a subscriber.
#[derive(Clone, Copy)]
struct Place {
    index: u64,
    timestamp_offset: u32,
    vp8: Vp8Offsets,
    frame_number: u16,
}

impl Place {
    fn new(index: u64, span: &Span) -> Self {
        Self { index, timestamp_offset: span.timestamp_offset, vp8: span.vp8, frame_number: span.frame_number }
    }
}

impl Egress<'_> {
    /// Sends a publication's fresh packets to everyone who wants them.
    pub(crate) fn forward(&mut self, publication: &mut Publication, cursor: &mut Cursor) -> Result<(), ArenaFull> {
        let Publication { forwarders, layers, fresh, parameters, .. } = publication;
        let media = Media { layers, fresh, kind: parameters.kind, codecs: &parameters.codecs };
        while let Some(forwarder) = forwarders.get_mut(cursor.forwarder) {
            if forwarder.active {
                self.forward_to(forwarder, &media, cursor)?;
            }
            *cursor = Cursor { forwarder: cursor.forwarder + 1, ..Cursor::default() };
        }
        Ok(())
    }

    fn forward_to(
        &mut self,
        forwarder: &mut Forwarder,
        media: &Media<'_>,
        cursor: &mut Cursor,
    ) -> Result<(), ArenaFull> {
        if forwarder.waits() && cursor.replay.is_none() {
            if media.kind == MediaKind::Video {
                self.finish_frame(forwarder, media, cursor)?;
            }
            if media.kind == MediaKind::Audio || !forwarder.is_within_frame(self.now_ms) {
                cursor.replay = self.begin(forwarder, media);
                if cursor.replay.is_none() && media.kind == MediaKind::Video {
                    self.keyframes_wanted |= 1u8.checked_shl(u32::from(forwarder.wanted)).unwrap_or(0);
                }
            }
        }
        if let Some(from) = cursor.replay {
            // What is fresh of this layer is in the history too.
            return self.replay(forwarder, media, from, &mut cursor.replay);
        }
        let layer = forwarder.numbering.span().layer;
        while let Some(packet) = media.fresh.get(cursor.packet) {
            if packet.layer == layer || packet.late {
                self.forward_packet(forwarder, media, cursor.packet, packet)?;
            }
            cursor.packet += 1;
        }
        Ok(())
    }

    /// Sends the rest of the frame that is under way, so that a change of layer leaves no frame in pieces.
    #[cold]
    fn finish_frame(
        &mut self,
        forwarder: &mut Forwarder,
        media: &Media<'_>,
        cursor: &mut Cursor,
    ) -> Result<(), ArenaFull> {
        while forwarder.is_within_frame(self.now_ms) {
            let Some(packet) = media.fresh.get(cursor.packet) else { break };
            if packet.layer == forwarder.numbering.span().layer {
                self.forward_packet(forwarder, media, cursor.packet, packet)?;
            }
            cursor.packet += 1;
        }
        Ok(())
    }

    #[inline]
    fn forward_packet(
        &mut self,
        forwarder: &mut Forwarder,
        media: &Media<'_>,
        position: usize,
        packet: &Fresh,
    ) -> Result<(), ArenaFull> {
        if !self.arena.has_room(MAX_PACKET) {
            return Err(ArenaFull);
        }
        let Some(stored) = media.stored(packet.layer, packet.sequence) else { return Ok(()) };
        if forwarder.temporal_wanted != forwarder.temporal {
            self.change_temporal(forwarder, packet);
        }
        if stored.payload.is_empty() || packet.temporal_layer > forwarder.temporal {
            self.leave_out(forwarder, &stored, packet);
            return Ok(());
        }
        let place = match forwarder.numbering.place(packet.layer, packet.sequence) {
            Some(index) => Place::new(index, forwarder.numbering.span()),
            None if packet.late => {
                let Some(subscription) = self.subscriptions.get(forwarder.subscription) else { return Ok(()) };
                match forwarder.numbering.place_late(&subscription.past, packet.layer, packet.sequence) {
                    Some((index, span)) => Place::new(index, &span),
                    None => return Ok(()),
                }
            }
            None => return Ok(()),
        };
        let slot = usize::from(forwarder.layout) * media.fresh.len() + position;
        let template = match self.scratch.table.get(slot) {
            Some(Some(template)) => *template,
            _ => self.build_template(forwarder.layout, slot, &stored),
        };
        self.send(forwarder, media, &stored, packet.vp8.as_ref(), packet.frame_number, place, &template, false);
        Ok(())
    }

    #[cold]
    fn build_template(&mut self, layout: u8, slot: usize, stored: &Stored<'_>) -> Template {
        let none = HeaderExtensions::default();
        let ids = self.layouts.get(usize::from(layout)).unwrap_or(&none);
        let template = self.scratch.templates.build(ids, stored.record.marker, stored.elements, self.send_time);
        if self.scratch.table.len() <= slot {
            self.scratch.table.resize(slot + 1, None);
        }
        if let Some(place) = self.scratch.table.get_mut(slot) {
            *place = Some(template);
        }
        template
    }

    /// Fewer temporal layers apply at once, more of them where a frame depends on the base layer only.
    #[cold]
    fn change_temporal(&mut self, forwarder: &mut Forwarder, packet: &Fresh) {
        let (now, wanted) = (forwarder.temporal, forwarder.temporal_wanted);
        if wanted < now || packet.temporal_sync && packet.temporal_layer > now && packet.temporal_layer <= wanted {
            forwarder.temporal = wanted;
        }
        if wanted == ALL_TEMPORAL_LAYERS && packet.temporal_sync {
            forwarder.temporal = wanted;
        }
    }

    /// Closes the numbers over a packet that is not for this subscriber, or fills its place when later ones have left.
    #[cold]
    fn leave_out(&mut self, forwarder: &mut Forwarder, stored: &Stored<'_>, packet: &Fresh) {
        let span = *forwarder.numbering.span();
        let (mut vp8, mut frame_number) = (span.vp8, span.frame_number);
        // A frame is left out as a whole: its picture id closes up with its first packet.
        if packet.vp8.is_some_and(|descriptor| descriptor.starts_frame()) {
            vp8.picture_id = vp8.picture_id.wrapping_sub(1);
            if packet.frame_number.is_some() {
                frame_number = frame_number.wrapping_sub(1);
            }
        }
        let Some(subscription) = self.subscriptions.get_mut(forwarder.subscription) else { return };
        let past = &mut subscription.past;
        let outcome = forwarder.numbering.leave_out(past, packet.layer, packet.sequence, vp8, frame_number);
        if let LeftOut::Hole(index) = outcome {
            let place = Place::new(index, &span);
            self.send_empty(forwarder, stored, place);
        }
    }

    /// An empty packet, which a receiver takes for padding, so that it does not ask for what will never come.
    fn send_empty(&mut self, forwarder: &mut Forwarder, stored: &Stored<'_>, place: Place) {
        self.scratch.single.clear();
        let none = HeaderExtensions::default();
        let layout = self.layouts.get(usize::from(forwarder.layout)).unwrap_or(&none);
        let ids = HeaderExtensions {
            transport_cc: layout.transport_cc,
            abs_send_time: layout.abs_send_time,
            ..HeaderExtensions::default()
        };
        let template = self.scratch.single.build(&ids, false, &[], self.send_time);
        let empty = Stored { record: stored.record, elements: &[], payload: &[] };
        if forwarder.payload_type != Forwarder::NO_PAYLOAD_TYPE {
            self.write(forwarder, &empty, forwarder.payload_type, None, place, &template, true);
        }
    }

    fn build_single(&mut self, layout: u8, stored: &Stored<'_>) -> Template {
        self.scratch.single.clear();
        let none = HeaderExtensions::default();
        let ids = self.layouts.get(usize::from(layout)).unwrap_or(&none);
        self.scratch.single.build(ids, stored.record.marker, stored.elements, self.send_time)
    }

    /// Seals one packet for one subscriber and keeps its books.
    #[expect(clippy::too_many_arguments, reason = "one packet in its parts, on the hot path")]
    #[inline]
    fn send(
        &mut self,
        forwarder: &mut Forwarder,
        media: &Media<'_>,
        stored: &Stored<'_>,
        vp8: Option<&Vp8Descriptor>,
        frame_number: Option<u16>,
        place: Place,
        template: &Template,
        single: bool,
    ) {
        if stored.record.codec != forwarder.codec {
            self.change_codec(forwarder, stored.record.codec, media.codecs);
        }
        if forwarder.payload_type == Forwarder::NO_PAYLOAD_TYPE {
            return;
        }
        if !self.write(forwarder, stored, forwarder.payload_type, vp8, place, template, single) {
            return;
        }
        if place.index == forwarder.numbering.highest() {
            forwarder.last_timestamp = stored.record.timestamp.wrapping_add(place.timestamp_offset);
            forwarder.last_timestamp_offset = place.timestamp_offset;
            forwarder.last_marker = stored.record.marker;
            forwarder.last_layer = forwarder.numbering.span().layer;
            forwarder.last_sent_ms = self.now_ms;
            if let Some(descriptor) = vp8 {
                let mask = descriptor.picture_id_mask();
                forwarder.last_picture_id =
                    descriptor.picture_id().unwrap_or(0).wrapping_add(place.vp8.picture_id) & mask;
                let tl0 = descriptor.tl0_picture_index().unwrap_or(0);
                forwarder.last_tl0_picture_index = tl0.wrapping_add(place.vp8.tl0_picture_index);
                let key_index = descriptor.key_index().unwrap_or(0);
                forwarder.last_key_index = key_index.wrapping_add(place.vp8.key_index) & 0x1f;
            }
            if let Some(number) = frame_number {
                forwarder.last_frame_number = number.wrapping_add(place.frame_number);
            }
        }
        if !forwarder.started {
            forwarder.started = true;
            self.started.push(forwarder.subscription);
        }
    }

    #[cold]
    fn change_codec(&mut self, forwarder: &mut Forwarder, codec: u8, codecs: &[CodecParameters]) {
        debug_assert!(usize::from(codec) < codecs.len());
        forwarder.codec = codec;
        let types = self
            .subscriptions
            .get(forwarder.subscription)
            .and_then(|subscription| subscription.payload_types.get(usize::from(codec)).copied().flatten());
        forwarder.payload_type = types.map_or(Forwarder::NO_PAYLOAD_TYPE, |types| types.media);
    }

    /// Writes one packet into the arena. Says whether it did.
    #[expect(clippy::too_many_arguments, reason = "one packet in its parts, on the hot path")]
    #[inline]
    fn write(
        &mut self,
        forwarder: &mut Forwarder,
        stored: &Stored<'_>,
        payload_type: u8,
        vp8: Option<&Vp8Descriptor>,
        place: Place,
        template: &Template,
        single: bool,
    ) -> bool {
        let Some(connection) = self.connections.get_mut(forwarder.connection) else { return false };
        let Some(destination) = connection.destination else { return false };
        let numbers = PacketNumbers {
            payload_type,
            sequence: place.index as u16,
            timestamp: stored.record.timestamp.wrapping_add(place.timestamp_offset),
            ssrc: forwarder.ssrc,
            transport_cc: connection.transport_cc,
            frame_number: place.frame_number,
        };
        let mut header = [0; limits::MAX_HEADER];
        let templates = if single { &self.scratch.single } else { &self.scratch.templates };
        let header_length = templates.write(template, &numbers, &mut header);
        let Some(header) = header.get(..header_length) else { return false };
        let mut descriptor = [0; MAX_DESCRIPTOR];
        let payload = stored.payload;
        let most = header_length + payload.len() + MAX_SRTP_OVERHEAD;
        let transport = &connection.transport;
        let mut length = None;
        let pushed = self.arena.push(destination, most, |out| {
            length = match vp8 {
                None => transport.seal_rtp(place.index, header, &[payload], out),
                Some(read) => {
                    let length = read.write(&place.vp8, &mut descriptor);
                    let (front, rest) = (descriptor.get(..length)?, payload.get(length..)?);
                    transport.seal_rtp(place.index, header, &[front, rest], out)
                }
            };
            length
        });
        let (Ok(()), Some(length)) = (pushed, length) else { return false };
        connection.transport_cc = connection.transport_cc.wrapping_add(1);
        forwarder.packets = forwarder.packets.wrapping_add(1);
        forwarder.octets = forwarder.octets.wrapping_add(payload.len() as u32);
        self.counters.rtp_sent += 1;
        self.counters.rtp_bytes_sent += length as u64;
        true
    }
}

/// The side of a publication that the fan-out reads.
struct Media<'m> {
    layers: &'m [Layer],
    fresh: &'m [Fresh],
    kind: MediaKind,
    codecs: &'m [CodecParameters],
}

impl<'m> Media<'m> {
    #[inline]
    fn stored(&self, layer: u8, sequence: u64) -> Option<Stored<'m>> {
        let layer: &'m Layer = self.layers.get(usize::from(layer))?;
        let history: &'m History = &layer.history;
        history.get(sequence)
    }

    /// Describes a packet of the history again, as it was when it was fresh.
    fn describe(&self, layer: u8, stored: &Stored<'_>) -> Fresh {
        let codec = self.codecs.get(usize::from(stored.record.codec)).map_or(Codec::Opus, |codec| codec.codec);
        let description = PayloadDescription::read(codec, stored.payload);
        Fresh {
            sequence: stored.record.sequence,
            layer,
            late: false,
            temporal_layer: description.temporal_layer,
            temporal_sync: description.temporal_sync,
            vp8: description.vp8,
            frame_number: template::frame_number(stored.elements),
        }
    }
}
