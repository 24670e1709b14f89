//! Random histories of a room: whatever clients, sockets, media and time do, nothing panics, the engine gets only commands
//! that make sense, nobody learns what is not for them, and an empty room holds nothing.

use std::time::Duration;

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::{
    LeaveRequest, MuteTrackRequest, SubscriptionPermission, TrackPermission, TrackSource, UpdateSubscription,
    UpdateTrackSettings,
};
use proptest::prelude::*;
use rotunda_sfu::event::{EventKind, TransportFailure};
use rotunda_signaling::{Input, LeaveAction, RoomPolicy, SessionId};

use crate::hall::{Hall, claims_with, options, user_packet};
use crate::policy::policy;
use crate::sdp::{self, Track, stopped};

#[derive(Clone, Debug)]
enum Operation {
    Join { who: u8, hidden: bool, auto_subscribe: bool, can_subscribe: bool },
    Activate(u8),
    Publish { who: u8, audio: bool },
    Share(u8),
    StopShare(u8),
    Rules { share_disabled: bool, unmute_disabled: bool, cohost: u8, people_limit: u32 },
    Stop { who: u8, index: u8 },
    Restart { who: u8, index: u8 },
    AnnounceOnly(u8),
    Mute { who: u8, track: u8, muted: bool },
    Subscribe { who: u8, track: u8, wish: bool },
    Settings { who: u8, track: u8, disabled: bool },
    Access { who: u8, to: u8, all: bool },
    Data { who: u8, to: Option<u8>, lossy: bool },
    Silent { who: u8, silent: bool },
    Answer(u8),
    BadSdp(u8),
    Disconnect(u8),
    Leave(u8),
    Fail { who: u8, downlink: bool, closed: bool },
    Started(u8),
    Pass(u16),
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let who = 0u8..6;
    let operation = prop_oneof![
        4 => (0u8..6, prop::bool::weighted(0.15), prop::bool::weighted(0.8), prop::bool::weighted(0.85)).prop_map(
            |(who, hidden, auto_subscribe, can_subscribe)| Operation::Join { who, hidden, auto_subscribe, can_subscribe }),
        3 => who.clone().prop_map(Operation::Activate),
        5 => (who.clone(), any::<bool>()).prop_map(|(who, audio)| Operation::Publish { who, audio }),
        2 => who.clone().prop_map(Operation::Share),
        1 => who.clone().prop_map(Operation::StopShare),
        2 => (any::<bool>(), any::<bool>(), 0u8..8, 1u32..8).prop_map(|(share_disabled, unmute_disabled, cohost, people_limit)| {
            Operation::Rules { share_disabled, unmute_disabled, cohost, people_limit }
        }),
        2 => (who.clone(), 0u8..4).prop_map(|(who, index)| Operation::Stop { who, index }),
        2 => (who.clone(), 0u8..4).prop_map(|(who, index)| Operation::Restart { who, index }),
        1 => who.clone().prop_map(Operation::AnnounceOnly),
        2 => (who.clone(), any::<u8>(), any::<bool>()).prop_map(|(who, track, muted)| Operation::Mute { who, track, muted }),
        3 => (who.clone(), any::<u8>(), any::<bool>()).prop_map(|(who, track, wish)| Operation::Subscribe { who, track, wish }),
        2 => (who.clone(), any::<u8>(), any::<bool>()).prop_map(|(who, track, disabled)| Operation::Settings { who, track, disabled }),
        2 => (who.clone(), 0u8..6, any::<bool>()).prop_map(|(who, to, all)| Operation::Access { who, to, all }),
        2 => (who.clone(), prop::option::of(0u8..6), any::<bool>()).prop_map(|(who, to, lossy)| Operation::Data { who, to, lossy }),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, silent)| Operation::Silent { who, silent }),
        2 => who.clone().prop_map(Operation::Answer),
        1 => who.clone().prop_map(Operation::BadSdp),
        1 => who.clone().prop_map(Operation::Disconnect),
        1 => who.clone().prop_map(Operation::Leave),
        1 => (who.clone(), any::<bool>(), any::<bool>()).prop_map(|(who, downlink, closed)| Operation::Fail { who, downlink, closed }),
        1 => any::<u8>().prop_map(Operation::Started),
        2 => (0u16..4000).prop_map(Operation::Pass),
    ];
    prop::collection::vec(operation, 1..80)
}

/// The model: which session is whose, and everything ever published.
struct World {
    hall: Hall,
    sessions: [Option<SessionId>; 6],
    tracks: Vec<String>,
    next: usize,
}

fn name(who: u8) -> String {
    format!("p{who}")
}

impl World {
    fn session(&self, who: u8) -> Option<SessionId> {
        self.sessions[usize::from(who)].filter(|session| {
            let client = self.hall.client(*session);
            !client.closed && client.refused.is_none()
        })
    }

