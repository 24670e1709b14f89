//! A track that a participant publishes: its layers as they arrive, and the packets that wait to be forwarded.
//!
//! In go decrypted packets, each with the layer that its SSRC is bound to; each is kept once in the layer's history and noted as
//! fresh until the next flush. What leaves for whom is `egress`'s business.

use std::time::Instant;

use crate::forward::header::RtpHeader;
use crate::forward::history::{Arrived, History};
use crate::forward::keyframe::PayloadDescription;
use crate::forward::keyframe_request::KeyframeRequests;
use crate::forward::layer_selector::LayerState;
use crate::forward::reception::{Arrival, Reception};
use crate::forward::retransmission;
use crate::forward::template;
use crate::forward::timestamp::{SenderClock, WallClock};
use crate::forward::vp8::Vp8Descriptor;
use crate::ids::PublicationId;
use crate::limits::{LAYER_TIMEOUT, MAX_CARRIED_ELEMENTS, MAX_FRESH_PACKETS};
use crate::params::{Codec, Encoding, MediaKind, ReceiveParameters};
use crate::slab::Key;
use crate::stats::Drop;
use crate::subscription::Forwarder;

/// Where the newest keyframe of a layer begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyframe {
    /// Extended sequence number of its first packet.
    pub(crate) sequence: u64,
    /// Its media timestamp.
    pub(crate) timestamp: u32,
    /// When it came.
    pub(crate) at: Instant,
    /// The same in milliseconds since the engine's epoch.
    pub(crate) at_ms: u32,
    /// What the history had taken in before it.
    pub(crate) appended_before: u64,
}

/// One simulcast layer, or all of a publication without simulcast.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The SSRC that is bound to it.
    pub(crate) ssrc: Option<u32>,
    pub(crate) reception: Reception,
    pub(crate) history: History,
    pub(crate) clock: Option<SenderClock>,
    pub(crate) keyframe: Option<Keyframe>,
    pub(crate) requests: KeyframeRequests,
    pub(crate) alive: bool,
    last_packet: Option<Instant>,
    frames: FrameRates,
    /// Payload bytes, for statistics.
    pub(crate) octets: u64,
    /// Octets, expected and received packets at the last statistics.
    pub(crate) reported: (u64, u64, u64),
}

/// Frames a second of each temporal layer, counted over one second.
#[derive(Clone, Copy, Default, Debug)]
struct FrameRates {
    since: Option<Instant>,
    counting: [u16; 4],
    per_second: [f32; 4],
}

impl FrameRates {
    fn count(&mut self, now: Instant, temporal_layer: u8) {
        let since = *self.since.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since).as_secs_f32();
        if elapsed >= 1.0 {
            self.per_second = self.counting.map(|frames| f32::from(frames) / elapsed);
            self.counting = [0; 4];
            self.since = Some(now);
        }
        if let Some(frames) = self.counting.get_mut(usize::from(temporal_layer)) {
            *frames += 1;
        }
    }

    /// The highest temporal layer up to which there are at most `max_fps` frames a second; the base always is.
    fn highest_within(&self, max_fps: u32) -> u8 {
        let bound = max_fps as f32 * 1.1;
        let mut total = 0.0;
        let mut highest = 0;
        for (index, frames) in self.per_second.iter().enumerate() {
            total += frames;
            if total <= bound {
                highest = index as u8;
            }
        }
        highest
    }
}

/// A packet that came since the last flush.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fresh {
    pub(crate) sequence: u64,
    pub(crate) layer: u8,
    /// It came after later ones.
    pub(crate) late: bool,
    pub(crate) temporal_layer: u8,
    pub(crate) temporal_sync: bool,
    pub(crate) vp8: Option<Vp8Descriptor>,
    pub(crate) frame_number: Option<u16>,
}

/// What a packet meant to its publication.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Received {
    /// The publication's first packet.
    pub(crate) started: bool,
    /// A layer came to life.
    pub(crate) layers_changed: bool,
    /// Packets are missing before it.
    pub(crate) gap: bool,
    /// The audio level that it told, and whether it is a voice.
    pub(crate) audio_level: Option<(u8, bool)>,
    /// It is to be forwarded.
    pub(crate) fresh: bool,
    /// It was recovered from a retransmission.
    pub(crate) recovered: bool,
}

/// A track that a participant publishes.
#[derive(Debug)]
pub(crate) struct Publication {
    pub(crate) id: PublicationId,
    pub(crate) room: Key,
    pub(crate) participant: Key,
    pub(crate) connection: Key,
    pub(crate) parameters: ReceiveParameters,
    pub(crate) muted: bool,
    pub(crate) layers: Vec<Layer>,
    pub(crate) fresh: Vec<Fresh>,
    /// Whether the engine's list of publications to flush holds it.
    pub(crate) queued: bool,
    pub(crate) forwarders: Vec<Forwarder>,
    started: bool,
    /// Codec index and whether it is a retransmission, by payload type.
    payload_types: [u8; 128],
}

const UNKNOWN_PAYLOAD_TYPE: u8 = u8::MAX;
const RETRANSMISSION: u8 = 0x80;

