#pragma once
/// A sponsor and a site that know each other, both running.

#include <initializer_list>
#include <optional>
#include <string>

#include "gantry/scanner/scenario.hpp"
#include "site.hpp"
#include "sponsor.hpp"
#include "support.hpp"

namespace gantry::test {

struct Installation {
    TemporaryDirectory folder;
    Sponsor sponsor;
    Site site;
};

struct Enrolled {
    std::string subject;
    const scanner::Delivery& delivery;
};

/// Subjects of the roster with the hospital numbers of these deliveries; 0417-009 is enrolled without a
/// number. Nullopt, said loudly, where gantryd or gantry-hub is not built. Fails the test when they do not
/// start.
/// @param min_coverage_mm  what the pack asks of a series; the shipped pack's own figure when absent
std::optional<Installation> installOrSkip(std::initializer_list<Enrolled> enrolled,
                                          std::optional<int> min_coverage_mm = {});
std::optional<Installation> installOrSkip(const std::vector<RosterEntry>& roster,
                                          std::optional<int> min_coverage_mm = {});

/// The same with another pack, as YAML.
std::optional<Installation> installOrSkip(const std::vector<RosterEntry>& roster,
                                          const std::filesystem::path& pack);

}  // namespace gantry::test
