//! A camera: pictures in simulcast layers, with retransmission, keyframes on request, and padding as bandwidth probing sends it.

use std::time::{Duration, Instant};

use super::endpoint::Endpoint;
use super::payload::{self, Label, Vp8Numbers};
use super::source::{Outgoing, SENDER_REPORT_INTERVAL, Sending, Stream};
use crate::forward::timestamp::{NtpTime, media_units};
use crate::ids::{Mid, Rid};
use crate::params::{Codec, Encoding};

/// How a camera sends.
#[derive(Clone, Debug)]
pub struct VideoOptions {
    /// VP8 or H.264.
    pub codec: Codec,
    /// Name and size of each layer, lowest first; without names there is one stream with an announced SSRC.
    pub layers: Vec<(Option<Rid>, u32, u32)>,
    /// Whether SSRCs are announced though layers have names, as Firefox does.
    pub announce_ssrcs: bool,
    /// Temporal layers of VP8, 1 or 2.
    pub temporal_layers: u8,
}

impl VideoOptions {
    /// One stream of VP8.
    pub fn single() -> Self {
        Self { codec: Codec::Vp8, layers: vec![(None, 640, 360)], announce_ssrcs: true, temporal_layers: 1 }
    }

    /// Three layers of VP8 by rid, as Chromium sends them.
    pub fn simulcast() -> Self {
        let layer = |rid: &[u8], width, height| (Rid::new(rid), width, height);
        let layers = vec![layer(b"q", 320, 180), layer(b"h", 640, 360), layer(b"f", 1280, 720)];
        Self { codec: Codec::Vp8, layers, announce_ssrcs: false, temporal_layers: 1 }
    }
}

#[derive(Debug)]
struct VideoLayer {
    rid: Option<Rid>,
    width: u32,
    height: u32,
    stream: Stream,
    frame: u32,
    last_base: u32,
    keyframe_wanted: bool,
    numbers: Vp8Numbers,
    bytes_per_frame: usize,
    enabled: bool,
    named: bool,
}

/// A camera: 30 frames a second in one or more layers.
#[derive(Debug)]
pub struct VideoSource {
    /// What its packets say they are from.
    pub source: u64,
    options: VideoOptions,
    mid: Mid,
    layers: Vec<VideoLayer>,
    next: Instant,
    next_report: Instant,
    /// Whether it sends.
    pub enabled: bool,
    /// Keyframe requests that it got, with their times.
    pub keyframe_requests: Vec<Instant>,
    /// Sequence numbers that it was asked for again.
    pub nacked: u64,
    /// Padding-only packets that it sends on each RTX stream with every frame, as bandwidth probing does.
    pub probing: u16,
    /// Every this many frames, a padding-only packet takes a number of the media stream itself; 0 for never.
    pub padding_every: u32,
    frames: u32,
}

/// The payload type of a codec's media; its RTX is one more.
pub fn video_payload_type(codec: Codec) -> u8 {
    match codec {
        Codec::H264 => 102,
        Codec::Vp9 => 98,
        Codec::Av1 => 45,
        Codec::Vp8 | Codec::Opus => 96,
    }
}

const FRAME_INTERVAL: Duration = Duration::from_micros(33_333);
const PACKET_SIZE: usize = 1100;

impl VideoSource {
    /// A camera that begins now. SSRCs from `ssrc` on are its own.
    pub fn new(now: Instant, source: u64, mid: Mid, ssrc: u32, options: VideoOptions) -> Self {
        let layers = options
            .layers
            .iter()
            .enumerate()
            .map(|(index, (rid, width, height))| VideoLayer {
                rid: *rid,
                width: *width,
                height: *height,
                stream: Stream::new(ssrc + 2 * index as u32),
                frame: 0,
                last_base: 0,
                keyframe_wanted: true,
                numbers: Vp8Numbers {
                    picture_id: 0x7f80 + index as u16 * 20,
                    tl0_picture_index: 200 + index as u8,
                    ..Vp8Numbers::default()
                },
                // About 0.25, 1 and 4 Mbit/s.
                bytes_per_frame: 1000 << (2 * index),
                enabled: true,
                named: true,
            })
            .collect();
        Self {
            source,
            options,
            mid,
            layers,
            next: now,
            next_report: now + Duration::from_millis(200),
            enabled: true,
            keyframe_requests: Vec::new(),
            nacked: 0,
            probing: 0,
            padding_every: 0,
            frames: 0,
        }
    }

    /// Its encodings as SDP would tell them.
    pub fn encodings(&self) -> Vec<Encoding> {
        let announced = self.options.announce_ssrcs;
        let encoding = |layer: &VideoLayer| Encoding {
            rid: layer.rid,
            ssrc: announced.then_some(layer.stream.ssrc),
            rtx_ssrc: announced.then_some(layer.stream.rtx_ssrc),
            width: layer.width,
            height: layer.height,
        };
        self.layers.iter().map(encoding).collect()
    }

    /// The codec that it sends.
    pub fn codec(&self) -> Codec {
        self.options.codec
    }

    /// Switches a layer on or off, as a browser does by its bandwidth.
    pub fn enable_layer(&mut self, index: usize, enabled: bool) {
        if let Some(layer) = self.layers.get_mut(index) {
            layer.keyframe_wanted |= enabled && !layer.enabled;
            layer.enabled = enabled;
        }
    }

    /// When it wants to be polled.
    pub fn next(&self) -> Instant {
        self.next.min(self.next_report)
    }

