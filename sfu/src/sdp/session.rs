//! A description as read: session level and sections, with the attributes that we act on (RFC 8866, RFC 8829).
//!
//! Borrowed from the text; unknown attributes are passed over, and so are values that cannot be understood where going
//! without them does no harm. What the rest depends on (sections, mids) must be right.

use std::net::SocketAddr;

use crate::ids::{Mid, Rid};
use crate::limits::{
    MAX_CANDIDATES, MAX_EXTENSIONS, MAX_FEEDBACK_LINES, MAX_PAYLOAD_TYPES, MAX_RIDS, MAX_SDP_NAME_BYTES, MAX_SECTIONS,
};
use crate::params::MediaKind;

use super::candidate::parse_candidate;
use super::error::{Bounded, SdpError};
use super::extensions::ExtensionLine;
use super::lines::{Line, lines};
use super::simulcast::{parse_sent_rid, parse_simulcast};
use super::ssrcs::Streams;
use super::transport::TransportAttributes;

/// Which way media flows, from the view of whoever wrote the description.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "sendrecv" => Some(Self::SendRecv),
            "sendonly" => Some(Self::SendOnly),
            "recvonly" => Some(Self::RecvOnly),
            "inactive" => Some(Self::Inactive),
            _ => None,
        }
    }

    pub(super) fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    pub(super) fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }
}

/// What a section is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SectionKind {
    Media(MediaKind),
    /// Data channels (RFC 8841).
    Data,
    /// Anything that we do not speak; it is rejected.
    Other,
}

/// `a=rtpmap`.
#[derive(Clone, Copy, Debug)]
pub(super) struct PayloadMap<'a> {
    pub(super) payload_type: u8,
    pub(super) name: &'a str,
    pub(super) clock_rate: u32,
    pub(super) channels: u32,
}

/// `a=rtcp-fb`; a payload type of `None` stands for all (`*`).
#[derive(Clone, Copy, Debug)]
pub(super) struct Feedback<'a> {
    pub(super) payload_type: Option<u8>,
    pub(super) value: &'a str,
}

/// One `m=` line and what follows it.
#[derive(Clone, Debug)]
pub(super) struct SectionDescription<'a> {
    pub(super) kind: SectionKind,
    pub(super) media: &'a str,
    pub(super) port: u16,
    pub(super) protocol: &'a str,
    /// As written, to be echoed when the section is rejected.
    pub(super) formats: &'a str,
    pub(super) payload_types: Vec<u8>,
    pub(super) mid: Option<Mid>,
    pub(super) direction: Direction,
    pub(super) bundle_only: bool,
    pub(super) rtcp_mux: bool,
    pub(super) rtcp_rsize: bool,
    /// `a=extmap-allow-mixed` for this section alone.
    pub(super) mixed_extensions: bool,
    pub(super) transport: TransportAttributes<'a>,
    pub(super) payload_maps: Vec<PayloadMap<'a>>,
    pub(super) formats_parameters: Vec<(u8, &'a str)>,
    pub(super) feedback: Vec<Feedback<'a>>,
    pub(super) extensions: Vec<ExtensionLine>,
    /// `a=msid`: stream and track; the track may be missing.
    pub(super) msid: Option<(&'a str, &'a str)>,
    /// `a=rid:… send`
    pub(super) rids: Vec<Rid>,
    /// `a=simulcast:send …`
    pub(super) simulcast: Vec<Rid>,
    pub(super) streams: Streams,
    pub(super) sctp_port: bool,
}

/// A whole description.
#[derive(Clone, Debug)]
pub(super) struct Description<'a> {
    /// The mids of the BUNDLE group in its order; empty without one.
    pub(super) bundle: Vec<Mid>,
    pub(super) transport: TransportAttributes<'a>,
    /// `a=extmap-allow-mixed` for the whole session (RFC 8285, section 6).
    pub(super) mixed_extensions: bool,
    /// All usable candidates of all levels, without repetitions.
    pub(super) candidates: Vec<SocketAddr>,
    pub(super) sections: Vec<SectionDescription<'a>>,
    direction: Direction,
}

