#pragma once
/// Small packs and studies for tests, written as an author and a scanner would write them.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gantry/qc/judge.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::test {

/// The smallest valid pack with one slot "s" that takes any CT; `rules` are lines of the slot's rule list ("-
/// {…}"), `more` are further top-level lines.
std::string smallPack(const std::string& rules, const std::string& more = "");
qc::Pack packFromYaml(const std::string& yaml);
/// Messages "path: message" of a pack that must not load.
std::vector<std::string> mistakesOf(const std::string& yaml);

/// A study that owns its facts.
class InventedStudy {
public:
    /// Adds a series of `count` axial slices from `start_mm` on; `facts` are added to usual ones of a CT.
    /// @param dropped  indices that are left out
    InventedStudy& series(const std::string& uid, int count, double spacing_mm, const Facts& facts = {},
                          double start_mm = 0, const std::vector<int>& dropped = {});
    /// Adds one instance without any usual facts.
    InventedStudy& instance(const std::string& series_uid, const Facts& facts);
    /// One image, counted in the order they were added, says something else; nullopt: nothing.
    InventedStudy& change(std::size_t image, const std::string& attribute, std::optional<std::string> value);
    const qc::StudyFacts& facts() const { return study_; }
    /// The same study with series and instances in reverse order.
    qc::StudyFacts reversed() const;

private:
    qc::SeriesFacts& seriesOf(const std::string& uid);
    qc::StudyFacts study_{"2.25.100", {}};
    std::vector<std::shared_ptr<Facts>> owned_;
};

qc::JudgeContext enrolled(const std::string& visit = "V");
/// The finding of a rule; the test fails when there is none.
const Finding& finding(const Verdict& verdict, const std::string& rule_id);
/// How many findings a rule has.
std::size_t findings(const Verdict& verdict, const std::string& rule_id);

}  // namespace gantry::test
