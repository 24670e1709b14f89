//! Scenarios that SDKs' own tests ask for. Each harms nobody but the participant that asks.

use livekit_protocol::simulate_scenario::Scenario;
use livekit_protocol::{
    DisconnectReason, SimulateScenario, SpeakerInfo, SpeakersChanged, leave_request, signal_response,
};
use rotunda_sfu::ids::ParticipantId;

use super::{Farewell, Room};
use crate::io::Output;

impl Room {
    pub(super) fn simulate(&mut self, id: ParticipantId, request: &SimulateScenario) {
        match request.scenario {
            Some(Scenario::ServerLeave(_)) => {
                let farewell = Farewell::Leave(leave_request::Action::Disconnect);
                self.remove(id, DisconnectReason::ServerShutdown, farewell);
            }
            Some(Scenario::LeaveRequestFullReconnect(_)) => self.start_over(id, DisconnectReason::ServerShutdown),
            // As after a crash: nobody says anything.
            Some(Scenario::NodeFailure(_)) => self.remove(id, DisconnectReason::ServerShutdown, Farewell::Silent),
            Some(Scenario::DisconnectSignalOnResume(_) | Scenario::DisconnectSignalOnResumeNoMessages(_)) => {
                if let Some(session) = self.participants.get(&id).and_then(|participant| participant.session.socket()) {
                    self.outputs.push_back(Output::Close { session });
                    self.signal_lost(session);
                }
            }
            Some(Scenario::SpeakerUpdate(_)) => self.simulate_speakers(id),
            // There is one node, and one way in.
            Some(Scenario::Migration(_) | Scenario::SwitchCandidateProtocol(_) | Scenario::SubscriberBandwidth(_))
            | None => {}
        }
    }

    /// Everyone speaks, as far as the one who asks can see.
    fn simulate_speakers(&mut self, id: ParticipantId) {
        let visible = self.participants.values().filter(|participant| !participant.permissions.hidden);
        let speakers = visible
            .map(|participant| SpeakerInfo { sid: participant.sid.to_string(), level: 0.9, active: true })
            .collect();
        self.send(id, signal_response::Message::SpeakersChanged(SpeakersChanged { speakers }));
    }
}
