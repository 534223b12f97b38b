#pragma once
/// The text of encapsulated documents, for the gate alone. What it cannot read whole it does not read at all.

#include <optional>
#include <string>
#include <vector>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer::leak {

/// The texts to search of a PDF (ISO 32000-1) or of marked-up or plain text: PDF streams inflated, the
/// strings in them put together with and without what stands between; markup with its entities decoded, and
/// without its tags.
/// @return nullopt for what is neither, for PDF with encryption, pictures, fonts whose bytes are not
/// characters, filters
///         other than FlateDecode, and for more than 64 MiB
std::optional<std::vector<std::string>> documentTexts(Bytes document);

}  // namespace gantry::anonymizer::leak
