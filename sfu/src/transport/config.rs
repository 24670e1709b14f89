//! What all transports of a process share: the certificate, and one DTLS configuration for each SRTP profile.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest;
use rtc_crypto::RTCCryptoProvider;
use rtc_crypto::providers::AwsLcRsProvider;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, ExtendedMasterSecretType, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;

use crate::params::{Fingerprint, SrtpProfile};

/// The first retransmission of a flight; the driver doubles it.
pub(crate) const FLIGHT_INTERVAL: Duration = Duration::from_millis(50);
/// Handshake records stay below what any path carries unfragmented.
const MTU: usize = 1200;
/// The subject of our certificate, and the server name that a client of ours asks for. Nobody looks at either.
const SERVER_NAME: &str = "rotunda";

/// Why a configuration could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TransportConfigError {
    /// The certificate could not be made.
    #[error("cannot make the DTLS certificate: {0}")]
    Certificate(String),
    /// No SRTP profile is allowed.
    #[error("at least one SRTP profile is needed")]
    NoProfile,
}

/// The identity and the choices that all transports of a process share.
pub struct TransportConfig {
    fingerprint: Fingerprint,
    profiles: Vec<SrtpProfile>,
    servers: Vec<(SrtpProfile, Arc<HandshakeConfig>)>,
    client: Arc<HandshakeConfig>,
}

impl TransportConfig {
    /// The profiles that we speak, the cheapest first.
    pub const ALL_PROFILES: [SrtpProfile; 3] =
        [SrtpProfile::AeadAes128Gcm, SrtpProfile::AeadAes256Gcm, SrtpProfile::Aes128CmHmacSha1_80];

    /// A configuration with a fresh self-signed ECDSA certificate (P-256), and `profiles` in our order of preference.
    pub fn generate(profiles: &[SrtpProfile]) -> Result<Self, TransportConfigError> {
        if profiles.is_empty() {
            return Err(TransportConfigError::NoProfile);
        }
        let provider: Arc<dyn RTCCryptoProvider> = Arc::new(AwsLcRsProvider::new());
        let failed = |error: rtc_shared::error::Error| TransportConfigError::Certificate(error.to_string());
        let certificate = Certificate::generate_self_signed_with_alg(
            vec![SERVER_NAME.to_owned()],
            &rcgen::PKCS_ECDSA_P256_SHA256,
            provider.crypto(),
        )
        .map_err(failed)?;
        let leaf = certificate.certificate.first().map(|der| der.as_ref()).unwrap_or_default();
        let fingerprint = fingerprint_of(leaf);
        let builder = |profiles: Vec<SrtpProtectionProfile>| {
            ConfigBuilder::default()
                .with_crypto_provider(provider.clone())
                .with_certificates(vec![certificate.clone()])
                .with_srtp_protection_profiles(profiles)
                .with_client_auth(ClientAuthType::RequireAnyClientCert)
                .with_extended_master_secret(ExtendedMasterSecretType::Require)
                // We compare fingerprints ourselves (RFC 8122); no authority has signed anybody's certificate.
                .with_insecure_skip_verify(true)
                .with_server_name(SERVER_NAME.to_owned())
                .with_flight_interval(FLIGHT_INTERVAL)
                .with_mtu(MTU)
        };
        let servers = profiles
            .iter()
            .map(|profile| Ok((*profile, Arc::new(builder(vec![wire_profile(*profile)]).build(false, None)?))))
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let offered = profiles.iter().copied().map(wire_profile).collect();
        let client = Arc::new(builder(offered).build(true, None).map_err(failed)?);
        Ok(Self { fingerprint, profiles: profiles.to_vec(), servers, client })
    }

    /// The SHA-256 of our certificate, for the SDP.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// The first of our profiles that the peer offers, with the configuration that answers with it.
    pub(crate) fn server(&self, offered: &[u16]) -> Option<Arc<HandshakeConfig>> {
        self.servers
            .iter()
            .find(|(profile, _)| offered.contains(&(wire_profile(*profile) as u16)))
            .map(|(_, config)| config.clone())
    }

    pub(crate) fn client(&self) -> Arc<HandshakeConfig> {
        self.client.clone()
    }

    /// The profile of a finished handshake, unless it is none of ours.
    pub(crate) fn negotiated(&self, profile: SrtpProtectionProfile) -> Option<SrtpProfile> {
        self.profiles.iter().copied().find(|ours| wire_profile(*ours) == profile)
    }
}

impl std::fmt::Debug for TransportConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TransportConfig").field("profiles", &self.profiles).finish_non_exhaustive()
    }
}

/// The fingerprint (RFC 8122) of a certificate in DER.
pub(crate) fn fingerprint_of(certificate: &[u8]) -> Fingerprint {
    let hash = digest::digest(&digest::SHA256, certificate);
    Fingerprint(hash.as_ref().try_into().unwrap_or_default())
}

fn wire_profile(profile: SrtpProfile) -> SrtpProtectionProfile {
    match profile {
        SrtpProfile::AeadAes128Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
        SrtpProfile::AeadAes256Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm,
        SrtpProfile::Aes128CmHmacSha1_80 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
    }
}
