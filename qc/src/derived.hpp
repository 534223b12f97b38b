#pragma once
/// What the measures of `derived.*` share: how a measure is declared, and how series are read for one.

#include <functional>
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
    bool of_pixels = false;   ///< rests on measures of pixels that may only warn
    std::vector<std::string> words = {};  ///< of Kind::Text: all it can be; empty: any text
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

/// image.liver_suv_mean, from the mean of the liver that was measured.
inline constexpr std::string_view kLiverSuv = "image.liver_suv_mean";
Observation liverSuv(const Scope& scope);
std::vector<std::string_view> suvInputs();

/// One value with several components.
Observation knownList(std::vector<Item> items);

/// derived.affine: place of the first pixel (3, mm), directions of rows, columns and normal (9), rows,
/// columns and slices.
Observation slab(const Scope& scope);

/// Pixel spacing and size of the images of a series, mm; PixelSpacing is row spacing first (PS3.3 10.7.1.3).
struct InPlane {
    double row_spacing;
    double column_spacing;
    double height;
    double width;
};
/// One for each different matrix.
struct InPlanes {
    std::vector<InPlane> known;
    bool all = false;  ///< whether every image says both
};
InPlanes inPlanes(const SeriesView& series);
/// What `measure` makes of each, said to be partial when an image says nothing.
Observation eachPlane(const Scope& scope, const SeriesView& series,
                      const std::function<Item(const InPlane&)>& measure);
/// The same with a value of several components.
Observation eachPlaneList(const Scope& scope, const SeriesView& series,
                          const std::function<std::vector<Item>(const InPlane&)>& measure);
/// Slice thicknesses of a series, mm, ascending; empty when one is absent, unreadable or not above 0.
std::vector<double> thicknesses(const Scope& scope, const SeriesView& series);
/// Why there is none.
std::string noThickness(const Scope& scope, const SeriesView& series);
/// "the slice thickness is not in the header", "… of every image", or "… in the header cannot be read".
std::string lackOf(std::string_view what, const Column& column, bool some_readable);

}  // namespace gantry::qc
