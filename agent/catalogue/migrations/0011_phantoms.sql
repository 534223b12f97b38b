-- The ledger of phantoms: what each study's images show, what was measured, who confirmed and signed. Pictures lie in
-- pictures/STUDY/phantom/NAME.png.

INSERT INTO study_state (name) VALUES ('phantom');

CREATE TABLE phantom_study (
    study_id            INTEGER NOT NULL PRIMARY KEY REFERENCES study (id),
    instance_count      INTEGER NOT NULL,      -- what the study had then: more images make it due again
    analysed_at_ms      INTEGER NOT NULL,
    is_what             TEXT    NOT NULL,      -- patient | phantom | not_the_phantom | cannot_analyse
    filed_as_patient    INTEGER NOT NULL,      -- 1: no header says phantom
    why                 TEXT    NOT NULL,      -- sentence; ''
    kind                TEXT    NOT NULL,      -- 'acr_mri'; '' of patients
    phantom_id          TEXT    NOT NULL,      -- of the pack; '' when it has none of this kind
    scanner_id          INTEGER REFERENCES scanner (id),
    acquired_on         TEXT    NOT NULL,      -- YYYYMMDD
    said                TEXT    NOT NULL,      -- patient | phantom: a person's word; ''
    said_by             TEXT    NOT NULL,
    document            TEXT    NOT NULL       -- JSON: analyses with tests, values, limits, pictures
) STRICT;
CREATE INDEX phantom_study_by_scanner ON phantom_study (scanner_id, acquired_on);

CREATE TABLE phantom_value (
    study_id            INTEGER NOT NULL REFERENCES phantom_study (study_id),
    metric              TEXT    NOT NULL,      -- 'acr_mri.piu'
    part                TEXT    NOT NULL,      -- '37' (a sphere); ''
    unit                TEXT    NOT NULL,
    value               REAL    NOT NULL,
    uncertainty         REAL    NOT NULL,
    low                 REAL,                  -- limits it was held against
    high                REAL,
    verdict             TEXT    NOT NULL,      -- pass | warn | fail | review | no_limit
    PRIMARY KEY (study_id, metric, part)
) STRICT;

CREATE TABLE phantom_confirmation (            -- what a person reads from the pictures; takes the place of a pre-score
    study_id            INTEGER NOT NULL REFERENCES phantom_study (study_id),
    metric              TEXT    NOT NULL,
    value               REAL    NOT NULL,
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL,
    PRIMARY KEY (study_id, metric)
) STRICT;

CREATE TABLE phantom_form (                    -- what the site typed of a filling
    study_id            INTEGER NOT NULL REFERENCES phantom_study (study_id),
    name                TEXT    NOT NULL,      -- 'activity_mbq'
    value               TEXT    NOT NULL,
    PRIMARY KEY (study_id, name)
) STRICT;

CREATE TABLE phantom_statement (               -- signed; the newest of a study counts
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES phantom_study (study_id),
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL,
    document            TEXT    NOT NULL,      -- `report` of the message phantom-report
    queued              INTEGER NOT NULL       -- 1 once the sponsor's message lies in the outbox
) STRICT;
CREATE INDEX phantom_statement_by_study ON phantom_statement (study_id);
