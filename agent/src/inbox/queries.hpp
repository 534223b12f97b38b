#pragma once
/// Questions of the central team, and what the site answered.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct QuerySeries {
    std::string study_instance_uid, series_instance_uid;  ///< de-identified
};

struct QueryEntry {
    std::string entry_id;
    std::string side = "sponsor";  ///< sponsor | site
    UnixMillis at = 0;
    std::string who, text;
    std::string decision = {};
    std::vector<QuerySeries> series = {};
};

struct QueryRow {
    std::int64_t id = 0;
    std::string trial_id, query_id;
    std::optional<StudyId> study;  ///< nullopt: about none that is here
    std::string subject_id, visit_id;
    std::string study_instance_uid;  ///< de-identified
    std::string object_id;
    std::string topic;
    std::string wants = "text";  ///< text | decision | series
    std::vector<std::string> choices;
    std::optional<UnixMillis> due;
    std::string state = "open";  ///< open | closed
    std::string closed_why, closed_by;
    UnixMillis received_at = 0;
    bool unread = true;
    std::vector<QueryEntry> entries;  ///< oldest first
};

/// Adds it, or brings the one of its trial and query_id up to date. What the site said stays.
Result<> keepQuery(Database& db, const QueryRow& query);
/// Open ones first, by when they are due.
Result<std::vector<QueryRow>> queries(Database& db);
/// @errors NotFound
Result<QueryRow> queryById(Database& db, std::int64_t id);
Result<> addAnswerTo(Database& db, std::int64_t query, const QueryEntry& entry);
Result<> markQueryRead(Database& db, std::int64_t id);

/// The study that a query is about: of the parcel it names, else the one of the trial whose de-identified UID
/// it names, else the only one of that subject and visit.
struct DeidentifiedStudy {
    StudyId id;
    std::string study_instance_uid;  ///< as sent by the scanner
};
Result<std::optional<StudyId>> studyOfParcel(Database& db, const std::string& trial,
                                             const std::string& parcel);
Result<std::vector<DeidentifiedStudy>> studiesOfSubject(Database& db, const std::string& trial,
                                                        const std::string& subject, const std::string& visit);

/// As the scanners sent them.
struct SeriesHere {
    StudyId study;
    std::string study_instance_uid, series_instance_uid;
};
Result<std::vector<SeriesHere>> seriesOfTrial(Database& db, const std::string& trial);

}  // namespace gantry::agent
