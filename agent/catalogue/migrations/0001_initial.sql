-- The catalogue: what this appliance knows. Times are Unix milliseconds, UTC. Text columns with states hold words, so
-- that a dump reads by itself. Patient data stands in instance facts and in study labels; the file is mode 0600.

CREATE TABLE association (
    id                 INTEGER NOT NULL PRIMARY KEY,
    calling_ae_title   TEXT    NOT NULL,
    called_ae_title    TEXT    NOT NULL,
    address            TEXT    NOT NULL,
    started_at_ms      INTEGER NOT NULL,
    ended_at_ms        INTEGER,
    ended_by           TEXT                    -- released | aborted | timed-out | restart; NULL while open
) STRICT;

CREATE TABLE segment (                         -- a spool file that instances are appended to
    id                 INTEGER NOT NULL PRIMARY KEY,
    name               TEXT    NOT NULL UNIQUE, -- file name in the spool folder
    closed             INTEGER NOT NULL         -- 0: may be appended to, its tail is verified after a crash; 1: whole;
                                                -- 2: all of it was purged and the file removed
) STRICT;

CREATE TABLE study_state (name TEXT NOT NULL PRIMARY KEY) STRICT;
INSERT INTO study_state (name) VALUES
    ('receiving'), ('complete'), ('unassigned'), ('checked'), ('held'), ('deidentifying'), ('ready'), ('uploading'),
    ('delivered'), ('confirmed'), ('purged'), ('quarantined');

CREATE TABLE study (
    id                 INTEGER NOT NULL PRIMARY KEY,
    trial_id           TEXT    NOT NULL,
    study_instance_uid TEXT    NOT NULL,       -- (0020,000D)
    state              TEXT    NOT NULL REFERENCES study_state (name),
    reason             TEXT    NOT NULL,       -- why it is held, unassigned or quarantined; '' otherwise
    subject_id         TEXT,                   -- the trial's subject; NULL until known
    visit_id           TEXT,
    patient_label      TEXT    NOT NULL,       -- PatientName as sent, for the people at the site
    patient_id         TEXT    NOT NULL,       -- (0010,0020)
    accession_number   TEXT    NOT NULL,       -- (0008,0050)
    study_date         TEXT    NOT NULL,       -- (0008,0020) as sent
    study_description  TEXT    NOT NULL,       -- (0008,1030)
    modality           TEXT    NOT NULL,       -- (0008,0060) of the first instance
    source             TEXT    NOT NULL,       -- calling AE title of the first instance
    instance_count     INTEGER NOT NULL,       -- kept with the rows, so that a board of thousands reads fast
    series_count       INTEGER NOT NULL,
    first_instance_at_ms INTEGER NOT NULL,
    last_instance_at_ms  INTEGER NOT NULL,
    changed_at_ms      INTEGER NOT NULL,
    UNIQUE (study_instance_uid, trial_id)
) STRICT;
CREATE INDEX study_by_state ON study (state, changed_at_ms);
CREATE INDEX study_by_change ON study (changed_at_ms);

CREATE TABLE series (
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    series_instance_uid TEXT    NOT NULL,      -- (0020,000E)
    modality            TEXT    NOT NULL,
    description         TEXT    NOT NULL,      -- (0008,103E)
    facts_base          TEXT    NOT NULL,      -- JSON: facts of its first instance; the others store what differs
    UNIQUE (study_id, series_instance_uid)
) STRICT;

CREATE TABLE instance (
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    series_id           INTEGER NOT NULL REFERENCES series (id),
    sop_instance_uid    TEXT    NOT NULL,      -- (0008,0018)
    sop_class_uid       TEXT    NOT NULL,      -- (0008,0016)
    transfer_syntax_uid TEXT    NOT NULL,      -- (0002,0010)
    segment_id          INTEGER NOT NULL REFERENCES segment (id),
    byte_offset         INTEGER NOT NULL,      -- of the PS3.10 file in the segment
    byte_length         INTEGER NOT NULL,
    meta_bytes          INTEGER NOT NULL,      -- of preamble and file meta group, which we wrote; the data set follows
    dataset_sha256      TEXT    NOT NULL,      -- of the data set as sent, hex
    facts_delta         TEXT    NOT NULL,      -- JSON, against the series' base
    association_id      INTEGER NOT NULL REFERENCES association (id),
    received_at_ms      INTEGER NOT NULL,
    conflict_of         INTEGER REFERENCES instance (id)  -- same UID, other bytes: kept, not used
) STRICT;
CREATE UNIQUE INDEX instance_by_uid ON instance (study_id, sop_instance_uid) WHERE conflict_of IS NULL;
CREATE UNIQUE INDEX instance_conflict ON instance (conflict_of, dataset_sha256) WHERE conflict_of IS NOT NULL;
CREATE INDEX instance_by_series ON instance (series_id);
CREATE INDEX instance_by_segment ON instance (segment_id);

