#include "deid/pack_policy.hpp"

#include "gantry/anonymizer/pack_policy.hpp"
#include "gantry/core/files.hpp"
#include "gantry/qc/pack_yaml.hpp"

namespace gantry::agent {
namespace {

constexpr std::uint64_t kMostBytes = 4u << 20;  // the parsers have limits of their own below this

}  // namespace

Result<anonymizer::DeidPolicy> policyOf(const qc::Pack& pack) {
    return anonymizer::policyOf(pack.deidentification(), pack.attributesRead());
}

Result<qc::Pack> readPackFile(const std::filesystem::path& file) {
    const auto text = GANTRY_TRY(readFile(file, kMostBytes));
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && text[first] == '{') return qc::Pack::fromJson(text);
    return qc::Pack::fromJson(GANTRY_TRY(qc::packYamlToJson(text)));
}

}  // namespace gantry::agent
