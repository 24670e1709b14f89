//! One participant as the room knows it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol::{ClientInfo, ConnectionQuality, ParticipantInfo, client_info, participant_info};
use rotunda_sfu::event::ParticipantStatistics;
use rotunda_sfu::ids::{Mid, PublicationId, TransportId};
use rotunda_sfu::params::RemoteParameters;
use rotunda_sfu::sdp::{Answerer, Offerer, ReceivedTrack};

use super::announcement::Announcement;
use super::permissions::{Permissions, TrackAccess};
use super::quality::QualityMeter;
use super::rate::RateLimit;
use super::subscribing::Subscription;
use crate::io::Who;
use crate::limits;
use crate::session::Session;
use crate::token::{Claims, ParticipantKind, SigningKey};

/// The first protocol version that takes answers to requests that succeeded.
const PROTOCOL_SUCCESS_RESPONSE: i32 = 15;
/// The first protocol version whose streams are named by what belongs together instead of by track.
const PROTOCOL_SYNC_STREAM: i32 = 10;

/// A participant: its session, its connections, what it publishes and what it receives.
pub(super) struct Participant {
    pub(super) sid: Arc<str>,
    pub(super) identity: Arc<str>,
    pub(super) name: String,
    pub(super) metadata: String,
    pub(super) attributes: HashMap<String, String>,
    pub(super) claims: Claims,
    pub(super) signing_key: Arc<SigningKey>,
    pub(super) permissions: Permissions,
    pub(super) client: ClientInfo,
    pub(super) auto_subscribe: bool,
    pub(super) adaptive_stream: bool,
    pub(super) session: Session,
    /// Counts what others are told.
    pub(super) version: u32,
    pub(super) joined: Instant,
    pub(super) joined_unix: Duration,
    /// When something last came over the WebSocket.
    pub(super) heard: Instant,
    pub(super) publisher: Option<Publisher>,
    pub(super) subscriber: Option<Subscriber>,
    /// Announced, not yet in an offer.
    pub(super) announcements: Vec<Announcement>,
    /// What it publishes.
    pub(super) publications: Vec<PublicationId>,
    /// Who may receive it.
    pub(super) access: TrackAccess,
    /// What it receives or has wishes about.
    pub(super) subscriptions: BTreeMap<PublicationId, Subscription>,
    /// Its downlink's data channels, as far as they are open.
    pub(super) reliable_open: bool,
    pub(super) lossy_open: bool,
    /// The sequence of its last reliable packet.
    pub(super) last_sequence: u32,
    pub(super) signal_rate: RateLimit,
    pub(super) packet_rate: RateLimit,
    pub(super) byte_rate: RateLimit,
    pub(super) chat_rate: RateLimit,
    /// Data was dropped for its rate since the last statistics.
    pub(super) data_dropped: bool,
    pub(super) quality: QualityMeter,
    /// What others were last told.
    pub(super) reported_quality: Option<ConnectionQuality>,
    /// How the connection fared in the last interval.
    pub(super) statistics: Option<ParticipantStatistics>,
}

/// The connection on which a client publishes.
pub(super) struct Publisher {
    pub(super) transport: TransportId,
    pub(super) answerer: Answerer,
    pub(super) connected: bool,
    pub(super) remote: Option<RemoteParameters>,
    /// What each section carries.
    pub(super) sections: HashMap<Mid, PublishedSection>,
}

/// What a section of a publisher's offers carries.
pub(super) enum PublishedSection {
    /// A track that has been announced.
    Published(PublicationId),
    /// A track whose announcement has not come yet.
    Unclaimed(Box<ReceivedTrack>),
}

/// The connection on which a client receives.
pub(super) struct Subscriber {
    pub(super) transport: TransportId,
    pub(super) offerer: Offerer,
    pub(super) connected: bool,
    pub(super) remote: Option<RemoteParameters>,
    /// What each section carries.
    pub(super) sections: HashMap<Mid, PublicationId>,
    /// A subscription found no free section.
    pub(super) starved: bool,
}

/// Which of a participant's two connections.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    Publisher,
    Subscriber,
}

impl Target {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Subscriber => "subscriber",
        }
    }
}

impl Participant {
    /// Whether this is the participant of an identity, or a publish-only session of its: those begin with it.
    pub(super) fn is_session_of(&self, identity: &str) -> bool {
        let rest = self.identity.strip_prefix(identity);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'))
    }

    /// Whether it is one of those who are meant.
    pub(super) fn is_meant_by(&self, who: &Who) -> bool {
        match who {
            Who::Identity(identity) => self.is_session_of(identity),
            Who::Account(account) => self.is_of_account(account),
        }
    }

