-- How a room's calls are run. `version` rises with every change that people in a call are told of, and answers "did somebody
-- else change it meanwhile"; `spotlight` is the identity of whom everyone is shown large, empty for nobody.
ALTER TABLE rooms ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE rooms ADD COLUMN allow_guests BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rooms ADD COLUMN waiting_room BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rooms ADD COLUMN people_limit BIGINT NOT NULL DEFAULT 100 CHECK (people_limit BETWEEN 1 AND 1000);
ALTER TABLE rooms ADD COLUMN scheduled_on BIGINT;
ALTER TABLE rooms ADD COLUMN keep_chat BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rooms ADD COLUMN chat_disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rooms ADD COLUMN share_disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rooms ADD COLUMN unmute_disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE rooms ADD COLUMN spotlight TEXT NOT NULL DEFAULT '';

-- Who is more in a room than any account. The owner is in the room's own row and has none here.
CREATE TABLE roles (
    room       BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT   NOT NULL CHECK (role IN ('cohost', 'participant')),
    created_on BIGINT NOT NULL,
    PRIMARY KEY (room, user_id)
);
CREATE INDEX roles_user ON roles (user_id, room);
