//! Data channels on streams of an association (RFC 8831, RFC 8832): opening, naming, and the form of messages.
//!
//! A channel is known by its label, never by its stream id: browsers give ids in any order. Messages are held back until the
//! other side has confirmed the channel, since a browser drops what overtakes its confirmation on an unordered channel.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use rtc_datachannel::message::Message;
use rtc_datachannel::message::message_channel_ack::DataChannelAck;
use rtc_datachannel::message::message_channel_open::{CHANNEL_PRIORITY_NORMAL, ChannelType, DataChannelOpen};
use rtc_sctp::{PayloadProtocolIdentifier, ReliabilityType};
use rtc_shared::marshal::{Marshal as _, Unmarshal as _};

use crate::limits::MAX_LABEL;
use crate::params::DataChannelParameters;

/// How far a channel is.
pub(crate) enum ChannelState {
    /// Ours to open once the association is up.
    Wanted,
    /// We asked; the confirmation has not come.
    Opening,
    /// Usable in both directions.
    Open,
}

/// One data channel.
pub(crate) struct DataChannel {
    pub(crate) parameters: DataChannelParameters,
    pub(crate) state: ChannelState,
    pub(crate) stream: u16,
    /// Messages that wait for the confirmation.
    pub(crate) held: VecDeque<Bytes>,
    /// Bytes handed to the association and not yet acknowledged, and those held.
    pub(crate) buffered: usize,
}

impl DataChannel {
    pub(crate) fn wanted(parameters: DataChannelParameters, stream: u16) -> Self {
        Self { parameters, state: ChannelState::Wanted, stream, held: VecDeque::new(), buffered: 0 }
    }

    pub(crate) fn accepted(parameters: DataChannelParameters, stream: u16) -> Self {
        Self { parameters, state: ChannelState::Open, stream, held: VecDeque::new(), buffered: 0 }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.state, ChannelState::Open)
    }
}

/// What an association needs to know of a channel's promises: unordered, how it is repeated, how often.
pub(crate) fn reliability(parameters: &DataChannelParameters) -> (bool, ReliabilityType, u32) {
    let (kind, value) = match parameters.max_retransmits {
        Some(retransmits) => (ReliabilityType::Rexmit, u32::from(retransmits)),
        None => (ReliabilityType::Reliable, 0),
    };
    (!parameters.ordered, kind, value)
}

/// A message of the establishment protocol.
pub(crate) enum Establishment {
    Open(DataChannelParameters),
    Acknowledged,
}

/// Reads a message of the establishment protocol; `None` for one that is malformed or passes a bound.
pub(crate) fn read_establishment(mut payload: &[u8]) -> Option<Establishment> {
    match Message::unmarshal(&mut payload).ok()? {
        Message::DataChannelOpen(open) if open.label.len() <= MAX_LABEL => {
            let (ordered, max_retransmits) = match open.channel_type {
                ChannelType::Reliable => (true, None),
                ChannelType::ReliableUnordered => (false, None),
                ChannelType::PartialReliableRexmit => (true, Some(open.reliability_parameter)),
                ChannelType::PartialReliableRexmitUnordered => (false, Some(open.reliability_parameter)),
                // A lifetime binds the sender; in our direction such a channel is a reliable one.
                ChannelType::PartialReliableTimed => (true, None),
                ChannelType::PartialReliableTimedUnordered => (false, None),
                _ => return None,
            };
            let label: Arc<str> = String::from_utf8(open.label).ok()?.into();
            let max_retransmits = max_retransmits.map(|times| u16::try_from(times).unwrap_or(u16::MAX));
            Some(Establishment::Open(DataChannelParameters { label, ordered, max_retransmits }))
        }
        Message::DataChannelAck(_) => Some(Establishment::Acknowledged),
        _ => None,
    }
}

/// The message that asks for a channel (RFC 8832, 5.1).
pub(crate) fn open_message(parameters: &DataChannelParameters) -> Option<Bytes> {
    let channel_type = match (parameters.ordered, parameters.max_retransmits) {
        (true, None) => ChannelType::Reliable,
        (false, None) => ChannelType::ReliableUnordered,
        (true, Some(_)) => ChannelType::PartialReliableRexmit,
        (false, Some(_)) => ChannelType::PartialReliableRexmitUnordered,
    };
    let message = Message::DataChannelOpen(DataChannelOpen {
        channel_type,
        priority: CHANNEL_PRIORITY_NORMAL,
        reliability_parameter: parameters.max_retransmits.map_or(0, u32::from),
        label: parameters.label.as_bytes().to_vec(),
        protocol: Vec::new(),
    });
    Some(message.marshal().ok()?.freeze())
}

/// The message that confirms a channel (RFC 8832, 5.2).
pub(crate) fn acknowledgement() -> Option<Bytes> {
    Some(Message::DataChannelAck(DataChannelAck {}).marshal().ok()?.freeze())
}

/// A user message as the association carries it: an empty one is a single zero under another identifier (RFC 8831, 6.6).
pub(crate) fn user_message(message: &[u8]) -> (PayloadProtocolIdentifier, Bytes) {
    if message.is_empty() {
        (PayloadProtocolIdentifier::BinaryEmpty, Bytes::from_static(&[0]))
    } else {
        (PayloadProtocolIdentifier::Binary, Bytes::copy_from_slice(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_message_reads_back() {
        for (ordered, max_retransmits) in [(true, None), (false, None), (true, Some(3)), (false, Some(0))] {
            let parameters = DataChannelParameters { label: "_lossy".into(), ordered, max_retransmits };
            match read_establishment(&open_message(&parameters).unwrap()) {
                Some(Establishment::Open(read)) => assert_eq!(read, parameters),
                _ => panic!("not an open message"),
            }
        }
        assert!(matches!(read_establishment(&acknowledgement().unwrap()), Some(Establishment::Acknowledged)));
    }

    #[test]
    fn long_labels_and_nonsense_are_refused() {
        let label = "x".repeat(MAX_LABEL + 1);
        let parameters = DataChannelParameters { label: label.into(), ordered: true, max_retransmits: None };
        assert!(read_establishment(&open_message(&parameters).unwrap()).is_none());
        for bytes in [&[][..], &[3], &[9, 9], &[3, 0x42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert!(read_establishment(bytes).is_none());
        }
    }
}
