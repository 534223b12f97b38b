// `phantoms` of a pack: which ones a site scans, how often, and what they are held against.
#include <algorithm>

#include "gantry/core/dicom.hpp"
#include "loader.hpp"

namespace gantry::qc {

namespace {

std::optional<Quantity> numberOf(const Node& node) {
    if (!node.isScalar()) return std::nullopt;
    return parseQuantity(node.text());
}

Quantity plus(Quantity a, const Quantity& b, double sign) {
    a.number += sign * b.number;
    return a;
}

/// Limits of one value as the operator means it. `tol` and `warn` are of the test.
PackPhantomTest::Bounds boundsOf(const Node& test, const Node& value, Operator op) {
    PackPhantomTest::Bounds out;
    const auto warn = numberOf(test["warn"]);
    if (value.isList()) {
        const auto ends = value.elements();
        if (ends.size() == 2) {
            out.low = numberOf(ends[0]);
            out.high = numberOf(ends[1]);
        }
    } else if (const auto one = numberOf(value)) {
        if (op == Operator::AtMost) {
            out.high = one;
            out.warn_high = warn;
        } else if (op == Operator::AtLeast) {
            out.low = one;
            out.warn_low = warn;
        } else if (op == Operator::Within) {
            const auto tol = numberOf(test["tol"]);
            if (tol) {
                out.low = plus(*one, *tol, -1);
                out.high = plus(*one, *tol, 1);
            }
            if (warn) {
                out.warn_low = plus(*one, *warn, -1);
                out.warn_high = plus(*one, *warn, 1);
            }
        }
    }
    // With `fail` the value itself only warns.
    const Node fail = test["fail"] ? test["fail"] : test["action"]["fail"];
    if (fail && fail.isList() && fail.elements().size() == 2) {
        out.warn_low = out.low;
        out.warn_high = out.high;
        out.low = numberOf(fail.elements()[0]);
        out.high = numberOf(fail.elements()[1]);
    } else if (const auto most = fail ? numberOf(fail) : std::nullopt) {
        out.warn_low = out.low;
        out.warn_high = out.high;
        if (op == Operator::AtLeast)
            out.low = most;
        else
            out.high = most;
        if (op == Operator::Within) {
            out.low = most;
            out.low->number = -most->number;
        }
    }
    return out;
}

bool isFieldName(std::string_view name) {
    return name == "<3T" || name == "3T";
}

void addBounds(const Node& test, const Node& value, Operator op, const std::string& set,
               PackPhantomTest& out) {
    const auto members = value.isScalar() || value.isList()
                             ? std::vector<std::pair<std::string, Node>>()
                             : value.members();
    if (members.empty()) {
        out.bounds.push_back(boundsOf(test, value, op));
        out.bounds.back().set = set;
    }
    for (const auto& [name, place] : members) {
        auto one = boundsOf(test, place, op);
        one.set = set;
        (isFieldName(name) ? one.field : one.part) = name;
        out.bounds.push_back(std::move(one));
    }
}

}  // namespace

void Loader::phantoms(const Node& node) {
    for (const Node& phantom : node.elements()) {
        phantom.hasKeys(
            {"id", "kind", "every", "tests"},
            {"grace", "also_after", "overdue", "acquire", "form", "series", "criteria", "gate", "recognise"});
        auto& told = pack_.phantoms.emplace_back();
        told.id = phantom["id"].text();
        told.kind = phantom["kind"].text();
        if (phantom["recognise"]) phantomWords(phantom["recognise"], told);
        told.every = duration(phantom["every"]);
        if (phantom["grace"]) told.grace = duration(phantom["grace"]);
        told.also_after = phantom["also_after"].texts();
        told.form = phantom["form"].texts();
        if (phantom["criteria"].isScalar()) told.criteria = phantom["criteria"].text();
        told.before_baseline = phantom["gate"].isScalar() && phantom["gate"].text() == "baseline";
        if (const Node overdue = phantom["overdue"]; overdue && overdue.hasKeys({"severity"}, {"stop_after"})) {
            if (overdue["stop_after"]) told.stop_after = duration(overdue["stop_after"]);
            if (const auto severity = parseSeverity(overdue["severity"].text()))
                told.overdue = *severity;
            else
                overdue["severity"].mistake(
                    gotAllowed(overdue["severity"].text(), {"stop", "stop_suv", "rescan", "query", "note"}));
        }
        for (const Node& test : phantom["tests"].elements()) phantomTest(test, told);
    }
}

void Loader::phantomWords(const Node& node, PackPhantom& phantom) {
    for (const auto& [attribute, place] : node.members()) {
        if (dicom::lookup(attribute) == nullptr)
            place.mistake("'" + attribute + "' is no attribute of PS3.6");
        auto pattern = Pattern::compile(place.text());
        if (pattern)
            phantom.recognise.emplace_back(attribute, *std::move(pattern));
        else
            place.mistake(pattern.error().context);
    }
}

void Loader::phantomTest(const Node& node, PackPhantom& phantom) {
    node.hasKeys({"id", "metric", "op"}, {"value", "tol", "warn", "fail", "action", "alternatives",
                                          "criteria", "review", "when", "source", "severity"});
    std::optional<Operator> op;
    if (node["op"].isScalar()) {
        op = parseOperator(node["op"].text());
        if (!op) node["op"].mistake("got '" + node["op"].text() + "', which is no operator");
    }
    checkSources(node["source"]);
    auto& test = phantom.tests.emplace_back();
    test.id = node["id"].text();
    test.metric = node["metric"].text();
    test.review = node["review"].isScalar() && node["review"].text() == "human";
    test.to_baseline = op == Operator::RatioToBaseline;
    if (node["severity"].isScalar()) {
        const auto severity = parseSeverity(node["severity"].text());
        test.only_warns = severity && *severity <= Severity::Query;
    }
    for (const auto& source : node["source"].texts()) test.source += (test.source.empty() ? "" : ", ") + source;
    if (op && node["value"]) addBounds(node, node["value"], *op, "", test);
    for (const auto* sets : {"alternatives", "criteria"})
        if (op && node[sets])
            for (const auto& [set, place] : node[sets].members()) addBounds(node, place, *op, set, test);
    if (!node["when"]) return;
    test.when = node["when"].text();
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

}  // namespace gantry::qc
