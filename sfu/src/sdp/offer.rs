//! Offers to a subscriber, and what its answers make of them (RFC 8829, 5.2 and 5.10).

use std::sync::Arc;

use crate::ids::{EgressSsrc, Mid};
use crate::limits::{MAX_SDP_NAME_BYTES, MAX_SECTIONS};
use crate::params::{CodecParameters, HeaderExtensions, IceCredentials, MediaKind, RemoteParameters, SendParameters};

use super::LocalParameters;
use super::codecs;
use super::error::{Bounded, SdpError};
use super::extensions::{self, write_extensions};
use super::session::{Description, SectionDescription, SectionKind};
use super::transport::{RemoteMemory, remote_parameters};
use super::writer::{
    LocalSetup, write_data, write_local_candidates, write_section_start, write_session, write_transport,
};

/// The first epoch of an SSRC. With a small one the first SSRC would be 1, which libwebrtc uses for reports of its own.
const FIRST_EPOCH: u16 = 256;

/// The offering end of the connection on which a client receives.
#[derive(Clone, Debug)]
pub struct Offerer {
    local: LocalParameters,
    version: u64,
    sections: Vec<OwnSection>,
    next_mid: u64,
    negotiation: Negotiation,
    last_id: u32,
    /// Something differs from the last offer.
    changed: bool,
    remote: RemoteMemory,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Negotiation {
    Stable,
    Outstanding { id: u32 },
}

/// A section in our offers; its index is its place.
#[derive(Clone, Debug)]
struct OwnSection {
    mid: Mid,
    kind: SectionKind,
    codecs: Vec<CodecParameters>,
    use_: Use,
    /// What the outstanding offer says.
    offered: Offered,
    /// The epoch of the last SSRC here; 0 before the first.
    epoch: u16,
}

/// What a section is for, as far as we are concerned.
#[derive(Clone, Debug)]
enum Use {
    Data,
    Track(Arc<Track>),
    /// The track has gone, but the far side does not know yet: to be offered with port 0.
    Stopping,
    /// Port 0 by agreement, or in no offer yet; the place may be taken by a section of a new name and any kind. A section is
    /// never given to another track: browsers would keep the receiver, and with it the first track's id, by which clients
    /// know whose picture it is.
    Rejected,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Offered {
    Nothing,
    Data,
    Track(EgressSsrc),
    Rejected,
}

#[derive(Clone, Debug)]
struct Track {
    ssrc: EgressSsrc,
    stream_id: String,
    track_id: String,
    cname: Arc<str>,
    /// What the last answer accepted.
    accepted: Option<SendParameters>,
}

/// Where a track was put.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Section {
    /// The section.
    pub mid: Mid,
    /// The SSRC of its media, unique in the connection and over its life.
    pub ssrc: EgressSsrc,
}

/// An offer to be sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Counts from 1; the answer names it, if the client does so.
    pub id: u32,
    /// The text.
    pub sdp: String,
}

/// An answer taken in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerApplied {
    /// The far side of the transport.
    pub remote: RemoteParameters,
    /// Tracks that the client receives from now on, and those whose parameters have changed.
    pub accepted: Vec<SendParameters>,
    /// Sections of tracks that the client does not take: no codec of theirs, or rejected. They need no
    /// [`Offerer::remove_track`]; their places are free.
    pub refused: Vec<Mid>,
    /// Whether data channels are agreed.
    pub data_channels: bool,
}

impl Offerer {
    /// A connection, with a section for data channels first if there are to be any.
    pub fn new(local: LocalParameters, data_channels: bool) -> Self {
        let mut offerer = Self {
            local,
            version: 0,
            sections: Vec::new(),
            next_mid: 0,
            negotiation: Negotiation::Stable,
            last_id: 0,
            changed: data_channels,
            remote: RemoteMemory::default(),
        };
        if data_channels && let Some(mid) = offerer.new_mid() {
            offerer.sections.push(OwnSection::new(mid, SectionKind::Data, Use::Data));
        }
        offerer
    }

