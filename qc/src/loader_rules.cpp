#include <algorithm>
#include <iterator>

#include "injection.hpp"
#include "loader.hpp"
#include "operators.hpp"

namespace gantry::qc {

namespace {

bool needsNumber(Operator op) {
    constexpr Operator kNumeric[] = {Operator::Between, Operator::AtMost, Operator::AtLeast,
                                     Operator::Within,  Operator::Ratio,  Operator::ChangeAtMost};
    return std::ranges::find(kNumeric, op) != std::end(kNumeric);
}

std::vector<std::string> ruleOperatorNames() {
    std::vector<std::string> names;
    for (const auto& row : operatorTable())
        if (row.op != Operator::Bounds && row.op != Operator::RatioToBaseline) names.emplace_back(row.name);
    return names;
}

std::string_view shapeProblem(Takes takes, const Literal& literal) {
    const auto shape = literal.shape;
    if (takes == Takes::Several)
        return shape == Literal::Shape::Range ? "a value or a list, not a range" : std::string_view{};
    if (takes == Takes::Range) {
        const bool pair = shape == Literal::Shape::List && literal.items.size() == 2;
        return pair || shape == Literal::Shape::Range ? std::string_view{}
                                                      : "two values [low, high] or {min, max}";
    }
    return shape == Literal::Shape::One || shape == Literal::Shape::Context ? std::string_view{}
                                                                            : "one value";
}

}  // namespace

std::vector<Rule> Loader::rules(const Node& node, Section section) {
    std::vector<Rule> found;
    for (const Node& element : node.elements()) {
        if (++rule_count_ == Pack::kMaxRules + 1)
            element.mistake("more than " + std::to_string(Pack::kMaxRules) + " rules");
        Rule one = rule(element, section);
        if (element["id"] && !rule_sources_.try_emplace(one.id, RuleSource{*element.value(), section}).second)
            element["id"].mistake("the id '" + one.id + "' is used twice");
        found.push_back(std::move(one));
    }
    return found;
}

Rule Loader::rule(const Node& node, Section section) {
    Rule rule;
    node.hasKeys({"id", "severity", "why", "advice"},
                 {"check", "op", "value", "tol", "over", "when", "missing", "repair", "source", "any_of",
                  "of", "slot", "same_as", "too_low", "before_injection", "advise_only", "skip", "label"});
    rule.id = node["id"].text();
    if (node["id"].isScalar() && !isIdentifier(rule.id))
        node["id"].mistake("got '" + rule.id + "'; allowed: letters, digits, '-', '_', '.', at most 64");
    rule.why = node["why"].text();
    rule.advice = node["advice"].text();
    if (rule.advice == "-") rule.advice.clear();
    rule.severity = node["severity"]
                        .oneOf<Severity>({{"stop", Severity::Stop},
                                          {"stop_suv", Severity::StopSuv},
                                          {"rescan", Severity::Rescan},
                                          {"query", Severity::Query},
                                          {"note", Severity::Note}})
                        .value_or(Severity::Query);
    rule.repair = node["repair"]
                      .oneOf<Repair>({{"resend", Repair::Resend},
                                      {"reconstruct", Repair::Reconstruct},
                                      {"reacquire", Repair::Reacquire},
                                      {"enter", Repair::Enter},
                                      {"none", Repair::None}})
                      .value_or(Repair::None);
    rule.missing = node["missing"]
                       .oneOf<Missing>({{"ask", Missing::Ask},
                                        {"fail", Missing::Fail},
                                        {"query", Missing::Query},
                                        {"skip", Missing::Skip}})
                       .value_or(Missing::CannotTell);
    rule.skip = node["skip"].flag(false);
    rule.advise_only = node["advise_only"].flag(false);
    checkSources(node["source"]);
    ruleScope(node, rule, section);
    ruleConditions(node, rule, section);
    for (Condition& condition : rule.conditions) {
        const bool compares = condition.op == Operator::Same || condition.op == Operator::Ratio ||
                              condition.op == Operator::ChangeAtMost;
        condition.reference = rule.reference;
        if (compares && rule.reference == Reference::None) condition.reference = Reference::Baseline;
    }
    Severity worst = rule.severity;
    for (const auto& side : {rule.too_low, rule.before_injection})
        if (side) worst = std::max(worst, side->severity);
    const bool blocks = worst > Severity::Query && !rule.advise_only;
    for (const Condition& condition : rule.conditions)
        if (condition.check.only_warns && blocks)
            node["severity"].mistake(condition.check.name +
                                     " is not certain enough to block; allowed: query, note");
    rule.label = node["label"] ? node["label"].text() : "";
    if (rule.label.empty() && !rule.conditions.empty()) rule.label = rule.conditions.front().check.label;
    return rule;
}

void Loader::ruleScope(const Node& node, Rule& rule, Section section) {
    if (section == Section::Across && node["over"].isList()) {
        rule.over = Over::Union;
        rule.over_slots = node["over"].texts();
    } else {
        const Over usual =
            section == Section::Identity || section == Section::Across ? Over::Study : Over::Each;
        rule.over = node["over"]
                        .oneOf<Over>({{"each", Over::Each},
                                      {"all", Over::All},
                                      {"any", Over::Any},
                                      {"union", Over::Union},
                                      {"study", Over::Study}})
                        .value_or(usual);
    }
    rule.when = guard(node["when"]);
    rule.reference =
        node["of"]
            .oneOf<Reference>({{"baseline", Reference::Baseline}, {"previous", Reference::Previous}})
            .value_or(section == Section::Baseline ? Reference::Baseline : Reference::None);
    rule.too_low = variant(node["too_low"]);
    rule.before_injection = variant(node["before_injection"]);
    if (rule.before_injection)
        for (const auto attribute : kSignsOfInjection) (void)columnOf(attribute);
}

std::optional<Variant> Loader::variant(const Node& node) {
    if (!node || !node.hasKeys({"severity", "advice"}, {})) return std::nullopt;
    const std::string name = node["severity"].text();
    const auto severity = parseSeverity(name);
    if (severity) return Variant{*severity, node["advice"].text()};
    node["severity"].mistake(gotAllowed(name, {"stop", "stop_suv", "rescan", "query", "note"}));
    return std::nullopt;
}

void Loader::ruleConditions(const Node& node, Rule& rule, Section section) {
    const bool baseline = rule.reference != Reference::None || section == Section::Baseline;
    if (const Node any = node["any_of"]) {
        rule.any_of = true;
        if (node["check"]) node["check"].mistake("not beside any_of");
        for (const Node& element : any.elements()) {
            element.hasKeys({"check"}, {"op", "value", "tol", "slot"});
            if (auto one = condition(element, element["check"], baseline))
                rule.conditions.push_back(*std::move(one));
        }
        if (any.isList() && any.elements().empty()) any.mistake("the list is empty");
        return;
    }
    if (!node["check"]) {
        node.mistake("'check' or 'any_of' is missing");
        return;
    }
    if (node["check"].isScalar()) {
        if (auto one = condition(node, node["check"], baseline)) rule.conditions.push_back(*std::move(one));
        return;
    }
    if (node["check"].isList() && node["check"].elements().empty())
        node["check"].mistake("the list is empty");
    for (const Node& check : node["check"].elements())
        if (auto one = condition(node, check, baseline)) rule.conditions.push_back(*std::move(one));
}

std::optional<Condition> Loader::condition(const Node& node, const Node& check, bool baseline) {
    if (!check) return std::nullopt;
    Condition condition;
    auto name = resolve(check.text());
    if (!name && check.isScalar()) check.mistake(name.error().context);
    if (name) condition.check = *std::move(name);
    const Node op = node["op"];
    if (node["same_as"] && !op) {
        condition.op = Operator::SameAs;
        condition.sibling = node["same_as"].text();
    } else if (!op) {
        node.mistake("'op' is missing");
        return std::nullopt;
    } else {
        const auto parsed = parseOperator(op.text());
        if (!parsed || *parsed == Operator::Bounds || *parsed == Operator::RatioToBaseline) {
            if (op.isScalar()) op.mistake(gotAllowed(op.text(), ruleOperatorNames()));
            return std::nullopt;
        }
        condition.op = *parsed;
        if (condition.op == Operator::SameAs)
            condition.sibling = node[node["slot"] ? "slot" : "same_as"].text();
    }
    if (condition.op == Operator::SameAs && condition.sibling.empty()) node.mistake("same_as needs 'slot'");
    const Node sibling = node[node["slot"] ? "slot" : "same_as"];
    if (sibling && !condition.sibling.empty()) siblings_.emplace_back(sibling.path(), condition.sibling);
    if (condition.check.name.empty()) return std::nullopt;
    if (needsNumber(condition.op) && isPrivateName(condition.check.name)) condition.check.kind = Kind::Number;
    if (needsNumber(condition.op) && condition.check.kind != Kind::Number &&
        condition.check.origin != Origin::Console)
        op.mistake(std::string(toString(condition.op)) + " needs a number, and " + condition.check.name +
                   " is none");
    conditionValue(node, condition, baseline);
    return condition;
}

void Loader::conditionValue(const Node& node, Condition& condition, bool baseline) {
    const Node value = node["value"];
    const Takes takes = infoOf(condition.op).takes;
    if (takes == Takes::Nothing) {
        if (value) value.mistake(std::string(toString(condition.op)) + " takes no value");
    } else if (!value) {
        node.mistake("'value' is missing");
    } else {
        condition.value = literal(value);
        typeLiteral(value, condition, baseline);
    }
    if (condition.op == Operator::Matches && value && condition.value.shape != Literal::Shape::One)
        value.mistake("matches wants the regular expression itself");
    if (condition.op == Operator::Matches && condition.value.shape == Literal::Shape::One) {
        auto pattern = Pattern::compile(condition.value.items.front().text);
        if (!pattern) value.mistake("not a regular expression: " + pattern.error().context);
        if (pattern) condition.pattern = *std::move(pattern);
    }
    condition.tolerance = tolerance(node["tol"], condition);
    if (condition.op == Operator::Within && !node["tol"]) node.mistake("within needs 'tol'");
}

void Loader::typeLiteral(const Node& node, const Condition& condition, bool baseline) {
    const Literal* literal = &condition.value;
    if (literal->shape == Literal::Shape::Parameter) {
        const auto found = pack_.parameters.find(literal->parameter);
        if (found == pack_.parameters.end()) {
            std::vector<std::string> names;
            for (const auto& [name, ignored] : pack_.parameters) names.push_back("$" + name);
            node.mistake(gotAllowed("$" + literal->parameter, names));
            return;
        }
        literal = &found->second;
    }
    if (literal->shape == Literal::Shape::None) return;
    const Takes takes = infoOf(condition.op).takes;
    if (const auto problem = shapeProblem(takes, *literal); !problem.empty()) {
        node.mistake(std::string(toString(condition.op)) + " wants " + std::string(problem));
        return;
    }
    if (takes == Takes::Text || literal->shape == Literal::Shape::Context) return;
    CheckName against = condition.check;
    if (takes == Takes::Count || condition.op == Operator::Ratio) {
        against.kind = Kind::Number;
        against.dimension = Dimension::None;
        against.native = nullptr;
    }
    for (const Scalar& item : literal->items) {
        const Unit* unit = item.quantity ? item.quantity->unit : nullptr;
        const bool share = unit && unit->dimension == Dimension::Fraction;
        if (share && (baseline || condition.op == Operator::ChangeAtMost)) continue;
        if (const auto why = mismatch(item, against)) node.mistake(*why);
    }
    if (takes == Takes::Range && literal->items.size() == 2) {
        const auto low = baseNumber(literal->items[0], against);
        const auto high = baseNumber(literal->items[1], against);
        if (low && high && *low > *high) node.mistake("the low end is above the high end");
    }
}

Tolerance Loader::tolerance(const Node& node, const Condition& condition) {
    Tolerance tolerance;
    const auto read = [&](const Node& place) {
        std::string text = place.text();
        if (text.starts_with('$')) {
            tolerance.parameter = text.substr(1);
            const auto found = pack_.parameters.find(tolerance.parameter);
            if (found == pack_.parameters.end() || found->second.shape != Literal::Shape::One) {
                place.mistake("no parameter with one value is named '" + text + "'");
                return;
            }
            text = found->second.items.front().text;
        }
        const Scalar scalar = makeScalar(text);
        if (!scalar.quantity || scalar.quantity->number < 0) {
            place.mistake("got '" + text +
                          "'; allowed: a number from 0 up, in the unit of the check or in %");
        } else if (scalar.quantity->unit && scalar.quantity->unit->dimension == Dimension::Fraction &&
                   condition.check.dimension != Dimension::Fraction) {
            tolerance.relative = scalar.quantity->base();
        } else if (const auto why = mismatch(scalar, condition.check)) {
            place.mistake(*why);
        } else {
            tolerance.absolute = scalar.quantity;
        }
    };
    if (node.isMap()) {
        node.hasKeys({}, {"rel", "affine", "angle"});
        if (node["rel"]) read(node["rel"]);
        const auto width = [&](const Node& place, Dimension dimension) {
            const auto quantity = place ? parseQuantity(place.text()) : std::nullopt;
            const bool good =
                quantity && quantity->unit && quantity->unit->dimension == dimension && quantity->number >= 0;
            if (place.isScalar() && !good)
                place.mistake(gotAllowed(place.text(),
                                         {"a number from 0 up with one of the units " + unitsOf(dimension)}));
            return good ? quantity->base() : 0;
        };
        tolerance.affine_mm = width(node["affine"], Dimension::Length);
        tolerance.angle_deg = width(node["angle"], Dimension::Angle);
    } else if (node) {
        read(node);
    }
    return tolerance;
}

Literal Loader::literal(const Node& node) {
    Literal literal;
    if (node.isScalar()) {
        const std::string text = node.text();
        literal.shape = Literal::Shape::One;
        if (text.starts_with('$')) {
            literal.shape = Literal::Shape::Parameter;
            literal.parameter = text.substr(1);
        } else if (text.starts_with("enrolment.") || text.starts_with("visit.") ||
                   text == "site.trained_operators") {
            literal.shape = Literal::Shape::Context;
            literal.context = findCheckName(text);
            if (!literal.context || literal.context->origin != Origin::Context)
                node.mistake(gotAllowed(
                    text,
                    {"enrolment.subject_id", "enrolment.subject_ids", "enrolment.sex", "enrolment.birth_year",
                     "enrolment.laterality", "visit.id", "site.trained_operators"}));
        } else {
            literal.items.push_back(makeScalar(text));
        }
    } else if (node.isMap()) {
        literal.shape = Literal::Shape::Range;
        if (node.hasKeys({"min", "max"}, {}))
            literal.items = {makeScalar(node["min"].text()), makeScalar(node["max"].text())};
        else
            literal.shape = Literal::Shape::None;
    } else {
        literal.shape = Literal::Shape::List;
        for (const std::string& text : node.texts()) literal.items.push_back(makeScalar(text));
    }
    return literal;
}

std::optional<Guard> Loader::guard(const Node& node) {
    if (!node) return std::nullopt;
    auto parsed = parseGuard(node.text(), [this](std::string_view name) { return resolve(name); });
    if (parsed) return *std::move(parsed);
    if (node.isScalar()) node.mistake(parsed.error().context);
    return std::nullopt;
}

void Loader::checkSources(const Node& node) {
    const std::vector<std::string> allowed(source_keys_.begin(), source_keys_.end());
    for (const std::string& key : node.texts())
        if (!source_keys_.contains(key)) node.mistake(gotAllowed(key, allowed));
}

Result<CheckName> Loader::resolve(std::string_view name) {
    std::optional<CheckName> check;
    if (name.starts_with("vocab.")) {
        const auto found = std::ranges::find(pack_.vocabularies, name.substr(6), &Vocabulary::name);
        if (found != pack_.vocabularies.end()) {
            check = findCheckName(found->attribute);
            check->origin = Origin::Vocabulary;
            check->name = name;
            check->kind = Kind::Text;
            for (const VocabularyRow& row : found->rows)
                if (std::ranges::find(check->words, row.word_class) == check->words.end())
                    check->words.push_back(row.word_class);
        }
    } else if (name.starts_with("console.") && isIdentifier(name.substr(8))) {
        check.emplace();
        check->name = name;
        check->label = name.substr(8);
        check->origin = Origin::Console;
        std::ranges::replace(check->label, '_', ' ');
        if (const auto declared = console_.find(name); declared != console_.end()) check = declared->second;
    } else {
        check = findCheckName(name);
    }
    if (!check)
        return fail(Errc::ConfigInvalid,
                    "got '" + std::string(name) +
                        "'; allowed: a DICOM keyword, Sequence.Keyword, (gggg,ee):CREATOR of a private "
                        "attribute, or a name that docs/formats/pack.md lists (derived.*, vocab.*, "
                        "enrolment.*, …)");
    useColumns(*check);
    return *std::move(check);
}

void Loader::useColumns(CheckName& check) {
    for (const auto input : check.inputs) (void)columnOf(input);
    if (check.keyword.empty()) return;
    check.column = columnOf(check.sequence.empty() ? check.keyword : check.sequence + "." + check.keyword);
}

int Loader::columnOf(std::string_view attribute) {
    const auto found = std::ranges::find(pack_.attributes, attribute);
    const auto index = static_cast<int>(found - pack_.attributes.begin());
    if (found == pack_.attributes.end()) pack_.attributes.emplace_back(attribute);
    return index;
}

std::vector<CheckName> Loader::checkNames(const Node& node) {
    std::vector<CheckName> names;
    for (const Node& element : node.elements()) {
        auto check = resolve(element.text());
        if (!check && element.isScalar()) element.mistake(check.error().context);
        if (check) names.push_back(*std::move(check));
    }
    return names;
}

}  // namespace gantry::qc
