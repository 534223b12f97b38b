#pragma once
/// A phantom of the scanner library, or files of a folder, through the analysis as the worker runs it.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "gantry/scanner/phantoms.hpp"
#include "phantom/analysis.hpp"

namespace gantry::test {

/// What was read of one study. Metrics of all analyses by name; "name.label" for those of several parts. The
/// first analysis that tells a metric counts.
struct PhantomReading {
    std::vector<imaging::phantom::Analysis> analyses;
    std::map<std::string, imaging::phantom::Metric> metrics;
    double seconds = 0;  ///< from opening the files to the last test, without drawing

    /// NaN when it was not measured.
    double value(const std::string& name) const;
    /// Why a test could not be done; "" when it was.
    std::string why(const std::string& test) const;
    /// Of the first analysis that is one.
    std::string kind() const;
};

PhantomReading readFiles(const std::vector<std::filesystem::path>& files, const std::string& kind = "",
                         const imaging::phantom::Form& form = {});
PhantomReading readFolder(const std::filesystem::path& folder, const std::string& kind = "",
                          const imaging::phantom::Form& form = {});

/// Makes the phantom's files in a temporary folder and reads them, with the form that belongs to them; `form`
/// overrules it.
struct ReadPhantom {
    std::map<std::string, double> truth;
    PhantomReading reading;
    double off(const std::string& metric) const { return reading.value(metric) - truth.at(metric); }
};
ReadPhantom readPhantom(std::string_view kind, const scanner::PhantomSetup& setup,
                        const imaging::phantom::Form& form = {});
/// Its files, for tests that do something to them first.
std::vector<std::filesystem::path> writePhantom(const scanner::PhantomStudy& study,
                                                const std::filesystem::path& folder);

}  // namespace gantry::test
