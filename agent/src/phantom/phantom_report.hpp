#pragma once
/// Results of phantom tests as one HTML page that stands alone: to be read, printed and kept.

#include <filesystem>
#include <string>
#include <vector>

#include "phantom/phantom_answer.hpp"

namespace gantry::agent {

struct PhantomStudyReport {
    qc::PhantomDecision decision;
    PhantomReading reading;
    std::string failure;                ///< why the study could not be analysed at all; ""
    std::vector<std::string> left_out;  ///< files, and why each is not part of it
};

/// @param pictures  the folder the pictures of the readings lie in; one that is not there is left out
std::string phantomReport(const std::vector<PhantomStudyReport>& studies,
                          const std::filesystem::path& pictures);

/// A value as people write it, "190.4 ± 0.1 mm".
std::string phantomValueText(const qc::PhantomMetric& metric);
/// What it was held against, "at most 3 mm"; "" when there is no limit.
std::string phantomLimitText(const qc::PhantomLimit& limit, std::string_view unit);

}  // namespace gantry::agent
