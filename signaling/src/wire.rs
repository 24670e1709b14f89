//! Frames of the WebSocket: binary ones are protobuf, text ones are its JSON form, and both carry the same messages.
//!
//! In goes what the socket received, out comes a [`SignalRequest`]; the other way a [`SignalResponse`] becomes a [`Frame`]
//! of the kind that the client used last. Fields that we do not know are skipped, as protobuf wants it.

use livekit_protocol::{SignalRequest, SignalResponse, signal_request};
use prost::Message;

use crate::limits;

/// One WebSocket message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Frame {
    /// Protobuf.
    Binary(bytes::Bytes),
    /// Protobuf's JSON form.
    Text(String),
}

/// The form of a frame.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub enum FrameKind {
    /// Protobuf.
    #[default]
    Binary,
    /// Protobuf's JSON form.
    Text,
}

/// Why a frame cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FrameError {
    /// Larger than a message of its kind may be.
    #[error("the message is too large")]
    TooLarge,
    /// Not a `SignalRequest`.
    #[error("the message is not a signal request")]
    Malformed,
}

impl Frame {
    /// The form that an answer to this frame should have.
    pub fn kind(&self) -> FrameKind {
        match self {
            Self::Binary(_) => FrameKind::Binary,
            Self::Text(_) => FrameKind::Text,
        }
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Binary(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads a binary frame. A request whose message a later protocol defines comes out with `message: None`.
///
/// # Errors
/// Too large for its kind, or not protobuf of a `SignalRequest`.
pub fn decode_binary(frame: &[u8]) -> Result<SignalRequest, FrameError> {
    check_length(frame.len())?;
    let request = SignalRequest::decode(frame).map_err(|_| FrameError::Malformed)?;
    check_size(request, frame.len())
}

/// Reads a text frame, as [`decode_binary`] does.
///
/// # Errors
/// Too large for its kind, or not JSON of a `SignalRequest`.
pub fn decode_text(frame: &str) -> Result<SignalRequest, FrameError> {
    check_length(frame.len())?;
    let request = serde_json::from_str(frame).map_err(|_| FrameError::Malformed)?;
    check_size(request, frame.len())
}

/// Writes a response as a frame of `kind`.
pub fn encode(response: &SignalResponse, kind: FrameKind) -> Frame {
    match kind {
        FrameKind::Binary => Frame::Binary(response.encode_to_vec().into()),
        // Messages of ours have string keys and finite numbers, so JSON always exists.
        FrameKind::Text => Frame::Text(serde_json::to_string(response).unwrap_or_default()),
    }
}

fn check_length(length: usize) -> Result<(), FrameError> {
    if length > limits::MAX_SDP_MESSAGE { Err(FrameError::TooLarge) } else { Ok(()) }
}

/// Only messages with SDP may use the larger bound.
fn check_size(request: SignalRequest, length: usize) -> Result<SignalRequest, FrameError> {
    use signal_request::Message::{Answer, Offer, SyncState};
    let has_sdp = matches!(request.message, Some(Offer(_) | Answer(_) | SyncState(_)));
    if length > limits::MAX_SIGNAL_MESSAGE && !has_sdp { Err(FrameError::TooLarge) } else { Ok(request) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use livekit_protocol::{Ping, SessionDescription, UpdateParticipantMetadata, signal_response};

    fn request(message: signal_request::Message) -> SignalRequest {
        SignalRequest { message: Some(message) }
    }

    #[test]
    fn both_forms_carry_the_same_request() {
        let ping = request(signal_request::Message::PingReq(Ping { timestamp: 1_800_000_000_123, rtt: 7 }));
        assert_eq!(decode_binary(&ping.encode_to_vec()), Ok(ping.clone()));
        assert_eq!(decode_text(r#"{"pingReq":{"timestamp":"1800000000123","rtt":"7"}}"#), Ok(ping.clone()));
        assert_eq!(decode_text(&serde_json::to_string(&ping).unwrap()), Ok(ping));
    }

    #[test]
    fn unknown_messages_and_fields_are_tolerated() {
        // Field 2000, length-delimited, one byte.
        assert_eq!(decode_binary(&[0x82, 0x7d, 0x01, 0x00]).unwrap().message, None);
        assert_eq!(decode_text(r#"{"somethingNew":{"a":[1,2,{"b":null}]}}"#).unwrap().message, None);
        assert!(decode_text(r#"{"mute":{"sid":"TR_x","muted":true,"why":"because"}}"#).is_ok());
    }

    #[test]
    fn only_sdp_may_be_large() {
        let metadata = "m".repeat(limits::MAX_SIGNAL_MESSAGE);
        let large = request(signal_request::Message::UpdateMetadata(UpdateParticipantMetadata {
            metadata,
            ..Default::default()
        }));
        assert_eq!(decode_binary(&large.encode_to_vec()), Err(FrameError::TooLarge));
        let sdp = |length| {
            request(signal_request::Message::Offer(SessionDescription {
                r#type: "offer".into(),
                sdp: "s".repeat(length),
                ..Default::default()
            }))
            .encode_to_vec()
        };
        assert!(decode_binary(&sdp(200 << 10)).is_ok());
        assert_eq!(decode_binary(&sdp(256 << 10)), Err(FrameError::TooLarge));
    }

    #[test]
    fn answers_are_written_in_both_forms() {
        let response = SignalResponse { message: Some(signal_response::Message::Pong(5)) };
        assert_eq!(encode(&response, FrameKind::Text), Frame::Text(r#"{"pong":"5"}"#.into()));
        let Frame::Binary(bytes) = encode(&response, FrameKind::Binary) else { panic!() };
        assert_eq!(SignalResponse::decode(bytes).unwrap(), response);
    }

    #[test]
    fn rubbish_is_malformed() {
        for frame in [&b"\xff"[..], b"\x0a\xff\xff\xff\xff\x0f", b"{}"] {
            assert!(decode_binary(frame).is_err());
        }
        for frame in ["", "null", "[]", "{\"ping\":{}}", "{\"offer\":1}", &"[".repeat(100_000)] {
            assert!(decode_text(frame).is_err(), "{}", &frame[..frame.len().min(20)]);
        }
    }
}
