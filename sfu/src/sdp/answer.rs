//! Answers to a publisher's offers (RFC 8829, 5.3).

use crate::ids::Mid;
use crate::params::{
    Codec, CodecParameters, HeaderExtensions, IceCredentials, MediaKind, ReceiveParameters, RemoteParameters,
};

use super::LocalParameters;
use super::codecs::{self, CodecPolicy, OpusWishes, PayloadTypes};
use super::error::SdpError;
use super::extensions::{ExtensionIds, write_extensions};
use super::session::{Description, SectionDescription, SectionKind};
use super::simulcast::{encodings, write_simulcast};
use super::transport::{RemoteChange, RemoteMemory, remote_parameters};
use super::writer::{
    LocalSetup, write_data, write_local_candidates, write_section_start, write_session, write_transport,
};
use crate::limits::MAX_LAYERS;

/// The answering end of the connection on which a client publishes.
#[derive(Clone, Debug)]
pub struct Answerer {
    local: LocalParameters,
    policy: CodecPolicy,
    version: u64,
    agreed: Agreed,
}

/// What the descriptions so far have fixed for the life of the connection.
#[derive(Clone, Default, Debug)]
struct Agreed {
    sections: Vec<AgreedSection>,
    payload_types: PayloadTypes,
    extension_ids: ExtensionIds,
    remote: RemoteMemory,
}

#[derive(Clone, Copy, Debug)]
struct AgreedSection {
    mid: Option<Mid>,
    kind: SectionKind,
    /// A rejected section's place may be taken by another one (RFC 8829, 5.2.2).
    rejected: bool,
}

/// A track as an offer announces it, for [`Answerer::handle_offer`]'s caller to find what it knows of it.
#[derive(Clone, Copy, Debug)]
pub struct OfferedTrack<'a> {
    /// The section.
    pub mid: Mid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// The first token of `a=msid`, or empty.
    pub stream_id: &'a str,
    /// The second token of `a=msid`, or empty.
    pub track_id: &'a str,
}

/// How the server wants a track to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct TrackHints {
    /// Stereo sound in full quality.
    pub stereo: bool,
    /// Sound keeps coming in silence, as music and recordings need.
    pub no_dtx: bool,
    /// The codec that the publisher announced. Only it is accepted then, and VP8, to which encoders fall back: each further
    /// codec would have to be offered to every subscriber. `None` or one that the offer lacks accepts all.
    pub codec: Option<Codec>,
}

/// An offer taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answered {
    /// Our answer.
    pub sdp: String,
    /// The far side of the transport.
    pub remote: RemoteParameters,
    /// Our new credentials when the offer restarted ICE; the answer has them already. The transport gets them before it
    /// gets `remote`.
    pub restarted: Option<IceCredentials>,
    /// Every media section that was accepted, in order. A track of an earlier offer that is not here has ended.
    pub tracks: Vec<ReceivedTrack>,
    /// Whether data channels are agreed.
    pub data_channels: bool,
}

/// A media section of the client's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReceivedTrack {
    /// The section.
    pub mid: Mid,
    /// Sound or picture.
    pub kind: MediaKind,
    /// The first token of `a=msid`, or empty.
    pub stream_id: String,
    /// The second token of `a=msid`, or empty. LiveKit clients put the `cid` of their request to add the track here, where
    /// the browser lets them; some browsers invent one.
    pub track_id: String,
    /// Whether the client means to send now. An inactive section stays, and may carry another track later.
    pub active: bool,
    /// How it is sent.
    pub parameters: ReceiveParameters,
}

enum Outcome {
    Rejected,
    Data,
    Media(Accepted),
}

struct Accepted {
    track: ReceivedTrack,
    transport_cc: bool,
}

impl Answerer {
    /// A connection that has seen no offer yet.
    pub fn new(local: LocalParameters, policy: CodecPolicy) -> Self {
        Self { local, policy, version: 1, agreed: Agreed::default() }
    }

    /// Our credentials as they stand, after any restart.
    pub fn ice(&self) -> &IceCredentials {
        &self.local.ice
    }

