#include "fill.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace gantry::canary {
namespace {

using dicom::DictionaryEntry;
using dicom::Tag;
using dicom::Vr;

const DictionaryEntry kDictionary[] = {
#include "dictionary.inc"
};

/// What decides whether the object is taken at all, and what its pixels need. They have files of their own.
constexpr std::uint32_t kLeftOut[] = {0x00080005, 0x00080016, 0x00080018, 0x00280301, 0x00287FE0, 0x00280008,
                                      0x00281300, 0x7FE00001, 0x7FE00002, 0x7FE00003, 0x7FE00008, 0x7FE00009,
                                      0x00420011, 0x00420012, 0x00083002, 0x0040A040, 0x00080008};

bool leftOut(const DictionaryEntry& entry) {
    const auto group = entry.tag.group();
    if (group <= 0x0006 || group == 0xFFFE || group == 0xFFFA || group == 0x7FE0) return true;
    return std::ranges::find(kLeftOut, entry.tag.value) != std::end(kLeftOut);
}

}  // namespace

void fillAll(Draft& draft, Set& set, const FillPlan& plan) {
    std::size_t index = 0;
    for (const auto& entry : kDictionary) {
        if (leftOut(entry) || set.has(entry.tag) || entry.vr.size() < 2) continue;
        if (entry.retired && !plan.retired) continue;
        if (index++ % plan.parts != plan.part) continue;
        const auto vr = entry.vr.substr(0, 2);
        if (vr == "SQ") continue;
        auto value = draft.book.forVr(vr, plan.category, entry.keyword);
        if (!value.empty()) set.add(entry.tag, Vr(vr[0], vr[1]), std::move(value));
    }
}

void fillSequences(Draft& draft, Set& set, const FillPlan& plan) {
    std::size_t index = 0;
    for (const auto& entry : kDictionary) {
        if (leftOut(entry) || set.has(entry.tag) || entry.vr != "SQ") continue;
        if (entry.retired && !plan.retired) continue;
        if (index++ % plan.parts != plan.part) continue;
        Set inside;
        const std::string place = std::string(entry.keyword) + " > ";
        for (const auto* keyword :
             {"PatientName", "PatientID", "TextValue", "InstitutionName", "CodeMeaning", "CodeValue",
              "ReferencedSOPInstanceUID", "PersonName", "DateTime", "Date", "UID", "LongCodeValue",
              "ContentLabel", "Manufacturer", "SeriesDescription", "ImageComments", "EncapsulatedDocument",
              "UnformattedTextValue"}) {
            const auto* attribute = dicom::lookup(std::string_view(keyword));
            inside.put(keyword, draft.book.forVr(attribute->vr.substr(0, 2), plan.category, place + keyword));
        }
        set.sequence(entry.tag, {inside});
    }
}

void fillDeep(Draft& draft, Set& set, int depth, const FillPlan& plan) {
    Set inside;
    auto level = plan;
    level.category += ", depth " + std::to_string(depth);
    fillAll(draft, inside, level);
    if (depth < 6) {
        auto deeper = plan;
        deeper.parts = std::max<std::size_t>(plan.parts, 12);
        deeper.part = static_cast<std::size_t>(depth) % deeper.parts;
        fillDeep(draft, inside, depth + 1, deeper);
    }
    constexpr std::array kCarriers = {"SharedFunctionalGroupsSequence",
                                      "RequestAttributesSequence",
                                      "RadiopharmaceuticalInformationSequence",
                                      "OriginalAttributesSequence",
                                      "ReferencedSeriesSequence",
                                      "SourceImageSequence"};
    const auto* carrier = kCarriers[static_cast<std::size_t>(depth - 1) % kCarriers.size()];
    if (!set.has(dicom::lookup(std::string_view(carrier))->tag)) set.sequence(carrier, {inside});
}

}  // namespace gantry::canary
