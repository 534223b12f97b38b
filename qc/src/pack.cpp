#include "gantry/qc/pack.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "loader.hpp"
#include "pack_data.hpp"

namespace gantry::qc {

namespace json = boost::json;

namespace {

struct NamedCompression {
    std::string_view name;
    PackCompression is;
};
constexpr NamedCompression kCompressions[] = {{"jpegls", {.pixels = true, .parcel = false}},
                                              {"zstd", {.pixels = false, .parcel = true}},
                                              {"both", {.pixels = true, .parcel = true}},
                                              {"none", {.pixels = false, .parcel = false}}};

std::shared_ptr<const PackData> load(std::string_view text, std::vector<PackMistake>& mistakes) {
    if (text.size() > Pack::kMaxBytes) {
        mistakes.push_back({"", "the pack has " + std::to_string(text.size()) +
                                    " bytes; allowed: " + std::to_string(Pack::kMaxBytes)});
        return nullptr;
    }
    json::parse_options options;
    options.max_depth = Pack::kMaxDepth;
    json::error_code error;
    const json::value document = json::parse({text.data(), text.size()}, error, {}, options);
    if (error) {
        const bool deep = error == json::error::too_deep;
        mistakes.push_back({"", deep ? "nested deeper than 12" : "not JSON: " + error.message()});
        return nullptr;
    }
    auto pack = std::make_shared<PackData>();
    Loader(*pack, mistakes).document(Node(&document, "", mistakes));
    return mistakes.empty() ? pack : nullptr;
}

}  // namespace

Result<Pack> Pack::fromJson(std::string_view text) {
    std::vector<PackMistake> mistakes;
    auto data = load(text, mistakes);
    if (data) return Pack(std::move(data));
    std::string all =
        "the pack has " + std::to_string(mistakes.size()) + " mistake" + (mistakes.size() == 1 ? "" : "s");
    for (const PackMistake& mistake : mistakes)
        all += "\n" + (mistake.path.empty() ? std::string() : mistake.path + ": ") + mistake.message;
    return fail(Errc::ConfigInvalid, std::move(all));
}

std::vector<PackMistake> Pack::mistakes(std::string_view text) {
    std::vector<PackMistake> mistakes;
    (void)load(text, mistakes);
    return mistakes;
}

const std::string& Pack::id() const {
    return data_->id;
}
const std::string& Pack::version() const {
    return data_->version;
}
const std::string& Pack::title() const {
    return data_->title;
}
const std::string& Pack::language() const {
    return data_->language;
}

std::vector<PackVisit> Pack::visits() const {
    std::vector<PackVisit> visits;
    for (const Visit& visit : data_->visits)
        visits.push_back({visit.id, visit.label, visit.needs, visit.optional});
    return visits;
}

std::vector<PackSlot> Pack::slots() const {
    std::vector<PackSlot> slots;
    for (const Slot& slot : data_->slots)
        slots.push_back({slot.id, slot.label, slot.short_label, slot.endpoints});
    return slots;
}

std::vector<std::string> Pack::reconstructionChecks() const {
    std::vector<std::string> names;
    if (data_->scanners)
        for (const CheckName& check : data_->scanners->reconstruction) names.push_back(check.name);
    return names;
}

std::vector<std::string> Pack::phantoms() const {
    std::vector<std::string> ids;
    for (const auto& phantom : data_->phantoms) ids.push_back(phantom.id);
    return ids;
}

std::vector<std::string> Pack::unverifiedSources() const {
    return data_->unverified;
}
const PackDeidentification& Pack::deidentification() const {
    return data_->deidentification;
}
std::vector<dicom::Tag> Pack::attributesRead() const {
    std::set<dicom::Tag> tags;  // "Sequence.Keyword" and "DateKeyword&TimeKeyword" name two each
    for (const std::string_view column : data_->attributes)
        for (std::size_t begin = 0; begin <= column.size();) {
            const auto end = std::min(column.find_first_of(".&", begin), column.size());
            if (const auto* entry = dicom::lookup(column.substr(begin, end - begin))) tags.insert(entry->tag);
            begin = end + 1;
        }
    return {tags.begin(), tags.end()};
}
const std::vector<Severity>& Pack::holdOn() const {
    return data_->hold_on;
}
std::optional<int> Pack::retentionDays() const {
    return data_->retention_days;
}

std::optional<PackCompression> parseCompression(std::string_view name) {
    const auto* found = std::ranges::find(kCompressions, name, &NamedCompression::name);
    return found == std::end(kCompressions) ? std::nullopt : std::optional(found->is);
}

std::vector<std::string> compressionNames() {
    std::vector<std::string> names;
    for (const auto& one : kCompressions) names.emplace_back(one.name);
    return names;
}

PackCompression Pack::compression() const {
    return data_->compression;
}

Pack Pack::none() {
    return Pack(std::make_shared<PackData>());
}

std::string Pack::signatureFor(std::string_view decision) const {
    const auto found = data_->signatures.find(decision);
    return found == data_->signatures.end() ? "" : found->second;
}

const std::map<std::string, std::string, std::less<>>& Pack::signatures() const {
    return data_->signatures;
}

bool Pack::holds(const Verdict& verdict) const {
    const bool unanswered = std::ranges::any_of(verdict.questions, [](const Question& question) {
        return question.needed == "before_release" && question.answer.empty();
    });
    return unanswered || std::ranges::any_of(verdict.findings, [&](const Finding& finding) {
               return finding.result == RuleResult::Fail &&
                      std::ranges::find(data_->hold_on, finding.severity) != data_->hold_on.end();
           });
}

}  // namespace gantry::qc
