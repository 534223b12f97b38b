/// Bytes of anyone's making through the DICOM reader and the facts.
#include <cstddef>
#include <cstdint>

#include "gantry/core/facts.hpp"

using namespace gantry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    dicom::ReadLimits limits;
    limits.max_elements = 10'000;
    if (const auto file = dicom::readFile(bytes, limits)) {
        const auto facts = extractFacts(*file);
        const auto again = decodeFactsDelta({}, encodeFactsDelta({}, facts));
        if (!again || *again != facts) __builtin_trap();
    }
    for (const auto encoding :
         {dicom::Encoding::ImplicitLittle, dicom::Encoding::ExplicitLittle, dicom::Encoding::ExplicitBig})
        (void)dicom::readDataSet(bytes, encoding, limits);
    return 0;
}
