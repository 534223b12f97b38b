#pragma once
/// The verdict with two things only examples use: a slot that is given, and values that are given.

#include "gantry/qc/judge.hpp"
#include "observation.hpp"

namespace gantry::qc {

struct Forced {
    std::string slot;  ///< the first series is this slot's, whatever matching says; "" for matching
    Given values;
};

Verdict judgeStudy(const PackData& pack, const StudyFacts& study, const JudgeContext& context,
                   const Forced& forced);

}  // namespace gantry::qc
