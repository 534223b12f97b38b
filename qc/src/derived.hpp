#pragma once
/// What the measures of `derived.*` share: how a measure is declared, and how series are read for one.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "observation.hpp"

namespace gantry::qc {

/// One name of the closed list. Its inputs become columns of every series when a pack uses the name.
struct DerivedRow {
    std::string_view name;
    std::string_view label;
    Kind kind;
    Dimension dimension;
    Derive derive;
    std::vector<std::string_view>
        inputs;               ///< attributes, by the names of Attributes; "A&B": both of one frame
    std::string_view source;  ///< where the value comes from, for those who write packs
};

std::span<const DerivedRow> geometryRows();
std::span<const DerivedRow> integrityRows();
std::span<const DerivedRow> identityRows();
std::span<const DerivedRow> contrastRows();
std::span<const DerivedRow> mrRows();
std::span<const DerivedRow> dynamicRows();
std::span<const DerivedRow> petRows();
std::span<const DerivedRow> otherRows();
/// All of them, by name.
const std::vector<DerivedRow>& derivedRows();

Observation merged(std::vector<Observation> parts);

template <class Function>
Observation eachSeries(const Scope& scope, Function function) {
    std::vector<Observation> parts;
    for (const SeriesView* series : scope.series) parts.push_back(function(*series));
    return merged(std::move(parts));
}

template <class Function>
Observation eachStack(const Scope& scope, Function function) {
    return eachSeries(scope, [&](const SeriesView& series) {
        return series.stack ? function(series, *series.stack)
                            : unknown("positions cannot be read: " + series.no_stack);
    });
}

/// Distinct numbers of an attribute, ascending; nullopt where a value is absent in some image or is no
/// number. Of a multiple value every component counts.
std::optional<std::vector<double>> numbersOf(const Scope& scope, const SeriesView& series,
                                             std::string_view attribute);
/// The number that all images share; nullopt when they do not, or one lacks it.
std::optional<double> oneNumber(const Scope& scope, const SeriesView& series, std::string_view attribute);
/// Distinct numbers of what is there, ascending; images without one are passed over.
std::vector<double> presentNumbers(const Scope& scope, const SeriesView& series, std::string_view attribute);
/// Whether a component of any value of `attribute` is `word`.
bool hasWord(const Scope& scope, const SeriesView& series, std::string_view attribute, std::string_view word);
bool hasAny(const Scope& scope, const SeriesView& series, std::string_view attribute);

/// One value with several components.
Observation knownList(std::vector<Item> items);

/// derived.affine: place of the first pixel (3, mm), directions of rows, columns and normal (9), rows,
/// columns and slices.
Observation slab(const Scope& scope);

/// Pixel spacing and matrix of a series, mm; PixelSpacing is row spacing first (PS3.3 10.7.1.3).
struct InPlane {
    double row_spacing;
    double column_spacing;
    double height;
    double width;
};
std::optional<InPlane> inPlane(const Scope& scope, const SeriesView& series);
/// Slice thicknesses of a series, mm, ascending; empty when one is absent, unreadable or not above 0.
std::vector<double> thicknesses(const Scope& scope, const SeriesView& series);
inline constexpr std::string_view kNoThickness = "the slice thickness is not in the header";

}  // namespace gantry::qc
