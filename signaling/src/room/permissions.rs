//! Who may do what: a participant's own permissions, and who may receive its tracks.

use std::collections::HashSet;

use livekit_protocol::{ParticipantPermission, SubscriptionPermission, TrackSource};

use crate::limits;
use crate::token::VideoGrants;

/// What a participant may do, read from its token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Permissions {
    pub(super) can_subscribe: bool,
    pub(super) can_publish: bool,
    pub(super) can_publish_data: bool,
    /// The sources that may be published; `None` for all.
    sources: Option<Vec<TrackSource>>,
    /// The room's rules leave only cameras and microphones.
    pub(super) shares_forbidden: bool,
    pub(super) can_update_metadata: bool,
    pub(super) can_subscribe_metrics: bool,
    pub(super) hidden: bool,
    pub(super) recorder: bool,
    pub(super) agent: bool,
}

impl From<&VideoGrants> for Permissions {
    fn from(grants: &VideoGrants) -> Self {
        // A list of names that are all unknown allows nothing, as the list was meant to restrict.
        let sources = (!grants.can_publish_sources.is_empty())
            .then(|| grants.can_publish_sources.iter().filter_map(|name| source_from_name(name)).collect());
        Self {
            can_subscribe: grants.can_subscribe.unwrap_or(true),
            can_publish: grants.can_publish.unwrap_or(true),
            can_publish_data: grants.can_publish_data.unwrap_or(true),
            sources,
            shares_forbidden: false,
            can_update_metadata: grants.can_update_own_metadata.unwrap_or(false),
            can_subscribe_metrics: grants.can_subscribe_metrics.unwrap_or(false),
            hidden: grants.hidden,
            recorder: grants.recorder,
            agent: grants.agent,
        }
    }
}

impl Permissions {
    /// Whether a track of this source may be published.
    pub(super) fn may_publish(&self, source: TrackSource) -> bool {
        self.can_publish && self.allowed_sources().is_none_or(|sources| sources.contains(&source))
    }

    fn allowed_sources(&self) -> Option<Vec<TrackSource>> {
        const WITHOUT_SHARES: [TrackSource; 2] = [TrackSource::Camera, TrackSource::Microphone];
        match (&self.sources, self.shares_forbidden) {
            (sources, false) => sources.clone(),
            (None, true) => Some(WITHOUT_SHARES.into()),
            (Some(sources), true) => {
                Some(sources.iter().copied().filter(|source| WITHOUT_SHARES.contains(source)).collect())
            }
        }
    }

    #[allow(deprecated)] // older clients read these fields
    pub(super) fn to_proto(&self) -> ParticipantPermission {
        let sources = self.allowed_sources();
        // An empty list is no restriction to SDKs.
        let nothing = sources.as_ref().is_some_and(Vec::is_empty);
        ParticipantPermission {
            can_subscribe: self.can_subscribe,
            can_publish: self.can_publish && !nothing,
            can_publish_data: self.can_publish_data,
            can_publish_sources: sources.iter().flatten().map(|source| i32::from(*source)).collect(),
            hidden: self.hidden,
            recorder: self.recorder,
            can_update_metadata: self.can_update_metadata,
            agent: self.agent,
            can_subscribe_metrics: self.can_subscribe_metrics,
            ..Default::default()
        }
    }
}

fn source_from_name(name: &str) -> Option<TrackSource> {
    match name.to_ascii_lowercase().as_str() {
        "camera" => Some(TrackSource::Camera),
        "microphone" => Some(TrackSource::Microphone),
        "screen_share" => Some(TrackSource::ScreenShare),
        "screen_share_audio" => Some(TrackSource::ScreenShareAudio),
        _ => None,
    }
}

/// The word for a source in logs and metrics.
pub(super) fn source_label(source: TrackSource) -> &'static str {
    match source {
        TrackSource::Camera => "camera",
        TrackSource::Microphone => "microphone",
        TrackSource::ScreenShare => "screen_share",
        TrackSource::ScreenShareAudio => "screen_share_audio",
        TrackSource::Unknown => "unknown",
    }
}

/// Who may receive a publisher's tracks: everyone, until the publisher says otherwise.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) enum TrackAccess {
    /// Everyone, everything.
    #[default]
    Everyone,
    /// Only these.
    Listed(Vec<Entry>),
}

/// What one participant may receive.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    sid: String,
    identity: String,
    /// `None` for all tracks.
    tracks: Option<HashSet<String>>,
}

