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

std::optional<InPlane> inPlane(const Scope& scope, const SeriesView& series) {
    const auto& spacings = series.column(scope.pack, "PixelSpacing").values;
    const auto rows = presentNumbers(scope, series, "Rows");
    const auto columns = presentNumbers(scope, series, "Columns");
    if (spacings.empty() || rows.empty() || columns.empty()) return std::nullopt;
    const auto spacing = dicom::parseDecimals(spacings.front());
    if (spacing.size() != 2 || !spacing[0] || !spacing[1] || *spacing[0] <= 0 || *spacing[1] <= 0)
        return std::nullopt;
    return InPlane{*spacing[0], *spacing[1], rows.back() * *spacing[0], columns.back() * *spacing[1]};
}

}  // namespace gantry::qc
