//! A participant's name, metadata and attributes, which it may change where its token allows it.

use std::collections::HashMap;

use livekit_protocol::request_response::{Reason, Request};
use livekit_protocol::{RequestResponse, UpdateParticipantMetadata, signal_response};
use rotunda_sfu::ids::ParticipantId;

use super::Room;
use super::timers::{ParticipantTimer, Timer};
use crate::io::Who;
use crate::{GUEST_ATTRIBUTE, HAND_ATTRIBUTE, limits, name};

/// Says whether sizes are within bounds, or which is not.
pub(super) fn check(name: &str, metadata: &str, attributes: &HashMap<String, String>) -> Result<(), &'static str> {
    let bytes: usize = attributes.iter().map(|(key, value)| key.len() + value.len()).sum();
    if name.len() > limits::MAX_NAME {
        return Err("the name is too long");
    }
    if metadata.len() > limits::MAX_METADATA {
        return Err("the metadata is too large");
    }
    if attributes.len() > limits::MAX_ATTRIBUTE_COUNT || bytes > limits::MAX_ATTRIBUTES {
        return Err("the attributes are too large");
    }
    Ok(())
}

impl Room {
    pub(super) fn update_metadata(&mut self, id: ParticipantId, update: UpdateParticipantMetadata) {
        let Some(participant) = self.participants.get_mut(&id) else { return };
        let (reason, message) = if !participant.permissions.can_update_metadata {
            (Reason::NotAllowed, "the access token does not allow changing metadata")
        } else if update.attributes.contains_key(GUEST_ATTRIBUTE) {
            (Reason::NotAllowed, "who is a guest is for the server to say")
        } else {
            let new_name = name::without_direction(&update.name);
            // An attribute without a value is taken away.
            let mut attributes = participant.attributes.clone();
            for (key, value) in &update.attributes {
                if value.is_empty() {
                    attributes.remove(key);
                } else {
                    attributes.insert(key.clone(), value.clone());
                }
            }
            match check(&new_name, &update.metadata, &attributes) {
                Err(message) => (Reason::LimitExceeded, message),
                Ok(()) => {
                    participant.attributes = attributes;
                    if !new_name.is_empty() {
                        participant.name = new_name;
                    }
                    if !update.metadata.is_empty() {
                        participant.metadata.clone_from(&update.metadata);
                    }
                    (Reason::Ok, "")
                }
            }
        };
        if reason == Reason::Ok {
            self.metadata_changed(id);
        }
        let request_id = update.request_id;
        self.respond(id, request_id, reason, message, Some(Request::UpdateMetadata(update)));
    }

    /// Takes raised hands down, everyone's or somebody's.
    pub(super) fn lower_hands(&mut self, whose: Option<&Who>) {
        let mut lowered = Vec::new();
        for (id, participant) in &mut self.participants {
            let meant = whose.is_none_or(|who| participant.is_meant_by(who));
            if meant && participant.attributes.remove(HAND_ATTRIBUTE).is_some() {
                lowered.push(*id);
            }
        }
        for id in lowered {
            self.metadata_changed(id);
        }
    }

    /// Tells the others, and lets whoever comes back come back as what it has become.
    fn metadata_changed(&mut self, id: ParticipantId) {
        self.mark_changed(id);
        let soon = self.now + limits::FIRST_TOKEN_REFRESH;
        self.timers.set(Timer::Participant(id, ParticipantTimer::Refresh), soon);
    }

    /// Answers a request, if the client takes such answers.
    pub(super) fn respond(
        &mut self,
        id: ParticipantId,
        request_id: u32,
        reason: Reason,
        message: &str,
        request: Option<Request>,
    ) {
        let Some(participant) = self.participants.get(&id) else { return };
        let takes = match reason {
            Reason::Ok => participant.takes_success_responses(),
            _ => participant.takes_request_responses(),
        };
        if takes {
            let response = RequestResponse { request_id, reason: reason.into(), message: message.into(), request };
            self.send(id, signal_response::Message::RequestResponse(response));
        }
    }
}
