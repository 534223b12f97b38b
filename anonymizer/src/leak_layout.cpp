#include "leak_layout.hpp"

#include <algorithm>

namespace gantry::anonymizer::leak {

dicom::Tag removableTag(const dicom::Element& element) {
    // Pixel data, encapsulated documents, waveform samples; their groups hold nothing a person would miss
    // less.
    constexpr std::uint16_t kPixels = 0x7FE0;
    constexpr std::uint16_t kMeta = 0x0002;
    constexpr std::uint32_t kWhole[] = {0x00420011, 0x54001010, 0x00080005,
                                        0x00100010, 0x00100020, 0x00120062};
    const auto group = element.tag.group();
    const bool needed = group == kPixels || group == kMeta || element.vr == dicom::Vr("UI") ||
                        std::ranges::find(kWhole, element.tag.value) != std::end(kWhole);
    return needed ? dicom::Tag{} : element.tag;
}

dicom::Tag removableTag(const Leaf* leaf) {
    return leaf == nullptr || leaf->is_meta ? dicom::Tag{} : removableTag(*leaf->element);
}

Layout::Layout(Bytes bytes, const dicom::DicomFile& file) : bytes_(bytes) {
    walk(file.meta, 0, {}, true);
    walk(file.dataset, 0, {}, false);
    std::ranges::sort(leaves_, {}, &Leaf::begin);
}

void Layout::walk(const dicom::DataSet& dataset, std::uint32_t parent, std::string_view character_set,
                  bool is_meta) {
    const auto own = dataset.text(dicom::tags::kSpecificCharacterSet);
    if (!own.empty()) character_set = own;
    for (const auto& element : dataset.elements) {
        for (std::size_t i = 0; i < element.items.size(); ++i) {
            items_.push_back({parent, element.tag, i});
            walk(element.items[i], static_cast<std::uint32_t>(items_.size() - 1), character_set, is_meta);
        }
        if (element.sequence) continue;
        const auto begin = static_cast<std::size_t>(element.value.data() - bytes_.data());
        leaves_.push_back({begin, begin + element.value.size(), &element, parent, character_set, is_meta});
    }
}

const Leaf* Layout::at(std::size_t offset) const {
    const auto after = std::ranges::upper_bound(leaves_, offset, {}, &Leaf::begin);
    if (after == leaves_.begin()) return nullptr;
    const auto& leaf = *(after - 1);
    return offset < leaf.end ? &leaf : nullptr;
}

std::string Layout::pathOf(const Leaf& leaf) const {
    return pathOf(leaf.parent, leaf.element->tag);
}

std::string Layout::pathOf(std::uint32_t parent, dicom::Tag tag) const {
    std::string path;
    if (parent != 0) {
        const auto& item = items_[parent];
        path = pathOf(item.parent, item.sequence) + "[" + std::to_string(item.index) + "].";
    }
    return path + dicom::nameOf(tag);
}

}  // namespace gantry::anonymizer::leak
