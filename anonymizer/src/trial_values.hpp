#pragma once
/// The values that the output says of the trial and of its own de-identification.

#include <string>
#include <vector>

#include "gantry/anonymizer/engine.hpp"

namespace gantry::anonymizer {

struct TrialValue {
    dicom::Tag tag;
    dicom::Vr vr;
    std::string text;
};
/// Ascending by tag; the code sequence is there with an empty text, the proof of the method with dashes.
std::vector<TrialValue> trialValues(const SubjectIdentity& subject, const DeidPolicy& policy);

struct MethodCode {
    std::string_view value;
    std::string_view meaning;
};
/// CID 7050: the Basic Profile and the options in force.
std::vector<MethodCode> methodCodes(const DeidPolicy& policy);

/// @errors InvalidArgument, naming the field and never its value
Result<> validate(const SubjectIdentity& subject);

}  // namespace gantry::anonymizer
