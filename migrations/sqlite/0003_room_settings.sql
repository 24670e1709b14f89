-- How a room's calls are run. `version` rises with every change that people in a call are told of, and answers "did somebody
-- else change it meanwhile"; `spotlight` is the identity of whom everyone is shown large, empty for nobody.
ALTER TABLE rooms ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE rooms ADD COLUMN allow_guests INTEGER NOT NULL DEFAULT 0 CHECK (allow_guests IN (0, 1));
ALTER TABLE rooms ADD COLUMN waiting_room INTEGER NOT NULL DEFAULT 0 CHECK (waiting_room IN (0, 1));
ALTER TABLE rooms ADD COLUMN people_limit INTEGER NOT NULL DEFAULT 100 CHECK (people_limit BETWEEN 1 AND 1000);
ALTER TABLE rooms ADD COLUMN scheduled_on INTEGER;
ALTER TABLE rooms ADD COLUMN keep_chat INTEGER NOT NULL DEFAULT 0 CHECK (keep_chat IN (0, 1));
ALTER TABLE rooms ADD COLUMN chat_disabled INTEGER NOT NULL DEFAULT 0 CHECK (chat_disabled IN (0, 1));
ALTER TABLE rooms ADD COLUMN share_disabled INTEGER NOT NULL DEFAULT 0 CHECK (share_disabled IN (0, 1));
ALTER TABLE rooms ADD COLUMN unmute_disabled INTEGER NOT NULL DEFAULT 0 CHECK (unmute_disabled IN (0, 1));
ALTER TABLE rooms ADD COLUMN spotlight TEXT NOT NULL DEFAULT '';

-- Who is more in a room than any account. The owner is in the room's own row and has none here.
CREATE TABLE roles (
    room       INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role       TEXT    NOT NULL CHECK (role IN ('cohost', 'participant')),
    created_on INTEGER NOT NULL,
    PRIMARY KEY (room, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX roles_user ON roles (user_id, room);
