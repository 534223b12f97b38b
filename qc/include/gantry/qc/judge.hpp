#pragma once
/// The verdict on one study: pure, reads facts only, never opens a file.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/facts.hpp"
#include "gantry/core/verdict.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::qc {

struct InstanceFacts {
    std::string sop_instance_uid;
    const Facts* facts;  ///< not owned; lives as long as the study's facts do
};

struct SeriesFacts {
    std::string series_instance_uid;
    std::vector<InstanceFacts> instances;  ///< any order
};

struct StudyFacts {
    std::string study_instance_uid;
    std::vector<SeriesFacts> series;  ///< any order: the verdict does not depend on it
    int unreadable = 0;               ///< images that came and could not be read: no series has them
};

/// What enrolment says of the person this study was assigned to.
struct Enrolment {
    std::string subject_id;
    std::optional<std::string> sex;  ///< as PatientSex: "F", "M", "O"
    std::optional<int> birth_year = {};
    std::optional<std::string> laterality = {};       ///< "L" "R" "B": the side the trial looks at
    std::map<std::string, std::string> anchors = {};  ///< "first_dose", "event.eot" to a date YYYYMMDD
};

/// What a person answered to a question of the pack's `console`.
struct ConsoleAnswer {
    std::string question_id;
    std::string value;  ///< "5.4 mmol/l", "true", "false", "143000" (a TM), text
    std::string who;
};

/// An accepted scan of this subject, at this or another visit. Newest first.
struct EarlierScan {
    std::string study_instance_uid;
    std::string visit_id;
    std::string study_date;  ///< YYYYMMDD
    std::vector<Fingerprint> fingerprints;
};

/// A slot that a person chose for a series, now or for the same scanner and ProtocolName before.
struct Placement {
    std::string series_instance_uid;
    std::string slot_id;  ///< "": the person said that it is none of the slots
    PlacedBy by = PlacedBy::Person;
};

/// A failed rule that the trial has agreed to let pass.
struct Waiver {
    std::string rule_id;
    std::string deviation;  ///< its number
    std::string by;
    std::string until;  ///< YYYYMMDD, "" for no end
};

/// What the site's scanner registry knows of one scanner.
struct ScannerRecord {
    std::string key;
    std::optional<bool> qualified;                        ///< nullopt: nobody has said
    std::string qualified_on;                             ///< YYYYMMDD
    std::map<std::string, std::string> at_qualification;  ///< keyword to value when it was qualified
    std::map<std::string, std::string> reconstruction;  ///< check name to value: the qualified reconstruction
    std::string reconstruction_standard;                ///< "EARL1"; "" for none
    std::map<std::string, std::string> phantom_passed_on;  ///< phantom id to YYYYMMDD of the last pass
};

/// Measures of one series' pixels, by check name (image.*), in base units.
struct ImageMeasure {
    double value = 0;
    bool has_picture = false;
    std::optional<double> median;  ///< running, of this scanner and slot; nullopt below 20 accepted series
    std::optional<double> mad;     ///< median absolute deviation
};
struct SeriesImages {
    std::string series_instance_uid;
    std::map<std::string, ImageMeasure> measures;
    std::map<std::string, std::string> reasons;  ///< check name to why it could not be measured
    std::string identical_to;  ///< UID of another series of the trial with the same pixels; or ""
    bool in_other_study = false;  ///< that series is of another study
    bool failed = false;       ///< what should have measured them broke on them
};

struct JudgeContext {
    std::string site_id;
    std::string visit_id;                           ///< "" when no visit is assigned
    std::optional<Enrolment> enrolment;             ///< nullopt: no subject is assigned
    std::vector<std::string> enrolled_subject_ids;  ///< of this trial at this site
    std::vector<std::string> trained_operators;     ///< OperatorsName of those in the training log
    std::string today;                              ///< YYYYMMDD at the site; "" when not told
    std::string received_at;  ///< DT of the last image's arrival, "20261123141500.000+0100"; "" when not told
    std::vector<ConsoleAnswer> answers;
    std::vector<EarlierScan> earlier;  ///< of this subject, other studies
    std::vector<Placement> placements;
    std::vector<Waiver> waivers;
    std::vector<ScannerRecord> scanners;
    std::vector<SeriesImages> images;
};

/// Tells series of one study that have equal digests of each other; "" stands for no digest. As many digests as series.
void noteIdentical(std::vector<SeriesImages>& images, const std::vector<std::string>& digests);

/// Judges every rule of the pack on the study. Equal input gives an equal verdict. A rule whose input is
/// absent or unreadable never passes. Findings hold no value that identifies the patient.
Verdict judge(const Pack& pack, const StudyFacts& study, const JudgeContext& context);

}  // namespace gantry::qc
