#include <algorithm>
#include <cmath>

#include "describe.hpp"
#include "evaluate.hpp"
#include "fingerprint.hpp"
#include "limits.hpp"

namespace gantry::qc {

namespace {

bool isShare(const Scalar& scalar, const CheckName& check) {
    const Unit* unit = scalar.quantity ? scalar.quantity->unit : nullptr;
    return unit && unit->dimension == Dimension::Fraction && check.dimension != Dimension::Fraction;
}

/// "95 %" becomes that share of what the earlier visit had.
Literal scaled(Literal literal, const CheckName& check, double before) {
    for (Scalar& item : literal.items) {
        if (!isShare(item, check)) continue;
        const double factor = check.native ? check.native->factor : 1;
        item.quantity = Quantity{item.quantity->base() * before / factor, nullptr};
        item.text = formatNumber(item.quantity->number);
    }
    return literal;
}

bool anyBefore(const std::vector<Item>& value, const Observation& before, const Condition& condition,
               const Scope& scope) {
    return std::ranges::any_of(before.values,
                               [&](const auto& one) { return sameValue(value, one, condition, scope); });
}

/// Whether `now` may follow `before`, by the operators that compare two numbers.
bool follows(double now, double before, const Condition& condition, const Literal& literal,
             const Scope& scope) {
    if (condition.op == Operator::Ratio) {
        if (before == 0 || literal.items.size() != 2) return false;
        const double ratio = now / before;
        constexpr double kRounding = 1e-9;
        return ratio >= literal.items[0].quantity.value_or(Quantity{}).base() - kRounding &&
               ratio <= literal.items[1].quantity.value_or(Quantity{}).base() + kRounding;
    }
    const Scalar& limit = literal.items.front();
    const double most = isShare(limit, condition.check) ? limit.quantity->base() * std::abs(before)
                                                        : baseNumber(limit, condition.check).value_or(0);
    return std::abs(now - before) <= most + widthAround(0, condition, scope);
}

bool satisfiesReference(const std::vector<Item>& value, const Observation& before, const Condition& condition,
                        const Literal& literal, const Scope& scope) {
    if (condition.op == Operator::Same) return anyBefore(value, before, condition, scope);
    return std::ranges::any_of(before.values, [&](const auto& one) {
        return std::ranges::equal(value, one, [&](const Item& now, const Item& then) {
            return now.number && then.number && follows(*now.number, *then.number, condition, literal, scope);
        });
    });
}

std::string describeBefore(const Observation& before, const Condition& condition, const Scope& scope) {
    if (condition.check.identifying) return "that of the earlier visit";
    return describeFound(before, condition, allOf(before), scope);
}

}  // namespace

Answer answerReference(const Condition& condition, const Observation& seen, const Scope& scope) {
    if (seen.values.empty()) return {Tri::Unknown, seen.reason, false, true, {}};
    const Observation before = observeEarlier(scope, condition.check, condition.reference);
    if (before.values.empty()) return {Tri::Unknown, before.reason, false, false, {}};
    const Literal& literal = resolved(condition.value, scope);
    const bool compares_two = condition.op == Operator::Same || condition.op == Operator::Ratio ||
                              condition.op == Operator::ChangeAtMost;
    Answer answer;
    if (compares_two) {
        std::vector<std::size_t> failing;
        for (std::size_t i = 0; i < seen.values.size(); ++i)
            if (!satisfiesReference(seen.values[i], before, condition, literal, scope)) failing.push_back(i);
        const bool sure = seen.absent == 0 && !seen.partial;
        answer.holds = !failing.empty() ? Tri::No : (sure ? Tri::Yes : Tri::Unknown);
        answer.found = !failing.empty() ? describeFound(seen, condition, failing, scope)
                       : sure           ? describeFound(seen, condition, allOf(seen), scope)
                                        : seen.reason;
    } else {
        const auto number = before.values.front().front().number;
        answer =
            compareAll(seen, condition, number ? scaled(literal, condition.check, *number) : literal, scope);
    }
    answer.before = describeBefore(before, condition, scope);
    return answer;
}

}  // namespace gantry::qc
