#include <algorithm>

#include "derived.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::qc {

namespace {

enum class Loss { None, Lossy, Unknown };

/// PS3.5 A.4, PS3.6 Table A-1. JPEG 2000 and HTJ2K without "lossless" in the name may be either.
Loss lossOfTransferSyntax(std::string_view uid) {
    constexpr std::string_view kLossless[] = {
        "1.2.840.10008.1.2",       "1.2.840.10008.1.2.1",     "1.2.840.10008.1.2.1.99",
        "1.2.840.10008.1.2.2",     "1.2.840.10008.1.2.4.57",  "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.80",  "1.2.840.10008.1.2.4.90",  "1.2.840.10008.1.2.4.92",
        "1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.5"};
    constexpr std::string_view kLossy[] = {
        "1.2.840.10008.1.2.4.50",  "1.2.840.10008.1.2.4.51",  "1.2.840.10008.1.2.4.81",
        "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.101", "1.2.840.10008.1.2.4.102",
        "1.2.840.10008.1.2.4.103", "1.2.840.10008.1.2.4.104", "1.2.840.10008.1.2.4.105",
        "1.2.840.10008.1.2.4.106", "1.2.840.10008.1.2.4.107", "1.2.840.10008.1.2.4.108"};
    if (std::ranges::find(kLossless, uid) != std::end(kLossless)) return Loss::None;
    if (std::ranges::find(kLossy, uid) != std::end(kLossy)) return Loss::Lossy;
    return Loss::Unknown;
}

/// What (0028,2110) says counts; where it is absent a lossless transfer syntax speaks for itself.
Observation everLossy(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const Column& flags = series.column(scope.pack, "LossyImageCompression");
        const Column& syntaxes = series.column(scope.pack, "TransferSyntaxUID");
        bool sure = syntaxes.absent == 0;
        for (const std::string& uid : syntaxes.values) {
            const Loss loss = lossOfTransferSyntax(uid);
            if (loss == Loss::Lossy) return known(textItem("true"));
            sure = sure && loss == Loss::None;
        }
        if (std::ranges::find(flags.values, "01") != flags.values.end()) return known(textItem("true"));
        const bool all_deny = flags.absent == 0 && flags.values.size() == 1 && flags.values.front() == "00";
        const bool no_other =
            std::ranges::all_of(flags.values, [](const auto& flag) { return flag == "00"; });
        if (all_deny || (sure && no_other)) return known(textItem("false"));
        return unknown("neither header nor encoding says");
    });
}

/// Images that the header announces and that did not come.
Observation imagesMissing(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const bool pet = series.first(scope.pack, "Modality") == "PT";
        const auto slices = oneNumber(scope, series, "NumberOfSlices");
        const auto times = oneNumber(scope, series, "NumberOfTimeSlices");
        std::optional<double> announced = oneNumber(scope, series, "ImagesInAcquisition");
        if (pet && slices && *slices > 0) announced = *slices * std::max(1.0, times.value_or(1));
        if (!announced || *announced < 1) return unknown("the header does not announce a number of images");
        const auto came = static_cast<double>(series.column(scope.pack, "Modality").total);  // frames
        Observation seen = known(numberItem(std::max(0.0, *announced - came)));
        seen.note = "of " + formatNumber(*announced);
        return seen;
    });
}

Observation instanceNumbersMissing(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto numbers = numbersOf(scope, series, "InstanceNumber");
        if (!numbers) return unknown("an image has no instance number");
        const double span = numbers->back() - numbers->front() + 1;
        return known(numberItem(std::max(0.0, span - static_cast<double>(numbers->size()))));
    });
}

/// Orientation, matrix, pixel size and declared stack are one of each in a series of one geometry.
Observation geometries(const Scope& scope) {
    return eachSeries(scope, [](const SeriesView& series) {
        if (series.volumes.empty()) return unknown("positions cannot be read: " + series.no_stack);
        return known(numberItem(series.geometries));
    });
}

/// What PS3.3 asks of the numbers behind the pixels: CT in Hounsfield units that reach air, PET with a slope.
Observation pixelFormat(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const auto bits = numbersOf(scope, series, "BitsStored");
        if (!bits) return unknown("bits stored are not in the header");
        const std::string_view modality = series.first(scope.pack, "Modality");
        if (modality != "CT" && modality != "PT")
            return known(textItem(bits->front() >= 8 ? "true" : "false"));
        const auto slopes = numbersOf(scope, series, "RescaleSlope");
        const auto intercepts = numbersOf(scope, series, "RescaleIntercept");
        if (!slopes || !intercepts) return unknown("the rescale values are not in the header");
        bool good = bits->front() >= 12 && slopes->front() > 0;
        if (modality == "CT") {
            constexpr double kAir = -1000;
            const bool is_signed = hasWord(scope, series, "PixelRepresentation", "1");
            const bool other_unit = hasAny(scope, series, "RescaleType") &&
                                    !hasWord(scope, series, "RescaleType", "HU") &&
                                    !hasWord(scope, series, "RescaleType", "HU_MOD");
            good = good && !other_unit && (is_signed || intercepts->back() <= kAir);
        } else {
            good = good && intercepts->front() == 0 && intercepts->back() == 0;
        }
        return known(textItem(good ? "true" : "false"));
    });
}

