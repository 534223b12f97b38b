#include <algorithm>
#include <cmath>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"
#include "moments.hpp"
#include "registry.hpp"

namespace gantry::qc {

namespace {

constexpr std::string_view kSideAndView = "ImageLaterality&ViewPosition";
constexpr std::string_view kSideAndCode = "ImageLaterality&ViewCodeSequence.CodeValue";

struct ViewCode {
    std::string_view code;
    std::string_view view;
};

/// Of ViewCodeSequence, PS3.16 CID 4014, in both code systems in use.
constexpr ViewCode kViewCodes[] = {{"R-10242", "CC"},    {"399162004", "CC"}, {"R-10226", "MLO"},
                                   {"399368009", "MLO"}, {"R-10224", "ML"},   {"399260004", "ML"},
                                   {"R-10228", "LM"},    {"399352003", "LM"}};

std::string_view viewOfCode(std::string_view code) {
    const auto* row = std::ranges::find(kViewCodes, code, &ViewCode::code);
    return row == std::end(kViewCodes) ? std::string_view() : row->view;
}

/// Adds "L CC" for each image of a column "side&view"; false when an image lacks one of them.
bool addViews(const Column& column, bool coded, std::vector<Item>& found) {
    if (column.absent > 0) return false;
    for (const std::string& text : column.values) {
        const auto between = text.find('&');
        std::string_view view = std::string_view(text).substr(between + 1);
        if (coded) view = viewOfCode(view);
        if (between == 0 || view.empty()) return false;
        std::string both = text.substr(0, between) + " " + std::string(view);
        const auto same = [&](const Item& item) { return item.text == both; };
        if (std::ranges::none_of(found, same)) found.push_back(textItem(std::move(both)));
    }
    return !column.values.empty();
}

/// "L CC", "R MLO": side and view of every image.
Observation views(const Scope& scope) {
    std::vector<Item> found;
    for (const SeriesView* series : scope.series)
        if (!addViews(series->column(scope.pack, kSideAndView), false, found) &&
            !addViews(series->column(scope.pack, kSideAndCode), true, found))
            return unknown("an image does not name side and view");
    return found.empty() ? unknown("no images") : knownList(std::move(found));
}

/// Milliseconds from one frame of a loop to the next.
std::optional<double> frameTime(const Scope& scope, const SeriesView& series) {
    const auto times = presentNumbers(scope, series, "FrameTime");
    if (!times.empty() && times.back() > 0) return times.back();
    const auto steps = presentNumbers(scope, series, "FrameTimeVector");
    if (!steps.empty() && steps.back() > 0) return steps.back();
    for (const auto* attribute : {"CineRate", "RecommendedDisplayFrameRate"}) {
        const auto rates = presentNumbers(scope, series, attribute);
        if (!rates.empty() && rates.front() > 0) return 1000 / rates.front();
    }
    return std::nullopt;
}

Observation frameRate(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto time = frameTime(scope, series);
        return time ? known(numberItem(1000 / *time)) : unknown("the frame rate is not in the header");
    });
}

/// Of the shortest loop.
Observation loopBeats(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto frames = numbersOf(scope, series, "NumberOfFrames");
        const auto rate = oneNumber(scope, series, "HeartRate");
        const auto time = frameTime(scope, series);
        if (!frames || !rate || !time)
            return unknown("frames, heart rate or frame rate are not in the header");
        constexpr double kMillisecondsPerMinute = 60000;
        return known(numberItem(frames->front() * *time * *rate / kMillisecondsPerMinute));
    });
}

Observation calibrated(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        bool any = false;
        for (const auto* attribute :
             {"PixelSpacing", "ImagerPixelSpacing", "SequenceOfUltrasoundRegions.PhysicalDeltaX"}) {
            const Column& column = series.column(scope.pack, attribute);
            if (!column.values.empty() && column.absent == 0) return known(textItem("true"));
            any = any || !column.values.empty();
        }
        return any ? unknown("only some of the images say") : known(textItem("false"));
    });
}

Observation scannerKey(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        auto key = scannerKeyOf(scope.pack, series);
        return key.empty() ? unknown("the header does not say which scanner it was")
                           : known(textItem(std::move(key)));
    });
}

Observation isPetCt(const Scope& scope) {
    return known(textItem(scope.notes.modalities.contains("PT") ? "true" : "false"));
}

template <class Function>
Observation eachRecord(const Scope& scope, Function function) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const ScannerRecord* record = recordOf(scope, series);
        return record ? function(series, *record) : unknown("the scanner is not registered at this site");
    });
}

Observation scannerQualified(const Scope& scope) {
    return eachRecord(scope, [](const SeriesView&, const ScannerRecord& record) {
        if (!record.qualified) return unknown("nobody has said whether the scanner is qualified");
        return known(textItem(*record.qualified ? "true" : "false"));
    });
}

