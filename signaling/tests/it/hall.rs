//! A room with scripted clients: they answer offers as browsers do, and everything that reaches them is kept for tests to
//! look at.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::signal_response::Message as Response;
use livekit_protocol::{
    AddTrackRequest, DataPacket, DisconnectReason, JoinResponse, LeaveRequest, ParticipantInfo, SessionDescription,
    SignalRequest, TrackInfo, TrackSource, TrackType, UserPacket, data_packet, participant_info,
};
use prost::Message as _;
use rotunda_sfu::command::Command;
use rotunda_sfu::event::{Event, EventKind};
use rotunda_sfu::ids::{ParticipantId, RoomId, TransportId, WorkerId};
use rotunda_sfu::params::{Fingerprint, SrtpProfile};
use rotunda_signaling::config::WallClock;
use rotunda_signaling::token::{Claims, SigningKey, VideoGrants};
use rotunda_signaling::wire::{self, FrameKind};
use rotunda_signaling::{
    ChatKey, ChatMessage, Connect, ConnectOptions, IdAllocator, Input, Notice, Output, Refusal, Room, RoomConfig,
    SessionId,
};

use crate::sdp::{self, Track};

pub(crate) const ROOM: RoomId = RoomId(77);
pub(crate) const START: u64 = 1_800_000_000;

/// What a client has seen.
#[derive(Default)]
pub(crate) struct Client {
    pub identity: String,
    pub inbox: Vec<Response>,
    pub closed: bool,
    pub refused: Option<Refusal>,
    /// The codec that the client cannot decode.
    pub lacks: Option<&'static str>,
    /// Whether it answers offers at once.
    pub silent: bool,
    /// The roster as an SDK keeps it, by sid.
    pub roster: BTreeMap<String, ParticipantInfo>,
    /// Its tracks, in the order of its offers' sections.
    pub tracks: Vec<Track>,
    pub last_offer: Option<SessionDescription>,
}

pub(crate) struct Hall {
    pub room: Room,
    pub now: Instant,
    pub clients: BTreeMap<SessionId, Client>,
    pub commands: Vec<Command>,
    pub notices: Vec<Notice>,
    /// Chat messages that the room wants stored, and those that it wants taken out again.
    pub to_store: Vec<(ChatKey, ChatMessage)>,
    pub to_discard: Vec<i64>,
    pub ended: bool,
    /// The engine as far as the room must keep to its rules.
    pub engine: Engine,
    next_session: u64,
}

/// Checks that commands name only what there is.
#[derive(Default)]
pub(crate) struct Engine {
    pub participants: HashSet<ParticipantId>,
    pub transports: HashMap<TransportId, (ParticipantId, bool)>,
    pub publications: HashMap<rotunda_sfu::ids::PublicationId, ParticipantId>,
    pub subscriptions: HashMap<rotunda_sfu::ids::SubscriptionId, (ParticipantId, rotunda_sfu::ids::PublicationId)>,
    pub open: bool,
}

