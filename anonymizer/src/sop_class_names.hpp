#pragma once
/// Names of storage classes, for people.

#include <span>
#include <string_view>

namespace gantry::anonymizer {

struct SopClassName {
    std::string_view uid;
    std::string_view name;
};
/// Ascending by the UID's text.
std::span<const SopClassName> sopClassNames();

}  // namespace gantry::anonymizer