impl<'a> Description<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, SdpError> {
        let mut description = Self {
            bundle: Vec::new(),
            transport: TransportAttributes::default(),
            mixed_extensions: false,
            candidates: Vec::new(),
            sections: Vec::new(),
            direction: Direction::SendRecv,
        };
        let mut lines = lines(text)?;
        match lines.next().transpose()? {
            Some(Line { kind: b'v', value: "0", .. }) => {}
            _ => return Err(SdpError::Syntax { line: 1 }),
        }
        for line in lines {
            description.read(line?)?;
        }
        description.check_mids()?;
        Ok(description)
    }

    fn read(&mut self, line: Line<'a>) -> Result<(), SdpError> {
        match line.kind {
            b'm' if self.sections.len() >= MAX_SECTIONS => Err(SdpError::TooLarge(Bounded::Sections)),
            b'm' => {
                self.sections.push(SectionDescription::parse(line, self.direction)?);
                Ok(())
            }
            b'a' => {
                let (name, value) = line.attribute();
                if name == "candidate" {
                    self.add_candidate(value);
                    return Ok(());
                }
                match self.sections.last_mut() {
                    Some(section) => section.read(line, name, value),
                    None => self.read_session_attribute(name, value),
                }
            }
            _ => Ok(()),
        }
    }

    fn read_session_attribute(&mut self, name: &str, value: &'a str) -> Result<(), SdpError> {
        if self.transport.read(name, value) {
            return Ok(());
        }
        if let Some(direction) = Direction::parse(name) {
            self.direction = direction;
        } else if name == "extmap-allow-mixed" {
            self.mixed_extensions = true;
        } else if name == "group"
            && let Some(mids) = value.strip_prefix("BUNDLE")
            && self.bundle.is_empty()
        {
            for mid in mids.split_ascii_whitespace() {
                if self.bundle.len() >= MAX_SECTIONS {
                    return Err(SdpError::TooLarge(Bounded::Sections));
                }
                self.bundle.extend(Mid::new(mid.as_bytes()));
            }
        }
        Ok(())
    }

    fn add_candidate(&mut self, value: &str) {
        if self.candidates.len() < MAX_CANDIDATES
            && let Some(candidate) = parse_candidate(value)
            && !self.candidates.contains(&candidate)
        {
            self.candidates.push(candidate);
        }
    }

    /// Whether a section is in use: not rejected, and in the bundle, without which it would need a transport of its own.
    pub(super) fn is_live(&self, section: &SectionDescription<'_>) -> bool {
        !section.is_rejected() && section.mid.is_some_and(|mid| self.bundle.contains(&mid))
    }

    /// The section that stands for the bundle: the first live one of the group (RFC 9143, 7.2).
    pub(super) fn tagged(&self) -> Option<&SectionDescription<'a>> {
        self.bundle.iter().find_map(|mid| {
            self.sections.iter().find(|section| section.mid == Some(*mid)).filter(|section| self.is_live(section))
        })
    }

    fn check_mids(&self) -> Result<(), SdpError> {
        let mut mids: Vec<(&[u8], Mid)> = Vec::with_capacity(self.sections.len());
        for section in &self.sections {
            mids.extend(section.mid.as_ref().map(|mid| (mid.as_bytes(), *mid)));
        }
        mids.sort_unstable_by_key(|(bytes, _)| *bytes);
        match mids.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
            Some([(_, mid), ..]) => Err(SdpError::DuplicateMid { mid: *mid }),
            _ => Ok(()),
        }
    }
}

