#include "transformer.hpp"

#include <algorithm>

#include "pixel_data.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

namespace {
constexpr std::uint32_t kUndefinedLength = 0xFFFFFFFF;
}  // namespace

void Transformer::writeLookupTable(const Element& element, const Place& place, Vr vr) {
    if (!isTableUsed(element, in_.file.dataset) || !isTableOfStatedLength(element, place.dataset)) {
        reject(element, place, "a table that the image does not use or whose length is not as stated");
        return;
    }
    note(place, element.tag, Done::Kept, "a lookup table of the stated length");
    writer_.element(element.tag, vr, element.value);
}

Result<> Transformer::writePixelBytes(const Element& element, const Place& place, Vr vr) {
    if (place.depth > 0) {
        reject(element, place, "pixel data inside of an item");
        return {};
    }
    const bool table = element.tag < Tag{0x7FE00008};
    if (table &&
        (in_.file.dataset.find(dicom::tags::kPixelData) == nullptr || element.value.size() % 8 != 0)) {
        reject(element, place, "an offset table without frames");
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
