//! Writes RTP headers towards subscribers: once per packet and set of extension ids as a template, into which every
//! subscriber's own numbers are then set.
//!
//! Some header extensions belong to the media and are carried from publisher to subscriber; they are kept in the history in
//! a form that knows kinds instead of a publisher's ids ([`carry`]). Others belong to the hop (transport-cc numbers, absolute
//! send time) and are our own. `mid` and `rid` are not sent: our SDP names every SSRC of ours.

use super::header::RtpHeader;
use crate::limits::{MAX_CARRIED_ELEMENTS, MAX_HEADER};
use crate::params::HeaderExtensions;

/// Header extensions that belong to the media.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Carried {
    AudioLevel = 1,
    VideoOrientation = 2,
    AbsoluteCaptureTime = 3,
    DependencyDescriptor = 4,
}

impl Carried {
    const ALL: [Self; 4] =
        [Self::AudioLevel, Self::VideoOrientation, Self::AbsoluteCaptureTime, Self::DependencyDescriptor];

    fn id(self, ids: &HeaderExtensions) -> Option<u8> {
        match self {
            Self::AudioLevel => ids.audio_level,
            Self::VideoOrientation => ids.video_orientation,
            Self::AbsoluteCaptureTime => ids.abs_capture_time,
            Self::DependencyDescriptor => ids.dependency_descriptor,
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// Collects the elements of a publisher's packet that go on to subscribers, as kind, length and value each; returns how
/// much of `out` they take.
pub(crate) fn carry(
    packet: &[u8],
    header: &RtpHeader,
    ids: &HeaderExtensions,
    out: &mut [u8; MAX_CARRIED_ELEMENTS],
) -> usize {
    let mut used = 0;
    for kind in Carried::ALL {
        let Some(value) = header.elements.get(packet, kind.id(ids)) else { continue };
        let end = used + 2 + value.len();
        if let (Some([at_kind, at_len, rest @ ..]), Ok(len)) = (out.get_mut(used..end), u8::try_from(value.len())) {
            *at_kind = kind as u8;
            *at_len = len;
            rest.copy_from_slice(value);
            used = end;
        }
    }
    used
}

struct CarriedElements<'e>(&'e [u8]);

impl<'e> Iterator for CarriedElements<'e> {
    type Item = (Carried, &'e [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&[kind, len], rest) = self.0.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(usize::from(len))?;
        self.0 = rest;
        Some((Carried::from_byte(kind)?, value))
    }
}

/// The frame number of a dependency descriptor among carried elements, and whether there is one.
pub(crate) fn frame_number(elements: &[u8]) -> Option<u16> {
    CarriedElements(elements)
        .find(|(kind, _)| *kind == Carried::DependencyDescriptor)
        .and_then(|(_, value)| value.get(1..3)?.first_chunk::<2>().map(|bytes| u16::from_be_bytes(*bytes)))
}

/// Where in a template the numbers of a subscriber go.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Template {
    start: u32,
    length: u16,
    /// Place of the transport-cc number, 0 when there is none.
    transport_cc_at: u16,
    /// Place of the dependency descriptor's frame number, 0 when there is none.
    frame_number_at: u16,
}

/// One subscriber's numbers for one packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PacketNumbers {
    /// Its payload type.
    pub(crate) payload_type: u8,
    /// The low 16 bits of its index.
    pub(crate) sequence: u16,
    /// Its media timestamp.
    pub(crate) timestamp: u32,
    /// Our SSRC towards it.
    pub(crate) ssrc: u32,
    /// The transport-cc number.
    pub(crate) transport_cc: u16,
    /// Added to the frame number of a dependency descriptor.
    pub(crate) frame_number: u16,
}

/// Templates of one flush, end to end in one buffer that is reused.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    bytes: Vec<u8>,
}

impl Templates {
    /// Forgets all templates and keeps the buffer.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Heap memory in bytes.
    pub(crate) fn memory(&self) -> usize {
        self.bytes.capacity()
    }

