#pragma once
/// The ledger of phantoms: what studies' images show, what was measured on phantoms, and who said what of it.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct PhantomValueRow {
    std::string metric, part, unit;
    double value = 0, uncertainty = 0;
    std::optional<double> low, high;
    std::string verdict;  ///< "pass" "warn" "fail" "review" "no_limit"
};

struct PhantomStudyRow {
    StudyId study = 0;
    int instances = 0;
    UnixMillis analysed_at = 0;
    std::string is_what;  ///< "patient" "phantom" "not_the_phantom" "cannot_analyse"
    bool filed_as_patient = false;
    std::string why, kind, phantom_id;
    std::optional<std::int64_t> scanner;
    std::string acquired_on;    ///< YYYYMMDD
    std::string said, said_by;  ///< a person's word, "patient" or "phantom"; ""
    std::string document = "[]";
};

/// Studies with a verdict whose images were not looked at as they are now, those that came last first.
Result<std::vector<StudyRow>> studiesToRecognise(Database& db, int limit = 50);
/// Whether nothing may leave yet, because nobody has looked whether it is a phantom.
Result<bool> awaitsRecognition(Database& db, StudyId study);
/// Why the study must not leave as a patient's; "" when nothing of a phantom stands against it.
Result<std::string> phantomHold(Database& db, StudyId study);

struct PhantomImage {
    std::string segment_name;
    std::uint64_t offset = 0, length = 0;
};
struct PhantomSeries {
    std::string modality;
    std::vector<PhantomImage> images;
};
Result<std::vector<PhantomSeries>> imagesToRecognise(Database& db, StudyId study);

/// Replaces what was known of the study; a person's word stays.
Result<> storePhantom(Database& db, const PhantomStudyRow& row, const std::vector<PhantomValueRow>& values);
/// @errors NotFound
Result<PhantomStudyRow> phantomOf(Database& db, StudyId study);
Result<std::vector<PhantomValueRow>> phantomValues(Database& db, StudyId study);
/// All that are, or are said to be, phantoms of this scanner, oldest first; nullopt: of no known scanner.
Result<std::vector<PhantomStudyRow>> phantomsOfScanner(Database& db, std::optional<std::int64_t> scanner);
Result<> sayPhantom(Database& db, StudyId study, const std::string& is_what, const std::string& who);

struct PhantomConfirmation {
    std::string metric;
    double value = 0;
    std::string who;
    UnixMillis at = 0;
};
/// Whether the value is a pre-score: it waits for a person's eyes, or a person has said it.
Result<bool> isPreScore(Database& db, StudyId study, const std::string& metric);
Result<> setPhantomVerdict(Database& db, StudyId study, const std::string& metric,
                           const std::string& verdict);
Result<> confirmPhantomValue(Database& db, StudyId study, const PhantomConfirmation& confirmation);
Result<std::vector<PhantomConfirmation>> phantomConfirmations(Database& db, StudyId study);

/// Replaces what was typed of the filling, and has the study measured again.
Result<> setPhantomForm(Database& db, StudyId study, const std::map<std::string, std::string>& form);
Result<std::map<std::string, std::string>> phantomForm(Database& db, StudyId study);

struct PhantomStatement {
    std::string who;
    UnixMillis at = 0;
    std::string document;
};
Result<> addPhantomStatement(Database& db, StudyId study, const PhantomStatement& statement);
/// The newest.
Result<std::optional<PhantomStatement>> phantomStatement(Database& db, StudyId study);
struct UnsentStatement {
    std::int64_t id = 0;
    StudyId study = 0;
    std::string document;
};
/// Signed, and no message of it lies in the outbox yet.
Result<std::vector<UnsentStatement>> unsentStatements(Database& db);
Result<> markStatementQueued(Database& db, std::int64_t id);

/// Day of the last change of the scanner that was noted, YYYYMMDD on the site's clock; "" for none.
Result<std::string> lastChangeOf(Database& db, std::int64_t scanner);

std::filesystem::path phantomPictures(const std::filesystem::path& data_directory, StudyId study);

}  // namespace gantry::agent
