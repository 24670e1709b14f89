-- What the people who run a room may do: lock it, and keep accounts out of it.
ALTER TABLE rooms ADD COLUMN locked INTEGER NOT NULL DEFAULT 0 CHECK (locked IN (0, 1));

CREATE TABLE bans (
    room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_on INTEGER NOT NULL,
    PRIMARY KEY (room, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bans_user ON bans (user_id);

-- Who asked for what, when. Rows outlive the room and the people that they name, so nothing refers to those.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    actor   INTEGER NOT NULL,
    room    INTEGER NOT NULL,
    act     TEXT    NOT NULL,
    subject TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_room ON audit (room, id);
CREATE INDEX audit_at ON audit (at);
