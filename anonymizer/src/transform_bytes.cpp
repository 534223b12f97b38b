#include "transformer.hpp"

#include <algorithm>

#include "number_lists.hpp"
#include "pixel_data.hpp"
#include "value_parts.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

namespace {
constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;

/// One number of eight bytes for each frame, none of them beyond the pixel data (PS3.3 C.7.6.3.1.8).
bool isOffsetTable(const Element& table, const Element* pixels) {
    if (pixels == nullptr || !pixels->encapsulated || table.value.empty() || table.value.size() % 8 != 0)
        return false;
    for (std::size_t at = 0; at < table.value.size(); at += 8) {
        std::uint64_t number = 0;
        for (std::size_t i = 8; i-- > 0;)
            number = number << 8 | std::to_integer<std::uint64_t>(table.value[at + i]);
        if (number > pixels->value.size()) return false;
    }
    return true;
}

}  // namespace

void Transformer::writeLookupTable(const Element& element, const Place& place, Vr vr) {
    constexpr Tag kFirstSegmented{0x00281221};
    constexpr Tag kLastSegmented{0x00281224};
    const bool segmented = element.tag >= kFirstSegmented && element.tag <= kLastSegmented;
    const bool sound =
        segmented ? isSegmentedTable(element, place.dataset)
                  : isTableUsed(element, in_.file.dataset) && isTableOfStatedLength(element, place.dataset);
    if (!sound) {
        reject(element, place, "a table that the image does not use or whose length is not as stated");
        return;
    }
    note(place, element.tag, Done::Kept, "a lookup table of the stated length");
    writer_.text(element.tag, vr, sameBytes(element, place, vr));
}

void Transformer::writeNumberList(const Element& element, const Place& place, Vr vr) {
    if (!isListOfStatedLength(element, place.dataset, in_.file.dataset) || spellsText(element.value)) {
        reject(element, place, "a list of numbers whose length is not as stated, or that spells text");
        return;
    }
    note(place, element.tag, Done::Kept, "numbers, as many as stated");
    writer_.text(element.tag, vr, sameBytes(element, place, vr));
}

Result<> Transformer::writePixelBytes(const Element& element, const Place& place, Vr vr) {
    if (place.depth > 0) {
        reject(element, place, "pixel data inside of an item");
        return {};
    }
    const bool table = element.tag < Tag{0x7FE00008};
    const auto* pixels = in_.file.dataset.find(dicom::tags::kPixelData);
    if (table && !isOffsetTable(element, pixels)) {
        reject(element, place, "an offset table without frames");
        return {};
    }
    if (!table && pixels != nullptr && element.tag != dicom::tags::kPixelData) {
        reject(element, place, "pixel data of a second kind");
        return {};
    }
    if (table) {
        note(place, element.tag, Done::Kept, "where the frames begin");
        writer_.element(element.tag, vr, element.value);
        return {};
    }
    const auto plan = GANTRY_TRY(planPixelData(element, in_.file));
    if (!element.encapsulated && plan.length >= kUndefinedLength)
        return fail(Errc::Unsupported, "native pixel data of 4 GiB and more");
    note(place, element.tag, plan.note.empty() ? Done::Kept : Done::Cleaned,
         plan.note.empty() ? "pixel bytes as sent" : plan.note);
    if (!pixels_at_) pixels_at_ = out_.text().size();
    writer_.header(element.tag, vr,
                   element.encapsulated ? kUndefinedLength : static_cast<std::uint32_t>(plan.length));
    for (const auto& piece : plan.pieces)
        piece.blanked ? out_.text().append(piece.bytes.size(), '\0') : appendBytes(piece.bytes);
    if (plan.padded) out_.text() += '\0';
    if (element.encapsulated) writer_.endSequence();
    return {};
}

std::string& Transformer::appendBytes(Bytes bytes) {
    constexpr std::size_t kWorthCopying = 64u << 10;
    if (bytes.size() < kWorthCopying) return out_.text().append(asText(bytes));
    out_.copy(bytes);
    return out_.text();
}

}  // namespace gantry::anonymizer
