//! DTLS records as they lie in a datagram (RFC 6347, 4.1), and what of them `rtc-dtls` may see before the handshake ends.
//!
//! Records of epoch 0 are plaintext that anybody can forge who can forge the peer's address, and `rtc-dtls` keeps handshake
//! records without a bound and reassembles fragments by recursion. So each is looked at first: only well-formed ones pass,
//! and of each message only so many fragments, in all only so many bytes.

use crate::limits::{MAX_EARLY_RECORDS, MAX_HANDSHAKE_BYTES, MAX_HANDSHAKE_FRAGMENTS};

const HEADER_LEN: usize = 13;
const HANDSHAKE_HEADER_LEN: usize = 12;
/// Messages of one side of a handshake; a client sends eight.
const MAX_MESSAGES: usize = 16;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
const CLIENT_HELLO: u8 = 1;

/// One record, header included.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) bytes: &'a [u8],
    content: u8,
    pub(crate) epoch: u16,
    body: &'a [u8],
}

/// The records of a datagram. A malformed one ends it: what follows cannot be found.
pub(crate) fn records(mut datagram: &[u8]) -> impl Iterator<Item = Record<'_>> {
    std::iter::from_fn(move || {
        let header = datagram.get(..HEADER_LEN)?;
        let len = usize::from(u16::from_be_bytes(header.get(11..13)?.try_into().ok()?));
        let (bytes, rest) = datagram.split_at_checked(HEADER_LEN + len)?;
        let version = header.get(1..3)?;
        if len == 0 || (version != [0xfe, 0xfd] && version != [0xfe, 0xff]) {
            return None;
        }
        let epoch = u16::from_be_bytes(header.get(3..5)?.try_into().ok()?);
        datagram = rest;
        Some(Record { bytes, content: *header.first()?, epoch, body: bytes.get(HEADER_LEN..)? })
    })
}

impl<'a> Record<'a> {
    /// The fragment of a ClientHello that fills this record, if it is one in plaintext.
    pub(crate) fn client_hello(&self) -> Option<Fragment<'a>> {
        if self.epoch != 0 || self.content != HANDSHAKE {
            return None;
        }
        let (fragment, rest) = Fragment::parse(self.body)?;
        (fragment.kind == CLIENT_HELLO && rest.is_empty() && !fragment.body.is_empty()).then_some(fragment)
    }

    /// The number of the first handshake message in this record, if it is in plaintext.
    pub(crate) fn message_sequence(&self) -> Option<u16> {
        if self.epoch != 0 || self.content != HANDSHAKE {
            return None;
        }
        Fragment::parse(self.body).map(|(fragment, _)| fragment.sequence)
    }
}

/// A fragment of a handshake message (RFC 6347, 4.2.2).
pub(crate) struct Fragment<'a> {
    kind: u8,
    /// Bytes of the whole message.
    pub(crate) message_len: usize,
    pub(crate) sequence: u16,
    pub(crate) offset: usize,
    pub(crate) body: &'a [u8],
}

impl<'a> Fragment<'a> {
    fn parse(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (header, rest) = bytes.split_at_checked(HANDSHAKE_HEADER_LEN)?;
        let u24 = |at: usize| -> Option<usize> {
            let bytes = header.get(at..at + 3)?;
            Some(bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
        };
        let (body, rest) = rest.split_at_checked(u24(9)?)?;
        let fragment = Self {
            kind: *header.first()?,
            message_len: u24(1)?,
            sequence: u16::from_be_bytes(header.get(4..6)?.try_into().ok()?),
            offset: u24(6)?,
            body,
        };
        (fragment.offset + body.len() <= fragment.message_len).then_some((fragment, rest))
    }

    fn is_whole(&self) -> bool {
        self.body.len() == self.message_len
    }
}

/// Counts what a peer has sent before its handshake ended.
#[derive(Default)]
pub(crate) struct HandshakeGuard {
    bytes: usize,
    early: usize,
    fragments: [u8; MAX_MESSAGES],
    /// Whether a ChangeCipherSpec came before in this datagram.
    changes_cipher: bool,
}

impl HandshakeGuard {
    /// Another datagram begins.
    pub(crate) fn begin_datagram(&mut self) {
        self.changes_cipher = false;
    }

    /// Whether `record` may be given to `rtc-dtls` before the handshake has ended.
    pub(crate) fn admits(&mut self, record: &Record<'_>) -> bool {
        match (record.epoch, record.content) {
            (0, HANDSHAKE) => self.admits_handshake(record),
            (0, CHANGE_CIPHER_SPEC) => {
                self.changes_cipher = record.body == [1];
                self.changes_cipher && self.count_bytes(record)
            }
            (0, ALERT) => record.body.len() == 2 && self.count_bytes(record),
            // The peer's Finished comes with its ChangeCipherSpec, however many forged ones came before it.
            (1, HANDSHAKE) if self.changes_cipher => self.count_bytes(record),
            // What it sends right after it may overtake the messages before.
            (1, HANDSHAKE | ALERT | APPLICATION_DATA) if self.early < MAX_EARLY_RECORDS => {
                self.early += 1;
                self.count_bytes(record)
            }
            _ => false,
        }
    }

