//! Putting a ClientHello together, and reading from it which SRTP profiles the client offers.
//!
//! Browsers offer a post-quantum key share, which makes their ClientHello longer than a datagram. `rtc-dtls` answers half a
//! ClientHello as if it were a whole one, and chooses the first SRTP profile of the *client's* list. So we collect the
//! fragments first, choose by our own preference, and give it all records in one piece.

use super::records::{Fragment, Record};
use crate::limits::{MAX_CLIENT_HELLO, MAX_HANDSHAKE_FRAGMENTS};

const EXTENSION_USE_SRTP: u16 = 14;

/// A ClientHello on its way, at most [`MAX_CLIENT_HELLO`] bytes and [`MAX_HANDSHAKE_FRAGMENTS`] fragments.
#[derive(Default)]
pub(crate) struct HelloAssembly {
    sequence: u16,
    message_len: usize,
    /// By offset, without overlap.
    fragments: Vec<HelloFragment>,
}

struct HelloFragment {
    offset: usize,
    body: Vec<u8>,
    record: Vec<u8>,
}

/// A ClientHello that has arrived whole.
pub(crate) struct Hello {
    /// Its records in order, as one datagram would carry them.
    pub(crate) records: Vec<u8>,
    /// The profiles of `use_srtp` (RFC 5764, 4.1.1), the client's preference first; empty without the extension.
    pub(crate) profiles: Vec<u16>,
}

impl HelloAssembly {
    /// Adds the fragment that `record` holds; the whole message once nothing is missing.
    pub(crate) fn add(&mut self, record: &Record<'_>, fragment: &Fragment<'_>) -> Option<Hello> {
        if fragment.message_len > MAX_CLIENT_HELLO {
            return None;
        }
        if (fragment.sequence, fragment.message_len) != (self.sequence, self.message_len) {
            *self = Self { sequence: fragment.sequence, message_len: fragment.message_len, fragments: Vec::new() };
        }
        let end = fragment.offset + fragment.body.len();
        let position = self.fragments.partition_point(|other| other.offset < fragment.offset);
        let follows = position.checked_sub(1).and_then(|before| self.fragments.get(before));
        let fits = follows.is_none_or(|other| other.offset + other.body.len() <= fragment.offset)
            && self.fragments.get(position).is_none_or(|other| end <= other.offset);
        if fits && self.fragments.len() < MAX_HANDSHAKE_FRAGMENTS {
            let (body, record) = (fragment.body.to_vec(), record.bytes.to_vec());
            self.fragments.insert(position, HelloFragment { offset: fragment.offset, body, record });
        }
        self.take_if_whole()
    }

    fn take_if_whole(&mut self) -> Option<Hello> {
        let have: usize = self.fragments.iter().map(|fragment| fragment.body.len()).sum();
        if have != self.message_len || have == 0 {
            return None;
        }
        let fragments = std::mem::take(&mut self.fragments);
        let (mut body, mut records) = (Vec::with_capacity(have), Vec::new());
        for fragment in fragments {
            body.extend_from_slice(&fragment.body);
            records.extend_from_slice(&fragment.record);
        }
        Some(Hello { records, profiles: offered_profiles(&body).unwrap_or_default() })
    }
}

/// Reads `use_srtp` from the body of a ClientHello (RFC 5246, 7.4.1.2; RFC 6347, 4.2.1).
fn offered_profiles(body: &[u8]) -> Option<Vec<u16>> {
    let mut reader = Reader(body);
    reader.take(2 + 32)?;
    reader.vector8()?;
    reader.vector8()?;
    reader.vector16()?;
    reader.vector8()?;
    let mut extensions = Reader(reader.vector16()?);
    while let Some(kind) = extensions.u16() {
        let content = extensions.vector16()?;
        if kind == EXTENSION_USE_SRTP {
            let list = Reader(content).vector16()?;
            return Some(list.chunks_exact(2).filter_map(|pair| Reader(pair).u16()).collect());
        }
    }
    None
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn vector8(&mut self) -> Option<&'a [u8]> {
        let len = *self.take(1)?.first()?;
        self.take(usize::from(len))
    }

    fn vector16(&mut self) -> Option<&'a [u8]> {
        let len = self.u16()?;
        self.take(usize::from(len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::records::records;
    use crate::transport::records::test_support::handshake;

    fn hello_body(profiles: &[u16]) -> Vec<u8> {
        let mut body = vec![0xfe, 0xfd];
        body.extend([7; 32]);
        body.extend([0, 0]);
        body.extend([0, 2, 0xc0, 0x2b]);
        body.extend([1, 0]);
        let mut extensions = vec![0, 10, 0, 4, 0, 2, 0, 29];
        if !profiles.is_empty() {
            let len = 2 * profiles.len() as u16;
            extensions.extend([0, 14]);
            extensions.extend((len + 3).to_be_bytes());
            extensions.extend(len.to_be_bytes());
            profiles.iter().for_each(|profile| extensions.extend(profile.to_be_bytes()));
            extensions.push(0);
        }
        body.extend((extensions.len() as u16).to_be_bytes());
        body.extend(extensions);
        body
    }

    fn add(assembly: &mut HelloAssembly, bytes: &[u8]) -> Option<Hello> {
        let record = records(bytes).next().unwrap();
        assembly.add(&record, &record.client_hello().unwrap())
    }

    #[test]
    fn fragments_in_any_order_make_one_hello() {
        let body = hello_body(&[1, 8, 7]);
        let cuts = [0, 10, 11, 50, body.len()];
        let parts: Vec<_> =
            cuts.windows(2).map(|cut| handshake(1, 0, body.len(), cut[0], &body[cut[0]..cut[1]])).collect();
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let mut assembly = HelloAssembly::default();
            for (step, part) in order.into_iter().enumerate() {
                let hello = add(&mut assembly, &parts[part]);
                assert!(add(&mut assembly, &parts[order[0]]).is_none(), "a repeated fragment adds nothing");
                if step == 3 {
                    let hello = hello.unwrap();
                    assert_eq!((hello.profiles, hello.records), (vec![1, 8, 7], parts.concat()));
                } else {
                    assert!(hello.is_none());
                }
            }
        }
    }

    #[test]
    fn no_extension_means_no_profiles() {
        let body = hello_body(&[]);
        let hello = add(&mut HelloAssembly::default(), &handshake(1, 0, body.len(), 0, &body)).unwrap();
        assert!(hello.profiles.is_empty());
    }

    #[test]
    fn size_and_number_of_fragments_are_bounded() {
        let mut assembly = HelloAssembly::default();
        assert!(add(&mut assembly, &handshake(1, 0, MAX_CLIENT_HELLO + 1, 0, &[1; 10])).is_none());
        assert!(assembly.fragments.is_empty());
        for offset in 0..200 {
            add(&mut assembly, &handshake(1, 0, 5000, offset, &[1]));
        }
        assert_eq!(assembly.fragments.len(), MAX_HANDSHAKE_FRAGMENTS);
        add(&mut assembly, &handshake(1, 1, 5000, 0, &[1]));
        assert_eq!(assembly.fragments.len(), 1, "another message starts anew");
    }
}
