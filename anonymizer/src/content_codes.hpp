#pragma once
/// Codes of schemes that only reports and waveforms use (PS3.16 8): leads and electrodes, radiomics.

#include <string_view>

namespace gantry::anonymizer {

/// MDC "2:16" (ISO/IEEE 11073-10101), SCPECG "5.6.3-9-1", IBSI "X6K6".
bool isContentCode(std::string_view scheme, std::string_view value);

}  // namespace gantry::anonymizer
