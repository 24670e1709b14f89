-- What the people who run a room may do: lock it, and keep accounts out of it.
ALTER TABLE rooms ADD COLUMN locked BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE bans (
    room       BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_on BIGINT NOT NULL,
    PRIMARY KEY (room, user_id)
);
CREATE INDEX bans_user ON bans (user_id);

-- Who asked for what, when. Rows outlive the room and the people that they name, so nothing refers to those.
CREATE TABLE audit (
    id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      BIGINT NOT NULL,
    actor   BIGINT NOT NULL,
    room    BIGINT NOT NULL,
    act     TEXT   NOT NULL,
    subject TEXT   NOT NULL
);
CREATE INDEX audit_room ON audit (room, id);
CREATE INDEX audit_at ON audit (at);
