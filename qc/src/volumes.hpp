#pragma once
/// The volumes of a series: images that fill space once, told apart by echo, b-value, moment and kind where
/// positions repeat.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dimensions.hpp"
#include "frame_table.hpp"
#include "gantry/qc/geometry.hpp"

namespace gantry::qc {

/// What sets a volume apart from the others of its series.
struct VolumeKey {
    std::string_view attribute;  ///< "EchoTime", "Gantry.BValue", "ImageType[3-4]"
    std::string value;  ///< as in the header, "" where it is absent; "#2" for the second at each position
};

struct Volume {
    std::vector<VolumeKey> keys;  ///< empty when the series is one volume
    int frames = 0;
    Matrix matrix;  ///< of all its images; of the first one when they differ
    bool one_matrix = true;
    /// Duplicates and holes are those within the volume. Positions that the other volumes of the same
    /// geometry have are holes here, at the ends too.
    std::optional<Stack> stack;
    std::string no_stack;  ///< why there is none, in words
};

/// Splits a series where positions repeat, and only where that parts the repetitions: no split makes a hole
/// disappear. Images that nothing sets apart stay duplicates. Stacks that the header declares (StackID)
/// within each instance are volumes of their own. In the order of orientation and keys, not of arrival.
std::vector<Volume> splitVolumes(const FrameTable& table, DimensionValues& values);

}  // namespace gantry::qc