impl Engine {
    fn command(&mut self, command: &Command) {
        match command {
            Command::OpenRoom { room } => {
                assert_eq!(*room, ROOM);
                self.open = true;
            }
            Command::CloseRoom { .. } => {
                assert!(self.open);
                *self = Self::default();
            }
            Command::AddParticipant { participant, .. } => assert!(self.participants.insert(*participant)),
            Command::RemoveParticipant { participant } => {
                assert!(self.participants.remove(participant));
                self.transports.retain(|_, (owner, _)| owner != participant);
                self.publications.retain(|_, owner| owner != participant);
                let publications = &self.publications;
                self.subscriptions
                    .retain(|_, (owner, publication)| owner != participant && publications.contains_key(publication));
            }
            Command::AddTransport { participant, transport, data_channels, .. } => {
                assert!(self.participants.contains(participant));
                let downlink = !data_channels.is_empty();
                assert!(self.transports.insert(*transport, (*participant, downlink)).is_none());
            }
            Command::ConnectTransport { transport, .. }
            | Command::RestartIce { transport, .. }
            | Command::RemoveTransport { transport } => assert!(self.transports.contains_key(transport)),
            Command::Publish { transport, publication, parameters } => {
                assert!(!parameters.codecs.is_empty());
                self.publications.insert(*publication, self.transports[transport].0);
            }
            Command::SetPublicationMuted { publication, .. } => assert!(self.publications.contains_key(publication)),
            Command::Unpublish { publication } => {
                assert!(self.publications.remove(publication).is_some());
                self.subscriptions.retain(|_, (_, other)| other != publication);
            }
            Command::Subscribe { transport, subscription, publication, .. } => {
                assert!(self.publications.contains_key(publication));
                let owner = self.transports[transport].0;
                assert_ne!(self.publications[publication], owner, "nobody hears themselves");
                assert!(self.subscriptions.insert(*subscription, (owner, *publication)).is_none());
            }
            Command::UpdateSubscription { subscription, .. } => assert!(self.subscriptions.contains_key(subscription)),
            Command::Unsubscribe { subscription } => assert!(self.subscriptions.remove(subscription).is_some()),
            Command::SendData { transports, .. } => {
                assert!(transports.iter().all(|transport| self.transports.contains_key(transport)));
            }
        }
    }
}

pub(crate) fn signing_key() -> Arc<SigningKey> {
    Arc::new(SigningKey { key: "devkey".into(), secret: "secret".into() })
}

pub(crate) fn claims(identity: &str) -> Claims {
    Claims {
        sub: identity.into(),
        name: format!("{identity}'s name"),
        exp: START + 60,
        video: Some(VideoGrants { room: "hall".into(), room_join: true, ..Default::default() }),
        ..Default::default()
    }
}

/// Claims with other grants.
pub(crate) fn claims_with(identity: &str, change: impl FnOnce(&mut VideoGrants)) -> Claims {
    let mut claims = claims(identity);
    change(claims.video.as_mut().unwrap());
    claims
}

pub(crate) fn options() -> ConnectOptions {
    ConnectOptions::from_query([("sdk", "js"), ("protocol", "16"), ("version", "2.23.0"), ("auto_subscribe", "1")])
}

impl Hall {
    pub(crate) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(crate) fn with(change: impl FnOnce(&mut RoomConfig)) -> Self {
        let now = Instant::now();
        let clock = WallClock { instant: now, time: UNIX_EPOCH + Duration::from_secs(START) };
        let ids = Arc::new(IdAllocator::default());
        let mut config = RoomConfig::new("hall".into(), ROOM, WorkerId(3), Fingerprint([7; 32]), ids, clock, [9; 32]);
        config.candidates = vec!["192.0.2.7:7882".parse().unwrap()];
        change(&mut config);
        let mut hall = Self {
            room: Room::new(config, now),
            now,
            clients: BTreeMap::new(),
            commands: Vec::new(),
            notices: Vec::new(),
            to_store: Vec::new(),
            to_discard: Vec::new(),
            ended: false,
            engine: Engine::default(),
            next_session: 1,
        };
        hall.drain();
        hall
    }

    /// Gives an input, lets clients react until nothing more happens.
    pub(crate) fn input(&mut self, input: Input) {
        self.room.handle(self.now, input);
        self.drain();
    }

    fn drain(&mut self) {
        let mut answers = Vec::new();
        loop {
            while let Some(output) = self.room.poll() {
                assert!(!self.ended, "nothing follows the end");
                self.output(output, &mut answers);
            }
            let Some((session, request)) = answers.pop() else { break };
            self.room.handle(self.now, Input::Message { session, request });
        }
    }