impl Publication {
    pub(crate) fn new(
        id: PublicationId,
        room: Key,
        participant: Key,
        connection: Key,
        parameters: ReceiveParameters,
    ) -> Self {
        let mut publication = Self {
            id,
            room,
            participant,
            connection,
            muted: false,
            layers: Vec::new(),
            fresh: Vec::new(),
            queued: false,
            forwarders: Vec::new(),
            started: false,
            payload_types: [UNKNOWN_PAYLOAD_TYPE; 128],
            parameters,
        };
        publication.parameters_changed();
        publication
    }

    /// Takes over what an offer changed. Layers keep their state; payload types never change their meaning.
    pub(crate) fn update(&mut self, connection: Key, parameters: ReceiveParameters) {
        self.connection = connection;
        self.parameters = parameters;
        self.parameters_changed();
    }

    fn parameters_changed(&mut self) {
        self.payload_types = [UNKNOWN_PAYLOAD_TYPE; 128];
        for (index, codec) in self.parameters.codecs.iter().enumerate() {
            if let Some(place) = self.payload_types.get_mut(usize::from(codec.payload_type)) {
                *place = index as u8;
            }
            if let Some(place) = codec.rtx_payload_type.and_then(|rtx| self.payload_types.get_mut(usize::from(rtx))) {
                *place = index as u8 | RETRANSMISSION;
            }
        }
        let clock_rate = self.clock_rate();
        let nacks = self.parameters.codecs.iter().any(|codec| codec.nack);
        // Layers are large, and mostly there is one.
        self.layers.reserve_exact(self.parameters.encodings.len().saturating_sub(self.layers.len()));
        while self.layers.len() < self.parameters.encodings.len() {
            self.layers.push(Layer {
                ssrc: None,
                reception: Reception::new(clock_rate, nacks),
                history: History::new(self.parameters.kind),
                clock: None,
                keyframe: None,
                requests: KeyframeRequests::default(),
                alive: false,
                last_packet: None,
                frames: FrameRates::default(),
                octets: 0,
                reported: (0, 0, 0),
            });
        }
    }

    /// Hertz of the media clock.
    pub(crate) fn clock_rate(&self) -> u32 {
        self.parameters.codecs.first().map_or(
            match self.parameters.kind {
                MediaKind::Audio => 48_000,
                MediaKind::Video => 90_000,
            },
            |codec| codec.codec.clock_rate(),
        )
    }

    /// Whether a payload type is that of retransmissions.
    pub(crate) fn is_retransmission(&self, payload_type: u8) -> bool {
        let code = self.payload_types.get(usize::from(payload_type)).copied().unwrap_or(UNKNOWN_PAYLOAD_TYPE);
        code != UNKNOWN_PAYLOAD_TYPE && code & RETRANSMISSION != 0
    }

    /// The layers as a choice sees them.
    pub(crate) fn layer_states(&self) -> Vec<LayerState> {
        let unknown = Encoding::default();
        let encodings = self.parameters.encodings.iter().chain(std::iter::repeat(&unknown));
        self.layers
            .iter()
            .zip(encodings)
            .map(|(layer, encoding)| LayerState { width: encoding.width, height: encoding.height, alive: layer.alive })
            .collect()
    }

    /// The highest temporal layer of a layer with at most this many frames a second.
    pub(crate) fn temporal_layers_within(&self, layer: u8, max_fps: u32) -> u8 {
        if max_fps == 0 {
            return crate::subscription::ALL_TEMPORAL_LAYERS;
        }
        self.layers.get(usize::from(layer)).map_or(0, |layer| layer.frames.highest_within(max_fps))
    }

    /// Binds a layer to an SSRC; with another than before its numbers go on above the old ones. Says whether it changed.
    pub(crate) fn bind(&mut self, layer: u8, ssrc: u32) -> bool {
        let Some(layer) = self.layers.get_mut(usize::from(layer)) else { return false };
        if layer.ssrc == Some(ssrc) {
            return false;
        }
        let rebound = layer.ssrc.is_some();
        layer.ssrc = Some(ssrc);
        if rebound {
            layer.reception = layer.reception.successor();
            layer.clock = None;
            layer.keyframe = None;
        }
        rebound
    }

