#include "gantry/core/verdict.hpp"

#include <array>
#include <boost/json.hpp>

namespace gantry {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> kSeverities = {"note", "query", "rescan", "stop_suv", "stop"};
constexpr std::array<std::string_view, 5> kResults = {"pass", "fail", "cannot_tell", "not_applicable",
                                                      "waived"};
constexpr std::array<std::string_view, 5> kRepairs = {"none", "resend", "reconstruct", "reacquire", "enter"};
constexpr std::array<std::string_view, 4> kOutcomes = {"pass", "attention", "fail", "cannot_tell"};

template <class Enum, std::size_t N>
Result<Enum> parse(const std::array<std::string_view, N>& names, std::string_view text,
                   std::string_view what) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == text) return static_cast<Enum>(i);
    return fail(Errc::BadFormat, "unknown " + std::string(what) + " '" + std::string(text) + "'");
}

json::value findingJson(const Finding& f) {
    return {{"rule", f.rule_id},
            {"slot", f.slot_id},
            {"series_instance_uid", f.series_instance_uid},
            {"result", toString(f.result)},
            {"severity", toString(f.severity)},
            {"repair", toString(f.repair)},
            {"label", f.label},
            {"expected", f.expected},
            {"found", f.found},
            {"why", f.why},
            {"advice", f.advice}};
}

json::value seriesJson(const SeriesSummary& s) {
    return {{"series_instance_uid", s.series_instance_uid},
            {"slot_id", s.slot_id},
            {"slot_label", s.slot_label},
            {"modality", s.modality},
            {"description", s.description},
            {"instances", s.instances}};
}

// Reads members of one object; the first thing that is missing or of another type is remembered.
class Reader {
public:
    explicit Reader(const json::value& value) : object_(value.if_object()) { ok_ = object_ != nullptr; }
    std::string text(std::string_view key) {
        const auto* value = member(key);
        if (value && value->is_string()) return std::string(value->get_string());
        ok_ = false;
        return {};
    }
    int integer(std::string_view key) {
        const auto* value = member(key);
        if (value && value->is_int64()) return static_cast<int>(value->get_int64());
        ok_ = false;
        return 0;
    }
    const json::array& array(std::string_view key) {
        static const json::array kEmpty;
        const auto* value = member(key);
        if (value && value->is_array()) return value->get_array();
        ok_ = false;
        return kEmpty;
    }
    template <class T>
    void take(T& into, Result<T> parsed) {
        if (parsed)
            into = *parsed;
        else
            ok_ = false;
    }
    bool ok() const { return ok_; }

private:
    const json::value* member(std::string_view key) const {
        return object_ ? object_->if_contains(key) : nullptr;
    }
    const json::object* object_;
    bool ok_;
};

bool readFinding(const json::value& value, Finding& f) {
    Reader in(value);
    f.rule_id = in.text("rule");
    f.slot_id = in.text("slot");
    f.series_instance_uid = in.text("series_instance_uid");
    in.take(f.result, parseRuleResult(in.text("result")));
    in.take(f.severity, parseSeverity(in.text("severity")));
    in.take(f.repair, parseRepair(in.text("repair")));
    f.label = in.text("label");
    f.expected = in.text("expected");
    f.found = in.text("found");
    f.why = in.text("why");
    f.advice = in.text("advice");
    return in.ok();
}

bool readSeries(const json::value& value, SeriesSummary& s) {
    Reader in(value);
    s.series_instance_uid = in.text("series_instance_uid");
    s.slot_id = in.text("slot_id");
    s.slot_label = in.text("slot_label");
    s.modality = in.text("modality");
    s.description = in.text("description");
    s.instances = in.integer("instances");
    return in.ok();
}

}  // namespace

std::string_view toString(Severity value) {
    return kSeverities.at(static_cast<std::size_t>(value));
}
std::string_view toString(RuleResult value) {
    return kResults.at(static_cast<std::size_t>(value));
}
std::string_view toString(Repair value) {
    return kRepairs.at(static_cast<std::size_t>(value));
}
std::string_view toString(Outcome value) {
    return kOutcomes.at(static_cast<std::size_t>(value));
}
Result<Severity> parseSeverity(std::string_view text) {
    return parse<Severity>(kSeverities, text, "severity");
}
Result<RuleResult> parseRuleResult(std::string_view text) {
    return parse<RuleResult>(kResults, text, "result");
}
Result<Repair> parseRepair(std::string_view text) {
    return parse<Repair>(kRepairs, text, "repair");
}
Result<Outcome> parseOutcome(std::string_view text) {
    return parse<Outcome>(kOutcomes, text, "outcome");
}

std::string toJson(const Verdict& verdict) {
    json::array findings;
    for (const auto& finding : verdict.findings) findings.push_back(findingJson(finding));
    json::array series;
    for (const auto& one : verdict.series) series.push_back(seriesJson(one));
    return json::serialize(json::value{{"outcome", toString(verdict.outcome)},
                                       {"pack_id", verdict.pack_id},
                                       {"pack_version", verdict.pack_version},
                                       {"headline", verdict.headline},
                                       {"advice", verdict.advice},
                                       {"findings", std::move(findings)},
                                       {"series", std::move(series)}});
}

Result<Verdict> verdictFromJson(std::string_view text) {
    boost::system::error_code ec;
    const auto parsed = json::parse(text, ec);
    if (ec) return fail(Errc::BadFormat, "the verdict is not JSON");
    Reader in(parsed);
    Verdict verdict;
    in.take(verdict.outcome, parseOutcome(in.text("outcome")));
    verdict.pack_id = in.text("pack_id");
    verdict.pack_version = in.text("pack_version");
    verdict.headline = in.text("headline");
    verdict.advice = in.text("advice");
    bool whole = true;
    for (const auto& value : in.array("findings"))
        whole &= readFinding(value, verdict.findings.emplace_back());
    for (const auto& value : in.array("series")) whole &= readSeries(value, verdict.series.emplace_back());
    if (!whole || !in.ok()) return fail(Errc::BadFormat, "the verdict lacks a part");
    return verdict;
}

}  // namespace gantry