    /// Our credentials as they stand, after any restart.
    pub fn ice(&self) -> &IceCredentials {
        &self.local.ice
    }

    /// Gives a track a section, for the next offer. `published` is what its publisher may send; every format of it is
    /// offered, under payload types of our own. `stream_id` and `track_id` become `a=msid`.
    ///
    /// # Errors
    /// `TooLarge(Sections)`, `NoCodec`, `InvalidName`; nothing has changed then.
    pub fn add_track(
        &mut self,
        kind: MediaKind,
        published: &[CodecParameters],
        stream_id: &str,
        track_id: &str,
        cname: &str,
    ) -> Result<Section, SdpError> {
        if ![stream_id, track_id, cname].into_iter().all(is_name) {
            return Err(SdpError::InvalidName);
        }
        let codecs = codecs::offered(kind, published)?;
        let index = self.place(kind)?;
        let section = self.sections.get_mut(index).ok_or(SdpError::TooLarge(Bounded::Sections))?;
        section.epoch = if section.epoch == 0 { FIRST_EPOCH } else { section.epoch + 1 };
        let ssrc = u16::try_from(index)
            .ok()
            .and_then(|index| EgressSsrc::new(index, section.epoch))
            .ok_or(SdpError::TooLarge(Bounded::Sections))?;
        section.codecs = codecs;
        section.use_ = Use::Track(Arc::new(Track {
            ssrc,
            stream_id: stream_id.to_owned(),
            track_id: track_id.to_owned(),
            cname: cname.into(),
            accepted: None,
        }));
        self.changed = true;
        Ok(Section { mid: section.mid, ssrc })
    }

    /// The index of a section for a new track: the place of a rejected one, else a new one.
    fn place(&mut self, kind: MediaKind) -> Result<usize, SdpError> {
        // An SSRC is never used twice under one key, so a place whose epochs are used up stays empty.
        let usable = |section: &OwnSection| matches!(section.use_, Use::Rejected) && section.epoch < u16::MAX;
        let rejected = self.sections.iter().position(usable);
        if rejected.is_none() && self.sections.len() >= MAX_SECTIONS {
            return Err(SdpError::TooLarge(Bounded::Sections));
        }
        let mid = self.new_mid().ok_or(SdpError::TooLarge(Bounded::Sections))?;
        let mut fresh = OwnSection::new(mid, SectionKind::Media(kind), Use::Rejected);
        match rejected.and_then(|index| Some((index, self.sections.get_mut(index)?))) {
            Some((index, section)) => {
                fresh.epoch = section.epoch;
                fresh.offered = section.offered;
                *section = fresh;
                Ok(index)
            }
            None => {
                self.sections.push(fresh);
                Ok(self.sections.len() - 1)
            }
        }
    }

    fn new_mid(&mut self) -> Option<Mid> {
        let mid = Mid::new(self.next_mid.to_string().as_bytes());
        self.next_mid += 1;
        mid
    }

    /// Takes a track off, for the next offer. Unknown mids are ignored.
    pub fn remove_track(&mut self, mid: Mid) {
        let Some(section) = self.sections.iter_mut().find(|section| section.mid == mid) else { return };
        if let Use::Track(track) = &section.use_ {
            let is_seen = track.accepted.is_some() || section.offered == Offered::Track(track.ssrc);
            section.use_ = if is_seen { Use::Stopping } else { Use::Rejected };
            self.changed = true;
        }
    }

    /// Restarts ICE with the next offer.
    pub fn restart_ice(&mut self, ice: IceCredentials) {
        self.local.ice = ice;
        self.changed = true;
    }

    /// The offer that is due: `None` while one is outstanding or nothing has changed. What changes while one is outstanding
    /// makes one more offer after its answer.
    pub fn poll_offer(&mut self) -> Option<Offer> {
        if !self.changed || self.negotiation != Negotiation::Stable {
            return None;
        }
        self.changed = false;
        self.version += 1;
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.negotiation = Negotiation::Outstanding { id: self.last_id };
        for section in &mut self.sections {
            section.offered = match &section.use_ {
                Use::Data => Offered::Data,
                Use::Track(track) => Offered::Track(track.ssrc),
                Use::Stopping | Use::Rejected => Offered::Rejected,
            };
        }
        Some(Offer { id: self.last_id, sdp: self.write() })
    }

