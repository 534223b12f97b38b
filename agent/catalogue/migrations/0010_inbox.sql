-- What comes from the sponsor: what was taken of each trial's inbox, packs and their life, questions, and what is to be
-- told in return.

CREATE TABLE inbox_item (                      -- targets that were looked at
    trial_id            TEXT    NOT NULL,
    name                TEXT    NOT NULL,      -- path in the repository
    digest              TEXT    NOT NULL,      -- of the content, and of what the metadata say of it besides
    state               TEXT    NOT NULL CHECK (state IN ('taken', 'refused')),
    reasons             TEXT    NOT NULL,      -- a sentence a line; '' when it was taken
    at_ms               INTEGER NOT NULL,
    PRIMARY KEY (trial_id, name)
) STRICT;

CREATE TABLE inbox_document (                  -- texts that hold until the next one comes; decrypted
    trial_id            TEXT    NOT NULL,
    name                TEXT    NOT NULL,      -- trial.json | settings.json | settings.age | roster.age
    content             TEXT    NOT NULL,
    taken_at_ms         INTEGER NOT NULL,
    PRIMARY KEY (trial_id, name)
) STRICT;

CREATE TABLE inbox_poll (                      -- the last look into a trial's inbox
    trial_id            TEXT    NOT NULL PRIMARY KEY,
    polled_at_ms        INTEGER NOT NULL,
    refreshed_at_ms     INTEGER NOT NULL,      -- the last one that succeeded; 0: none did
    root_version        INTEGER NOT NULL,
    timestamp_version   INTEGER NOT NULL,
    trouble             TEXT    NOT NULL       -- why the last look failed; '' when it did not
) STRICT;

CREATE TABLE pack_version (
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    pack_id             TEXT    NOT NULL,
    version             TEXT    NOT NULL,
    content             TEXT    NOT NULL,      -- canonical JSON
    digest              TEXT    NOT NULL,      -- SHA-256 of the content
    state               TEXT    NOT NULL CHECK (state IN ('scheduled', 'in-force', 'former')),
    in_force_at_ms      INTEGER NOT NULL,      -- not before
    withdrawn           TEXT    NOT NULL,      -- why it must not be used any more; '' when it may
    changes             TEXT    NOT NULL,      -- JSON: differences to the one before, in words
    trial_run           TEXT    NOT NULL,      -- JSON: recent studies judged by it on trial
    offered_at_ms       INTEGER NOT NULL,
    in_force_since_ms   INTEGER,
    UNIQUE (trial_id, version)
) STRICT;

CREATE TABLE pack_acknowledgement (            -- who has read it
    pack_version_id     INTEGER NOT NULL REFERENCES pack_version (id),
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL,
    PRIMARY KEY (pack_version_id, who)
) STRICT;

CREATE TABLE query (                           -- a question of the central team
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    query_id            TEXT    NOT NULL,
    study_id            INTEGER REFERENCES study (id),  -- NULL: about none that is here
    subject_id          TEXT    NOT NULL,
    visit_id            TEXT    NOT NULL,
    study_instance_uid  TEXT    NOT NULL,      -- de-identified
    object_id           TEXT    NOT NULL,      -- of a parcel
    topic               TEXT    NOT NULL,
    wants               TEXT    NOT NULL CHECK (wants IN ('text', 'decision', 'series')),
    choices             TEXT    NOT NULL,      -- JSON: list of texts
    due_at_ms           INTEGER,
    state               TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    closed_why          TEXT    NOT NULL,
    closed_by           TEXT    NOT NULL,
    received_at_ms      INTEGER NOT NULL,
    unread              INTEGER NOT NULL,      -- 1: something came that nobody here has looked at
    UNIQUE (trial_id, query_id)
) STRICT;
CREATE INDEX query_by_study ON query (study_id);

CREATE TABLE query_entry (
    id                  INTEGER NOT NULL PRIMARY KEY,
    query               INTEGER NOT NULL REFERENCES query (id),
    entry_id            TEXT    NOT NULL,
    side                TEXT    NOT NULL CHECK (side IN ('sponsor', 'site')),
    at_ms               INTEGER NOT NULL,
    who                 TEXT    NOT NULL,
    text                TEXT    NOT NULL,
    decision            TEXT    NOT NULL,
    series              TEXT    NOT NULL,      -- JSON: list of {study_instance_uid, series_instance_uid}, de-identified
    UNIQUE (query, side, entry_id)
) STRICT;

CREATE TABLE software_offer (
    trial_id            TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    version             TEXT    NOT NULL,
    notes               TEXT    NOT NULL,
    digest              TEXT    NOT NULL,
    bytes               INTEGER NOT NULL,
    offered_at_ms       INTEGER NOT NULL,
    PRIMARY KEY (trial_id, name)
) STRICT;

CREATE TABLE message_due (                     -- what is to be told to a sponsor and is not in the outbox yet
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    kind                TEXT    NOT NULL,
    fields              TEXT    NOT NULL,      -- JSON
    at_ms               INTEGER NOT NULL
) STRICT;
