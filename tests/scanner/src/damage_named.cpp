// Damages by their names on the command line.
#include <algorithm>
#include <charconv>
#include <iterator>

#include "gantry/scanner/damage.hpp"
#include "gantry/scanner/kinds.hpp"

namespace gantry::scanner {

namespace {

struct Argument {
    std::vector<int> places;
    std::string keyword;
};

struct Row {
    std::string_view name;
    enum class Takes { Nothing, Place, Keyword } takes;
    void (*apply)(ImageSeries&, const Argument&);
};

using Takes = Row::Takes;

constexpr Row kRows[] = {
    {"drop", Takes::Place, [](ImageSeries& s, const Argument& a) { dropImages(s, a.places); }},
    {"duplicate", Takes::Place,
     [](ImageSeries& s, const Argument& a) { duplicateImage(s, a.places.front()); }},
    {"shift", Takes::Place,
     [](ImageSeries& s, const Argument& a) {
         shiftImage(s, a.places.front(), {1, 1, 1});
     }},
    {"turn", Takes::Place,
     [](ImageSeries& s, const Argument& a) {
         turnImage(s, a.places.front(), {0, 1, 0}, {0, 0, -1});
     }},
    {"resize", Takes::Place,
     [](ImageSeries& s, const Argument& a) { resizeImage(s, a.places.front(), 16, 24); }},
    {"lossy", Takes::Nothing, [](ImageSeries& s, const Argument&) { markLossy(s, 10); }},
    {"remove", Takes::Keyword, [](ImageSeries& s, const Argument& a) { removeEverywhere(s, a.keyword); }},
    {"garbage", Takes::Keyword, [](ImageSeries& s, const Argument& a) { s.setAll(a.keyword, "a lot"); }},
};

std::vector<int> placesIn(std::string_view text) {
    std::vector<int> places;
    while (!text.empty()) {
        const auto part = text.substr(0, text.find(','));
        int place = -1;
        const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), place);
        if (ec != std::errc() || end != part.data() + part.size() || place < 0) return {};
        places.push_back(place);
        text.remove_prefix(std::min(text.size(), part.size() + 1));
    }
    return places;
}

Error unknownDamage() {
    std::string names;
    for (const auto& row : kRows) {
        names += std::string(names.empty() ? "" : ", ") + std::string(row.name);
        if (row.takes == Takes::Place) names += ":PLACE";
        if (row.takes == Takes::Keyword) names += ":KEYWORD";
    }
    return fail(Errc::InvalidArgument, "a damage is one of " + names);
}

bool reaches(const ImageSeries& series, const Argument& argument) {
    return std::ranges::all_of(argument.places, [&](int place) { return place < std::ssize(series.images); });
}

}  // namespace

Result<> damage(std::vector<ImageSeries>& study, std::string_view what) {
    const auto colon = std::min(what.find(':'), what.size());
    const auto* row = std::ranges::find(kRows, what.substr(0, colon), &Row::name);
    const auto rest = what.substr(std::min(colon + 1, what.size()));
    if (row == std::end(kRows) || (row->takes == Takes::Nothing) != rest.empty()) return unknownDamage();
    Argument argument;
    if (row->takes == Takes::Place) argument.places = placesIn(rest);
    if (row->takes == Takes::Keyword) argument.keyword = rest;
    if (row->takes == Takes::Place && argument.places.empty()) return unknownDamage();
    if (row->takes == Takes::Keyword && dicom::lookup(argument.keyword) == nullptr) return unknownDamage();
    for (auto& series : study)
        if (reaches(series, argument)) row->apply(series, argument);
    std::erase_if(study, [](const ImageSeries& series) { return series.images.empty(); });
    return {};
}

Result<Delivery> deliver(const Kind& kind, const Examination& examination,
                         const std::vector<std::string>& damages, std::string_view transfer_syntax_uid) {
    auto study = kind.make(examination);
    for (const auto& what : damages) GANTRY_CHECK(damage(study, what));
    return deliver(study, transfer_syntax_uid);
}

Result<Delivery> deliver(const std::vector<ImageSeries>& study, std::string_view transfer_syntax_uid) {
    if (study.empty()) return fail(Errc::InvalidArgument, "the damage leaves no image");
    const auto& first = study.front().images.front();
    Delivery delivery;
    delivery.patient.patient_id = first.text("PatientID");
    delivery.patient.sex = first.text("PatientSex");
    delivery.study_instance_uid = first.text("StudyInstanceUID");
    auto& wave = delivery.waves.emplace_back();
    for (const auto& series : study) {
        auto instances = instancesOf(series, transfer_syntax_uid);
        std::move(instances.begin(), instances.end(), std::back_inserter(wave.instances));
    }
    return delivery;
}

}  // namespace gantry::scanner
