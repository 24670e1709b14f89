//! Reads and rewrites the VP8 payload descriptor (RFC 7741, section 4.2).
//!
//! A subscriber's picture id, TL0PICIDX and KEYIDX must go on without a gap when the engine changes the layer that it
//! forwards or leaves frames out. The descriptor is at most six bytes; it is rewritten into a small buffer of its own, and
//! the rest of the payload goes to the cipher as it stands in the history.

/// The longest descriptor in bytes.
pub(crate) const MAX_DESCRIPTOR: usize = 6;

/// Where the fields of one descriptor stand, and their values. Absent fields have no place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Vp8Descriptor {
    bytes: [u8; MAX_DESCRIPTOR],
    length: u8,
    /// Place of the picture id, 0 when absent (the first byte is never a picture id).
    picture_id_at: u8,
    wide_picture_id: bool,
    tl0_at: u8,
    tid_key_at: u8,
    has_tid: bool,
    has_keyidx: bool,
}

/// What is added to the fields of a descriptor, each in its own modulus.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Vp8Offsets {
    /// Added to the picture id.
    pub(crate) picture_id: u16,
    /// Added to TL0PICIDX.
    pub(crate) tl0_picture_index: u8,
    /// Added to KEYIDX.
    pub(crate) key_index: u8,
}

