-- Accounts of the people of this site. A person is never deleted: the name stands beside decisions.

CREATE TABLE person (
    id                  INTEGER NOT NULL PRIMARY KEY,
    name                TEXT    NOT NULL UNIQUE,  -- what is typed to sign in; lower case
    full_name           TEXT    NOT NULL UNIQUE,  -- stands beside what this person decides
    role                TEXT    NOT NULL CHECK (role IN ('technologist', 'site-it', 'investigator', 'auditor')),
    password            TEXT    NOT NULL,      -- scrypt:LOG2N:R:P:SALT:HASH, Base64
    must_change         INTEGER NOT NULL,      -- 1: another person knows the password
    pin                 TEXT    NOT NULL,      -- as password; '' where none is set
    totp_secret         TEXT    NOT NULL,      -- sealed under people.key, Base64; '' where none is set
    totp_last_step      INTEGER NOT NULL,      -- a code is taken once
    added_at_ms         INTEGER NOT NULL,
    added_by            TEXT    NOT NULL,
    left_at_ms          INTEGER                -- signs in no more
) STRICT;

ALTER TABLE decision ADD COLUMN signature TEXT NOT NULL DEFAULT '';  -- what the signature means; '' where none was asked
