#pragma once
/// What would happen to each element of an object and why; never a value of it.

#include <filesystem>
#include <string>
#include <vector>

#include "gantry/anonymizer/engine.hpp"

namespace gantry::agent {

struct Explained {
    std::string where;  ///< path by keywords: "ContentSequence[].PersonName"
    std::string what;   ///< "removed", "date-shifted"; the action code when the object would be held
    std::string why;    ///< the engine's reason
    std::string table;  ///< what Table E.1-1 says of it under the policy
    std::uint32_t count = 1;
};

struct Explanation {
    std::string held;  ///< why the object as a whole would stay here; "" when it would not
    std::vector<Explained> lines;
};

/// Runs the engine with a key of its own and keeps nothing. An object that is held is explained by the rules
/// of its attributes alone.
/// @errors NotFound, Io, NotDicom, DicomLimit
Result<Explanation> explain(const std::filesystem::path& file, const anonymizer::DeidPolicy& policy);

}  // namespace gantry::agent
