#include "describe.hpp"

#include "limits.hpp"

namespace gantry::qc {

namespace {

std::string describeFlag(const CheckName& check, bool value) {
    if (check.name == "derived.ever_lossy") return value ? "compressed with loss" : "without loss";
    return value ? "yes" : "no";
}

}  // namespace

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

std::string describeFound(const Observation& seen, const Condition& condition,
                          const std::vector<std::size_t>& shown, const Scope& scope) {
    constexpr std::size_t kNamed = 3;
    if (condition.check.identifying)
        return shown.size() == 1 ? "given" : std::to_string(shown.size()) + " different values";
    if (condition.check.name == "derived.affine") return "place, direction and matrix of the slab";
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
            return "as before";
        case Operator::SameAs:
            return "as in the series it belongs to";
        case Operator::Ratio:
        case Operator::RatioToBaseline:
            return limit + " times the value before";
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
