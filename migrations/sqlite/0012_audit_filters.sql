-- What administrators look for in the log: acts of a kind, and what an account did or what was done to it, the newest first.
-- A kind is several acts, each of which is a part of an index in the order of the list.
CREATE INDEX audit_act ON audit (act, id);
CREATE INDEX audit_actor ON audit (actor, act, id);
CREATE INDEX audit_whom ON audit (whom, act, id) WHERE whom IS NOT NULL;

-- Whom the hosts of a room meant stood in `subject` alone: an account, or a device of it as `7:laptop`.
UPDATE audit
SET whom = CAST(subject AS INTEGER)
WHERE whom IS NULL
    AND act IN ('mute', 'remove', 'ban', 'unban', 'stop_share', 'lower_hand', 'spotlight', 'cohost', 'participant', 'take_role',
        'hand_over', 'admit', 'refuse')
    AND subject GLOB '[1-9]*'
    AND length(CAST(CAST(subject AS INTEGER) AS TEXT)) <= 15
    AND (subject || ':') GLOB (CAST(CAST(subject AS INTEGER) AS TEXT) || ':*');
