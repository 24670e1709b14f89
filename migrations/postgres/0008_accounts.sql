-- Who runs the server, and who may not come in any more. An account that is disabled keeps its rooms and what it wrote.
ALTER TABLE users ADD COLUMN is_admin BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX users_admin ON users (id) WHERE is_admin = TRUE;

-- What tells a person one login from another: when it was last used, and in a few words by which program.
ALTER TABLE sessions ADD COLUMN used_on BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT '';
UPDATE sessions SET used_on = created_on;

-- Somebody's messages are read in the order of the rooms and their numbers, a page at a time.
DROP INDEX messages_user;
CREATE INDEX messages_user ON messages (user_id, room, id) WHERE user_id IS NOT NULL;