    /// Takes the answer to the outstanding offer in. An `id` of 0 comes from a client that does not echo it.
    ///
    /// # Errors
    /// `StaleAnswer` when it answers another offer or none; otherwise what is wrong with it. The offer stays outstanding.
    pub fn handle_answer(&mut self, id: u32, sdp: &str) -> Result<AnswerApplied, SdpError> {
        match self.negotiation {
            Negotiation::Outstanding { id: outstanding } if id == 0 || id == outstanding => {}
            Negotiation::Outstanding { .. } | Negotiation::Stable => return Err(SdpError::StaleAnswer),
        }
        let answer = Description::parse(sdp)?;
        self.check_order(&answer)?;
        let remote = match answer.tagged() {
            Some(tagged) => remote_parameters(&answer, tagged)?,
            None => self.remote.repeat().ok_or(SdpError::NotBundled)?,
        };
        self.remote.compare(&remote)?;

        self.remote.remember(&remote);
        self.negotiation = Negotiation::Stable;
        let mut applied = AnswerApplied { remote, accepted: Vec::new(), refused: Vec::new(), data_channels: false };
        for (section, answered) in self.sections.iter_mut().zip(&answer.sections) {
            section.apply(answered, answer.is_live(answered), &mut applied);
        }
        self.changed |= self.sections.iter().any(|section| matches!(section.use_, Use::Stopping));
        Ok(applied)
    }

    /// The sections that were offered, in their order; those added since come after them.
    fn check_order(&self, answer: &Description<'_>) -> Result<(), SdpError> {
        let offered = self.sections.iter().take_while(|section| section.offered != Offered::Nothing).count();
        if answer.sections.len() != offered {
            return Err(SdpError::SectionChanged { section: answer.sections.len().min(offered) });
        }
        for (index, (section, answered)) in self.sections.iter().zip(&answer.sections).enumerate() {
            // The place of a rejected section may have got a new one since the offer.
            if section.offered == Offered::Rejected {
                continue;
            }
            let same_mid = answered.mid == Some(section.mid) || answered.mid.is_none() && answered.is_rejected();
            if !same_mid || !answered.is_rejected() && answered.kind != section.kind {
                return Err(SdpError::SectionChanged { section: index });
            }
        }
        Ok(())
    }

    fn write(&self) -> String {
        let live = self.sections.iter().filter(|section| !section.is_rejected());
        let bundle: Vec<Mid> = live.map(|section| section.mid).collect();
        let mut out = String::with_capacity(512 + self.sections.len() * 1536);
        write_session(&mut out, &self.local, self.version, &bundle, true);
        for section in &self.sections {
            section.write(&mut out, &self.local, bundle.first() == Some(&section.mid));
        }
        out
    }
}

impl OwnSection {
    fn new(mid: Mid, kind: SectionKind, use_: Use) -> Self {
        Self { mid, kind, codecs: Vec::new(), use_, offered: Offered::Nothing, epoch: 0 }
    }

    /// Whether an offer written now has it with port 0.
    fn is_rejected(&self) -> bool {
        matches!(self.use_, Use::Stopping | Use::Rejected)
    }

    /// Compares what was offered, what was answered, and what we want by now.
    fn apply(&mut self, answered: &SectionDescription<'_>, live: bool, applied: &mut AnswerApplied) {
        match (&mut self.use_, self.offered) {
            (Use::Data, Offered::Data) if live => applied.data_channels = true,
            (Use::Data, Offered::Data) => self.use_ = Use::Rejected,
            (Use::Track(track), Offered::Track(ssrc)) if track.ssrc == ssrc => {
                match accepted_parameters(self.mid, self.kind, &self.codecs, track, answered).filter(|_| live) {
                    Some(parameters) => {
                        if track.accepted.as_ref() != Some(&parameters) {
                            Arc::make_mut(track).accepted = Some(parameters.clone());
                            applied.accepted.push(parameters);
                        }
                    }
                    None => {
                        applied.refused.push(self.mid);
                        // Agreed, but with nothing that we could send: we take it back.
                        self.use_ = if live { Use::Stopping } else { Use::Rejected };
                    }
                }
            }
            (Use::Stopping, Offered::Rejected) => self.use_ = Use::Rejected,
            (Use::Stopping, Offered::Track(_)) if !live => self.use_ = Use::Rejected,
            // Put in place after the offer, removed after it, or unchanged.
            (Use::Data | Use::Track(_) | Use::Stopping | Use::Rejected, _) => {}
        }
    }

