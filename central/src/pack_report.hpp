#pragma once
/// What `pack test` found, for people and as JSON. Findings hold nothing that identifies a patient; UIDs
/// stand in the JSON alone, so that an author can find the images again.

#include <boost/json/object.hpp>
#include <iosfwd>
#include <vector>

#include "gantry/qc/examples.hpp"
#include "pack_folder.hpp"

namespace gantry::central {

struct StudyReport {
    std::string study_instance_uid;
    std::size_t instances = 0;
    std::size_t unreadable = 0;
    std::size_t duplicates = 0;
    Verdict verdict;
};

struct FolderReport {
    std::string visit_id;
    FolderIndex index;
    std::vector<StudyReport> studies;
};

/// Findings that nobody could judge.
std::size_t cannotTell(const Verdict& verdict);

/// "ok", "differs" or "not run", the name, and what was said.
void print(std::ostream& out, const qc::ExampleResult& example);
/// What a technologist would see on the page: outcome, headline, advice, each series with its slot and
/// findings, the questions.
void print(std::ostream& out, const FolderReport& report);

boost::json::object toJson(const qc::ExampleResult& example);
/// Adds "visit", "files", "studies", "series" (one object a series, slot null where it has none) and
/// "findings" (one object a rule and series; series null where it is about several or the study).
void addTo(boost::json::object& out, const FolderReport& report);

}  // namespace gantry::central
