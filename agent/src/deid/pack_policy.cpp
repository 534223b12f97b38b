#include "deid/pack_policy.hpp"

#include <set>

#include "gantry/core/files.hpp"
#include "gantry/qc/pack_yaml.hpp"

namespace gantry::agent {
namespace {

constexpr std::uint64_t kMostBytes = 4u << 20;  // the parsers have limits of their own below this

/// What the pack asks to stay, and what its rules read where the profile's table does not speak of it: an
/// attribute of the table stays by an option, or because the pack says so.
std::vector<dicom::Tag> keptFor(const qc::Pack& pack) {
    const auto& asked = pack.deidentification().keep;
    std::set<dicom::Tag> tags(asked.begin(), asked.end());
    for (const auto tag : pack.attributesRead())
        if (!anonymizer::profileRow(tag)) tags.insert(tag);
    return {tags.begin(), tags.end()};
}

anonymizer::Documents documentsOf(qc::PackDocuments documents) {
    switch (documents) {
        case qc::PackDocuments::Hold:
            return anonymizer::Documents::Hold;
        case qc::PackDocuments::Replace:
            return anonymizer::Documents::Replace;
        case qc::PackDocuments::Clean:
            return anonymizer::Documents::Clean;
    }
    return anonymizer::Documents::Hold;
}

}  // namespace

Result<anonymizer::DeidPolicy> policyOf(const qc::Pack& pack) {
    const auto& said = pack.deidentification();
    auto parsed = anonymizer::parsePolicy(said.options);
    if (!parsed) return within("deidentification options of the pack", parsed.error());
    auto policy = *std::move(parsed);
    policy.keep = keptFor(pack);
    policy.words = said.words;
    policy.age_cap_years = said.age_cap_years;
    policy.uid_root = said.uid_root;
    policy.documents = documentsOf(said.documents);
    policy.screening =
        said.screening == qc::PackScreening::All ? anonymizer::Screening::All : anonymizer::Screening::Risky;
    for (const auto& region : said.pixel_regions)
        policy.pixel_regions.push_back({region.modality, region.manufacturer, region.model, region.rows,
                                        region.columns, region.x, region.y, region.width, region.height});
    return policy;
}

Result<qc::Pack> readPackFile(const std::filesystem::path& file) {
    const auto text = GANTRY_TRY(readFile(file, kMostBytes));
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && text[first] == '{') return qc::Pack::fromJson(text);
    return qc::Pack::fromJson(GANTRY_TRY(qc::packYamlToJson(text)));
}

}  // namespace gantry::agent
