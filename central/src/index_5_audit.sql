-- Version 5: who did what at the sponsor's end. Each row's chain is a digest over it and the one before.
CREATE TABLE audit (
    id     INTEGER NOT NULL PRIMARY KEY,
    at_ms  INTEGER NOT NULL,                     -- Unix epoch, UTC
    who    TEXT    NOT NULL,                     -- a person's name, as they or their site gave it
    event  TEXT    NOT NULL,
    site   TEXT    NOT NULL,                     -- '' for all
    detail TEXT    NOT NULL,
    chain  TEXT    NOT NULL                      -- 64 hex digits
) STRICT;
