#pragma once
/// One text in the character sets that DICOM and the programs around it write, for the gate alone.

#include <string>
#include <vector>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {

/// The bytes of a text beyond ASCII in every set of PS3.3 C.12.1.1.2 that can write it, and in those of
/// Windows and the web; without the escapes at its ends. UTF-8, Latin-1 and UTF-16 are not among them.
std::vector<std::string> inOtherSets(const CodePoints& text);

}  // namespace gantry::anonymizer::leak
