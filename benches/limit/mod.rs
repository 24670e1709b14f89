//! What the kernel and the cipher cost bare: the same packets sealed with nothing around it, and sent to the same destinations
//! by `sendto`, `sendmmsg` and GSO. No forwarder can be cheaper; `forward` is judged by its distance from here.

use std::io::IoSlice;
use std::net::{SocketAddr, SocketAddrV4, UdpSocket};
use std::os::fd::AsRawFd;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, sendmmsg};
use quinn_udp::{Transmit, UdpSockRef, UdpSocketState};
use rotunda_sfu::params::SrtpProfile;

/// A header of the length that the forwarder writes towards a subscriber with transport-cc.
const HEADER: usize = 12 + 4 + 4;

enum Key {
    Gcm(LessSafeKey),
    Cm(Box<(EncryptingKey, hmac::Key)>),
}

/// One key a destination, as SRTP has it.
pub struct Sealer {
    keys: Vec<Key>,
    packet: Vec<u8>,
    index: u64,
}

impl Sealer {
    pub fn new(profile: SrtpProfile, destinations: usize, payload: usize) -> Self {
        let keys = (0..destinations).map(|number| {
            let bytes: [u8; 16] = std::array::from_fn(|index| (number >> (index % 4 * 8)) as u8 ^ index as u8);
            match profile {
                SrtpProfile::Aes128CmHmacSha1_80 => Key::Cm(Box::new((
                    EncryptingKey::ctr(UnboundCipherKey::new(&AES_128, &bytes).unwrap()).unwrap(),
                    hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes),
                ))),
                _ => Key::Gcm(LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &bytes).unwrap())),
            }
        });
        Self { keys: keys.collect(), packet: vec![0x5a; HEADER + payload], index: 0 }
    }

    /// The length of a sealed packet.
    pub fn sealed_len(&self) -> usize {
        self.packet.len() + if matches!(self.keys[0], Key::Gcm(_)) { 16 } else { 10 }
    }

    /// Seals `packets` packets for every destination, end to end, in the order in which they are sent.
    #[inline(never)]
    pub fn seal(&mut self, packets: usize, out: &mut Vec<u8>) {
        out.clear();
        for key in &self.keys {
            for packet in 0..packets {
                let start = out.len();
                out.extend_from_slice(&self.packet);
                let (header, body) = out[start..].split_at_mut(HEADER);
                let index = self.index + packet as u64;
                match key {
                    Key::Gcm(key) => {
                        let mut nonce = [0; 12];
                        nonce[4..].copy_from_slice(&index.to_be_bytes());
                        let nonce = Nonce::assume_unique_for_key(nonce);
                        let tag = key.seal_in_place_separate_tag(nonce, Aad::from(&*header), body).unwrap();
                        out.extend_from_slice(tag.as_ref());
                    }
                    Key::Cm(keys) => {
                        let (key, authentication) = &**keys;
                        let mut iv = [0; 16];
                        iv[6..14].copy_from_slice(&index.to_be_bytes());
                        key.less_safe_encrypt(body, EncryptionContext::Iv128(FixedLength::from(iv))).unwrap();
                        let tag = hmac::sign(authentication, &out[start..]);
                        out.extend_from_slice(&tag.as_ref()[..10]);
                    }
                }
            }
        }
        self.index += packets as u64;
    }
}

/// How the bare datagrams are sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Sendto,
    Sendmmsg,
    Gso,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Sendto, Self::Sendmmsg, Self::Gso];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sendto => "sendto",
            Self::Sendmmsg => "sendmmsg",
            Self::Gso => "gso",
        }
    }
}

/// Sends sealed packets.
pub struct BareSender {
    socket: UdpSocket,
    state: UdpSocketState,
}

impl BareSender {
    pub fn new(socket: UdpSocket) -> Self {
        let state = UdpSocketState::new(UdpSockRef::from(&socket)).unwrap();
        Self { socket, state }
    }

    /// Sends `bytes`, datagrams of `len` bytes, `packets` neighbours for each destination.
    #[inline(never)]
    pub fn send(&self, method: Method, bytes: &[u8], len: usize, packets: usize, destinations: &[SocketAddr]) {
        match method {
            Method::Sendto => {
                for (run, destination) in bytes.chunks(len * packets).zip(destinations) {
                    for datagram in run.chunks(len) {
                        let _ = self.socket.send_to(datagram, destination);
                    }
                }
            }
            Method::Sendmmsg => self.send_many(bytes, len, packets, destinations),
            Method::Gso => {
                let most = self.state.max_gso_segments().max(1) * len;
                for (run, destination) in bytes.chunks(len * packets).zip(destinations) {
                    for contents in run.chunks(most.min(65_000 / len * len)) {
                        let segment_size = (contents.len() > len).then_some(len);
                        let transmit =
                            Transmit { destination: *destination, ecn: None, contents, segment_size, src_ip: None };
                        let _ = self.state.try_send(UdpSockRef::from(&self.socket), &transmit);
                    }
                }
            }
        }
    }

    fn send_many(&self, bytes: &[u8], len: usize, packets: usize, destinations: &[SocketAddr]) {
        const BATCH: usize = 64;
        let mut headers = MultiHeaders::<SockaddrIn>::preallocate(BATCH, None);
        let to = |index: usize| match destinations[index / packets] {
            SocketAddr::V4(address) => Some(SockaddrIn::from(address)),
            SocketAddr::V6(_) => Some(SockaddrIn::from(SocketAddrV4::new([127, 0, 0, 1].into(), 9))),
        };
        let datagrams: Vec<[IoSlice<'_>; 1]> = bytes.chunks(len).map(|datagram| [IoSlice::new(datagram)]).collect();
        for (number, batch) in datagrams.chunks(BATCH).enumerate() {
            let addresses: Vec<_> = (0..batch.len()).map(|index| to(number * BATCH + index)).collect();
            let _ = sendmmsg(self.socket.as_raw_fd(), &mut headers, batch, addresses, [], MsgFlags::empty())
                .map(|results| results.count());
        }
    }
}
