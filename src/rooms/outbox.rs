//! What a room has for one client, on its way to the client's WebSocket.
//!
//! Bounded in messages and bytes: the room never waits for a client, and a client that does not read is cut off.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use rotunda_signaling::SignalResponse;
use rotunda_signaling::wire::{self, Frame, FrameKind};
use tokio::sync::mpsc;

/// Messages that may wait for one client: a join into a room of hundreds is some tens, updates are batched.
const MAX_MESSAGES: usize = 1024;
/// Bytes that may wait for one client: several of the largest descriptions of sessions.
const MAX_BYTES: usize = 4 << 20;

/// A message for any number of clients, encoded once for each form that they speak.
#[derive(Debug)]
pub(super) struct Encoded {
    response: Arc<SignalResponse>,
    binary: OnceLock<Frame>,
    text: OnceLock<Frame>,
}

impl Encoded {
    pub(super) fn new(response: Arc<SignalResponse>) -> Self {
        Self { response, binary: OnceLock::new(), text: OnceLock::new() }
    }

    pub(super) fn is_of(&self, response: &Arc<SignalResponse>) -> bool {
        Arc::ptr_eq(&self.response, response)
    }

    fn frame(&self, kind: FrameKind) -> &Frame {
        let slot = match kind {
            FrameKind::Binary => &self.binary,
            FrameKind::Text => &self.text,
        };
        slot.get_or_init(|| wire::encode(&self.response, kind))
    }
}

/// What comes out of an outbox.
#[derive(Debug)]
pub enum Outgoing {
    /// A frame to send.
    Frame(Frame),
    /// The room is done with this client: close the socket.
    Close,
}

#[derive(Debug)]
enum Item {
    Message(Arc<Encoded>),
    Close,
}

/// The room's end.
#[derive(Debug)]
pub struct Outlet {
    items: mpsc::Sender<Item>,
    bytes: Arc<AtomicUsize>,
}

/// The client's end.
#[derive(Debug)]
pub(super) struct Outbox {
    items: mpsc::Receiver<Item>,
    bytes: Arc<AtomicUsize>,
}

/// The client takes too little.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Overflow;

pub(super) fn outbox() -> (Outlet, Outbox) {
    let (sender, receiver) = mpsc::channel(MAX_MESSAGES);
    let bytes = Arc::new(AtomicUsize::new(0));
    (Outlet { items: sender, bytes: Arc::clone(&bytes) }, Outbox { items: receiver, bytes })
}

impl Outlet {
    /// Queues a message. The bytes of its binary form count, whatever form the client gets.
    pub(super) fn send(&self, message: &Arc<Encoded>) -> Result<(), Overflow> {
        let len = message.frame(FrameKind::Binary).len();
        if self.bytes.fetch_add(len, Ordering::Relaxed) + len > MAX_BYTES {
            return Err(Overflow);
        }
        match self.items.try_send(Item::Message(Arc::clone(message))) {
            // A client that is gone is noticed by its session.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(Overflow),
        }
    }

    /// Closes the client's socket after what is queued.
    pub(super) fn close(self) {
        // With a full queue the client's end sees this end go, which closes the socket as well.
        let _ = self.items.try_send(Item::Close);
    }
}

impl Outbox {
    /// The next thing to do, in the form that the client reads; `None` when the room let go of the client without a farewell.
    pub(super) async fn next(&mut self, kind: FrameKind) -> Option<Outgoing> {
        Some(match self.items.recv().await? {
            Item::Close => Outgoing::Close,
            Item::Message(message) => {
                self.bytes.fetch_sub(message.frame(FrameKind::Binary).len(), Ordering::Relaxed);
                Outgoing::Frame(message.frame(kind).clone())
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_client_that_does_not_read_overflows() {
        let (outlet, mut outbox) = outbox();
        let message = Arc::new(Encoded::new(Arc::default()));
        for _ in 0..MAX_MESSAGES {
            outlet.send(&message).unwrap();
        }
        assert_eq!(outlet.send(&message), Err(Overflow));
        assert!(matches!(outbox.next(FrameKind::Binary).await, Some(Outgoing::Frame(Frame::Binary(_)))));
        outlet.send(&message).unwrap();
        outlet.close();
        assert!(matches!(outbox.next(FrameKind::Text).await, Some(Outgoing::Frame(Frame::Text(_)))));
    }

    #[tokio::test]
    async fn a_farewell_closes_after_what_was_queued() {
        let (outlet, mut outbox) = outbox();
        outlet.send(&Arc::new(Encoded::new(Arc::default()))).unwrap();
        outlet.close();
        assert!(matches!(outbox.next(FrameKind::Binary).await, Some(Outgoing::Frame(_))));
        assert!(matches!(outbox.next(FrameKind::Binary).await, Some(Outgoing::Close)));
        assert!(outbox.next(FrameKind::Binary).await.is_none());
    }
}
