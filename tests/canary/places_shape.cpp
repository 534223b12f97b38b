#include <algorithm>

#include "fill.hpp"
#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {
namespace {

using dicom::Tag;

void wrongVr(CorpusMaker& maker) {
    auto& draft = maker.begin("shape-wrong-vr", "CT odd places");
    ct(draft);
    auto& set = draft.set;
    auto& book = draft.book;
    constexpr std::string_view kWrong = "wrong VR";
    const auto put = [&](std::uint32_t tag, const char(&vr)[3]) {
        const auto name = dicom::nameOf({tag}) + " as " + vr;
        auto value = book.forVr(vr, kWrong, name);
        set.put(Tag{tag}, vr, value.empty() ? book.word(kWrong, name) + "  " : value);
    };
    put(0x00100010, "UT");
    put(0x00100020, "OB");
    put(0x00100030, "LO");
    put(0x00080090, "UN");
    put(0x00080080, "OW");
    put(0x0008103E, "UN");
    put(0x00181030, "OB");
    put(0x00180010, "FD");
    put(0x00180022, "US");
    put(0x0018115E, "AT");
    put(0x00181114, "SL");
    put(0x00189305, "LO");
    put(0x00189306, "UN");
    put(0x00189310, "UT");
    put(0x00280106, "LO");
    put(0x00280107, "UT");
    put(0x00181405, "UI");
    put(0x00204000, "DA");
    put(0x00081110, "LO");
    put(0x00081140, "OB");
    put(0x00540016, "UN");
    put(0x00400275, "UT");
    put(0x00082218, "ST");
    put(0x52009229, "LT");
    put(0x00283010, "OB");
    set.sequence(Tag{0x00181020}, {item(draft, "-PatientName={w}\n-KVP={w}", kWrong)});
    set.sequence(Tag{0x00180060}, {item(draft, "-PatientName={w}\n-SliceThickness={w}", kWrong)}).keep =
        Keep::No;
    maker.end();
}

/// Two letters that are no VR.
void noVr(CorpusMaker& maker) {
    auto& draft = maker.begin("shape-no-vr", "CT odd places");
    ct(draft);
    auto& node = draft.set.add({0x00181160}, "ZZ", {});
    const auto word = draft.book.word("wrong VR", "a VR that does not exist");
    // VRs to come have the long form of length (PS3.5 7.1.2).
    std::string raw("\x18\x00\x60\x11ZZ\0\0", 8);
    raw += static_cast<char>(word.size()) + std::string(3, '\0');
    node.raw = raw + word;
    maker.end();
}

void doubles(CorpusMaker& maker) {
    auto& draft = maker.begin("shape-twice", "CT odd places");
    ct(draft);
    auto& book = draft.book;
    constexpr std::string_view kTwice = "element twice";
    for (const auto* keyword :
         {"PatientName", "PatientID", "SliceThickness", "StudyInstanceUID", "SeriesDescription",
          "PatientBirthDate", "StudyDate", "Manufacturer", "InstitutionName"}) {
        const auto* entry = dicom::lookup(std::string_view(keyword));
        draft.set.add(entry->tag, dicom::Vr(entry->vr[0], entry->vr[1]),
                      book.forVr(entry->vr.substr(0, 2), kTwice, keyword));
    }
    Set second = item(draft, "-PatientName={w}\n-ReferencedSOPInstanceUID={u}", kTwice);
    auto& node = draft.set.add({0x00081140}, "SQ", {});
    node.sequence = true;
    node.items = {second};
    maker.end();
}

void disorder(CorpusMaker& maker) {
    auto& draft = maker.begin("shape-disorder", "CT odd places");
    ct(draft);
    auto& set = draft.set;
    std::ranges::stable_sort(set.nodes, {}, &Node::tag);
    set.unsorted = true;
    constexpr std::string_view kDisorder = "out of order";
    set.add({0x00100011}, "LO", draft.book.word(kDisorder, "unknown element behind the pixels"));
    set.add({0x00101001}, "PN", draft.book.word(kDisorder, "OtherPatientNames behind the pixels"));
    set.add({0x00204000}, "LT", draft.book.word(kDisorder, "ImageComments behind the pixels"));
    set.add({0x00090010}, "LO", draft.book.word(kDisorder, "creator behind the pixels"));
    set.add({0x00091010}, "LO", draft.book.word(kDisorder, "private behind the pixels"));
    Node early;
    early.tag = {0x00400275};
    early.vr = "SQ";
    early.sequence = true;
    early.items = {item(draft, "-RequestedProcedureDescription={w}", kDisorder)};
    set.nodes.insert(set.nodes.begin(), early);
    maker.end();
}

void sequences(CorpusMaker& maker, const std::string& name, bool defined, bool as_un) {
    auto& draft = maker.begin(name, "PET");
    pet(draft);
    const std::string category = as_un     ? "sequences as UN"
                                 : defined ? "sequences of defined length"
                                           : "sequences";
    for (auto& node : draft.set.nodes) {
        node.defined_length = defined;
        node.as_un = as_un;
        for (auto& item : node.items)
            for (auto& inner : item.nodes) inner.defined_length = defined;
    }
    Set deep = item(draft, "-PatientName={w}\n-TextValue={w}", category);
    for (int i = 0; i < 5; ++i) {
        Set outer = item(draft, "-PatientComments={w} {d}\n-ReferencedSOPInstanceUID={u}", category);
        auto& node = outer.sequence(Tag{i % 2 ? 0x00091010u : 0x00187F10u}, {deep});
        node.defined_length = defined;
        node.as_un = as_un;
        deep = outer;
    }
    auto& unknown = draft.set.sequence(Tag{0x00187F20}, {deep, deep});
    unknown.defined_length = defined;
    unknown.as_un = as_un;
    auto& known = draft.set.sequence("SharedFunctionalGroupsSequence", {deep});
    known.defined_length = defined;
    known.as_un = as_un;
    maker.end();
}

/// An element that UN of undefined length hides: its items are implicit little endian (PS3.5 6.2.2).
void undefinedUn(CorpusMaker& maker) {
    auto& draft = maker.begin("shape-un-undefined", "CT odd places");
    ct(draft);
    constexpr std::string_view kUn = "sequences as UN";
    for (const std::uint32_t tag : {0x00091010u, 0x00400260u, 0x00081199u}) {
        auto& node = draft.set.put(Tag{tag}, "UN", {});
        std::string raw;
        dicom::Writer(raw, dicom::Encoding::ExplicitLittle).header({tag}, "UN", 0xFFFFFFFF);
        raw += std::string("\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 8);
        raw += encode(item(draft, "-PatientName={w}^{w}\n-TextValue={w}\n-CodeMeaning={w}", kUn),
                      dicom::Encoding::ImplicitLittle);
        raw += std::string("\xFE\xFF\x0D\xE0\0\0\0\0", 8) + std::string("\xFE\xFF\xDD\xE0\0\0\0\0", 8);
        node.raw = raw;
    }
    maker.end();
}

}  // namespace

void addShapePlaces(CorpusMaker& maker) {
    wrongVr(maker);
    noVr(maker);
    doubles(maker);
    disorder(maker);
    sequences(maker, "shape-sequences", false, false);
    sequences(maker, "shape-sequences-defined", true, false);
    sequences(maker, "shape-sequences-un", true, true);
    undefinedUn(maker);
}

}  // namespace gantry::canary
