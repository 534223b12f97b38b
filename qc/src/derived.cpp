#include "derived.hpp"

#include <algorithm>

#include "gantry/core/dicom.hpp"

namespace gantry::qc {

const std::vector<DerivedRow>& derivedRows() {
    static const std::vector<DerivedRow> kRows = [] {
        std::vector<DerivedRow> all;
        for (const auto rows : {geometryRows(), integrityRows(), identityRows(), contrastRows(), mrRows(),
                                dynamicRows(), petRows(), otherRows()})
            all.insert(all.end(), rows.begin(), rows.end());
        return all;
    }();
    return kRows;
}

Observation merged(std::vector<Observation> parts) {
    if (parts.empty()) return unknown("no images");
    const auto is_unknown = [](const Observation& part) { return part.values.empty() && !part.none; };
    const bool some_unknown = std::ranges::any_of(parts, is_unknown);
    Observation all = std::move(parts.front());
    all.partial = all.partial || some_unknown;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        for (auto& value : parts[i].values) all.values.push_back(std::move(value));
        all.absent += parts[i].absent;
        all.total += parts[i].total;
        all.partial = all.partial || parts[i].partial;
        all.none = all.none && parts[i].none;
        if (all.reason.empty()) all.reason = parts[i].reason;
        if (!parts[i].note.empty()) all.note += (all.note.empty() ? "" : ", ") + parts[i].note;
    }
    return all;
}

std::vector<double> presentNumbers(const Scope& scope, const SeriesView& series, std::string_view attribute) {
    std::vector<double> found;
    for (const std::string& text : series.column(scope.pack, attribute).values)
        for (const auto& number : dicom::parseDecimals(text))
            if (number) found.push_back(*number);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

std::optional<std::vector<double>> numbersOf(const Scope& scope, const SeriesView& series,
                                             std::string_view attribute) {
    const Column& column = series.column(scope.pack, attribute);
    if (column.absent > 0 || column.values.empty()) return std::nullopt;
    for (const std::string& text : column.values)
        if (std::ranges::any_of(dicom::parseDecimals(text), [](const auto& number) { return !number; }))
            return std::nullopt;
    return presentNumbers(scope, series, attribute);
}

std::optional<double> oneNumber(const Scope& scope, const SeriesView& series, std::string_view attribute) {
    const auto numbers = numbersOf(scope, series, attribute);
    return numbers && numbers->size() == 1 ? std::optional(numbers->front()) : std::nullopt;
}

bool hasWord(const Scope& scope, const SeriesView& series, std::string_view attribute,
             std::string_view word) {
    return std::ranges::any_of(series.column(scope.pack, attribute).values, [&](const std::string& value) {
        const auto words = dicom::splitValues(value);
        return std::ranges::find(words, word) != words.end();
    });
}

bool hasAny(const Scope& scope, const SeriesView& series, std::string_view attribute) {
    return !series.column(scope.pack, attribute).values.empty();
}

Observation knownList(std::vector<Item> items) {
    Observation seen;
    seen.values.push_back(std::move(items));
    seen.total = 1;
    return seen;
}

std::vector<double> thicknesses(const Scope& scope, const SeriesView& series) {
    const auto numbers = numbersOf(scope, series, "SliceThickness");
    return numbers && numbers->front() > 0 ? *numbers : std::vector<double>{};
}

InPlanes inPlanes(const SeriesView& series) {
    InPlanes planes;
    planes.all = true;
    for (const Matrix& matrix : series.matrices) {
        if (!matrix.rows || !matrix.columns || !matrix.row_spacing) {
            planes.all = false;
            continue;
        }
        planes.known.push_back({*matrix.row_spacing, *matrix.column_spacing,
                                *matrix.rows * *matrix.row_spacing,
                                *matrix.columns * *matrix.column_spacing});
    }
    return planes;
}

std::string lackOf(std::string_view what, const Column& column, bool some_readable) {
    const std::string text = "the " + std::string(what);
    if (column.values.empty()) return text + " is not in the header";
    if (column.absent > 0 && some_readable) return text + " is not in the header of every image";
    return text + " in the header cannot be read";
}

std::string noThickness(const Scope& scope, const SeriesView& series) {
    const auto numbers = presentNumbers(scope, series, "SliceThickness");
    if (!numbers.empty() && numbers.front() <= 0) return "the slice thickness in the header is not above 0";
    return lackOf("slice thickness", series.column(scope.pack, "SliceThickness"), !numbers.empty());
}

Observation eachPlaneList(const Scope& scope, const SeriesView& series,
                          const std::function<std::vector<Item>(const InPlane&)>& measure) {
    const InPlanes planes = inPlanes(series);
    Observation seen;
    for (const InPlane& plane : planes.known) seen.values.push_back(measure(plane));
    seen.partial = !planes.all && !planes.known.empty();
    if (!planes.all)
        seen.reason = lackOf("pixel size", series.column(scope.pack, "PixelSpacing"), !planes.known.empty());
    seen.total = 1;
    return seen;
}

Observation eachPlane(const Scope& scope, const SeriesView& series,
                      const std::function<Item(const InPlane&)>& measure) {
    return eachPlaneList(scope, series, [&](const InPlane& plane) { return std::vector{measure(plane)}; });
}

}  // namespace gantry::qc
