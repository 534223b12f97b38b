-- One outbox for everything that goes to the sponsors: parcels and messages. How far an object got stands here alone;
-- the table parcel says what its parcel is.

CREATE TABLE outbox (
    object_id           TEXT    NOT NULL PRIMARY KEY, -- the parcel's or the message's
    kind                TEXT    NOT NULL CHECK (kind IN ('parcel', 'message')),
    topic               TEXT    NOT NULL,      -- a parcel's content, or a message's kind
    trial_id            TEXT    NOT NULL,
    file_name           TEXT    NOT NULL,      -- in the outbox folder
    bytes               INTEGER NOT NULL,
    sha256              TEXT    NOT NULL,      -- of the encrypted bytes, hex
    content_sha256      TEXT    NOT NULL,      -- of the manifest, or of the message's text: receipts name it
    priority            INTEGER NOT NULL,      -- lower goes first; of equals the older
    state               TEXT    NOT NULL CHECK (state IN ('made', 'uploading', 'delivered', 'confirmed')),
    resume_state        TEXT    NOT NULL,      -- of the transport, which alone reads it; '' when no upload is under way
    sent_bytes          INTEGER NOT NULL,
    attempts            INTEGER NOT NULL,      -- failed ones since the last success
    next_attempt_at_ms  INTEGER NOT NULL,
    wait_reason         TEXT    NOT NULL,      -- slug: why it waits; '' when it does not
    waits               TEXT    NOT NULL,      -- the same as a sentence
    paused_by           TEXT    NOT NULL,      -- '' unless a person paused it
    paused_at_ms        INTEGER,
    cancelled_at_ms     INTEGER,               -- it is sent no further
    file_removed        INTEGER NOT NULL,      -- of a cancelled one
    created_at_ms       INTEGER NOT NULL,
    delivered_at_ms     INTEGER
) STRICT;

INSERT INTO outbox
    SELECT p.id, 'parcel', p.content, s.trial_id, p.file_name, p.bytes, p.sha256, p.manifest_sha256, 30, p.state,
        p.resume_url, p.sent_bytes, p.attempts, p.next_attempt_at_ms, iif(p.waits = '', '', 'interrupted'), p.waits, '',
        NULL, p.cancelled_at_ms, p.file_removed, p.created_at_ms, p.delivered_at_ms
    FROM parcel p JOIN study s ON s.id = p.study_id;
CREATE INDEX outbox_by_trial ON outbox (trial_id, state, priority, created_at_ms);

DROP INDEX parcel_by_state;
ALTER TABLE parcel DROP COLUMN file_name;
ALTER TABLE parcel DROP COLUMN bytes;
ALTER TABLE parcel DROP COLUMN sha256;
ALTER TABLE parcel DROP COLUMN manifest_sha256;
ALTER TABLE parcel DROP COLUMN state;
ALTER TABLE parcel DROP COLUMN resume_url;
ALTER TABLE parcel DROP COLUMN sent_bytes;
ALTER TABLE parcel DROP COLUMN attempts;
ALTER TABLE parcel DROP COLUMN next_attempt_at_ms;
ALTER TABLE parcel DROP COLUMN waits;
ALTER TABLE parcel DROP COLUMN created_at_ms;
ALTER TABLE parcel DROP COLUMN delivered_at_ms;
ALTER TABLE parcel DROP COLUMN cancelled_at_ms;
ALTER TABLE parcel DROP COLUMN file_removed;

CREATE TABLE receipt_2 (                       -- of parcels and of messages
    parcel_id           TEXT    NOT NULL PRIMARY KEY REFERENCES outbox (object_id),
    document            TEXT    NOT NULL,      -- as the sponsor signed it
    verified_at_ms      INTEGER NOT NULL
) STRICT;
INSERT INTO receipt_2 SELECT parcel_id, document, verified_at_ms FROM receipt;
DROP TABLE receipt;
ALTER TABLE receipt_2 RENAME TO receipt;

CREATE TABLE outbox_pause (                    -- by a person
    trial_id            TEXT    NOT NULL PRIMARY KEY, -- '': everything
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL
) STRICT;

CREATE VIEW outbox_waiting AS                  -- why an object stands still, pauses included
    SELECT o.object_id,
        CASE WHEN o.state NOT IN ('made', 'uploading') THEN o.wait_reason
             WHEN everything.who IS NOT NULL OR trial.who IS NOT NULL OR o.paused_by <> '' THEN 'paused'
             ELSE o.wait_reason END AS reason,
        CASE WHEN o.state NOT IN ('made', 'uploading') THEN o.waits
             WHEN o.paused_by <> '' THEN o.paused_by || ' paused it.'
             WHEN everything.who IS NOT NULL THEN everything.who || ' paused all uploads.'
             WHEN trial.who IS NOT NULL THEN trial.who || ' paused the uploads of this trial.'
             ELSE o.waits END AS sentence
    FROM outbox o LEFT JOIN outbox_pause everything ON everything.trial_id = ''
        LEFT JOIN outbox_pause trial ON trial.trial_id = o.trial_id;

CREATE TABLE outbox_line (                     -- what a person allows the line, below what the configuration does
    id                  INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    bytes_per_second    INTEGER,               -- NULL: no limit of his
    from_minute         INTEGER,               -- local minutes of the day between which alone things are sent;
    to_minute           INTEGER,               -- both NULL: at all times
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL
) STRICT;
