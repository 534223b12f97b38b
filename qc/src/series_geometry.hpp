#pragma once
/// The part of a series' view that its planes decide.

#include <deque>

#include "gantry/core/attributes.hpp"
#include "series_view.hpp"

namespace gantry::qc {

/// Fills volumes, counts of geometries, stack and affine of a view from the instances' attributes.
void viewGeometry(SeriesView& view, std::deque<Attributes>& instances);

}  // namespace gantry::qc
