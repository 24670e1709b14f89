//! Reading STUN messages in place, and writing the few that ICE needs (RFC 8489, RFC 8445).
//!
//! What comes from strangers is read without a single allocation: [`StunMessage`] borrows the datagram, and nothing is
//! built from it before its integrity has been checked. Messages that we send are encoded by `rtc-stun`.

use std::net::SocketAddr;

use aws_lc_rs::hmac;
use rtc_crypto::providers::AwsLcRsCrypto;
use rtc_stun::attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME, AttrType};
use rtc_stun::error_code::{CODE_ROLE_CONFLICT, CODE_UNKNOWN_ATTRIBUTE, ErrorCode, ErrorCodeAttribute};
use rtc_stun::fingerprint::{FINGERPRINT, fingerprint_value};
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_ERROR, BINDING_REQUEST, BINDING_SUCCESS, Message, MessageType, Setter, TransactionId};
use rtc_stun::uattrs::UnknownAttributes;
use rtc_stun::xoraddr::XorMappedAddress;

use crate::limits::{MAX_STUN_ATTRIBUTES, MAX_STUN_MESSAGE};

const HEADER_LEN: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const INTEGRITY_LEN: usize = 20;

const TYPE_BINDING_REQUEST: u16 = 0x0001;
const TYPE_BINDING_SUCCESS: u16 = 0x0101;
const TYPE_BINDING_ERROR: u16 = 0x0111;

mod attribute {
    pub(super) const USERNAME: u16 = 0x0006;
    pub(super) const MESSAGE_INTEGRITY: u16 = 0x0008;
    pub(super) const PRIORITY: u16 = 0x0024;
    pub(super) const USE_CANDIDATE: u16 = 0x0025;
    pub(super) const FINGERPRINT: u16 = 0x8028;
    pub(super) const ICE_CONTROLLED: u16 = 0x8029;
    /// From here on a receiver may ignore what it does not know (RFC 8489, 14).
    pub(super) const FIRST_OPTIONAL: u16 = 0x8000;
}

/// The 96 bits that pair a response with its request.
pub(crate) type Transaction = [u8; 12];

/// A STUN message in the datagram that carried it. Only its form has been checked.
#[derive(Clone, Copy)]
pub(crate) struct StunMessage<'a> {
    bytes: &'a [u8],
}

struct Attribute<'a> {
    kind: u16,
    value: &'a [u8],
    /// Where the attribute's header begins in the message.
    offset: usize,
}

impl<'a> StunMessage<'a> {
    /// The message that fills `datagram` exactly, or `None` when the form is wrong or a bound is passed.
    pub(crate) fn parse(datagram: &'a [u8]) -> Option<Self> {
        let (header, body) = datagram.split_at_checked(HEADER_LEN)?;
        if datagram.len() > MAX_STUN_MESSAGE || header.first()? & 0xc0 != 0 || header.get(4..8)? != MAGIC_COOKIE {
            return None;
        }
        if usize::from(u16_at(header, 2)?) != body.len() || body.len() % 4 != 0 {
            return None;
        }
        let message = Self { bytes: datagram };
        let attributes = message.attributes().take(MAX_STUN_ATTRIBUTES + 1).count();
        let end = message.attributes().last().map_or(HEADER_LEN, |a| a.offset + 4 + a.value.len().next_multiple_of(4));
        (attributes <= MAX_STUN_ATTRIBUTES && end == datagram.len()).then_some(message)
    }

    fn kind(&self) -> u16 {
        u16_at(self.bytes, 0).unwrap_or_default()
    }

    pub(crate) fn is_binding_request(&self) -> bool {
        self.kind() == TYPE_BINDING_REQUEST
    }

    pub(crate) fn is_binding_success(&self) -> bool {
        self.kind() == TYPE_BINDING_SUCCESS
    }

    pub(crate) fn is_binding_error(&self) -> bool {
        self.kind() == TYPE_BINDING_ERROR
    }

    pub(crate) fn transaction(&self) -> Transaction {
        self.bytes.get(8..HEADER_LEN).and_then(|id| id.try_into().ok()).unwrap_or_default()
    }

    /// USERNAME, split at its colon into the receiver's ufrag and the sender's.
    pub(crate) fn username(&self) -> Option<(&'a [u8], &'a [u8])> {
        let username = self.attribute(attribute::USERNAME)?;
        let colon = username.iter().position(|byte| *byte == b':')?;
        Some((username.get(..colon)?, username.get(colon + 1..)?))
    }

    pub(crate) fn priority(&self) -> Option<u32> {
        Some(u32::from_be_bytes(self.attribute(attribute::PRIORITY)?.try_into().ok()?))
    }

    pub(crate) fn nominates(&self) -> bool {
        self.attribute(attribute::USE_CANDIDATE).is_some()
    }

    /// The sender takes itself for the controlled side.
    pub(crate) fn is_from_controlled(&self) -> bool {
        self.attribute(attribute::ICE_CONTROLLED).is_some()
    }

