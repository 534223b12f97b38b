-- Who is who at this site, corrections by two people, and parcels that the sponsor is told to withdraw.

CREATE TABLE crosswalk_key (                   -- tells whether the key file is the one that the rows are sealed with
    id                  INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    check_value         TEXT    NOT NULL       -- HMAC-SHA256 of a fixed text, hex
) STRICT;

CREATE TABLE crosswalk (                       -- a patient of the hospital is a subject of the trial
    id                  INTEGER NOT NULL PRIMARY KEY,
    trial_id            TEXT    NOT NULL,
    subject_id          TEXT    NOT NULL,
    patient_hmac        TEXT    NOT NULL,      -- HMAC-SHA256 of the normalised PatientID under the site's key, hex
    issuer_hmac         TEXT    NOT NULL,      -- the same of IssuerOfPatientID; '' when none was told
    sealed              TEXT    NOT NULL,      -- AES-256-GCM of the patient's values, Base64; bound to the columns above
    source              TEXT    NOT NULL,      -- person | roster | header | import | correction
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL,
    ended_by            TEXT    NOT NULL,      -- '' while in force
    ended_at_ms         INTEGER                -- NULL while in force
) STRICT;
CREATE UNIQUE INDEX crosswalk_subject ON crosswalk (trial_id, subject_id) WHERE ended_at_ms IS NULL;
CREATE UNIQUE INDEX crosswalk_patient ON crosswalk (trial_id, patient_hmac, issuer_hmac) WHERE ended_at_ms IS NULL;

CREATE TABLE correction (                      -- of a wrong assignment: one person proposes, another confirms
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    scope               TEXT    NOT NULL CHECK (scope IN ('study', 'patient')),
    from_subject        TEXT    NOT NULL,
    from_visit          TEXT    NOT NULL,
    to_subject          TEXT    NOT NULL,      -- '': no subject of the trial
    to_visit            TEXT    NOT NULL,
    proposed_by         TEXT    NOT NULL,
    why                 TEXT    NOT NULL,
    proposed_at_ms      INTEGER NOT NULL,
    state               TEXT    NOT NULL CHECK (state IN ('proposed', 'confirmed', 'rejected')),
    decided_by          TEXT    NOT NULL,
    decided_why         TEXT    NOT NULL,
    decided_at_ms       INTEGER
) STRICT;
CREATE UNIQUE INDEX correction_open ON correction (study_id) WHERE state = 'proposed';
CREATE INDEX correction_by_study ON correction (study_id);

ALTER TABLE study ADD COLUMN identity_trouble TEXT NOT NULL DEFAULT '';  -- why subject and patient do not fit

ALTER TABLE parcel ADD COLUMN content TEXT NOT NULL DEFAULT 'images';    -- images | verdict | withdrawal
ALTER TABLE parcel ADD COLUMN subject_id TEXT NOT NULL DEFAULT '';       -- as its manifest says
ALTER TABLE parcel ADD COLUMN last_decision INTEGER NOT NULL DEFAULT 0;  -- newest decision that its manifest knows of
ALTER TABLE parcel ADD COLUMN withdraw_reason TEXT NOT NULL DEFAULT '';  -- slug: it is to be withdrawn at the sponsor
ALTER TABLE parcel ADD COLUMN withdrawn_by TEXT REFERENCES parcel (id);  -- the parcel that tells the sponsor
ALTER TABLE parcel ADD COLUMN cancelled_at_ms INTEGER;                   -- it is sent no further
ALTER TABLE parcel ADD COLUMN file_removed INTEGER NOT NULL DEFAULT 0;   -- of a cancelled one
UPDATE parcel SET subject_id = coalesce((SELECT subject_id FROM study s WHERE s.id = parcel.study_id), ''),
    last_decision = coalesce((SELECT max(id) FROM decision d WHERE d.study_id = parcel.study_id), 0);

ALTER TABLE study ADD COLUMN patient_hmac TEXT NOT NULL DEFAULT '';      -- as crosswalk.patient_hmac; stays after retention
ALTER TABLE study ADD COLUMN issuer_hmac  TEXT NOT NULL DEFAULT '';
CREATE INDEX study_by_patient ON study (trial_id, patient_hmac) WHERE patient_hmac <> '';
