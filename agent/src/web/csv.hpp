#pragma once
/// CSV as RFC 4180 has it.

#include <string>
#include <string_view>

namespace gantry::agent {

/// Quoted. What a spreadsheet would take for a formula gets an apostrophe before it.
std::string csvField(std::string_view text);

}  // namespace gantry::agent
