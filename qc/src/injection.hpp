#pragma once
/// Whether contrast or a tracer was given already: what `before_injection` of a rule hangs on.

#include <string_view>
#include <vector>

#include "gantry/qc/judge.hpp"
#include "pack_data.hpp"
#include "series_view.hpp"

namespace gantry::qc {

/// Attributes that tell of an injection; columns of every series once a rule has `before_injection`.
inline constexpr std::string_view kSignsOfInjection[] = {"ContrastBolusAgent", "ContrastBolusAgentSequence",
                                                         "ContrastBolusStartTime"};

/// True when a series is of a modality that images a tracer (PT, NM), names a contrast agent or
/// when it was given (PS3.3 C.7.6.4), or a person has answered when contrast was injected.
bool tellsOfInjection(const PackData& pack, const JudgeContext& context,
                      const std::vector<const SeriesView*>& series);

}  // namespace gantry::qc
