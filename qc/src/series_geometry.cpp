#include "series_geometry.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace gantry::qc {
namespace {

int countGeometries(const FrameTable& table, DimensionValues& values) {
    const auto& stacks = values.of(DimensionValues::kStackId);
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>> geometries;
    for (std::size_t i = 0; i < table.frames().size(); ++i)
        geometries.emplace(table.frames()[i].orientation, table.frames()[i].matrix, stacks[i]);
    return static_cast<int>(geometries.size());
}

/// The volume with most slices; the first of several.
const Volume& representative(const std::vector<Volume>& volumes) {
    return *std::ranges::max_element(volumes, {},
                                     [](const Volume& volume) { return volume.stack->positions_mm.size(); });
}

Stack worstOf(const std::vector<Volume>& volumes, Stack stack) {
    for (const Volume& volume : volumes) {
        stack.duplicates = std::max(stack.duplicates, volume.stack->duplicates);
        stack.irregular = std::max(stack.irregular, volume.stack->irregular);
        if (volume.stack->missing() > stack.missing()) stack.holes = volume.stack->holes;
    }
    return stack;
}

std::optional<Affine> affineOf(const Volume& volume) {
    const Matrix& matrix = volume.matrix;
    const Stack& stack = *volume.stack;
    if (!volume.one_matrix || !matrix.corner_known || !matrix.rows || !matrix.columns ||
        !matrix.row_spacing || !stack.spacing_mm)
        return std::nullopt;
    Affine affine;
    affine.origin = stack.origin;
    affine.row = stack.row;
    affine.column = stack.column;
    affine.normal = stack.normal;
    affine.row_spacing = *matrix.row_spacing;
    affine.column_spacing = *matrix.column_spacing;
    affine.slice_spacing = *stack.spacing_mm;
    affine.rows = *matrix.rows;
    affine.columns = *matrix.columns;
    affine.slices = static_cast<int>(stack.positions_mm.size());
    return affine;
}

void takeStack(SeriesView& view) {
    const auto broken =
        std::ranges::find_if(view.volumes, [](const Volume& volume) { return !volume.stack.has_value(); });
    if (broken != view.volumes.end()) {
        view.no_stack = broken->no_stack;
        return;
    }
    const Volume& volume = representative(view.volumes);
    view.affine = affineOf(volume);
    if (view.orientations > 1)
        view.no_stack = "images of different orientation are in one series";
    else
        view.stack = worstOf(view.volumes, *volume.stack);
}

}  // namespace

void viewGeometry(SeriesView& view, std::deque<Attributes>& instances) {
    FrameTable table;
    for (Attributes& attributes : instances) table.add(attributes);
    view.matrices = table.matricesOfImages();
    view.no_stack = view.truncated ? "the header is too large to be read whole" : table.problem();
    if (!view.no_stack.empty()) return;
    if (table.frames().empty()) {
        view.no_stack = "no image has a position";
        return;
    }
    DimensionValues values(table, instances);
    view.orientations = static_cast<int>(table.orientations());
    view.geometries = countGeometries(table, values);
    view.volumes = splitVolumes(table, values);
    takeStack(view);
}

}  // namespace gantry::qc
