#include <algorithm>
#include <limits>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

std::optional<std::vector<double>> allNumbers(std::string_view text, std::size_t count) {
    std::vector<double> numbers;
    for (const auto& number : dicom::parseDecimals(text)) {
        if (!number) return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers.size() == count ? std::optional(numbers) : std::nullopt;
}

double along(const Vector3& normal, const std::vector<double>& place) {
    return normal[0] * place[0] + normal[1] * place[1] + normal[2] * place[2];
}

/// Place of the first slice along the normal.
std::optional<std::vector<double>> firstPlace(const Column& positions, const Vector3& normal) {
    std::optional<std::vector<double>> first;
    for (const std::string& text : positions.values) {
        auto place = allNumbers(text, 3);
        if (!place) return std::nullopt;
        if (!first || along(normal, *place) < along(normal, *first)) first = std::move(place);
    }
    return first;
}

}  // namespace

Observation slab(const Scope& scope) {
    return eachStack(scope, [&](const SeriesView& series, const Stack& stack) {
        const auto place = firstPlace(series.column(scope.pack, "ImagePositionPatient"), stack.normal);
        const auto cosines = allNumbers(series.first(scope.pack, "ImageOrientationPatient"), 6);
        const auto rows = oneNumber(scope, series, "Rows"), columns = oneNumber(scope, series, "Columns");
        if (!place || !cosines || !rows || !columns) return unknown("place or matrix cannot be read");
        std::vector<Item> items;
        for (const double x : *place) items.push_back(numberItem(x));
        for (const double x : *cosines) items.push_back(numberItem(x));
        for (const double x : stack.normal) items.push_back(numberItem(x));
        const auto slices = static_cast<double>(stack.positions_mm.size());
        for (const double x : {*rows, *columns, slices}) items.push_back(numberItem(x));
        return knownList(std::move(items));
    });
}

}  // namespace gantry::qc
