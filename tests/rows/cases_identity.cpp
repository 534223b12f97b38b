// A: identity, visit, context.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/other_images.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

Sample plain() {
    return sample({ctSeries(examination())});
}

/// A CT in which every image says `value`.
std::function<Sample()> saying(std::string keyword, std::string value) {
    return [keyword = std::move(keyword), value = std::move(value)] {
        return sample({ctSeries(examination()).setAll(keyword, value)});
    };
}

Sample ofTwoPeople() {
    auto other = examination();
    other.seed = 99;
    auto second = ctSeries(other);
    second.setAll("StudyInstanceUID", ctSeries(examination()).images.front().text("StudyInstanceUID"));
    return sample({ctSeries(examination()), second});
}

/// `sex` is not the one of the images.
Sample enrolledOtherwise() {
    auto one = plain();
    one.context.enrolment->sex = one.context.enrolment->sex == "F" ? "M" : "F";
    return one;
}

}  // namespace

std::vector<RowCase> identityCases() {
    return {
        {"A1", "the subject is enrolled", "check: PatientID, op: in, value: enrolment.subject_ids", plain,
         saying("PatientID", "0417-002"), Place::Identity},
        {"A2", "all images are of one person",
         "check: [PatientID, PatientBirthDate, PatientSex, PatientName], op: constant, over: study", plain,
         ofTwoPeople, Place::Identity},
        {"A3", "the sex is as enrolled", "check: PatientSex, op: equals, value: enrolment.sex", plain,
         enrolledOtherwise, Place::Identity},
        {"A4", "the weight is plausible", "check: PatientWeight, op: between, value: [30 kg, 250 kg]", plain,
         saying("PatientWeight", "7"), Place::Identity},
        {"A4", "the height is plausible", "check: PatientSize, op: between, value: [1.2 m, 2.2 m]", plain,
         saying("PatientSize", "175"), Place::Identity},
        {"A9", "the modality is the one ordered", "check: Modality, op: in, value: [CT]", plain,
         saying("Modality", "MR"), Place::Identity},
        {"A9", "the kind of object is the one ordered",
         "check: SOPClassUID, op: equals, value: 1.2.840.10008.5.1.4.1.1.2", plain,
         [] { return sample({secondaryCapture(examination())}); }},
        {"A10", "the body part is one of the names for it",
         "check: BodyPartExamined, op: in, value: [CHEST, THORAX, CHEST_TO_PELVIS]", plain,
         saying("BodyPartExamined", "KNEE")},
        {"A13", "nothing is burned into the pixels", "check: BurnedInAnnotation, op: equals, value: 'NO'",
         plain, [] { return sample({secondaryCapture(examination())}); }},
    };
}

}  // namespace gantry::test
