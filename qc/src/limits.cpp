#include "limits.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gantry::qc {

namespace {

/// Items of derived.affine: place of the first pixel (mm), three directions, then rows, columns and slices.
constexpr std::size_t kPlace = 3, kDirections = 9, kSlab = 15;

bool sameSlab(const std::vector<Item>& a, const std::vector<Item>& b, const Tolerance& tolerance) {
    if (a.size() != kSlab || b.size() != kSlab) return false;
    const auto number = [](const Item& item) { return item.number.value_or(0); };
    double distance = 0;
    for (std::size_t i = 0; i < kPlace; ++i) distance = std::hypot(distance, number(a[i]) - number(b[i]));
    if (distance > tolerance.affine_mm) return false;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        double cosine = 0;
        for (std::size_t i = 0; i < 3; ++i)
            cosine += number(a[kPlace + axis * 3 + i]) * number(b[kPlace + axis * 3 + i]);
        const double angle = std::acos(std::clamp(cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
        if (angle > tolerance.angle_deg) return false;
    }
    for (std::size_t i = kPlace + kDirections; i < kSlab; ++i)
        if (number(a[i]) != number(b[i])) return false;
    return true;
}

}  // namespace

const Literal& resolved(const Literal& literal, const Scope& scope) {
    if (literal.shape != Literal::Shape::Parameter) return literal;
    const auto found = scope.parameters.find(literal.parameter);
    return found == scope.parameters.end() ? literal : found->second;
}

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

bool sameValue(const std::vector<Item>& a, const std::vector<Item>& b, const Condition& condition,
               const Scope& scope) {
    if (condition.check.name == "derived.affine") return sameSlab(a, b, condition.tolerance);
    return std::ranges::equal(a, b, [&](const Item& x, const Item& y) {
        if (!x.number || !y.number) return x.text == y.text;
        return std::abs(*x.number - *y.number) <= widthAround(*y.number, condition, scope);
    });
}

}  // namespace gantry::qc
