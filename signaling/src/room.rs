//! One room's control state: who is there, what they publish, who receives what.
//!
//! In go [`Input`]s: clients that connect, their requests, events of the media engine, time. Out come [`Output`]s: messages
//! for clients, commands for the engine, notices for logs and counts. Nothing else happens here, so a test is a list of
//! inputs, and what a user would notice is in the outputs.
//!
//! Worst-case memory: every map is bounded by the participants (`max_participants`), by what one participant may publish and
//! subscribe to ([`crate::limits`]), or by both; all are empty when the last participant has left.

mod announcement;
pub(crate) mod census;
mod chat;
mod data;
mod join;
mod media;
mod messages;
mod metadata;
mod negotiation;
mod packet;
mod participant;
mod permissions;
mod policy;
mod presence;
mod publishing;
mod quality;
mod rate;
mod simulate;
mod speakers;
mod subscribing;
mod timers;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use livekit_protocol::{
    DisconnectReason, LeaveRequest, ParticipantInfo, SignalResponse, leave_request, signal_response,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rotunda_sfu::command::Command;
use rotunda_sfu::ids::{ParticipantId, PublicationId, SubscriptionId, TransportId};

use self::chat::Chat;
use self::data::HeldData;
use self::participant::{Participant, Target};
use self::publishing::Publication;
use self::timers::{ParticipantTimer, Timer, Timers};
use crate::config::RoomConfig;
use crate::connect::Refusal;
use crate::io::{Input, Notice, Output, SessionId, Who};
use crate::limits;
use crate::policy::RoomPolicy;

/// One room's control state. See the module's page.
pub struct Room {
    config: RoomConfig,
    policy: Option<RoomPolicy>,
    phase: Phase,
    now: Instant,
    rng: StdRng,
    sid: Arc<str>,
    created: Duration,
    participants: BTreeMap<ParticipantId, Participant>,
    publications: BTreeMap<PublicationId, Publication>,
    index: Index,
    /// Participants about whom the others are to be told.
    changed: BTreeSet<ParticipantId>,
    /// Those who have left, of whom the others are to be told.
    departed: Vec<ParticipantInfo>,
    /// Among the changes is a fresh track.
    tracks_untold: bool,
    /// When the others were last told anything.
    updated: Option<Instant>,
    /// Subscribers whose offer may be due.
    offers: BTreeSet<ParticipantId>,
    held: HeldData,
    chat: Chat,
    speakers: speakers::Speakers,
    timers: Timers,
    outputs: VecDeque<Output>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Open,
    Ended,
}

/// Finds things by their other names.
#[derive(Default)]
struct Index {
    sessions: HashMap<SessionId, ParticipantId>,
    identities: HashMap<Arc<str>, ParticipantId>,
    sids: HashMap<Arc<str>, ParticipantId>,
    transports: HashMap<TransportId, (ParticipantId, Target)>,
    tracks: HashMap<Arc<str>, PublicationId>,
    subscriptions: HashMap<SubscriptionId, (ParticipantId, PublicationId)>,
}

/// How a participant goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Farewell {
    /// It is told, and what to do next.
    Leave(leave_request::Action),
    /// It knows, or cannot be told.
    Silent,
}

impl Room {
    /// An empty room. It ends by itself when nobody comes for the configuration's `empty_timeout`.
    pub fn new(config: RoomConfig, now: Instant) -> Self {
        let mut rng = StdRng::from_seed(config.seed);
        let sid = new_sid(&mut rng, "RM_");
        let created = config.clock.unix(now);
        let mut timers = Timers::default();
        timers.set(Timer::Empty, now + config.empty_timeout);
        let outputs = VecDeque::from([Output::Media(Command::OpenRoom { room: config.room })]);
        Self {
            config,
            policy: None,
            phase: Phase::Open,
            now,
            rng,
            sid,
            created,
            participants: BTreeMap::new(),
            publications: BTreeMap::new(),
            index: Index::default(),
            changed: BTreeSet::new(),
            departed: Vec::new(),
            tracks_untold: false,
            updated: None,
            offers: BTreeSet::new(),
            held: HeldData::default(),
            chat: Chat::default(),
            speakers: speakers::Speakers::default(),
            timers,
            outputs,
        }
    }

    /// Takes one input in. What follows from it is polled.
    pub fn handle(&mut self, now: Instant, input: Input) {
        self.now = self.now.max(now);
        if self.phase == Phase::Ended {
            if let Input::Connect(connect) = input {
                self.refuse(connect.session, Refusal::RoomClosed);
            }
            return;
        }
        match input {
            Input::Connect(connect) => self.connect(*connect),
            Input::Message { session, request } => self.message(session, request),
            Input::Disconnected { session } => self.signal_lost(session),
            Input::Media(event) => self.media(event),
            Input::Remove { who, reason } => self.put_out(&who, reason),
            Input::MuteMicrophones { whose } => self.mute_microphones(&whose),
            Input::Policy(policy) => self.set_policy(*policy),
            Input::StopShare { identity } => self.stop_share(&identity),
            Input::LowerHands { whose } => self.lower_hands(whose.as_ref()),
            Input::ChatStored { key, id } => self.chat_stored(key, id),
            Input::Close { reason, action } => self.close(reason, action),
            Input::Timeout => {}
        }
        self.expire();
        self.settle();
    }

