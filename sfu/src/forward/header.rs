//! Reads an RTP header with its extensions in one pass (RFC 3550, section 5.1; RFC 8285), without allocation.
//!
//! In goes one decrypted packet; out come the fixed fields, where the payload is with padding taken off, and where each
//! header extension element stands. Nothing is read outside the packet, whatever its length fields say.

/// The fixed header (RFC 3550, section 5.1) in bytes.
pub(crate) const FIXED_LENGTH: usize = 12;

/// One-byte header extension elements (RFC 8285, section 4.2).
const ONE_BYTE_PROFILE: u16 = 0xbede;
/// Two-byte header extension elements (RFC 8285, section 4.3); the low four bits are free for the application.
const TWO_BYTE_PROFILE: u16 = 0x1000;

/// What an RTP packet says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RtpHeader {
    /// The marker bit.
    pub(crate) marker: bool,
    /// The payload type.
    pub(crate) payload_type: u8,
    /// The sequence number as on the wire.
    pub(crate) sequence: u16,
    /// The media timestamp in clock-rate units.
    pub(crate) timestamp: u32,
    /// The source.
    pub(crate) ssrc: u32,
    /// Where the payload begins.
    pub(crate) payload_start: usize,
    /// Where the payload ends, padding taken off.
    pub(crate) payload_end: usize,
    /// The header extension elements.
    pub(crate) elements: Elements,
}

/// Where the header extension elements of ids 1 to 14 stand in a packet. The last of two with one id counts.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Elements {
    start: [u16; 15],
    len: [u8; 15],
}

impl Elements {
    fn insert(&mut self, id: u8, start: usize, len: usize) {
        if let (Some(slot), Some(length)) = (self.start.get_mut(usize::from(id)), self.len.get_mut(usize::from(id)))
            && let (Ok(start), Ok(len)) = (u16::try_from(start), u8::try_from(len))
        {
            *slot = start;
            *length = len;
        }
    }

    /// The value of the element with this id in `packet`, the packet that was read.
    pub(crate) fn get<'p>(&self, packet: &'p [u8], id: Option<u8>) -> Option<&'p [u8]> {
        let id = usize::from(id?);
        let start = usize::from(*self.start.get(id)?);
        // The extension block begins after the fixed header, so that no element starts at 0.
        if start == 0 {
            return None;
        }
        packet.get(start..start + usize::from(*self.len.get(id)?))
    }
}

impl RtpHeader {
    /// Reads a packet; `None` when it is no RTP packet of version 2 or contradicts its own length.
    pub(crate) fn read(packet: &[u8]) -> Option<Self> {
        let fixed: &[u8; FIXED_LENGTH] = packet.first_chunk()?;
        let [first, second, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3] = *fixed;
        if first >> 6 != 2 {
            return None;
        }
        let mut payload_start = FIXED_LENGTH + 4 * usize::from(first & 0x0f);
        let mut elements = Elements::default();
        if first & 0x10 != 0 {
            let &[p0, p1, l0, l1] = packet.get(payload_start..)?.first_chunk::<4>()?;
            let start = payload_start + 4;
            payload_start = start + 4 * usize::from(u16::from_be_bytes([l0, l1]));
            let block = packet.get(start..payload_start)?;
            read_elements(u16::from_be_bytes([p0, p1]), block, start, &mut elements);
        }
        let mut payload_end = packet.len();
        if first & 0x20 != 0 {
            let padding = usize::from(*packet.last()?);
            payload_end = payload_end.checked_sub(padding).filter(|_| padding != 0)?;
        }
        if payload_end < payload_start {
            return None;
        }
        Some(Self {
            marker: second & 0x80 != 0,
            payload_type: second & 0x7f,
            sequence: u16::from_be_bytes([s0, s1]),
            timestamp: u32::from_be_bytes([t0, t1, t2, t3]),
            ssrc: u32::from_be_bytes([r0, r1, r2, r3]),
            payload_start,
            payload_end,
            elements,
        })
    }

    /// The payload of `packet`, the packet that was read.
    pub(crate) fn payload<'p>(&self, packet: &'p [u8]) -> &'p [u8] {
        packet.get(self.payload_start..self.payload_end).unwrap_or_default()
    }
}

