//! What every description of ours begins with, and every section repeats.

use std::fmt::Write;

use crate::ids::Mid;
use crate::params::{Fingerprint, IceCredentials};

use super::LocalParameters;
use super::candidate::write_candidates;
use super::fingerprint::write_fingerprint;
use crate::limits::{MAX_CANDIDATES, MAX_DATA_MESSAGE};

/// The `v=` line to the session attributes. `version` grows with every description (RFC 8866, 5.2). With `mixed_extensions`
/// packets may have header extensions of either form (RFC 8285, section 6): a dependency descriptor with its structure, which
/// every AV1 keyframe needs, is longer than the one-byte form can carry.
pub(super) fn write_session(
    out: &mut String,
    local: &LocalParameters,
    version: u64,
    bundle: &[Mid],
    mixed_extensions: bool,
) {
    let session_id = local.session_id & (u64::MAX >> 1);
    let _ = write!(out, "v=0\r\no=- {session_id} {version} IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
    if !bundle.is_empty() {
        out.push_str("a=group:BUNDLE");
        for mid in bundle {
            out.push(' ');
            out.push_str(mid.as_str());
        }
        out.push_str("\r\n");
    }
    if mixed_extensions {
        out.push_str("a=extmap-allow-mixed\r\n");
    }
    out.push_str("a=ice-lite\r\na=ice-options:trickle\r\na=msid-semantic: WMS *\r\n");
}

/// Who we are in DTLS terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LocalSetup {
    /// In offers: the peer chooses, and must choose to be active.
    ActPass,
    /// In answers.
    Passive,
}

/// Credentials, fingerprint and role of a section in use; candidates in the one that stands for the bundle, since the others
/// have none of their own (RFC 9143, 7.1.3).
pub(super) fn write_transport(out: &mut String, ice: &IceCredentials, fingerprint: &Fingerprint, setup: LocalSetup) {
    let _ = write!(out, "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n", ice.ufrag, ice.password);
    write_fingerprint(out, fingerprint);
    out.push_str(match setup {
        LocalSetup::ActPass => "a=setup:actpass\r\n",
        LocalSetup::Passive => "a=setup:passive\r\n",
    });
}

/// Our candidates, as many as the bound allows, and the end of them.
pub(super) fn write_local_candidates(out: &mut String, local: &LocalParameters) {
    write_candidates(out, local.candidates.get(..MAX_CANDIDATES).unwrap_or(&local.candidates));
}

/// `m=`, `c=` and `a=mid`.
pub(super) fn write_section_start(out: &mut String, media: &str, port: u16, protocol: &str, formats: &str, mid: Mid) {
    let _ = write!(out, "m={media} {port} {protocol} {formats}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\n");
}

/// The lines of a data section after its transport's.
pub(super) fn write_data(out: &mut String) {
    let _ = write!(out, "a=sctp-port:5000\r\na=max-message-size:{MAX_DATA_MESSAGE}\r\n");
}