    /// The next output, `None` when all are taken.
    pub fn poll(&mut self) -> Option<Output> {
        let output = self.outputs.pop_front();
        // What one large broadcast took is not kept for ever.
        if output.is_none() && self.outputs.capacity() > limits::KEPT_OUTPUTS {
            self.outputs.shrink_to(limits::KEPT_OUTPUTS);
        }
        output
    }

    /// When [`Input::Timeout`] is wanted, if nothing else comes before.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// How many participants are in the room, hidden ones included.
    pub fn participant_count(&self) -> usize {
        self.participants.len()
    }

    /// Whether a participant of an account is in the room: one whose identity is `<account>:…` or the account itself.
    pub fn has_account(&self, account: &str) -> bool {
        self.participants.values().any(|participant| participant.is_of_account(account))
    }

    /// How many tracks are published.
    pub fn track_count(&self) -> usize {
        self.publications.len()
    }

    /// How many entries all maps hold together; 0 in an empty room. For tests that look for leaks.
    #[doc(hidden)]
    pub fn entry_count(&self) -> usize {
        let Index { sessions, identities, sids, transports, tracks, subscriptions } = &self.index;
        self.participants.len()
            + self.publications.len()
            + (sessions.len() + identities.len() + sids.len() + transports.len() + tracks.len() + subscriptions.len())
            + self.changed.len()
            + self.departed.len()
            + self.offers.len()
            + self.held.len()
            + self.chat.len()
            + self.speakers.len()
            + self.outputs.len()
    }

    /// What is due after an input: updates first, so that a track's participant is known before its offer comes.
    fn settle(&mut self) {
        self.flush_updates_if_due();
        self.send_offers();
    }

    fn expire(&mut self) {
        while let Some(timer) = self.timers.pop(self.now) {
            match timer {
                Timer::Empty => self.close(DisconnectReason::RoomClosed, leave_request::Action::Disconnect),
                Timer::Updates => self.flush_updates(),
                Timer::RoomUpdate => self.send_room_update(),
                Timer::HeldData => self.expire_held_data(),
                Timer::Chat => self.expire_chat(),
                Timer::Participant(id, ParticipantTimer::Join) => {
                    self.remove(id, DisconnectReason::JoinFailure, Farewell::Leave(leave_request::Action::Disconnect));
                }
                Timer::Participant(id, ParticipantTimer::Silence) => self.check_silence(id),
                Timer::Participant(id, ParticipantTimer::Resume) => {
                    self.remove(id, DisconnectReason::SignalClose, Farewell::Silent);
                }
                Timer::Participant(id, ParticipantTimer::Answer) => {
                    self.start_over(id, DisconnectReason::StateMismatch);
                }
                Timer::Participant(id, ParticipantTimer::Refresh) => self.refresh_token(id),
                Timer::Participant(id, ParticipantTimer::Mute) => self.repeat_mutes(id),
            }
        }
    }

    /// A WebSocket is gone. The participant stays a while.
    fn signal_lost(&mut self, session: SessionId) {
        let Some(id) = self.index.sessions.remove(&session) else { return };
        let Some(participant) = self.participants.get_mut(&id) else { return };
        if !participant.session.signal_lost(self.now) {
            return;
        }
        let sid = participant.sid.clone();
        for timer in [ParticipantTimer::Silence, ParticipantTimer::Refresh, ParticipantTimer::Answer] {
            self.timers.clear(Timer::Participant(id, timer));
        }
        self.timers.set(Timer::Participant(id, ParticipantTimer::Resume), self.now + self.config.resume_timeout);
        self.notice(Notice::SignalLost { sid });
    }

    /// Nothing was heard for long: the WebSocket is dead, whatever TCP believes.
    fn check_silence(&mut self, id: ParticipantId) {
        let Some(participant) = self.participants.get(&id) else { return };
        let deadline = participant.heard + limits::SIGNAL_SILENCE;
        if deadline > self.now {
            self.timers.set(Timer::Participant(id, ParticipantTimer::Silence), deadline);
        } else if let Some(session) = participant.session.socket() {
            self.outputs.push_back(Output::Close { session });
            self.signal_lost(session);
        }
    }

    fn put_out(&mut self, who: &Who, reason: DisconnectReason) {
        let meant: Vec<_> = self
            .participants
            .iter()
            .filter(|(_, participant)| participant.is_meant_by(who))
            .map(|(id, _)| *id)
            .collect();
        for id in meant {
            self.remove(id, reason, Farewell::Leave(leave_request::Action::Disconnect));
        }
    }

