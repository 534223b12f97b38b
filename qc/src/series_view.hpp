#pragma once
/// One series as the rules see it: distinct values per attribute, its volumes and their stacks. Built once,
/// in one pass.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/qc/geometry.hpp"
#include "gantry/qc/judge.hpp"
#include "pack_data.hpp"
#include "volumes.hpp"

namespace gantry::qc {

/// Values of one attribute over the frames of a series. What should be a number and is none is among the
/// values, as its text: present, not absent.
struct Column {
    std::vector<std::string> values;  ///< distinct, in order of first meeting
    std::size_t absent = 0;           ///< frames without it, or where it is empty
    std::size_t total = 0;            ///< frames; of a path through several items, frames times items
};

/// Where the voxels of a volume lie: the centre of the voxel in column i, row j and slice k is
/// origin + i column_spacing row + j row_spacing column + k slice_spacing normal, patient coordinates in mm
/// (PS3.3 Equation C.7.6.2.1-1). With a tilted gantry the slices are shifted besides, see Stack::tilt_deg.
struct Affine {
    Vector3 origin{};           ///< of the first slice along the normal
    Vector3 row{};              ///< direction of increasing column number
    Vector3 column{};           ///< direction of increasing row number
    Vector3 normal{};           ///< direction of the following slices
    double row_spacing = 0;     ///< mm between rows
    double column_spacing = 0;  ///< mm between columns
    double slice_spacing = 0;   ///< mm
    int rows = 0;
    int columns = 0;
    int slices = 0;  ///< distinct positions
};

struct SeriesView {
    std::string uid;
    int instances = 0;
    bool localizers = false;       ///< the localizer images of a series that holds other images too
    bool truncated = false;        ///< a header was too large to be read whole
    std::vector<Column> columns;   ///< by PackData::attributes
    std::vector<Volume> volumes;   ///< empty when positions cannot be read
    std::vector<Matrix> matrices;  ///< distinct ones of all images; of a mosaic that of its tiles
    int orientations = 0;          ///< distinct ones
    int geometries = 0;            ///< distinct sets of orientation, matrix, pixel spacing and declared stack
    /// That of the volume with most slices; of its duplicates, irregular steps and holes the worst of any
    /// volume.
    std::optional<Stack> stack;
    std::string no_stack;          ///< why there is none, in words
    std::optional<Affine> affine;  ///< of the same volume; needs two slices and their matrix

    const Column& column(const PackData& pack, std::string_view attribute) const;
    /// First value of an attribute; "" when there is none.
    std::string_view first(const PackData& pack, std::string_view attribute) const;
    /// The one value that an attribute has wherever it is there; "" when there is none, or several.
    std::string_view only(const PackData& pack, std::string_view attribute) const;
    /// The value that all images have; "" when an image has another one, or none.
    std::string_view agreed(const PackData& pack, std::string_view attribute) const;
};

/// One view; a second one for the localizers of a mixed series.
std::vector<SeriesView> viewSeries(const PackData& pack, const SeriesFacts& series);

}  // namespace gantry::qc
