//! RTP header extensions (RFC 8285): which we know, and their ids.

use std::fmt::Write;

use crate::params::{HeaderExtensions, MediaKind};

/// A header extension that the engine reads or writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Extension {
    Mid,
    Rid,
    RepairedRid,
    AudioLevel,
    TransportCc,
    AbsSendTime,
    AbsCaptureTime,
    DependencyDescriptor,
    VideoOrientation,
}

impl Extension {
    const ALL: [Self; 9] = [
        Self::Mid,
        Self::Rid,
        Self::RepairedRid,
        Self::AudioLevel,
        Self::TransportCc,
        Self::AbsSendTime,
        Self::AbsCaptureTime,
        Self::DependencyDescriptor,
        Self::VideoOrientation,
    ];

    fn uri(self) -> &'static str {
        match self {
            Self::Mid => "urn:ietf:params:rtp-hdrext:sdes:mid",
            Self::Rid => "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
            Self::RepairedRid => "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
            Self::AudioLevel => "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            Self::TransportCc => "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
            Self::AbsSendTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            Self::AbsCaptureTime => "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
            Self::DependencyDescriptor => {
                "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"
            }
            Self::VideoOrientation => "urn:3gpp:video-orientation",
        }
    }

    fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.uri() == uri)
    }

    fn serves(self, kind: MediaKind) -> bool {
        match self {
            Self::Mid | Self::TransportCc | Self::AbsSendTime | Self::AbsCaptureTime => true,
            Self::AudioLevel => kind == MediaKind::Audio,
            Self::Rid | Self::RepairedRid | Self::DependencyDescriptor | Self::VideoOrientation => {
                kind == MediaKind::Video
            }
        }
    }

    fn slot(self, extensions: &mut HeaderExtensions) -> &mut Option<u8> {
        match self {
            Self::Mid => &mut extensions.mid,
            Self::Rid => &mut extensions.rid,
            Self::RepairedRid => &mut extensions.repaired_rid,
            Self::AudioLevel => &mut extensions.audio_level,
            Self::TransportCc => &mut extensions.transport_cc,
            Self::AbsSendTime => &mut extensions.abs_send_time,
            Self::AbsCaptureTime => &mut extensions.abs_capture_time,
            Self::DependencyDescriptor => &mut extensions.dependency_descriptor,
            Self::VideoOrientation => &mut extensions.video_orientation,
        }
    }

    fn id(self, mut extensions: HeaderExtensions) -> Option<u8> {
        *self.slot(&mut extensions)
    }
}

/// One `a=extmap` line. The direction after the id is of no use to us and must not be echoed: Firefox, which offers
/// `a=extmap:9/sendonly`, sends no rid when it comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct ExtensionLine {
    pub(super) id: u8,
    extension: Extension,
}

impl ExtensionLine {
    /// The value of `a=extmap`; `None` for extensions that we do not know, and for ids that the one-byte form cannot carry.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let mut fields = value.split_ascii_whitespace();
        let id = fields.next()?;
        let id = id.split_once('/').map_or(id, |(id, _direction)| id).parse().ok()?;
        let extension = Extension::from_uri(fields.next()?)?;
        (1..=14).contains(&id).then_some(Self { id, extension })
    }
}

/// The meaning of each id over the life of one connection. Bundled sections share their ids (RFC 9143, 8), since the mid
/// itself is read by one.
#[derive(Clone, Default, Debug)]
pub(super) struct ExtensionIds([Option<Extension>; 15]);

impl ExtensionIds {
    /// What of an offered section is accepted: known, useful for the kind, and in no conflict with an earlier meaning.
    pub(super) fn accept(&mut self, kind: MediaKind, lines: &[ExtensionLine], transport_cc: bool) -> HeaderExtensions {
        let mut accepted = HeaderExtensions::default();
        for line in lines {
            if !line.extension.serves(kind) || line.extension == Extension::TransportCc && !transport_cc {
                continue;
            }
            let Some(meaning) = self.0.get_mut(usize::from(line.id)) else { continue };
            if *meaning.get_or_insert(line.extension) != line.extension {
                continue;
            }
            line.extension.slot(&mut accepted).get_or_insert(line.id);
        }
        accepted
    }
}

