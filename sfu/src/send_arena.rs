//! The datagrams that an engine wants sent, laid end to end in one buffer.
//!
//! The engine appends all packets for one destination one after the other wherever it can, so that the shell can hand
//! neighbours of equal size to the kernel in one call (GSO) without moving a byte. The buffer grows to the largest batch
//! that it ever held, at most [`SendArena::MAX_BYTES`], and is reused.

use std::net::SocketAddr;
use std::ops::Range;

/// A reusable batch of outgoing datagrams.
#[derive(Debug, Default)]
pub struct SendArena {
    buffer: Vec<u8>,
    used: usize,
    datagrams: Vec<Datagram>,
}

/// One datagram of a [`SendArena`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Datagram {
    /// Where it goes.
    pub destination: SocketAddr,
    /// Where its bytes are in [`SendArena::bytes`].
    pub range: Range<usize>,
}

/// The arena is full: the shell sends what it holds, clears it, and the engine goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the send arena is full")]
pub struct ArenaFull;

impl SendArena {
    /// The most bytes that a batch holds.
    pub const MAX_BYTES: usize = 4 << 20;

    /// Whether `len` more bytes fit.
    pub fn has_room(&self, len: usize) -> bool {
        self.used + len <= Self::MAX_BYTES
    }

    /// Appends a datagram of at most `max_len` bytes that `write` fills from the front; it returns how many it wrote, or
    /// `None` to send nothing after all.
    pub fn push(
        &mut self,
        destination: SocketAddr,
        max_len: usize,
        write: impl FnOnce(&mut [u8]) -> Option<usize>,
    ) -> Result<(), ArenaFull> {
        if !self.has_room(max_len) {
            return Err(ArenaFull);
        }
        let end = self.used + max_len;
        if self.buffer.len() < end {
            self.buffer.resize(end.next_power_of_two().min(Self::MAX_BYTES), 0);
        }
        let Some(out) = self.buffer.get_mut(self.used..end) else { return Err(ArenaFull) };
        if let Some(len) = write(out).filter(|len| *len <= max_len) {
            self.datagrams.push(Datagram { destination, range: self.used..self.used + len });
            self.used += len;
        }
        Ok(())
    }

    /// The datagrams in the order in which they were appended.
    pub fn datagrams(&self) -> &[Datagram] {
        &self.datagrams
    }

    /// The bytes of all datagrams.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.used).unwrap_or_default()
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.datagrams.is_empty()
    }

    /// Forgets all datagrams and keeps the buffer.
    pub fn clear(&mut self) {
        self.used = 0;
        self.datagrams.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_lie_end_to_end_and_refusals_leave_no_gap() {
        let to = "127.0.0.1:9".parse().unwrap();
        let mut arena = SendArena::default();
        arena
            .push(to, 100, |out| {
                out[..3].copy_from_slice(b"abc");
                Some(3)
            })
            .unwrap();
        arena.push(to, 100, |_| None).unwrap();
        arena
            .push(to, 100, |out| {
                out[..2].copy_from_slice(b"de");
                Some(2)
            })
            .unwrap();
        assert_eq!(arena.bytes(), b"abcde");
        assert_eq!(arena.datagrams().iter().map(|d| d.range.clone()).collect::<Vec<_>>(), [0..3, 3..5]);
        assert_eq!(arena.push(to, SendArena::MAX_BYTES, |_| None), Err(ArenaFull));
        arena.clear();
        assert!(arena.is_empty());
    }
}
