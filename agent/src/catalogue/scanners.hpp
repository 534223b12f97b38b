#pragma once
/// The registry of scanners: who they are, what changed, what they were qualified as.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct ScannerRow {
    std::int64_t id = 0;
    std::string trial_id, key, label;
    UnixMillis first_seen = 0;
    UnixMillis last_seen = 0;
    std::map<std::string, std::string> watched;  ///< keyword to value when last seen
    std::optional<bool> qualified;               ///< nullopt: nobody has said
    std::string qualified_by;
    std::string qualified_on;  ///< YYYYMMDD
    std::map<std::string, std::string> at_qualification;
    std::map<std::string, std::string> reconstruction;  ///< check name to value
    std::string standard;
    std::map<std::string, std::string> phantoms;  ///< phantom to YYYYMMDD of the last pass
};
struct ScannerChange {
    UnixMillis at = 0;
    std::string name, before, now;
};

/// Enters a new scanner, or notes that a known one was seen, and what of it changed.
Result<> noteScanner(Database& db, const std::string& trial, const ScannerSeen& seen, UnixMillis now);
/// All, or those of one trial; "" for all.
Result<std::vector<ScannerRow>> scanners(Database& db, const std::string& trial);
/// @errors NotFound
Result<ScannerRow> scannerById(Database& db, std::int64_t id);
/// Newest first.
Result<std::vector<ScannerChange>> changesOf(Database& db, std::int64_t scanner);
/// Writes qualification, reconstruction and standard of `row`.
Result<> setQualification(Database& db, const ScannerRow& row);
Result<> addPhantomPass(Database& db, std::int64_t scanner, const std::string& phantom,
                        const std::string& passed_on, const std::string& who);

}  // namespace gantry::agent
