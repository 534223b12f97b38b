#include "gantry/qc/placement.hpp"

#include "pack_data.hpp"

namespace gantry::qc {

namespace {

std::string oneValue(const SeriesFacts& series, std::string_view keyword) {
    std::string value;
    for (const InstanceFacts& instance : series.instances) {
        const auto found = instance.facts->find(keyword);
        if (found == instance.facts->end() || found->second.empty()) return {};
        if (!value.empty() && value != found->second) return {};
        value = found->second;
    }
    return value;
}

}  // namespace

std::string placementMemoryKey(const Pack& pack, const SeriesFacts& series) {
    std::vector<std::string> keywords;
    if (pack.data().scanners)
        for (const CheckName& check : pack.data().scanners->key) keywords.push_back(check.name);
    if (keywords.empty()) keywords = {"Manufacturer", "ManufacturerModelName"};
    keywords.emplace_back("ProtocolName");
    std::string key;
    for (const std::string& keyword : keywords) {
        const std::string value = oneValue(series, keyword);
        if (value.empty()) return {};
        key += (key.empty() ? "" : " | ") + value;
    }
    return key;
}

}  // namespace gantry::qc