    /// Takes an offer in and answers it. Used are Opus, VP8, H.264, VP9 and AV1 as far as the policy allows, simulcast by rid,
    /// and data channels; sections for anything else are rejected, which harms no other.
    ///
    /// `next_ice` gives credentials for the case that the offer restarts ICE. `hints` is asked once for each media section
    /// that sends.
    ///
    /// # Errors
    /// Everything of [`SdpError`] but `StaleAnswer`, `InvalidName` and `NoCodec`; nothing has changed then.
    pub fn handle_offer(
        &mut self,
        sdp: &str,
        next_ice: impl FnOnce() -> IceCredentials,
        hints: impl Fn(&OfferedTrack<'_>) -> TrackHints,
    ) -> Result<Answered, SdpError> {
        let offer = Description::parse(sdp)?;
        let mut agreed = self.agreed.clone();
        agreed.check_order(&offer)?;

        let remote = match offer.tagged() {
            Some(tagged) => remote_parameters(&offer, tagged)?,
            None => agreed.remote.repeat().ok_or(SdpError::NotBundled)?,
        };
        let restarted = (agreed.remote.compare(&remote)? == RemoteChange::Restart).then(next_ice);

        let mut outcomes = Vec::with_capacity(offer.sections.len());
        let mut data_channels = false;
        for section in &offer.sections {
            let outcome = match section.mid.filter(|_| offer.is_live(section)) {
                Some(mid) => agreed.decide(section, mid, data_channels, &self.policy, &hints),
                None => Outcome::Rejected,
            };
            data_channels |= matches!(outcome, Outcome::Data);
            outcomes.push(outcome);
        }
        agreed.remember(&offer, &outcomes, &remote);

        self.agreed = agreed;
        self.version += 1;
        if let Some(ice) = &restarted {
            self.local.ice = ice.clone();
        }
        let sdp = self.write(&offer, &outcomes);
        let tracks = outcomes.into_iter().filter_map(|outcome| match outcome {
            Outcome::Media(accepted) => Some(accepted.track),
            Outcome::Data | Outcome::Rejected => None,
        });
        Ok(Answered { sdp, remote, restarted, tracks: tracks.collect(), data_channels })
    }

    fn write(&self, offer: &Description<'_>, outcomes: &[Outcome]) -> String {
        let is_accepted =
            |mid: &&Mid| {
                offer.sections.iter().zip(outcomes).any(|(section, outcome)| {
                    section.mid.as_ref() == Some(mid) && !matches!(outcome, Outcome::Rejected)
                })
            };
        let bundle: Vec<Mid> = offer.bundle.iter().filter(is_accepted).copied().collect();
        let mut out = String::with_capacity(512 + outcomes.len() * 1024);
        write_session(&mut out, &self.local, self.version, &bundle, offer.mixed_extensions);
        for (section, outcome) in offer.sections.iter().zip(outcomes) {
            self.write_section(&mut out, section, outcome, bundle.first());
        }
        out
    }

    fn write_section(
        &self,
        out: &mut String,
        section: &SectionDescription<'_>,
        outcome: &Outcome,
        tagged: Option<&Mid>,
    ) {
        let formats = match outcome {
            Outcome::Rejected => {
                write_rejected(out, section);
                return;
            }
            Outcome::Data => section.formats.to_owned(),
            Outcome::Media(accepted) => codecs::payload_types(&accepted.track.parameters.codecs),
        };
        let Some(mid) = section.mid else { return };
        write_section_start(out, section.media, 9, section.protocol, &formats, mid);
        write_transport(out, &self.local.ice, &self.local.fingerprint, LocalSetup::Passive);
        if tagged == Some(&mid) {
            write_local_candidates(out, &self.local);
        }
        match outcome {
            Outcome::Rejected => {}
            Outcome::Data => write_data(out),
            Outcome::Media(accepted) => write_media(out, section, accepted),
        }
    }
}

fn write_media(out: &mut String, section: &SectionDescription<'_>, accepted: &Accepted) {
    let ReceiveParameters { codecs, extensions, .. } = &accepted.track.parameters;
    out.push_str(if accepted.track.active { "a=recvonly\r\n" } else { "a=inactive\r\n" });
    out.push_str("a=rtcp-mux\r\n");
    if section.mixed_extensions {
        out.push_str("a=extmap-allow-mixed\r\n");
    }
    if section.rtcp_rsize {
        out.push_str("a=rtcp-rsize\r\n");
    }
    write_extensions(out, *extensions);
    codecs::write_codecs(out, codecs, accepted.transport_cc, |payload_type| {
        section.has_feedback(payload_type, "ccm fir")
    });
    let layers = &accepted.track.parameters.encodings;
    let is_layer = |rid: &&crate::ids::Rid| layers.iter().any(|layer| layer.rid.as_ref() == Some(rid));
    let rids: Vec<_> = section.simulcast.iter().filter(is_layer).take(MAX_LAYERS).copied().collect();
    write_simulcast(out, &rids);
}

/// A section that is not used keeps its place (RFC 3264, 6).
fn write_rejected(out: &mut String, section: &SectionDescription<'_>) {
    let formats = if section.formats.is_empty() { "0" } else { section.formats };
    out.push_str(&format!("m={} 0 {} {formats}\r\nc=IN IP4 0.0.0.0\r\n", section.media, section.protocol));
    if let Some(mid) = section.mid {
        out.push_str(&format!("a=mid:{mid}\r\n"));
    }
    out.push_str("a=inactive\r\n");
}

impl Agreed {
    /// Sections stay where they are and what they are; only a rejected one makes room for another.
    fn check_order(&self, offer: &Description<'_>) -> Result<(), SdpError> {
        if offer.sections.len() < self.sections.len() {
            return Err(SdpError::SectionChanged { section: offer.sections.len() });
        }
        for (index, section) in offer.sections.iter().enumerate() {
            if section.mid.is_none() && !section.is_rejected() {
                return Err(SdpError::MissingMid { section: index });
            }
            let Some(known) = self.sections.get(index).filter(|known| !known.rejected) else { continue };
            let same_mid = section.mid == known.mid || section.mid.is_none();
            if !same_mid || section.kind != known.kind {
                return Err(SdpError::SectionChanged { section: index });
            }
        }
        Ok(())
    }

