//! Coming in: checks, the join response, the first connection; and tokens for coming back.

use std::collections::HashMap;
use std::sync::Arc;

use livekit_protocol::{
    ClientConfigSetting, ClientConfiguration, Codec, DisconnectReason, JoinResponse, Room as RoomInfo, RoomUpdate,
    ServerInfo, leave_request, server_info, signal_response,
};
use rand::Rng;
use rotunda_sfu::command::Command;
use rotunda_sfu::ids::ParticipantId;
use rotunda_sfu::params::{DataChannelParameters, IceCredentials};
use rotunda_sfu::sdp::{LocalParameters, Offerer};

use super::participant::{Participant, Subscriber, Target};
use super::permissions::Permissions;
use super::timers::{ParticipantTimer, Timer};
use super::{Farewell, Room, leave, new_sid};
use crate::connect::{Connect, Refusal};
use crate::io::{Notice, Output};
use crate::session::Session;
use crate::token::{self, Claims, VideoGrants};
use crate::{GUEST_ATTRIBUTE, limits, name};

/// What we speak, as clients read it. SDKs refuse servers without a version and ask for 1.8 before they make calls.
const SERVER_VERSION: &str = "1.9.0";
/// The protocol's version that we serve.
const SERVER_PROTOCOL: i32 = 16;

/// Codecs that may be published, the one to fall back to first among each kind.
const PUBLISH_CODECS: [&str; 5] = ["audio/opus", "video/VP8", "video/H264", "video/VP9", "video/AV1"];

/// The channels that a client waits for on the connection on which it receives.
pub(super) const RELIABLE: &str = "_reliable";
pub(super) const LOSSY: &str = "_lossy";
const DATA_TRACK: &str = "_data_track";

impl Room {
    pub(super) fn connect(&mut self, connect: Connect) {
        let session = connect.session;
        if self.index.sessions.contains_key(&session) {
            return self.refuse(session, Refusal::SessionInUse);
        }
        if connect.options.resume.is_some() {
            return self.refuse_resume(connect);
        }
        match self.admit(connect) {
            Ok(id) => self.welcome(id),
            Err(refusal) => self.refuse(session, refusal),
        }
    }

    /// A resume becomes a new join: the client does so by itself when it is told. Its old participant stays until the new
    /// one takes its place.
    fn refuse_resume(&mut self, connect: Connect) {
        let session = connect.session;
        let leave = leave(DisconnectReason::StateMismatch, leave_request::Action::Reconnect);
        self.outputs.push_back(Output::Send { session, response: Arc::new(leave) });
        self.outputs.push_back(Output::Close { session });
        self.notice(Notice::ResumeRefused { session });
    }

    /// Checks a client and takes it in, in place of an older session of the same identity.
    fn admit(&mut self, connect: Connect) -> Result<ParticipantId, Refusal> {
        let Connect { session, mut claims, signing_key, options } = connect;
        let Admitted { identity, grants } =
            check_claims(&mut claims, &options.attributes, options.publish_only.as_deref(), &self.config.name)?;

        let older = self.index.identities.get(&identity).copied();
        let full = self.config.max_participants as usize;
        let sid = new_sid(&mut self.rng, "PA_");
        let unix = self.unix();
        let session_state = Session::Joining(session);
        let mut participant = Participant::new(sid, identity, claims, signing_key, session_state, self.now, unix);
        participant.permissions = Permissions::from(&grants);
        participant.client = options.client;
        let filling = (self.participants.iter()).filter(|(id, other)| Some(**id) != older && !other.is_dependent());
        if !participant.is_dependent() && filling.count() >= full {
            return Err(Refusal::RoomFull);
        }
        if !participant.is_dependent() && !self.has_place_for(&participant.identity) {
            return Err(Refusal::RoomFull);
        }
        participant.auto_subscribe = options.auto_subscribe;
        participant.adaptive_stream = options.adaptive_stream;

        if let Some(older) = older {
            let farewell = Farewell::Leave(leave_request::Action::Disconnect);
            self.remove(older, DisconnectReason::DuplicateIdentity, farewell);
        }
        // Clients take a departure of their own identity for their own.
        if self.departed.iter().any(|departed| *departed.identity == *participant.identity) {
            self.flush_updates();
        }
        let id = self.config.ids.participant();
        self.index.sessions.insert(session, id);
        self.index.identities.insert(participant.identity.clone(), id);
        self.index.sids.insert(participant.sid.clone(), id);
        self.notice(Notice::Joined {
            session,
            sid: participant.sid.clone(),
            identity: participant.identity.clone(),
            sdk: participant.client.sdk().as_str_name(),
            version: participant.client.version.clone(),
            protocol: participant.client.protocol,
            replaced: older.is_some(),
        });
        if !participant.is_dependent() {
            self.timers.clear(Timer::Empty);
        }
        self.participants.insert(id, participant);
        self.command(Command::AddParticipant { room: self.config.room, participant: id });
        self.apply_policy(id);
        Ok(id)
    }

