#include "derived.hpp"

namespace gantry::qc {

Observation slab(const Scope& scope) {
    return eachSeries(scope, [](const SeriesView& series) {
        if (!series.affine) return unknown("place or matrix cannot be read");
        const Affine& affine = *series.affine;
        std::vector<Item> items;
        for (const Vector3* vector : {&affine.origin, &affine.row, &affine.column, &affine.normal})
            for (const double x : *vector) items.push_back(numberItem(x));
        for (const int count : {affine.rows, affine.columns, affine.slices})
            items.push_back(numberItem(count));
        return knownList(std::move(items));
    });
}

}  // namespace gantry::qc