Observation privateBlocks(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        std::vector<Item> creators;
        for (const std::string& text : series.column(scope.pack, "Gantry.PrivateBlocks").values)
            for (const auto word : dicom::splitValues(text)) {
                const auto same = [&](const Item& item) { return item.text == word; };
                if (std::ranges::none_of(creators, same)) creators.push_back(textItem(std::string(word)));
            }
        if (creators.empty()) creators.push_back(textItem("none"));
        return knownList(std::move(creators));
    });
}

struct Kindred {
    std::string_view uid;  ///< with a point at its end: what stands below it
    std::string_view kind;
};

/// SOP classes that are no images, PS3.6 Table A-1.
constexpr Kindred kKinds[] = {
    {"1.2.840.10008.5.1.4.1.1.7", "secondary_capture"}, {"1.2.840.10008.5.1.4.1.1.7.", "secondary_capture"},
    {"1.2.840.10008.5.1.4.1.1.66", "raw_data"},         {"1.2.840.10008.5.1.4.1.1.66.", "derived_object"},
    {"1.2.840.10008.5.1.4.1.1.88.", "report"},          {"1.2.840.10008.5.1.4.1.1.104.", "report"},
    {"1.2.840.10008.5.1.4.1.1.11.", "presentation"}};

std::string_view kindOf(std::string_view sop_class) {
    for (const auto& [uid, kind] : kKinds)
        if (uid.ends_with('.') ? sop_class.starts_with(uid) : sop_class == uid) return kind;
    return "image";
}

Observation objectKind(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const Column& classes = series.column(scope.pack, "SOPClassUID");
        if (classes.values.empty()) return unknown("not in the header");
        Observation seen;
        for (const std::string& uid : classes.values)
            seen.values.push_back({textItem(std::string(kindOf(uid)))});
        return seen;
    });
}

}  // namespace

std::span<const DerivedRow> integrityRows() {
    static const std::vector<DerivedRow> kRows = {
        {"derived.ever_lossy",
         "lossy compression",
         Kind::Flag,
         Dimension::None,
         everLossy,
         {"LossyImageCompression", "TransferSyntaxUID"},
         "LossyImageCompression (0028,2110); a lossy transfer syntax; false when the header denies it or the "
         "transfer syntax is lossless"},
        {"derived.images_missing",
         "images that did not come",
         Kind::Number,
         Dimension::None,
         imagesMissing,
         {"ImagesInAcquisition", "NumberOfSlices", "NumberOfTimeSlices", "Modality"},
         "ImagesInAcquisition (0020,1002), for PET NumberOfSlices (0054,0081) times NumberOfTimeSlices "
         "(0054,0101), less the images that came"},
        {"derived.instance_numbers_missing",
         "holes in the instance numbers",
         Kind::Number,
         Dimension::None,
         instanceNumbersMissing,
         {"InstanceNumber"},
         "InstanceNumber (0020,0013) from lowest to highest"},
        {"derived.n_geometries",
         "geometries in one series",
         Kind::Number,
         Dimension::None,
         geometries,
         {"PixelSpacing", "Rows", "Columns"},
         "different sets of orientation (1e-4), matrix, pixel spacing and declared stack"},
        {"derived.pixel_format_ok",
         "pixel format",
         Kind::Flag,
         Dimension::None,
         pixelFormat,
         {"BitsStored", "PixelRepresentation", "RescaleSlope", "RescaleIntercept", "RescaleType", "Modality"},
         "CT: 12 bits or more, a slope above 0, HU down to air; PET: a slope above 0 and no intercept; "
         "others: 8 bits or more"},
        {"derived.private_blocks",
         "private blocks",
         Kind::Text,
         Dimension::None,
         privateBlocks,
         {"Gantry.PrivateBlocks"},
         "creators of private blocks in the header"},
        {"derived.object_kind",
         "kind of object",
         Kind::Text,
         Dimension::None,
         objectKind,
         {"SOPClassUID"},
         "image, secondary_capture, derived_object, raw_data, report, presentation, by SOPClassUID "
         "(0008,0016)"}};
    return kRows;
}

}  // namespace gantry::qc
