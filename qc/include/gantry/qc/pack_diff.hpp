#pragma once
/// What changed between two versions of a pack, in words: for the people who approve the newer one.

#include <boost/json/object.hpp>
#include <string>
#include <vector>

namespace gantry::qc {

struct PackChange {
    std::string section;               ///< "rules", "parameters", "slots"
    std::string text;                  ///< "CT-THICK (slot cap): at most 5 mm -> at most 3 mm"
    std::vector<std::string> details;  ///< sentences that were reworded, one a line
};

/// Compares canonical documents of valid packs. The order of keys and of rules means nothing.
std::vector<PackChange> comparePacks(const boost::json::object& before, const boost::json::object& after);

}  // namespace gantry::qc
