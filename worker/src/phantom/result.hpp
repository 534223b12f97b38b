#pragma once
/// What a phantom test found, before anybody judges it against limits.

#include <optional>
#include <string>
#include <vector>

#include "gantry/imaging/picture.hpp"
#include "phantom/regions.hpp"

namespace gantry::imaging::phantom {

/// One number that limits may be set on; of several (one a sphere, a lowest and a highest) each with its
/// label.
struct Metric {
    struct Part {
        std::string label;
        double value = 0;
        double uncertainty = 0;
    };
    std::string name;        ///< as packs call it, "acr_mri.piu"
    std::string unit;        ///< "mm", "%", "HU", ""
    double value = 0;        ///< without meaning when there are parts
    double uncertainty = 0;  ///< one standard deviation, from noise and sampling; same unit
    std::vector<Part> parts{};
    bool pre_score = false;  ///< a person has to look and confirm it
};

/// An image with the regions that were measured on it.
struct Figure {
    std::string name;       ///< of its file, without ".png"
    std::size_t image = 0;  ///< index into the stack's frames
    Window window;
    std::vector<Region> regions;
    std::string caption;
};

struct Findings {
    std::string why;  ///< why it cannot be analysed, for people; "" when it was
    std::vector<Metric> metrics;
    std::vector<Figure> figures;     ///< what was measured where; of a failure what shows why
    std::vector<std::string> notes;  ///< what a reader of the numbers has to know
};
inline Findings cannot(std::string why, std::optional<Figure> shown = {}) {
    Findings out;
    out.why = std::move(why);
    if (shown) out.figures.push_back(*std::move(shown));
    return out;
}

struct TestResult {
    std::string id;     ///< "acr_mri.geometry"
    std::string title;  ///< for people
    Findings findings;
    double seconds = 0;
};

}  // namespace gantry::imaging::phantom
