#pragma once
/// PDF documents without what may identify somebody. Behind it qpdf, whose headers stay in one file.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gantry/core/files.hpp"

namespace gantry::anonymizer {

/// Whether a line of text may stay.
using TextJudge = std::function<bool(std::string_view line)>;

/// A new document with pages of the same size, and on them those lines of text that `may_stay` lets stand, in
/// Helvetica where they stood. A line is one string operator of ISO 32000 9.4.3: lines that are laid out
/// letter by letter cannot be judged and go. Nothing else is taken over: no metadata, annotation, attachment,
/// script, outline, form, picture, drawing, font or former revision. The same input gives the same bytes.
/// Memory and time are not bounded: see cleanPdf().
/// @return nullopt for what cannot be read, is encrypted, or has too many pages
std::optional<std::string> cleanPdfHere(Bytes pdf, const TextJudge& may_stay);

/// cleanPdfHere() in a child process with bounded memory and time.
/// @return nullopt also for documents of 64 MiB and more
std::optional<std::string> cleanPdf(Bytes pdf, const TextJudge& may_stay);

}  // namespace gantry::anonymizer
