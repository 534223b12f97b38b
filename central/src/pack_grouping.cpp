#include "pack_grouping.hpp"

#include <algorithm>
#include <tuple>

namespace gantry::central {

namespace {

constexpr std::string_view kCoded[] = {
    "MRAcquisitionType", "ScanningSequence",     "SequenceVariant", "ConvolutionKernel",
    "Units",             "ReconstructionMethod", "SOPClassUID"};

struct Split {
    std::string_view keyword;
    double widest_step;  ///< from one value to the next within a group, as a ratio
};
constexpr Split kSplits[] = {{"EchoTime", 1.25},
                             {"EffectiveEchoTime", 1.25},
                             {"RepetitionTime", 1.25},
                             {"InversionTime", 1.25},
                             {"SliceThickness", 1.5}};

std::string signatureOf(const SeriesTechnique& series) {
    std::string text = series.modality + "|" + series.plane + "|" + (series.contrast ? "contrast" : "") + "|";
    for (const std::string& component : series.image_type) text += component + "\\";
    for (const auto keyword : kCoded) {
        text += "|";
        if (const auto found = series.values.find(keyword); found != series.values.end())
            for (const std::string& value : found->second) text += value + "/";
    }
    return text;
}

/// The smallest value, or a number below all when there is none.
double placeOf(const SeriesTechnique& series, std::string_view keyword) {
    const auto numbers = series.numbers(keyword);
    return numbers.empty() ? -1 : numbers.front();
}

std::vector<TechniqueGroup> splitBy(const Split& split, TechniqueGroup group) {
    const auto place = [&](const SeriesTechnique& series) { return placeOf(series, split.keyword); };
    std::ranges::stable_sort(group.series, {}, place);
    std::vector<TechniqueGroup> parts;
    double last = 0;
    for (SeriesTechnique& series : group.series) {
        const double here = place(series);
        const bool near = last > 0 ? here <= last * split.widest_step : here <= 0;
        if (parts.empty() || !near) parts.emplace_back();
        parts.back().series.push_back(std::move(series));
        last = here;
    }
    return parts;
}

}  // namespace

std::size_t TechniqueGroup::studies() const {
    std::set<std::size_t> found;
    for (const SeriesTechnique& one : series) found.insert(one.study);
    return found.size();
}

std::size_t TechniqueGroup::mostInOneStudy() const {
    std::map<std::size_t, std::size_t> counts;
    std::size_t most = 0;
    for (const SeriesTechnique& one : series) most = std::max(most, ++counts[one.study]);
    return most;
}

bool TechniqueGroup::allHave(std::string_view keyword) const {
    return std::ranges::all_of(series, [&](const auto& one) { return one.values.contains(keyword); });
}

bool TechniqueGroup::noneHas(std::string_view keyword) const {
    return std::ranges::none_of(series, [&](const auto& one) { return one.values.contains(keyword); });
}

std::vector<TechniqueGroup> groupByTechnique(std::vector<SeriesTechnique> series) {
    std::map<std::string, TechniqueGroup> by_signature;
    for (SeriesTechnique& one : series) {
        const std::string signature = signatureOf(one);
        by_signature[signature].series.push_back(std::move(one));
    }
    std::vector<TechniqueGroup> groups;
    for (auto& [signature, group] : by_signature) groups.push_back(std::move(group));
    for (const Split& split : kSplits) {
        std::vector<TechniqueGroup> parts;
        for (TechniqueGroup& group : groups)
            for (TechniqueGroup& part : splitBy(split, std::move(group))) parts.push_back(std::move(part));
        groups = std::move(parts);
    }
    std::ranges::stable_sort(groups, std::greater<>{}, [](const TechniqueGroup& group) {
        return std::tuple(group.studies(), group.series.size());
    });
    return groups;
}

}  // namespace gantry::central
