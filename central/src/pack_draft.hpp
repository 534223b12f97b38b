#pragma once
/// A pack drafted from series that were accepted: text in YAML with the spread of what was found as comments.

#include <set>
#include <string>
#include <vector>

#include "pack_grouping.hpp"

namespace gantry::central {

struct DraftRule {
    std::string id;       ///< "S1-TR"
    std::string yaml;     ///< members after the id: "check: …, op: …, value: …"
    std::string comment;  ///< "2000 in 5 of 6 series, 2000 to 2300"; "" for none
    std::string why;
    std::string advice;
};

struct DraftSlot {
    std::string id;                  ///< "s1-mr-axial"
    std::string label;               ///< in words of the technique
    std::string comment;             ///< in how many studies and series
    std::size_t series = 0;          ///< it was made from
    std::vector<std::string> must;   ///< conditions as YAML
    std::string must_not;            ///< one more: components of Image Type that other slots have; or ""
    std::vector<std::string> score;  ///< conditions with weight
    double all_points = 0;
    std::size_t most_in_a_visit = 1;
    bool needed = true;  ///< in every study
    std::vector<DraftRule> rules;
};

struct Draft {
    std::string id;
    std::string title;
    std::size_t studies = 0;
    std::vector<DraftSlot> slots;
    std::vector<std::string> remarks;  ///< comments at the top
};

/// @param groups  as groupByTechnique gives them; more than 20 are left out with a remark
Draft draftFrom(const std::vector<TechniqueGroup>& groups, std::size_t studies);

/// The draft as a pack an author can go on with.
std::string toYaml(const Draft& draft);

}  // namespace gantry::central
