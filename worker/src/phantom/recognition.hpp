#pragma once
/// Whether images show a phantom, and which.

#include <memory>
#include <optional>
#include <variant>

#include "phantom/acr_ct.hpp"
#include "phantom/acr_mri.hpp"
#include "phantom/analysis.hpp"

namespace gantry::imaging::phantom {

/// A section along the axis of the ACR's MRI phantom.
struct AcrSection {
    AcrSize size;
};

/// What a stack shows, with its images.
struct Recognised {
    std::size_t series = 0;          ///< index into the study
    std::shared_ptr<Images> images;  ///< shared with what `phantom` points into
    std::variant<std::monostate, AcrMri, AcrSection, AcrCt, CtWater, MrBottle, IceWater, PetCylinder, NemaIq>
        phantom;
    std::optional<Kind> kind;
    std::string why;              ///< when it is none: what is not there
    bool unreadable = false;      ///< no image could be decoded
    std::optional<Figure> shown;  ///< of what is none
    double seconds = 0;
};

/// Every stack of the series that may show a phantom; one entry at least.
std::vector<Recognised> recognise(StudySeries& series, std::size_t index, std::optional<Kind> kind);

}  // namespace gantry::imaging::phantom
