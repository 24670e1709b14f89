-- Links that work once: to a new password for an account, and to be the server's first administrator for whoever has it. `hash` is
-- SHA-256 of a link's token, never the token. A used one is gone.
CREATE TABLE links (
    hash       BYTEA  PRIMARY KEY,
    kind       TEXT   NOT NULL CHECK (kind IN ('reset', 'administrator')),
    user_id    BIGINT REFERENCES users (id) ON DELETE CASCADE,
    created_on BIGINT NOT NULL,
    expires_on BIGINT NOT NULL,
    CHECK ((kind = 'reset') = (user_id IS NOT NULL))
);
CREATE INDEX links_user ON links (user_id);
CREATE INDEX links_expiry ON links (expires_on);