    /// Ends the room.
    fn close(&mut self, reason: DisconnectReason, action: leave_request::Action) {
        for (id, participant) in std::mem::take(&mut self.participants) {
            self.timers.clear_participant(id);
            let left = Notice::Left {
                sid: participant.sid.clone(),
                identity: participant.identity.clone(),
                reason,
                stayed: self.now.saturating_duration_since(participant.joined),
            };
            if let Some(session) = participant.session.socket() {
                let leave = leave(reason, action);
                self.outputs.push_back(Output::Send { session, response: Arc::new(leave) });
                self.outputs.push_back(Output::Close { session });
            }
            self.notice(left);
        }
        self.publications.clear();
        self.index = Index::default();
        self.changed.clear();
        self.departed.clear();
        self.offers.clear();
        self.held = HeldData::default();
        self.chat = Chat::default();
        self.speakers = speakers::Speakers::default();
        self.timers.clear_all();
        self.phase = Phase::Ended;
        self.command(Command::CloseRoom { room: self.config.room });
        self.outputs.push_back(Output::Ended);
    }

    /// Takes a participant out with all that is its.
    fn remove(&mut self, id: ParticipantId, reason: DisconnectReason, farewell: Farewell) {
        let Some(mut participant) = self.participants.remove(&id) else { return };
        let socket = participant.session.socket();
        participant.session = crate::session::Session::Closed;
        if let Some(session) = socket {
            if let Farewell::Leave(action) = farewell {
                self.outputs.push_back(Output::Send { session, response: Arc::new(leave(reason, action)) });
            }
            self.outputs.push_back(Output::Close { session });
            self.index.sessions.remove(&session);
        }
        for publication in std::mem::take(&mut participant.publications) {
            self.drop_publication(publication);
        }
        for publication in participant.subscriptions.keys() {
            if let Some(publication) = self.publications.get_mut(publication) {
                publication.subscribers.remove(&id);
            }
        }
        for subscription in participant.subscriptions.values() {
            if let Some(subscription) = subscription.id() {
                self.index.subscriptions.remove(&subscription);
            }
        }
        let transports = (participant.publisher.iter().map(|publisher| publisher.transport))
            .chain(participant.subscriber.iter().map(|subscriber| subscriber.transport));
        for transport in transports {
            self.index.transports.remove(&transport);
        }
        self.index.identities.remove(&participant.identity);
        self.index.sids.remove(&participant.sid);
        self.timers.clear_participant(id);
        self.changed.remove(&id);
        self.offers.remove(&id);
        self.speakers.remove(id);
        self.chat.streams.forget(id);
        self.command(Command::RemoveParticipant { participant: id });
        self.announce_departure(&participant, reason);
        self.notice(Notice::Left {
            sid: participant.sid.clone(),
            identity: participant.identity.clone(),
            reason,
            stayed: self.now.saturating_duration_since(participant.joined),
        });
        if self.participants.values().all(Participant::is_dependent) {
            self.timers.set_if_unset(Timer::Empty, self.now + self.config.departure_timeout);
        }
    }

    /// The session is of no more use, but the client may come back at once with a new one.
    fn start_over(&mut self, id: ParticipantId, reason: DisconnectReason) {
        self.remove(id, reason, Farewell::Leave(leave_request::Action::Reconnect));
    }

    fn refuse(&mut self, session: SessionId, refusal: Refusal) {
        self.outputs.push_back(Output::Refuse { session, refusal });
    }

    fn command(&mut self, command: Command) {
        self.outputs.push_back(Output::Media(command));
    }

    fn notice(&mut self, notice: Notice) {
        self.outputs.push_back(Output::Notice(notice));
    }

    /// Sends to one participant, if its WebSocket is there.
    fn send(&mut self, id: ParticipantId, message: signal_response::Message) {
        let Some(session) = self.participants.get(&id).and_then(|participant| participant.session.socket()) else {
            return;
        };
        self.outputs.push_back(Output::Send { session, response: Arc::new(response(message)) });
    }

    /// Sends the same to everyone whose WebSocket is there.
    fn broadcast(&mut self, message: signal_response::Message) {
        let response = Arc::new(response(message));
        for participant in self.participants.values() {
            if let Some(session) = participant.session.socket() {
                self.outputs.push_back(Output::Send { session, response: response.clone() });
            }
        }
    }

    fn unix(&self) -> Duration {
        self.config.clock.unix(self.now)
    }
}

fn response(message: signal_response::Message) -> SignalResponse {
    SignalResponse { message: Some(message) }
}

/// A leave request that old clients understand as well: they know `can_reconnect` only.
fn leave(reason: DisconnectReason, action: leave_request::Action) -> SignalResponse {
    response(signal_response::Message::Leave(LeaveRequest {
        can_reconnect: action != leave_request::Action::Disconnect,
        reason: reason.into(),
        action: action.into(),
        regions: None,
    }))
}

/// A fresh sid: a prefix that SDKs look at, and 72 random bits.
fn new_sid(rng: &mut impl Rng, prefix: &str) -> Arc<str> {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut sid = String::with_capacity(prefix.len() + 12);
    sid.push_str(prefix);
    for _ in 0..12 {
        let index = rng.random_range(0..ALPHABET.len());
        sid.push(ALPHABET.get(index).copied().map_or('x', char::from));
    }
    sid.into()
}
