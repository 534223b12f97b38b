#include "item_writer.hpp"

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcsequen.h>

#include <algorithm>
#include <cstdio>

#include "gantry/core/dicom.hpp"

namespace gantry::scanner {

namespace {

constexpr std::size_t kShortestNamePart = 4;  // shorter ones are found in honest text by chance

std::string nameOf(const DcmTagKey& key) {
    return dicom::nameOf(dicom::makeTag(key.getGroup(), key.getElement()));
}

}  // namespace

void ItemWriter::check(const OFCondition& condition, const DcmTagKey& key) {
    if (condition.bad() && notes_.first_failure.empty())
        notes_.first_failure = nameOf(key) + ": " + condition.text();
}

void ItemWriter::text(const DcmTagKey& key, std::string_view value) {
    check(item_.putAndInsertString(DcmTag(key), value.data(), static_cast<Uint32>(value.size())), key);
}

void ItemWriter::decimal(const DcmTagKey& key, double value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.10g", value);
    text(key, buffer);
}

void ItemWriter::integer(const DcmTagKey& key, long value) {
    text(key, std::to_string(value));
}

void ItemWriter::number16(const DcmTagKey& key, std::uint16_t value) {
    check(item_.putAndInsertUint16(DcmTag(key), value), key);
}

void ItemWriter::note(Gives gives, std::string_view attribute, std::string_view bytes) {
    const auto known = [&](const PlantedValue& other) { return other.bytes == bytes; };
    if (bytes.empty() || std::any_of(notes_.planted.begin(), notes_.planted.end(), known)) return;
    notes_.planted.push_back({gives, std::string(attribute), std::string(bytes)});
}

void ItemWriter::planted(const DcmTagKey& key, Gives gives, std::string_view value) {
    text(key, value);
    note(gives, nameOf(key), value);
    if (gives != Gives::Person) return;
    for (std::size_t begin = 0; begin <= value.size();) {
        const auto end = std::min(value.find('^', begin), value.size());
        if (end - begin >= kShortestNamePart) note(gives, nameOf(key), value.substr(begin, end - begin));
        begin = end + 1;
    }
}

ItemWriter ItemWriter::appendItem(const DcmTag& sequence) {
    DcmItem* added = nullptr;
    check(item_.findOrCreateSequenceItem(sequence, added, -2), sequence);
    // Without an item DCMTK has failed already and makeFile() reports it: writing on in place keeps this
    // total.
    return {added != nullptr ? *added : item_, notes_};
}

ItemWriter ItemWriter::item(const DcmTagKey& sequence) {
    return appendItem(DcmTag(sequence));
}

void ItemWriter::code(std::string_view value, std::string_view scheme, std::string_view meaning) {
    text(DCM_CodeValue, value);
    text(DCM_CodingSchemeDesignator, scheme);
    text(DCM_CodeMeaning, meaning);
}

void ItemWriter::reference(std::string_view sop_class_uid, std::string_view sop_instance_uid) {
    text(DCM_ReferencedSOPClassUID, sop_class_uid);
    planted(DCM_ReferencedSOPInstanceUID, Gives::Uid, sop_instance_uid);
}

void ItemWriter::privateText(std::uint16_t group, std::uint16_t element, DcmEVR vr, std::string_view value) {
    const DcmTag tag(group, element, DcmVR(vr));
    check(item_.putAndInsertString(tag, value.data(), static_cast<Uint32>(value.size())), tag);
}

void ItemWriter::privateBytes(std::uint16_t group, std::uint16_t element, std::string_view bytes) {
    const DcmTag tag(group, element, DcmVR(EVR_OB));
    const auto* data = reinterpret_cast<const Uint8*>(bytes.data());  // char may alias anything
    check(item_.putAndInsertUint8Array(tag, data, static_cast<unsigned long>(bytes.size())), tag);
}

ItemWriter ItemWriter::privateItem(std::uint16_t group, std::uint16_t element) {
    return appendItem(DcmTag(group, element, DcmVR(EVR_SQ)));
}

}  // namespace gantry::scanner