impl Vp8Descriptor {
    /// Reads the descriptor at the start of a payload; `None` when it is cut off.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let mut descriptor = Self {
            bytes: [0; MAX_DESCRIPTOR],
            length: 1,
            picture_id_at: 0,
            wide_picture_id: false,
            tl0_at: 0,
            tid_key_at: 0,
            has_tid: false,
            has_keyidx: false,
        };
        if first & 0x80 != 0 {
            let extension = *payload.get(1)?;
            let mut at = 2u8;
            if extension & 0x80 != 0 {
                descriptor.picture_id_at = at;
                descriptor.wide_picture_id = payload.get(usize::from(at))? & 0x80 != 0;
                at += if descriptor.wide_picture_id { 2 } else { 1 };
            }
            if extension & 0x40 != 0 {
                descriptor.tl0_at = at;
                at += 1;
            }
            if extension & 0x30 != 0 {
                descriptor.tid_key_at = at;
                descriptor.has_tid = extension & 0x20 != 0;
                descriptor.has_keyidx = extension & 0x10 != 0;
                at += 1;
            }
            descriptor.length = at;
        }
        let length = usize::from(descriptor.length);
        descriptor.bytes.get_mut(..length)?.copy_from_slice(payload.get(..length)?);
        Some(descriptor)
    }

    /// Its length in bytes.
    pub(crate) fn length(&self) -> usize {
        usize::from(self.length)
    }

    fn byte(&self, at: u8) -> u8 {
        self.bytes.get(usize::from(at)).copied().unwrap_or_default()
    }

    /// Whether a frame starts with this packet: S set, partition 0.
    pub(crate) fn starts_frame(&self) -> bool {
        self.byte(0) & 0x17 == 0x10
    }

    /// The picture id, where present: 7 or 15 bits.
    pub(crate) fn picture_id(&self) -> Option<u16> {
        match (self.picture_id_at, self.wide_picture_id) {
            (0, _) => None,
            (at, false) => Some(u16::from(self.byte(at) & 0x7f)),
            (at, true) => Some(u16::from_be_bytes([self.byte(at) & 0x7f, self.byte(at + 1)])),
        }
    }

    /// The bits of the picture id that count.
    pub(crate) fn picture_id_mask(&self) -> u16 {
        if self.wide_picture_id { 0x7fff } else { 0x7f }
    }

    /// TL0PICIDX, where present.
    pub(crate) fn tl0_picture_index(&self) -> Option<u8> {
        (self.tl0_at != 0).then(|| self.byte(self.tl0_at))
    }

    /// KEYIDX (5 bits), where present.
    pub(crate) fn key_index(&self) -> Option<u8> {
        self.has_keyidx.then(|| self.byte(self.tid_key_at) & 0x1f)
    }

    /// The temporal layer, 0 when the stream has none.
    pub(crate) fn temporal_layer(&self) -> u8 {
        if self.has_tid { self.byte(self.tid_key_at) >> 6 } else { 0 }
    }

    /// Whether this frame depends on the base layer only (Y).
    pub(crate) fn temporal_sync(&self) -> bool {
        self.has_tid && self.byte(self.tid_key_at) & 0x20 != 0
    }

    /// Writes the descriptor with its fields moved on into the front of `out`, and says how long it is.
    pub(crate) fn write(&self, offsets: &Vp8Offsets, out: &mut [u8; MAX_DESCRIPTOR]) -> usize {
        *out = self.bytes;
        let mut set = |at: u8, value: u8| {
            if let Some(byte) = out.get_mut(usize::from(at)) {
                *byte = value;
            }
        };
        if let Some(id) = self.picture_id() {
            let id = id.wrapping_add(offsets.picture_id) & self.picture_id_mask();
            if self.wide_picture_id {
                let [high, low] = id.to_be_bytes();
                set(self.picture_id_at, 0x80 | high);
                set(self.picture_id_at + 1, low);
            } else {
                set(self.picture_id_at, id as u8);
            }
        }
        if let Some(index) = self.tl0_picture_index() {
            set(self.tl0_at, index.wrapping_add(offsets.tl0_picture_index));
        }
        if let Some(index) = self.key_index() {
            let kept = self.byte(self.tid_key_at) & 0xe0;
            set(self.tid_key_at, kept | (index.wrapping_add(offsets.key_index) & 0x1f));
        }
        self.length()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: [u8; 7] = [0x90, 0xf0, 0xff, 0xff, 0xfe, 0b0110_0000 | 31, 0x11];

    #[test]
    fn reads_all_fields() {
        let descriptor = Vp8Descriptor::read(&FULL).unwrap();
        assert_eq!(descriptor.length(), 6);
        assert!(descriptor.starts_frame() && descriptor.temporal_sync());
        assert_eq!(descriptor.picture_id(), Some(0x7fff));
        assert_eq!((descriptor.tl0_picture_index(), descriptor.key_index()), (Some(0xfe), Some(31)));
        assert_eq!(descriptor.temporal_layer(), 1);
    }

    #[test]
    fn rewriting_wraps_each_field_in_its_modulus() {
        let mut out = [0; MAX_DESCRIPTOR];
        let offsets = Vp8Offsets { picture_id: 2, tl0_picture_index: 3, key_index: 1 };
        let length = Vp8Descriptor::read(&FULL).unwrap().write(&offsets, &mut out);
        let after = Vp8Descriptor::read(&out[..length]).unwrap();
        assert_eq!((after.picture_id(), after.tl0_picture_index(), after.key_index()), (Some(1), Some(1), Some(0)));
        assert_eq!((after.temporal_layer(), after.temporal_sync()), (1, true));
        let narrow = [0x90, 0x80, 0x7f, 0];
        let length = Vp8Descriptor::read(&narrow).unwrap().write(&offsets, &mut out);
        assert_eq!(&out[..length], &[0x90, 0x80, 0x01]);
    }

    #[test]
    fn a_bare_descriptor_stays_as_it_is() {
        let mut out = [0; MAX_DESCRIPTOR];
        let descriptor = Vp8Descriptor::read(&[0x10, 0]).unwrap();
        assert_eq!(descriptor.write(&Vp8Offsets { picture_id: 9, tl0_picture_index: 9, key_index: 9 }, &mut out), 1);
        assert_eq!(out[0], 0x10);
        assert!(Vp8Descriptor::read(&[0x80]).is_none());
        assert!(Vp8Descriptor::read(&[0x80, 0x80, 0x80]).is_none());
    }
}
