/// Every attribute of the dictionary that can carry text, UIDs or bytes, with a mark of its own, in objects
/// of each kind that this engine cleans, at the top and inside the sequences that stay: none survives.
#include <catch2/catch.hpp>

#include "content_objects.hpp"
#include "run_engine.hpp"

using namespace gantry;
using namespace gantry::anonymizer;
using namespace gantry::test;
using dicom::Tag;
using dicom::Vr;

namespace {

/// What makes the object one of its kind.
bool isNeeded(Tag tag) {
    constexpr std::uint32_t kNeeded[] = {0x00080005, 0x00080016, 0x00280301, 0x00287FE0};
    return std::ranges::find(kNeeded, tag.value) != std::end(kNeeded);
}

bool isBytes(std::string_view vr) {
    return vr == "OB" || vr == "OW" || vr == "OB or OW" || vr == "UN" || vr == "OF" || vr == "OD" ||
           vr == "OL" || vr == "OV";
}

/// The even groups that PS3.6 uses.
std::vector<const dicom::DictionaryEntry*> wholeDictionary() {
    std::vector<const dicom::DictionaryEntry*> all;
    for (std::uint32_t group = 0x0008; group <= 0x7FE0; group += 2) {
        const bool used = group <= 0x0080 || group == 0x0088 || group == 0x0100 || group == 0x0400 ||
                          (group >= 0x2000 && group <= 0x2200) || (group >= 0x3000 && group <= 0x3010) ||
                          group == 0x4008 || group == 0x4010 || group == 0x5000 || group == 0x5200 ||
                          group == 0x5400 || group == 0x5600 || group == 0x6000 || group == 0x7FE0;
        for (std::uint32_t element = 1; used && element <= 0xFFFF; ++element)
            if (const auto* entry = dicom::lookup(Tag{group << 16 | element})) all.push_back(entry);
    }
    return all;
}

void fill(SetBuilder& set, Marks& marks) {
    static const auto dictionary = wholeDictionary();
    for (const auto* entry : dictionary) {
        if (entry->vr.size() < 2 || set.has(entry->tag) || isNeeded(entry->tag)) continue;
        const Vr vr(entry->vr[0], entry->vr[1]);
        if (isBytes(entry->vr))
            set.bytes(entry->tag, vr, marks.next() + "  ");
        else if (dicom::isTextVr(vr) && vr != Vr("UI"))
            set.text(entry->tag, vr, marks.next());
    }
    set.text({0x00290010}, "LO", marks.next()).text({0x00291001}, "LO", marks.next());
}

SetBuilder filled(Marks& marks) {
    SetBuilder item(dicom::Encoding::ExplicitLittle);
    fill(item, marks);
    return item;
}

/// Marks at the top, and in one item of each sequence that the kind's rules let stay.
std::string marked(SetBuilder object, Marks& marks, std::initializer_list<std::string_view> sequences) {
    for (const auto sequence : sequences) object.sequence(sequence, {filled(marks)});
    fill(object, marks);
    return fileOf(object, kExplicitLittle);
}

}  // namespace

TEST_CASE("no mark survives in objects of any kind, with all options that clean", "[slow]") {
    Bench bench;
    bench.policy = DeidPolicy()
                       .add(DeidOption::RetainLongitudinalModifiedDates)
                       .add(DeidOption::CleanStructuredContent)
                       .add(DeidOption::CleanGraphics);
    bench.policy.documents = Documents::Clean;
    const auto classes = {std::pair("report", "1.2.840.10008.5.1.4.1.1.88.33"),
                          std::pair("key objects", "1.2.840.10008.5.1.4.1.1.88.59"),
                          std::pair("presentation state", "1.2.840.10008.5.1.4.1.1.11.1"),
                          std::pair("waveform", "1.2.840.10008.5.1.4.1.1.9.1.1"),
                          std::pair("PDF", "1.2.840.10008.5.1.4.1.1.104.1"),
                          std::pair("CDA", "1.2.840.10008.5.1.4.1.1.104.2"),
                          std::pair("surface", "1.2.840.10008.5.1.4.1.1.66.5"),
                          std::pair("fiducials", "1.2.840.10008.5.1.4.1.1.66.2"),
                          std::pair("tracks", "1.2.840.10008.5.1.4.1.1.66.6"),
                          std::pair("treatment record", "1.2.840.10008.5.1.4.1.1.481.4")};
    for (const auto& [name, uid] : classes) {
        CAPTURE(name);
        Marks marks;
        const auto bytes = marked(contentHeader(uid, marks), marks,
                                  {"ContentSequence",
                                   "AcquisitionContextSequence",
                                   "ConceptNameCodeSequence",
                                   "ReferencedSeriesSequence",
                                   "GraphicAnnotationSequence",
                                   "GraphicLayerSequence",
                                   "DisplayedAreaSelectionSequence",
                                   "WaveformSequence",
                                   "WaveformAnnotationSequence",
                                   "SegmentSequence",
                                   "SurfaceSequence",
                                   "TrackSetSequence",
                                   "FiducialSetSequence",
                                   "VerifyingObserverSequence",
                                   "ReferencedRequestSequence",
                                   "ContentTemplateSequence",
                                   "CurrentRequestedProcedureEvidenceSequence",
                                   "SourceInstanceSequence",
                                   "CodingSchemeIdentificationSequence",
                                   "DeformableRegistrationSequence"});
        const auto& ran = bench.run(bytes);
        CHECK(marks.in(ran.input).size() > 20000);
        const auto left = marks.in(ran.output);
        for (const auto& mark : left) {
            const auto whose = [&](const dicom::Element& e) {
                return asText(e.value).find(mark) != std::string::npos;
            };
            const auto found = std::ranges::find_if(ran.file.dataset.elements, whose);
            if (found == ran.file.dataset.elements.end()) continue;
            UNSCOPED_INFO(dicom::nameOf(found->tag));
            for (const auto& item : found->items)
                for (const auto& inner : item.elements)
                    if (whose(inner)) UNSCOPED_INFO("  " << dicom::nameOf(inner.tag));
        }
        CHECK(left.empty());
    }
}
