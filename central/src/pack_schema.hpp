#pragma once
/// docs/formats/pack.schema.json, as it is in the program: JSON Schema (draft 2020-12) for editors.

#include <string_view>

namespace gantry::central {
extern const std::string_view kPackSchema;
}
