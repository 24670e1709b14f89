//! SRTP and SRTCP: sealing what leaves and opening what arrives (RFC 3711, RFC 7714).
//!
//! Packets go in as plain slices and come out sealed into a buffer of the caller's, or are opened where they lie. Nothing
//! is allocated per packet. Sealing RTP keeps no state: the caller owns the 48-bit packet index and gives each
//! (SSRC, index) out once. Opening keeps, for each SSRC, the highest index and a replay window, and moves both only
//! for packets that were authenticated.

use std::cell::OnceCell;
use std::time::Instant;

use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, Algorithm, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{AES_128, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;

use super::DropReason;
use super::key_derivation::{Label, MasterKey};
use super::replay::Sources;
use crate::params::SrtpProfile;

/// The most bytes that sealing adds to an RTP packet.
pub const MAX_SRTP_OVERHEAD: usize = GCM_TAG;
/// The most bytes that sealing adds to an RTCP packet.
pub const MAX_SRTCP_OVERHEAD: usize = GCM_TAG + INDEX_WORD;

const GCM_TAG: usize = 16;
const GCM_MAX_KEY: usize = 32;
const SHA1_80_TAG: usize = 10;
const INDEX_WORD: usize = 4;
const RTP_HEADER: usize = 12;
/// The part of an RTCP packet that stays in the clear: header and sender's SSRC.
const RTCP_CLEAR: usize = 8;
const ENCRYPTED_FLAG: u32 = 1 << 31;
/// The last packet index under one key: 48 bits (RFC 3711, 9.2).
const MAX_INDEX: u64 = (1 << 48) - 1;

/// The keys of one direction for one of RTP and RTCP. Those of AES-CM are twice as large and rare, and kept apart.
enum Cipher {
    Gcm { key: GcmKey, salt: [u8; 12] },
    Cm(Box<Cm>),
}

/// A key whose expanded form, ten times as large, is made at its first use: of the RTP keys of a connection that carries
/// media one way, one is never used.
struct GcmKey {
    algorithm: &'static Algorithm,
    bytes: [u8; GCM_MAX_KEY],
    expanded: OnceCell<LessSafeKey>,
}

impl GcmKey {
    fn new(algorithm: &'static Algorithm, key: &[u8]) -> Option<Self> {
        let mut bytes = [0; GCM_MAX_KEY];
        bytes.get_mut(..key.len())?.copy_from_slice(key);
        (key.len() == algorithm.key_len()).then_some(Self { algorithm, bytes, expanded: OnceCell::new() })
    }

    #[inline]
    fn expanded(&self) -> Option<&LessSafeKey> {
        match self.expanded.get() {
            Some(key) => Some(key),
            None => self.expand(),
        }
    }

    #[cold]
    fn expand(&self) -> Option<&LessSafeKey> {
        let bytes = self.bytes.get(..self.algorithm.key_len())?;
        let key = LessSafeKey::new(UnboundKey::new(self.algorithm, bytes).ok()?);
        Some(self.expanded.get_or_init(|| key))
    }
}

struct Cm {
    key: EncryptingKey,
    salt: [u8; 14],
    authentication: hmac::Key,
}

impl Cipher {
    fn derive(profile: SrtpProfile, master: &MasterKey, labels: [Label; 3]) -> Option<Self> {
        let [cipher, authentication, salt] = labels;
        Some(match profile {
            SrtpProfile::AeadAes128Gcm => {
                let key = GcmKey::new(&AES_128_GCM, &master.derive::<16>(cipher)?)?;
                Self::Gcm { key, salt: master.derive(salt)? }
            }
            SrtpProfile::AeadAes256Gcm => {
                let key = GcmKey::new(&AES_256_GCM, &master.derive::<32>(cipher)?)?;
                Self::Gcm { key, salt: master.derive(salt)? }
            }
            SrtpProfile::Aes128CmHmacSha1_80 => {
                let key = UnboundCipherKey::new(&AES_128, &master.derive::<16>(cipher)?).ok()?;
                let authentication = master.derive::<20>(authentication)?;
                Self::Cm(Box::new(Cm {
                    key: EncryptingKey::ctr(key).ok()?,
                    salt: master.derive(salt)?,
                    authentication: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &authentication),
                }))
            }
        })
    }

    fn rtp(profile: SrtpProfile, master: &MasterKey) -> Option<Self> {
        Self::derive(profile, master, [Label::RtpCipher, Label::RtpAuthentication, Label::RtpSalt])
    }

    fn rtcp(profile: SrtpProfile, master: &MasterKey) -> Option<Self> {
        Self::derive(profile, master, [Label::RtcpCipher, Label::RtcpAuthentication, Label::RtcpSalt])
    }

    fn tag_len(&self) -> usize {
        match self {
            Self::Gcm { .. } => GCM_TAG,
            Self::Cm(_) => SHA1_80_TAG,
        }
    }
}

