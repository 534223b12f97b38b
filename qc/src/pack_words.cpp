#include "pack_words.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>

namespace gantry::qc {

namespace json = boost::json;

namespace {

struct Phrase {
    std::string_view op;
    std::string_view text;  ///< {v}: the value, {t}: the tolerance
};
constexpr Phrase kPhrases[] = {
    {"equals", "is {v}"},
    {"in", "is one of {v}"},
    {"at_most", "at most {v}"},
    {"at_least", "at least {v}"},
    {"within", "within {t} of {v}"},
    {"between", "from {v}"},
    {"matches", "matches /{v}/"},
    {"contains", "has {v}"},
    {"contains_all", "has all of {v}"},
    {"contains_any", "has one of {v}"},
    {"contains_none", "has none of {v}"},
    {"superset", "holds {v}"},
    {"sequence", "in the order {v}"},
    {"count_at_least", "has at least {v} values"},
    {"present", "is there"},
    {"absent", "is not there"},
    {"constant", "is the same in all images"},
    {"same", "as at the earlier visit"},
    {"same_as", "as in {s}"},
    {"ratio", "from {v} times the earlier visit"},
    {"change_at_most", "changes by at most {v}"},
};

void replaceMark(std::string& text, std::string_view mark, const std::string& value) {
    if (const auto at = text.find(mark); at != std::string::npos) text.replace(at, mark.size(), value);
}

std::string joined(const json::array& list, const char* between) {
    if (list.empty()) return "nothing";
    std::string text;
    for (const json::value& element : list) text += (text.empty() ? "" : between) + inWords(&element);
    return text;
}

std::string mapInWords(const json::object& map) {
    if (map.size() == 2 && map.contains("min") && map.contains("max"))
        return inWords(map.if_contains("min")) + " to " + inWords(map.if_contains("max"));
    std::string text;
    for (const auto& member : map)
        text += (text.empty() ? "" : ", ") + std::string(member.key()) + " " + inWords(&member.value());
    return text;
}

/// `$name` becomes what the parameter holds; anything else stays.
const json::value* resolved(const json::value* value, const json::object* parameters) {
    if (!value || !parameters || !value->is_string() || !value->get_string().starts_with('$')) return value;
    const json::value* parameter = parameters->if_contains(value->get_string().subview(1));
    return parameter ? parameter : value;
}

std::string valueInWords(const json::object& rule, const json::object* parameters) {
    const json::value* value = resolved(rule.if_contains("value"), parameters);
    const std::string op = textOf(rule, "op");
    const bool range = op == "between" || op == "ratio";
    if (range && value && value->is_array()) return joined(value->get_array(), " to ");
    return inWords(value);
}

std::string operatorInWords(const json::object& rule, const json::object* parameters) {
    std::string op = textOf(rule, "op");
    if (op.empty() && rule.contains("same_as")) op = "same_as";
    const auto* row = std::ranges::find(kPhrases, op, &Phrase::op);
    std::string text = row == std::end(kPhrases) ? op + " {v}" : std::string(row->text);
    const std::string sibling = textOf(rule, rule.contains("slot") ? "slot" : "same_as");
    const json::value* tolerance = resolved(rule.if_contains("tol"), parameters);
    replaceMark(text, "{s}", sibling);
    replaceMark(text, "{t}", inWords(tolerance));
    replaceMark(text, "{v}", valueInWords(rule, parameters));
    if (tolerance && op != "within") text += ", give or take " + inWords(tolerance);
    if (const std::string reference = textOf(rule, "of"); !reference.empty()) text += " of the " + reference;
    return text;
}

}  // namespace

std::string textOf(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string inWords(const json::value* value) {
    if (!value) return "nothing";
    if (value->is_object()) return mapInWords(value->get_object());
    if (value->is_array()) return joined(value->get_array(), ", ");
    if (value->is_string()) return std::string(value->get_string());
    return json::serialize(*value);
}

std::string conditionInWords(const json::object& rule, const json::object* parameters) {
    if (const json::value* any = rule.if_contains("any_of"); any && any->is_array()) {
        std::string text;
        for (const json::value& one : any->get_array())
            if (one.is_object())
                text += (text.empty() ? "" : " or ") + conditionInWords(one.get_object(), parameters);
        return text;
    }
    const json::value* check = rule.if_contains("check");
    const bool several = check && check->is_array();
    return (several ? joined(check->get_array(), " and ") : inWords(check)) + " " +
           operatorInWords(rule, parameters);
}

}  // namespace gantry::qc
