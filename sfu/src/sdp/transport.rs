//! The part of SDP that sets up the one transport under all bundled sections: ICE (RFC 8839) and DTLS (RFC 8842).

use crate::params::{Fingerprint, IceCredentials, RemoteParameters};

use super::error::SdpError;
use super::fingerprint::parse_fingerprint;
use super::session::{Description, SectionDescription};

/// Who starts the DTLS handshake (RFC 4145).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Setup {
    ActPass,
    Active,
    Passive,
    HoldConnection,
}

/// The attributes as they stand at session level or in a section.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct TransportAttributes<'a> {
    ufrag: Option<&'a str>,
    password: Option<&'a str>,
    fingerprint: Option<Fingerprint>,
    setup: Option<Setup>,
}

impl<'a> TransportAttributes<'a> {
    /// Takes an attribute in; false when it is none of these. Of several fingerprints the first of SHA-256 counts.
    pub(super) fn read(&mut self, name: &str, value: &'a str) -> bool {
        match name {
            "ice-ufrag" => self.ufrag = Some(value),
            "ice-pwd" => self.password = Some(value),
            "fingerprint" => self.fingerprint = self.fingerprint.or_else(|| parse_fingerprint(value)),
            "setup" => {
                self.setup = match value {
                    "actpass" => Some(Setup::ActPass),
                    "active" => Some(Setup::Active),
                    "passive" => Some(Setup::Passive),
                    "holdconn" => Some(Setup::HoldConnection),
                    _ => self.setup,
                }
            }
            _ => return false,
        }
        true
    }

    fn or(self, other: Self) -> Self {
        Self {
            ufrag: self.ufrag.or(other.ufrag),
            password: self.password.or(other.password),
            fingerprint: self.fingerprint.or(other.fingerprint),
            setup: self.setup.or(other.setup),
        }
    }
}

/// What the peer says of its end of the transport: in `tagged`, the section that stands for the bundle, else at session level.
pub(super) fn remote_parameters(
    description: &Description<'_>,
    tagged: &SectionDescription<'_>,
) -> Result<RemoteParameters, SdpError> {
    let attributes = tagged.transport.or(description.transport);
    let (Some(ufrag), Some(password)) = (attributes.ufrag, attributes.password) else {
        return Err(SdpError::IceCredentials);
    };
    if !is_ice_chars(ufrag, 4) || !is_ice_chars(password, 22) {
        return Err(SdpError::IceCredentials);
    }
    match attributes.setup {
        None | Some(Setup::ActPass | Setup::Active) => {}
        Some(Setup::Passive | Setup::HoldConnection) => return Err(SdpError::DtlsRole),
    }
    Ok(RemoteParameters {
        ice: IceCredentials { ufrag: ufrag.into(), password: password.into() },
        fingerprint: attributes.fingerprint.ok_or(SdpError::Fingerprint)?,
        candidates: description.candidates.clone(),
    })
}

/// RFC 8839, 5.4: between `at_least` and 256 letters, digits, plus and slash.
fn is_ice_chars(text: &str, at_least: usize) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    (at_least..=256).contains(&text.len()) && text.bytes().all(legal)
}

/// What the far side said last, to tell an ICE restart (RFC 8839, 4.4.1) from a mere repetition.
#[derive(Clone, Debug, Default)]
pub(super) enum RemoteMemory {
    #[default]
    Unknown,
    Known {
        ice: IceCredentials,
        fingerprint: Fingerprint,
    },
}

/// How a description compares with what was known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum RemoteChange {
    First,
    Same,
    Restart,
}

impl RemoteMemory {
    pub(super) fn compare(&self, remote: &RemoteParameters) -> Result<RemoteChange, SdpError> {
        match self {
            Self::Unknown => Ok(RemoteChange::First),
            Self::Known { fingerprint, .. } if *fingerprint != remote.fingerprint => Err(SdpError::FingerprintChanged),
            Self::Known { ice, .. } if *ice != remote.ice => Ok(RemoteChange::Restart),
            Self::Known { .. } => Ok(RemoteChange::Same),
        }
    }

    /// What is known, for a description in which no section is left to say it.
    pub(super) fn repeat(&self) -> Option<RemoteParameters> {
        match self {
            Self::Unknown => None,
            Self::Known { ice, fingerprint } => {
                Some(RemoteParameters { ice: ice.clone(), fingerprint: *fingerprint, candidates: Vec::new() })
            }
        }
    }

    pub(super) fn remember(&mut self, remote: &RemoteParameters) {
        *self = Self::Known { ice: remote.ice.clone(), fingerprint: remote.fingerprint };
    }
}
