#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {

using dicom::Tag;
using dicom::Vr;

namespace {

constexpr std::string_view kPrivate = "private block";

Tag in(std::uint16_t group, unsigned block, unsigned low) {
    return dicom::makeTag(group, static_cast<std::uint16_t>(block << 8 | low));
}

/// Marks in a block of any creator.
void block(Draft& draft, Set& set, std::uint16_t group, unsigned number, const std::string& creator,
           const std::string& what) {
    auto& book = draft.book;
    if (!creator.empty()) set.add(dicom::makeTag(group, static_cast<std::uint16_t>(number)), "LO", creator);
    unsigned low = 0x30;
    for (const char* code :
         {"LO", "PN", "UT", "DA", "DT", "UI", "OB", "UN", "CS", "DS", "SH", "ST", "LT", "OW", "UC"})
        set.add(in(group, number, low++), Vr(code[0], code[1]),
                book.forVr(code, kPrivate, what + " " + code));
    Set inside;
    inside.put("PatientName", book.word(kPrivate, what + " > sequence > PatientName"));
    inside.put("KVP", book.word(kPrivate, what + " > sequence > KVP"));
    Set deeper;
    deeper.add({0x00110010}, "LO", "DEEPER");
    deeper.add({0x00111001}, "LO", book.word(kPrivate, what + " > sequence > sequence"));
    inside.sequence(in(group, number, 0x41), {deeper});
    set.sequence(in(group, number, low), {inside});
}

void blocks(CorpusMaker& maker) {
    auto& draft = maker.begin("private-blocks", "CT private");
    ct(draft);
    auto& set = draft.set;
    block(draft, set, 0x0009, 0x10, "QUIET MAKER 1.0", "unknown creator");
    block(draft, set, 0x0019, 0x10, "SIEMENS CT VA0  COAD", "known creator");
    block(draft, set, 0x0019, 0x11, "GEMS_ACQU_01", "creator of safe elements");
    block(draft, set, 0x0021, 0xFF, "LAST BLOCK", "last block");
    block(draft, set, 0x0029, 0x10, draft.book.word(kPrivate, "the creator is a mark"), "marked creator");
    block(draft, set, 0x0029, 0x20, "", "no creator");
    block(draft, set, 0x0033, 0x10, "TWICE", "the same creator twice");
    block(draft, set, 0x0033, 0x11, "TWICE", "the same creator twice");
    block(draft, set, 0x0053, 0x10, " GEMS_ACQU_01 ", "creator with blanks");
    block(draft, set, 0x2001, 0x10, "Philips Imaging DD 001", "creator of safe elements");
    block(draft, set, 0x5001, 0x10, "CURVE LIKE", "odd group 5001");
    block(draft, set, 0x6001, 0x10, "OVERLAY LIKE", "odd group 6001");
    block(draft, set, 0x7053, 0x10, "Philips PET Private Group", "creator of safe elements");
    block(draft, set, 0xFFFD, 0x10, "HIGHEST", "highest group");
    maker.end();
    auto& same = maker.begin("private-blocks-implicit", "CT private");
    ct(same);
    block(same, same.set, 0x0009, 0x10, "QUIET MAKER 1.0", "unknown creator");
    block(same, same.set, 0x0019, 0x11, "GEMS_ACQU_01", "creator of safe elements");
    block(same, same.set, 0x00E1, 0x10, "ELSCINT1", "creator of safe elements");
    maker.end("1.2.840.10008.1.2");
}

void illegal(CorpusMaker& maker) {
    auto& draft = maker.begin("private-illegal", "CT private");
    ct(draft);
    auto& set = draft.set;
    auto& book = draft.book;
    for (const std::uint32_t group : {0x0001u, 0x0003u, 0x0005u, 0x0007u, 0xFFFFu}) {
        set.add({group << 16 | 0x0010}, "LO", book.word(kPrivate, "illegal group, creator"));
        set.add({group << 16 | 0x1001}, "LO", book.word(kPrivate, "illegal group"));
    }
    set.add({0x00150001}, "LO", book.word(kPrivate, "below the creators"));
    set.add({0x00150002}, "OB", book.bytes(kPrivate, "below the creators"));
    set.add({0x00150100}, "LO", book.word(kPrivate, "between creators and blocks"));
    set.add({0x00170012}, "OB", book.bytes(kPrivate, "creator of wrong VR"));
    set.add({0x00171201}, "LO", book.word(kPrivate, "creator of wrong VR"));
    set.add({0x00190010}, "LO", "GEMS_ACQU_01\\" + book.word(kPrivate, "creator of two values"));
    set.add({0x00191023}, "DS", book.word(kPrivate, "creator of two values"));
    set.sequence(Tag{0x00190013}, {item(draft, "-PatientName={w}", kPrivate)});
    maker.end();
}

/// Elements that PS3.15 Table E.3.10-1 and the vendors' own statements call safe, values as vendors write
/// them.
void safe(Draft& draft, Set& set) {
    set.add({0x00190012}, "LO", "SIEMENS MR HEADER");
    set.keep({0x0019120C}, "IS", "1000");
    set.keep({0x0019120D}, "CS", "DIRECTIONAL");
    set.keep({0x0019120E}, "FD", packNumbers("FD", {0.1, 0.2, 0.97}));
    set.keep({0x00191227}, "FD", packNumbers("FD", {1, 2, 3, 4, 5, 6}));
    set.add({0x00190014}, "LO", "GEMS_ACQU_01");
    set.keep({0x00191423}, "DS", "39.37");
    set.keep({0x00191424}, "DS", "12.5");
    set.keep({0x00191427}, "DS", "0.7");
    set.add({0x00430010}, "LO", "GEMS_PARM_01");
    set.keep({0x00431027}, "SH", "1.375:1");
    set.keep({0x00431039}, "IS", "1000\\8\\0\\0");
    set.add({0x00450010}, "LO", "GEMS_HELIOS_01");
    set.keep({0x00451001}, "SS", packNumbers("SS", {64}));
    set.keep({0x00451002}, "FL", packNumbers("FL", {0.625}));
    set.add({0x00E10010}, "LO", "ELSCINT1");
    set.keep({0x00E11021}, "DS", "231.4");
    set.keep({0x00E11050}, "DS", "4.2");
    set.add({0x01F10010}, "LO", "ELSCINT1");
    set.keep({0x01F11001}, "CS", "SPIRAL");
    set.keep({0x01F11026}, "DS", "0.9");
    set.add({0x20010010}, "LO", "Philips Imaging DD 001");
    set.keep({0x20011003}, "FL", packNumbers("FL", {1000}));
    set.add({0x70530010}, "LO", "Philips PET Private Group");
    set.keep({0x70531000}, "DS", "0.000551");
    set.keep({0x70531009}, "DS", "1.2345");
    // Beside them, in the same blocks, what is not safe.
    for (const std::uint32_t tag :
         {0x00191299u, 0x001914C1u, 0x004310AAu, 0x00E110C2u, 0x200110D5u, 0x705310C3u})
        set.add({tag}, "LO", draft.book.word(kPrivate, "beside safe elements"));
    set.add({0x00250010}, "LO", "GEMS_SERS_01");
    set.keep({0x00251007}, "SL", packNumbers("SL", {120}));
    set.add({0x0025101A}, "UI", draft.book.uid(kPrivate, "UID beside safe elements"));
}

void safeBlocks(CorpusMaker& maker) {
    for (const char* syntax : {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"}) {
        auto& draft = maker.begin("private-safe-" + std::string(syntax).substr(15), "CT safe private");
        ct(draft);
        safe(draft, draft.set);
        maker.end(syntax);
    }
    auto& nested = maker.begin("private-safe-nested", "MR safe private");
    enhancedMr(nested);
    auto* groups = nested.set.find(dicom::lookup("PerFrameFunctionalGroupsSequence")->tag);
    safe(nested, groups->items.front());
    maker.end();
    auto& spoiled = maker.begin("private-safe-spoiled", "CT private");
    ct(spoiled);
    Set marks;
    safe(spoiled, marks);
    for (auto& node : marks.nodes) {
        const bool creator = node.tag.element() < 0x100;
        if (!creator && dicom::isTextVr(node.vr) && node.keep != Keep::No)
            node.value = spoiled.book.word(kPrivate, "mark in a safe element " + dicom::toString(node.tag));
        node.keep = Keep::No;
        spoiled.set.nodes.push_back(node);
    }
    spoiled.set.add({0x001912A0}, "UN", spoiled.book.word(kPrivate, "UN beside safe elements"));
    maker.end();
}

}  // namespace

void addPrivatePlaces(CorpusMaker& maker) {
    blocks(maker);
    illegal(maker);
    safeBlocks(maker);
}

}  // namespace gantry::canary