    /// Takes in a packet of `layer`.
    pub(crate) fn receive(
        &mut self,
        now: Instant,
        wall: &WallClock,
        layer_index: u8,
        header: &RtpHeader,
        packet: &[u8],
    ) -> Result<Received, Drop> {
        let code = self.payload_types.get(usize::from(header.payload_type)).copied().unwrap_or(UNKNOWN_PAYLOAD_TYPE);
        if code == UNKNOWN_PAYLOAD_TYPE {
            return Err(Drop::UnknownPayloadType);
        }
        let codec_index = code & !RETRANSMISSION;
        let codec = self.parameters.codecs.get(usize::from(codec_index)).ok_or(Drop::UnknownPayloadType)?.codec;
        let clock_rate = codec.clock_rate();
        let layer = self.layers.get_mut(usize::from(layer_index)).ok_or(Drop::UnknownSource)?;
        let mut received = Received::default();
        let before = layer.reception.highest();
        let (arrival, payload) = if code & RETRANSMISSION != 0 {
            let (sequence, payload) = retransmission::original(header.payload(packet)).ok_or(Drop::Padding)?;
            received.recovered = true;
            (layer.reception.recover(sequence), payload)
        } else {
            (layer.reception.receive(now, header.sequence), header.payload(packet))
        };
        let sequence = match arrival {
            Arrival::New(sequence) => sequence,
            Arrival::Duplicate => return Err(Drop::Duplicate),
            Arrival::TooOld => return Err(Drop::TooOld),
        };
        let late = before.is_some_and(|highest| sequence < highest);
        received.gap = before.is_some_and(|highest| sequence > highest + 1);
        received.started = !std::mem::replace(&mut self.started, true);
        layer.last_packet = Some(now);
        received.layers_changed = !std::mem::replace(&mut layer.alive, true);
        layer.octets += payload.len() as u64;
        if !late {
            layer.reception.note_timestamp(header.timestamp, wall.media_units(now, clock_rate));
        }
        if self.muted {
            layer.reception.forget_missing();
            return Ok(received);
        }
        if self.fresh.len() >= MAX_FRESH_PACKETS {
            return Err(Drop::Backlog);
        }
        if codec == Codec::Opus {
            let element = header.elements.get(packet, self.parameters.extensions.audio_level);
            received.audio_level = element.and_then(crate::forward::header::read_audio_level);
        }
        let fresh = self.keep(now, wall, layer_index, codec, codec_index, sequence, header, packet, payload);
        self.fresh.push(Fresh { late, ..fresh });
        received.fresh = true;
        Ok(received)
    }

    /// Puts a packet into the history and describes it. Padding is kept as an empty payload, so that its number is known.
    #[expect(clippy::too_many_arguments, reason = "one packet in its parts, on the hot path")]
    fn keep(
        &mut self,
        now: Instant,
        wall: &WallClock,
        layer_index: u8,
        codec: Codec,
        codec_index: u8,
        sequence: u64,
        header: &RtpHeader,
        packet: &[u8],
        payload: &[u8],
    ) -> Fresh {
        let mut fresh = Fresh {
            sequence,
            layer: layer_index,
            late: false,
            temporal_layer: 0,
            temporal_sync: false,
            vp8: None,
            frame_number: None,
        };
        let Some(layer) = self.layers.get_mut(usize::from(layer_index)) else { return fresh };
        let mut carried = [0; MAX_CARRIED_ELEMENTS];
        let used = if payload.is_empty() {
            0
        } else {
            template::carry(packet, header, &self.parameters.extensions, &mut carried)
        };
        let elements = carried.get(..used).unwrap_or_default();
        let arrived = Arrived {
            sequence,
            timestamp: header.timestamp,
            arrival_ms: wall.milliseconds(now),
            marker: header.marker,
            codec: codec_index,
        };
        let appended_before = layer.history.appended();
        layer.history.insert(arrived, elements, payload);
        if payload.is_empty() {
            return fresh;
        }
        let description = PayloadDescription::read(codec, payload);
        fresh.temporal_layer = description.temporal_layer;
        fresh.temporal_sync = description.temporal_sync;
        fresh.vp8 = description.vp8;
        fresh.frame_number = template::frame_number(elements);
        if description.vp8.is_some_and(|descriptor| descriptor.starts_frame()) {
            layer.frames.count(now, description.temporal_layer);
        }
        let newer = layer
            .keyframe
            .is_none_or(|keyframe| sequence > keyframe.sequence && header.timestamp != keyframe.timestamp);
        if description.keyframe && newer {
            layer.keyframe = Some(Keyframe {
                sequence,
                timestamp: header.timestamp,
                at: now,
                at_ms: arrived.arrival_ms,
                appended_before,
            });
            layer.requests.satisfied();
        }
        fresh
    }

    /// Looks which layers have stopped while others go on; says whether that changed.
    pub(crate) fn check_layers(&mut self, now: Instant) -> bool {
        let recent =
            |layer: &Layer| layer.last_packet.is_some_and(|at| now.saturating_duration_since(at) <= LAYER_TIMEOUT);
        if !self.layers.iter().any(recent) {
            // All silent is a muted camera or a broken path, no choice between layers.
            return false;
        }
        let mut changed = false;
        for layer in &mut self.layers {
            let alive = recent(layer);
            changed |= layer.alive && !alive;
            layer.alive &= alive;
            if !alive {
                layer.requests.satisfied();
            }
        }
        changed
    }

    /// Heap memory in bytes, histories included.
    pub(crate) fn memory(&self) -> usize {
        self.layers.capacity() * size_of::<Layer>()
            + self.layers.iter().map(|layer| layer.history.memory()).sum::<usize>()
            + self.fresh.capacity() * size_of::<Fresh>()
            + self.forwarders.capacity() * size_of::<Forwarder>()
            + self.parameters.codecs.capacity() * size_of::<crate::params::CodecParameters>()
    }
}
