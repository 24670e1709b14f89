//! The one copy of the media that a worker keeps: a layer's recent decrypted packets, for everyone's first sending,
//! retransmissions and late starts.
//!
//! In goes each packet once, as carried header extension elements and payload; out come the same bytes by extended sequence
//! number. The bytes lie in chunks of a fixed size; a chunk is reused when the newest packet in it has passed
//! [`limits::HISTORY_AGE`], so that a quiet stream stays small and a busy one grows to [`limits::HISTORY_BYTES`]
//! (audio: [`limits::AUDIO_HISTORY_BYTES`]) and no further.

use std::collections::VecDeque;

use crate::limits;
use crate::params::MediaKind;

const EMPTY: u64 = u64::MAX;

/// What is kept of a packet beside its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Record {
    /// Extended sequence number in the publisher's stream.
    pub(crate) sequence: u64,
    /// The publisher's media timestamp.
    pub(crate) timestamp: u32,
    /// When it arrived, in milliseconds since the engine's epoch.
    pub(crate) arrival_ms: u32,
    chunk: u32,
    start: u16,
    elements: u16,
    payload: u16,
    /// The marker bit.
    pub(crate) marker: bool,
    /// Index of its codec in the publication's list.
    pub(crate) codec: u8,
}

/// A packet of the history.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored<'h> {
    /// What is known of it.
    pub(crate) record: Record,
    /// Carried header extension elements, in the form of `template`.
    pub(crate) elements: &'h [u8],
    /// The payload, without padding.
    pub(crate) payload: &'h [u8],
}

/// What the caller says of a packet that it inserts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrived {
    /// Extended sequence number in the publisher's stream.
    pub(crate) sequence: u64,
    /// The publisher's media timestamp.
    pub(crate) timestamp: u32,
    /// When it arrived, in milliseconds since the engine's epoch.
    pub(crate) arrival_ms: u32,
    /// The marker bit.
    pub(crate) marker: bool,
    /// Index of its codec in the publication's list.
    pub(crate) codec: u8,
}

#[derive(Debug)]
struct Chunk {
    bytes: Box<[u8]>,
    used: usize,
    newest_ms: u32,
}

/// The recent packets of one layer.
#[derive(Debug)]
pub(crate) struct History {
    chunk_bytes: usize,
    max_chunks: usize,
    max_records: usize,
    chunks: VecDeque<Chunk>,
    first_chunk: u32,
    /// Indexed by the low bits of the sequence number; the length is a power of two.
    records: Vec<Record>,
    appended: u64,
}

impl History {
    /// An empty history, which holds no memory until the first packet.
    pub(crate) fn new(kind: MediaKind) -> Self {
        let (total, chunk_bytes, max_records) = match kind {
            MediaKind::Audio => (limits::AUDIO_HISTORY_BYTES, 2 << 10, 256),
            MediaKind::Video => (limits::HISTORY_BYTES, 32 << 10, 4096),
        };
        let max_chunks = (total - max_records * size_of::<Record>()) / chunk_bytes;
        Self {
            chunk_bytes,
            max_chunks,
            max_records,
            chunks: VecDeque::new(),
            first_chunk: 0,
            records: Vec::new(),
            appended: 0,
        }
    }

    /// Bytes appended since the beginning, to tell how much lies after a packet.
    pub(crate) fn appended(&self) -> u64 {
        self.appended
    }

