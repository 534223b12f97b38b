-- Burnt-in text: what was found in the pixels of an instance, and what a person said about it. Pictures lie in files
-- beside: pictures/STUDY/pixels/INSTANCE.png.

CREATE TABLE pixel_look (                      -- the last look at an instance of a kind that is looked at
    instance_id         INTEGER NOT NULL PRIMARY KEY REFERENCES instance (id),
    study_id            INTEGER NOT NULL REFERENCES study (id),
    outcome             TEXT    NOT NULL,      -- clean | blanked | doubtful | cannot
    reason              TEXT    NOT NULL,      -- clause; '' when there is nothing to say
    findings            TEXT    NOT NULL,      -- JSON: [{x, y, width, height, kind, spared}], pixels
    frames              INTEGER NOT NULL,
    image_rows          INTEGER NOT NULL,
    image_columns       INTEGER NOT NULL,
    has_picture         INTEGER NOT NULL,
    looked_at_ms        INTEGER NOT NULL
) STRICT;
CREATE INDEX pixel_look_by_study ON pixel_look (study_id);

CREATE TABLE pixel_word (                      -- a person's word, which counts instead of looking
    instance_id         INTEGER NOT NULL PRIMARY KEY REFERENCES instance (id),
    study_id            INTEGER NOT NULL REFERENCES study (id),
    boxes               TEXT    NOT NULL,      -- 'x,y,width,height x,y,width,height'; '' for no text at all
    who                 TEXT    NOT NULL,
    at_ms               INTEGER NOT NULL
) STRICT;
