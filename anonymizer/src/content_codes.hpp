#pragma once
/// Codes of schemes that only reports and waveforms use (PS3.16 8): leads and electrodes, radiomics.

#include <string_view>

namespace gantry::anonymizer {

/// MDC "2:16" (ISO/IEEE 11073-10101), SCPECG "5.6.3-9-1", IBSI "X6K6".
/// Of makers of devices: short forms such as 99SMS_CTMR "MR-20".
bool isContentCode(std::string_view scheme, std::string_view value);

/// A scheme whose name may stand in CodingSchemeIdentificationSequence.
bool isContentScheme(std::string_view scheme);

}  // namespace gantry::anonymizer
