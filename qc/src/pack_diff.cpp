#include "gantry/qc/pack_diff.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "pack_words.hpp"

namespace gantry::qc {

namespace json = boost::json;

namespace {

/// A rule, visit, slot, …, by its name, and where it stands.
struct Thing {
    std::string where;
    const json::object* value;
};
using Things = std::map<std::string, Thing>;

constexpr std::string_view kConditionKeys[] = {"check",  "op",      "value", "tol",
                                               "any_of", "same_as", "slot",  "of"};
constexpr std::string_view kSentences[] = {"why", "advice", "cite", "ask", "label", "title"};

template <std::size_t N>
bool contains(const std::string_view (&names)[N], std::string_view name) {
    return std::ranges::find(names, name) != std::end(names);
}

const json::array* listIn(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value ? value->if_array() : nullptr;
}

const json::object* mapIn(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value ? value->if_object() : nullptr;
}

/// Members of a list by the text under `key`; what has none is named by its place.
Things byName(const json::object& root, std::string_view list, std::string_view key,
              const std::string& where = "") {
    Things things;
    if (const json::array* elements = listIn(root, list))
        for (std::size_t i = 0; i < elements->size(); ++i)
            if (const json::object* one = (*elements)[i].if_object()) {
                std::string name = textOf(*one, key);
                if (name.empty() || things.contains(name)) name += "#" + std::to_string(i + 1);
                things.emplace(std::move(name), Thing{where, one});
            }
    return things;
}

Things mapMembers(const json::object& root, std::string_view map) {
    Things things;
    if (const json::object* members = mapIn(root, map))
        for (const auto& member : *members)
            if (const json::object* one = member.value().if_object())
                things.emplace(std::string(member.key()), Thing{"", one});
    return things;
}

Things allRules(const json::object& root) {
    Things rules = byName(root, "identity", "id", "identity");
    rules.merge(byName(root, "across", "id", "across"));
    rules.merge(byName(root, "baseline_all", "id", "every slot, against an earlier visit"));
    for (const auto& [id, slot] : mapMembers(root, "slots")) {
        rules.merge(byName(*slot.value, "rules", "id", "slot " + id));
        rules.merge(byName(*slot.value, "baseline", "id", "slot " + id + ", against an earlier visit"));
    }
    return rules;
}

std::set<std::string> keysOf(const json::object& a, const json::object& b) {
    std::set<std::string> keys;
    for (const json::object* object : {&a, &b})
        for (const auto& member : *object) keys.emplace(member.key());
    return keys;
}

bool same(const json::value* a, const json::value* b) {
    return (!a && !b) || (a && b && *a == *b);
}

std::string arrow(const std::string& before, const std::string& after) {
    return before + " -> " + after;
}

std::string listed(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
    return text;
}

/// Conditions of a list in words, with their weights.
std::map<std::string, std::string> conditionsIn(const json::array* list) {
    std::map<std::string, std::string> found;
    if (list)
        for (const json::value& one : *list)
            if (const json::object* condition = one.if_object())
                found[conditionInWords(*condition, nullptr)] = textOf(*condition, "weight");
    return found;
}

void compareConditions(const std::string& name, const json::array* before, const json::array* after,
                       std::vector<std::string>& parts) {
    const auto was = conditionsIn(before);
    const auto is = conditionsIn(after);
    const auto points = [](const std::string& weight) { return weight.empty() ? "" : " (" + weight + ")"; };
    for (const auto& [words, weight] : is) {
        const auto old = was.find(words);
        if (old == was.end())
            parts.push_back(name + " now asks \"" + words + "\"" + points(weight));
        else if (old->second != weight)
            parts.push_back(name + " \"" + words + "\" " + arrow(old->second, weight));
    }
    for (const auto& [words, weight] : was)
        if (!is.contains(words)) parts.push_back(name + " no longer asks \"" + words + "\"" + points(weight));
}

/// Lists of words: what came and what went, unless only their order changed.
void compareWords(const std::string& key, const json::array& before, const json::array& after,
                  std::vector<std::string>& parts) {
    const auto missingIn = [](const json::array& list, const json::array& other) {
        std::string words;
        for (const json::value& word : list)
            if (std::ranges::find(other, word) == other.end())
                words += (words.empty() ? "" : ", ") + inWords(&word);
        return words;
    };
    const std::string gone = missingIn(before, after);
    const std::string added = missingIn(after, before);
    if (!added.empty()) parts.push_back(key + " now with " + added);
    if (!gone.empty()) parts.push_back(key + " without " + gone);
    if (added.empty() && gone.empty()) parts.push_back(key + " in another order");
}

/// Both without the tail they share, such as a tolerance that stayed.
void cutSharedTail(std::string& a, std::string& b) {
    const auto at = a.find(", give or take ");
    if (at == std::string::npos || !b.ends_with(a.substr(at))) return;
    const std::size_t tail = a.size() - at;
    a.resize(at);
    b.resize(b.size() - tail);
}

class Comparison {
public:
    Comparison(const json::object& before, const json::object& after) : before_(before), after_(after) {}

