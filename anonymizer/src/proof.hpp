#pragma once
/// How the engine knows its own output again. A keyed proof in DeidentificationMethod covers every byte of
/// the data set before the pixels, so a claim cannot be moved to another object or survive a change.

#include <optional>
#include <string>

#include "gantry/anonymizer/engine.hpp"

namespace gantry::anonymizer {

inline constexpr std::size_t kProofLetters = 32;  ///< 128 bits, four in a letter
inline constexpr std::string_view kProofLabel = "GANTRY ";

/// Of the data set's bytes before and behind the letters of the proof, up to the header of the pixel data.
std::string proofOf(const DeidKeys& keys, const SubjectIdentity& subject, Bytes before, Bytes behind);

}  // namespace gantry::anonymizer
