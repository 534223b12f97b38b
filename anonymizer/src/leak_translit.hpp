#pragma once
/// The same name in another script, for the gate alone.

#include <vector>

#include "leak_text.hpp"

namespace gantry::anonymizer::leak {

/// Cyrillic and Greek in Latin letters (two usual ways each), katakana as hiragana and the reverse, both in
/// Latin letters (Hepburn, long vowels written and not); none for a text without them.
std::vector<CodePoints> inOtherScripts(const CodePoints& text);

}  // namespace gantry::anonymizer::leak
