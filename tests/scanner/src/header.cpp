#include "gantry/scanner/header.hpp"

#include <bit>
#include <cstdio>
#include <cstdlib>

namespace gantry::scanner {

namespace {

const dicom::DictionaryEntry& entryOf(std::string_view keyword) {
    const auto* entry = dicom::lookup(keyword);
    if (entry != nullptr) return *entry;
    std::fprintf(stderr, "no such keyword: %.*s\n", static_cast<int>(keyword.size()), keyword.data());
    std::abort();
}

/// Of alternatives ("US or SS") the first, but words for pixels (PS3.5 A.2 asks for OW beyond 8 bits).
dicom::Vr vrOf(const dicom::DictionaryEntry& entry) {
    if (entry.vr == "OB or OW") return {"OW"};
    return {entry.vr[0], entry.vr[1]};
}

void appendLittle(std::string& out, std::uint64_t bits, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(bits >> (8 * i) & 0xFF);
}

/// Bytes of one number in a binary VR; 0 when the VR is none.
std::size_t widthOf(dicom::Vr vr) {
    for (const auto two : {dicom::Vr("US"), dicom::Vr("SS")})
        if (vr == two) return 2;
    for (const auto four : {dicom::Vr("UL"), dicom::Vr("SL"), dicom::Vr("FL")})
        if (vr == four) return 4;
    return vr == dicom::Vr("FD") ? 8 : 0;
}

std::string numbersAsBytes(dicom::Vr vr, std::string_view text) {
    std::string bytes;
    if (text.empty()) return bytes;
    for (const auto& number : dicom::parseDecimals(text)) {
        if (!number) continue;
        if (vr == dicom::Vr("FL"))
            appendLittle(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(*number)), 4);
        else if (vr == dicom::Vr("FD"))
            appendLittle(bytes, std::bit_cast<std::uint64_t>(*number), 8);
        else
            appendLittle(bytes, static_cast<std::uint64_t>(static_cast<std::int64_t>(*number)), widthOf(vr));
    }
    return bytes;
}

}  // namespace

std::string joined(std::initializer_list<double> values) {
    std::string text;
    for (const double value : values) {
        char buffer[32];
        std::snprintf(buffer, sizeof buffer, "%.10g", value == 0 ? 0.0 : value);
        if (!text.empty()) text += '\\';
        text += buffer;
    }
    return text;
}

Header& Header::set(std::string_view keyword, std::string_view value) {
    const auto& entry = entryOf(keyword);
    fields_[entry.tag] = {vrOf(entry), std::string(value), {}};
    return *this;
}

Header& Header::setPrivate(dicom::Tag tag, std::string_view creator, dicom::Vr vr, std::string_view value) {
    const auto block = dicom::makeTag(tag.group(), static_cast<std::uint16_t>(tag.element() >> 8));
    fields_[block] = {"LO", std::string(creator), {}};
    fields_[tag] = {vr, std::string(value), {}};
    return *this;
}

Header& Header::item(std::string_view sequence, std::size_t index) {
    auto& field = fields_[entryOf(sequence).tag];
    field.vr = "SQ";
    if (field.items.size() <= index) field.items.resize(index + 1);
    return field.items[index];
}

Header& Header::remove(std::string_view keyword) {
    fields_.erase(entryOf(keyword).tag);
    return *this;
}

std::string Header::text(std::string_view keyword) const {
    const auto found = fields_.find(entryOf(keyword).tag);
    return found == fields_.end() ? std::string() : found->second.value;
}

bool Header::has(std::string_view keyword) const {
    return fields_.contains(entryOf(keyword).tag);
}

void Header::write(dicom::Writer& writer) const {
    for (const auto& [tag, field] : fields_) {
        if (field.vr == dicom::Vr("SQ")) {
            writer.beginSequence(tag);
            for (const auto& one : field.items) {
                writer.beginItem();
                one.write(writer);
                writer.endItem();
            }
            writer.endSequence();
        } else if (widthOf(field.vr) > 0) {
            writer.text(tag, field.vr, numbersAsBytes(field.vr, field.value));
        } else {
            writer.text(tag, field.vr, field.value);
        }
    }
}

std::string Header::encode(dicom::Encoding encoding) const {
    std::string bytes;
    dicom::Writer writer(bytes, encoding);
    write(writer);
    return bytes;
}

Result<std::string> Header::file(std::string_view transfer_syntax_uid) const {
    const auto sop_class = text("SOPClassUID");
    const auto sop_instance = text("SOPInstanceUID");
    if (sop_class.empty() || sop_instance.empty())
        return fail(Errc::InvalidArgument, "an instance needs its SOP class and its UID");
    return dicom::fileMeta(sop_class, sop_instance, transfer_syntax_uid) +
           encode(dicom::encodingOf(transfer_syntax_uid));
}

}  // namespace gantry::scanner
