#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {
namespace {

constexpr std::string_view kCompressed = "compressed pixels";

std::string segment(unsigned char code, const std::string& payload) {
    const auto length = payload.size() + 2;
    return std::string("\xFF") + static_cast<char>(code) + static_cast<char>(length >> 8) +
           static_cast<char>(length & 0xFF) + payload;
}

/// The shape of a baseline JPEG of 16 x 16 (ITU-T T.81 B.2.1), comments and camera data in it.
std::string jpeg(MarkBook& book) {
    const std::string frame("\x08\x00\x10\x00\x10\x01\x01\x11\x00", 9);
    const std::string scan("\x01\x01\x00\x00\x3F\x00", 6);
    return "\xFF\xD8" + segment(0xE0, std::string("JFIF\0\1\1\0\0\1\0\1\0\0", 14)) +
           segment(0xE1, std::string("Exif\0\0", 6) + book.word(kCompressed, "APP1 Exif")) +
           segment(0xED, "Photoshop 3.0 " + book.word(kCompressed, "APP13")) +
           segment(0xFE, book.word(kCompressed, "JPEG comment")) +
           segment(0xDB, std::string(1, '\0') + std::string(64, '\1')) + segment(0xC0, frame) +
           segment(0xC4, std::string(1, '\0') + std::string("\0\1\5\1\1\1\1\1\1\0\0\0\0\0\0\0", 16) +
                             std::string("\0\1\2\3\4\5\6\7\10\11\12\13", 12)) +
           segment(0xDA, scan) + std::string("\x11\x22\xFF\0\x33\x44", 6) + "\xFF\xD9" +
           book.word(kCompressed, "behind the end of image");
}

/// The shape of a JPEG 2000 codestream (ITU-T T.800 A.4) with a comment.
std::string jpeg2000(MarkBook& book) {
    std::string size(
        "\0\0\0\0\0\x10\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0\x10\0\0\0\x10\0\0\0\0\0\0\0\0\0\1\x07\1\1", 39);
    std::string part = "\xFF\x93" + std::string("\x11\x22\x33\x44", 4);
    const auto length = static_cast<char>(12 + part.size());
    const auto tile = segment(0x90, std::string("\0\0\0\0\0", 5) + length + std::string("\0\1", 2));
    return "\xFF\x4F" + segment(0x51, size) + segment(0x52, std::string("\0\0\0\1\0\0\4\4\0\1", 10)) +
           segment(0x5C, std::string("\x40\x40", 2)) +
           segment(0x64, std::string("\0\1", 2) + book.word(kCompressed, "JPEG 2000 comment")) + tile + part +
           "\xFF\xD9" + book.word(kCompressed, "behind the end of codestream");
}

/// One segment of literal bytes (PS3.5 Annex G), marks behind it.
std::string runLength(MarkBook& book) {
    std::string out(64, '\0');
    out[0] = 1;
    out[4] = 64;
    for (int row = 0; row < 16; ++row) out += std::string(1, 15) + std::string(16, static_cast<char>(row));
    return out + book.word(kCompressed, "behind the RLE segment");
}

std::string encapsulated(const std::vector<std::string>& fragments, const std::string& table) {
    std::string out;
    dicom::Writer writer(out, dicom::Encoding::ExplicitLittle);
    writer.header(dicom::tags::kPixelData, "OB", 0xFFFFFFFF);
    writer.header(dicom::tags::kItem, "UN", static_cast<std::uint32_t>(table.size()));
    out += table;
    for (auto fragment : fragments) {
        if (fragment.size() % 2 != 0) fragment += '\0';
        writer.header(dicom::tags::kItem, "UN", static_cast<std::uint32_t>(fragment.size()));
        out += fragment;
    }
    writer.endSequence();
    return out;
}

void compressed(CorpusMaker& maker, const std::string& name, std::string_view syntax,
                std::string (*stream)(MarkBook&), bool marked_table, std::string behind = {}) {
    auto& draft = maker.begin(name, "CT compressed");
    ct(draft);
    for (const auto* keyword : {"BitsAllocated", "BitsStored"}) draft.set.numbers(keyword, {8});
    draft.set.numbers("HighBit", {7});
    const auto table = marked_table ? draft.book.bytes(kCompressed, "offset table") : std::string();
    auto* node = draft.set.find(dicom::tags::kPixelData);
    node->raw = encapsulated({stream(draft.book)}, table) + behind;
    node->keep = Keep::Present;
    maker.end(syntax);
}

}  // namespace

void addCompressedPlaces(CorpusMaker& maker) {
    compressed(maker, "jpeg-baseline", "1.2.840.10008.1.2.4.50", jpeg, false);
    compressed(maker, "jpeg-offset-table", "1.2.840.10008.1.2.4.50", jpeg, true);
    compressed(maker, "jpeg-2000", "1.2.840.10008.1.2.4.90", jpeg2000, false);
    compressed(maker, "rle", "1.2.840.10008.1.2.5", runLength, false);
}

}  // namespace gantry::canary
