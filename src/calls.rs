//! What the REST side tells the running calls. The registry of rooms implements it; tests put a recorder in its place.

pub mod running;

use async_trait::async_trait;
use rotunda_signaling::io::{Who, Whose};

use crate::store::{SessionId, UserId};

/// The running calls.
#[async_trait]
pub trait Calls: Send + Sync + 'static {
    /// The stored room of this name (its `roomId`) is no more, or has another name now: everyone in it is sent away.
    fn close_room(&self, room: &str);
    /// Participants are put out of the call in this room, if there is one; they are told so.
    fn remove(&self, room: &str, who: Who);
    /// Microphones in the call in this room are muted, if there is one; their owners may unmute themselves.
    fn mute(&self, room: &str, whose: Whose);
    /// Everything of this account is disconnected, in every room.
    fn disconnect_account(&self, account: UserId);
    /// What entered with this login is disconnected, in every room.
    fn disconnect_session(&self, session: &SessionId);
    /// Whether the media sockets are bound and their workers alive.
    fn media_ready(&self) -> bool;
    /// Says goodbye to everyone and ends all rooms; returns when that is done.
    async fn shutdown(&self);
}
