#pragma once
/// Text in the pages that programs print: reports, statements, the sites of a trial.

#include <string>
#include <string_view>

namespace gantry {

/// As text of an element or within double or single quotes of an attribute (HTML Living Standard 13.1.2.3, 13.1.4).
std::string htmlText(std::string_view utf8);

}  // namespace gantry