/// What we offer to a subscriber; the ids are the same in every connection.
pub(super) fn offered(kind: MediaKind) -> HeaderExtensions {
    let common = HeaderExtensions {
        abs_send_time: Some(2),
        transport_cc: Some(3),
        mid: Some(4),
        abs_capture_time: Some(7),
        ..HeaderExtensions::default()
    };
    match kind {
        MediaKind::Audio => HeaderExtensions { audio_level: Some(1), ..common },
        MediaKind::Video => HeaderExtensions { dependency_descriptor: Some(5), video_orientation: Some(6), ..common },
    }
}

/// What an answer left of our offer: an extension counts only under the id that we gave it.
pub(super) fn answered(offered: HeaderExtensions, lines: &[ExtensionLine]) -> HeaderExtensions {
    let mut accepted = HeaderExtensions::default();
    for line in lines {
        if line.extension.id(offered) == Some(line.id) {
            *line.extension.slot(&mut accepted) = Some(line.id);
        }
    }
    accepted
}

/// Writes the lines of a section.
pub(super) fn write_extensions(out: &mut String, extensions: HeaderExtensions) {
    for extension in Extension::ALL {
        if let Some(id) = extension.id(extensions) {
            let _ = write!(out, "a=extmap:{id} {}\r\n", extension.uri());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: &str) -> Option<ExtensionLine> {
        ExtensionLine::parse(value)
    }

    #[test]
    fn the_direction_is_dropped_and_never_written() {
        let rid = line("9/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id").unwrap();
        let accepted = ExtensionIds::default().accept(MediaKind::Video, &[rid], true);
        assert_eq!(accepted, HeaderExtensions { rid: Some(9), ..Default::default() });
        let mut text = String::new();
        write_extensions(&mut text, accepted);
        assert_eq!(text, "a=extmap:9 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n");
    }

    #[test]
    fn ids_that_one_byte_headers_cannot_carry_are_not_accepted() {
        for id in ["0", "15", "255", "256", "-1", "x", ""] {
            assert_eq!(line(&format!("{id} urn:ietf:params:rtp-hdrext:sdes:mid")), None, "{id}");
        }
        assert_eq!(line("4 urn:example:unknown"), None);
    }

    #[test]
    fn an_id_keeps_its_meaning_over_the_sections_of_a_connection() {
        let mut ids = ExtensionIds::default();
        let mid = line("4 urn:ietf:params:rtp-hdrext:sdes:mid").unwrap();
        let level = line("4 urn:ietf:params:rtp-hdrext:ssrc-audio-level").unwrap();
        assert_eq!(ids.accept(MediaKind::Video, &[mid], true).mid, Some(4));
        assert_eq!(ids.accept(MediaKind::Audio, &[level], true), HeaderExtensions::default());
    }

    #[test]
    fn transport_cc_needs_its_feedback() {
        let lines = [line("3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01").unwrap()];
        assert_eq!(ExtensionIds::default().accept(MediaKind::Audio, &lines, false).transport_cc, None);
        assert_eq!(ExtensionIds::default().accept(MediaKind::Audio, &lines, true).transport_cc, Some(3));
    }

    #[test]
    fn an_answer_cannot_change_an_id() {
        let ours = offered(MediaKind::Audio);
        let lines = [
            line("1 urn:ietf:params:rtp-hdrext:ssrc-audio-level").unwrap(),
            line("5 urn:ietf:params:rtp-hdrext:sdes:mid").unwrap(),
        ];
        let accepted = answered(ours, &lines);
        assert_eq!(accepted, HeaderExtensions { audio_level: Some(1), ..Default::default() });
    }
}
