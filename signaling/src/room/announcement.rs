//! Announcements of tracks (`add_track`): what a client says of a track before an offer brings it, and what becomes of that
//! in the description that others are told.
//!
//! A section is matched by the client's id of the track (`cid`), the second token of its `a=msid`; browsers that invent that
//! token are matched by the kind of media, in order.

use livekit_protocol::{
    AddTrackRequest, AudioTrackFeature, PacketTrailerFeature, SimulcastCodecInfo, TrackInfo, TrackSource, VideoLayer,
    video_layer,
};
use rotunda_sfu::ids::Mid;
use rotunda_sfu::params::{Codec, MediaKind, ReceiveParameters};
use rotunda_sfu::sdp::TrackHints;

/// A track that a client means to publish.
pub(super) struct Announcement {
    /// The client's ids of the track, that of the request first.
    pub(super) cids: Vec<String>,
    pub(super) kind: MediaKind,
    pub(super) info: TrackInfo,
    pub(super) hints: TrackHints,
    /// Waits until the publication of the same `cid` has ended; nothing has been answered yet.
    pub(super) queued: bool,
    /// Muted by the room's rules; its client takes it for open.
    pub(super) silenced: bool,
}

impl Announcement {
    /// The id that the request named.
    pub(super) fn cid(&self) -> &str {
        self.cids.first().map_or("", String::as_str)
    }

    /// The room's rules mute it.
    pub(super) fn silence(&mut self) {
        self.silenced |= !self.info.muted;
        self.info.muted = true;
    }

    /// Whether a section with this track id carries the announced track.
    pub(super) fn is_of(&self, track_id: &str) -> bool {
        !self.queued && self.cids.iter().any(|cid| cid == track_id)
    }
}

/// Takes the announcement with this `cid`.
pub(super) fn claim_exact(
    announcements: &mut Vec<Announcement>,
    track_id: &str,
    kind: MediaKind,
) -> Option<Announcement> {
    let index =
        announcements.iter().position(|announcement| announcement.kind == kind && announcement.is_of(track_id))?;
    Some(announcements.remove(index))
}

/// Takes the first announcement of this kind.
pub(super) fn claim_alike(announcements: &mut Vec<Announcement>, kind: MediaKind) -> Option<Announcement> {
    let index = announcements.iter().position(|announcement| announcement.kind == kind && !announcement.queued)?;
    Some(announcements.remove(index))
}

/// What others are told must have a JSON form, and values of a later protocol's enumerations have none.
#[allow(deprecated)] // older clients write these fields
pub(super) fn forget_unknown_values(request: &mut AddTrackRequest) {
    request.r#type = request.r#type().into();
    request.source = request.source().into();
    request.encryption = request.encryption().into();
    request.backup_codec_policy = request.backup_codec_policy().into();
    request.audio_features.retain(|feature| AudioTrackFeature::try_from(*feature).is_ok());
    request.packet_trailer_features.retain(|feature| PacketTrailerFeature::try_from(*feature).is_ok());
    let codecs = request.simulcast_codecs.iter_mut();
    let layers = codecs.flat_map(|codec| {
        codec.video_layer_mode = codec.video_layer_mode().into();
        codec.layers.iter_mut()
    });
    for layer in request.layers.iter_mut().chain(layers) {
        layer.quality = layer.quality().into();
    }
}