/// The nonce of AES-GCM (RFC 7714, 8.1 and 9.1): 16 zero bits, SSRC, 48-bit index, xor salt.
fn gcm_nonce(salt: &[u8; 12], ssrc: u32, index: u64) -> Nonce {
    let block = (u128::from(ssrc) << 48 | u128::from(index)) << 32;
    let mut nonce = [0; 12];
    for ((out, salt), byte) in nonce.iter_mut().zip(salt).zip(block.to_be_bytes()) {
        *out = salt ^ byte;
    }
    Nonce::assume_unique_for_key(nonce)
}

/// The counter block of AES-CM (RFC 3711, 4.1.1): (salt ∥ 0) xor (SSRC ∥ index ∥ 0).
fn cm_context(salt: &[u8; 14], ssrc: u32, index: u64) -> EncryptionContext {
    let block = u128::from(ssrc) << 64 | u128::from(index) << 16;
    let mut iv = block.to_be_bytes();
    for (out, salt) in iv.iter_mut().zip(salt) {
        *out ^= salt;
    }
    EncryptionContext::Iv128(FixedLength::from(iv))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The length of an RTP header with its contributing sources and extension (RFC 3550, 5.1 and 5.3.1).
fn rtp_header_len(packet: &[u8]) -> Option<usize> {
    let first = *packet.first()?;
    if first >> 6 != 2 {
        return None;
    }
    let mut len = RTP_HEADER + 4 * usize::from(first & 0x0f);
    if first & 0x10 != 0 {
        let words = u16::from_be_bytes(packet.get(len + 2..len + 4)?.try_into().ok()?);
        len += 4 + 4 * usize::from(words);
    }
    Some(len)
}

/// The keys that seal what we send.
pub(crate) struct Sealer {
    rtp: Cipher,
    rtcp: Cipher,
    next_rtcp_index: u32,
}

impl Sealer {
    pub(crate) fn new(profile: SrtpProfile, master: &MasterKey) -> Option<Self> {
        Some(Self { rtp: Cipher::rtp(profile, master)?, rtcp: Cipher::rtcp(profile, master)?, next_rtcp_index: 0 })
    }

    /// See [`super::Transport::seal_rtp`].
    pub(crate) fn seal_rtp(&self, index: u64, header: &[u8], payload: &[&[u8]], out: &mut [u8]) -> Option<usize> {
        let ssrc = u32_at(header, 8)?;
        let payload_len: usize = payload.iter().map(|part| part.len()).sum();
        let body_end = header.len() + payload_len;
        let end = body_end + self.rtp.tag_len();
        let out = out.get_mut(..end)?;
        if index > MAX_INDEX {
            return None;
        }
        let (head, rest) = out.split_at_mut_checked(header.len())?;
        head.copy_from_slice(header);
        let (body, tag) = rest.split_at_mut_checked(payload_len)?;
        match &self.rtp {
            Cipher::Gcm { key, salt } => {
                let key = key.expanded()?;
                let nonce = gcm_nonce(salt, ssrc, index);
                match payload {
                    [whole] => key.seal_out_of_place_scatter(nonce, Aad::from(header), whole, body, &[], tag).ok()?,
                    parts => {
                        gather(parts, body)?;
                        key.seal_in_place_scatter(nonce, Aad::from(header), body, &[], tag).ok()?;
                    }
                }
            }
            Cipher::Cm(cm) => {
                let Cm { key, salt, authentication } = &**cm;
                gather(payload, body)?;
                key.less_safe_encrypt(body, cm_context(salt, ssrc, index)).ok()?;
                // The rollover counter is authenticated behind the packet, where the tag comes to stand afterwards.
                let roc = (index >> 16) as u32;
                out.get_mut(body_end..body_end + 4)?.copy_from_slice(&roc.to_be_bytes());
                let tag = hmac::sign(authentication, out.get(..body_end + 4)?);
                out.get_mut(body_end..)?.copy_from_slice(tag.as_ref().get(..SHA1_80_TAG)?);
            }
        }
        Some(end)
    }

    /// See [`super::Transport::seal_rtcp`].
    pub(crate) fn seal_rtcp(&mut self, plain: &[u8], out: &mut [u8]) -> Option<usize> {
        let ssrc = u32_at(plain, 4)?;
        let index = self.next_rtcp_index;
        if index & ENCRYPTED_FLAG != 0 {
            return None;
        }
        let word = (ENCRYPTED_FLAG | index).to_be_bytes();
        let end = plain.len() + self.rtcp.tag_len() + INDEX_WORD;
        let out = out.get_mut(..end)?;
        let (clear, plain_body) = plain.split_at_checked(RTCP_CLEAR)?;
        let (head, rest) = out.split_at_mut_checked(RTCP_CLEAR)?;
        head.copy_from_slice(clear);
        let (body, trailer) = rest.split_at_mut_checked(plain_body.len())?;
        match &self.rtcp {
            Cipher::Gcm { key, salt } => {
                let (tag, index_word) = trailer.split_at_mut_checked(GCM_TAG)?;
                let aad = srtcp_aad(clear, word)?;
                let nonce = gcm_nonce(salt, ssrc, u64::from(index));
                key.expanded()?.seal_out_of_place_scatter(nonce, Aad::from(aad), plain_body, body, &[], tag).ok()?;
                index_word.copy_from_slice(&word);
            }
            Cipher::Cm(cm) => {
                let Cm { key, salt, authentication } = &**cm;
                body.copy_from_slice(plain_body);
                key.less_safe_encrypt(body, cm_context(salt, ssrc, u64::from(index))).ok()?;
                trailer.get_mut(..INDEX_WORD)?.copy_from_slice(&word);
                let tag = hmac::sign(authentication, out.get(..plain.len() + INDEX_WORD)?);
                out.get_mut(plain.len() + INDEX_WORD..)?.copy_from_slice(tag.as_ref().get(..SHA1_80_TAG)?);
            }
        }
        self.next_rtcp_index = index + 1;
        Some(end)
    }
}

fn gather(parts: &[&[u8]], mut out: &mut [u8]) -> Option<()> {
    for part in parts {
        let (here, rest) = std::mem::take(&mut out).split_at_mut_checked(part.len())?;
        here.copy_from_slice(part);
        out = rest;
    }
    Some(())
}

fn srtcp_aad(clear: &[u8], word: [u8; 4]) -> Option<[u8; RTCP_CLEAR + INDEX_WORD]> {
    let mut aad = [0; RTCP_CLEAR + INDEX_WORD];
    aad.get_mut(..RTCP_CLEAR)?.copy_from_slice(clear);
    aad.get_mut(RTCP_CLEAR..)?.copy_from_slice(&word);
    Some(aad)
}

/// The keys that open what arrives, and what has arrived.
pub(crate) struct Opener {
    rtp: Cipher,
    rtcp: Cipher,
    rtp_sources: Sources,
    rtcp_sources: Sources,
}

impl Opener {
    pub(crate) fn new(profile: SrtpProfile, master: &MasterKey) -> Option<Self> {
        Some(Self {
            rtp: Cipher::rtp(profile, master)?,
            rtcp: Cipher::rtcp(profile, master)?,
            rtp_sources: Sources::default(),
            rtcp_sources: Sources::default(),
        })
    }

    /// Opens an SRTP packet in place and returns the length of the RTP packet.
    pub(crate) fn open_rtp(&mut self, now: Instant, packet: &mut [u8]) -> Result<usize, DropReason> {
        let header_len = rtp_header_len(packet).ok_or(DropReason::Malformed)?;
        let ssrc = u32_at(packet, 8).ok_or(DropReason::Malformed)?;
        let sequence = u32_at(packet, 0).ok_or(DropReason::Malformed)? as u16;
        let body_end = packet.len().checked_sub(self.rtp.tag_len()).ok_or(DropReason::Malformed)?;
        if header_len > body_end {
            return Err(DropReason::Malformed);
        }
        let index = match self.rtp_sources.get(ssrc) {
            Some(window) => {
                let index = estimate_index(window.highest(), sequence).ok_or(DropReason::Replayed)?;
                if !window.is_fresh(index) {
                    return Err(DropReason::Replayed);
                }
                index
            }
            None if self.rtp_sources.has_room(now) => u64::from(sequence),
            None => return Err(DropReason::TooManySources),
        };
        open_rtp(&self.rtp, ssrc, index, header_len, body_end, packet).ok_or(DropReason::Unauthenticated)?;
        self.rtp_sources.accept(now, ssrc, index);
        Ok(body_end)
    }

    /// Opens an SRTCP packet in place and returns the length of the RTCP packet.
    pub(crate) fn open_rtcp(&mut self, now: Instant, packet: &mut [u8]) -> Result<usize, DropReason> {
        let ssrc = u32_at(packet, 4).ok_or(DropReason::Malformed)?;
        let body_end = packet.len().checked_sub(self.rtcp.tag_len() + INDEX_WORD).ok_or(DropReason::Malformed)?;
        if body_end < RTCP_CLEAR {
            return Err(DropReason::Malformed);
        }
        let word_at = match self.rtcp {
            Cipher::Gcm { .. } => body_end + GCM_TAG,
            Cipher::Cm(_) => body_end,
        };
        let word = u32_at(packet, word_at).ok_or(DropReason::Malformed)?;
        if word & ENCRYPTED_FLAG == 0 {
            return Err(DropReason::Malformed);
        }
        let index = word & !ENCRYPTED_FLAG;
        match self.rtcp_sources.get(ssrc) {
            Some(window) if !window.is_fresh(u64::from(index)) => return Err(DropReason::Replayed),
            None if !self.rtcp_sources.has_room(now) => return Err(DropReason::TooManySources),
            _ => {}
        }
        open_rtcp(&self.rtcp, ssrc, index, body_end, packet).ok_or(DropReason::Unauthenticated)?;
        self.rtcp_sources.accept(now, ssrc, u64::from(index));
        Ok(body_end)
    }
}

/// The packet index that `sequence` most likely stands for (RFC 3711, 3.3.1 and appendix A); `None` for one before the
/// beginning.
fn estimate_index(highest: u64, sequence: u16) -> Option<u64> {
    let roc = highest >> 16;
    let newest = highest as u16;
    let distance = sequence.wrapping_sub(newest) as i16;
    let index = (roc << 16 | u64::from(newest)).checked_add_signed(i64::from(distance))?;
    (index <= MAX_INDEX).then_some(index)
}

fn open_rtp(
    cipher: &Cipher,
    ssrc: u32,
    index: u64,
    header_len: usize,
    body_end: usize,
    packet: &mut [u8],
) -> Option<()> {
    match cipher {
        Cipher::Gcm { key, salt } => {
            let (header, rest) = packet.split_at_mut_checked(header_len)?;
            let (body, tag) = rest.split_at_mut_checked(body_end - header_len)?;
            key.expanded()?
                .open_in_place_separate_tag(gcm_nonce(salt, ssrc, index), Aad::from(header), tag, body)
                .ok()?;
        }
        Cipher::Cm(cm) => {
            let Cm { key, salt, authentication } = &**cm;
            let tag: [u8; SHA1_80_TAG] = packet.get(body_end..)?.try_into().ok()?;
            let roc = (index >> 16) as u32;
            packet.get_mut(body_end..body_end + 4)?.copy_from_slice(&roc.to_be_bytes());
            let expected = hmac::sign(authentication, packet.get(..body_end + 4)?);
            // The tag is put back: a packet that fails here may be another transport's.
            packet.get_mut(body_end..)?.copy_from_slice(&tag);
            verify_sha1_80(&expected, &tag)?;
            key.less_safe_encrypt(packet.get_mut(header_len..body_end)?, cm_context(salt, ssrc, index)).ok()?;
        }
    }
    Some(())
}

fn open_rtcp(cipher: &Cipher, ssrc: u32, index: u32, body_end: usize, packet: &mut [u8]) -> Option<()> {
    match cipher {
        Cipher::Gcm { key, salt } => {
            let (clear, rest) = packet.split_at_mut_checked(RTCP_CLEAR)?;
            let (body, trailer) = rest.split_at_mut_checked(body_end - RTCP_CLEAR)?;
            let (tag, word) = trailer.split_at_checked(GCM_TAG)?;
            let aad = srtcp_aad(clear, word.try_into().ok()?)?;
            let nonce = gcm_nonce(salt, ssrc, u64::from(index));
            key.expanded()?.open_in_place_separate_tag(nonce, Aad::from(aad), tag, body).ok()?;
        }
        Cipher::Cm(cm) => {
            let Cm { key, salt, authentication } = &**cm;
            let authenticated = body_end + INDEX_WORD;
            let expected = hmac::sign(authentication, packet.get(..authenticated)?);
            verify_sha1_80(&expected, packet.get(authenticated..)?)?;
            let context = cm_context(salt, ssrc, u64::from(index));
            key.less_safe_encrypt(packet.get_mut(RTCP_CLEAR..body_end)?, context).ok()?;
        }
    }
    Some(())
}

fn verify_sha1_80(expected: &hmac::Tag, tag: &[u8]) -> Option<()> {
    let expected = expected.as_ref().get(..SHA1_80_TAG)?;
    aws_lc_rs::constant_time::verify_slices_are_equal(expected, tag).ok()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test has to begin at some time")]
mod tests;
