#include "ct_plan.hpp"

#include <cmath>
#include <cstdio>

#include "seeded.hpp"

namespace gantry::scanner {

namespace {

std::string studyLabel(const SeriesSpec& spec) {
    return "study/" + std::to_string(spec.study_number);
}

/// Another reconstruction is another series: whatever changes the geometry changes the label.
std::string seriesLabel(const SeriesSpec& spec) {
    return studyLabel(spec) + "/series/" + std::to_string(spec.series_number) + "/" +
           std::to_string(std::lround(spec.thickness_mm * 1000)) + "/" + spec.technique.kernel;
}

std::string seededDate(const Seeded& seeded, const std::string& study) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "2026%02d%02d", seeded.between(study + "/month", 2, 9),
                  seeded.between(study + "/day", 10, 28));
    return buffer;
}

CtUids makeUids(const Seeded& seeded, const SeriesSpec& spec) {
    const auto study = studyLabel(spec);
    CtUids uids;
    uids.study = seeded.uid(study);
    uids.series = seeded.uid(seriesLabel(spec));
    uids.frame_of_reference = seeded.uid(study + "/frame-of-reference");
    uids.referenced_study = seeded.uid(study + "/referenced-study");
    uids.performed_step = seeded.uid(study + "/performed-step");
    uids.localizer = instanceUid(localizerOf(spec), 0, 0);
    uids.irradiation_event = seeded.uid(seriesLabel(spec) + "/irradiation");
    uids.device = seeded.uid("device");
    return uids;
}

}  // namespace

std::string instanceUid(const SeriesSpec& spec, int index, int copy) {
    return Seeded(spec.seed).uid(seriesLabel(spec) + "/" + std::to_string(index) + "/" +
                                 std::to_string(copy));
}

std::string timeOfDay(double seconds) {
    const long long all_micros = std::llround(seconds * 1e6);
    const auto whole = static_cast<long>(all_micros / 1'000'000);
    const auto micros = static_cast<long>(all_micros % 1'000'000);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%02ld%02ld%02ld.%06ld", whole / 3600 % 24, whole / 60 % 60,
                  whole % 60, micros);
    return buffer;
}

CtPlan planCt(const SeriesSpec& spec) {
    const Seeded seeded(spec.seed);
    const auto study = studyLabel(spec);
    CtPlan plan;
    plan.spec = spec;
    plan.study_date = spec.study_date.empty() ? seededDate(seeded, study) : spec.study_date;
    const auto year = std::atoi(plan.study_date.substr(0, 4).c_str());
    plan.patient = inventPatient(spec.seed, spec.patient, year);
    plan.staff = inventStaff(spec.seed);
    plan.site = inventSite(spec.seed);
    plan.uids = makeUids(seeded, spec);
    plan.start_s = seeded.between(study + "/start", 8 * 3600, 16 * 3600);
    plan.accession_number = "ACC" + seeded.digits(study + "/accession", 9);
    plan.study_id = "S" + seeded.digits(study + "/id", 7);
    plan.procedure_id = "RP" + seeded.digits(study + "/procedure", 8);
    plan.localizer = spec.technique.image_type.find("LOCALIZER") != std::string::npos;
    return plan;
}

}  // namespace gantry::scanner