CREATE TABLE refusal (                         -- refused, duplicate, conflicting objects and rejected associations
    id                  INTEGER NOT NULL PRIMARY KEY,
    at_ms               INTEGER NOT NULL,
    kind                TEXT    NOT NULL,      -- refused | duplicate | conflict | rejected_association | aborted | withheld
    reason              TEXT    NOT NULL,      -- slug
    sentence            TEXT    NOT NULL,
    advice              TEXT    NOT NULL,
    calling_ae_title    TEXT    NOT NULL,
    address             TEXT    NOT NULL,
    sop_instance_uid    TEXT    NOT NULL,      -- '' when there is none
    study_id            INTEGER REFERENCES study (id),
    association_id      INTEGER REFERENCES association (id),
    count               INTEGER NOT NULL,      -- of the same kind, reason and association
    acknowledged_by     TEXT,
    acknowledged_at_ms  INTEGER
) STRICT;
CREATE UNIQUE INDEX refusal_once ON refusal (coalesce(association_id, 0), kind, reason, sop_instance_uid, address);
CREATE INDEX refusal_by_time ON refusal (at_ms);

CREATE TABLE verdict (
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    number              INTEGER NOT NULL,      -- 1, 2, …: the highest one counts
    issued_at_ms        INTEGER NOT NULL,
    outcome             TEXT    NOT NULL,      -- pass | attention | fail | cannot_tell
    pack_id             TEXT    NOT NULL,
    pack_version        TEXT    NOT NULL,
    headline            TEXT    NOT NULL,
    advice              TEXT    NOT NULL,
    series              TEXT    NOT NULL,      -- JSON: the series and the slots they fill
    must_hold           INTEGER NOT NULL,
    UNIQUE (study_id, number)
) STRICT;

CREATE TABLE finding (
    verdict_id          INTEGER NOT NULL REFERENCES verdict (id),
    position            INTEGER NOT NULL,      -- worst first
    rule_id             TEXT    NOT NULL,
    slot_id             TEXT    NOT NULL,
    series_instance_uid TEXT    NOT NULL,
    result              TEXT    NOT NULL,
    severity            TEXT    NOT NULL,
    repair              TEXT    NOT NULL,
    label               TEXT    NOT NULL,
    expected            TEXT    NOT NULL,
    found               TEXT    NOT NULL,
    why                 TEXT    NOT NULL,
    advice              TEXT    NOT NULL,
    PRIMARY KEY (verdict_id, position)
) STRICT;

CREATE TABLE decision (
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    at_ms               INTEGER NOT NULL,
    kind                TEXT    NOT NULL,      -- assign | release | judge-again
    who                 TEXT    NOT NULL,
    why                 TEXT    NOT NULL,
    detail              TEXT    NOT NULL,
    verdict_number      INTEGER NOT NULL       -- the verdict it was made on; 0 before the first
) STRICT;
CREATE INDEX decision_by_study ON decision (study_id);

CREATE TABLE parcel (
    id                  TEXT    NOT NULL PRIMARY KEY, -- random, names the parcel on both sides
    study_id            INTEGER NOT NULL REFERENCES study (id),
    number              INTEGER NOT NULL,      -- 1: the first; more: supplements
    supplements         TEXT    REFERENCES parcel (id),
    file_name           TEXT    NOT NULL,      -- in the outbox folder
    bytes               INTEGER NOT NULL,
    sha256              TEXT    NOT NULL,      -- of the encrypted bytes, hex
    manifest_sha256     TEXT    NOT NULL,
    state               TEXT    NOT NULL CHECK (state IN ('made', 'uploading', 'delivered', 'confirmed')),
    resume_url          TEXT    NOT NULL,      -- '' when no upload is under way
    sent_bytes          INTEGER NOT NULL,
    attempts            INTEGER NOT NULL,      -- failed ones since the last success
    next_attempt_at_ms  INTEGER NOT NULL,
    waits               TEXT    NOT NULL,      -- sentence: why it waits; '' when it does not
    created_at_ms       INTEGER NOT NULL,
    delivered_at_ms     INTEGER,
    UNIQUE (study_id, number)
) STRICT;
CREATE INDEX parcel_by_state ON parcel (state, next_attempt_at_ms);

CREATE TABLE parcel_instance (
    instance_id         INTEGER NOT NULL PRIMARY KEY REFERENCES instance (id),
    parcel_id           TEXT    NOT NULL REFERENCES parcel (id)
) STRICT;
CREATE INDEX parcel_instance_by_parcel ON parcel_instance (parcel_id);

CREATE TABLE withheld (                        -- instances that stay at the site: they cannot be made safe
    instance_id         INTEGER NOT NULL PRIMARY KEY REFERENCES instance (id),
    reason              TEXT    NOT NULL       -- sentence
) STRICT;

CREATE TABLE receipt (
    parcel_id           TEXT    NOT NULL PRIMARY KEY REFERENCES parcel (id),
    document            TEXT    NOT NULL,      -- as the sponsor signed it
    verified_at_ms      INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id                  INTEGER NOT NULL PRIMARY KEY,
    at_ms               INTEGER NOT NULL,
    study_id            INTEGER,
    who                 TEXT    NOT NULL,      -- a person, or 'gantry'
    event               TEXT    NOT NULL,
    from_state          TEXT    NOT NULL,
    to_state            TEXT    NOT NULL,
    detail              TEXT    NOT NULL,
    chain               TEXT    NOT NULL       -- SHA-256 over the entry and the chain value before it
) STRICT;
CREATE INDEX audit_by_study ON audit (study_id);
