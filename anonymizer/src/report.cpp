#include "report.hpp"

namespace gantry::anonymizer {

std::string_view toString(Done done) {
    switch (done) {
        case Done::Kept:
            return "kept";
        case Done::Removed:
            return "removed";
        case Done::Emptied:
            return "emptied";
        case Done::Replaced:
            return "replaced";
        case Done::UidMapped:
            return "uid-mapped";
        case Done::DateShifted:
            return "date-shifted";
        case Done::TrialValue:
            return "trial-value";
        case Done::Cleaned:
            return "cleaned";
    }
    return "";
}

ReportBuilder::Node ReportBuilder::inside(Node parent, dicom::Tag sequence) {
    const auto key = std::uint64_t{parent} << 32 | sequence.value;
    const auto [found, added] = known_.emplace(key, static_cast<Node>(steps_.size()));
    if (added) steps_.push_back({parent, sequence});
    return found->second;
}

void ReportBuilder::add(Node parent, dicom::Tag tag, Done done, std::string_view reason) {
    ++counts_[{parent, tag, done, reason}];
}

std::string ReportBuilder::pathOf(Node node) const {
    if (node == kRoot) return {};
    return pathOf(steps_[node].parent) + dicom::nameOf(steps_[node].tag) + "[].";
}

void ReportBuilder::fill(DeidReport& report) const {
    report.lines.reserve(counts_.size());
    for (const auto& [key, count] : counts_) {
        const auto& [parent, tag, done, reason] = key;
        report.counts[static_cast<std::size_t>(done)] += count;
        report.lines.push_back({pathOf(parent) + dicom::nameOf(tag), done, reason, count});
    }
}

}  // namespace gantry::anonymizer