    /// Sends the join response and all that follows from a join.
    fn welcome(&mut self, id: ParticipantId) {
        let Some(participant) = self.participants.get(&id) else { return };
        let (can_subscribe, can_publish) = (participant.permissions.can_subscribe, participant.permissions.can_publish);
        let is_visible =
            |(other, participant): &(&ParticipantId, &Participant)| **other != id && !participant.permissions.hidden;
        let join = JoinResponse {
            room: Some(self.room_info()),
            participant: Some(self.participant_info(participant)),
            other_participants: (self.participants.iter().filter(is_visible))
                .map(|(_, participant)| self.participant_info(participant))
                .collect(),
            server_version: SERVER_VERSION.into(),
            subscriber_primary: can_subscribe,
            // Without resume, asking for it would cost a lost client a round trip.
            client_configuration: Some(ClientConfiguration {
                resume_connection: ClientConfigSetting::Disabled.into(),
                ..Default::default()
            }),
            ping_timeout: limits::PING_TIMEOUT.as_secs() as i32,
            ping_interval: limits::PING_INTERVAL.as_secs() as i32,
            server_info: Some(ServerInfo {
                edition: server_info::Edition::Standard.into(),
                version: SERVER_VERSION.into(),
                protocol: SERVER_PROTOCOL,
                debug_info: self.config.server.to_string(),
                ..Default::default()
            }),
            enabled_publish_codecs: publish_codecs(),
            fast_publish: can_publish,
            ..Default::default()
        };
        self.send(id, signal_response::Message::Join(join));
        self.timers.set(Timer::Participant(id, ParticipantTimer::Join), self.now + limits::JOIN_TIMEOUT);
        self.timers.set(Timer::Participant(id, ParticipantTimer::Silence), self.now + limits::SIGNAL_SILENCE);
        self.timers.set(Timer::Participant(id, ParticipantTimer::Refresh), self.now + limits::FIRST_TOKEN_REFRESH);
        self.mark_changed(id);
        self.schedule_room_update();
        self.send_current_speakers(id);
        if can_subscribe {
            self.open_subscriber(id);
            self.subscribe_to_all(id);
        }
    }

    /// The connection on which the participant receives: ours to offer, at once.
    fn open_subscriber(&mut self, id: ParticipantId) {
        let transport = self.config.ids.transport();
        let local = self.local_parameters();
        let ice = local.ice.clone();
        let Some(participant) = self.participants.get_mut(&id) else { return };
        participant.subscriber = Some(Subscriber {
            transport,
            offerer: Offerer::new(local, true),
            connected: false,
            remote: None,
            sections: Default::default(),
            starved: false,
        });
        self.index.transports.insert(transport, (id, Target::Subscriber));
        let channel = |label: &str, ordered, max_retransmits| DataChannelParameters {
            label: label.into(),
            ordered,
            max_retransmits,
        };
        self.command(Command::AddTransport {
            participant: id,
            transport,
            local: ice,
            data_channels: vec![
                channel(RELIABLE, true, None),
                channel(LOSSY, false, Some(0)),
                channel(DATA_TRACK, false, Some(0)),
            ],
        });
        self.offers.insert(id);
    }

    /// Fresh parameters of ours for one connection.
    pub(super) fn local_parameters(&mut self) -> LocalParameters {
        LocalParameters {
            ice: IceCredentials::generate(self.config.worker, &mut self.rng),
            fingerprint: self.config.fingerprint,
            candidates: self.config.candidates.clone(),
            session_id: self.rng.random::<u64>() >> 1,
        }
    }