/// What a request announces.
#[allow(deprecated)] // older clients read and write these fields
pub(super) fn announcement(kind: MediaKind, sid: String, request: &AddTrackRequest, queued: bool) -> Announcement {
    let mut layers = request.layers.clone();
    layers.sort_by_key(|layer| layer.quality);
    let mut features = request.audio_features.clone();
    let mut feature = |wanted: bool, feature: AudioTrackFeature| {
        if wanted && !features.contains(&feature.into()) {
            features.push(feature.into());
        }
    };
    feature(request.stereo, AudioTrackFeature::TfStereo);
    feature(request.disable_dtx, AudioTrackFeature::TfNoDtx);
    let has = |feature: AudioTrackFeature| features.contains(&feature.into());
    let named = request.simulcast_codecs.first().filter(|codec| !codec.codec.is_empty());
    let hints = TrackHints {
        stereo: has(AudioTrackFeature::TfStereo),
        no_dtx: has(AudioTrackFeature::TfNoDtx),
        codec: named.map(|codec| codec_from_name(&codec.codec, kind)),
    };
    let mut codec = SimulcastCodecInfo {
        mime_type: hints.codec.map(|codec| mime_type(codec).to_owned()).unwrap_or_default(),
        cid: request.cid.clone(),
        layers: layers.clone(),
        video_layer_mode: video_layer::Mode::OneSpatialLayerPerStream.into(),
        ..Default::default()
    };
    if let Some(first) = request.simulcast_codecs.first() {
        if !first.layers.is_empty() {
            codec.layers.clone_from(&first.layers);
            codec.layers.sort_by_key(|layer| layer.quality);
        }
        if matches!(hints.codec, Some(Codec::Vp9 | Codec::Av1)) {
            codec.video_layer_mode = video_layer::Mode::MultipleSpatialLayersPerStream.into();
        }
    }
    let mut cids = vec![request.cid.clone()];
    let others = request.simulcast_codecs.iter().map(|codec| codec.cid.clone());
    cids.extend(others.filter(|cid| !cid.is_empty() && *cid != request.cid));
    let stream = if request.stream.is_empty() { stream_name(request.source()) } else { &request.stream };
    let info = TrackInfo {
        sid,
        r#type: request.r#type,
        name: request.name.clone(),
        muted: request.muted,
        width: request.width,
        height: request.height,
        disable_dtx: request.disable_dtx,
        source: request.source,
        layers,
        codecs: vec![codec],
        stereo: request.stereo,
        disable_red: request.disable_red,
        encryption: request.encryption,
        stream: stream.to_owned(),
        audio_features: features,
        backup_codec_policy: request.backup_codec_policy,
        packet_trailer_features: request.packet_trailer_features.clone(),
        ..Default::default()
    };
    Announcement { cids, kind, info, hints, queued, silenced: false }
}

/// Completes what others are told of a track, once an offer has said how it is sent.
#[allow(deprecated)] // older clients read these fields
pub(super) fn describe(info: &mut TrackInfo, mid: &Mid, track_id: &str, mime_type: &str, encodings: usize) {
    info.mid = mid.to_string();
    info.mime_type = mime_type.to_owned();
    info.simulcast = encodings > 1;
    if let Some(codec) = info.codecs.first_mut() {
        codec.mime_type = mime_type.to_owned();
        codec.mid = mid.to_string();
        if codec.cid != track_id {
            codec.sdp_cid = track_id.to_owned();
        }
    }
}

/// Gives each encoding the size that the announcement says: by rid, else from the lowest to the highest.
#[allow(deprecated)] // clients without codecs of their own announce layers here
pub(super) fn size_encodings(parameters: &mut ReceiveParameters, info: &TrackInfo) {
    let layers: &[VideoLayer] = match info.codecs.first() {
        Some(codec) if !codec.layers.is_empty() => &codec.layers,
        _ => &info.layers,
    };
    if let [only] = parameters.encodings.as_mut_slice() {
        let top = layers.iter().max_by_key(|layer| u64::from(layer.width) * u64::from(layer.height));
        (only.width, only.height) = top.map_or((info.width, info.height), |top| (top.width, top.height));
        return;
    }
    for (index, encoding) in parameters.encodings.iter_mut().enumerate() {
        let named = encoding.rid.and_then(|rid| layers.iter().find(|layer| layer.rid == rid.as_str()));
        if let Some(layer) = named.or_else(|| layers.get(index)) {
            (encoding.width, encoding.height) = (layer.width, layer.height);
        }
    }
}

/// Tracks of one stream play in sync.
fn stream_name(source: TrackSource) -> &'static str {
    match source {
        TrackSource::Camera | TrackSource::Microphone => "camera",
        TrackSource::ScreenShare | TrackSource::ScreenShareAudio => "screen_share",
        TrackSource::Unknown => "unknown",
    }
}

/// The codec of this name; for one that we do not forward, the one that every client has, which the client then takes.
fn codec_from_name(name: &str, kind: MediaKind) -> Codec {
    let name = name.rsplit('/').next().unwrap_or_default();
    match (kind, name.to_ascii_lowercase().as_str()) {
        (MediaKind::Audio, _) => Codec::Opus,
        (MediaKind::Video, "h264") => Codec::H264,
        (MediaKind::Video, "vp9") => Codec::Vp9,
        (MediaKind::Video, "av1") => Codec::Av1,
        (MediaKind::Video, _) => Codec::Vp8,
    }
}

/// A codec's MIME type as LiveKit clients spell it.
pub(super) fn mime_type(codec: Codec) -> &'static str {
    match codec {
        Codec::Opus => "audio/opus",
        Codec::Vp8 => "video/VP8",
        Codec::H264 => "video/H264",
        Codec::Vp9 => "video/VP9",
        Codec::Av1 => "video/AV1",
    }
}