    std::vector<PackChange> run() {
        for (const auto* key : {"title", "language", "version", "id"}) plain("pack", key);
        section("rules", allRules(before_), allRules(after_), true);
        parameters();
        section("slots", mapMembers(before_, "slots"), mapMembers(after_, "slots"), false);
        for (const auto& [name, list, key] :
             {std::array{"visits", "visits", "id"}, std::array{"questions", "console", "id"},
              std::array{"overrides", "overrides", "when"}, std::array{"phantoms", "phantoms", "id"},
              std::array{"examples", "examples", "name"}})
            section(name, byName(before_, list, key), byName(after_, list, key), false);
        section("sources", mapMembers(before_, "sources"), mapMembers(after_, "sources"), false);
        section("vocabularies", mapMembers(before_, "vocab"), mapMembers(after_, "vocab"), false);
        for (const auto* key : {"endpoints", "scanners", "deidentification", "hold", "retention", "upload", "signatures"})
            plain("policies", key);
        return std::move(changes_);
    }

private:
    void add(const std::string& section, std::string text, std::vector<std::string> details = {}) {
        changes_.push_back({section, std::move(text), std::move(details)});
    }

    void plain(const std::string& section, const std::string& key) {
        std::vector<std::string> parts;
        std::vector<std::string> details;
        field(key, before_.if_contains(key), after_.if_contains(key), parts, details);
        for (std::string& detail : details) parts.push_back(std::move(detail));
        for (std::string& part : parts) add(section, std::move(part));
    }

    void parameters() {
        static const json::object kNone;
        const json::object* before = mapIn(before_, "params");
        const json::object* after = mapIn(after_, "params");
        const json::object& old_map = before ? *before : kNone;
        const json::object& new_map = after ? *after : kNone;
        for (const std::string& key : keysOf(old_map, new_map)) {
            const json::value* was = old_map.if_contains(key);
            const json::value* is = new_map.if_contains(key);
            if (same(was, is)) continue;
            if (!was) add("parameters", key + ": added, " + inWords(is));
            if (!is) add("parameters", key + ": removed, was " + inWords(was));
            if (was && is) add("parameters", key + ": " + arrow(inWords(was), inWords(is)));
        }
    }

    void section(const std::string& name, const Things& before, const Things& after, bool are_rules) {
        for (const auto& [id, thing] : before)
            if (!after.contains(id)) add(name, title(id, thing) + ": removed");
        for (const auto& [id, thing] : after) {
            const auto old = before.find(id);
            if (old == before.end())
                add(name, title(id, thing) + ": added" + summary(thing, are_rules));
            else
                compare(name, id, old->second, thing, are_rules);
        }
    }

    static std::string title(const std::string& id, const Thing& thing) {
        return thing.where.empty() ? id : id + " (" + thing.where + ")";
    }

    std::string summary(const Thing& thing, bool is_rule) const {
        if (is_rule)
            return ", " + conditionInWords(*thing.value, mapIn(after_, "params")) + ", severity " +
                   textOf(*thing.value, "severity");
        const std::string words = textOf(*thing.value, thing.value->contains("label") ? "label" : "cite");
        return words.empty() ? "" : ", \"" + words + "\"";
    }

    void compare(const std::string& section, const std::string& id, const Thing& before, const Thing& after,
                 bool are_rules) {
        std::vector<std::string> parts;
        std::vector<std::string> details;
        if (before.where != after.where) parts.push_back("moved from " + before.where);
        if (are_rules) condition(*before.value, *after.value, parts);
        for (const std::string& key : keysOf(*before.value, *after.value)) {
            const bool in_condition = are_rules && contains(kConditionKeys, key);
            const bool rules_of_slot = key == "rules" || key == "baseline";
            if (in_condition || rules_of_slot) continue;
            field(key, before.value->if_contains(key), after.value->if_contains(key), parts, details);
        }
        if (parts.empty() && details.empty()) return;
        if (parts.empty()) parts.emplace_back("reworded");
        add(section, title(id, after) + ": " + listed(parts), std::move(details));
    }

    void condition(const json::object& before, const json::object& after, std::vector<std::string>& parts) {
        std::string was = conditionInWords(before, mapIn(before_, "params"));
        std::string is = conditionInWords(after, mapIn(after_, "params"));
        if (was == is) return;
        const std::string check = textOf(after, "check") + " ";
        if (was.starts_with(check) && is.starts_with(check)) {  // what did not change need not be said
            was.erase(0, check.size());
            is.erase(0, check.size());
        }
        cutSharedTail(was, is);
        parts.push_back(arrow(was, is));
    }

    void field(const std::string& key, const json::value* before, const json::value* after,
               std::vector<std::string>& parts, std::vector<std::string>& details) {
        if (same(before, after)) return;
        if (key == "must" || key == "score")
            return compareConditions(key, before ? before->if_array() : nullptr,
                                     after ? after->if_array() : nullptr, parts);
        const json::object* old_map = before ? before->if_object() : nullptr;
        const json::object* new_map = after ? after->if_object() : nullptr;
        if (old_map && new_map && !new_map->contains("min")) {
            for (const std::string& inner : keysOf(*old_map, *new_map))
                field(inner == "must" || inner == "score" ? inner : key + "." + inner,
                      old_map->if_contains(inner), new_map->if_contains(inner), parts, details);
            return;
        }
        if (!before || !after)
            parts.push_back(key + (after ? " added, " + inWords(after) : " removed, was " + inWords(before)));
        else if (before->is_array() && after->is_array())
            compareWords(key, before->get_array(), after->get_array(), parts);
        else if (contains(kSentences, std::string_view(key).substr(key.rfind('.') + 1)))
            details.push_back(key + ": \"" + inWords(before) + "\" -> \"" + inWords(after) + "\"");
        else
            parts.push_back(key + " " + arrow(inWords(before), inWords(after)));
    }

    const json::object& before_;
    const json::object& after_;
    std::vector<PackChange> changes_;
};

}  // namespace

std::vector<PackChange> comparePacks(const json::object& before, const json::object& after) {
    return Comparison(before, after).run();
}

}  // namespace gantry::qc
