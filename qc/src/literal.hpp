#pragma once
/// Values as packs write them. Every scalar keeps its text; whether it is a number is decided by the check it
/// meets.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check_name.hpp"

namespace gantry::qc {

struct Scalar {
    std::string text;
    std::optional<Quantity> quantity;  ///< when the text is a number with a known unit or none
};
Scalar makeScalar(std::string_view text);

struct Literal {
    enum class Shape {
        None,
        One,        ///< items[0]
        List,       ///< items
        Range,      ///< items[0] to items[1], from {min, max}
        Parameter,  ///< $name: looked up when the rule is judged, since overrides set parameters
        Context     ///< told.*: a value of the context, such as enrolment.subject_ids
    };
    Shape shape = Shape::None;
    std::vector<Scalar> items;
    std::string parameter;
    std::optional<CheckName> context;
};

/// Half widths around a limit; what is not written is 0.
struct Tolerance {
    std::optional<Quantity> absolute;
    double relative = 0;    ///< 0.05 for 5 %
    std::string parameter;  ///< $name, else ""
    double affine_mm = 0;   ///< of derived.affine: how far apart slabs may lie
    double angle_deg = 0;   ///< of derived.affine: how much they may be turned
};

/// The number of `scalar` in base units when compared with `check`: a bare number has the check's own unit.
std::optional<double> baseNumber(const Scalar& scalar, const CheckName& check);
/// Why `scalar` cannot be compared with `check`; nullopt when it can.
std::optional<std::string> mismatch(const Scalar& scalar, const CheckName& check);

}  // namespace gantry::qc
