#include <algorithm>

#include "loader.hpp"

namespace gantry::qc {

void Loader::duration(const Node& node) {
    if (!node.isScalar()) {
        (void)node.text();
        return;
    }
    const auto quantity = parseQuantity(node.text());
    if (!quantity || !quantity->unit || quantity->unit->dimension != Dimension::Time)
        node.mistake("got '" + node.text() + "'; allowed: a number with one of the units " +
                     unitsOf(Dimension::Time));
}

void Loader::scanners(const Node& node) {
    if (!node) return;
    node.hasKeys({"key"}, {"unqualified", "reconstructions", "invalidate_when"});
    for (const Node& keyword : node["key"].elements())
        if (keyword.isScalar() && !findCheckName(keyword.text())) keyword.mistake("no DICOM keyword");
    if (const Node unqualified = node["unqualified"]) unqualified.hasKeys({"severity"}, {"at", "else"});
    if (const Node reconstructions = node["reconstructions"])
        reconstructions.hasKeys({"from_phantom", "compare"}, {});
    for (const Node& change : node["invalidate_when"].elements()) {
        change.hasKeys({"meanwhile"}, {"changed", "recheck_within", "older_than", "of"});
        duration(change["recheck_within"]);
        duration(change["older_than"]);
    }
}

void Loader::phantoms(const Node& node) {
    for (const Node& phantom : node.elements()) {
        phantom.hasKeys({"id", "kind", "every", "tests"},
                        {"grace", "also_after", "overdue", "acquire", "form", "series", "criteria", "gate"});
        duration(phantom["every"]);
        duration(phantom["grace"]);
        (void)phantom["also_after"].texts();
        if (const Node overdue = phantom["overdue"]; overdue && overdue.hasKeys({"severity"}, {"stop_after"}))
            duration(overdue["stop_after"]);
        for (const Node& test : phantom["tests"].elements()) phantomTest(test);
    }
}

void Loader::phantomTest(const Node& node) {
    node.hasKeys({"id", "metric", "op"}, {"value", "tol", "warn", "fail", "action", "alternatives",
                                          "criteria", "review", "when", "source", "severity"});
    if (node["op"].isScalar() && !parseOperator(node["op"].text()))
        node["op"].mistake("got '" + node["op"].text() + "', which is no operator");
    checkSources(node["source"]);
    if (!node["when"]) return;
    const auto any_name = [](std::string_view name) -> Result<CheckName> {
        CheckName check;
        check.name = name;
        check.kind = Kind::Number;
        return check;
    };
    const auto text_name = [&](std::string_view name) -> Result<CheckName> {
        auto check = GANTRY_TRY(any_name(name));
        check.kind = Kind::Text;
        return check;
    };
    auto parsed = parseGuard(node["when"].text(), any_name);
    if (!parsed) parsed = parseGuard(node["when"].text(), text_name);
    if (!parsed) node["when"].mistake(parsed.error().context);
}

void Loader::examples(const Node& node) {
    for (const Node& example : node.elements()) {
        example.hasKeys({"name", "given", "expect"}, {});
        const Node given = example["given"];
        const bool phantom = static_cast<bool>(given["phantom"]);
        if (given && !phantom)
            given.hasKeys({}, {"visit", "slot", "header", "geometry", "derived", "radiopharmaceutical",
                               "enrolment", "console", "series"});
        if (const Node geometry = given["geometry"]; geometry && !phantom)
            geometry.hasKeys({"n"}, {"spacing", "start", "plane", "drop", "duplicate"});
        for (const auto& [id, place] : example["expect"].members()) {
            if (phantom) continue;
            const bool about_series = id == "SERIES" || id == "SERIES-REPEAT";
            if (id == "outcome") {
                if (!parseOutcome(place.text()))
                    place.mistake(gotAllowed(place.text(), {"pass", "attention", "fail", "cannot_tell"}));
            } else if (!about_series && !rule_sources_.contains(id)) {
                place.mistake("no rule is named '" + id + "'");
            } else if (!parseRuleResult(place.text())) {
                place.mistake(gotAllowed(place.text(), {"pass", "fail", "cannot_tell", "not_applicable"}));
            }
        }
    }
}

}  // namespace gantry::qc
