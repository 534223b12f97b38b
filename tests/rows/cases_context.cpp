// A: what enrolment, visits, clock and the earlier scan say.
#include "gantry/scanner/ct.hpp"
#include "gantry/scanner/other_images.hpp"
#include "row_kit.hpp"

namespace gantry::test {

namespace {

using namespace scanner;

Sample plain() {
    return sample({ctSeries(examination())});
}

std::function<Sample()> saying(std::string keyword, std::string value) {
    return [keyword = std::move(keyword), value = std::move(value)] {
        return sample({ctSeries(examination()).setAll(keyword, value)});
    };
}

std::function<Sample()> knowing(std::function<void(qc::JudgeContext&)> change) {
    return [change = std::move(change)] {
        auto one = plain();
        change(one.context);
        return one;
    };
}

std::function<Sample()> weighing(double kg_before, double kg_now) {
    return [=] {
        auto now = examination();
        auto before = baselineExamination();
        now.weight_kg = kg_now;
        before.weight_kg = kg_before;
        return followUp({ctSeries(now)}, {ctSeries(before)});
    };
}

/// A cross-section in mm2 at this visit; 60000 at the one before.
std::function<Sample()> bodyOf(double area) {
    return [area] {
        auto one = measured(followUp({ctSeries(examination())}, {ctSeries(baselineExamination())}),
                            "image.body_area", area);
        one.baseline_images.push_back({one.baseline.front().uid(), {}, {}, {}});
        one.baseline_images.back().measures["image.body_area"].value = 60000;
        return one;
    };
}

std::function<Sample()> breast(std::string side) {
    return [side = std::move(side)] {
        MammogramView view;
        view.laterality = side;
        return sample({mammogram(examination(), view)});
    };
}

std::vector<RowCase> personCases() {
    return {
        {"A3", "the year of birth is as enrolled", "check: derived.age_difference, op: at_most, value: 1 y",
         plain, knowing([](auto& known) { *known.enrolment->birth_year += 3; }), Place::Identity},
        {"A4", "the weight is that of the visit before",
         "check: PatientWeight, op: change_at_most, value: 15 %", weighing(70, 75), weighing(70, 90),
         Place::Baseline},
        {"A5", "the body is that of the visit before",
         "check: derived.body_area_change, op: at_most, value: 25 %", bodyOf(66000), bodyOf(90000),
         Place::Identity},
        {"A11", "the side is the one the trial looks at",
         "check: derived.laterality, op: equals, value: enrolment.laterality", breast("R"), breast("L")},
        {"A12", "no phantom is filed as a patient",
         "check: derived.looks_like_phantom, op: equals, value: false", plain,
         saying("SeriesDescription", "ACR Phantom weekly"), Place::Identity},
        {"A13", "no screen is sent", "check: derived.object_kind, op: equals, value: image", plain,
         [] { return sample({secondaryCapture(examination())}); }},
    };
}

std::vector<RowCase> visitCases() {
    const std::string clock = "check: derived.clock_ahead, op: at_most, value: 2 min";
    return {
        {"A6", "the scan is inside the visit's window", "check: visit.days_outside, op: at_most, value: 0 d",
         plain, saying("StudyDate", "20260301"), Place::Identity},
        {"A7", "the visit was not done before", "check: visit.repeats, op: equals, value: 0", plain,
         knowing([](auto& known) {
             known.earlier.push_back({"2.25.77", "V", "20260401", {}});
         }),
         Place::Identity},
        {"A7", "no series is there twice", "check: image.identical, op: equals, value: false",
         knowing([](auto& known) {
             known.images.push_back({plain().series.front().uid(), {}, {}, {}});
         }),
         knowing([](auto& known) {
             known.images.push_back({plain().series.front().uid(), {}, {}, "2.25.78"});
         })},
        {"A8", "study and series and images follow each other",
         "check: derived.dates_ordered, op: equals, value: true", plain, saying("StudyTime", "113000"),
         Place::Identity},
        {"A8", "the scanner's clock is not ahead", clock, plain,
         knowing([](auto& known) { known.received_at = "20260415095500.000+0000"; }), Place::Identity},
        {"A8", "a clock is not judged without the time of arrival", clock, plain,
         knowing([](auto& known) { known.received_at.clear(); }), Place::Identity, RuleResult::CannotTell},
    };
}

}  // namespace

std::vector<RowCase> contextCases() {
    auto all = personCases();
    for (auto& one : visitCases()) all.push_back(std::move(one));
    return all;
}

}  // namespace gantry::test
