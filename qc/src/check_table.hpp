#pragma once
/// Names beside the derived ones: measures of pixels, what the appliance tells, attributes with a unit.

#include <span>
#include <string_view>

#include "check_name.hpp"

namespace gantry::qc {

struct ImageRow {
    std::string_view name;
    std::string_view label;
    Kind kind;
    Dimension dimension;
    bool certain;  ///< may block; the others may only warn
    std::string_view source;
};
std::span<const ImageRow> imageRows();

struct ContextRow {
    std::string_view name;
    std::string_view label;
    Told told;
    bool identifying;
    std::string_view source;
};
std::span<const ContextRow> contextRows();

/// An attribute whose number has a unit by PS3.3, or whose keyword is no word people use.
struct NativeRow {
    std::string_view keyword;
    std::string_view label;
    std::string_view unit;
};
std::span<const NativeRow> nativeRows();

}  // namespace gantry::qc
