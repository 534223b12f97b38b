#pragma once
/// A pack's own examples: small invented series with the results its author expects. A pack whose examples
/// differ is not put in force.

#include <string>
#include <vector>

#include "gantry/core/verdict.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::qc {

struct ExampleResult {
    std::string name;
    bool executed = true;  ///< false for examples of phantoms, which need phantom analysis
    std::vector<std::string>
        differences;  ///< "CT-GAP: expected pass, got fail (found 2 mm)"; empty when all is as expected
    Verdict verdict;
};

std::vector<ExampleResult> runExamples(const Pack& pack);

}  // namespace gantry::qc
