#pragma once
/// Whether a study is of a phantom: what its headers say and what its images show, weighed against each
/// other. A patient is never taken for a phantom, and a phantom never leaves as a patient.

#include <string>
#include <vector>

#include "gantry/core/facts.hpp"
#include "gantry/qc/pack.hpp"

namespace gantry::qc {

/// What headers claim.
struct PhantomClaim {
    bool claimed = false;
    std::string phantom_id;  ///< of the pack's phantom whose rule matched; ""
    std::string kind;        ///< of that phantom; "" when only general words say phantom
    std::string attribute;   ///< which attribute said it
};
/// By the `recognise` rules of the pack's phantoms, then by "phantom" in ID, name or a description.
/// @param pack  may be null
PhantomClaim phantomClaim(const Pack* pack, const std::vector<const Facts*>& instances);

/// What the images of one series show, as gantry-worker says.
struct PhantomSeen {
    std::string outcome;  ///< "analysed", "not_phantom", "cannot_analyse"
    std::string kind;     ///< "" when none
    std::size_t images = 0;
};

enum class StudyIs {
    Patient,        ///< nothing says phantom
    Phantom,        ///< images show one, and headers say no other
    NotThePhantom,  ///< headers say phantom, images show none, or another one
    CannotAnalyse,  ///< headers say phantom, and the images cannot be read
};
std::string_view toString(StudyIs is);  ///< "patient" "phantom" "not_the_phantom" "cannot_analyse"

struct PhantomDecision {
    StudyIs is = StudyIs::Patient;
    std::string kind;               ///< of a phantom, what images show
    bool filed_as_patient = false;  ///< images show a phantom that no header names
    std::string why;                ///< sentence for people
};
PhantomDecision decidePhantom(const PhantomClaim& claim, const std::vector<PhantomSeen>& seen);

/// The name gantry-worker gives a kind of the pack: "acr_mri" of "acr_mri_large".
std::string plainPhantomKind(std::string_view kind);

}  // namespace gantry::qc