    /// Writes the header of a packet for everyone who uses these extension ids.
    pub(crate) fn build(&mut self, ids: &HeaderExtensions, marker: bool, elements: &[u8], send_time: u32) -> Template {
        let start = self.bytes.len();
        self.bytes.extend([0x80, u8::from(marker) << 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let mut template = Template { start: start as u32, ..Template::default() };
        let carried = || CarriedElements(elements).filter_map(|(kind, value)| Some((kind, kind.id(ids)?, value)));
        let wide = carried().any(|(_, _, value)| value.is_empty() || value.len() > 16);
        let empty = ids.transport_cc.is_none() && ids.abs_send_time.is_none() && carried().next().is_none();
        if !empty {
            self.write_elements(ids, carried(), wide, send_time, start, &mut template);
        }
        let length = self.bytes.len() - start;
        if length > MAX_HEADER {
            // Cannot happen with the bound on carried elements; a bare header is still right.
            self.bytes.truncate(start + 12);
            return Template { length: 12, transport_cc_at: 0, frame_number_at: 0, ..template };
        }
        template.length = length as u16;
        template
    }

    fn write_elements<'e>(
        &mut self,
        ids: &HeaderExtensions,
        carried: impl Iterator<Item = (Carried, u8, &'e [u8])>,
        wide: bool,
        send_time: u32,
        start: usize,
        template: &mut Template,
    ) {
        if let Some(first) = self.bytes.get_mut(start) {
            *first |= 0x10;
        }
        self.bytes.extend(if wide { [0x10, 0x00, 0, 0] } else { [0xbe, 0xde, 0, 0] });
        let block = self.bytes.len();
        let element = |bytes: &mut Vec<u8>, id: u8, value: &[u8]| {
            if wide {
                bytes.extend([id, value.len() as u8]);
            } else {
                bytes.push(id << 4 | (value.len() as u8).wrapping_sub(1) & 0x0f);
            }
            bytes.extend_from_slice(value);
            (bytes.len() - value.len() - start) as u16
        };
        if let Some(id) = ids.transport_cc {
            template.transport_cc_at = element(&mut self.bytes, id, &[0, 0]);
        }
        if let Some(id) = ids.abs_send_time {
            let [_, time @ ..] = send_time.to_be_bytes();
            element(&mut self.bytes, id, &time);
        }
        for (kind, id, value) in carried {
            let at = element(&mut self.bytes, id, value);
            if kind == Carried::DependencyDescriptor && value.len() >= 3 {
                template.frame_number_at = at + 1;
            }
        }
        while !(self.bytes.len() - block).is_multiple_of(4) {
            self.bytes.push(0);
        }
        let words = ((self.bytes.len() - block) / 4) as u16;
        if let Some(field) = self.bytes.get_mut(block - 2..block) {
            field.copy_from_slice(&words.to_be_bytes());
        }
    }

    /// Copies a template to the front of `out`, sets a subscriber's numbers, and returns the header's length.
    #[inline]
    pub(crate) fn write(&self, template: &Template, numbers: &PacketNumbers, out: &mut [u8; MAX_HEADER]) -> usize {
        let length = usize::from(template.length);
        let start = template.start as usize;
        let (Some(source), Some(target)) = (self.bytes.get(start..start + length), out.get_mut(..length)) else {
            return 0;
        };
        target.copy_from_slice(source);
        if let Some(fixed) = out.first_chunk_mut::<12>() {
            fixed[1] |= numbers.payload_type & 0x7f;
            let [s0, s1] = numbers.sequence.to_be_bytes();
            let [t0, t1, t2, t3] = numbers.timestamp.to_be_bytes();
            let [r0, r1, r2, r3] = numbers.ssrc.to_be_bytes();
            fixed[2..].copy_from_slice(&[s0, s1, t0, t1, t2, t3, r0, r1, r2, r3]);
        }
        if template.transport_cc_at != 0
            && let Some(field) = out.get_mut(usize::from(template.transport_cc_at)..).and_then(<[u8]>::first_chunk_mut)
        {
            *field = numbers.transport_cc.to_be_bytes();
        }
        if template.frame_number_at != 0
            && let Some(field) =
                out.get_mut(usize::from(template.frame_number_at)..).and_then(<[u8]>::first_chunk_mut::<2>)
        {
            *field = u16::from_be_bytes(*field).wrapping_add(numbers.frame_number).to_be_bytes();
        }
        length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: PacketNumbers = PacketNumbers {
        payload_type: 97,
        sequence: 0x0102,
        timestamp: 0x0304_0506,
        ssrc: 0x0708_090a,
        transport_cc: 0xabcd,
        frame_number: 5,
    };

    fn written(ids: &HeaderExtensions, elements: &[u8]) -> Vec<u8> {
        let mut templates = Templates::default();
        templates.build(ids, false, b"", 0);
        let template = templates.build(ids, true, elements, 0x0012_3456);
        let mut out = [0xff; MAX_HEADER];
        let length = templates.write(&template, &NUMBERS, &mut out);
        out[..length].to_vec()
    }

    #[test]
    fn carries_the_medias_elements_under_the_subscribers_ids() {
        let theirs = HeaderExtensions { audio_level: Some(3), mid: Some(4), ..HeaderExtensions::default() };
        let packet = [0x90, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xbe, 0xde, 0, 1, 0x30, 0x85, 0x40, b'0', 9];
        let header = RtpHeader::read(&packet).unwrap();
        let mut carried = [0; MAX_CARRIED_ELEMENTS];
        let used = carry(&packet, &header, &theirs, &mut carried);
        let ours = HeaderExtensions {
            audio_level: Some(7),
            transport_cc: Some(2),
            abs_send_time: Some(1),
            mid: Some(4),
            ..HeaderExtensions::default()
        };
        let bytes = written(&ours, &carried[..used]);
        let header = RtpHeader::read(&bytes).unwrap();
        assert!(header.marker);
        assert_eq!((header.payload_type, header.sequence), (97, 0x0102));
        assert_eq!((header.timestamp, header.ssrc), (0x0304_0506, 0x0708_090a));
        assert_eq!(header.elements.get(&bytes, Some(7)), Some(&[0x85][..]));
        assert_eq!(header.elements.get(&bytes, Some(2)), Some(&[0xab, 0xcd][..]));
        assert_eq!(header.elements.get(&bytes, Some(1)), Some(&[0x12, 0x34, 0x56][..]));
        assert_eq!(header.elements.get(&bytes, Some(4)), None, "mid stays with the publisher");
        assert_eq!(header.payload_start, bytes.len());
    }

    #[test]
    fn long_descriptors_take_the_two_byte_form_and_their_frame_number_moves_on() {
        let mut elements = vec![Carried::DependencyDescriptor as u8, 40, 0x80, 0xff, 0xfe];
        elements.extend([3; 37]);
        assert_eq!(frame_number(&elements), Some(0xfffe));
        let ids =
            HeaderExtensions { dependency_descriptor: Some(12), transport_cc: Some(2), ..HeaderExtensions::default() };
        let bytes = written(&ids, &elements);
        let header = RtpHeader::read(&bytes).unwrap();
        let descriptor = header.elements.get(&bytes, Some(12)).unwrap();
        assert_eq!((descriptor.len(), &descriptor[..4]), (40, &[0x80, 0x00, 0x03, 3][..]));
        assert_eq!(header.elements.get(&bytes, Some(2)), Some(&[0xab, 0xcd][..]));
    }

    #[test]
    fn without_extensions_the_header_is_bare() {
        assert_eq!(written(&HeaderExtensions::default(), &[Carried::AudioLevel as u8, 1, 5]).len(), 12);
    }
}