    fn output(&mut self, output: Output, answers: &mut Vec<(SessionId, SignalRequest)>) {
        match output {
            Output::Send { session, response } => {
                let client = self.clients.get_mut(&session).unwrap();
                assert!(!client.closed && client.refused.is_none(), "nothing follows a close");
                let message = response.message.clone().unwrap();
                let json = wire::encode(&response, FrameKind::Text);
                assert!(!json.is_empty(), "every message has a JSON form: {message:?}");
                client.see(&message);
                if let Response::Offer(offer) = &message {
                    client.last_offer = Some(offer.clone());
                    if !client.silent {
                        answers.push((session, answer_request(offer, client.lacks)));
                    }
                }
                client.inbox.push(message);
            }
            Output::Refuse { session, refusal } => self.clients.get_mut(&session).unwrap().refused = Some(refusal),
            Output::Close { session } => {
                let client = self.clients.get_mut(&session).unwrap();
                assert!(!std::mem::replace(&mut client.closed, true), "closed once");
            }
            Output::Media(command) => {
                self.engine.command(&command);
                self.commands.push(command);
            }
            Output::StoreChat { key, message } => self.to_store.push((key, *message)),
            Output::DiscardChat { id } => self.to_discard.push(id),
            Output::Notice(notice) => self.notices.push(notice),
            Output::Ended => self.ended = true,
        }
    }

