#pragma once
/// What happens at a scanner on good and on bad days, as series and the order they are sent in.

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "gantry/scanner/series.hpp"

namespace gantry::scanner {

enum class Scenario {
    Good,       ///< one complete series, as the trial wants it
    Thick,      ///< slices of 7.5 mm
    Missing,    ///< two neighbouring slices in the middle are not sent
    Duplicate,  ///< two positions are there twice, under different UIDs
    Conflict,   ///< one instance comes again with the same UID and other content
    Late,       ///< the last five instances come after a pause, on another association
    Localizer,  ///< a localizer series goes ahead of the complete one
};
std::optional<Scenario> scenarioNamed(std::string_view name);
std::string_view nameOf(Scenario scenario);
inline constexpr Scenario kScenarios[] = {Scenario::Good,      Scenario::Thick,    Scenario::Missing,
                                          Scenario::Duplicate, Scenario::Conflict, Scenario::Late,
                                          Scenario::Localizer};

/// Instances that go over one set of associations.
struct Wave {
    std::chrono::milliseconds pause_before{0};
    std::vector<Instance> instances;
};

struct Delivery {
    InventedPatient patient;
    std::string study_instance_uid;
    std::vector<Wave> waves;
    std::vector<PlantedValue> planted;
    std::size_t instances() const;
};

struct ScenarioSpec {
    Scenario scenario = Scenario::Good;
    SeriesSpec series;                        ///< Thick and Missing change what makes them so
    std::chrono::milliseconds late_by{5000};  ///< the pause of Late
};

Result<Delivery> makeDelivery(const ScenarioSpec& spec);

}  // namespace gantry::scanner
