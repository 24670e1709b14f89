-- The version in which a room's settings were last changed. A change that was made for that one or a later one undoes nothing that
-- somebody else has set: roles and the spotlight raise the version too.
ALTER TABLE rooms ADD COLUMN settled INTEGER NOT NULL DEFAULT 1;
UPDATE rooms SET settled = version;
