#pragma once
/// How series were made, as far as a pack can ask for it: what `pack propose` compares over studies. Nothing
/// of the patient is kept.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pack_folder.hpp"

namespace gantry::central {

struct SeriesTechnique {
    std::size_t study = 0;  ///< index of the study in the folder
    std::string series_instance_uid;
    std::size_t images = 0;
    std::string modality;
    std::string plane;                        ///< "axial" "coronal" "sagittal"; "" when oblique or unknown
    std::set<std::string> image_type;         ///< components that say what the image is, in every image
    bool contrast = false;                    ///< ContrastBolusAgent is there in some image
    std::optional<double> coverage_mm;        ///< along the normal, with half a slice at each end
    std::set<std::string> description_words;  ///< lower case, letters first, none of the patient's or site's
    std::map<std::string, std::set<std::string>, std::less<>>
        values;  ///< by keyword: all values, of keywords that every image has

    /// The one value of a keyword; "" when there is none or several.
    std::string one(std::string_view keyword) const;
    /// All numbers of a keyword, ascending; empty when one value is no number.
    std::vector<double> numbers(std::string_view keyword) const;
};

/// Series of images in a study; what has no pixels (reports, structure sets) and localizers are left out.
/// @param study  index to be noted
std::vector<SeriesTechnique> techniquesOf(const FolderStudy& study, std::size_t study_index);

}  // namespace gantry::central
