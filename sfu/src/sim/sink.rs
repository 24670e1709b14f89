//! What a client receives of one subscription: packets put in order, frames put together, and everything noted that a decoder or
//! a person would object to.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::payload::{self, Label, Vp8Numbers};
use crate::forward::header::RtpHeader;
use crate::forward::timestamp::NtpTime;
use crate::ids::EgressSsrc;
use crate::params::Codec;

/// How long a missing packet is waited for.
const PATIENCE: Duration = Duration::from_millis(400);
const NACK_REPEAT: Duration = Duration::from_millis(80);
const KEYFRAME_REPEAT: Duration = Duration::from_millis(400);
/// Violations that are kept word for word.
const MAX_VIOLATIONS: usize = 20;

#[derive(Clone, Copy, Debug)]
struct Held {
    arrival: Instant,
    timestamp: u32,
    marker: bool,
    content: Option<(Label, Vp8Numbers)>,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    timestamp: u32,
    label: Label,
    next_packet: u16,
    whole: bool,
}

/// The receiving end of one subscription.
#[derive(Debug)]
pub struct Sink {
    /// Our SSRC of it.
    pub ssrc: EgressSsrc,
    codec: Codec,
    payload_type: u8,
    source: u64,
    epoch: Instant,
    held: BTreeMap<u64, Held>,
    next: Option<u64>,
    highest: u64,
    missing: BTreeMap<u64, Instant>,
    frame: Option<Frame>,
    last_vp8: Option<Vp8Numbers>,
    last_timestamp: Option<u32>,
    /// Layer and the last frames decoded of it.
    decoded: Option<(u8, [u32; 8])>,
    keyframe_wanted: Option<Instant>,
    sender_report: Option<(NtpTime, u32)>,
    last_sender_report: Option<(u32, Instant)>,
    last_decoded_at: Option<Instant>,
    broken: bool,
    /// Nothing is asked for, neither packets nor keyframes.
    pub silent: bool,
    /// Frames decoded.
    pub frames: u64,
    /// Packets received, retransmissions included.
    pub packets: u64,
    /// Packets that came by retransmission.
    pub recovered: u64,
    /// Packets without a payload.
    pub empty: u64,
    /// Packets given up.
    pub lost: u64,
    /// The longest time between two decoded frames.
    pub longest_gap: Duration,
    /// The layer of the newest decoded frame.
    pub layer: Option<u8>,
    /// When the first frame was decoded.
    pub first_frame: Option<Instant>,
    /// Frames by layer.
    pub frames_by_layer: [u64; 4],
    /// Layer changes, keyframes decoded.
    pub switches: u64,
    /// Keyframes decoded.
    pub keyframes: u64,
    /// By the last sender report, the wall clock time of the newest frame less its capture time, in milliseconds. Equal for sound
    /// and picture of one publisher when lip sync is right.
    pub playout_offset_ms: Option<f64>,
    /// What a decoder or a person would object to.
    pub violations: Vec<String>,
}

impl Sink {
    /// A sink for what `source` says it sends.
    pub fn new(epoch: Instant, ssrc: EgressSsrc, codec: Codec, payload_type: u8, source: u64) -> Self {
        Self {
            ssrc,
            codec,
            payload_type,
            source,
            epoch,
            held: BTreeMap::new(),
            next: None,
            highest: 0,
            missing: BTreeMap::new(),
            frame: None,
            last_vp8: None,
            last_timestamp: None,
            decoded: None,
            keyframe_wanted: None,
            sender_report: None,
            last_sender_report: None,
            last_decoded_at: None,
            broken: false,
            silent: false,
            frames: 0,
            packets: 0,
            recovered: 0,
            empty: 0,
            lost: 0,
            longest_gap: Duration::ZERO,
            layer: None,
            first_frame: None,
            frames_by_layer: [0; 4],
            switches: 0,
            keyframes: 0,
            playout_offset_ms: None,
            violations: Vec::new(),
        }
    }

    fn object(&mut self, what: String) {
        if self.violations.len() < MAX_VIOLATIONS {
            self.violations.push(what);
        }
    }

    /// Begins to measure gaps anew, after an outage that the test made.
    pub fn forget_gap(&mut self) {
        self.longest_gap = Duration::ZERO;
        self.last_decoded_at = None;
    }

