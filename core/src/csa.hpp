#pragma once
/// Siemens CSA headers, (0029,10) and (0029,20) of SIEMENS CSA HEADER: a list of named values in a private
/// binary form. Untrusted: every count and length is checked against the bytes there are.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry {

/// Name to values joined by backslash. Names without a value are left out.
using CsaValues = std::map<std::string, std::string, std::less<>>;

/// Values of the `wanted` names, from the older form (CSA1: starts with the number of entries) or the newer
/// one (CSA2: starts with "SV10"). Numbers stand in these headers as text.
/// @errors BadFormat: not such a header, or it ends within an entry
Result<CsaValues> readCsa(Bytes header, std::span<const std::string_view> wanted);

}  // namespace gantry
