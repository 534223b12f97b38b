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

constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";

struct Kindred {
    std::string_view uid;  ///< below kStorage; with a point at its end: what stands below it
    std::string_view kind;
};

/// Storage SOP classes, PS3.6 Table A-1. What is on no row, a maker's private class among it, is "other".
constexpr Kindred kKinds[] = {{"7", "secondary_capture"},
                              {"7.", "secondary_capture"},
                              {"66", "raw_data"},
                              {"66.", "derived_object"},
                              {"30", "derived_object"},
                              {"67", "derived_object"},  // parametric map, real world value mapping
                              {"88.", "report"},
                              {"104.", "report"},
                              {"11.", "presentation"},
                              {"77.1.5.3", "other"},  // stereometric relationship
                              {"1", "image"},
                              {"1.", "image"},
                              {"2", "image"},
                              {"2.", "image"},
                              {"3", "image"},
                              {"3.1", "image"},
                              {"4", "image"},
                              {"4.1", "image"},
                              {"4.3", "image"},
                              {"4.4", "image"},
                              {"5", "image"},
                              {"20", "image"},
                              {"6", "image"},
                              {"6.1", "image"},
                              {"6.2", "image"},
                              {"12.", "image"},
                              {"13.", "image"},
                              {"14.", "image"},
                              {"77.1.", "image"},
                              {"128", "image"},
                              {"128.1", "image"},
                              {"130", "image"},
                              {"481.1", "image"}};

/// The row that says most of a class.
std::string_view kindOf(std::string_view sop_class) {
    const Kindred* best = nullptr;
    if (!sop_class.starts_with(kStorage)) return "other";
    const auto below = sop_class.substr(kStorage.size());
    for (const Kindred& row : kKinds)
        if ((row.uid.ends_with('.') ? below.starts_with(row.uid) : below == row.uid) &&
            (!best || row.uid.size() > best->uid.size()))
            best = &row;
    return best ? best->kind : "other";
}

Observation objectKind(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        const Column& classes = series.column(scope.pack, "SOPClassUID");
        if (classes.values.empty()) return unknown("not in the header");
        Observation seen;
        seen.absent = classes.absent;
        seen.total = classes.total;
        if (classes.absent > 0) seen.reason = "not in the header of every image";
        for (const std::string& uid : classes.values)
            seen.values.push_back({textItem(std::string(kindOf(uid)))});
        return seen;
    });
}

constexpr std::string_view kGeIterative = "(0053,42):GEHC_CT_ADVAPP_001";
constexpr std::string_view kGeLevel = "(0053,43):GEHC_CT_ADVAPP_001";

/// What makers write beside the kernel: Siemens the strength of an iterative reconstruction, "Br40d\\3".
Observation kernelSuffix(const Scope& scope, const SeriesView& series) {
    const auto kernel = dicom::splitValues(series.agreed(scope.pack, "ConvolutionKernel"));
    if (kernel.size() < 2) return unknown("not in the header");
    return known(textItem("strength " + std::string(kernel[1])));
}

Observation reconstructionAlgorithm(const Scope& scope) {
    return eachSeries(scope, [&](const SeriesView& series) {
        if (hasAny(scope, series, "ReconstructionAlgorithm")) {
            const auto said = series.agreed(scope.pack, "ReconstructionAlgorithm");
            return said.empty() ? unknown("not the same in the header of every image")
                                : known(textItem(std::string(said)));
        }
        std::string ge(series.agreed(scope.pack, kGeIterative));
        const auto level = series.agreed(scope.pack, kGeLevel);
        if (!level.empty()) ge += (ge.empty() ? "" : " ") + std::string(level);
        return ge.empty() ? kernelSuffix(scope, series) : known(textItem(std::move(ge)));
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
        {"derived.reconstruction_algorithm",
         "reconstruction algorithm",
         Kind::Text,
         Dimension::None,
         reconstructionAlgorithm,
         {"ReconstructionAlgorithm", kGeIterative, kGeLevel, "ConvolutionKernel"},
         "ReconstructionAlgorithm (0018,9315); GE (0053,1042) and (0053,1043); else the second value of "
         "ConvolutionKernel (0018,1210), where Siemens has the strength of iterative reconstruction"},
        {"derived.object_kind",
         "kind of object",
         Kind::Text,
         Dimension::None,
         objectKind,
         {"SOPClassUID"},
         "image, secondary_capture, derived_object, raw_data, report, presentation, other, by SOPClassUID "
         "(0008,0016)",
         false,
         {"image", "secondary_capture", "derived_object", "raw_data", "report", "presentation", "other"}}};
    return kRows;
}

}  // namespace gantry::qc
