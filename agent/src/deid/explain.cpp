#include "deid/explain.hpp"

#include <array>
#include <charconv>
#include <map>

#include "gantry/anonymizer/statement.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::agent {
namespace {

namespace fs = std::filesystem;
using anonymizer::tableSays;

/// The attribute at the end of a report's path.
dicom::Tag tagAt(std::string_view where) {
    const auto name = where.substr(where.rfind('.') + 1);
    if (const auto* entry = dicom::lookup(name)) return entry->tag;
    std::uint16_t group = 0, element = 0;
    if (name.size() != 11) return {};
    std::from_chars(name.data() + 1, name.data() + 5, group, 16);
    std::from_chars(name.data() + 6, name.data() + 10, element, 16);
    return dicom::makeTag(group, element);
}

Result<anonymizer::DeidReport> tryEngine(const fs::path& file, const anonymizer::DeidPolicy& policy) {
    const auto folder = GANTRY_TRY(TemporaryDirectory::create(fs::temp_directory_path(), "gantry-explain-"));
    std::array<std::byte, 32> secret{};
    randomBytes(secret);
    const auto keys = GANTRY_TRY(anonymizer::DeidKeys::fromTrialKey(secret));
    return anonymizer::deidentify({file}, policy, keys, {"TRIAL", "", "SUBJECT", "", ""},
                                  folder.path() / "out");
}

/// By path, in the object's order.
class RuleLines {
public:
    RuleLines(const anonymizer::DeidPolicy& policy, std::vector<Explained>& lines)
        : policy_(policy), lines_(lines) {}

    void walk(const dicom::DataSet& dataset, const std::string& above) {
        for (const auto& element : dataset.elements) {
            const auto where = above + dicom::nameOf(element.tag);
            const auto [known, added] = known_.emplace(where, lines_.size());
            if (added) {
                const auto rule = anonymizer::actionFor(element.tag, policy_);
                lines_.push_back({where, std::string(anonymizer::toString(rule.action)),
                                  std::string(rule.reason), tableSays(element.tag, policy_)});
            } else {
                ++lines_[known->second].count;
            }
            for (const auto& item : element.items) walk(item, where + "[].");
        }
    }

private:
    const anonymizer::DeidPolicy& policy_;
    std::vector<Explained>& lines_;
    std::map<std::string, std::size_t> known_;
};

}  // namespace

Result<Explanation> explain(const fs::path& file, const anonymizer::DeidPolicy& policy) {
    const auto map = GANTRY_TRY(MappedFile::open(file));
    const auto object = GANTRY_TRY(dicom::readFile(map.bytes()));
    Explanation out;
    const auto report = tryEngine(file, policy);
    if (!report) {
        out.held = report.error().context;
        RuleLines(policy, out.lines).walk(object.dataset, "");
        return out;
    }
    for (const auto& line : report->lines)
        out.lines.push_back({line.where, std::string(anonymizer::toString(line.done)),
                             std::string(line.reason), tableSays(tagAt(line.where), policy), line.count});
    return out;
}

}  // namespace gantry::agent
