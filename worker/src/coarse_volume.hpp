#pragma once
/// An axial stack in boxes of about 5 mm: small enough to be held, fine enough to find an organ.

#include <optional>
#include <vector>

#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

struct CoarseVolume {
    int slices = 0;
    int rows = 0;
    int columns = 0;
    double row_mm = 0;  ///< between the centres of boxes
    double column_mm = 0;
    int factor = 1;                   ///< pixels along a side of a box
    std::vector<double> x_mm;         ///< of the columns in the patient, towards the left
    std::vector<double> z_mm;         ///< of the slices in the patient, ascending, towards the head
    std::vector<std::size_t> frames;  ///< index of each slice's frame
    std::vector<float> values;        ///< means of the boxes, slice by slice, row by row

    std::size_t at(int slice, int row, int column) const {
        return (static_cast<std::size_t>(slice) * static_cast<std::size_t>(rows) +
                static_cast<std::size_t>(row)) *
                   static_cast<std::size_t>(columns) +
               static_cast<std::size_t>(column);
    }
    double step_mm() const { return (z_mm.back() - z_mm.front()) / (slices - 1); }
    double voxel_ml() const { return row_mm * column_mm * step_mm() / 1000; }
};

/// Gathers a stack while its frames pass by.
class CoarseBuilder {
public:
    void add(std::size_t index, const FrameHeader& header, const Frame& frame);
    /// Nullopt unless the frames are axial (within 15 degrees), of one matrix, at least twenty at places of
    /// their own and not more than 3000.
    std::optional<CoarseVolume> finish() &&;

private:
    struct Slice {
        double z_mm;
        std::size_t frame;
        std::vector<float> values;
    };
    bool fits(const FrameHeader& header, const Frame& frame);
    CoarseVolume volume_;
    std::vector<Slice> slices_;
    int frame_rows_ = 0;
    int frame_columns_ = 0;
    bool unfit_ = false;
};

/// Parts of a volume's voxels for which `inside` is 1, joined at their faces.
struct Parts {
    std::vector<int> of;             ///< number of a voxel's part, -1 for none
    std::vector<std::size_t> sizes;  ///< voxels of each part
    int largest() const;             ///< -1 when there is none
};
Parts partsOf(const CoarseVolume& volume, const std::vector<std::uint8_t>& inside);

}  // namespace gantry::imaging
