#include "gantry/anonymizer/pack_policy.hpp"

#include <set>

namespace gantry::anonymizer {
namespace {

/// What the rules read and nobody else decides about; an attribute of the table stays by an option alone.
std::vector<dicom::Tag> keptFor(const PackDeidentification& said, std::span<const dicom::Tag> read,
                                const DeidPolicy& options) {
    std::set<dicom::Tag> tags(said.keep.begin(), said.keep.end());
    for (const auto tag : read)
        if (dicom::lookup(tag) != nullptr && actionFor(tag, options).origin == Origin::NotListed)
            tags.insert(tag);
    for (const auto tag : said.remove) tags.erase(tag);
    return {tags.begin(), tags.end()};
}

Documents documentsOf(PackDocuments documents) {
    switch (documents) {
        case PackDocuments::Hold:
            return Documents::Hold;
        case PackDocuments::Replace:
            return Documents::Replace;
        case PackDocuments::Clean:
            return Documents::Clean;
    }
    return Documents::Hold;
}

}  // namespace

Result<DeidPolicy> policyOf(const PackDeidentification& said, std::span<const dicom::Tag> read) {
    auto parsed = parsePolicy(said.options);
    if (!parsed) return within("deidentification options of the pack", parsed.error());
    auto policy = *std::move(parsed);
    policy.keep = keptFor(said, read, policy);
    policy.remove = said.remove;
    policy.words = said.words;
    policy.age_cap_years = said.age_cap_years;
    policy.uid_root = said.uid_root;
    policy.documents = documentsOf(said.documents);
    policy.screening = said.screening == PackScreening::All ? Screening::All : Screening::Risky;
    policy.gate_reads_pixels = said.gate_reads_pixels;
    for (const auto& region : said.pixel_regions)
        policy.pixel_regions.push_back({region.modality, region.manufacturer, region.model, region.rows,
                                        region.columns, region.x, region.y, region.width, region.height});
    if (const auto valid = validate(policy); !valid)
        return within("deidentification section of the pack", valid.error());
    return policy;
}

}  // namespace gantry::anonymizer
