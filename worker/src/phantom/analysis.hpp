#pragma once
/// From the files of a study to the results of every phantom test on them.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "phantom/other_phantoms.hpp"
#include "phantom/result.hpp"
#include "phantom/study.hpp"

namespace gantry::imaging::phantom {

enum class Kind { AcrMri, AcrCt464, CtWater, MrUniform, DwiIce, PetUniform, NemaIq };
inline constexpr Kind kKinds[] = {Kind::AcrMri, Kind::AcrCt464,   Kind::CtWater, Kind::MrUniform,
                                  Kind::DwiIce, Kind::PetUniform, Kind::NemaIq};
std::string_view nameOf(Kind kind);  ///< "acr_mri"
/// By that name, or by what packs call it ("acr_mri_large", "ct_water_cylinder", …).
std::optional<Kind> kindNamed(std::string_view name);

enum class Outcome { Analysed, NotPhantom, CannotAnalyse };
std::string_view nameOf(Outcome outcome);  ///< "analysed", "not_phantom", "cannot_analyse"

/// One stack of one series.
struct Analysis {
    Outcome outcome = Outcome::NotPhantom;
    std::optional<Kind> kind;  ///< nullopt when it is none, or could not be told
    std::string
        variant;      ///< "large", "medium", "along" (a section along the axis), "" where there is one only
    std::string why;  ///< "" when analysed
    SeriesFacts series;
    std::optional<double> echo_ms;
    std::string acquired;  ///< YYYYMMDDHHMMSS of the first image
    std::size_t images = 0;
    std::vector<TestResult> tests;
    std::optional<Figure> shown;  ///< why it is no phantom, or cannot be analysed
    double seconds = 0;           ///< recognition and all tests
};

/// Receives each analysis while its images are still in memory, to draw its figures.
class AnalysisSink {
public:
    virtual ~AnalysisSink() = default;
    virtual void take(const Analysis& analysis, const Images& images) = 0;
};

/// @param kind  only this one is looked for; nullopt: whatever the images show
/// A test that fails, or a file that is broken, costs itself alone.
void analyse(Study& study, std::optional<Kind> kind, const Form& form, AnalysisSink& sink);

}  // namespace gantry::imaging::phantom