    /// The first attribute that must be understood and is not.
    pub(crate) fn unknown_required(&self) -> Option<u16> {
        self.covered_attributes().map(|a| a.kind).find(|kind| {
            *kind < attribute::FIRST_OPTIONAL
                && !matches!(
                    *kind,
                    attribute::USERNAME | attribute::MESSAGE_INTEGRITY | attribute::PRIORITY | attribute::USE_CANDIDATE
                )
        })
    }

    /// Whether FINGERPRINT is the last attribute and right (RFC 8489, 14.7).
    pub(crate) fn has_valid_fingerprint(&self) -> bool {
        let Some(last) = self.attributes().last().filter(|a| a.kind == attribute::FINGERPRINT) else { return false };
        let Some(before) = self.bytes.get(..last.offset) else { return false };
        last.value == fingerprint_value(before).to_be_bytes()
    }

    /// Whether MESSAGE-INTEGRITY is right under `password` (RFC 8489, 14.5).
    pub(crate) fn has_valid_integrity(&self, password: &str) -> bool {
        self.check_integrity(password).is_some()
    }

    fn check_integrity(&self, password: &str) -> Option<()> {
        let integrity = self.attributes().find(|a| a.kind == attribute::MESSAGE_INTEGRITY)?;
        if integrity.value.len() != INTEGRITY_LEN {
            return None;
        }
        // The header's length counts up to and including MESSAGE-INTEGRITY for this purpose.
        let mut header: [u8; HEADER_LEN] = self.bytes.first_chunk().copied()?;
        let length = u16::try_from(integrity.offset + 4 + INTEGRITY_LEN - HEADER_LEN).ok()?;
        header.get_mut(2..4)?.copy_from_slice(&length.to_be_bytes());
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        let mut context = hmac::Context::with_key(&key);
        context.update(&header);
        context.update(self.bytes.get(HEADER_LEN..integrity.offset)?);
        let tag = context.sign();
        aws_lc_rs::constant_time::verify_slices_are_equal(tag.as_ref(), integrity.value).ok()
    }

    fn attribute(&self, kind: u16) -> Option<&'a [u8]> {
        self.covered_attributes().find(|a| a.kind == kind).map(|a| a.value)
    }

    /// The attributes up to MESSAGE-INTEGRITY: what follows it is not protected and is ignored (RFC 8489, 14.5).
    fn covered_attributes(&self) -> impl Iterator<Item = Attribute<'a>> {
        let mut ended = false;
        self.attributes().take_while(move |a| {
            let covered = !ended;
            ended |= a.kind == attribute::MESSAGE_INTEGRITY;
            covered
        })
    }

    fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> {
        let bytes = self.bytes;
        let mut offset = HEADER_LEN;
        std::iter::from_fn(move || {
            let kind = u16_at(bytes, offset)?;
            let len = usize::from(u16_at(bytes, offset + 2)?);
            let value = bytes.get(offset + 4..offset + 4 + len)?;
            bytes.get(..offset + 4 + len.next_multiple_of(4))?;
            let attribute = Attribute { kind, value, offset };
            offset += 4 + len.next_multiple_of(4);
            Some(attribute)
        })
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A success response that tells `mapped` to the asker.
pub(crate) fn binding_success(transaction: Transaction, mapped: SocketAddr, password: &str) -> Option<Vec<u8>> {
    // On a socket for both families an IPv4 address comes as a mapped one, which its owner would not recognize.
    let mapped = XorMappedAddress { ip: mapped.ip().to_canonical(), port: mapped.port() };
    encode(BINDING_SUCCESS, transaction, &[&mapped], password)
}

/// An error response that asks the peer to change its role (RFC 8445, 7.3.1.1).
pub(crate) fn role_conflict(transaction: Transaction, password: &str) -> Option<Vec<u8>> {
    encode(BINDING_ERROR, transaction, &[&error(CODE_ROLE_CONFLICT)], password)
}

/// An error response that names an attribute which we should have understood (RFC 8489, 6.3.1).
pub(crate) fn unknown_attribute(transaction: Transaction, kind: u16, password: &str) -> Option<Vec<u8>> {
    let unknown = UnknownAttributes(vec![AttrType(kind)]);
    encode(BINDING_ERROR, transaction, &[&error(CODE_UNKNOWN_ATTRIBUTE), &unknown], password)
}

/// What a connectivity check of the controlling side says.
pub(crate) struct Check<'a> {
    pub(crate) transaction: Transaction,
    pub(crate) remote_ufrag: &'a str,
    pub(crate) remote_password: &'a str,
    pub(crate) local_ufrag: &'a str,
    pub(crate) priority: u32,
    pub(crate) tie_breaker: u64,
    pub(crate) nominate: bool,
}

/// A connectivity check (RFC 8445, 7.1).
pub(crate) fn binding_request(check: &Check<'_>) -> Option<Vec<u8>> {
    let username = Raw(ATTR_USERNAME, format!("{}:{}", check.remote_ufrag, check.local_ufrag).into_bytes());
    let priority = Raw(ATTR_PRIORITY, check.priority.to_be_bytes().to_vec());
    let controlling = Raw(ATTR_ICE_CONTROLLING, check.tie_breaker.to_be_bytes().to_vec());
    let nomination = Raw(ATTR_USE_CANDIDATE, Vec::new());
    let all: [&dyn Setter; 4] = [&username, &priority, &controlling, &nomination];
    let used = if check.nominate { &all[..] } else { all.get(..3)? };
    encode(BINDING_REQUEST, check.transaction, used, check.remote_password)
}

