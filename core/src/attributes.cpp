#include "gantry/core/attributes.hpp"

#include <algorithm>

#include "attributes_computed.hpp"
#include "attributes_groups.hpp"

namespace gantry {
namespace {

bool hasPrefix(const Facts& facts, std::string_view prefix) {
    const auto at = facts.lower_bound(prefix);
    return at != facts.end() && at->first.starts_with(prefix);
}

FrameValues forAllFrames(FrameValue value) {
    FrameValues one;
    one.values.push_back(value);
    return one;
}

struct Alias {
    std::string_view classic;
    std::string_view enhanced;
};

/// What enhanced objects call the same thing in the same unit (PS3.3 C.8.13, C.8.15).
constexpr Alias kAliases[] = {
    {"EchoTime", "EffectiveEchoTime"},         {"Exposure", "ExposureInmAs"},
    {"ExposureTime", "ExposureTimeInms"},      {"ImageLaterality", "FrameLaterality"},
    {"ImagedNucleus", "ResonantNucleus"},      {"InversionTime", "InversionTimes"},
    {"XRayTubeCurrent", "XRayTubeCurrentInmA"}};

std::string_view enhancedName(std::string_view name) {
    const auto* alias = std::ranges::find(kAliases, name, &Alias::classic);
    return alias == std::end(kAliases) ? std::string_view() : alias->enhanced;
}

/// Values of a path at the top level, one for each innermost item.
void collectItems(const Facts& facts, const std::string& prefix, std::span<const std::string_view> parts,
                  std::vector<FrameValues>& values) {
    const std::string name = prefix + std::string(parts.front());
    if (parts.size() == 1) {
        const auto found = facts.find(name);
        values.push_back(forAllFrames(found == facts.end() ? FrameValue() : FrameValue(found->second)));
        return;
    }
    for (std::size_t i = 0;; ++i) {
        const auto item = name + "[" + std::to_string(i) + "]";
        const bool empty = facts.contains(item);
        if (!empty && !hasPrefix(facts, item + ".")) return;
        collectItems(facts, item + ".", parts.subspan(1), values);
    }
}

}  // namespace

FrameValue FrameValues::at(std::size_t frame) const {
    if (values.size() == 1) return values.front();
    return frame < values.size() ? values[frame] : FrameValue();
}

Attributes::Attributes(const Facts& facts) : facts_(facts) {
    if (FunctionalGroups::presentIn(facts)) groups_ = std::make_unique<FunctionalGroups>(facts);
}

Attributes::~Attributes() = default;

std::size_t Attributes::frames() const {
    return groups_ ? groups_->frames() : 1;
}

FrameValues Attributes::values(std::string_view name) {
    auto all = items(name);
    return all.empty() ? FrameValues() : std::move(all.front());
}

std::vector<FrameValues> Attributes::items(std::string_view name) {
    if (const auto compute = computedAttribute(name)) {
        FrameValues computed = compute(*this);
        if (computed.values.empty()) return {};
        return {std::move(computed)};
    }
    std::vector<FrameValues> found;
    if (groups_) found = groups_->find(name, GroupReach::Macro);
    if (found.empty()) found = outsideGroups(name);
    if (found.empty() && groups_) found = groups_->find(name, GroupReach::Deeper);
    if (found.empty() && name.starts_with('('))
        if (const auto value = nestedPrivate(name)) found.push_back(forAllFrames(*value));
    if (found.empty())
        if (const auto other = enhancedName(name); !other.empty()) return items(other);
    return found;
}

std::vector<FrameValues> Attributes::outsideGroups(std::string_view name) const {
    if (const auto found = facts_.find(name); found != facts_.end()) return {forAllFrames(found->second)};
    const auto parts = partsOf(name);
    if (parts.size() > 1) {
        std::vector<FrameValues> values;
        collectItems(facts_, "", parts, values);
        const bool absent = std::ranges::none_of(
            values, [](const FrameValues& item) { return item.values.front().has_value(); });
        if (absent) values.clear();
        return values;
    }
    if (name.ends_with("Sequence") && hasPrefix(facts_, std::string(name) + "[0]"))
        return {forAllFrames("present")};
    return {};
}

std::optional<std::string_view> Attributes::nestedPrivate(std::string_view name) {
    if (!nested_private_) {
        nested_private_.emplace();
        for (const auto& [path, value] : facts_) {
            const std::size_t start = path.rfind("].(");
            if (start == std::string::npos || path.starts_with("PerFrameFunctionalGroupsSequence[")) continue;
            nested_private_->emplace(std::string_view(path).substr(start + 2), value);
        }
    }
    const auto found = nested_private_->find(name);
    return found == nested_private_->end() ? std::nullopt : std::optional(found->second);
}

}  // namespace gantry
