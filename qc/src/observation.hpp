#pragma once
/// What a check sees: the values of a name in a scope, or why there are none.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gantry/qc/judge.hpp"
#include "pack_data.hpp"
#include "series_view.hpp"
#include "visit_window.hpp"

namespace gantry::qc {

struct Item {
    std::string text;
    std::optional<double> number;  ///< base units
};

struct Observation {
    std::vector<std::vector<Item>> values;  ///< distinct values, each with its components
    std::size_t absent = 0;                 ///< images without a value
    std::size_t total = 0;
    std::string reason;    ///< why nothing, or not everything, is known
    std::string note;      ///< added to what was found: "at 812.5 to 827.5 mm", "B70f"
    bool none = false;     ///< it is certain that there is no value: reason says why
    bool denied = false;   ///< a person said that there is none
    bool partial = false;  ///< some of the input cannot be used, beside what `absent` counts
};

using Parameters = std::map<std::string, Literal, std::less<>>;
/// Values given instead of computed ones, by check name: examples of packs give them.
using Given = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What the whole study says, worked out once.
struct StudyNotes {
    std::set<std::string, std::less<>> modalities;
    std::string study_date;          ///< YYYYMMDD; "" when the images do not agree on one
    std::optional<DayRange> window;  ///< of the visit, around its anchor
    bool injected = false;           ///< a series or an answer tells of contrast or a tracer
};

/// Where a rule looks.
struct Scope {
    const PackData& pack;
    const JudgeContext& context;
    const StudyNotes& notes;
    const Parameters& parameters;
    std::vector<const SeriesView*> series;
    std::string slot;
    const std::map<std::string, std::vector<const SeriesView*>>* matched = nullptr;  ///< by slot, for same_as
    const Given* given = nullptr;
};

Observation observe(const Scope& scope, const CheckName& check);
Observation known(Item item);
Observation unknown(std::string reason);
Item numberItem(double base);
Item textItem(std::string text);

/// Words with which a header says that no contrast was given: "NONE", "NO", "WITHOUT".
bool deniesContrast(std::string_view agent);

/// A measure of a series' pixels; nullptr when there is none.
const ImageMeasure* findMeasure(const JudgeContext& context, std::string_view series_uid,
                                const std::string& check);

/// Why there is none.
std::string whyNotMeasured(const JudgeContext& context, std::string_view series_uid,
                           const std::string& check);

Tri evaluateGuard(const Guard& guard, const Scope& scope);

}  // namespace gantry::qc