Observation changedSince(const Scope& scope, std::string_view only) {
    return eachRecord(scope, [&](const SeriesView& series, const ScannerRecord& record) {
        if (record.at_qualification.empty()) return unknown("the scanner was never qualified");
        for (const auto& [keyword, value] : record.at_qualification) {
            if (!only.empty() && keyword != only) continue;
            const auto now = series.agreed(scope.pack, keyword);
            if (now.empty()) return unknown(labelOfKeyword(keyword) + " is not in the header");
            if (now == value) continue;
            Observation seen = known(textItem("true"));
            seen.note = "(" + labelOfKeyword(keyword) + " " + std::string(now) + ")";
            return seen;
        }
        return known(textItem("false"));
    });
}

Observation softwareChanged(const Scope& scope) {
    return changedSince(scope, "SoftwareVersions");
}
Observation scannerChanged(const Scope& scope) {
    return changedSince(scope, "");
}

/// The standard under which the reconstruction was qualified, or "none".
Observation matchesQualified(const Scope& scope) {
    return eachRecord(scope, [&](const SeriesView& series, const ScannerRecord& record) {
        if (record.reconstruction.empty()) return unknown("no reconstruction of this scanner is qualified");
        for (const auto& [check, qualified] : record.reconstruction) {
            const auto same = sameAsQualified(scope, series, check, qualified);
            if (!same) return unknown(check + " is not in the header");
            if (!*same) return known(textItem("none"));
        }
        return known(textItem(record.reconstruction_standard));
    });
}

Observation daysOutside(const Scope& scope) {
    if (!scope.notes.window) return unknown("the visit has no window that could be told");
    const auto& window = *scope.notes.window;
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto day = dayNumber(series.agreed(scope.pack, "StudyDate"));
        if (!day) return unknown("the study date is not in the header");
        const int outside = std::max({0, window.first - *day, *day - window.last});
        return known(numberItem(outside * kSecondsPerDay));
    });
}

Observation repeats(const Scope& scope) {
    if (scope.context.visit_id.empty()) return unknown("no visit is assigned");
    const auto count =
        std::ranges::count(scope.context.earlier, scope.context.visit_id, &EarlierScan::visit_id);
    return known(numberItem(static_cast<double>(count)));
}

}  // namespace

std::span<const DerivedRow> otherRows() {
    static const std::vector<std::string_view> kLoop = {"FrameTime",      "FrameTimeVector",
                                                        "CineRate",       "RecommendedDisplayFrameRate",
                                                        "NumberOfFrames", "HeartRate"};
    static const std::vector<DerivedRow> kRows = {
        {"derived.views",
         "views",
         Kind::Text,
         Dimension::None,
         views,
         {kSideAndView, kSideAndCode},
         "ImageLaterality (0020,0062) and ViewPosition (0018,5101) or ViewCodeSequence (0054,0220) of each "
         "image: \"L CC\""},
        {"derived.frame_rate", "frame rate", Kind::Number, Dimension::Frequency, frameRate, kLoop,
         "FrameTime (0018,1063), the longest of FrameTimeVector (0018,1065), CineRate (0018,0040)"},
        {"derived.loop_beats", "heart beats in a loop", Kind::Number, Dimension::None, loopBeats, kLoop,
         "NumberOfFrames (0028,0008), frame time and HeartRate (0018,1088); the shortest loop counts"},
        {"derived.calibrated",
         "size calibration",
         Kind::Flag,
         Dimension::None,
         calibrated,
         {"PixelSpacing", "ImagerPixelSpacing", "SequenceOfUltrasoundRegions.PhysicalDeltaX"},
         "PixelSpacing (0028,0030), ImagerPixelSpacing (0018,1164) or PhysicalDeltaX (0018,602C)"},
        {"scanner.key",
         "scanner",
         Kind::Text,
         Dimension::None,
         scannerKey,
         {},
         "the attributes of the pack's scanners.key"},
        {"scanner.is_pet_ct",
         "PET/CT scanner",
         Kind::Flag,
         Dimension::None,
         isPetCt,
         {},
         "the study holds PET images"},
        {"scanner.qualified",
         "scanner qualification",
         Kind::Flag,
         Dimension::None,
         scannerQualified,
         {},
         "the site's registry of scanners"},
        {"scanner.software_changed",
         "software since the qualification",
         Kind::Flag,
         Dimension::None,
         softwareChanged,
         {"SoftwareVersions"},
         "SoftwareVersions (0018,1020) and its value at the qualification"},
        {"scanner.changed",
         "scanner since the qualification",
         Kind::Flag,
         Dimension::None,
         scannerChanged,
         {},
         "what scanners.invalidate_when watches and its values at the qualification"},
        {"recon.matches_qualified",
         "qualified reconstruction",
         Kind::Text,
         Dimension::None,
         matchesQualified,
         {},
         "the values of scanners.reconstructions.compare and those of the accepted phantom: its standard, or "
         "none"},
        {"visit.days_outside",
         "days outside the visit's window",
         Kind::Number,
         Dimension::Time,
         daysOutside,
         {"StudyDate"},
         "StudyDate (0008,0020) and the window around the anchor"},
        {"visit.repeats",
         "other studies of this visit",
         Kind::Number,
         Dimension::None,
         repeats,
         {},
         "accepted studies of the same subject and visit"}};
    return kRows;
}

}  // namespace gantry::qc
