#include <algorithm>

#include "objects.hpp"
#include "places.hpp"

namespace gantry::canary {
namespace {

using dicom::Vr;

/// Attributes without which there is no such object.
bool decides(const Node& node) {
    constexpr std::uint32_t kDeciding[] = {0x00080005, 0x00080016, 0x00080018, 0x00280004,
                                           0x00280301, 0x00080060, 0x00420012};
    return std::ranges::find(kDeciding, node.tag.value) != std::end(kDeciding);
}

bool spoilable(const Node& node) {
    return !node.sequence && !node.raw && dicom::isTextVr(node.vr) && node.vr != Vr("AS") &&
           node.vr != Vr("TM") && node.vr != Vr("UI") && node.vr != Vr("DA") && node.vr != Vr("DT") &&
           !decides(node);
}

using Spoil = void (*)(MarkBook&, Node&, const std::string& place);

void spoilAll(MarkBook& book, Set& set, Spoil spoil, const std::string& path) {
    for (auto& node : set.nodes) {
        const auto here = path + dicom::nameOf(node.tag);
        for (auto& item : node.items) spoilAll(book, item, spoil, here + " > ");
        if (spoilable(node)) spoil(book, node, here);
    }
}

constexpr std::string_view kInstead = "mark instead of a value";
constexpr std::string_view kBehind = "mark behind a value";

void instead(MarkBook& book, Node& node, const std::string& place) {
    node.value = book.forVr(node.vr.text(), kInstead, place);
    node.keep = Keep::No;
}
void asNextValue(MarkBook& book, Node& node, const std::string& place) {
    node.value += "\\" + book.word(kBehind, place + ", next value");
    node.keep = Keep::No;
}
void asNextWord(MarkBook& book, Node& node, const std::string& place) {
    node.value += " " + book.word(kBehind, place + ", next word");
    node.keep = Keep::No;
}
void behindNul(MarkBook& book, Node& node, const std::string& place) {
    node.value += std::string(1, '\0') + book.token(kBehind, place + ", behind NUL");
    node.keep = Keep::No;
}
void behindLine(MarkBook& book, Node& node, const std::string& place) {
    node.value +=
        "\r\n" + book.word(kBehind, place + ", next line") + "\t" + book.digits(kBehind, place + ", digits");
    node.keep = Keep::No;
}
void asDate(MarkBook& book, Node& node, const std::string& place) {
    const auto day = book.date("date in a text", place);
    node.value += " " + day.substr(6) + "." + day.substr(4, 2) + "." + day.substr(0, 4);
    book.own(day.substr(6) + "." + day.substr(4, 2) + "." + day.substr(0, 4), "date in a text",
             place + ", with dots");
    node.value += " " + day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6);
    book.own(day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6), "date in a text",
             place + ", with dashes");
    node.value += " " + day;
    node.keep = Keep::No;
}
void asUid(MarkBook& book, Node& node, const std::string& place) {
    node.value += " " + book.uid("UID in a text", place);
    node.keep = Keep::No;
}
void lowerCase(MarkBook& book, Node& node, const std::string& place) {
    auto word = book.word("lower case and short parts", place);
    word[0] = static_cast<char>(word[0] | 0x20);
    node.value = word;
    node.keep = Keep::No;
}

void marksInUids(CorpusMaker& maker) {
    auto& draft = maker.begin("value-uids", "CT odd places");
    ct(draft);
    auto& book = draft.book;
    constexpr std::string_view kUids = "odd UIDs";
    draft.set.put("FrameOfReferenceUID", book.token(kUids, "text in a UID"));
    draft.set.put("IrradiationEventUID", "1.2.3\\" + book.token(kUids, "text in the second UID"));
    draft.set.put("AcquisitionUID",
                  "1.2.840.10008." + book.digits(kUids, "under the standard's root") + ".1");
    draft.set.put("ReferencedSOPClassUIDInFile",
                  "1.2.840.10008.5.1.4.1.1.2." + book.digits(kUids, "behind a class of the standard"));
    Set reference;
    reference.put("ReferencedSOPClassUID",
                  "1.2.840.10008.5.1.4.1.1.2." + book.digits(kUids, "class of a reference"));
    reference.put("ReferencedSOPInstanceUID", " " + book.uid(kUids, "blank before a UID"));
    draft.set.sequence("ReferencedImageSequence", {reference});
    draft.set.put("SynchronizationFrameOfReferenceUID",
                  book.uid(kUids, "many") + "\\" + book.uid(kUids, "many"));
    draft.set.put("PaletteColorLookupTableUID", "0" + book.uid(kUids, "leading zero"));
    draft.set.put("InstanceCreatorUID", book.uid(kUids, "too long") + ".123456789012345678901234567890");
    maker.end();
}

