#pragma once
/// Mosaics: one frame that holds many slices side by side, as Siemens (ImageType MOSAIC) and UIH (VFRAME)
/// write them, taken apart.

#include "gantry/core/dicom.hpp"
#include "gantry/imaging/frame.hpp"

namespace gantry::imaging {

/// Bounds on what a header may claim.
inline constexpr int kMaxTiles = 1024;  ///< of one mosaic
inline constexpr int kLeastTileSide = 8;

/// Fills FrameHeader::tiles of a mosaic and adds its b-value to the group, from the vendor's private
/// attributes. The tiles stay 0 when their number is not told or the matrix does not hold that many.
void noteTiles(const dicom::DicomFile& file, FrameHeader& mosaic);

/// Header of one slice of a mosaic: its own matrix, the mosaic's plane for the directions of rows and
/// columns.
FrameHeader tileHeader(const FrameHeader& mosaic, int tile);

/// One slice of a decoded mosaic. Slices fill the smallest square grid that has room for them, row by row.
Frame cutTile(const Frame& mosaic, int tiles, int tile);

}  // namespace gantry::imaging