    /// A record holds whole messages, or one fragment of one message: `rtc-dtls` tells messages in a record apart by
    /// their length, not by the fragment's.
    fn admits_handshake(&mut self, record: &Record<'_>) -> bool {
        let mut rest = record.body;
        while !rest.is_empty() {
            let Some((fragment, after)) = Fragment::parse(rest) else { return false };
            let alone = rest.len() == record.body.len() && after.is_empty();
            if !fragment.is_whole() && (!alone || fragment.body.is_empty()) {
                return false;
            }
            let Some(count) = self.fragments.get_mut(usize::from(fragment.sequence)) else { return false };
            if usize::from(*count) >= MAX_HANDSHAKE_FRAGMENTS || fragment.message_len > MAX_HANDSHAKE_BYTES {
                return false;
            }
            *count += 1;
            rest = after;
        }
        self.count_bytes(record)
    }

    fn count_bytes(&mut self, record: &Record<'_>) -> bool {
        self.bytes += record.bytes.len();
        self.bytes <= MAX_HANDSHAKE_BYTES
    }
}

#[cfg(test)]
pub(crate) mod test_support {
    use super::*;

    pub(crate) fn record(content: u8, epoch: u16, sequence: u64, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![content, 0xfe, 0xfd];
        bytes.extend(epoch.to_be_bytes());
        bytes.extend(&sequence.to_be_bytes()[2..]);
        bytes.extend((body.len() as u16).to_be_bytes());
        bytes.extend(body);
        bytes
    }

    pub(crate) fn fragment(kind: u8, sequence: u16, message_len: usize, offset: usize, body: &[u8]) -> Vec<u8> {
        let mut bytes = vec![kind];
        bytes.extend(&(message_len as u32).to_be_bytes()[1..]);
        bytes.extend(sequence.to_be_bytes());
        bytes.extend(&(offset as u32).to_be_bytes()[1..]);
        bytes.extend(&(body.len() as u32).to_be_bytes()[1..]);
        bytes.extend(body);
        bytes
    }

    pub(crate) fn handshake(kind: u8, sequence: u16, message_len: usize, offset: usize, body: &[u8]) -> Vec<u8> {
        record(HANDSHAKE, 0, 0, &fragment(kind, sequence, message_len, offset, body))
    }
}

#[cfg(test)]
mod tests {
    use super::test_support::*;
    use super::*;

    fn admits(guard: &mut HandshakeGuard, bytes: &[u8]) -> bool {
        let record = records(bytes).next().unwrap();
        guard.admits(&record)
    }

    #[test]
    fn fragments_of_a_message_are_bounded_and_never_empty() {
        let mut guard = HandshakeGuard::default();
        assert!(!admits(&mut guard, &handshake(11, 1, 100, 0, &[])));
        for offset in 0..MAX_HANDSHAKE_FRAGMENTS {
            assert!(admits(&mut guard, &handshake(11, 1, 100, offset, &[0])));
        }
        assert!(!admits(&mut guard, &handshake(11, 1, 100, 50, &[0])));
        assert!(admits(&mut guard, &handshake(14, 2, 0, 0, &[])), "a whole message may be empty");
        assert!(!admits(&mut guard, &handshake(11, MAX_MESSAGES as u16, 1, 0, &[0])));
    }

    #[test]
    fn a_record_holds_whole_messages_or_one_fragment() {
        let mut two_whole = fragment(16, 2, 1, 0, &[1]);
        two_whole.extend(fragment(15, 3, 1, 0, &[1]));
        assert!(admits(&mut HandshakeGuard::default(), &record(HANDSHAKE, 0, 0, &two_whole)));
        let mut whole_and_part = fragment(16, 2, 1, 0, &[1]);
        whole_and_part.extend(fragment(15, 3, 2, 0, &[1]));
        assert!(!admits(&mut HandshakeGuard::default(), &record(HANDSHAKE, 0, 0, &whole_and_part)));
        let beyond = fragment(16, 2, 1, 1, &[1]);
        assert!(!admits(&mut HandshakeGuard::default(), &record(HANDSHAKE, 0, 0, &beyond)));
    }

    #[test]
    fn bytes_and_early_records_are_bounded() {
        let mut guard = HandshakeGuard::default();
        let early = record(APPLICATION_DATA, 1, 0, &[0; 100]);
        assert_eq!((0..100).filter(|_| admits(&mut guard, &early)).count(), MAX_EARLY_RECORDS);
        let mut guard = HandshakeGuard::default();
        let alert = record(ALERT, 0, 0, &[1, 0]);
        assert_eq!((0..10_000).filter(|_| admits(&mut guard, &alert)).count(), MAX_HANDSHAKE_BYTES / alert.len());
    }

    #[test]
    fn unknown_and_malformed_records_are_not_admitted() {
        for bytes in [
            record(APPLICATION_DATA, 0, 0, &[1]),
            record(CHANGE_CIPHER_SPEC, 0, 0, &[2]),
            record(ALERT, 0, 0, &[1, 0, 0]),
            record(99, 0, 0, &[1]),
            record(HANDSHAKE, 2, 0, &[1]),
            record(HANDSHAKE, 0, 0, &[1]),
        ] {
            assert!(!admits(&mut HandshakeGuard::default(), &bytes));
        }
        assert_eq!(records(&record(HANDSHAKE, 0, 0, &[])).count(), 0);
        assert_eq!(records(&record(HANDSHAKE, 0, 0, &[1; 20])[..20]).count(), 0);
    }
}
