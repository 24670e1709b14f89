-- Times are milliseconds since 1970 in UTC. `email_key` is the address in lower case, what "the same account" means;
-- `title_key` is the title in lower case, what a search looks in (the server folds it, the same for every database).

CREATE TABLE users (
    id            BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email         TEXT    NOT NULL,
    email_key     TEXT    NOT NULL UNIQUE,
    first_name    TEXT    NOT NULL,
    last_name     TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_on    BIGINT NOT NULL
);

-- IDENTITY: the number of a deleted room is never given out again, since it is part of its link.
-- `secret` names the room on the wire while it is invite-only; it is drawn once and stays.
CREATE TABLE rooms (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner       BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    title       TEXT    NOT NULL,
    title_key   TEXT    NOT NULL,
    description TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('OTA', 'IO')),
    secret      TEXT    NOT NULL UNIQUE,
    created_on  BIGINT NOT NULL
);
CREATE INDEX rooms_owner ON rooms (owner);

-- A session is one login: the family of refresh tokens that came from it. An ended one stays until it expires, so that
-- its tokens are still recognised.
CREATE TABLE sessions (
    id         TEXT    PRIMARY KEY,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_on BIGINT NOT NULL,
    expires_on BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    ended_on   BIGINT
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_on);

-- SHA-256 of each refresh token, never the token.
CREATE TABLE refresh_tokens (
    hash       BYTEA   PRIMARY KEY,
    session    TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    generation BIGINT NOT NULL,
    expires_on BIGINT NOT NULL,
    spent_on   BIGINT
);
CREATE INDEX refresh_tokens_session ON refresh_tokens (session, generation);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_on);

-- Keys that the server drew for itself at its first start.
CREATE TABLE secrets (
    name       TEXT    PRIMARY KEY,
    value      BYTEA   NOT NULL,
    created_on BIGINT NOT NULL
);
