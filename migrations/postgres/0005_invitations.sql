-- Links that let people into a room. `hash` is SHA-256 of a link's token, never the token; `uses` is how many people it lets in
-- (NULL for any number), `used` how many it has. A revoked one is gone.
CREATE TABLE invitations (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room       BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    hash       BYTEA  NOT NULL UNIQUE,
    created_on BIGINT NOT NULL,
    expires_on BIGINT,
    uses       BIGINT CHECK (uses > 0),
    used       BIGINT NOT NULL DEFAULT 0,
    CHECK (uses IS NULL OR used <= uses)
);
CREATE INDEX invitations_room ON invitations (room);
