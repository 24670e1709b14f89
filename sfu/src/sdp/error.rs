//! Why a description is refused.

use crate::ids::Mid;

/// A description that is not used. The negotiator that returns one is as it was before the call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SdpError {
    /// More of something than [`crate::limits`] allows.
    #[error("too many or too long: {0}")]
    TooLarge(Bounded),
    /// A line that is no SDP, counted from 1.
    #[error("line {line} is not valid")]
    Syntax {
        /// Which line.
        line: usize,
    },
    /// The description lacks a group that bundles its sections (RFC 9143).
    #[error("the sections are not bundled")]
    NotBundled,
    /// A section without `a=mid`, counted from 0.
    #[error("section {section} has no mid")]
    MissingMid {
        /// Which section.
        section: usize,
    },
    /// Two sections have the same mid.
    #[error("two sections are called {mid}")]
    DuplicateMid {
        /// The mid.
        mid: Mid,
    },
    /// A section has vanished, moved, or changed its kind since the last description, counted from 0.
    #[error("section {section} is not what it was")]
    SectionChanged {
        /// Which section.
        section: usize,
    },
    /// No ICE credentials, or some that RFC 8839 does not allow.
    #[error("ICE credentials are missing or not valid")]
    IceCredentials,
    /// No SHA-256 fingerprint.
    #[error("a SHA-256 fingerprint is missing")]
    Fingerprint,
    /// Another fingerprint than before: this needs a new connection, not a new description.
    #[error("the fingerprint has changed within a connection")]
    FingerprintChanged,
    /// The peer wants to be the DTLS server, which is always us.
    #[error("the peer does not take the active role in DTLS")]
    DtlsRole,
    /// An answer to no offer, or to one before the last.
    #[error("the answer is not one to the outstanding offer")]
    StaleAnswer,
    /// A name given by the caller holds a space or control character, is empty or too long.
    #[error("a name cannot be written in SDP")]
    InvalidName,
    /// A track without any codec that can be offered for its kind.
    #[error("no codec that can be offered")]
    NoCodec,
}

/// What was too many or too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bounded {
    /// Bytes of the whole description, [`crate::limits::MAX_SDP_BYTES`].
    Description,
    /// Bytes of one line, [`crate::limits::MAX_SDP_LINE_BYTES`].
    Line,
    /// Media sections, [`crate::limits::MAX_SECTIONS`].
    Sections,
    /// Payload types of a section, [`crate::limits::MAX_PAYLOAD_TYPES`].
    PayloadTypes,
    /// Header extensions of a section, [`crate::limits::MAX_EXTENSIONS`].
    Extensions,
    /// Feedback lines of a section, [`crate::limits::MAX_FEEDBACK_LINES`].
    FeedbackLines,
    /// Streams of a section, [`crate::limits::MAX_SSRCS`].
    Ssrcs,
    /// Restriction identifiers of a section, [`crate::limits::MAX_RIDS`].
    Rids,
}

impl std::fmt::Display for Bounded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Description => "bytes",
            Self::Line => "bytes in a line",
            Self::Sections => "sections",
            Self::PayloadTypes => "payload types in a section",
            Self::Extensions => "header extensions in a section",
            Self::FeedbackLines => "feedback lines in a section",
            Self::Ssrcs => "streams in a section",
            Self::Rids => "rids in a section",
        })
    }
}
