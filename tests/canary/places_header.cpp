#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {

using dicom::Encoding;
using dicom::Tag;

namespace {

std::string element(Tag tag, dicom::Vr vr, const std::string& value) {
    std::string out;
    dicom::Writer(out, Encoding::ExplicitLittle).text(tag, vr, value);
    return out;
}

void fileMetaPlaces(CorpusMaker& maker) {
    auto& draft = maker.begin("place-meta", "CT odd places");
    ct(draft);
    auto& book = draft.book;
    constexpr std::string_view kMeta = "file meta";
    maker.meta_more =
        element({0x00020016}, "AE", book.token(kMeta, "SourceApplicationEntityTitle")) +
        element({0x00020017}, "AE", book.token(kMeta, "SendingApplicationEntityTitle")) +
        element({0x00020018}, "AE", book.token(kMeta, "ReceivingApplicationEntityTitle")) +
        element({0x00020026}, "UR", "http://" + book.word(kMeta, "SourcePresentationAddress")) +
        element({0x00020027}, "UR", "http://" + book.word(kMeta, "SendingPresentationAddress")) +
        element({0x00020028}, "UR", "http://" + book.word(kMeta, "ReceivingPresentationAddress")) +
        element({0x00020035}, "OB", book.bytes(kMeta, "RTVMetaInformationVersion")) +
        element({0x00020037}, "UI", book.uid(kMeta, "RTVCommunicationSOPInstanceUID")) +
        element({0x00020100}, "UI", book.uid(kMeta, "PrivateInformationCreatorUID")) +
        element({0x00020102}, "OB", book.bytes(kMeta, "PrivateInformation")) +
        element({0x00020013}, "SH", book.token(kMeta, "ImplementationVersionName")) +
        element({0x00020200}, "LO", book.word(kMeta, "unknown element"));
    maker.preamble =
        std::string("II*\0", 4) + book.word("preamble", "preamble") + book.bytes("preamble", "preamble");
    maker.end();
}

void commandPlaces(CorpusMaker& maker) {
    auto& draft = maker.begin("place-command", "CT odd places");
    ct(draft);
    auto& set = draft.set;
    auto& book = draft.book;
    constexpr std::string_view kCommand = "command group";
    set.add({0x00000600}, "AE", book.token(kCommand, "MoveDestination"));
    set.add({0x00001000}, "UI", book.uid(kCommand, "AffectedSOPInstanceUID"));
    set.add({0x00000902}, "LO", book.word(kCommand, "ErrorComment"));
    set.add({0x00001031}, "AE", book.token(kCommand, "MoveOriginatorApplicationEntityTitle"));
    maker.end();
}

void groupLengths(CorpusMaker& maker) {
    auto& draft = maker.begin("place-group-length", "CT odd places");
    ct(draft);
    auto& set = draft.set;
    constexpr std::string_view kLength = "group length";
    for (const std::uint32_t group : {0x0008u, 0x0010u, 0x0018u, 0x0020u, 0x0028u})
        set.add({group << 16}, "LO", draft.book.word(kLength, "text in a group length"));
    set.add({0x00100000}, "UL", std::string("\x40\0\0\0", 4));
    set.add({0x00080001}, "UL", std::string("\x40\0\0\0", 4));
    set.add({0xFFFCFFFC}, "OB", draft.book.bytes("behind the data", "DataSetTrailingPadding") + "    ");
    maker.end();
}

void behind(CorpusMaker& maker) {
    auto& plain = maker.begin("place-trailing", "CT odd places");
    ct(plain);
    maker.trailing = plain.book.word("behind the data", "bytes that are no element") +
                     plain.book.bytes("behind the data", "bytes that are no element");
    maker.end();
    auto& elements = maker.begin("place-behind-pixels", "CT odd places");
    ct(elements);
    maker.trailing =
        element({0x7FE10010}, "LO", elements.book.word("behind the data", "private creator")) +
        element({0x7FE11001}, "LO", elements.book.word("behind the data", "private element")) +
        element({0x88880001}, "LO", elements.book.word("behind the data", "element of no group")) +
        element({0xFFFCFFFC}, "OB", elements.book.word("behind the data", "padding"));
    maker.end();
    auto& twice = maker.begin("place-second-file", "CT odd places");
    ct(twice);
    maker.trailing = std::string(128, '\0') + "DICM" +
                     element({0x00100010}, "PN", twice.book.word("behind the data", "a second file"));
    maker.end();
}

}  // namespace

void addHeaderPlaces(CorpusMaker& maker) {
    fileMetaPlaces(maker);
    commandPlaces(maker);
    groupLengths(maker);
    behind(maker);
}

}  // namespace gantry::canary