    /// Lets time pass, with every timeout at its time.
    pub(crate) fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(at) = self.room.poll_timeout().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.input(Input::Timeout);
        }
        self.now = until;
    }

    /// A client connects; what comes of it is in its inbox.
    pub(crate) fn connect(&mut self, claims: Claims, options: ConnectOptions) -> SessionId {
        let session = SessionId(self.next_session);
        self.next_session += 1;
        self.clients.insert(session, Client { identity: claims.sub.clone(), ..Default::default() });
        let connect = Connect { session, claims, signing_key: signing_key(), options };
        self.input(Input::Connect(Box::new(connect)));
        session
    }

    /// Joins and connects its primary transport, as a browser does within some hundred milliseconds.
    pub(crate) fn join(&mut self, identity: &str) -> SessionId {
        self.join_as(claims(identity))
    }

    pub(crate) fn join_as(&mut self, claims: Claims) -> SessionId {
        let session = self.connect(claims, options());
        assert_eq!(self.clients[&session].refused, None);
        self.activate(session);
        session
    }

    /// The primary transport connects and its data channels open.
    pub(crate) fn activate(&mut self, session: SessionId) {
        let Some(transport) = self.primary(session) else { return };
        self.connect_transport(transport);
        for label in ["_reliable", "_lossy"] {
            self.media(EventKind::DataChannelOpen { transport, label: label.into() });
        }
    }

    pub(crate) fn connect_transport(&mut self, transport: TransportId) {
        let handshake = Duration::from_millis(50);
        self.media(EventKind::TransportConnected { transport, profile: SrtpProfile::AeadAes128Gcm, handshake });
    }

    pub(crate) fn media(&mut self, kind: EventKind) {
        self.input(Input::Media(Event { room: ROOM, kind }));
    }

    pub(crate) fn send(&mut self, session: SessionId, request: Request) {
        self.input(Input::Message { session, request: SignalRequest { message: Some(request) } });
    }

    /// Announces a track and offers it, after the ones before.
    pub(crate) fn publish(&mut self, session: SessionId, track: Track, source: TrackSource) -> TrackInfo {
        self.announce(session, &track, source);
        let info = self.clients[&session]
            .inbox
            .iter()
            .rev()
            .find_map(|message| match message {
                Response::TrackPublished(published) if published.cid == track.cid => published.track.clone(),
                _ => None,
            })
            .expect("the track is answered");
        self.clients.get_mut(&session).unwrap().tracks.push(track);
        self.offer(session);
        info
    }

    pub(crate) fn announce(&mut self, session: SessionId, track: &Track, source: TrackSource) {
        let kind = if track.audio { TrackType::Audio } else { TrackType::Video };
        let request = AddTrackRequest {
            cid: track.cid.clone(),
            name: "a track".into(),
            r#type: kind.into(),
            source: source.into(),
            width: 1280,
            height: 720,
            ..Default::default()
        };
        self.send(session, Request::AddTrack(request));
    }

    /// Offers all tracks of the client as they stand.
    pub(crate) fn offer(&mut self, session: SessionId) {
        let sdp = sdp::offer(&self.clients[&session].tracks);
        let description = SessionDescription { r#type: "offer".into(), sdp, id: 1, ..Default::default() };
        self.send(session, Request::Offer(description));
    }

    /// Answers the last offer.
    pub(crate) fn answer(&mut self, session: SessionId) {
        let client = &self.clients[&session];
        let request = answer_request(client.last_offer.as_ref().unwrap(), client.lacks);
        self.input(Input::Message { session, request });
    }

    /// The engine's participant of a client.
    pub(crate) fn participant(&self, session: SessionId) -> ParticipantId {
        let position = (self.notices.iter())
            .filter_map(|notice| match notice {
                Notice::Joined { session, .. } => Some(*session),
                _ => None,
            })
            .position(|joined| joined == session)
            .expect("joined");
        let added = self.commands.iter().filter_map(|command| match command {
            Command::AddParticipant { participant, .. } => Some(*participant),
            _ => None,
        });
        added.collect::<Vec<_>>()[position]
    }

    fn transport(&self, session: SessionId, downlink: bool) -> Option<TransportId> {
        let participant = self.participant(session);
        let transports = self.engine.transports.iter();
        transports.filter(|(_, value)| **value == (participant, downlink)).map(|(id, _)| *id).max()
    }

    pub(crate) fn subscriber(&self, session: SessionId) -> Option<TransportId> {
        self.transport(session, true)
    }

    pub(crate) fn publisher(&self, session: SessionId) -> Option<TransportId> {
        self.transport(session, false)
    }

    pub(crate) fn primary(&self, session: SessionId) -> Option<TransportId> {
        self.subscriber(session).or_else(|| self.publisher(session))
    }

    /// Sends a data packet over the client's own channel.
    pub(crate) fn send_packet(&mut self, session: SessionId, lossy: bool, packet: &DataPacket) {
        self.send_bytes(session, lossy, packet.encode_to_vec());
    }

    /// Sends bytes over the client's own channel.
    pub(crate) fn send_bytes(&mut self, session: SessionId, lossy: bool, message: Vec<u8>) {
        if self.publisher(session).is_none() {
            self.offer(session);
        }
        let transport = self.publisher(session).unwrap();
        let label = if lossy { "_lossy" } else { "_reliable" };
        self.media(EventKind::DataReceived { transport, label: label.into(), message: message.into() });
    }

    /// The data packets that a client has been sent, with the label of their channel.
    pub(crate) fn packets(&self, session: SessionId) -> Vec<(String, DataPacket)> {
        let participant = self.participant(session);
        let mut packets = Vec::new();
        for command in &self.commands {
            let Command::SendData { transports, label, message } = command else { continue };
            let is_mine = |transport: &TransportId| {
                self.engine.transports.get(transport).is_some_and(|(owner, _)| *owner == participant)
            };
            if transports.iter().any(is_mine) {
                packets.push((label.to_string(), DataPacket::decode(&**message).unwrap()));
            }
        }
        packets
    }

    /// What a client receives now, as publishers' track sids.
    pub(crate) fn receives(&self, session: SessionId) -> Vec<String> {
        let participant = self.participant(session);
        let subscriptions = self.engine.subscriptions.values();
        let mine = subscriptions.filter(|(owner, _)| *owner == participant).map(|(_, publication)| *publication);
        let mut sids: Vec<_> = mine.map(|publication| self.track_sid(publication)).collect();
        sids.sort();
        sids
    }

    /// The sid of an engine's publication: the n-th published.
    pub(crate) fn track_sid(&self, publication: rotunda_sfu::ids::PublicationId) -> String {
        let mut ids = Vec::new();
        for command in &self.commands {
            if let Command::Publish { publication, .. } = command
                && !ids.contains(publication)
            {
                ids.push(*publication);
            }
        }
        let position = ids.iter().position(|id| *id == publication).unwrap();
        let sids = self.notices.iter().filter_map(|notice| match notice {
            Notice::TrackPublished { sid, .. } => Some(sid.to_string()),
            _ => None,
        });
        sids.collect::<Vec<_>>()[position].clone()
    }

    pub(crate) fn client(&self, session: SessionId) -> &Client {
        &self.clients[&session]
    }

    pub(crate) fn client_mut(&mut self, session: SessionId) -> &mut Client {
        self.clients.get_mut(&session).unwrap()
    }

    /// Takes what a client has been sent so far.
    pub(crate) fn take(&mut self, session: SessionId) -> Vec<Response> {
        std::mem::take(&mut self.client_mut(session).inbox)
    }

    pub(crate) fn sid(&self, session: SessionId) -> String {
        self.client(session).join().participant.unwrap().sid
    }
}

