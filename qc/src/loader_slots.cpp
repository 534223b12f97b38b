#include <algorithm>
#include <charconv>

#include "loader.hpp"

namespace gantry::qc {

namespace {

std::optional<double> weightOf(const Node& node) {
    const auto quantity = parseQuantity(node.text());
    if (quantity && !quantity->unit && quantity->number >= 0 && quantity->number <= 100)
        return quantity->number;
    if (node.isScalar()) node.mistake("got '" + node.text() + "'; allowed: a number from 0 to 100");
    return std::nullopt;
}

}  // namespace

/// Canonical JSON sorts keys, so a slot may stand before the one it extends: those that extend come second.
void Loader::slots(const Node& node) {
    const auto places = node.members();
    for (const bool extending : {false, true}) {
        for (const auto& [id, place] : places) {
            if (static_cast<bool>(place["extends"]) != extending) continue;
            if (!isIdentifier(id)) place.mistake("a slot id has letters, digits, '-', '_', '.', at most 64");
            pack_.slots.push_back(slot(place, id));
        }
    }
    std::ranges::sort(pack_.slots, {}, &Slot::id);
    if (node && pack_.slots.empty()) node.mistake("no slot is given");
}

Slot Loader::slot(const Node& node, const std::string& id) {
    Slot slot;
    slot.id = id;
    node.hasKeys({"label", "match"}, {"short", "count", "merge", "choose", "rules", "baseline", "extends",
                                      "endpoints", "when_missing"});
    if (node["extends"]) inherit(slot, node["extends"].text(), node);
    slot.label = node["label"].text();
    slot.short_label = node["short"] ? node["short"].text() : slot.label;
    slotPlaces(node, slot);
    if (node["match"]) slot.match = match(node["match"]);
    for (Rule& rule : rules(node["rules"], Section::Slot)) slot.rules.push_back(std::move(rule));
    for (Rule& rule : rules(node["baseline"], Section::Baseline)) slot.rules.push_back(std::move(rule));
    return slot;
}

void Loader::slotPlaces(const Node& node, Slot& slot) {
    if (const Node count = node["count"]; count && count.hasKeys({"min", "max"}, {})) {
        slot.min = count["min"].integer(0, 20).value_or(slot.min);
        slot.max = count["max"].integer(1, 20).value_or(slot.max);
        if (slot.min > slot.max) count.mistake("min is above max");
    }
    slot.merge = node["merge"]
                     .oneOf<Merge>({{"by_frame_of_reference", Merge::ByFrameOfReference},
                                    {"by_sequence", Merge::BySequence}})
                     .value_or(slot.merge);
    if (const Node choose = node["choose"]) {
        choose.hasKeys({"when_many"}, {"then", "keep_all"});
        slot.choose.clear();
        for (const auto* key : {"when_many", "then"}) {
            const auto by = choose[key].oneOf<Choose>({{"most_slices", Choose::MostSlices},
                                                       {"latest", Choose::Latest},
                                                       {"earliest", Choose::Earliest}});
            if (by) slot.choose.push_back(*by);
        }
        if (!choose["keep_all"].flag(true))
            choose["keep_all"].mistake("got 'false'; allowed: true (nothing is dropped)");
    }
    for (const std::string& endpoint : node["endpoints"].texts()) {
        std::vector<std::string> allowed;
        for (const auto& [key, ignored] : pack_.endpoints) allowed.push_back(key);
        if (!pack_.endpoints.contains(endpoint)) node["endpoints"].mistake(gotAllowed(endpoint, allowed));
        slot.endpoints.push_back(endpoint);
    }
    const Node absent = node["when_missing"];
    if (!absent) return;
    absent.hasKeys({}, {"severity", "repair", "why", "advice"});
    slot.absent_severity = absent["severity"]
                               .oneOf<Severity>({{"stop", Severity::Stop},
                                                 {"rescan", Severity::Rescan},
                                                 {"query", Severity::Query},
                                                 {"note", Severity::Note}})
                               .value_or(slot.absent_severity);
    slot.absent_repair = absent["repair"]
                             .oneOf<Repair>({{"resend", Repair::Resend},
                                             {"reconstruct", Repair::Reconstruct},
                                             {"reacquire", Repair::Reacquire}})
                             .value_or(slot.absent_repair);
    slot.absent_why = absent["why"].text();
    slot.absent_advice = absent["advice"].text();
}

Match Loader::match(const Node& node) {
    Match match;
    node.hasKeys({"accept"}, {"must", "score"});
    for (const Node& element : node["must"].elements()) {
        element.hasKeys({"check", "op"}, {"value", "tol", "slot"});
        if (auto one = condition(element, element["check"], false)) match.must.push_back(*std::move(one));
    }
    double total = 0;
    for (const Node& element : node["score"].elements()) {
        element.hasKeys({"check", "op", "weight"}, {"value", "tol", "slot"});
        auto one = condition(element, element["check"], false);
        const double weight = weightOf(element["weight"]).value_or(0);
        total += weight;
        if (one) match.score.push_back({*std::move(one), weight});
    }
    const Node accept = node["accept"];
    if (!accept || !accept.hasKeys({"score"}, {"margin"})) return match;
    match.accept_score = weightOf(accept["score"]).value_or(0);
    if (accept["margin"]) match.accept_margin = weightOf(accept["margin"]).value_or(0);
    if (match.accept_score > total)
        accept["score"].mistake("all weights together are less: nothing could ever match");
    return match;
}

/// What the slot does not give itself comes from `base_id`; inherited rules read "slot/RULE".
void Loader::inherit(Slot& slot, const std::string& base_id, const Node& node) {
    const auto base = std::ranges::find(pack_.slots, base_id, &Slot::id);
    if (base == pack_.slots.end()) {
        std::vector<std::string> allowed;
        for (const Slot& other : pack_.slots) allowed.push_back(other.id);
        node["extends"].mistake(gotAllowed(base_id, allowed) + " (slots that extend none)");
        return;
    }
    const std::string id = slot.id;
    slot = *base;
    slot.id = id;
    for (Rule& rule : slot.rules) {
        rule.id = id + "/" + rule.id;
        ++rule_count_;
    }
}

}  // namespace gantry::qc
