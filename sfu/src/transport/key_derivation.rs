//! From the keying material that DTLS exports to the session keys of SRTP and SRTCP (RFC 5764, 4.2; RFC 3711, 4.3;
//! RFC 7714, 11 and 12).

use aws_lc_rs::cipher::{AES_128, AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;

use crate::params::SrtpProfile;

/// The exporter's label (RFC 5764, 4.2).
pub(crate) const EXPORTER_LABEL: &str = "EXTRACTOR-dtls_srtp";

const MAX_KEY: usize = 32;
/// A salt as the derivation takes it: the 12 bytes of AES-GCM are padded on the right with zeros.
const DERIVATION_SALT: usize = 14;

/// What a session key is for (RFC 3711, 4.3.2).
#[derive(Clone, Copy)]
pub(crate) enum Label {
    RtpCipher = 0,
    RtpAuthentication = 1,
    RtpSalt = 2,
    RtcpCipher = 3,
    RtcpAuthentication = 4,
    RtcpSalt = 5,
}

impl SrtpProfile {
    /// Bytes of a master key.
    pub(crate) fn key_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::Aes128CmHmacSha1_80 => 16,
            Self::AeadAes256Gcm => 32,
        }
    }

    /// Bytes of a master salt.
    pub(crate) fn salt_len(self) -> usize {
        match self {
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
            Self::Aes128CmHmacSha1_80 => 14,
        }
    }

    /// Bytes that the exporter has to give: both directions' keys, then both directions' salts.
    pub(crate) fn keying_material_len(self) -> usize {
        2 * (self.key_len() + self.salt_len())
    }
}

/// The master key and salt of one direction.
pub(crate) struct MasterKey {
    cipher: EncryptingKey,
    salt: [u8; DERIVATION_SALT],
}

impl MasterKey {
    /// A direction's master key, or `None` when a length does not fit the profile.
    pub(crate) fn new(profile: SrtpProfile, key: &[u8], salt: &[u8]) -> Option<Self> {
        if key.len() != profile.key_len() || salt.len() != profile.salt_len() {
            return None;
        }
        let mut padded = [0; DERIVATION_SALT];
        padded.get_mut(..salt.len())?.copy_from_slice(salt);
        let algorithm = if key.len() == MAX_KEY { &AES_256 } else { &AES_128 };
        let cipher = EncryptingKey::ctr(UnboundCipherKey::new(algorithm, key).ok()?).ok()?;
        Some(Self { cipher, salt: padded })
    }

    /// Splits exported keying material into the DTLS client's and the DTLS server's master keys (RFC 5764, 4.2).
    pub(crate) fn split(profile: SrtpProfile, material: &[u8]) -> Option<(Self, Self)> {
        let (client_key, rest) = material.split_at_checked(profile.key_len())?;
        let (server_key, rest) = rest.split_at_checked(profile.key_len())?;
        let (client_salt, server_salt) = rest.split_at_checked(profile.salt_len())?;
        Some((Self::new(profile, client_key, client_salt)?, Self::new(profile, server_key, server_salt)?))
    }

    /// Derives a session key, authentication key or salt with a key derivation rate of zero: the AES-CM key stream at
    /// (label ‖ 0) xor salt (RFC 3711, 4.3.1 and 4.3.3).
    pub(crate) fn derive<const LEN: usize>(&self, label: Label) -> Option<[u8; LEN]> {
        let mut iv = [0; 16];
        iv.get_mut(..DERIVATION_SALT)?.copy_from_slice(&self.salt);
        *iv.get_mut(7)? ^= label as u8;
        let mut out = [0; LEN];
        self.cipher.less_safe_encrypt(&mut out, EncryptionContext::Iv128(FixedLength::from(iv))).ok()?;
        Some(out)
    }
}

#[cfg(test)]
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_3711_appendix_b_3() {
        let master = MasterKey::new(
            SrtpProfile::Aes128CmHmacSha1_80,
            &hex("E1F97A0D3E018BE0D64FA32C06DE4139"),
            &hex("0EC675AD498AFEEBB6960B3AABE6"),
        )
        .unwrap();
        assert_eq!(master.derive::<16>(Label::RtpCipher).unwrap()[..], hex("C61E7A93744F39EE10734AFE3FF7A087"));
        assert_eq!(master.derive::<14>(Label::RtpSalt).unwrap()[..], hex("30CBBC08863D8C85D49DB34A9AE1"));
        assert_eq!(
            master.derive::<94>(Label::RtpAuthentication).unwrap()[..],
            hex(
                "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF72270986371C10C9\
                 A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2"
            )
        );
    }

    #[test]
    fn rfc_6188_section_7_4_aes_256() {
        // RFC 6188, 7.4: the key derivation of AES-256-CM, whose salt of 14 bytes we give as the padded one would stand.
        let key = hex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6");
        let salt = hex("3b04803de51ee7c96423ab5b78d2");
        let cipher = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, &key).unwrap()).unwrap();
        let master = MasterKey { cipher, salt: salt.try_into().unwrap() };
        assert_eq!(
            master.derive::<32>(Label::RtpCipher).unwrap()[..],
            hex("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4")
        );
        assert_eq!(master.derive::<14>(Label::RtpSalt).unwrap()[..], hex("fa31791685ca444a9e07c6c64e93"));
        assert_eq!(
            master.derive::<20>(Label::RtpAuthentication).unwrap()[..],
            hex("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05")
        );
    }

    #[test]
    fn lengths_that_do_not_fit_are_refused() {
        assert!(MasterKey::new(SrtpProfile::AeadAes128Gcm, &[0; 16], &[0; 14]).is_none());
        assert!(MasterKey::new(SrtpProfile::AeadAes256Gcm, &[0; 16], &[0; 12]).is_none());
        for profile in [SrtpProfile::AeadAes128Gcm, SrtpProfile::AeadAes256Gcm, SrtpProfile::Aes128CmHmacSha1_80] {
            let len = profile.keying_material_len();
            assert!(MasterKey::split(profile, &vec![1; len]).is_some());
            assert!(MasterKey::split(profile, &vec![1; len - 1]).is_none());
            assert!(MasterKey::split(profile, &vec![1; len + 1]).is_none());
        }
    }
}
