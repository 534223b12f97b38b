#pragma once
/// PDF documents without what may identify somebody. Behind it qpdf, whose headers stay in one file.

#include <optional>
#include <string>

#include "gantry/anonymizer/policy.hpp"

namespace gantry::anonymizer {

/// The pages of `pdf` with lines and shapes, and with those texts that are plain (isPlainText) in fonts whose
/// bytes are characters. Everything else goes: metadata, annotations, attachments, scripts, outlines, forms,
/// structure, pictures, former revisions. Deterministic.
/// @return nullopt for what cannot be read, is encrypted, or is larger than the limits
std::optional<std::string> cleanPdf(Bytes pdf, const DeidPolicy& policy);

}  // namespace gantry::anonymizer