impl TrackAccess {
    /// Reads a request. `None` when it lists more than [`limits::MAX_TRACK_PERMISSIONS`] entries or tracks.
    pub(super) fn from_proto(request: SubscriptionPermission) -> Option<Self> {
        if request.all_participants {
            return Some(Self::Everyone);
        }
        let named: usize = request.track_permissions.iter().map(|entry| entry.track_sids.len().max(1)).sum();
        if named > limits::MAX_TRACK_PERMISSIONS {
            return None;
        }
        let entries = request.track_permissions.into_iter().map(|entry| Entry {
            sid: entry.participant_sid,
            identity: entry.participant_identity,
            tracks: (!entry.all_tracks).then(|| entry.track_sids.into_iter().collect()),
        });
        Some(Self::Listed(entries.collect()))
    }

    /// Whether a participant may receive a track.
    pub(super) fn allows(&self, sid: &str, identity: &str, track: &str) -> bool {
        match self {
            Self::Everyone => true,
            Self::Listed(entries) => entries.iter().any(|entry| {
                let meant = entry.sid == sid || entry.sid.is_empty() && entry.identity == identity;
                meant && entry.tracks.as_ref().is_none_or(|tracks| tracks.contains(track))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use livekit_protocol::TrackPermission;

    #[test]
    fn absent_grants_allow_all_but_metadata() {
        let permissions = Permissions::from(&VideoGrants::default());
        assert!(permissions.can_subscribe && permissions.can_publish && permissions.can_publish_data);
        assert!(!permissions.can_update_metadata && permissions.may_publish(TrackSource::Unknown));
    }

    #[test]
    fn listed_sources_restrict() {
        let grants = |sources: &[&str]| VideoGrants {
            can_publish_sources: sources.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        let microphone = Permissions::from(&grants(&["microphone"]));
        assert!(microphone.may_publish(TrackSource::Microphone) && !microphone.may_publish(TrackSource::Camera));
        assert!(!Permissions::from(&grants(&["hologram"])).may_publish(TrackSource::Camera));
        let nothing = VideoGrants { can_publish: Some(false), ..grants(&["camera"]) };
        assert!(!Permissions::from(&nothing).may_publish(TrackSource::Camera));
    }

    #[test]
    fn forbidden_shares_leave_cameras_and_microphones() {
        let narrowed = |sources: &[&str]| {
            let grants = VideoGrants {
                can_publish_sources: sources.iter().map(ToString::to_string).collect(),
                ..Default::default()
            };
            Permissions { shares_forbidden: true, ..Permissions::from(&grants) }
        };
        let all = narrowed(&[]);
        assert!(all.may_publish(TrackSource::Camera) && all.may_publish(TrackSource::Microphone));
        for source in [TrackSource::ScreenShare, TrackSource::ScreenShareAudio, TrackSource::Unknown] {
            assert!(!all.may_publish(source), "{source:?}");
        }
        let told = all.to_proto();
        assert_eq!(told.can_publish_sources, [TrackSource::Camera, TrackSource::Microphone].map(i32::from));
        assert!(told.can_publish);
        let some = narrowed(&["camera", "screen_share"]).to_proto();
        assert_eq!((some.can_publish, some.can_publish_sources), (true, vec![TrackSource::Camera.into()]));
        assert!(!narrowed(&["screen_share"]).to_proto().can_publish, "an empty list would allow everything");
    }

    #[test]
    fn access_is_by_sid_or_identity_and_track() {
        let request = SubscriptionPermission {
            all_participants: false,
            track_permissions: vec![
                TrackPermission { participant_sid: "PA_bob".into(), all_tracks: true, ..Default::default() },
                TrackPermission {
                    participant_identity: "carol".into(),
                    track_sids: vec!["TR_1".into()],
                    ..Default::default()
                },
            ],
        };
        let access = TrackAccess::from_proto(request).unwrap();
        assert!(access.allows("PA_bob", "bob", "TR_1") && access.allows("PA_bob", "bob", "TR_2"));
        assert!(access.allows("PA_carol", "carol", "TR_1") && !access.allows("PA_carol", "carol", "TR_2"));
        assert!(!access.allows("PA_dave", "dave", "TR_1") && !access.allows("PA_dave", "", "TR_1"));
        assert!(TrackAccess::default().allows("PA_dave", "dave", "TR_1"));
    }
}
