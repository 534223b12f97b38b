#include <algorithm>

#include "gantry/core/dicom.hpp"

namespace gantry::dicom {
namespace {

// Our own implementation, PS3.7 D.3.3.2. The 2.25 root needs no registration (PS3.5 B.2).
constexpr std::string_view kImplementationClassUid = "2.25.181532905428837405316744261849372805413";
constexpr std::string_view kImplementationVersion = "GANTRY_0_1";

char padOf(Vr vr) {
    const bool blank = isTextVr(vr) && vr != Vr("UI");
    return blank ? ' ' : '\0';
}

}  // namespace

void Writer::number16(std::uint16_t value) {
    const char low = static_cast<char>(value & 0xFF);
    const char high = static_cast<char>(value >> 8);
    if (encoding_ == Encoding::ExplicitBig) {
        out_ += high;
        out_ += low;
    } else {
        out_ += low;
        out_ += high;
    }
}

void Writer::number32(std::uint32_t value) {
    const auto low = static_cast<std::uint16_t>(value & 0xFFFF);
    const auto high = static_cast<std::uint16_t>(value >> 16);
    const bool big = encoding_ == Encoding::ExplicitBig;
    number16(big ? high : low);
    number16(big ? low : high);
}

void Writer::header(Tag tag, Vr vr, std::uint32_t length) {
    number16(tag.group());
    number16(tag.element());
    if (encoding_ == Encoding::ImplicitLittle || tag.group() == 0xFFFE) {
        number32(length);
        return;
    }
    // PS3.5 6.2.2: a value that is too long for the 16-bit length of its VR is written as UN.
    constexpr std::uint32_t kMaxShortLength = 0xFFFE;
    if (!hasLongLength(vr) && length > kMaxShortLength) vr = "UN";
    out_.append(vr.text());
    if (hasLongLength(vr)) {
        number16(0);
        number32(length);
    } else {
        number16(static_cast<std::uint16_t>(length));
    }
}

void Writer::element(Tag tag, Vr vr, Bytes value) {
    const bool odd = value.size() % 2 != 0;
    header(tag, vr, static_cast<std::uint32_t>(value.size() + (odd ? 1 : 0)));
    out_.append(asText(value));
    if (odd) out_ += padOf(vr);
}

void Writer::beginSequence(Tag tag) {
    header(tag, "SQ", 0xFFFFFFFF);
}
void Writer::beginItem() {
    header(tags::kItem, "UN", 0xFFFFFFFF);
}
void Writer::endItem() {
    header(tags::kItemDelimitation, "UN", 0);
}
void Writer::endSequence() {
    header(tags::kSequenceDelimitation, "UN", 0);
}

std::string fileMeta(std::string_view sop_class_uid, std::string_view sop_instance_uid,
                     std::string_view transfer_syntax_uid, std::string_view source_ae_title) {
    std::string group;
    Writer writer(group, Encoding::ExplicitLittle);
    constexpr std::string_view kVersion("\0\1", 2);
    writer.text({0x00020001}, "OB", kVersion);
    writer.text({0x00020002}, "UI", sop_class_uid);
    writer.text({0x00020003}, "UI", sop_instance_uid);
    writer.text({0x00020010}, "UI", transfer_syntax_uid);
    writer.text({0x00020012}, "UI", kImplementationClassUid);
    writer.text({0x00020013}, "SH", kImplementationVersion);
    if (!source_ae_title.empty()) writer.text({0x00020016}, "AE", source_ae_title);

    std::string out(128, '\0');
    out += "DICM";
    Writer head(out, Encoding::ExplicitLittle);
    head.header({0x00020000}, "UL", 4);
    const auto length = static_cast<std::uint32_t>(group.size());
    for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((length >> shift) & 0xFF);
    return out + group;
}

}  // namespace gantry::dicom