    fn decide(
        &mut self,
        section: &SectionDescription<'_>,
        mid: Mid,
        has_data: bool,
        policy: &CodecPolicy,
        hints: &impl Fn(&OfferedTrack<'_>) -> TrackHints,
    ) -> Outcome {
        match section.kind {
            SectionKind::Media(kind) if section.rtcp_mux => self.accept(section, mid, kind, policy, hints),
            SectionKind::Data if section.sctp_port && !has_data => Outcome::Data,
            SectionKind::Media(_) | SectionKind::Data | SectionKind::Other => Outcome::Rejected,
        }
    }

    fn accept(
        &mut self,
        section: &SectionDescription<'_>,
        mid: Mid,
        kind: MediaKind,
        policy: &CodecPolicy,
        hints: &impl Fn(&OfferedTrack<'_>) -> TrackHints,
    ) -> Outcome {
        let active = section.direction.sends();
        let (stream_id, track_id) = section.msid.unwrap_or_default();
        let hints =
            if active { hints(&OfferedTrack { mid, kind, stream_id, track_id }) } else { TrackHints::default() };
        let wishes = OpusWishes { stereo: hints.stereo, no_dtx: hints.no_dtx };
        let mut codecs = self.payload_types.accept(section, kind, policy, hints.codec, wishes);
        keep_announced(&mut codecs, hints.codec);
        if codecs.is_empty() {
            return Outcome::Rejected;
        }
        let transport_cc = codecs::offers_transport_cc(section, &codecs);
        let extensions: HeaderExtensions = self.extension_ids.accept(kind, &section.extensions, transport_cc);
        // Without its header extension a rid tells nothing apart.
        let rids = if extensions.rid.is_some() { section.rids.as_slice() } else { &[] };
        let encodings = encodings(rids, &section.simulcast, &section.streams);
        let parameters = ReceiveParameters { mid, kind, codecs, extensions, encodings };
        let track = ReceivedTrack {
            mid,
            kind,
            stream_id: stream_id.to_owned(),
            track_id: track_id.to_owned(),
            active,
            parameters,
        };
        Outcome::Media(Accepted { track, transport_cc })
    }

    fn remember(&mut self, offer: &Description<'_>, outcomes: &[Outcome], remote: &RemoteParameters) {
        let section = |(section, outcome): (&SectionDescription<'_>, &Outcome)| AgreedSection {
            mid: section.mid,
            kind: section.kind,
            rejected: matches!(outcome, Outcome::Rejected),
        };
        self.sections = offer.sections.iter().zip(outcomes).map(section).collect();
        self.remote.remember(remote);
    }
}

fn keep_announced(codecs: &mut Vec<CodecParameters>, announced: Option<Codec>) {
    if let Some(announced) = announced
        && codecs.iter().any(|codec| codec.codec == announced)
    {
        codecs.retain(|codec| codec.codec == announced || codec.codec == Codec::Vp8);
    }
}
