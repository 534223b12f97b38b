#include "mosaic.hpp"

#include <cmath>

#include "gantry/core/attributes.hpp"

namespace gantry::imaging {
namespace {

/// Tiles beside each other.
int gridOf(int tiles) {
    return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(tiles))));
}

template <class T>
std::vector<T> cut(const std::vector<T>& values, int columns, const Frame& tile, int top, int left) {
    std::vector<T> out;
    if (values.empty()) return out;
    out.reserve(static_cast<std::size_t>(tile.rows) * static_cast<std::size_t>(tile.columns));
    for (int row = 0; row < tile.rows; ++row) {
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(top + row) * columns +
                          static_cast<std::ptrdiff_t>(left);
        out.insert(out.end(), from, from + tile.columns);
    }
    return out;
}

}  // namespace

void noteTiles(const dicom::DicomFile& file, FrameHeader& mosaic) {
    const Facts facts = extractFacts(file);
    Attributes attributes(facts);
    const auto tiles = dicom::parseDecimals(attributes.values("Gantry.MosaicTiles").at(0).value_or(""));
    if (tiles.size() != 1 || !tiles.front() || !(*tiles.front() >= 1) || *tiles.front() > kMaxTiles) return;
    const int count = static_cast<int>(*tiles.front());
    const int grid = gridOf(count);
    const auto& format = mosaic.format;
    if (count != *tiles.front() || format.rows % grid != 0 || format.columns % grid != 0 ||
        format.rows / grid < kLeastTileSide || format.columns / grid < kLeastTileSide)
        return;
    mosaic.tiles = count;
    mosaic.group += "|" + std::string(attributes.values("Gantry.BValue").at(0).value_or(""));
}

FrameHeader tileHeader(const FrameHeader& mosaic, int tile) {
    const int grid = gridOf(mosaic.tiles);
    FrameHeader out = mosaic;
    out.format.rows /= grid;
    out.format.columns /= grid;
    out.mosaic = false;
    out.tiles = 0;
    out.tile = tile;
    return out;
}

Frame cutTile(const Frame& mosaic, int tiles, int tile) {
    const int grid = gridOf(tiles);
    Frame out{mosaic.rows / grid, mosaic.columns / grid, mosaic.row_mm, mosaic.column_mm, {}, {}};
    const int top = tile / grid * out.rows;
    const int left = tile % grid * out.columns;
    out.values = cut(mosaic.values, mosaic.columns, out, top, left);
    out.padded = cut(mosaic.padded, mosaic.columns, out, top, left);
    return out;
}

}  // namespace gantry::imaging
