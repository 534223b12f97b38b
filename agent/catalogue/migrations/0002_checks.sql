-- What people say about images, what accepted scans leave for later visits, and the scanners seen here.

ALTER TABLE finding ADD COLUMN question TEXT NOT NULL DEFAULT '';  -- whose answer would settle it
ALTER TABLE finding ADD COLUMN picture  TEXT NOT NULL DEFAULT '';  -- check whose picture shows where the trouble is
ALTER TABLE finding ADD COLUMN waiver   TEXT NOT NULL DEFAULT '';  -- deviation it is waived under

CREATE TABLE answer (                          -- to questions of the pack; the newest one counts
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    question_id         TEXT    NOT NULL,
    value               TEXT    NOT NULL,
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL
) STRICT;
CREATE INDEX answer_by_study ON answer (study_id);

CREATE TABLE placement (                       -- a person said which slot a series is; the newest one counts
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    series_instance_uid TEXT    NOT NULL,
    slot_id             TEXT    NOT NULL,      -- '': none of them
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL
) STRICT;
CREATE INDEX placement_by_study ON placement (study_id);

CREATE TABLE placement_memory (                -- the same for all series of one scanner and protocol
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    series_key          TEXT    NOT NULL,      -- scanner and ProtocolName
    slot_id             TEXT    NOT NULL,
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL,
    UNIQUE (trial_id, series_key)
) STRICT;

CREATE TABLE waiver (                          -- a failed rule is let pass
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    study_id            INTEGER REFERENCES study (id), -- NULL: for all studies of the subject
    subject_id          TEXT    NOT NULL,
    rule_id             TEXT    NOT NULL,
    deviation           TEXT    NOT NULL,      -- its number
    until               TEXT    NOT NULL,      -- YYYYMMDD, '': no end
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL
) STRICT;
CREATE INDEX waiver_by_subject ON waiver (trial_id, subject_id);

CREATE TABLE fingerprint (                     -- of the verdict in force; counts once the study was cleared or released
    study_id            INTEGER NOT NULL PRIMARY KEY REFERENCES study (id),
    document            TEXT    NOT NULL       -- JSON: slot, then check name, then values
) STRICT;

CREATE TABLE scanner (
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    scanner_key         TEXT    NOT NULL,      -- values of the pack's scanners.key
    label               TEXT    NOT NULL,
    first_seen_ms       INTEGER NOT NULL,
    last_seen_ms        INTEGER NOT NULL,
    watched             TEXT    NOT NULL,      -- JSON: keyword to value when last seen
    qualified           INTEGER,               -- NULL: nobody has said
    qualified_by        TEXT    NOT NULL,
    qualified_on        TEXT    NOT NULL,      -- YYYYMMDD
    at_qualification    TEXT    NOT NULL,      -- JSON: keyword to value
    reconstruction      TEXT    NOT NULL,      -- JSON: check name to value of the qualified reconstruction
    standard            TEXT    NOT NULL,      -- 'EARL1'; '' for none
    UNIQUE (trial_id, scanner_key)
) STRICT;

CREATE TABLE scanner_change (
    id                  INTEGER NOT NULL PRIMARY KEY,
    scanner_id          INTEGER NOT NULL REFERENCES scanner (id),
    at_ms               INTEGER NOT NULL,
    name                TEXT    NOT NULL,
    before              TEXT    NOT NULL,
    now                 TEXT    NOT NULL
) STRICT;

CREATE TABLE phantom_pass (
    scanner_id          INTEGER NOT NULL REFERENCES scanner (id),
    phantom_id          TEXT    NOT NULL,
    passed_on           TEXT    NOT NULL,      -- YYYYMMDD
    who                 TEXT    NOT NULL,
    PRIMARY KEY (scanner_id, phantom_id, passed_on)
) STRICT;
