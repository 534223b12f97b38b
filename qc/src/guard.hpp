#pragma once
/// Guards: the small expressions of `when`. Comparisons, and/or/not, in, ~; no calls, no loops, bounded size.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check_name.hpp"
#include "literal.hpp"
#include "pattern.hpp"

namespace gantry::qc {

/// Yes and no, and what cannot be told.
enum class Tri { No, Yes, Unknown };
Tri operator!(Tri a);
Tri operator&&(Tri a, Tri b);  // both sides are evaluated: a Tri has no side effects
Tri operator||(Tri a, Tri b);

enum class Compare { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, Matches, Truthy };

/// A node: either a comparison, or and/or/not over children.
struct Guard {
    enum class Kind { Comparison, And, Or, Not };
    Kind kind = Kind::Comparison;
    std::vector<Guard> children;
    CheckName check;  ///< of a comparison
    Compare compare = Compare::Truthy;
    std::vector<Scalar> values;
    std::optional<Pattern> pattern;
};

struct GuardLimits {
    static constexpr std::size_t kMaxCharacters = 500;
    static constexpr int kMaxDepth = 8;
    static constexpr int kMaxNodes = 64;
};

/// Resolves a name in a guard; an error says which names there are.
using NameResolver = std::function<Result<CheckName>(std::string_view)>;

/// @errors ConfigInvalid with what is wrong and at which character
Result<Guard> parseGuard(std::string_view text, const NameResolver& resolve);

}  // namespace gantry::qc
