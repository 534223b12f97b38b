#pragma once
/// Every kind of study the builders make, by name, and what may be done to it: for the command line.

#include <span>

#include "gantry/scanner/examination.hpp"
#include "gantry/scanner/scenario.hpp"

namespace gantry::scanner {

struct Kind {
    std::string_view name;
    std::string_view says;  ///< one line for --help
    std::vector<ImageSeries> (*make)(Examination examination);
};
std::span<const Kind> kinds();
const Kind* kindNamed(std::string_view name);

/// Applies one damage to every series: "drop:2,3", "duplicate:1", "shift:2", "turn:2", "resize:2", "lossy",
/// "remove:KEYWORD", "garbage:KEYWORD". @errors InvalidArgument, with the damages there are
Result<> damage(std::vector<ImageSeries>& study, std::string_view what);

/// All series of a study as one wave. @errors InvalidArgument when it holds no image
Result<Delivery> deliver(const std::vector<ImageSeries>& study,
                         std::string_view transfer_syntax_uid = kExplicitLittleEndian);

/// The study of a kind, damaged, as one wave. @errors of damage(); InvalidArgument when no image is left
Result<Delivery> deliver(const Kind& kind, const Examination& examination,
                         const std::vector<std::string>& damages,
                         std::string_view transfer_syntax_uid = kExplicitLittleEndian);

}  // namespace gantry::scanner