    /// Whether this is a participant of an account: `<account>:…`, the account itself, or a publish-only session of either.
    pub(super) fn is_of_account(&self, account: &str) -> bool {
        let rest = self.identity.strip_prefix(account);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '#']))
    }

    /// What belongs to a joining participant, before it has any connection.
    pub(super) fn new(
        sid: Arc<str>,
        identity: Arc<str>,
        claims: Claims,
        signing_key: Arc<SigningKey>,
        session: Session,
        now: Instant,
        unix: Duration,
    ) -> Self {
        Self {
            sid,
            identity,
            name: claims.name.clone(),
            metadata: claims.metadata.clone(),
            attributes: claims.attributes.clone(),
            permissions: Permissions::from(&claims.grants()),
            claims,
            signing_key,
            client: ClientInfo::default(),
            auto_subscribe: true,
            adaptive_stream: false,
            session,
            version: 1,
            joined: now,
            joined_unix: unix,
            heard: now,
            publisher: None,
            subscriber: None,
            announcements: Vec::new(),
            publications: Vec::new(),
            access: TrackAccess::default(),
            subscriptions: BTreeMap::new(),
            reliable_open: false,
            lossy_open: false,
            last_sequence: 0,
            signal_rate: RateLimit::new(limits::SIGNAL_MESSAGES_PER_SECOND, limits::SIGNAL_MESSAGE_BURST, now),
            packet_rate: RateLimit::new(limits::DATA_PACKETS_PER_SECOND, limits::DATA_PACKET_BURST, now),
            byte_rate: RateLimit::new(limits::DATA_BYTES_PER_SECOND, limits::DATA_BYTE_BURST, now),
            chat_rate: RateLimit::new(limits::CHAT_MESSAGES_PER_SECOND, limits::CHAT_MESSAGES_PER_SECOND, now),
            data_dropped: false,
            quality: QualityMeter::default(),
            reported_quality: None,
            statistics: None,
        }
    }

    /// The connection that decides whether the participant is in the call: the receiving one where there is one.
    pub(super) fn primary(&self) -> Target {
        if self.permissions.can_subscribe { Target::Subscriber } else { Target::Publisher }
    }

    /// The transport of the primary connection, over which data reaches the participant.
    pub(super) fn primary_transport(&self) -> Option<TransportId> {
        match self.primary() {
            Target::Publisher => self.publisher.as_ref().map(|publisher| publisher.transport),
            Target::Subscriber => self.subscriber.as_ref().map(|subscriber| subscriber.transport),
        }
    }

    /// Recorders and agents come and go with the others: they neither keep a room alive nor fill it.
    pub(super) fn is_dependent(&self) -> bool {
        self.permissions.recorder
            || self.permissions.agent
            || matches!(self.claims.kind, ParticipantKind::Agent | ParticipantKind::Egress)
    }

    /// Whether this is an agent, which may speak for others.
    pub(super) fn is_agent(&self) -> bool {
        self.permissions.agent || self.claims.kind == ParticipantKind::Agent
    }

    pub(super) fn is_firefox(&self) -> bool {
        self.client.browser.to_ascii_lowercase().starts_with("firefox")
    }

    /// Whether streams may be named by what plays in sync; Firefox knows a track by its stream's name.
    pub(super) fn takes_sync_streams(&self) -> bool {
        self.client.protocol >= PROTOCOL_SYNC_STREAM && !self.is_firefox()
    }

    /// Early Rust SDKs stop at messages that they do not know.
    pub(super) fn takes_request_responses(&self) -> bool {
        self.client.sdk() != client_info::Sdk::Rust || self.client.protocol >= 10
    }

    /// Whether requests that succeeded are answered, too.
    pub(super) fn takes_success_responses(&self) -> bool {
        self.takes_request_responses() && self.client.protocol >= PROTOCOL_SUCCESS_RESPONSE
    }

    /// The state that others are told.
    fn state(&self) -> participant_info::State {
        match self.session {
            Session::Closed => participant_info::State::Disconnected,
            session if session.is_active() => participant_info::State::Active,
            _ => participant_info::State::Joined,
        }
    }

    /// What others are told, without the tracks.
    pub(super) fn info(&self) -> ParticipantInfo {
        ParticipantInfo {
            sid: self.sid.to_string(),
            identity: self.identity.to_string(),
            state: self.state().into(),
            metadata: self.metadata.clone(),
            joined_at: i64::try_from(self.joined_unix.as_secs()).unwrap_or(i64::MAX),
            joined_at_ms: i64::try_from(self.joined_unix.as_millis()).unwrap_or(i64::MAX),
            name: self.name.clone(),
            version: self.version,
            permission: Some(self.permissions.to_proto()),
            is_publisher: !self.publications.is_empty(),
            kind: kind(self.claims.kind).into(),
            attributes: self.attributes.clone(),
            client_protocol: self.client.client_protocol,
            capabilities: self.client.capabilities.clone(),
            ..Default::default()
        }
    }
}

fn kind(kind: ParticipantKind) -> participant_info::Kind {
    match kind {
        ParticipantKind::Standard | ParticipantKind::Unknown => participant_info::Kind::Standard,
        ParticipantKind::Ingress => participant_info::Kind::Ingress,
        ParticipantKind::Egress => participant_info::Kind::Egress,
        ParticipantKind::Sip => participant_info::Kind::Sip,
        ParticipantKind::Agent => participant_info::Kind::Agent,
    }
}
