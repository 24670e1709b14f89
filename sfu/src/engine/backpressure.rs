//! Messages of data channels are not lost because a room's owner is slow: they stay with their senders.

use std::time::Instant;

use super::Engine;
use crate::ids::RoomId;
use crate::slab::Key;

impl Engine {
    /// Leaves the messages of a room's data channels in their associations, whose windows then close to their senders, or
    /// takes them again. Returns whether that is a change.
    pub fn set_data_paused(&mut self, now: Instant, room: RoomId, paused: bool) -> bool {
        let Some(key) = self.room_ids.get(room) else { return false };
        let Some(room) = self.rooms.get_mut(key) else { return false };
        if std::mem::replace(&mut room.data_paused, paused) == paused {
            return false;
        }
        if !paused {
            let participants = room.participants.iter().filter_map(|participant| self.participants.get(*participant));
            let connections: Vec<Key> =
                participants.flat_map(|participant| &participant.connections).copied().collect();
            for connection in connections {
                self.take_messages(now, connection);
                // The window is open again, which the peer must hear.
                self.queue_transport(connection);
            }
        }
        true
    }

    pub(super) fn is_data_paused(&self, connection: Key) -> bool {
        let room = self.connections.get(connection).map(|connection| connection.room);
        room.and_then(|room| self.rooms.get(room)).is_some_and(|room| room.data_paused)
    }
}