fn answer_request(offer: &SessionDescription, lacks: Option<&str>) -> SignalRequest {
    let sdp = sdp::answer(&offer.sdp, lacks);
    let answer = SessionDescription { r#type: "answer".into(), sdp, id: offer.id, ..Default::default() };
    SignalRequest { message: Some(Request::Answer(answer)) }
}

impl Client {
    /// Keeps the roster as SDKs do.
    fn see(&mut self, message: &Response) {
        match message {
            Response::Join(join) => {
                assert!(self.inbox.is_empty(), "the join comes first");
                for info in join.other_participants.iter().chain(&join.participant) {
                    self.roster.insert(info.sid.clone(), info.clone());
                }
            }
            Response::Update(update) => {
                for info in &update.participants {
                    if let Some(known) = self.roster.get(&info.sid) {
                        assert!(info.version >= known.version, "versions go forward");
                    }
                    if info.state() == participant_info::State::Disconnected {
                        assert_ne!(info.identity, self.identity, "nobody reads of their own departure");
                        self.roster.remove(&info.sid);
                    } else {
                        self.roster.insert(info.sid.clone(), info.clone());
                    }
                }
            }
            Response::Offer(offer) => {
                for section in sdp::read(&offer.sdp).iter().filter(|section| !section.msid.is_empty()) {
                    let sid = section.msid.split('|').next().unwrap();
                    let track = section.msid.split(' ').nth(1).unwrap();
                    let known = self.roster.get(sid).expect("a track's participant is known before its offer");
                    assert!(known.tracks.iter().any(|info| info.sid == track), "and the track with it");
                }
            }
            _ => {}
        }
    }

    pub(crate) fn join(&self) -> JoinResponse {
        let joins = self.inbox.iter().find_map(|message| match message {
            Response::Join(join) => Some(join.clone()),
            _ => None,
        });
        joins.expect("joined")
    }

    pub(crate) fn leave(&self) -> Option<LeaveRequest> {
        self.inbox.iter().find_map(|message| match message {
            Response::Leave(leave) => Some(leave.clone()),
            _ => None,
        })
    }

    pub(crate) fn leave_reason(&self) -> Option<DisconnectReason> {
        self.leave().map(|leave| leave.reason())
    }

    /// The others in the roster, by identity.
    pub(crate) fn others(&self) -> Vec<String> {
        let others =
            self.roster.values().map(|info| info.identity.clone()).filter(|identity| *identity != self.identity);
        let mut others: Vec<_> = others.collect();
        others.sort();
        others
    }

    pub(crate) fn sees(&self, identity: &str) -> Option<&ParticipantInfo> {
        self.roster.values().find(|info| info.identity == identity)
    }
}

/// A packet for an application.
#[allow(deprecated)]
pub(crate) fn user_packet(payload: &[u8], destinations: &[&str]) -> DataPacket {
    DataPacket {
        destination_identities: destinations.iter().map(ToString::to_string).collect(),
        value: Some(data_packet::Value::User(UserPacket { payload: payload.to_vec(), ..Default::default() })),
        ..Default::default()
    }
}

pub(crate) fn payload(packet: &DataPacket) -> &[u8] {
    match &packet.value {
        Some(data_packet::Value::User(user)) => &user.payload,
        _ => panic!("not a user packet"),
    }
}
