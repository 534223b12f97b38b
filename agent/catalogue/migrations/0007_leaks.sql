-- What the leak gate found in outputs that did not leave, and what people at the site did about it. No value stands here.

CREATE TABLE leak (                            -- of a study's last passage through the gate
    id                  INTEGER NOT NULL PRIMARY KEY,
    study_id            INTEGER NOT NULL REFERENCES study (id),
    place               TEXT    NOT NULL,      -- path of the attribute without item numbers, or 'bytes of PixelData'
    what                TEXT    NOT NULL,      -- kind of the value: 'patient name'
    tag                 INTEGER NOT NULL,      -- attribute that can be removed; 0: none
    settled             TEXT    NOT NULL CHECK (settled IN ('', 'removed', 'withheld')),
    UNIQUE (study_id, place, what)
) STRICT;

CREATE TABLE leak_instance (
    leak_id             INTEGER NOT NULL REFERENCES leak (id) ON DELETE CASCADE,
    instance_id         INTEGER NOT NULL REFERENCES instance (id) ON DELETE CASCADE,
    PRIMARY KEY (leak_id, instance_id)
) STRICT;
CREATE INDEX leak_instance_by_instance ON leak_instance (instance_id);

CREATE TABLE removal (                         -- attributes that a person took out of a study; proposals for the pack
    study_id            INTEGER NOT NULL REFERENCES study (id),
    tag                 INTEGER NOT NULL,
    place               TEXT    NOT NULL,
    what                TEXT    NOT NULL,
    who                 TEXT    NOT NULL,
    why                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL,
    PRIMARY KEY (study_id, tag)
) STRICT;