    /// Takes in a packet of its SSRC or of its RTX stream.
    pub(super) fn receive(&mut self, now: Instant, header: &RtpHeader, packet: &[u8]) {
        let mut payload = header.payload(packet);
        let mut sequence = header.sequence;
        let repair = EgressSsrc::from_wire(header.ssrc).is_rtx();
        if repair {
            let Some((original, rest)) = payload.split_first_chunk::<2>() else { return };
            sequence = u16::from_be_bytes(*original);
            payload = rest;
            self.recovered += 1;
        }
        let expected = self.payload_type + u8::from(repair);
        if header.payload_type != expected {
            self.object(format!("payload type {} instead of {expected}", header.payload_type));
        }
        self.packets += 1;
        self.empty += u64::from(payload.is_empty());
        let Some(next) = self.next else {
            let extended = (1 << 20) + u64::from(sequence);
            self.next = Some(extended);
            self.highest = extended;
            // On a bad path the very first packets may be lost or overtaken.
            self.broken = payload::read(self.codec, payload).is_some_and(|(label, _)| label.packet != 0);
            return self.hold(now, extended, header, payload);
        };
        let extended = self.highest.wrapping_add_signed(i64::from(sequence.wrapping_sub(self.highest as u16) as i16));
        if extended > self.highest {
            for missing in self.highest + 1..extended {
                self.missing.insert(missing, now);
            }
            self.highest = extended;
        }
        self.missing.remove(&extended);
        if extended >= next {
            self.hold(now, extended, header, payload);
        }
        self.play(now);
    }

    fn hold(&mut self, now: Instant, sequence: u64, header: &RtpHeader, payload: &[u8]) {
        let content = if payload.is_empty() { None } else { payload::read(self.codec, payload) };
        if content.is_none() && !payload.is_empty() {
            self.object(format!("packet {sequence} is not what was sent"));
        }
        let held = Held { arrival: now, timestamp: header.timestamp, marker: header.marker, content };
        if let Some(before) = self.held.insert(sequence, held)
            && before.content != content
        {
            self.object(format!("packet {sequence} came twice with different contents"));
        }
        self.play(now);
    }

    /// Takes what is in order, and gives up on what is missing for too long.
    fn play(&mut self, now: Instant) {
        while let Some(next) = self.next {
            if let Some(held) = self.held.remove(&next) {
                self.next = Some(next + 1);
                self.take(now, next, &held);
                continue;
            }
            match self.held.first_key_value() {
                Some((first, held)) if now.saturating_duration_since(held.arrival) > PATIENCE => {
                    self.lost += first - next;
                    self.next = Some(*first);
                    self.frame = None;
                    self.broken = true;
                }
                _ => return,
            }
        }
    }

    fn take(&mut self, now: Instant, sequence: u64, held: &Held) {
        let Some((label, vp8)) = held.content else { return };
        if label.source != self.source {
            self.object(format!("packet {sequence} is from {} instead of {}", label.source, self.source));
            return;
        }
        let continues = self.frame.is_some_and(|frame| {
            frame.timestamp == held.timestamp && frame.label.frame == label.frame && frame.label.layer == label.layer
        });
        if !continues {
            self.begin_frame(sequence, held, label, vp8);
        }
        let Some(frame) = &mut self.frame else { return };
        frame.whole &= frame.next_packet == label.packet;
        frame.next_packet = label.packet + 1;
        let (ends, whole) = (label.packet + 1 == label.packets, frame.whole);
        if ends != held.marker && self.codec != Codec::Opus {
            self.object(format!("the marker of packet {sequence} is wrong"));
        }
        if ends {
            self.frame = None;
            if whole {
                self.decode(now, held.timestamp, label);
            }
        }
    }

