#pragma once
/// Who is expected where: a table of the central team's, made into what each site reads.

#include <map>
#include <string>
#include <string_view>

#include "gantry/core/result.hpp"

namespace gantry::central {

/// Site to its roster.json (docs/formats/inbox.md), in canonical form.
using Rosters = std::map<std::string, std::string>;

/// CSV in UTF-8 with a header; separated by commas or semicolons, fields may stand in double quotes. `subject` is
/// required; `site` too, where `only_site` is "". Beside them `sex`, `birth_year`, `laterality`, `left`, `visit`, `from`,
/// `to` and `anchor:NAME`. A subject has a line, or one for each visit. Days are YYYYMMDD or YYYY-MM-DD.
/// @errors InvalidArgument: every mistake, one a line, with its line number and without the value
Result<Rosters> rostersFrom(std::string_view csv, const std::string& only_site);

}  // namespace gantry::central
