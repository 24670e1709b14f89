-- The kept chat. A message's number rises within its room and is never given out again, whatever is deleted: `chats` holds
-- the last one given. `user_id` is NULL for whoever has no account; `name` is what they were called in the call. Messages go
-- with their room and with the account that wrote them.
CREATE TABLE chats (
    room BIGINT PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
    last BIGINT NOT NULL
);

CREATE TABLE messages (
    room     BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    id       BIGINT NOT NULL,
    user_id  BIGINT REFERENCES users (id) ON DELETE CASCADE,
    identity TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    text     TEXT   NOT NULL CHECK (char_length(text) BETWEEN 1 AND 4000),
    stream   TEXT   NOT NULL,
    sent_on  BIGINT NOT NULL,
    PRIMARY KEY (room, id)
);
CREATE INDEX messages_user ON messages (user_id) WHERE user_id IS NOT NULL;
