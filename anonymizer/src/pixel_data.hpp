#pragma once
/// What of a pixel data element goes out: the frames, and nothing that hides behind or between them.

#include <cstdint>
#include <vector>

#include "gantry/core/dicom.hpp"

namespace gantry::anonymizer {

struct PixelPieces {
    struct Piece {
        Bytes bytes;
        bool blanked;  ///< as many zero bytes instead
    };
    std::vector<Piece> pieces;
    std::uint64_t length = 0;  ///< of all pieces, even by one pad byte if need be
    bool padded = false;
    std::string_view note;  ///< what was left out or blanked, for the report; "" when nothing
};

/// Native: the bytes that Rows, Columns and the rest account for (PS3.5 8.1.1). Encapsulated: all items, with
/// comments, application segments and bytes behind the end of each JPEG or JPEG 2000 stream blanked in place.
/// @errors Unsupported for pixel data without a description and for streams that are not looked into (video,
/// private)
Result<PixelPieces> planPixelData(const dicom::Element& pixels, const dicom::DicomFile& file);

/// Whether a lookup table has the length its descriptor beside it states (PS3.3 C.7.6.3.1.5, C.11.1.1).
bool isTableOfStatedLength(const dicom::Element& table, const dicom::DataSet& dataset);

/// Whether the image reads through this table: a palette only if its pixels are colour indices.
bool isTableUsed(const dicom::Element& table, const dicom::DataSet& image);

}  // namespace gantry::anonymizer
