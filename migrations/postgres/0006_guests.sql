-- People without an account, each in one room. `device` is SHA-256 of a random cookie by which a browser is known again; a banned
-- guest's row stays, so that the ban stands for the browser too. `invited` says that they came by an invitation.
CREATE TABLE guests (
    id         TEXT    PRIMARY KEY,
    room       BIGINT  NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    invited    BOOLEAN NOT NULL,
    device     BYTEA   NOT NULL,
    created_on BIGINT  NOT NULL,
    expires_on BIGINT  NOT NULL,
    banned_on  BIGINT
);
CREATE INDEX guests_room ON guests (room, device);
CREATE INDEX guests_expiry ON guests (expires_on);

-- A session belongs to an account or to a guest.
ALTER TABLE sessions ALTER COLUMN user_id DROP NOT NULL;
ALTER TABLE sessions ADD COLUMN guest TEXT REFERENCES guests (id) ON DELETE CASCADE;
ALTER TABLE sessions ADD CHECK ((user_id IS NULL) <> (guest IS NULL));
CREATE INDEX sessions_guest ON sessions (guest);
