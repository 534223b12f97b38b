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
constexpr std::array<std::string_view, 4> kPlacedBy = {"nobody", "pack", "person", "memory"};
constexpr std::array<std::string_view, 4> kChecklistStates = {"present", "missing", "unsure", "not_needed"};
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
            {"advice", f.advice},
            {"question", f.question},
            {"picture", f.picture},
            {"waiver", f.waiver}};
}

json::value seriesJson(const SeriesSummary& s) {
    return {{"series_instance_uid", s.series_instance_uid},
            {"slot_id", s.slot_id},
            {"slot_label", s.slot_label},
            {"modality", s.modality},
            {"description", s.description},
            {"instances", s.instances},
            {"repeat", s.repeat},
            {"placed_by", toString(s.placed_by)},
            {"candidates", json::value_from(s.candidates)}};
}

json::value questionJson(const Question& q) {
    return {{"id", q.id},
            {"ask", q.ask},
            {"type", q.type},
            {"unit", q.unit},
            {"also", json::value_from(q.also)},
            {"needed", q.needed},
            {"answer", q.answer},
            {"answered_by", q.answered_by}};
}

json::value checklistJson(const ChecklistItem& item) {
    return {{"slot_id", item.slot_id},
            {"label", item.label},
            {"endpoints", json::value_from(item.endpoints)},
            {"needed", item.needed},
            {"received", item.received},
            {"state", toString(item.state)}};
}

template <class T, class Function>
json::array arrayOf(const std::vector<T>& values, Function toValue) {
    json::array array;
    for (const auto& value : values) array.push_back(toValue(value));
    return array;
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
    bool flag(std::string_view key) {
        const auto* value = member(key);
        if (value && value->is_bool()) return value->get_bool();
        ok_ = false;
        return false;
    }
    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> texts;
        for (const auto& value : array(key)) {
            if (value.is_string())
                texts.emplace_back(value.get_string());
            else
                ok_ = false;
        }
        return texts;
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
    f.question = in.text("question");
    f.picture = in.text("picture");
    f.waiver = in.text("waiver");
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
    s.repeat = in.flag("repeat");
    in.take(s.placed_by, parsePlacedBy(in.text("placed_by")));
    s.candidates = in.texts("candidates");
    return in.ok();
}

bool readQuestion(const json::value& value, Question& q) {
    Reader in(value);
    q.id = in.text("id");
    q.ask = in.text("ask");
    q.type = in.text("type");
    q.unit = in.text("unit");
    q.also = in.texts("also");
    q.needed = in.text("needed");
    q.answer = in.text("answer");
    q.answered_by = in.text("answered_by");
    return in.ok();
}

bool readChecklistItem(const json::value& value, ChecklistItem& item) {
    Reader in(value);
    item.slot_id = in.text("slot_id");
    item.label = in.text("label");
    item.endpoints = in.texts("endpoints");
    item.needed = in.integer("needed");
    item.received = in.integer("received");
    in.take(item.state, parseChecklistState(in.text("state")));
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

std::string_view toString(PlacedBy value) {
    return kPlacedBy.at(static_cast<std::size_t>(value));
}
Result<PlacedBy> parsePlacedBy(std::string_view text) {
    return parse<PlacedBy>(kPlacedBy, text, "placement");
}
std::string_view toString(ChecklistItem::State value) {
    return kChecklistStates.at(static_cast<std::size_t>(value));
}
Result<ChecklistItem::State> parseChecklistState(std::string_view text) {
    return parse<ChecklistItem::State>(kChecklistStates, text, "checklist state");
}

std::string toJson(const Verdict& verdict) {
    return json::serialize(json::value{{"outcome", toString(verdict.outcome)},
                                       {"pack_id", verdict.pack_id},
                                       {"pack_version", verdict.pack_version},
                                       {"headline", verdict.headline},
                                       {"advice", verdict.advice},
                                       {"cannot_tell", verdict.cannot_tell},
                                       {"findings", arrayOf(verdict.findings, findingJson)},
                                       {"series", arrayOf(verdict.series, seriesJson)},
                                       {"questions", arrayOf(verdict.questions, questionJson)},
                                       {"checklist", arrayOf(verdict.checklist, checklistJson)}});
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
    verdict.cannot_tell = in.integer("cannot_tell");
    bool whole = true;
    for (const auto& value : in.array("findings"))
        whole &= readFinding(value, verdict.findings.emplace_back());
    for (const auto& value : in.array("series")) whole &= readSeries(value, verdict.series.emplace_back());
    for (const auto& value : in.array("questions"))
        whole &= readQuestion(value, verdict.questions.emplace_back());
    for (const auto& value : in.array("checklist"))
        whole &= readChecklistItem(value, verdict.checklist.emplace_back());
    if (!whole || !in.ok()) return fail(Errc::BadFormat, "the verdict lacks a part");
    return verdict;
}

}  // namespace gantry
