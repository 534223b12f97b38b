#include "gantry/anonymizer/pack_policy.hpp"

#include <set>

namespace gantry::anonymizer {
namespace {

/// An attribute of the table stays by an option, or because the pack says so.
std::vector<dicom::Tag> keptFor(const PackDeidentification& said, std::span<const dicom::Tag> read) {
    std::set<dicom::Tag> tags(said.keep.begin(), said.keep.end());
    // Rules also read the file header (TransferSyntaxUID), which every output has.
    constexpr std::uint16_t kLastStructureGroup = 0x0006;
    for (const auto tag : read)
        if (!profileRow(tag) && !tag.isPrivate() && tag.group() > kLastStructureGroup &&
            dicom::lookup(tag) != nullptr)
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
    policy.keep = keptFor(said, read);
    policy.remove = said.remove;
    policy.words = said.words;
    policy.age_cap_years = said.age_cap_years;
    policy.uid_root = said.uid_root;
    policy.documents = documentsOf(said.documents);
    policy.screening = said.screening == PackScreening::All ? Screening::All : Screening::Risky;
    for (const auto& region : said.pixel_regions)
        policy.pixel_regions.push_back({region.modality, region.manufacturer, region.model, region.rows,
                                        region.columns, region.x, region.y, region.width, region.height});
    return policy;
}

}  // namespace gantry::anonymizer
