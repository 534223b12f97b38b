#pragma once
/// Which burnt-in text says nothing about anybody. Pure.

#include <string_view>

namespace gantry::imaging {

/// What a whole line of text is: "side" (L, R, AP, PORTABLE), "unit" (4.0 cm, 36 Hz), "setting" (MI 0.6,
/// Gain 60), or "" when any of it could be a name, a date or a number of the patient. A number stands only
/// beside its unit or its label, with at most four digits before the point and three behind.
std::string_view allowedAs(std::string_view line);

}  // namespace gantry::imaging
