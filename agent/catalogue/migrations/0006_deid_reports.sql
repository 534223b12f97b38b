-- What de-identification did, rule by rule. The digest stands in the audit's entry of the parcel.

CREATE TABLE deid_report (
    parcel_id           TEXT    NOT NULL PRIMARY KEY REFERENCES parcel (id),
    study_id            INTEGER NOT NULL REFERENCES study (id),
    made_at_ms          INTEGER NOT NULL,
    report              TEXT    NOT NULL,      -- JSON, as `deid` of the parcel's manifest: docs/formats/parcel.md
    sha256              TEXT    NOT NULL       -- of report, hex
) STRICT;
CREATE INDEX deid_report_by_study ON deid_report (study_id);
