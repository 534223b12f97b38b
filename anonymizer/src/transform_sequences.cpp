#include "transformer.hpp"

#include <algorithm>

#include "code_items.hpp"
#include "iod_types.hpp"
#include "trial_attributes.hpp"
#include "trial_values.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

using dicom::DataSet;
using dicom::Encoding;

namespace {
constexpr Tag kCodeMeaning{0x00080104};
constexpr Tag kBurnedInAnnotation{0x00280301};
}  // namespace

Result<> Transformer::writeDataSet(const DataSet& dataset, Node node, int depth) {
    std::vector<const Element*> elements;
    elements.reserve(dataset.elements.size());
    for (const auto& element : dataset.elements) elements.push_back(&element);
    std::ranges::stable_sort(elements, {}, [](const Element* e) { return e->tag; });
    const auto code = judgeCode(dataset);
    const Place place{dataset, node, depth, code};
    auto trial = depth == 0 ? trialValues(in_.subject, in_.policy) : std::vector<TrialValue>{};
    if (depth == 0 && lookedAt()) trial.push_back({kBurnedInAnnotation, "CS", "NO"});
    std::ranges::sort(trial, {}, &TrialValue::tag);
    auto next_trial = trial.begin();
    Tag last{0xFFFFFFFF};
    for (const auto* element : elements) {
        for (; next_trial != trial.end() && next_trial->tag < element->tag; ++next_trial)
            writeTrial(*next_trial);
        if (element->tag == last) {
            note(place, element->tag, Done::Removed, "the attribute stands there twice");
            continue;
        }
        last = element->tag;
        GANTRY_CHECK(writeElement(*element, place));
    }
    for (; next_trial != trial.end(); ++next_trial) writeTrial(*next_trial);
    return {};
}

bool Transformer::lookedAt() const {
    return in_.pixels != PixelState::NotLookedAt;
}

void Transformer::writeTrial(const TrialValue& value) {
    if (value.tag == kBurnedInAnnotation) {
        const bool blanked = in_.pixels == PixelState::Blanked;
        report_.add(ReportBuilder::kRoot, value.tag, Done::Cleaned,
                    blanked ? "text in the pixels was looked for and blanked"
                            : "text in the pixels was looked for and there is none that says who");
    } else {
        report_.add(ReportBuilder::kRoot, value.tag, Done::TrialValue, "the trial's own value");
    }
    if (value.tag != trial::kDeidentificationMethodCodes) {
        writer_.text(value.tag, value.vr, value.text);
        return;
    }
    writer_.beginSequence(value.tag);
    for (const auto& code : methodCodes(in_.policy)) writeCode(code.value, "DCM", code.meaning);
    writer_.endSequence();
}

void Transformer::writeCode(std::string_view value, std::string_view scheme, std::string_view meaning) {
    writer_.beginItem();
    writer_.text({0x00080100}, "SH", value);
    writer_.text({0x00080102}, "SH", scheme);
    writer_.text(kCodeMeaning, "LO", meaning);
    writer_.endItem();
}

Result<> Transformer::writeSequence(const Element& element, const Place& place, Type type,
                                    std::string_view reason) {
    if (!element.sequence) {
        reject(element, place, "a sequence that could not be read as one");
        return {};
    }
    auto& text = out_.text();
    const auto before = text.size();
    const auto node = report_.inside(place.node, element.tag);
    writer_.beginSequence(element.tag);
    std::size_t written = 0;
    for (const auto& item : element.items) {
        const auto code = judgeCode(item);
        if (code.is_code && !code.is_public) continue;
        if (item.encoding != in_.file.dataset.encoding && in_.file.dataset.encoding == Encoding::ExplicitBig)
            continue;  // binary numbers would have to be turned round
        ++written;
        writer_.beginItem();
        GANTRY_CHECK(writeDataSet(item, node, place.depth + 1));
        writer_.endItem();
    }
    writer_.endSequence();
    if (written < element.items.size())
        note(place, element.tag, Done::Cleaned, "items whose code is of no public scheme left out");
    if (written == 0 && !element.items.empty() && type == Type::Three) {
        text.resize(before);
        note(place, element.tag, Done::Removed, "no item was left");
        return {};
    }
    note(place, element.tag, Done::Kept, reason);
    return {};
}

}  // namespace gantry::anonymizer