impl<'a> SectionDescription<'a> {
    /// Reads the value of `m=`: media, port, protocol, formats.
    fn parse(line: Line<'a>, direction: Direction) -> Result<Self, SdpError> {
        // It is echoed when the section is rejected.
        if !line.value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(line.error());
        }
        let mut fields = line.value.splitn(4, ' ');
        let (Some(media), Some(port), Some(protocol)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(line.error());
        };
        let formats = fields.next().unwrap_or_default();
        let kind = match (media, protocol) {
            ("audio", "UDP/TLS/RTP/SAVPF" | "RTP/SAVPF" | "TCP/TLS/RTP/SAVPF") => SectionKind::Media(MediaKind::Audio),
            ("video", "UDP/TLS/RTP/SAVPF" | "RTP/SAVPF" | "TCP/TLS/RTP/SAVPF") => SectionKind::Media(MediaKind::Video),
            ("application", "UDP/DTLS/SCTP" | "TCP/DTLS/SCTP") if formats == "webrtc-datachannel" => SectionKind::Data,
            _ => SectionKind::Other,
        };
        let payload_types = match kind {
            SectionKind::Media(_) => parse_payload_types(formats).map_err(|error| error.unwrap_or(line.error()))?,
            SectionKind::Data | SectionKind::Other => Vec::new(),
        };
        Ok(Self {
            kind,
            media,
            port: port.parse().map_err(|_| line.error())?,
            protocol,
            formats,
            payload_types,
            mid: None,
            direction,
            bundle_only: false,
            rtcp_mux: false,
            rtcp_rsize: false,
            mixed_extensions: false,
            transport: TransportAttributes::default(),
            payload_maps: Vec::new(),
            formats_parameters: Vec::new(),
            feedback: Vec::new(),
            extensions: Vec::new(),
            msid: None,
            rids: Vec::new(),
            simulcast: Vec::new(),
            streams: Streams::default(),
            sctp_port: false,
        })
    }

    fn read(&mut self, line: Line<'a>, name: &'a str, value: &'a str) -> Result<(), SdpError> {
        if self.transport.read(name, value) {
            return Ok(());
        }
        if let Some(direction) = Direction::parse(name) {
            self.direction = direction;
            return Ok(());
        }
        match name {
            "mid" => self.mid = Some(Mid::new(value.as_bytes()).ok_or(line.error())?),
            "bundle-only" => self.bundle_only = true,
            "rtcp-mux" => self.rtcp_mux = true,
            "rtcp-rsize" => self.rtcp_rsize = true,
            "extmap-allow-mixed" => self.mixed_extensions = true,
            "sctp-port" => self.sctp_port = true,
            "rtpmap" => {
                push(&mut self.payload_maps, parse_payload_map(value), MAX_PAYLOAD_TYPES, Bounded::PayloadTypes)?
            }
            "fmtp" => {
                let parameters = parse_numbered(value);
                push(&mut self.formats_parameters, parameters, MAX_PAYLOAD_TYPES, Bounded::PayloadTypes)?;
            }
            "rtcp-fb" => push(&mut self.feedback, parse_feedback(value), MAX_FEEDBACK_LINES, Bounded::FeedbackLines)?,
            "extmap" => push(&mut self.extensions, ExtensionLine::parse(value), MAX_EXTENSIONS, Bounded::Extensions)?,
            "msid" => self.msid = self.msid.or(parse_msid(value)),
            "rid" => push(&mut self.rids, parse_sent_rid(value), MAX_RIDS, Bounded::Rids)?,
            "simulcast" => {
                self.simulcast.clear();
                for rid in parse_simulcast(value) {
                    push(&mut self.simulcast, Some(rid), MAX_RIDS, Bounded::Rids)?;
                }
            }
            "ssrc" => self.streams.add(value)?,
            "ssrc-group" => self.streams.add_group(value),
            _ => {}
        }
        Ok(())
    }

    /// Port zero means rejected or stopped, unless the port is that of the bundle (RFC 9143, 6).
    pub(super) fn is_rejected(&self) -> bool {
        self.port == 0 && !self.bundle_only
    }

    pub(super) fn fmtp(&self, payload_type: u8) -> &'a str {
        self.formats_parameters
            .iter()
            .find_map(|&(of, value)| (of == payload_type).then_some(value))
            .unwrap_or_default()
    }

    pub(super) fn payload_map(&self, payload_type: u8) -> Option<&PayloadMap<'a>> {
        self.payload_maps.iter().find(|map| map.payload_type == payload_type)
    }

    pub(super) fn has_feedback(&self, payload_type: u8, value: &str) -> bool {
        let applies = |line: &Feedback<'_>| line.payload_type.is_none_or(|of| of == payload_type);
        self.feedback.iter().any(|line| line.value == value && applies(line))
    }
}

/// Adds what was understood, within a bound.
fn push<T>(to: &mut Vec<T>, item: Option<T>, most: usize, bounded: Bounded) -> Result<(), SdpError> {
    if let Some(item) = item {
        if to.len() >= most {
            return Err(SdpError::TooLarge(bounded));
        }
        to.push(item);
    }
    Ok(())
}

/// `Err(None)` for what is no list of payload types.
fn parse_payload_types(formats: &str) -> Result<Vec<u8>, Option<SdpError>> {
    let mut payload_types = Vec::new();
    for format in formats.split_ascii_whitespace() {
        let payload_type: u8 = format.parse().ok().filter(|&number| number < 128).ok_or(None)?;
        if !payload_types.contains(&payload_type) {
            push(&mut payload_types, Some(payload_type), MAX_PAYLOAD_TYPES, Bounded::PayloadTypes)?;
        }
    }
    Ok(payload_types)
}

fn parse_numbered(value: &str) -> Option<(u8, &str)> {
    let (number, rest) = value.split_once(' ')?;
    Some((number.parse().ok()?, rest.trim()))
}

fn parse_payload_map(value: &str) -> Option<PayloadMap<'_>> {
    let (payload_type, encoding) = parse_numbered(value)?;
    let mut fields = encoding.split('/');
    let name = fields.next()?;
    let clock_rate = fields.next()?.parse().ok()?;
    let channels = match fields.next() {
        Some(channels) => channels.parse().ok()?,
        None => 1,
    };
    Some(PayloadMap { payload_type, name, clock_rate, channels })
}

fn parse_feedback(value: &str) -> Option<Feedback<'_>> {
    let (payload_type, value) = value.split_once(' ')?;
    let payload_type = if payload_type == "*" { None } else { Some(payload_type.parse().ok()?) };
    Some(Feedback { payload_type, value: value.trim() })
}

fn parse_msid(value: &str) -> Option<(&str, &str)> {
    let mut fields = value.split_ascii_whitespace();
    let (stream, track) = (fields.next()?, fields.next().unwrap_or_default());
    (stream.len() <= MAX_SDP_NAME_BYTES && track.len() <= MAX_SDP_NAME_BYTES).then_some((stream, track))
}