void oddDates(CorpusMaker& maker) {
    auto& draft = maker.begin("value-dates", "CT odd places");
    ct(draft);
    auto& book = draft.book;
    constexpr std::string_view kDates = "odd dates";
    const auto dotted = [&](const char* place) {
        const auto day = book.date(kDates, place);
        return book.own(day.substr(0, 4) + "." + day.substr(4, 2) + "." + day.substr(6), kDates, place);
    };
    draft.set.put("SeriesDate", dotted("with dots"));
    draft.set.put("AcquisitionDate", book.date(kDates, "range") + "-" + book.date(kDates, "range"));
    draft.set.put("ContentDate", book.date(kDates, "two values") + "\\" + book.date(kDates, "two values"));
    draft.set.put("DateOfLastCalibration", book.word(kDates, "text in a DA"));
    draft.set.put("TimeOfLastCalibration", book.word(kDates, "text in a TM"));
    draft.set.put("AcquisitionDateTime", book.date(kDates, "DT of a day"));
    draft.set.put("StartAcquisitionDateTime",
                  book.date(kDates, "DT with text") + book.word(kDates, "text in a DT"));
    draft.set.put("EndAcquisitionDateTime", book.date(kDates, "DT with blank") + " 101112");
    draft.set.put("ContentTime", "101112 " + book.token(kDates, "behind a TM"));
    draft.set.put("AcquisitionTime", book.date(kDates, "a date in a TM"));
    draft.set.put("PatientAge", book.word(kDates, "text in an AS"));
    draft.set.put("InstanceCreationDate", "19000101" + book.digits(kDates, "behind a DA"));
    maker.end();
}

void ownValues(CorpusMaker& maker) {
    auto& draft = maker.begin("value-own", "CT odd places");
    ct(draft);
    for (const auto* keyword :
         {"StudyDescription", "SeriesDescription", "ProtocolName", "ImageComments", "ConvolutionKernel",
          "SoftwareVersions", "ImageType", "ScanOptions", "Manufacturer", "ManufacturerModelName",
          "FilterType", "BodyPartExamined", "RescaleType", "WindowCenterWidthExplanation"})
        describe(draft, "-" + std::string(keyword) + "={family} {given} {id} {birth} {accession}");
    maker.end();
}

}  // namespace

void addValuePlaces(CorpusMaker& maker) {
    marksInUids(maker);
    oddDates(maker);
    ownValues(maker);
}

void addSpoiled(CorpusMaker& maker) {
    struct Way {
        const char* name;
        Spoil spoil;
    };
    constexpr Way kWays[] = {{"instead", instead}, {"next-value", asNextValue}, {"next-word", asNextWord},
                             {"nul", behindNul},   {"line", behindLine},        {"date", asDate},
                             {"uid", asUid},       {"lower", lowerCase}};
    struct Kind {
        const char* name;
        void (*make)(Draft&);
    };
    constexpr Kind kKinds[] = {{"ct", ct},
                               {"mr", mr},
                               {"pet", pet},
                               {"nm", nuclear},
                               {"us", [](Draft& draft) { ultrasound(draft, 2); }},
                               {"dx", digitalRadiograph},
                               {"enhanced-mr", enhancedMr},
                               {"enhanced-ct", enhancedCt},
                               {"rtstruct", structureSet},
                               {"rtplan", radiotherapyPlan},
                               {"rtdose", radiotherapyDose},
                               {"seg", segmentation},
                               {"sr", measurementReport},
                               {"dose", doseReport},
                               {"pr", presentationState},
                               {"ecg", electrocardiogram},
                               {"mg", mammogram}};
    std::size_t turn = 0;
    for (const auto& kind : kKinds)
        for (const auto& way : kWays) {
            // All ways for CT and reports, two of them for each of the others.
            const bool all = std::string_view(kind.name) == "ct" || std::string_view(kind.name) == "sr";
            if (!all && way.spoil != instead && turn++ % 4 != 0) continue;
            auto& draft = maker.begin("spoiled-" + std::string(kind.name) + "-" + way.name, kind.name);
            kind.make(draft);
            spoilAll(draft.book, draft.set, way.spoil, "");
            maker.useful = false;
            maker.end();
        }
}

}  // namespace gantry::canary