    /// A token for coming back with, signed with the key of the one that the participant came with.
    pub(super) fn refresh_token(&mut self, id: ParticipantId) {
        let unix = self.unix();
        let Some(participant) = self.participants.get(&id) else { return };
        let mut claims = participant.claims.clone();
        claims.nbf = None;
        claims.exp = (unix + limits::REFRESHED_TOKEN_LIFETIME).as_secs();
        // What the participant has become, as far as a URL can carry it.
        let attributes: usize = participant.attributes.iter().map(|(key, value)| key.len() + value.len()).sum();
        if participant.metadata.len() + attributes <= limits::MAX_REFRESHED_METADATA {
            claims.name.clone_from(&participant.name);
            claims.metadata.clone_from(&participant.metadata);
            claims.attributes.clone_from(&participant.attributes);
        }
        let token = token::mint(claims, &participant.signing_key);
        self.send(id, signal_response::Message::RefreshToken(token));
        let next = self.now + limits::TOKEN_REFRESH_INTERVAL;
        self.timers.set(Timer::Participant(id, ParticipantTimer::Refresh), next);
    }

    pub(super) fn room_info(&self) -> RoomInfo {
        let visible = || self.participants.values().filter(|participant| !participant.permissions.hidden);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        RoomInfo {
            sid: self.sid.to_string(),
            name: self.config.name.to_string(),
            empty_timeout: self.config.empty_timeout.as_secs() as u32,
            departure_timeout: self.config.departure_timeout.as_secs() as u32,
            max_participants: self.config.max_participants,
            creation_time: i64::try_from(self.created.as_secs()).unwrap_or(i64::MAX),
            creation_time_ms: i64::try_from(self.created.as_millis()).unwrap_or(i64::MAX),
            enabled_codecs: publish_codecs(),
            metadata: self.config.metadata.clone(),
            num_participants: count(visible().count()),
            num_publishers: count(visible().filter(|participant| !participant.publications.is_empty()).count()),
            active_recording: self.participants.values().any(|participant| participant.permissions.recorder),
            ..Default::default()
        }
    }

    pub(super) fn schedule_room_update(&mut self) {
        self.timers.set_if_unset(Timer::RoomUpdate, self.now + limits::ROOM_UPDATE_INTERVAL);
    }

    pub(super) fn send_room_update(&mut self) {
        let room = Some(self.room_info());
        self.broadcast(signal_response::Message::RoomUpdate(RoomUpdate { room }));
    }
}

fn publish_codecs() -> Vec<Codec> {
    PUBLISH_CODECS.iter().map(|mime| Codec { mime: (*mime).into(), fmtp_line: String::new() }).collect()
}

/// As whom a client is let in.
struct Admitted {
    identity: Arc<str>,
    grants: VideoGrants,
}

/// Checks what a token and a query ask for. The claims stay as they came, for refreshed tokens, but for the query's attributes.
fn check_claims(
    claims: &mut Claims,
    attributes: &HashMap<String, String>,
    publish_only: Option<&str>,
    room: &str,
) -> Result<Admitted, Refusal> {
    let mut grants = claims.video.clone().ok_or(Refusal::NotAllowed)?;
    if !grants.room_join || !grants.room.is_empty() && grants.room != room {
        return Err(Refusal::NotAllowed);
    }
    let mut identity = claims.sub.clone();
    if identity.is_empty() {
        return Err(Refusal::InvalidIdentity);
    }
    if let Some(suffix) = publish_only {
        if !grants.can_publish.unwrap_or(true) {
            return Err(Refusal::NotAllowed);
        }
        grants.can_subscribe = Some(false);
        identity.push('#');
        identity.push_str(suffix);
    }
    if identity.len() > limits::MAX_IDENTITY {
        return Err(Refusal::InvalidIdentity);
    }
    if !attributes.is_empty() {
        if !grants.can_update_own_metadata.unwrap_or(false) {
            return Err(Refusal::MetadataNotAllowed);
        }
        let set = attributes.iter().filter(|(key, value)| !value.is_empty() && *key != GUEST_ATTRIBUTE);
        claims.attributes.extend(set.map(|(key, value)| (key.clone(), value.clone())));
    }
    claims.name = name::without_direction(&claims.name);
    super::metadata::check(&claims.name, &claims.metadata, &claims.attributes)
        .map_err(|_| Refusal::MetadataTooLarge)?;
    Ok(Admitted { identity: identity.into(), grants })
}