    pub(super) fn poll(
        &mut self,
        now: Instant,
        epoch: Instant,
        wall: NtpTime,
        endpoint: &mut Endpoint,
        sending: &mut Sending,
    ) {
        while self.next <= now {
            let captured = self.next.saturating_duration_since(epoch);
            if self.enabled {
                self.frames += 1;
                for index in 0..self.layers.len() {
                    self.send_frame(index, captured, endpoint, sending);
                }
            }
            self.next += FRAME_INTERVAL;
        }
        if self.next_report <= now {
            self.next_report = now + SENDER_REPORT_INTERVAL;
            let units = media_units(now.saturating_duration_since(epoch), 90_000);
            let mut out = Vec::new();
            for layer in self.layers.iter().filter(|layer| layer.stream.packets > 0) {
                layer.stream.report(&mut out, wall, units.wrapping_add(layer.stream.timestamp_offset), "client");
            }
            endpoint.send_rtcp(&out);
        }
    }

    fn send_frame(&mut self, index: usize, captured: Duration, endpoint: &mut Endpoint, sending: &mut Sending) {
        let (mid, codec, probing) = (self.mid, self.options.codec, self.probing);
        let pad = self.padding_every != 0 && self.frames.is_multiple_of(self.padding_every);
        let temporal_layers = self.options.temporal_layers;
        let Some(layer) = self.layers.get_mut(index).filter(|layer| layer.enabled) else { return };
        let keyframe = std::mem::take(&mut layer.keyframe_wanted);
        layer.frame += 1;
        let temporal_layer =
            if temporal_layers > 1 && !keyframe && layer.frame.wrapping_sub(layer.last_base) == 1 { 1 } else { 0 };
        layer.numbers.picture_id = layer.numbers.picture_id.wrapping_add(1) & 0x7fff;
        layer.numbers.temporal_layer = temporal_layer;
        layer.numbers.sync = temporal_layer > 0;
        if temporal_layer == 0 {
            layer.numbers.tl0_picture_index = layer.numbers.tl0_picture_index.wrapping_add(1);
        }
        if keyframe {
            layer.numbers.key_index = layer.numbers.key_index.wrapping_add(1) & 0x1f;
        }
        let reference = layer.last_base;
        if temporal_layer == 0 {
            layer.last_base = layer.frame;
        }
        let bytes = layer.bytes_per_frame * if keyframe { 5 } else { 1 };
        let packets = (bytes / PACKET_SIZE + 1).max(if keyframe { 2 } else { 1 }) as u16;
        let timestamp = media_units(captured, 90_000).wrapping_add(layer.stream.timestamp_offset);
        for packet in 0..packets {
            let label = Label {
                source: self.source,
                layer: index as u8,
                keyframe,
                frame: layer.frame,
                reference,
                packet,
                packets,
                captured,
            };
            let payload = payload::write(codec, &label, layer.numbers, bytes / usize::from(packets));
            let outgoing = Outgoing {
                mid,
                rid: layer.rid.filter(|_| layer.named),
                repaired: false,
                audio_level: None,
                payload_type: video_payload_type(codec),
                marker: packet + 1 == packets,
                timestamp,
                payload: &payload,
            };
            layer.stream.send(endpoint, sending, &outgoing);
            layer.stream.keep(&outgoing);
        }
        let padding = |repaired: bool, payload_type: u8| Outgoing {
            mid,
            rid: layer.rid,
            repaired,
            audio_level: None,
            payload_type,
            marker: false,
            timestamp,
            payload: &[],
        };
        let probe = padding(true, video_payload_type(codec) + 1);
        let filler = padding(false, video_payload_type(codec));
        for _ in 0..probing {
            layer.stream.send(endpoint, sending, &probe);
        }
        if pad {
            layer.stream.send(endpoint, sending, &filler);
        }
    }

    /// A receiver report named an SSRC: a browser stops naming it from then on.
    pub(super) fn handle_report(&mut self, ssrc: u32) {
        for layer in self.layers.iter_mut().filter(|layer| layer.stream.ssrc == ssrc) {
            layer.named = false;
        }
    }

    pub(super) fn handle_keyframe_request(&mut self, now: Instant, ssrc: u32) {
        for layer in self.layers.iter_mut().filter(|layer| layer.stream.ssrc == ssrc) {
            layer.keyframe_wanted = true;
            self.keyframe_requests.push(now);
        }
    }

    pub(super) fn handle_nack(
        &mut self,
        ssrc: u32,
        sequences: impl Iterator<Item = u16>,
        endpoint: &mut Endpoint,
        sending: &mut Sending,
    ) {
        let (mid, codec) = (self.mid, self.options.codec);
        let Some(layer) = self.layers.iter_mut().find(|layer| layer.stream.ssrc == ssrc) else { return };
        for sequence in sequences {
            self.nacked += 1;
            let kept = layer.stream.kept.iter().find(|(kept, ..)| *kept == sequence).cloned();
            let Some((_, timestamp, marker, payload)) = kept else { continue };
            let mut repair = sequence.to_be_bytes().to_vec();
            repair.extend(payload);
            let outgoing = Outgoing {
                mid,
                rid: layer.rid,
                repaired: true,
                audio_level: None,
                payload_type: video_payload_type(codec) + 1,
                marker,
                timestamp,
                payload: &repair,
            };
            layer.stream.send(endpoint, sending, &outgoing);
        }
    }
}
