//! Requests of clients, each to its place.

use livekit_protocol::request_response::{Reason, Request};
use livekit_protocol::signal_request::Message;
use livekit_protocol::{
    DisconnectReason, LeaveRequest, Ping, Pong, PublishDataTrackRequest, SignalRequest, leave_request, signal_response,
};
use rotunda_sfu::ids::ParticipantId;

use super::{Farewell, Room};
use crate::io::{Notice, SessionId};

impl Room {
    pub(super) fn message(&mut self, session: SessionId, request: SignalRequest) {
        let Some(id) = self.index.sessions.get(&session).copied() else { return };
        let now = self.now;
        let Some(participant) = self.participants.get_mut(&id) else { return };
        participant.heard = now;
        if !participant.signal_rate.take(1, now) {
            let sid = participant.sid.clone();
            self.notice(Notice::Bounded { sid, bound: "signal_rate" });
            let farewell = Farewell::Leave(leave_request::Action::Disconnect);
            return self.remove(id, DisconnectReason::StateMismatch, farewell);
        }
        // A message of a later protocol is no message to us.
        if let Some(message) = request.message {
            self.dispatch(id, message);
        }
    }

    #[allow(deprecated)] // older clients still send what is deprecated
    fn dispatch(&mut self, id: ParticipantId, message: Message) {
        match message {
            Message::Offer(description) => self.offer(id, &description),
            Message::Answer(description) => self.answer(id, &description),
            Message::AddTrack(request) => self.add_track(id, request),
            Message::Mute(request) => self.mute(id, &request),
            Message::Subscription(request) => self.update_subscription(id, request),
            Message::TrackSetting(request) => self.update_track_settings(id, request),
            Message::SubscriptionPermission(request) => self.update_access(id, request),
            Message::UpdateMetadata(update) => self.update_metadata(id, update),
            Message::UpdateAudioTrack(request) => self.update_audio_track(id, request),
            Message::Leave(leave) => self.leave(id, &leave),
            Message::Simulate(scenario) => self.simulate(id, &scenario),
            Message::Ping(_) => {
                let unix = self.unix_ms();
                self.send(id, signal_response::Message::Pong(unix));
            }
            Message::PingReq(ping) => self.pong(id, &ping),
            // Our ICE agent is lite: it learns where a client is from authenticated checks alone, so a candidate tells it
            // nothing. Sizes of encodings come with announcements. What a resume synchronises is new after a join.
            Message::Trickle(_) | Message::UpdateLayers(_) | Message::SyncState(_) => {}
            Message::UpdateVideoTrack(request) => self.unsupported(id, 0, Some(Request::UpdateVideoTrack(request))),
            Message::PublishDataTrackRequest(request) => {
                let PublishDataTrackRequest { pub_handle, name, .. } = request;
                let request = PublishDataTrackRequest { pub_handle, name, ..Default::default() };
                self.unsupported(id, 0, Some(Request::PublishDataTrack(request)));
            }
            Message::UnpublishDataTrackRequest(request) => {
                self.unsupported(id, 0, Some(Request::UnpublishDataTrack(request)));
            }
            Message::StoreDataBlobRequest(request) => self.unsupported(id, request.request_id, None),
            Message::GetDataBlobRequest(request) => self.unsupported(id, request.request_id, None),
            // Nobody can have published one.
            Message::UpdateDataSubscription(_) => {}
        }
    }

    fn unsupported(&mut self, id: ParticipantId, request_id: u32, request: Option<Request>) {
        self.respond(id, request_id, Reason::UnsupportedType, "not supported by this server", request);
    }

    fn pong(&mut self, id: ParticipantId, ping: &Ping) {
        let pong = Pong { last_ping_timestamp: ping.timestamp, timestamp: self.unix_ms() };
        self.send(id, signal_response::Message::PongResp(pong));
    }

    fn leave(&mut self, id: ParticipantId, leave: &LeaveRequest) {
        let reason = match leave.reason() {
            DisconnectReason::UnknownReason => DisconnectReason::ClientInitiated,
            // A client speaks for itself alone.
            DisconnectReason::ClientInitiated | DisconnectReason::UserUnavailable | DisconnectReason::UserRejected => {
                leave.reason()
            }
            _ => DisconnectReason::ClientInitiated,
        };
        self.remove(id, reason, Farewell::Silent);
    }

    fn unix_ms(&self) -> i64 {
        i64::try_from(self.unix().as_millis()).unwrap_or(i64::MAX)
    }
}
