#include "gantry/anonymizer/screening.hpp"

#include <algorithm>
#include <string>

#include "text.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Tag;

constexpr Tag kManufacturer{0x00080070};
constexpr Tag kModelName{0x00081090};
constexpr Tag kSamplesPerPixel{0x00280002};
constexpr Tag kImageRows{0x00280010};
constexpr Tag kImageColumns{0x00280011};
constexpr Tag kBurnedInAnnotation{0x00280301};
constexpr std::uint16_t kOverlayRows = 0x0010;
constexpr std::uint16_t kOverlayData = 0x3000;

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, text) != all.end();
}

/// Ultrasound, angiography, fluoroscopy and captures show what the console showed, whatever the header says.
bool alwaysShowsText(const DataSet& dataset) {
    if (isOneOf(dataset.text(dicom::tags::kModality), {"US", "IVUS", "XA", "RF", "OT", "SC"})) return true;
    const auto uid = dataset.text(dicom::tags::kSopClassUid);
    constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";
    if (!uid.starts_with(kStorage)) return false;
    const auto rest = uid.substr(kStorage.size());
    // PS3.4 Table B.5-1: secondary captures, ultrasound, X-ray angiography and fluoroscopy.
    return rest == "7" || rest.starts_with("7.") ||
           isOneOf(rest, {"3", "3.1", "6", "6.1", "12.1", "12.1.1", "12.2", "12.2.1"});
}

/// Radiographs and mammograms, which carry markers and sometimes the patient's name.
bool oftenShowsText(const DataSet& dataset) {
    if (isOneOf(dataset.text(dicom::tags::kModality), {"CR", "DX", "MG", "IO", "PX", "RG", "RTIMAGE"}))
        return true;
    const auto uid = dataset.text(dicom::tags::kSopClassUid);
    constexpr std::string_view kStorage = "1.2.840.10008.5.1.4.1.1.";
    if (!uid.starts_with(kStorage)) return false;
    const auto rest = uid.substr(kStorage.size());
    return rest == "1" || rest.starts_with("1.") || rest.starts_with("13.1.") || rest == "481.1";
}

int numberOf(const DataSet& dataset, Tag tag) {
    const auto* element = dataset.find(tag);
    if (!element) return 0;
    const auto numbers = dicom::binaryNumbers(*element, dataset.encoding);
    return numbers.empty() ? 0 : static_cast<int>(numbers[0]);
}

bool contains(std::string_view text, std::string_view part) {
    return part.empty() || lowerAscii(text).find(lowerAscii(part)) != std::string::npos;
}

/// Values that are computed, not drawn: masks, dose grids, maps.
bool isComputed(const DataSet& dataset) {
    const auto uid = dataset.text(dicom::tags::kSopClassUid);
    return isOneOf(uid, {"1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7",
                         "1.2.840.10008.5.1.4.1.1.30", "1.2.840.10008.5.1.4.1.1.481.2"});
}

}  // namespace

bool isScreenCapture(const DataSet& dataset) {
    for (const auto component : dicom::splitValues(dataset.text(dicom::tags::kImageType)))
        for (const std::string_view word :
             {"SCREEN", "DOSE_INFO", "DOSE INFO", "PROTOCOL", "REPORT", "PATIENT_INFO"})
            if (component.find(word) != std::string_view::npos) return true;
    return false;
}

bool hasOverlayInPixels(const DataSet& dataset) {
    return std::ranges::any_of(dataset.elements, [&](const dicom::Element& element) {
        const auto group = element.tag.group();
        return (group & 0xFF01) == 0x6000 && element.tag.element() == kOverlayRows &&
               dataset.find(dicom::makeTag(group, kOverlayData)) == nullptr;
    });
}

bool isPhotograph(const DataSet& dataset) {
    return isOneOf(dataset.text(dicom::tags::kModality), {"XC", "GM", "ES", "DMS"});
}

std::vector<PixelRegion> regionsFor(const DataSet& dataset, const DeidPolicy& policy) {
    std::vector<PixelRegion> out;
    for (const auto& region : policy.pixel_regions) {
        const bool meant =
            (region.modality.empty() || region.modality == dataset.text(dicom::tags::kModality)) &&
            contains(dataset.text(kManufacturer), region.manufacturer) &&
            contains(dataset.text(kModelName), region.model) &&
            (region.rows == 0 || region.rows == numberOf(dataset, kImageRows)) &&
            (region.columns == 0 || region.columns == numberOf(dataset, kImageColumns));
        if (meant && region.width > 0 && region.height > 0) out.push_back(region);
    }
    return out;
}

bool mustLookAtPixels(const DataSet& dataset, const DeidPolicy& policy) {
    if (!dataset.find(dicom::tags::kPixelData)) return false;
    const auto burned_in = dataset.text(kBurnedInAnnotation);
    if (burned_in == "YES" || isScreenCapture(dataset) || hasOverlayInPixels(dataset) ||
        !regionsFor(dataset, policy).empty())
        return true;
    if (isComputed(dataset)) return false;
    if (policy.screening == Screening::All || alwaysShowsText(dataset)) return true;
    // Colour on a modality that measures one value is a picture made for people.
    if (numberOf(dataset, kSamplesPerPixel) == 3) return true;
    return oftenShowsText(dataset) && burned_in != "NO";
}

}  // namespace gantry::anonymizer
