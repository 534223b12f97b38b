#pragma once
/// Codes of leads and electrodes (PS3.16 CID 3001, 3003, 3030): schemes MDC and SCPECG.

#include <string_view>

namespace gantry::anonymizer {

/// "2:16" of ISO/IEEE 11073-10101, "5.6.3-9-1" of SCP-ECG.
bool isWaveformCode(std::string_view scheme, std::string_view value);

}  // namespace gantry::anonymizer