    fn track(&self, index: u8) -> String {
        self.tracks.get(usize::from(index) % self.tracks.len().max(1)).cloned().unwrap_or_default()
    }

    fn fresh(&mut self, audio: bool) -> Track {
        self.next += 1;
        let cid = format!("cid{}", self.next);
        if audio { sdp::audio(&cid) } else { sdp::simulcast(&cid) }
    }

    fn apply(&mut self, operation: Operation) {
        if let Operation::Pass(ms) = operation {
            return self.hall.pass(Duration::from_millis(ms.into()));
        }
        if let Operation::Join { who, hidden, auto_subscribe, can_subscribe } = operation {
            let claims = claims_with(&name(who), |grants| {
                grants.hidden = hidden;
                grants.can_subscribe = Some(can_subscribe);
            });
            let mut options = options();
            options.auto_subscribe = auto_subscribe;
            let session = self.hall.connect(claims, options);
            self.sessions[usize::from(who)] = Some(session);
            return;
        }
        if let Operation::Rules { share_disabled, unmute_disabled, cohost, people_limit } = operation {
            self.next += 1;
            let cohosts = vec![name(cohost)];
            let version = i64::try_from(self.next).unwrap();
            let rules = RoomPolicy { share_disabled, unmute_disabled, cohosts, people_limit, ..policy(version) };
            return self.hall.input(Input::Policy(Box::new(rules)));
        }
        if let Operation::Started(index) = operation {
            let mut ids: Vec<_> = self.hall.engine.subscriptions.keys().copied().collect();
            ids.sort();
            if let Some(subscription) = ids.get(usize::from(index) % ids.len().max(1)) {
                self.hall.media(EventKind::SubscriptionStarted { subscription: *subscription });
            }
            return;
        }
        let who = match operation {
            Operation::Activate(who)
            | Operation::Publish { who, .. }
            | Operation::Share(who)
            | Operation::StopShare(who)
            | Operation::Stop { who, .. }
            | Operation::Restart { who, .. }
            | Operation::AnnounceOnly(who)
            | Operation::Mute { who, .. }
            | Operation::Subscribe { who, .. }
            | Operation::Settings { who, .. }
            | Operation::Access { who, .. }
            | Operation::Data { who, .. }
            | Operation::Silent { who, .. }
            | Operation::Answer(who)
            | Operation::BadSdp(who)
            | Operation::Disconnect(who)
            | Operation::Leave(who)
            | Operation::Fail { who, .. } => who,
            Operation::Join { .. } | Operation::Rules { .. } | Operation::Started(_) | Operation::Pass(_) => {
                unreachable!()
            }
        };
        if let Some(session) = self.session(who) {
            self.apply_to(session, operation);
        }
    }

