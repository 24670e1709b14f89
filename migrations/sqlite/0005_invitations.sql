-- Links that let people into a room. `hash` is SHA-256 of a link's token, never the token; `uses` is how many people it lets in
-- (NULL for any number), `used` how many it has. A revoked one is gone.
CREATE TABLE invitations (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    hash       BLOB    NOT NULL UNIQUE,
    created_on INTEGER NOT NULL,
    expires_on INTEGER,
    uses       INTEGER CHECK (uses > 0),
    used       INTEGER NOT NULL DEFAULT 0,
    CHECK (uses IS NULL OR used <= uses)
) STRICT;
CREATE INDEX invitations_room ON invitations (room);
