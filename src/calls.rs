//! What the REST side tells the running calls. The registry of rooms implements it; tests put a recorder in its place.

pub mod running;

use async_trait::async_trait;
use rotunda_signaling::io::{Who, Whose};
use rotunda_signaling::{Attendant, RoomPolicy};

use crate::samples::{Sample, Span};
use crate::store::{Person, Room, RoomKey, SessionId, Store, StoreError, UserId};

/// The running calls.
#[async_trait]
pub trait Calls: Send + Sync + 'static {
    /// The stored room of this name (its `roomId`) is no more: everyone in its call is told so and sent away.
    fn close_room(&self, room: &str);
    /// The call in this room, if there is one, is over for everyone; the room stays, if under another name.
    fn end_call(&self, room: &str);
    /// The call in this room, if there is one, goes by these rules from now on.
    fn set_policy(&self, room: &str, policy: RoomPolicy);
    /// The screen shares of this participant end, if it is in the call in this room; it may share again where the rules allow it.
    fn stop_share(&self, room: &str, identity: String);
    /// Hands that are up in the call in this room go down, these people's or everyone's; they may go up again.
    fn lower_hands(&self, room: &str, whose: Option<Who>);
    /// Whether the call in this room has a place for this participant; it has while there is none. At the socket it is
    /// asked again.
    async fn has_place(&self, room: &str, identity: &str) -> bool;
    /// Whether somebody of this account is in the call in this room.
    async fn is_inside(&self, room: &str, who: &Person) -> bool;
    /// The identities of those who are in the call in this room; nobody while there is none.
    async fn identities(&self, room: &str) -> Vec<String>;
    /// The names of the rooms in which calls go on, in no order.
    fn open_rooms(&self) -> Vec<String>;
    /// Who is in the call in this room and how it goes for them; `None` while there is no call.
    async fn census(&self, room: &str) -> Option<Vec<Attendant>>;
    /// Participants are put out of the call in this room, if there is one; they are told so.
    fn remove(&self, room: &str, who: Who);
    /// Microphones in the call in this room are muted, if there is one; their owners may unmute themselves.
    fn mute(&self, room: &str, whose: Whose);
    /// Everything of this account is disconnected, in every room.
    fn disconnect_account(&self, account: UserId);
    /// What entered with this login is disconnected, in every room.
    fn disconnect_session(&self, session: &SessionId);
    /// What happened over the last hour or day, the oldest first.
    fn samples(&self, span: Span) -> Vec<Sample>;
    /// Whether the media sockets are bound and their workers alive.
    fn media_ready(&self) -> bool;
    /// Says goodbye to everyone and ends all rooms; returns when that is done.
    async fn shutdown(&self);
}

/// A stored room, and the rules of its call.
///
/// # Errors
/// The store's, when it cannot say.
pub async fn policy_of(store: &dyn Store, room: &RoomKey) -> Result<Option<(Room, RoomPolicy)>, StoreError> {
    let Some(room) = store.room(room).await? else { return Ok(None) };
    let policy = with_cohosts(store, &room).await?;
    Ok(Some((room, policy)))
}

/// The rules of a room's call, from its row and its co-hosts.
///
/// # Errors
/// The store's, when it cannot say.
pub async fn with_cohosts(store: &dyn Store, room: &Room) -> Result<RoomPolicy, StoreError> {
    let cohosts = store.cohosts(room.id).await?;
    let most = store.server_settings().await?.people_per_room;
    Ok(RoomPolicy {
        version: room.version,
        title: room.title.clone(),
        locked: room.locked,
        chat_disabled: room.chat_disabled,
        share_disabled: room.share_disabled,
        unmute_disabled: room.unmute_disabled,
        keep_chat: room.keep_chat,
        waiting_room: room.waiting_room,
        owner: room.owner.to_string(),
        cohosts: cohosts.iter().map(ToString::to_string).collect(),
        spotlight: room.spotlight.clone(),
        people_limit: room.people_limit.min(most).into(),
    })
}