    fn begin_frame(&mut self, sequence: u64, held: &Held, label: Label, vp8: Vp8Numbers) {
        let broken = std::mem::take(&mut self.broken);
        if self.frame.is_some() && !broken {
            self.object(format!("packet {sequence} begins a frame within another"));
        }
        if label.packet != 0 && !broken {
            self.object(format!("packet {sequence} is in the middle of a frame that never began"));
        }
        if let Some(last) = self.last_timestamp
            && (held.timestamp.wrapping_sub(last) as i32) < i32::from(!broken)
        {
            self.object(format!("the timestamp of packet {sequence} goes from {last} to {}", held.timestamp));
        }
        if self.codec == Codec::Vp8 {
            if let Some(last) = self.last_vp8.filter(|_| !broken) {
                let picture = vp8.picture_id.wrapping_sub(last.picture_id) & 0x7fff;
                let base = vp8.tl0_picture_index.wrapping_sub(last.tl0_picture_index);
                let expected_base = u8::from(vp8.temporal_layer == 0);
                if picture != 1 || base != expected_base {
                    self.object(format!(
                        "packet {sequence}: picture id goes on by {picture}, base layer index by {base}"
                    ));
                }
            }
            self.last_vp8 = Some(vp8);
        }
        let switches = self.decoded.is_some_and(|(layer, _)| layer != label.layer);
        if (switches || self.decoded.is_none() && self.last_timestamp.is_none()) && !label.keyframe && !broken {
            self.object(format!("packet {sequence} begins layer {} without a keyframe", label.layer));
        }
        self.last_timestamp = Some(held.timestamp);
        self.frame = Some(Frame { timestamp: held.timestamp, label, next_packet: 0, whole: true });
    }

    fn decode(&mut self, now: Instant, timestamp: u32, label: Label) {
        let known = self.decoded.filter(|(layer, _)| *layer == label.layer);
        let decodable = label.keyframe || known.is_some_and(|(_, frames)| frames.contains(&label.reference));
        if !decodable {
            self.keyframe_wanted.get_or_insert(now);
            return;
        }
        self.keyframe_wanted = None;
        self.switches += u64::from(self.layer.is_some_and(|layer| layer != label.layer));
        let mut frames = known.map_or([u32::MAX; 8], |(_, frames)| frames);
        frames.rotate_right(1);
        if let Some(newest) = frames.first_mut() {
            *newest = label.frame;
        }
        self.decoded = Some((label.layer, frames));
        self.layer = Some(label.layer);
        self.frames += 1;
        self.keyframes += u64::from(label.keyframe);
        if let Some(count) = self.frames_by_layer.get_mut(usize::from(label.layer)) {
            *count += 1;
        }
        self.first_frame.get_or_insert(now);
        if let Some(last) = self.last_decoded_at.replace(now) {
            self.longest_gap = self.longest_gap.max(now.saturating_duration_since(last));
        }
        if let Some((ntp, rtp)) = self.sender_report {
            let media_ms = f64::from(timestamp.wrapping_sub(rtp) as i32) * 1000.0 / f64::from(self.codec.clock_rate());
            // Whole days of the wall clock would eat the precision; only differences count.
            let wall_ms = (ntp.0 & ((1 << 48) - 1)) as f64 * 1000.0 / 4_294_967_296.0;
            self.playout_offset_ms = Some(wall_ms + media_ms - label.captured.as_secs_f64() * 1000.0);
        }
    }

    /// Takes in a sender report of its SSRC.
    pub(super) fn receive_sender_report(&mut self, now: Instant, ntp: NtpTime, rtp: u32) {
        self.sender_report = Some((ntp, rtp));
        self.last_sender_report = Some((ntp.middle(), now));
    }

    /// The last sender report's middle bits and its age, for a report block.
    pub(super) fn last_report(&self, now: Instant) -> (u32, Duration) {
        self.last_sender_report.map_or((0, Duration::ZERO), |(middle, at)| (middle, now.saturating_duration_since(at)))
    }

    /// Highest number and numbers missing, for a report block.
    pub(super) fn reception(&self) -> (u32, u32) {
        (self.highest as u32, self.lost as u32 + self.missing.len() as u32)
    }

    /// Numbers to ask for now.
    pub(super) fn take_nacks(&mut self, now: Instant) -> Vec<u16> {
        let next = self.next.unwrap_or(0);
        self.missing.retain(|sequence, _| *sequence >= next);
        if self.silent {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (sequence, due) in &mut self.missing {
            if *due <= now {
                *due = now + NACK_REPEAT;
                out.push(*sequence as u16);
            }
        }
        out
    }

    /// Whether to ask for a keyframe now.
    pub(super) fn take_keyframe_request(&mut self, now: Instant) -> bool {
        let due = !self.silent && self.keyframe_wanted.is_some_and(|since| since <= now);
        if due {
            self.keyframe_wanted = Some(now + KEYFRAME_REPEAT);
        }
        due
    }

    /// Gives up on what is missing for too long.
    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.play(now);
    }

    /// Time from the beginning of the world to the first frame.
    pub fn first_frame_after(&self) -> Option<Duration> {
        self.first_frame.map(|at| at.saturating_duration_since(self.epoch))
    }
}
