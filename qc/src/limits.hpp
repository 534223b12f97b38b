#pragma once
/// Numbers of a condition in base units, with what tolerance adds.

#include <limits>
#include <optional>
#include <vector>

#include "observation.hpp"

namespace gantry::qc {

/// A limit as numbers in base units with its half width.
struct Limit {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// What tolerance adds around `limit`; absolute and relative together take the wider one.
double widthAround(double limit, const Condition& condition, const Scope& scope);
std::vector<double> numbersOf(const Literal& literal, const CheckName& check);
/// Nullopt when the literal does not hold the numbers that the operator needs.
std::optional<Limit> limitOf(const Condition& condition, const Literal& literal, const Scope& scope);

bool equalTo(const Item& item, const Scalar& scalar, const Condition& condition, const Scope& scope);
/// Component by component, within the condition's tolerance. Slab positions (derived.affine) are the same
/// when matrices are, places differ by no more than tol.affine and directions by no more than tol.angle.
bool sameValue(const std::vector<Item>& a, const std::vector<Item>& b, const Condition& condition,
               const Scope& scope);

/// A literal with parameters looked up.
const Literal& resolved(const Literal& literal, const Scope& scope);

}  // namespace gantry::qc