struct Raw(AttrType, Vec<u8>);

impl Setter for Raw {
    fn add_to(&self, message: &mut Message) -> rtc_shared::error::Result<()> {
        message.add(self.0, &self.1);
        Ok(())
    }
}

/// No reason phrase: it would only make the answer longer than the question.
fn error(code: ErrorCode) -> ErrorCodeAttribute {
    ErrorCodeAttribute { code, reason: Vec::new() }
}

fn encode(kind: MessageType, transaction: Transaction, setters: &[&dyn Setter], password: &str) -> Option<Vec<u8>> {
    let mut message = Message { typ: kind, transaction_id: TransactionId(transaction), ..Message::new() };
    message.write_header();
    for setter in setters {
        setter.add_to(&mut message).ok()?;
    }
    let crypto = AwsLcRsCrypto;
    MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), &crypto).add_to(&mut message).ok()?;
    FINGERPRINT.add_to(&mut message).ok()?;
    Some(message.raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nominate: bool) -> Vec<u8> {
        binding_request(&Check {
            transaction: [7; 12],
            remote_ufrag: "AbcdAbcdAbcdAbcd",
            remote_password: "secret-secret-secret-se",
            local_ufrag: "peer",
            priority: 0x6e00_01ff,
            tie_breaker: 5,
            nominate,
        })
        .unwrap()
    }

    #[test]
    fn a_check_reads_back_as_it_was_written() {
        let bytes = check(true);
        let message = StunMessage::parse(&bytes).unwrap();
        assert!(message.is_binding_request() && message.nominates() && !message.is_from_controlled());
        assert_eq!(message.username(), Some((&b"AbcdAbcdAbcdAbcd"[..], &b"peer"[..])));
        assert_eq!((message.priority(), message.transaction()), (Some(0x6e00_01ff), [7; 12]));
        assert!(message.has_valid_fingerprint() && message.has_valid_integrity("secret-secret-secret-se"));
        assert!(!message.has_valid_integrity("secret-secret-secret-sf"));
        assert!(!StunMessage::parse(&check(false)).unwrap().nominates());
        assert_eq!(message.unknown_required(), None);
    }

    #[test]
    fn one_flipped_bit_breaks_form_integrity_or_fingerprint() {
        let bytes = check(true);
        for index in 0..bytes.len() * 8 {
            let mut bent = bytes.clone();
            bent[index / 8] ^= 1 << (index % 8);
            let intact = StunMessage::parse(&bent)
                .is_some_and(|m| m.has_valid_fingerprint() && m.has_valid_integrity("secret-secret-secret-se"));
            assert!(!intact, "bit {index}");
        }
    }

    #[test]
    fn attributes_after_the_integrity_do_not_count() {
        let mut message = Message::new();
        message.set_type(BINDING_REQUEST);
        message.write_header();
        MessageIntegrity::new_short_term_integrity_with_provider("password".into(), &AwsLcRsCrypto)
            .add_to(&mut message)
            .unwrap();
        message.add(ATTR_USE_CANDIDATE, &[]);
        FINGERPRINT.add_to(&mut message).unwrap();
        let read = StunMessage::parse(&message.raw).unwrap();
        assert!(read.has_valid_integrity("password") && read.has_valid_fingerprint());
        assert!(!read.nominates());
    }

    #[test]
    fn every_answer_is_shorter_than_the_shortest_check() {
        let request = check(false).len();
        let mapped: SocketAddr = "[2001:db8::1]:65535".parse().unwrap();
        for answer in [
            binding_success([1; 12], mapped, "password"),
            role_conflict([1; 12], "password"),
            unknown_attribute([1; 12], 0x7fff, "password"),
        ] {
            assert!(answer.unwrap().len() <= request);
        }
    }

    #[test]
    fn rfc_5769_sample_request_is_accepted() {
        // RFC 5769, 2.1: sample request with short-term credentials; software padded with spaces.
        let sample: [u8; 108] = [
            0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87,
            0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73, 0x74, 0x20, 0x63, 0x6c,
            0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff, 0x80, 0x29, 0x00, 0x08, 0x93, 0x2f,
            0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09, 0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76,
            0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14, 0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e,
            0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49, 0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf,
        ]
        .into_iter()
        .collect::<Vec<u8>>()
        .try_into()
        .unwrap();
        let message = StunMessage::parse(&sample).unwrap();
        assert!(message.has_valid_fingerprint());
        assert!(message.has_valid_integrity("VOkJxbRl1RmTxUk/WvJxBt"));
        assert!(message.is_from_controlled());
        assert_eq!(message.username(), Some((&b"evtj"[..], &b"h6vY"[..])));
    }
}
