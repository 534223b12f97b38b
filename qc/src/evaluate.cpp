#include "evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gantry::qc {

namespace {

/// A limit as numbers in base units with its half width.
struct Limit {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// What tolerance adds around `limit`; absolute and relative together take the wider one.
double widthAround(double limit, const Condition& condition, const Scope& scope) {
    double absolute = 0;
    double relative = condition.tolerance.relative;
    std::optional<Quantity> quantity = condition.tolerance.absolute;
    if (!condition.tolerance.parameter.empty()) {
        const auto found = scope.parameters.find(condition.tolerance.parameter);
        if (found != scope.parameters.end() && !found->second.items.empty())
            quantity = found->second.items.front().quantity;
        const bool share = quantity && quantity->unit && quantity->unit->dimension == Dimension::Fraction &&
                           condition.check.dimension != Dimension::Fraction;
        if (share) {
            relative = quantity->base();
            quantity.reset();
        }
    }
    if (quantity) absolute = baseNumber({{}, quantity}, condition.check).value_or(0);
    // Decimal fractions of headers and packs do not meet exactly in binary.
    constexpr double kRounding = 1e-9;
    return std::max(absolute, relative * std::abs(limit)) + kRounding * std::max(1.0, std::abs(limit));
}

std::vector<double> numbersOf(const Literal& literal, const CheckName& check) {
    std::vector<double> numbers;
    for (const Scalar& item : literal.items)
        if (const auto number = baseNumber(item, check)) numbers.push_back(*number);
    return numbers;
}

std::optional<Limit> limitOf(const Condition& condition, const Literal& literal, const Scope& scope) {
    const auto numbers = numbersOf(literal, condition.check);
    if (numbers.size() != literal.items.size() || numbers.empty()) return std::nullopt;
    const auto width = [&](double number) { return widthAround(number, condition, scope); };
    Limit limit;
    switch (condition.op) {
        case Operator::AtMost:
            limit.high = numbers[0] + width(numbers[0]);
            break;
        case Operator::AtLeast:
            limit.low = numbers[0] - width(numbers[0]);
            break;
        case Operator::Within:
            limit = {numbers[0] - width(numbers[0]), numbers[0] + width(numbers[0])};
            break;
        default:
            if (numbers.size() != 2) return std::nullopt;
            limit = {numbers[0] - width(numbers[0]), numbers[1] + width(numbers[1])};
    }
    return limit;
}

bool equalTo(const Item& item, const Scalar& scalar, const Condition& condition, const Scope& scope) {
    if (condition.check.kind != Kind::Number) return item.text == scalar.text;
    const auto number = baseNumber(scalar, condition.check);
    return item.number && number &&
           std::abs(*item.number - *number) <= widthAround(*number, condition, scope);
}

bool oneOf(const Item& item, const std::vector<Scalar>& scalars, const Condition& condition,
           const Scope& scope) {
    return std::ranges::any_of(scalars, [&](const Scalar& s) { return equalTo(item, s, condition, scope); });
}

bool holdsValue(const std::vector<Item>& value, const Scalar& scalar, const Condition& condition,
                const Scope& scope) {
    return std::ranges::any_of(value,
                               [&](const Item& item) { return equalTo(item, scalar, condition, scope); });
}

bool inOrder(const std::vector<Item>& value, const std::vector<Scalar>& wanted, const Condition& condition,
             const Scope& scope) {
    std::size_t at = 0;
    for (const Item& item : value)
        if (at < wanted.size() && equalTo(item, wanted[at], condition, scope)) ++at;
    return at == wanted.size();
}

/// Whether one value (all its components) satisfies the condition.
bool satisfies(const std::vector<Item>& value, const Condition& condition, const Literal& literal,
               const Scope& scope) {
    const auto has = [&](const Scalar& scalar) { return holdsValue(value, scalar, condition, scope); };
    switch (condition.op) {
        case Operator::Equals:
        case Operator::In:
            return std::ranges::all_of(
                value, [&](const Item& i) { return oneOf(i, literal.items, condition, scope); });
        case Operator::Contains:
        case Operator::ContainsAll:
        case Operator::Superset:
            return std::ranges::all_of(literal.items, has);
        case Operator::ContainsAny:
            return std::ranges::any_of(literal.items, has);
        case Operator::ContainsNone:
            return std::ranges::none_of(literal.items, has);
        case Operator::CountAtLeast:
            return static_cast<double>(value.size()) >=
                   literal.items.front().quantity.value_or(Quantity{}).number;
        case Operator::Sequence:
            return inOrder(value, literal.items, condition, scope);
        case Operator::Matches:
            return std::ranges::any_of(value,
                                       [&](const Item& i) { return condition.pattern->foundIn(i.text); });
        default:
            break;
    }
    const auto limit = limitOf(condition, literal, scope);
    return limit && std::ranges::all_of(value, [&](const Item& item) {
               return item.number && *item.number >= limit->low && *item.number <= limit->high;
           });
}

/// The unit that found values are shown in: the one the limit is written in, else the check's own.
const Unit* shownUnit(const Condition& condition, const Scope& scope) {
    const Literal& literal = resolved(condition.value, scope);
    const bool share = condition.check.dimension != Dimension::Fraction;
    for (const Scalar& item : literal.items)
        if (item.quantity && item.quantity->unit &&
            !(share && item.quantity->unit->dimension == Dimension::Fraction))
            return item.quantity->unit;
    return condition.check.native;
}

std::string describeValue(const std::vector<Item>& value, const Unit* unit) {
    std::string text;
    for (const Item& item : value) {
        if (!text.empty()) text += " / ";
        text += item.number ? formatQuantity(*item.number, unit) : item.text;
    }
    return text;
}

std::string describeFlag(const CheckName& check, bool value) {
    if (check.measure == Measure::EverLossy) return value ? "compressed with loss" : "without loss";
    return value ? "yes" : "no";
}

std::string describeFound(const Observation& seen, const Condition& condition,
                          const std::vector<std::size_t>& shown, const Scope& scope) {
    constexpr std::size_t kNamed = 3;
    if (condition.check.identifying)
        return shown.size() == 1 ? "given" : std::to_string(shown.size()) + " different values";
    const Unit* unit = shownUnit(condition, scope);
    std::string text;
    for (std::size_t i = 0; i < shown.size() && i < kNamed; ++i) {
        const auto& value = seen.values[shown[i]];
        if (!text.empty()) text += ", ";
        text += condition.check.kind == Kind::Flag
                    ? describeFlag(condition.check, value.front().text == "true")
                    : describeValue(value, unit);
    }
    if (shown.size() > kNamed) text += " and " + std::to_string(shown.size() - kNamed) + " more";
    if (!seen.note.empty())
        text += condition.check.origin == Origin::Vocabulary ? " (" + seen.note + ")" : " " + seen.note;
    return text;
}

std::vector<std::size_t> allOf(const Observation& seen) {
    std::vector<std::size_t> all(seen.values.size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    return all;
}

Answer answerPresence(const Condition& condition, const Observation& seen, const Scope& scope) {
    const bool present = !seen.values.empty() || seen.partial;
    const bool truncated =
        std::ranges::any_of(scope.series, [](const SeriesView* s) { return s->truncated; });
    if (!present && (truncated || scope.series.empty() || condition.check.origin != Origin::Attribute))
        return {Tri::Unknown, seen.reason, false, true, {}};
    const bool holds = present == (condition.op == Operator::Present);
    return {holds ? Tri::Yes : Tri::No, present ? "given" : "not in the header", false, !present, {}};
}

Answer answerConstant(const Condition& condition, const Observation& seen, const Scope& scope) {
    if (seen.values.empty()) return {Tri::Unknown, seen.reason, false, true, {}};
    if (seen.values.size() > 1)
        return {Tri::No, describeFound(seen, condition, allOf(seen), scope), false, false, {}};
    if (seen.absent > 0 || seen.partial) return {Tri::Unknown, seen.reason, false, false, {}};
    return {Tri::Yes, "the same in all images", false, false, {}};
}

bool sameValue(const std::vector<Item>& a, const std::vector<Item>& b, const Condition& condition,
               const Scope& scope) {
    return std::ranges::equal(a, b, [&](const Item& x, const Item& y) {
        if (!x.number || !y.number) return x.text == y.text;
        return std::abs(*x.number - *y.number) <= widthAround(*y.number, condition, scope);
    });
}

Answer answerSibling(const Condition& condition, const Observation& seen, const Scope& scope) {
    const auto found =
        scope.matched ? scope.matched->find(condition.sibling) : decltype(scope.matched->end()){};
    if (!scope.matched || found == scope.matched->end() || found->second.empty())
        return {Tri::Unknown, "the series to compare with is not there", false, false, {}};
    Scope other = scope;
    other.series = found->second;
    const Observation sibling = observe(other, condition.check);
    if (seen.values.empty() || sibling.values.empty() || seen.partial || sibling.partial)
        return {
            Tri::Unknown, seen.values.empty() ? seen.reason : sibling.reason, false, seen.values.empty(), {}};
    const bool same = std::ranges::all_of(seen.values, [&](const auto& value) {
        return std::ranges::any_of(sibling.values,
                                   [&](const auto& one) { return sameValue(value, one, condition, scope); });
    });
    return {same ? Tri::Yes : Tri::No, describeFound(seen, condition, allOf(seen), scope), false, false, {}};
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

/// The subject of a study is what the caller assigned; a header may carry the hospital's number, but never
/// the number of another subject of the trial.
Answer answerSubject(const Observation& seen, const Scope& scope) {
    const auto& enrolled = scope.context.enrolled_subject_ids;
    if (enrolled.empty()) return {Tri::Unknown, "the list of enrolled subjects is empty", false, false, {}};
    const auto& enrolment = scope.context.enrolment;
    for (const auto& value : seen.values)
        if (enrolment && contains(enrolled, value.front().text) &&
            value.front().text != enrolment->subject_id)
            return {Tri::No, "that of another subject of this trial", false, false, {}};
    if (enrolment)
        return contains(enrolled, enrolment->subject_id)
                   ? Answer{Tri::Yes, "subject " + enrolment->subject_id, false, false, {}}
                   : Answer{Tri::No, "assigned to a subject who is not enrolled", false, false, {}};
    if (seen.values.empty() || seen.absent > 0) return {Tri::Unknown, seen.reason, false, true, {}};
    const bool all =
        std::ranges::all_of(seen.values, [&](const auto& v) { return contains(enrolled, v.front().text); });
    return all ? Answer{Tri::Yes, "an enrolled subject", false, false, {}}
               : Answer{Tri::No, "on no list of this trial", false, false, {}};
}

bool isBelow(const std::vector<Item>& value, const Condition& condition, const Literal& literal,
             const Scope& scope) {
    const auto limit = limitOf(condition, literal, scope);
    return limit &&
           std::ranges::any_of(value, [&](const Item& i) { return i.number && *i.number < limit->low; });
}

std::string absentMembers(const Observation& seen, const Condition& condition, const Literal& literal,
                          const Scope& scope) {
    std::string missing;
    for (const Scalar& wanted : literal.items) {
        const bool there = std::ranges::any_of(
            seen.values, [&](const auto& value) { return holdsValue(value, wanted, condition, scope); });
        if (!there) missing += (missing.empty() ? "" : ", ") + wanted.text;
    }
    return missing;
}

/// The items of a literal that names the context, such as the enrolled sex; nullopt when it is not known.
std::optional<Literal> fromContext(const Literal& literal, const Scope& scope, std::string& reason) {
    const Observation told = observe(scope, *literal.context);
    if (told.values.empty()) {
        reason = literal.context->label + " is not known";
        return std::nullopt;
    }
    Literal list;
    list.shape = Literal::Shape::List;
    for (const Item& item : told.values.front()) list.items.push_back(makeScalar(item.text));
    return list;
}

}  // namespace

const Literal& resolved(const Literal& literal, const Scope& scope) {
    if (literal.shape != Literal::Shape::Parameter) return literal;
    const auto found = scope.parameters.find(literal.parameter);
    return found == scope.parameters.end() ? literal : found->second;
}

Answer evaluate(const Condition& condition, const Scope& scope) {
    Observation seen = observe(scope, condition.check);
    Literal literal = resolved(condition.value, scope);
    if (condition.op == Operator::Present || condition.op == Operator::Absent)
        return answerPresence(condition, seen, scope);
    if (condition.op == Operator::Constant) return answerConstant(condition, seen, scope);
    if (condition.op == Operator::SameAs) return answerSibling(condition, seen, scope);
    if (literal.shape == Literal::Shape::Context) {
        const bool subjects =
            literal.context->told == Told::SubjectIds || literal.context->told == Told::SubjectId;
        if (subjects && condition.check.keyword == "PatientID") return answerSubject(seen, scope);
        std::string reason;
        auto told = fromContext(literal, scope, reason);
        if (!told) return {Tri::Unknown, reason, false, false, {}};
        literal = *std::move(told);
    }
    if (seen.values.empty()) return {Tri::Unknown, seen.reason, false, true, {}};
    if (condition.op == Operator::Matches && !condition.pattern)
        return {Tri::Unknown, "no pattern", false, false, {}};
    std::vector<std::size_t> failing;
    Answer answer;
    for (std::size_t i = 0; i < seen.values.size(); ++i) {
        if (satisfies(seen.values[i], condition, literal, scope)) continue;
        failing.push_back(i);
        answer.too_low = answer.too_low || isBelow(seen.values[i], condition, literal, scope);
    }
    if (!failing.empty()) {
        answer.holds = Tri::No;
        answer.found = describeFound(seen, condition, failing, scope);
        if (condition.op == Operator::Superset)
            answer.missing = absentMembers(seen, condition, literal, scope);
    } else if (seen.absent > 0 || seen.partial) {
        answer.found = seen.reason;
    } else {
        answer.holds = Tri::Yes;
        answer.found = describeFound(seen, condition, allOf(seen), scope);
    }
    return answer;
}

std::string describeLimit(const Condition& condition, const Scope& scope) {
    const Literal& literal = resolved(condition.value, scope);
    const Unit* unit = shownUnit(condition, scope);
    std::string text;
    for (const Scalar& item : literal.items) {
        if (!text.empty()) text += literal.shape == Literal::Shape::Range ? " to " : ", ";
        const auto number =
            condition.check.kind == Kind::Number ? baseNumber(item, condition.check) : std::nullopt;
        const bool counts = condition.op == Operator::CountAtLeast || condition.op == Operator::Ratio;
        text += number && !counts ? formatQuantity(*number, unit) : item.text;
    }
    return text;
}

std::string describeExpected(const Condition& condition, const Scope& scope) {
    const std::string limit = describeLimit(condition, scope);
    const Literal& literal = resolved(condition.value, scope);
    switch (condition.op) {
        case Operator::AtMost:
            return "at most " + limit;
        case Operator::AtLeast:
            return "at least " + limit;
        case Operator::Between: {
            const auto numbers = numbersOf(literal, condition.check);
            if (numbers.size() != 2) return limit;
            return formatNumber(shownUnit(condition, scope) ? numbers[0] / shownUnit(condition, scope)->factor
                                                            : numbers[0]) +
                   " to " + formatQuantity(numbers[1], shownUnit(condition, scope));
        }
        case Operator::Within: {
            const auto numbers = numbersOf(literal, condition.check);
            if (numbers.empty()) return limit;
            return limit + " ± " +
                   formatQuantity(widthAround(numbers[0], condition, scope), shownUnit(condition, scope));
        }
        case Operator::Equals:
        case Operator::In:
            if (literal.context)
                return literal.context->told == Told::SubjectIds ? "a subject of this trial"
                                                                 : "as at enrolment";
            if (condition.check.kind == Kind::Flag) return describeFlag(condition.check, limit == "true");
            return literal.items.size() > 1 ? "one of " + limit : limit;
        case Operator::Matches:
            return "text like " + limit;
        case Operator::Contains:
        case Operator::ContainsAll:
        case Operator::Superset:
            return literal.items.size() > 1 ? "all of " + limit : limit;
        case Operator::ContainsAny:
            return "one of " + limit;
        case Operator::ContainsNone:
            return "not " + limit;
        case Operator::CountAtLeast:
            return "at least " + limit + " values";
        case Operator::Present:
            return "given";
        case Operator::Absent:
            return "not given";
        case Operator::Constant:
            return "the same in all images";
        case Operator::Same:
            return "as at the baseline";
        case Operator::SameAs:
            return "as in the series it belongs to";
        case Operator::Ratio:
        case Operator::RatioToBaseline:
            return "a ratio to the baseline in " + limit;
        case Operator::ChangeAtMost:
            return "a change of at most " + limit;
        case Operator::Sequence:
            return "in the order " + limit;
        case Operator::Bounds:
            break;
    }
    return limit;
}

}  // namespace gantry::qc
