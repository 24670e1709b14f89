-- What the people who run the server look for. The words of a name, an address or a title are kept apart, in lower case, so that a search by
-- their beginnings is a range of an index; the server cuts and folds them, the same for every database. `name_key` is the last name
-- and the first in lower case, what a list by name is sorted by.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
CREATE INDEX users_name ON users (name_key, id);

CREATE TABLE user_words (
    item INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    word TEXT    NOT NULL,
    PRIMARY KEY (item, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_words_word ON user_words (word, item);

CREATE TABLE room_words (
    item INTEGER NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    word TEXT    NOT NULL,
    PRIMARY KEY (item, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_words_word ON room_words (word, item);

-- What administrators set while the server runs. A setting that is not here has its default.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- The log of what administrators do is the one of what hosts do: `room` is 0 where it is about none, `actor` is 0 for the command
-- line; `whom` is the account that it is about, `address` from where it was asked.
ALTER TABLE audit ADD COLUMN whom INTEGER;
ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
