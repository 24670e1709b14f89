//! A client's hold on its room: what the WebSocket talks to.

use rotunda_signaling::wire::FrameKind;
use rotunda_signaling::{Input, SessionId, SignalRequest};
use tokio::sync::mpsc;

use super::RoomMessage;
use super::outbox::{Outbox, Outgoing};

/// A client that was let into a room. Dropping it tells the room that the WebSocket is gone.
#[derive(Debug)]
pub struct Session {
    id: SessionId,
    inbox: mpsc::Sender<RoomMessage>,
    outbox: Outbox,
}

/// The room has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the room has ended")]
pub struct RoomGone;

impl Session {
    pub(super) fn new(id: SessionId, inbox: mpsc::Sender<RoomMessage>, outbox: Outbox) -> Self {
        Self { id, inbox, outbox }
    }

    /// The WebSocket's name, for logs.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// A handle for sending requests while [`Self::next`] is awaited.
    pub fn requests(&self) -> Requests {
        Requests { id: self.id, inbox: self.inbox.clone() }
    }

    /// What to send next; `None` when the room ended without a farewell.
    pub async fn next(&mut self, kind: FrameKind) -> Option<Outgoing> {
        self.outbox.next(kind).await
    }
}

/// The way of a client's requests to its room.
#[derive(Debug, Clone)]
pub struct Requests {
    id: SessionId,
    inbox: mpsc::Sender<RoomMessage>,
}

impl Requests {
    /// Hands a request to the room, waiting while the room is behind: the client's socket then fills up, and nobody else's.
    ///
    /// # Errors
    /// The room has ended.
    pub async fn send(&self, request: SignalRequest) -> Result<(), RoomGone> {
        let message = RoomMessage::Input(Box::new(Input::Message { session: self.id, request }));
        self.inbox.send(message).await.map_err(|_| RoomGone)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let message = RoomMessage::Input(Box::new(Input::Disconnected { session: self.id }));
        if let Err(mpsc::error::TrySendError::Full(message)) = self.inbox.try_send(message)
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            // The room is behind; it must hear of this nevertheless.
            let inbox = self.inbox.clone();
            runtime.spawn(async move { inbox.send(message).await });
        }
    }
}