    fn apply_to(&mut self, session: SessionId, operation: Operation) {
        match operation {
            Operation::Activate(_) => self.hall.activate(session),
            Operation::Publish { audio, .. } => {
                let track = self.fresh(audio);
                if self.hall.client(session).tracks.len() < 8 {
                    let source = if audio { TrackSource::Microphone } else { TrackSource::Camera };
                    let info = self.hall.publish(session, track, source);
                    self.tracks.push(info.sid);
                }
            }
            Operation::Share(_) => {
                let track = self.fresh(false);
                if self.hall.client(session).tracks.len() < 8 {
                    self.hall.announce(session, &track, TrackSource::ScreenShare);
                    self.hall.client_mut(session).tracks.push(track);
                    self.hall.offer(session);
                }
            }
            Operation::StopShare(who) => self.hall.input(Input::StopShare { identity: name(who) }),
            Operation::Stop { index, .. } => {
                let tracks = &mut self.hall.client_mut(session).tracks;
                if let Some(track) = tracks.get_mut(usize::from(index)) {
                    *track = stopped(track);
                    self.hall.offer(session);
                }
            }
            Operation::Restart { index, .. } => {
                let Some(old) = self.hall.client(session).tracks.get(usize::from(index)).cloned() else { return };
                let track = Track { rids: old.rids, ..self.fresh(old.audio) };
                self.hall.announce(session, &track, TrackSource::Camera);
                self.hall.client_mut(session).tracks[usize::from(index)] = track;
                self.hall.offer(session);
            }
            Operation::AnnounceOnly(_) => {
                let track = self.fresh(true);
                self.hall.announce(session, &track, TrackSource::Microphone);
            }
            Operation::Mute { track, muted, .. } => {
                self.hall.send(session, Request::Mute(MuteTrackRequest { sid: self.track(track), muted }));
            }
            Operation::Subscribe { track, wish, .. } => {
                let request =
                    UpdateSubscription { track_sids: vec![self.track(track)], subscribe: wish, ..Default::default() };
                self.hall.send(session, Request::Subscription(request));
            }
            Operation::Settings { track, disabled, .. } => {
                let request = UpdateTrackSettings {
                    track_sids: vec![self.track(track)],
                    disabled,
                    width: 320,
                    height: 180,
                    ..Default::default()
                };
                self.hall.send(session, Request::TrackSetting(request));
            }
            Operation::Access { to, all, .. } => {
                let entry = TrackPermission { participant_identity: name(to), all_tracks: true, ..Default::default() };
                let request = SubscriptionPermission { all_participants: all, track_permissions: vec![entry] };
                self.hall.send(session, Request::SubscriptionPermission(request));
            }
            Operation::Data { to, lossy, .. } => self.data(session, to, lossy),
            Operation::Silent { silent, .. } => self.hall.client_mut(session).silent = silent,
            Operation::Answer(_) => {
                if self.hall.client(session).last_offer.is_some() {
                    self.hall.answer(session);
                }
            }
            Operation::BadSdp(_) => {
                let sdp = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 X 0\r\n".to_string();
                let offer = livekit_protocol::SessionDescription { r#type: "offer".into(), sdp, ..Default::default() };
                self.hall.send(session, Request::Offer(offer));
            }
            Operation::Disconnect(_) => {
                self.hall.client_mut(session).closed = true;
                self.hall.input(Input::Disconnected { session });
            }
            Operation::Leave(_) => self.hall.send(session, Request::Leave(LeaveRequest::default())),
            Operation::Fail { downlink, closed, .. } => {
                let transport = if downlink { self.hall.subscriber(session) } else { self.hall.publisher(session) };
                let reason = if closed { TransportFailure::PeerClosed } else { TransportFailure::ConsentExpired };
                if let Some(transport) = transport {
                    self.hall.media(EventKind::TransportFailed { transport, reason });
                }
            }
            Operation::Join { .. } | Operation::Rules { .. } | Operation::Started(_) | Operation::Pass(_) => {
                unreachable!()
            }
        }
    }

    /// A packet to one participant reaches nobody else.
    fn data(&mut self, session: SessionId, to: Option<u8>, lossy: bool) {
        let before = self.hall.commands.len();
        let destinations: Vec<_> = to.map(name).into_iter().collect();
        let destinations: Vec<_> = destinations.iter().map(String::as_str).collect();
        self.hall.send_packet(session, lossy, &user_packet(b"secret", &destinations));
        let Some(to) = to else { return };
        for command in &self.hall.commands[before..] {
            if let rotunda_sfu::command::Command::SendData { transports, .. } = command {
                for transport in transports {
                    let (participant, _) = self.hall.engine.transports[transport];
                    let target = self.sessions[usize::from(to)].map(|session| self.hall.participant(session));
                    assert_eq!(Some(participant), target, "the packet was for another");
                }
            }
        }
    }

    /// What must hold after every step.
    fn check(&self) {
        let participants = &self.hall.engine.participants;
        for (owner, publication) in self.hall.engine.subscriptions.values() {
            assert!(participants.contains(owner));
            assert!(self.hall.engine.publications.contains_key(publication));
        }
        assert_eq!(self.hall.engine.publications.len(), self.hall.room.track_count());
        assert_eq!(participants.len(), self.hall.room.participant_count());
    }
}

fn run(operations: Vec<Operation>) {
    // The room must outlive the history.
    let mut world = World {
        hall: Hall::with(|config| {
            config.empty_timeout = Duration::from_secs(100_000);
            config.departure_timeout = Duration::from_secs(100_000);
        }),
        sessions: [None; 6],
        tracks: Vec::new(),
        next: 0,
    };
    let mut hidden = Vec::new();
    for operation in operations {
        if let Operation::Join { who, hidden: true, .. } = &operation {
            hidden.push(*who);
        }
        world.apply(operation);
        world.check();
    }
    // Nobody has learned the sid of a hidden session.
    for (session, client) in &world.hall.clients {
        let Some(join) = client.inbox.first() else { continue };
        let livekit_protocol::signal_response::Message::Join(join) = join else { continue };
        let me = join.participant.as_ref().unwrap();
        if me.permission.as_ref().unwrap().hidden {
            for (other, client) in &world.hall.clients {
                let leaked =
                    other != session && client.inbox.iter().any(|message| format!("{message:?}").contains(&me.sid));
                assert!(!leaked, "{} learned of a hidden session", client.identity);
            }
        }
    }
    for who in 0..6 {
        if let Some(session) = world.session(who) {
            world.hall.send(session, Request::Leave(LeaveRequest::default()));
        }
    }
    world.hall.pass(Duration::from_secs(60));
    assert_eq!(world.hall.room.participant_count(), 0);
    assert_eq!(world.hall.room.entry_count(), 0, "an empty room holds nothing");
    world.hall.input(Input::Close {
        reason: livekit_protocol::DisconnectReason::RoomClosed,
        action: LeaveAction::Disconnect,
    });
    assert!(world.hall.ended);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_history_leaves_nothing_behind(operations in operations()) {
        run(operations);
    }
}
