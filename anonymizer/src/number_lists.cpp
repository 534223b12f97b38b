#include "number_lists.hpp"

#include <algorithm>
#include <cmath>

#include "value_parts.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;

constexpr Tag kVectorGridData{0x00640009};
constexpr Tag kGridDimensions{0x00640007};
constexpr Tag kPointCoordinatesData{0x00660016};
constexpr Tag kNumberOfSurfacePoints{0x00660015};
constexpr Tag kVectorCoordinateData{0x00660021};
constexpr Tag kNumberOfVectors{0x0066001E};
constexpr Tag kVectorDimensionality{0x0066001F};
constexpr Tag kSpectroscopyData{0x56000020};

std::vector<double> numbersOf(const DataSet& dataset, Tag tag) {
    const auto* element = dataset.find(tag);
    if (element == nullptr || element->sequence) return {};
    if (!dicom::isTextVr(element->vr)) return dicom::binaryNumbers(*element, dataset.encoding);
    std::vector<double> numbers;
    for (const auto number : dicom::parseDecimals(dataset.text(tag))) numbers.push_back(number.value_or(0));
    return numbers;
}

double productOf(const DataSet& dataset, std::initializer_list<Tag> tags) {
    double product = 1;
    for (const auto tag : tags) {
        const auto numbers = numbersOf(dataset, tag);
        for (const double number : numbers) product *= number;
        if (numbers.empty()) return -1;
    }
    return product;
}

/// Floats that the list must hold; -1 where nothing states it.
double statedCount(Tag list, const DataSet& item, const DataSet& image) {
    if (list == kVectorGridData) return 3 * productOf(item, {kGridDimensions});
    if (list == kPointCoordinatesData && item.find(kNumberOfSurfacePoints))
        return 3 * productOf(item, {kNumberOfSurfacePoints});
    if (list == kVectorCoordinateData) return productOf(item, {kNumberOfVectors, kVectorDimensionality});
    return list == kSpectroscopyData
               ? productOf(image, {{0x00280010}, {0x00280011}, {0x00289001}, {0x00289002}})
               : -1;
}

bool areFinite(const Element& list, dicom::Encoding encoding) {
    auto view = list;
    view.vr = widthOf(list.vr) == 8 ? Vr("FD") : Vr("FL");
    return std::ranges::all_of(dicom::binaryNumbers(view, encoding),
                               [](double v) { return std::isfinite(v); });
}

bool areIndices(const Element& list, dicom::Encoding encoding) {
    auto view = list;
    view.vr = "UL";
    constexpr double kMost = 1 << 28;
    return std::ranges::all_of(dicom::binaryNumbers(view, encoding), [](double v) { return v < kMost; });
}

Vr vrOf(const Element& list) {
    if (list.vr != Vr("UN")) return list.vr;
    const auto* known = dicom::lookup(list.tag);
    return known != nullptr && known->vr.size() >= 2 ? Vr(known->vr[0], known->vr[1]) : list.vr;
}

}  // namespace

bool isListOfStatedLength(const Element& list, const DataSet& item, const DataSet& image) {
    auto typed = list;
    typed.vr = vrOf(list);
    const auto width = widthOf(typed.vr);
    if (width < 2 || typed.value.empty() || typed.value.size() % width != 0) return false;
    const auto count = static_cast<double>(typed.value.size() / width);
    const auto stated = statedCount(list.tag, item, image);
    if (list.tag == kSpectroscopyData) {
        const auto frames = numbersOf(image, {0x00280008});
        const double one = stated * (frames.empty() ? 1 : frames[0]);
        if (one <= 0 || (count != one && count != 2 * one)) return false;
    } else if (typed.vr == Vr("OL")) {
        return areIndices(typed, item.encoding);
    } else if (count != stated) {
        return false;
    }
    return typed.vr == Vr("OF") && areFinite(typed, item.encoding);
}

bool isSegmentedTable(const Element& table, const DataSet& dataset) {
    constexpr std::uint32_t kDataToDescriptor = 0x120;
    auto words_of = [&](const Element& element) {
        auto view = element;
        view.vr = "US";
        return dicom::binaryNumbers(view, dataset.encoding);
    };
    const auto* descriptor = dataset.find(Tag{table.tag.value - kDataToDescriptor});
    if (descriptor == nullptr || descriptor->value.size() != 6 || table.value.size() % 2 != 0) return false;
    const auto stated = words_of(*descriptor);
    const auto words = words_of(table);
    double entries = 0;
    std::size_t at = 0;
    while (at + 1 < words.size()) {
        const auto length = static_cast<std::size_t>(words[at + 1]);
        if (words[at] > 1) return false;  // indirect segments are not followed
        at += 2 + (words[at] == 0 ? length : 1);
        entries += static_cast<double>(length);
    }
    return at == words.size() && entries == (stated[0] == 0 ? 65536 : stated[0]) && !spellsText(table.value);
}

}  // namespace gantry::anonymizer