    fn write(&self, out: &mut String, local: &LocalParameters, is_tagged: bool) {
        let (media, protocol) = match self.kind {
            SectionKind::Media(MediaKind::Audio) => ("audio", "UDP/TLS/RTP/SAVPF"),
            SectionKind::Media(MediaKind::Video) => ("video", "UDP/TLS/RTP/SAVPF"),
            SectionKind::Data | SectionKind::Other => ("application", "UDP/DTLS/SCTP"),
        };
        let formats = match self.kind {
            SectionKind::Media(_) => codecs::payload_types(&self.codecs),
            SectionKind::Data | SectionKind::Other => "webrtc-datachannel".to_owned(),
        };
        if self.is_rejected() {
            write_section_start(out, media, 0, protocol, &formats, self.mid);
            out.push_str("a=inactive\r\n");
            return;
        }
        write_section_start(out, media, 9, protocol, &formats, self.mid);
        write_transport(out, &local.ice, &local.fingerprint, LocalSetup::ActPass);
        if is_tagged {
            write_local_candidates(out, local);
        }
        match self.kind {
            SectionKind::Media(kind) => self.write_media(out, kind),
            SectionKind::Data | SectionKind::Other => write_data(out),
        }
    }

    fn write_media(&self, out: &mut String, kind: MediaKind) {
        if let Use::Track(track) = &self.use_ {
            out.push_str(&format!("a=msid:{} {}\r\na=sendonly\r\n", track.stream_id, track.track_id));
        }
        out.push_str("a=rtcp-mux\r\na=rtcp-rsize\r\n");
        write_extensions(out, extensions::offered(kind));
        codecs::write_codecs(out, &self.codecs, true, |_| kind == MediaKind::Video);
        if let Use::Track(track) = &self.use_ {
            let (media, rtx) = (track.ssrc.to_wire(), track.ssrc.rtx().to_wire());
            if self.codecs.iter().any(|codec| codec.rtx_payload_type.is_some()) {
                out.push_str(&format!("a=ssrc-group:FID {media} {rtx}\r\n"));
                out.push_str(&format!(
                    "a=ssrc:{media} cname:{cname}\r\na=ssrc:{rtx} cname:{cname}\r\n",
                    cname = track.cname
                ));
            } else {
                out.push_str(&format!("a=ssrc:{media} cname:{}\r\n", track.cname));
            }
        }
    }
}

/// `None` when the client does not receive, or nothing that we could send.
fn accepted_parameters(
    mid: Mid,
    kind: SectionKind,
    offered: &[CodecParameters],
    track: &Track,
    answered: &SectionDescription<'_>,
) -> Option<SendParameters> {
    let SectionKind::Media(kind) = kind else { return None };
    let codecs = codecs::answered(offered, answered);
    if codecs.is_empty() || !answered.direction.receives() || !answered.rtcp_mux {
        return None;
    }
    let mut extensions: HeaderExtensions = extensions::answered(extensions::offered(kind), &answered.extensions);
    if !codecs::offers_transport_cc(answered, &codecs) {
        extensions.transport_cc = None;
    }
    Some(SendParameters { mid, kind, ssrc: track.ssrc, cname: track.cname.clone(), codecs, extensions })
}

/// Whether a name of the caller's can stand in an attribute.
fn is_name(name: &str) -> bool {
    (1..=MAX_SDP_NAME_BYTES).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}
