#include "check_table.hpp"

namespace gantry::qc {

namespace {

constexpr ImageRow kImage[] = {
    {"image.blank_frames", "blank images", Kind::Number, Dimension::None, true,
     "images inside the stack with two values or fewer, or hardly any contrast"},
    {"image.undecodable", "images that cannot be decoded", Kind::Number, Dimension::None, true,
     "PixelData (7FE0,0010) is short, or its decoder fails"},
    {"image.saturated", "saturated pixels", Kind::Number, Dimension::Fraction, true,
     "share of pixels at the largest value"},
    {"image.identical", "a second series of the same pixels", Kind::Flag, Dimension::None, true,
     "digest of the decoded pixels of each series of the study, and of what the site has of the trial"},
    {"image.body_truncation", "body outside the field of view", Kind::Number, Dimension::Fraction, true,
     "share of a ring at the edge of the reconstruction circle that lies in the body"},
    {"image.stack_discontinuity", "break between neighbouring images", Kind::Number, Dimension::None, false,
     "how far the weakest correlation of neighbours lies below the usual one, robust deviations"},
    {"image.air_hu", "CT number of air", Kind::Number, Dimension::Hounsfield, false,
     "median outside the body, inside the reconstruction circle"},
    {"image.ghost_percent", "ghosting", Kind::Number, Dimension::Fraction, false,
     "difference of the air beside the body along rows and columns, against the body"},
    {"image.snr", "signal to noise", Kind::Number, Dimension::None, false,
     "median of the body divided by the noise (Immerkaer's estimate)"},
    {"image.snr_ratio", "ratio of two estimates of noise", Kind::Number, Dimension::None, false,
     "signal to noise by Immerkaer's estimate, divided by that from the air"},
    {"image.gnl_hu", "image noise", Kind::Number, Dimension::Hounsfield, false,
     "most frequent local deviation in soft tissue, 6 mm window"},
    {"image.gnl_ratio", "image noise against its usual value", Kind::Number, Dimension::None, false,
     "image.gnl_hu divided by its median on this scanner and slot, from 20 accepted series on"},
    {"image.edge_truncation", "body at the edge of the image", Kind::Number, Dimension::Fraction, false,
     "share of the edges that lies in the body"},
    {"image.metal_ppm", "metal", Kind::Number, Dimension::None, false,
     "voxels of the body above 2800 HU, in a million"},
    {"image.slice_drop", "drop of the signal in one image", Kind::Number, Dimension::None, false,
     "largest robust deviation of a slice's mean from its neighbours"},
    {"image.frame_motion", "motion between time points", Kind::Number, Dimension::None, false,
     "largest shift of a time point against the median one, pixels"},
    {"image.body_area", "cross-section of the body", Kind::Number, Dimension::None, false,
     "median area of the body over the slices, mm2"},
    {"image.head_size", "size of the head", Kind::Number, Dimension::Length, false,
     "largest extent of the body mask in a head series"},
    {"image.end_slices_body", "body in the first or last image", Kind::Number, Dimension::None, false,
     "ends of the stack, 0 to 2, that still show the body"},
    {"image.liver_mean", "mean of the liver", Kind::Number, Dimension::None, false,
     "PET: mean of a sphere of 3 cm in the right lobe, in the unit of the pixels"},
    {"image.liver_suv_mean", "liver SUV", Kind::Number, Dimension::None, false,
     "image.liver_mean times PatientWeight (0010,1030) in g, divided by RadionuclideTotalDose (0018,1074) "
     "decayed to "
     "the first acquisition (DecayCorrection (0054,1102) START) or not (ADMIN); Units (0054,1001) BQML, or "
     "CNTS with "
     "Philips (7053,1000)"},
    {"image.liver_cov", "liver noise", Kind::Number, Dimension::Fraction, false,
     "PET: standard deviation of the pixels of that sphere, divided by their mean"},
    {"image.liver_dome", "height of the dome of the liver", Kind::Number, Dimension::Length, false,
     "PET: upper end of the liver; CT: base of the right lung; towards the head, in patient coordinates"}};

constexpr ContextRow kContext[] = {
    {"enrolment.subject_id", "subject", Told::SubjectId, true, "the subject that the study was assigned to"},
    {"enrolment.subject_ids", "enrolled subjects", Told::SubjectIds, true, "the roster"},
    {"enrolment.sex", "sex at enrolment", Told::SubjectSex, false, "the roster"},
    {"enrolment.birth_year", "year of birth at enrolment", Told::SubjectBirthYear, true, "the roster"},
    {"enrolment.laterality", "side the trial looks at", Told::SubjectLaterality, false, "the roster"},
    {"visit.id", "visit", Told::VisitId, false, "the visit that the study was assigned to"},
    {"visit.previous", "previous visit", Told::VisitPrevious, false,
     "whether an accepted earlier scan is kept"},
    {"site.id", "site", Told::SiteId, false, "the site's configuration"},
    {"site.trained_operators", "trained operators", Told::TrainedOperators, true,
     "the trial's list at the site"},
    {"slot", "slot", Told::Slot, false, "the slot whose rule is judged"}};

}  // namespace

std::span<const ImageRow> imageRows() {
    return kImage;
}
std::span<const ContextRow> contextRows() {
    return kContext;
}

}  // namespace gantry::qc
