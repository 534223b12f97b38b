-- What was measured on the pixels, by gantry-worker. Pictures lie in files beside: pictures/STUDY/SERIES/NAME.png, by the
-- ids of study and series here.

CREATE TABLE study_image (                     -- studies whose pixels were looked at
    study_id            INTEGER NOT NULL PRIMARY KEY REFERENCES study (id),
    instance_count      INTEGER NOT NULL,      -- what the study had then: more images make it due again
    measured_at_ms      INTEGER NOT NULL,
    in_history          INTEGER NOT NULL       -- 1 once its values were added to image_history
) STRICT;

CREATE TABLE series_image (
    series_id           INTEGER NOT NULL PRIMARY KEY REFERENCES series (id),
    instance_count      INTEGER NOT NULL,
    scanner_key         TEXT    NOT NULL,      -- Manufacturer | ManufacturerModelName | DeviceSerialNumber
    frames              INTEGER NOT NULL,
    pixels_sha256       TEXT    NOT NULL,      -- of all decoded values, hex; '' when some could not be decoded
    has_thumbnail       INTEGER NOT NULL,
    failure             TEXT    NOT NULL       -- sentence: why nothing could be measured; '' when it could
) STRICT;

CREATE TABLE image_measure (
    series_id           INTEGER NOT NULL REFERENCES series (id),
    check_name          TEXT    NOT NULL,      -- image.gnl_hu
    value               REAL,                  -- base unit; NULL when it could not be measured
    reason              TEXT    NOT NULL,      -- why not; '' when it could
    has_picture         INTEGER NOT NULL,
    PRIMARY KEY (series_id, check_name)
) STRICT;

CREATE TABLE image_history (                   -- of series that were sent: what is usual on this scanner for this slot
    scanner_key         TEXT    NOT NULL,
    trial_id            TEXT    NOT NULL,
    slot_id             TEXT    NOT NULL,
    check_name          TEXT    NOT NULL,
    series_id           INTEGER NOT NULL REFERENCES series (id),
    value               REAL    NOT NULL,
    at_ms               INTEGER NOT NULL,
    PRIMARY KEY (scanner_key, trial_id, slot_id, check_name, series_id)
) STRICT;
