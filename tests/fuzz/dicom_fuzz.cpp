/// Bytes of anyone's making through the DICOM reader and the facts.
#include <cstddef>
#include <cstdint>

#include "gantry/core/attributes.hpp"
#include "gantry/core/facts.hpp"

using namespace gantry;

namespace {
/// What attributes say must stay within the facts' frames.
void ask(const Facts& facts) {
    Attributes attributes(facts);
    for (const auto* name : {"ImagePositionPatient", "MRDiffusionSequence.DiffusionBValue",
                             "MRDiffusionSequence", "(2001,03):Philips Imaging DD 001", "Gantry.BValue",
                             "Gantry.GradientDirection", "Gantry.PhaseEncodingPositive", "Gantry.MosaicTiles",
                             "Gantry.AccelerationFactor", "Gantry.PrivateBlocks"})
        for (const FrameValues& item : attributes.items(name))
            if (item.values.size() > attributes.frames()) __builtin_trap();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    dicom::ReadLimits limits;
    limits.max_elements = 10'000;
    if (const auto file = dicom::readFile(bytes, limits)) {
        const auto facts = extractFacts(*file);
        ask(facts);
        const auto again = decodeFactsDelta({}, encodeFactsDelta({}, facts));
        if (!again || *again != facts) __builtin_trap();
    }
    for (const auto encoding :
         {dicom::Encoding::ImplicitLittle, dicom::Encoding::ExplicitLittle, dicom::Encoding::ExplicitBig})
        (void)dicom::readDataSet(bytes, encoding, limits);
    return 0;
}
