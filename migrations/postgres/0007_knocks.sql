-- Who asked to be let into a room that has a waiting room, and what became of it. One row for a person in a room: an admitted one
-- lets them in again without asking. `seen_on` is when they last said that they still wait.
CREATE TABLE knocks (
    id         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    room       BIGINT NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    user_id    BIGINT REFERENCES users (id) ON DELETE CASCADE,
    guest      TEXT   REFERENCES guests (id) ON DELETE CASCADE,
    state      TEXT   NOT NULL CHECK (state IN ('waiting', 'admitted', 'refused', 'withdrawn')),
    since      BIGINT NOT NULL,
    seen_on    BIGINT NOT NULL,
    decided_on BIGINT,
    CHECK ((user_id IS NULL) <> (guest IS NULL)),
    UNIQUE (room, user_id),
    UNIQUE (room, guest)
);
CREATE INDEX knocks_user ON knocks (user_id);
CREATE INDEX knocks_guest ON knocks (guest);
CREATE INDEX knocks_seen ON knocks (state, seen_on);
