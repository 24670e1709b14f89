//! What a client sends: the RTP streams of its microphones and cameras, and the microphone.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::endpoint::Endpoint;
use super::payload::{self, Label, Vp8Numbers};
use crate::forward::timestamp::{NtpTime, media_units};
use crate::ids::{Mid, Rid};
use crate::params::{Codec, Encoding, HeaderExtensions};
use crate::rtcp::{self, SenderFigures};

/// The extension ids of the synthetic clients.
pub const EXTENSIONS: HeaderExtensions = HeaderExtensions {
    audio_level: Some(1),
    abs_send_time: None,
    transport_cc: Some(3),
    mid: Some(4),
    rid: Some(10),
    repaired_rid: Some(11),
    abs_capture_time: None,
    dependency_descriptor: None,
    video_orientation: None,
};

/// Packets kept for retransmission.
const KEPT: usize = 1000;
pub(super) const SENDER_REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// What every packet of an endpoint needs.
#[derive(Debug, Default)]
pub struct Sending {
    transport_cc: u16,
}

/// One RTP stream with its retransmission stream.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) ssrc: u32,
    pub(super) rtx_ssrc: u32,
    pub(super) sequence: u16,
    pub(super) rtx_sequence: u16,
    pub(super) timestamp_offset: u32,
    pub(super) kept: VecDeque<(u16, u32, bool, Vec<u8>)>,
    pub(super) packets: u32,
    pub(super) octets: u32,
}

pub(super) struct Outgoing<'o> {
    pub(super) mid: Mid,
    pub(super) rid: Option<Rid>,
    pub(super) repaired: bool,
    pub(super) audio_level: Option<u8>,
    pub(super) payload_type: u8,
    pub(super) marker: bool,
    pub(super) timestamp: u32,
    pub(super) payload: &'o [u8],
}

impl Stream {
    pub(super) fn new(ssrc: u32) -> Self {
        // Starts near the wraps, so that every run of some seconds crosses them.
        Self {
            ssrc,
            rtx_ssrc: ssrc.wrapping_add(1),
            sequence: 32_000u16.wrapping_add((ssrc as u16) << 4 & 0x3ff),
            rtx_sequence: 700,
            timestamp_offset: ssrc.wrapping_mul(0x9e37_79b9),
            kept: VecDeque::new(),
            packets: 0,
            octets: 0,
        }
    }

    pub(super) fn send(&mut self, endpoint: &mut Endpoint, sending: &mut Sending, outgoing: &Outgoing<'_>) {
        let (ssrc, sequence) = if outgoing.repaired {
            self.rtx_sequence = self.rtx_sequence.wrapping_add(1);
            (self.rtx_ssrc, self.rtx_sequence)
        } else {
            self.sequence = self.sequence.wrapping_add(1);
            self.packets += 1;
            self.octets = self.octets.wrapping_add(outgoing.payload.len() as u32);
            (self.ssrc, self.sequence)
        };
        sending.transport_cc = sending.transport_cc.wrapping_add(1);
        let header = header(ssrc, sequence, sending.transport_cc, outgoing);
        endpoint.send_rtp(&header, outgoing.payload);
    }

    pub(super) fn keep(&mut self, outgoing: &Outgoing<'_>) {
        if self.kept.len() >= KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.sequence, outgoing.timestamp, outgoing.marker, outgoing.payload.to_vec()));
    }

    pub(super) fn report(&self, out: &mut Vec<u8>, ntp: NtpTime, rtp: u32, cname: &str) {
        let figures = SenderFigures { ssrc: self.ssrc, ntp, rtp, packets: self.packets, octets: self.octets };
        rtcp::write_sender_report(out, &figures, cname);
    }
}

fn header(ssrc: u32, sequence: u16, transport_cc: u16, outgoing: &Outgoing<'_>) -> Vec<u8> {
    let mut header = vec![0x90, u8::from(outgoing.marker) << 7 | outgoing.payload_type];
    header.extend(sequence.to_be_bytes());
    header.extend(outgoing.timestamp.to_be_bytes());
    header.extend(ssrc.to_be_bytes());
    let mut block = Vec::new();
    let mut element = |id: Option<u8>, value: &[u8]| {
        if let Some(id) = id {
            block.push(id << 4 | (value.len() as u8 - 1));
            block.extend_from_slice(value);
        }
    };
    element(EXTENSIONS.transport_cc, &transport_cc.to_be_bytes());
    element(EXTENSIONS.mid, outgoing.mid.as_bytes());
    if let Some(rid) = &outgoing.rid {
        let id = if outgoing.repaired { EXTENSIONS.repaired_rid } else { EXTENSIONS.rid };
        element(id, rid.as_bytes());
    }
    if let Some(level) = outgoing.audio_level {
        element(EXTENSIONS.audio_level, &[0x80 | level]);
    }
    block.resize(block.len().next_multiple_of(4), 0);
    header.extend([0xbe, 0xde]);
    header.extend(((block.len() / 4) as u16).to_be_bytes());
    header.extend(block);
    header
}

/// A microphone: an Opus packet every 20 ms.
#[derive(Debug)]
pub struct AudioSource {
    /// What its packets say they are from.
    pub source: u64,
    mid: Mid,
    stream: Stream,
    next: Instant,
    next_report: Instant,
    frame: u32,
    /// Loudness that it tells, in -dBov.
    pub level: u8,
    /// Whether it sends.
    pub enabled: bool,
    /// Receiver reports that it got.
    pub reports_received: u32,
}

/// The payload type of Opus.
pub const OPUS: u8 = 111;
const OPUS_SIZE: usize = 120;
const OPUS_INTERVAL: Duration = Duration::from_millis(20);

impl AudioSource {
    /// A microphone that begins now.
    pub fn new(now: Instant, source: u64, mid: Mid, ssrc: u32) -> Self {
        Self {
            source,
            mid,
            stream: Stream::new(ssrc),
            next: now,
            next_report: now + Duration::from_millis(150),
            frame: 0,
            level: 127,
            enabled: true,
            reports_received: 0,
        }
    }

    /// Its encoding as SDP would tell it.
    pub fn encodings(&self) -> Vec<Encoding> {
        vec![Encoding { ssrc: Some(self.stream.ssrc), ..Encoding::default() }]
    }

    pub(super) fn ssrc(&self) -> u32 {
        self.stream.ssrc
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
                let label = Label {
                    source: self.source,
                    layer: 0,
                    keyframe: true,
                    frame: self.frame,
                    reference: 0,
                    packet: 0,
                    packets: 1,
                    captured,
                };
                let payload = payload::write(Codec::Opus, &label, Vp8Numbers::default(), OPUS_SIZE);
                let outgoing = Outgoing {
                    mid: self.mid,
                    rid: None,
                    repaired: false,
                    audio_level: Some(self.level),
                    payload_type: OPUS,
                    marker: false,
                    timestamp: media_units(captured, 48_000).wrapping_add(self.stream.timestamp_offset),
                    payload: &payload,
                };
                self.stream.send(endpoint, sending, &outgoing);
                self.frame += 1;
            }
            self.next += OPUS_INTERVAL;
        }
        if self.next_report <= now {
            self.next_report = now + SENDER_REPORT_INTERVAL;
            let rtp =
                media_units(now.saturating_duration_since(epoch), 48_000).wrapping_add(self.stream.timestamp_offset);
            let mut out = Vec::new();
            self.stream.report(&mut out, wall, rtp, "client");
            endpoint.send_rtcp(&out);
        }
    }
}
