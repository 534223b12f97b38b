#pragma once
/// Objects to send, and PS3.10 files taken apart by the standard's own rules rather than by the product's
/// reader.

#include <optional>
#include <string>
#include <string_view>

#include "gantry/scanner/series.hpp"

namespace gantry::test {

/// A PS3.10 file split after its file meta group.
struct SplitFile {
    std::string sop_class_uid;        ///< (0002,0002)
    std::string sop_instance_uid;     ///< (0002,0003)
    std::string transfer_syntax_uid;  ///< (0002,0010)
    std::string dataset;
};
/// Nullopt for what is no file of PS3.10 7.1 with a group length.
std::optional<SplitFile> splitFile(std::string_view file);

/// The data set of an instance that the scanner makes.
SplitFile madeFile(const scanner::Instance& instance);

/// A CT series of `slices` images of 16 x 16 pixels, so small that hundreds cost nothing.
scanner::Series smallSeries(std::uint64_t seed, int slices, int pixel_variant = 0);

}  // namespace gantry::test
