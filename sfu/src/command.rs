//! What the owner of a room tells the engine. Commands are typed, cheap to move between threads, and never carry SDP.
//!
//! A command that names something that is gone is ignored and counted: room task and engine run on different threads, and
//! their views cross.

use std::sync::Arc;

use crate::ids::{ParticipantId, PublicationId, RoomId, SubscriptionId, TransportId};
use crate::params::{DataChannelParameters, IceCredentials, ReceiveParameters, RemoteParameters, SendParameters};

/// An instruction to one engine.
#[derive(Clone, Debug)]
pub enum Command {
    /// A room comes into being.
    OpenRoom {
        /// The room.
        room: RoomId,
    },
    /// The room ends with all that is in it.
    CloseRoom {
        /// The room.
        room: RoomId,
    },
    /// A participant comes in.
    AddParticipant {
        /// The room.
        room: RoomId,
        /// The participant.
        participant: ParticipantId,
    },
    /// A participant leaves, with its transports, publications and subscriptions.
    RemoveParticipant {
        /// The participant.
        participant: ParticipantId,
    },
    /// A transport of a participant, before anything is known of its far side.
    AddTransport {
        /// Whose it is.
        participant: ParticipantId,
        /// The transport.
        transport: TransportId,
        /// Our credentials, as in our SDP.
        local: IceCredentials,
        /// Data channels that we open once the far side has connected.
        data_channels: Vec<DataChannelParameters>,
    },
    /// The far side's SDP has arrived; with new credentials this is the far half of an ICE restart.
    ConnectTransport {
        /// The transport.
        transport: TransportId,
        /// What the SDP said.
        remote: RemoteParameters,
    },
    /// New credentials of ours; the old path is used until the new one is nominated.
    RestartIce {
        /// The transport.
        transport: TransportId,
        /// Our new credentials.
        local: IceCredentials,
    },
    /// A transport ends (DTLS close_notify is sent).
    RemoveTransport {
        /// The transport.
        transport: TransportId,
    },
    /// A participant publishes a track, or an offer changed how (same id: the publication keeps its state).
    Publish {
        /// Over which transport.
        transport: TransportId,
        /// The publication.
        publication: PublicationId,
        /// How it is sent.
        parameters: ReceiveParameters,
    },
    /// The publisher muted or unmuted; while muted nothing is forwarded and nobody asks for keyframes.
    SetPublicationMuted {
        /// The publication.
        publication: PublicationId,
        /// Whether it is muted.
        muted: bool,
    },
    /// A publication ends, with its subscriptions.
    Unpublish {
        /// The publication.
        publication: PublicationId,
    },
    /// A participant receives a publication from now on.
    Subscribe {
        /// Over which transport.
        transport: TransportId,
        /// The subscription.
        subscription: SubscriptionId,
        /// What is received.
        publication: PublicationId,
        /// How it is sent.
        parameters: SendParameters,
        /// Whether and in what size.
        settings: SubscriptionSettings,
    },
    /// What the subscriber wants has changed.
    UpdateSubscription {
        /// The subscription.
        subscription: SubscriptionId,
        /// Whether and in what size.
        settings: SubscriptionSettings,
    },
    /// A subscription ends.
    Unsubscribe {
        /// The subscription.
        subscription: SubscriptionId,
    },
    /// One message to the data channel of a label, on each of many transports.
    SendData {
        /// To whom.
        transports: Vec<TransportId>,
        /// The label of the channel.
        label: Arc<str>,
        /// The message, at most [`crate::limits::MAX_DATA_MESSAGE`] bytes.
        message: Arc<[u8]>,
    },
}

/// What a subscriber wants of a publication.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SubscriptionSettings {
    /// Nothing is sent while false.
    pub enabled: bool,
    /// The largest layer that serves.
    pub target: LayerTarget,
    /// Frames a second at most, 0 for no bound.
    pub max_fps: u32,
}

impl Default for SubscriptionSettings {
    fn default() -> Self {
        Self { enabled: true, target: LayerTarget::Highest, max_fps: 0 }
    }
}

/// How a subscriber names the layer that it needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LayerTarget {
    /// The best that there is.
    Highest,
    /// The layer of this index from the lowest, or the next lower that exists.
    Layer(u8),
    /// The smallest layer that is at least this large, in pixels.
    Size {
        /// Width of the tile.
        width: u32,
        /// Height of the tile.
        height: u32,
    },
}
