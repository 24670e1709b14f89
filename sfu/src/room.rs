//! A room on this engine: who is in it. Everything else hangs on its participants.

use crate::ids::RoomId;
use crate::slab::Key;

/// A room.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) id: RoomId,
    pub(crate) participants: Vec<Key>,
    /// Whether somebody in it was heard since the speakers were last looked at, or is still counted as heard.
    pub(crate) audible: bool,
    /// Messages of data channels stay in their associations: the room's owner is behind.
    pub(crate) data_paused: bool,
}
