-- Version 1 of the hub's index: what is arriving, what has arrived, what went wrong.
CREATE TABLE upload (
    id            TEXT    NOT NULL PRIMARY KEY,  -- 32 random hex digits, the last part of its URL
    site          TEXT    NOT NULL,
    length        INTEGER,                       -- NULL: not told yet (Upload-Defer-Length)
    metadata      TEXT    NOT NULL,              -- Upload-Metadata as it was sent
    parcel_id     TEXT    NOT NULL,
    sha256        TEXT,                          -- announced, 64 lower-case hex digits
    state         TEXT    NOT NULL CHECK (state IN
                  ('receiving',                  -- its bytes lie in uploads/{id}.part
                   'finishing',                  -- verified; on its way to parcels/
                   'done',
                   'discarded')),                -- see reason; answered with 410
    checked_bytes INTEGER,                       -- not NULL: only so many bytes have their checksum verified
    reason        TEXT,                          -- of 'discarded': mismatch, conflict, expired, terminated
    created_at_ms INTEGER NOT NULL,              -- Unix epoch, UTC
    ended_at_ms   INTEGER
) STRICT;
CREATE INDEX upload_by_state ON upload (state);

CREATE TABLE parcel (
    site           TEXT    NOT NULL,
    parcel_id      TEXT    NOT NULL,
    sha256         TEXT    NOT NULL,             -- of the encrypted bytes
    bytes          INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('received', 'opened', 'refused')),
    reason_code    TEXT,                         -- of 'refused': slug of the error table
    reason         TEXT,
    trial          TEXT,                         -- of 'opened', from the manifest, as all below
    subject        TEXT,
    visit          TEXT,
    instances      INTEGER,
    folder         TEXT,                         -- below the hub's directory
    received_at_ms INTEGER NOT NULL,
    judged_at_ms   INTEGER,                      -- opened and receipt written, or refused
    PRIMARY KEY (site, parcel_id)
) STRICT;
CREATE INDEX parcel_by_state ON parcel (state, received_at_ms);

CREATE TABLE incident (                          -- what a person should know of
    id        INTEGER NOT NULL PRIMARY KEY,
    at_ms     INTEGER NOT NULL,
    site      TEXT    NOT NULL,
    kind      TEXT    NOT NULL,                  -- digest-mismatch, parcel-conflict, parcel-refused
    parcel_id TEXT    NOT NULL,
    detail    TEXT    NOT NULL
) STRICT;