    /// Heap memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.chunks.len() * self.chunk_bytes + self.records.capacity() * size_of::<Record>()
    }

    /// Keeps a packet. Nothing is kept of one that is larger than a chunk or older than what is already forgotten.
    pub(crate) fn insert(&mut self, packet: Arrived, elements: &[u8], payload: &[u8]) {
        let length = elements.len() + payload.len();
        if length > self.chunk_bytes {
            return;
        }
        let Some(slot) = self.claim_record(packet.sequence) else { return };
        let chunk = self.claim_space(length, packet.arrival_ms);
        let Some(current) = self.chunks.back_mut() else { return };
        let start = current.used;
        let end = start + length;
        if let Some(space) = current.bytes.get_mut(start..end)
            && let Some((first, second)) = space.split_at_mut_checked(elements.len())
        {
            first.copy_from_slice(elements);
            second.copy_from_slice(payload);
        }
        current.used = end;
        current.newest_ms = packet.arrival_ms;
        self.appended += length as u64;
        if let Some(record) = self.records.get_mut(slot) {
            *record = Record {
                sequence: packet.sequence,
                timestamp: packet.timestamp,
                arrival_ms: packet.arrival_ms,
                chunk,
                // A chunk is at most 32 KiB.
                start: start as u16,
                elements: elements.len() as u16,
                payload: payload.len() as u16,
                marker: packet.marker,
                codec: packet.codec,
            };
        }
    }

    /// The packet with this extended sequence number, if it is still here.
    #[inline]
    pub(crate) fn get(&self, sequence: u64) -> Option<Stored<'_>> {
        let record = self.records.get(self.slot(sequence)?)?;
        if record.sequence != sequence {
            return None;
        }
        let chunk = self.chunks.get(record.chunk.checked_sub(self.first_chunk)? as usize)?;
        let start = usize::from(record.start);
        let middle = start + usize::from(record.elements);
        Some(Stored {
            record: *record,
            elements: chunk.bytes.get(start..middle)?,
            payload: chunk.bytes.get(middle..middle + usize::from(record.payload))?,
        })
    }

    fn slot(&self, sequence: u64) -> Option<usize> {
        let mask = self.records.len().checked_sub(1)?;
        Some(sequence as usize & mask)
    }

    fn live(&self, record: &Record) -> bool {
        record.sequence != EMPTY && record.chunk >= self.first_chunk && !self.chunks.is_empty()
    }

    /// A place for the record of `sequence`; the table doubles while it would push out a packet whose bytes are still here.
    fn claim_record(&mut self, sequence: u64) -> Option<usize> {
        if self.records.is_empty() {
            self.records = vec![EMPTY_RECORD; 16];
        }
        loop {
            let slot = self.slot(sequence)?;
            let record = *self.records.get(slot)?;
            if !self.live(&record) || record.sequence == sequence {
                return Some(slot);
            }
            if self.records.len() < self.max_records {
                self.grow_records();
            } else if record.sequence < sequence {
                return Some(slot);
            } else {
                return None;
            }
        }
    }

    fn grow_records(&mut self) {
        let doubled = vec![EMPTY_RECORD; self.records.len() * 2];
        let old = std::mem::replace(&mut self.records, doubled);
        for record in old.into_iter().filter(|record| self.live(record)).collect::<Vec<_>>() {
            if let Some(slot) = self.slot(record.sequence)
                && let Some(place) = self.records.get_mut(slot)
            {
                *place = record;
            }
        }
    }

    /// Makes the last chunk have `length` free bytes, and returns its number.
    fn claim_space(&mut self, length: usize, now_ms: u32) -> u32 {
        if self.chunks.back().is_none_or(|chunk| chunk.used + length > self.chunk_bytes) {
            let expired =
                |chunk: &Chunk| u128::from(now_ms.wrapping_sub(chunk.newest_ms)) > limits::HISTORY_AGE.as_millis();
            // A burst that has passed leaves chunks behind; one a step is returned.
            if self.chunks.len() > 2 && self.chunks.get(1).is_some_and(expired) {
                self.chunks.pop_front();
                self.first_chunk += 1;
            }
            let reuse = self.chunks.len() >= self.max_chunks
                || self.chunks.len() > 1 && self.chunks.front().is_some_and(expired);
            let recycled = if reuse { self.chunks.pop_front() } else { None };
            let mut chunk = match recycled {
                Some(chunk) => {
                    self.first_chunk += 1;
                    chunk
                }
                None => Chunk { bytes: vec![0; self.chunk_bytes].into_boxed_slice(), used: 0, newest_ms: 0 },
            };
            chunk.used = 0;
            chunk.newest_ms = now_ms;
            self.chunks.push_back(chunk);
        }
        self.first_chunk + (self.chunks.len() as u32).saturating_sub(1)
    }
}

const EMPTY_RECORD: Record = Record {
    sequence: EMPTY,
    timestamp: 0,
    arrival_ms: 0,
    chunk: 0,
    start: 0,
    elements: 0,
    payload: 0,
    marker: false,
    codec: 0,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn arrived(sequence: u64, arrival_ms: u32) -> Arrived {
        Arrived { sequence, timestamp: sequence as u32 * 90, arrival_ms, marker: false, codec: 0 }
    }

    #[test]
    fn gives_back_what_went_in() {
        let mut history = History::new(MediaKind::Video);
        assert_eq!(history.memory(), 0);
        history.insert(arrived(70_000, 5), b"el", b"payload");
        let stored = history.get(70_000).unwrap();
        assert_eq!((stored.elements, stored.payload, stored.record.arrival_ms), (&b"el"[..], &b"payload"[..], 5));
        assert!(history.get(69_999).is_none() && history.get(70_000 + 64).is_none());
    }

    #[test]
    fn stays_below_two_mebibytes_however_fast_the_stream() {
        let mut history = History::new(MediaKind::Video);
        for sequence in 0..20_000 {
            history.insert(arrived(sequence, sequence as u32 / 100), b"", &[1; 1200]);
        }
        assert!(history.memory() <= limits::HISTORY_BYTES, "{}", history.memory());
        assert!(history.get(19_999).is_some() && history.get(18_500).is_some() && history.get(100).is_none());
    }

    #[test]
    fn a_slow_stream_stays_small_and_a_burst_is_returned() {
        let mut history = History::new(MediaKind::Video);
        for sequence in 0..3000 {
            history.insert(arrived(sequence, sequence as u32 * 100), b"", &[1; 1200]);
        }
        assert!(history.memory() <= 4 * (32 << 10), "{}", history.memory());
        for sequence in 3000..4500 {
            history.insert(arrived(sequence, 300_000), b"", &[1; 1200]);
        }
        let burst = history.memory();
        for sequence in 4500..9000 {
            history.insert(arrived(sequence, 300_000 + (sequence as u32 - 4500) * 50), b"", &[1; 1200]);
        }
        assert!(history.memory() < burst / 4, "{} of {burst}", history.memory());
    }

    #[test]
    fn late_packets_fill_their_place_and_very_late_ones_are_refused() {
        let mut history = History::new(MediaKind::Audio);
        for sequence in (1000..2000).filter(|sequence| sequence % 10 != 3) {
            history.insert(arrived(sequence, sequence as u32), b"", &[2; 20]);
        }
        history.insert(arrived(1993, 2000), b"", b"late");
        assert_eq!(history.get(1993).unwrap().payload, b"late");
        history.insert(arrived(1003, 2000), b"", b"very late");
        assert!(history.get(1003).is_none());
        assert!(history.memory() <= limits::AUDIO_HISTORY_BYTES);
    }
}
