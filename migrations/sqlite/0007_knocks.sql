-- Who asked to be let into a room that has a waiting room, and what became of it. One row for a person in a room: an admitted one
-- lets them in again without asking. `seen_on` is when they last said that they still wait.
CREATE TABLE knocks (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    INTEGER REFERENCES users (id) ON DELETE CASCADE,
    guest      TEXT    REFERENCES guests (id) ON DELETE CASCADE,
    state      TEXT    NOT NULL CHECK (state IN ('waiting', 'admitted', 'refused', 'withdrawn')),
    since      INTEGER NOT NULL,
    seen_on    INTEGER NOT NULL,
    decided_on INTEGER,
    CHECK ((user_id IS NULL) <> (guest IS NULL)),
    UNIQUE (room, user_id),
    UNIQUE (room, guest)
) STRICT;
CREATE INDEX knocks_user ON knocks (user_id);
CREATE INDEX knocks_guest ON knocks (guest);
CREATE INDEX knocks_seen ON knocks (state, seen_on);
