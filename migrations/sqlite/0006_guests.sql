-- People without an account, each in one room. `device` is SHA-256 of a random cookie by which a browser is known again; a banned
-- guest's row stays, so that the ban stands for the browser too. `invited` says that they came by an invitation.
CREATE TABLE guests (
    id         TEXT    PRIMARY KEY,
    room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    invited    INTEGER NOT NULL CHECK (invited IN (0, 1)),
    device     BLOB    NOT NULL,
    created_on INTEGER NOT NULL,
    expires_on INTEGER NOT NULL,
    banned_on  INTEGER
) STRICT;
CREATE INDEX guests_room ON guests (room, device);
CREATE INDEX guests_expiry ON guests (expires_on);

-- A session belongs to an account or to a guest. SQLite cannot lift NOT NULL, so both tables are written anew.
CREATE TABLE sessions_new (
    id         TEXT    PRIMARY KEY,
    user_id    INTEGER REFERENCES users (id) ON DELETE CASCADE,
    guest      TEXT    REFERENCES guests (id) ON DELETE CASCADE,
    created_on INTEGER NOT NULL,
    expires_on INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    ended_on   INTEGER,
    CHECK ((user_id IS NULL) <> (guest IS NULL))
) STRICT;
INSERT INTO sessions_new (id, user_id, created_on, expires_on, generation, ended_on)
    SELECT id, user_id, created_on, expires_on, generation, ended_on FROM sessions;
CREATE TABLE refresh_tokens_new (
    hash       BLOB    PRIMARY KEY,
    session    TEXT    NOT NULL REFERENCES sessions_new (id) ON DELETE CASCADE,
    generation INTEGER NOT NULL,
    expires_on INTEGER NOT NULL,
    spent_on   INTEGER
) STRICT;
INSERT INTO refresh_tokens_new SELECT hash, session, generation, expires_on, spent_on FROM refresh_tokens;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
ALTER TABLE sessions_new RENAME TO sessions;
ALTER TABLE refresh_tokens_new RENAME TO refresh_tokens;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_guest ON sessions (guest);
CREATE INDEX sessions_expiry ON sessions (expires_on);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session, generation);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_on);
