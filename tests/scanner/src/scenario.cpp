#include "gantry/scanner/scenario.hpp"

#include <algorithm>
#include <iterator>

namespace gantry::scanner {

namespace {

constexpr int kLateInstances = 5;

struct ScenarioName {
    Scenario scenario;
    std::string_view name;
};
constexpr ScenarioName kNames[] = {
    {Scenario::Good, "good"},           {Scenario::Thick, "thick"},       {Scenario::Missing, "missing"},
    {Scenario::Duplicate, "duplicate"}, {Scenario::Conflict, "conflict"}, {Scenario::Late, "late"},
    {Scenario::Localizer, "localizer"},
};

SeriesSpec shaped(Scenario scenario, SeriesSpec spec) {
    const int middle = spec.slices / 2;
    if (scenario == Scenario::Thick) {
        // The same range of the body in thicker slices, unless the caller asked for a thickness already
        // beyond.
        const double range_mm = spec.slices * spec.thickness_mm;
        spec.thickness_mm = std::max(spec.thickness_mm, 7.5);
        spec.slices = std::max(1, static_cast<int>(range_mm / spec.thickness_mm));
        spec.technique.series_description = "CAP venous 7.5 Br40";
    }
    if (scenario == Scenario::Missing) spec.left_out = {middle, middle + 1};
    if (scenario == Scenario::Duplicate) spec.doubled = {middle, middle + 1};
    return spec;
}

void append(Delivery& delivery, const Series& series) {
    auto& planted = delivery.planted;
    for (const auto& value : series.planted) {
        const auto same = [&](const PlantedValue& other) { return other.bytes == value.bytes; };
        if (std::none_of(planted.begin(), planted.end(), same)) planted.push_back(value);
    }
    auto& instances = delivery.waves.back().instances;
    instances.insert(instances.end(), series.instances.begin(), series.instances.end());
}

/// One of the middle instances once more, processed otherwise under its old UID.
Result<> appendConflict(Delivery& delivery, SeriesSpec spec) {
    spec.pixel_variant += 1;
    auto series = GANTRY_TRY(makeSeries(spec));
    series.instances = {series.instances[series.instances.size() / 2]};
    append(delivery, series);
    return {};
}

void holdBackTheLast(Delivery& delivery, std::chrono::milliseconds pause) {
    auto& first = delivery.waves.front().instances;
    const auto held = std::min<std::ptrdiff_t>(kLateInstances, std::ssize(first) - 1);
    Wave late{pause, {std::make_move_iterator(first.end() - held), std::make_move_iterator(first.end())}};
    first.erase(first.end() - held, first.end());
    delivery.waves.push_back(std::move(late));
}

}  // namespace

std::optional<Scenario> scenarioNamed(std::string_view name) {
    for (const auto& row : kNames)
        if (row.name == name) return row.scenario;
    return std::nullopt;
}

std::string_view nameOf(Scenario scenario) {
    for (const auto& row : kNames)
        if (row.scenario == scenario) return row.name;
    return "";
}

std::size_t Delivery::instances() const {
    std::size_t count = 0;
    for (const auto& wave : waves) count += wave.instances.size();
    return count;
}

Result<Delivery> makeDelivery(const ScenarioSpec& wanted) {
    const auto spec = shaped(wanted.scenario, wanted.series);
    const auto series = GANTRY_TRY(makeSeries(spec));
    Delivery delivery{series.patient, series.study_instance_uid, {Wave{}}, {}};
    if (wanted.scenario == Scenario::Localizer) append(delivery, GANTRY_TRY(makeSeries(localizerOf(spec))));
    append(delivery, series);
    if (wanted.scenario == Scenario::Conflict) GANTRY_CHECK(appendConflict(delivery, spec));
    if (wanted.scenario == Scenario::Late) holdBackTheLast(delivery, wanted.late_by);
    return delivery;
}

}  // namespace gantry::scanner
