-- Version 4: sites and their enrolment, what is said to them, what they say besides images.
CREATE TABLE site (
    site           TEXT    NOT NULL PRIMARY KEY,
    created_at_ms  INTEGER NOT NULL,             -- Unix epoch, UTC, as all that end with _ms
    token_sha256   TEXT,                         -- of a site that shows a token; 64 lower-case hex digits
    recipient      TEXT,                         -- of an enrolled one: "age1…"
    statement_key  TEXT,                         -- and "gantry-ed25519-public:…"
    accepted_at_ms INTEGER,
    accepted_by    TEXT,
    revoked_at_ms  INTEGER,                      -- not NULL: it gets in no longer
    revoked_why    TEXT
) STRICT;

CREATE TABLE enrolment (
    id            TEXT    NOT NULL PRIMARY KEY,  -- 32 random hex digits, the request's id
    site          TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN
                  ('open',                       -- its file was made
                   'requested',                  -- somebody with the file asks; a person decides
                   'accepted', 'rejected')),
    token         TEXT,                          -- 64 hex digits; NULL once it was decided
    made_at_ms    INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    request       TEXT,
    fingerprint   TEXT,                          -- what is compared over the telephone
    answer        TEXT
) STRICT;
CREATE INDEX enrolment_by_site ON enrolment (site);

CREATE TABLE certificate (                       -- those that are let in
    fingerprint  TEXT    NOT NULL PRIMARY KEY,   -- SHA-256 of the public key, 64 hex digits
    site         TEXT    NOT NULL REFERENCES site (site),
    serial       TEXT    NOT NULL,
    issued_at_ms INTEGER NOT NULL,
    not_after_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE statement (                         -- receipts, refusals and queries for sites, by the online role
    site            TEXT    NOT NULL,
    name            TEXT    NOT NULL,            -- below sites/{site}/
    text            TEXT    NOT NULL,            -- signed; encrypted for the site when it is published as .age
    state           TEXT    NOT NULL CHECK (state IN ('waiting', 'published', 'taken')),
    made_at_ms      INTEGER NOT NULL,
    taken_at_ms     INTEGER,
    PRIMARY KEY (site, name)
) STRICT;
CREATE INDEX statement_by_state ON statement (state, site);

ALTER TABLE upload ADD COLUMN object_kind TEXT NOT NULL DEFAULT 'parcel' CHECK (object_kind IN ('parcel', 'message'));
ALTER TABLE parcel ADD COLUMN object_kind TEXT NOT NULL DEFAULT 'parcel' CHECK (object_kind IN ('parcel', 'message'));

CREATE TABLE message (                           -- what sites said, verified
    site           TEXT    NOT NULL,
    message_id     TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    made_at        TEXT    NOT NULL,             -- as the site says, ISO 8601 UTC
    received_at_ms INTEGER NOT NULL,
    text           TEXT    NOT NULL,             -- what was signed, canonical
    PRIMARY KEY (site, message_id)
) STRICT;
CREATE INDEX message_by_kind ON message (kind, site, received_at_ms);

CREATE TABLE query (
    query_id    TEXT    NOT NULL PRIMARY KEY,
    site        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    content     TEXT    NOT NULL,                -- what is signed, JSON
    asked_at_ms INTEGER NOT NULL,
    due         TEXT    NOT NULL                 -- ISO 8601 UTC, or ''
) STRICT;
CREATE INDEX query_by_site ON query (site, state);

CREATE TABLE expected (                          -- the roster, and whom the EDC says was seen
    site     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    visit    TEXT NOT NULL,                      -- '' for the subject itself
    from_day TEXT NOT NULL,                      -- YYYYMMDD or ''
    to_day   TEXT NOT NULL,
    content  TEXT NOT NULL,                      -- of a subject: what the roster says of it, JSON
    PRIMARY KEY (site, subject, visit)
) STRICT;