fn read_elements(profile: u16, block: &[u8], start: usize, elements: &mut Elements) {
    let mut at = 0;
    if profile == ONE_BYTE_PROFILE {
        while let Some(&byte) = block.get(at) {
            at += 1;
            if byte == 0 {
                continue;
            }
            let (id, len) = (byte >> 4, usize::from(byte & 0x0f) + 1);
            // Id 15 and a padding byte with a length end the block (RFC 8285, section 4.2).
            if id == 15 || id == 0 || block.len() - at < len {
                return;
            }
            elements.insert(id, start + at, len);
            at += len;
        }
    } else if profile & 0xfff0 == TWO_BYTE_PROFILE {
        while let Some(&id) = block.get(at) {
            at += 1;
            if id == 0 {
                continue;
            }
            let Some(&len) = block.get(at) else { return };
            at += 1;
            if block.len() - at < usize::from(len) {
                return;
            }
            elements.insert(id, start + at, usize::from(len));
            at += usize::from(len);
        }
    }
}

/// The loudness in -dBov and the voice flag of a client-to-mixer audio level (RFC 6464).
pub(crate) fn read_audio_level(element: &[u8]) -> Option<(u8, bool)> {
    element.first().map(|byte| (byte & 0x7f, byte & 0x80 != 0))
}

/// The transport-wide sequence number of a transport-cc element.
pub(crate) fn read_transport_cc(element: &[u8]) -> Option<u16> {
    element.first_chunk::<2>().map(|bytes| u16::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A packet with the given extension block and payload.
    fn packet(profile: u16, block: &[u8], payload: &[u8], padding: u8) -> Vec<u8> {
        let mut packet = vec![0x90, 0x80 | 96, 0x12, 0x34, 0, 0, 0, 9, 0xde, 0xad, 0xbe, 0xef];
        packet.extend(profile.to_be_bytes());
        packet.extend(((block.len() / 4) as u16).to_be_bytes());
        packet.extend(block);
        packet.extend(payload);
        if padding > 0 {
            packet[0] |= 0x20;
            packet.extend(std::iter::repeat_n(0, usize::from(padding) - 1));
            packet.push(padding);
        }
        packet
    }

    #[test]
    fn reads_fixed_fields_elements_and_payload() {
        let bytes = packet(0xbede, &[0x10, b'7', 0x31, 0xab, 0xcd, 0, 0, 0], b"media", 3);
        let header = RtpHeader::read(&bytes).unwrap();
        assert!(header.marker);
        assert_eq!((header.payload_type, header.sequence, header.timestamp, header.ssrc), (96, 0x1234, 9, 0xdead_beef));
        assert_eq!(header.elements.get(&bytes, Some(1)), Some(&b"7"[..]));
        assert_eq!(header.elements.get(&bytes, Some(3)).and_then(read_transport_cc), Some(0xabcd));
        assert_eq!(header.elements.get(&bytes, Some(2)), None);
        assert_eq!(header.payload(&bytes), b"media");
    }

    #[test]
    fn reads_two_byte_elements_and_empty_ones() {
        let mut block = vec![5, 0, 0, 12, 17];
        block.extend([7; 17]);
        block.extend([0, 0]);
        let bytes = packet(0x1003, &block, b"x", 0);
        let header = RtpHeader::read(&bytes).unwrap();
        assert_eq!(header.elements.get(&bytes, Some(5)), Some(&[][..]));
        assert_eq!(header.elements.get(&bytes, Some(12)), Some(&[7; 17][..]));
    }

    #[test]
    fn id_fifteen_ends_the_block_and_is_not_the_payload() {
        let bytes = packet(0xbede, &[0x10, b'1', 0xf0, 1, 0x20, b'2', 0, 0], b"p", 0);
        let header = RtpHeader::read(&bytes).unwrap();
        assert_eq!(header.elements.get(&bytes, Some(1)), Some(&b"1"[..]));
        assert_eq!(header.elements.get(&bytes, Some(2)), None);
        assert_eq!(header.payload(&bytes), b"p");
    }

    #[test]
    fn refuses_padding_that_eats_the_header() {
        let mut bytes = packet(0xbede, &[], b"", 4);
        *bytes.last_mut().unwrap() = 200;
        assert_eq!(RtpHeader::read(&bytes), None);
        *bytes.last_mut().unwrap() = 0;
        assert_eq!(RtpHeader::read(&bytes), None);
    }

    proptest! {
        #[test]
        fn no_input_panics_or_reads_outside(bytes in proptest::collection::vec(any::<u8>(), 0..200), first in 0x80u8..=0xbf) {
            let mut bytes = bytes;
            if let Some(byte) = bytes.first_mut() { *byte = first; }
            if let Some(header) = RtpHeader::read(&bytes) {
                prop_assert!(header.payload_start <= header.payload_end && header.payload_end <= bytes.len());
                for id in 0..=15 { let _ = header.elements.get(&bytes, Some(id)); }
            }
        }
    }
}
