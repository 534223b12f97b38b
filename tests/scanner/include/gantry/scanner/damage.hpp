#pragma once
/// What goes wrong with a series between scanner and archive, one thing each.

#include "gantry/scanner/examination.hpp"

namespace gantry::scanner {

/// Zero-based places that do not arrive.
void dropImages(ImageSeries& series, const std::vector<int>& places);
/// The image comes once more under another UID.
void duplicateImage(ImageSeries& series, int place);
/// The image lies `by` away from where it belongs.
void shiftImage(ImageSeries& series, int place, const Vector& by);
/// The image has another orientation than the rest.
void turnImage(ImageSeries& series, int place, const Vector& row, const Vector& column);
/// The image has another matrix than the rest.
void resizeImage(ImageSeries& series, int place, int rows, int columns);
/// Every image was compressed with loss once (PS3.3 C.7.6.1.1.5).
void markLossy(ImageSeries& series, double ratio);
void removeEverywhere(ImageSeries& series, std::string_view keyword);
/// One image says `value` where the others say something else.
void setInOne(ImageSeries& series, int place, std::string_view keyword, std::string_view value);

}  // namespace gantry::scanner
