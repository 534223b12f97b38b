#include "transformer.hpp"

#include <algorithm>

#include "code_items.hpp"
#include "code_schemes.hpp"
#include "iod_types.hpp"
#include "proof.hpp"
#include "trial_attributes.hpp"
#include "trial_values.hpp"

namespace gantry::anonymizer {

using dicom::Element;
using dicom::Tag;
using dicom::Vr;

using dicom::DataSet;
using dicom::Encoding;

namespace {

/// An item of CodingSchemeIdentificationSequence or ContentTemplateSequence about what is not the standard's.
bool namesLocalTerms(Tag sequence, const DataSet& item) {
    constexpr Tag kSchemes{0x00080110};
    constexpr Tag kTemplates{0x0040A504};
    if (sequence == kSchemes) return !isPublicScheme(item.text({0x00080102}));
    return sequence == kTemplates && item.text({0x00080105}) != "DCMR";
}

constexpr Tag kCodeMeaning{0x00080104};
}  // namespace

Result<> Transformer::writeDataSet(const DataSet& dataset, Node node, int depth) {
    std::vector<const Element*> elements;
    elements.reserve(dataset.elements.size());
    for (const auto& element : dataset.elements) elements.push_back(&element);
    std::ranges::stable_sort(elements, {}, [](const Element* e) { return e->tag; });
    const auto code = judgeCode(dataset);
    const Place place{dataset, node, depth, code};
    auto trial = depth == 0 ? trialValues(in_.subject, in_.policy) : std::vector<TrialValue>{};
    if (depth == 0 && lookedAt()) trial.push_back({trial::kBurnedInAnnotation, "CS", "NO"});
    std::ranges::sort(trial, {}, &TrialValue::tag);
    auto next_trial = trial.begin();
    Tag last{0xFFFFFFFF};
    for (auto at = elements.begin(); at != elements.end(); ++at) {
        const auto& element = **at;
        for (; next_trial != trial.end() && next_trial->tag < element.tag; ++next_trial)
            writeTrial(*next_trial);
        if (element.tag.isPrivate() && in_.policy.has(DeidOption::RetainSafePrivate)) {
            const auto end = std::find_if(at, elements.end(), [&](const Element* other) {
                return other->tag.group() != element.tag.group();
            });
            GANTRY_CHECK(writePrivateGroup(std::span(at, end), place));
            at = end - 1;
            continue;
        }
        if (element.tag == last) {
            note(place, element.tag, Done::Removed, "the attribute stands there twice");
            continue;
        }
        last = element.tag;
        GANTRY_CHECK(writeElement(element, place));
    }
    for (; next_trial != trial.end(); ++next_trial) writeTrial(*next_trial);
    return {};
}

bool Transformer::lookedAt() const {
    return in_.pixels != PixelState::NotLookedAt && in_.file.dataset.find(dicom::tags::kPixelData) && !ours_;
}

void Transformer::writeTrial(const TrialValue& value) {
    if (value.tag == trial::kBurnedInAnnotation) {
        const bool blanked = in_.pixels == PixelState::Blanked;
        report_.add(ReportBuilder::kRoot, value.tag, Done::Cleaned,
                    blanked ? "text in the pixels was looked for and blanked"
                            : "text in the pixels was looked for and there is none that says who");
    } else {
        report_.add(ReportBuilder::kRoot, value.tag, Done::TrialValue, "the trial's own value");
    }
    if (value.tag != trial::kDeidentificationMethodCodes) {
        writer_.text(value.tag, value.vr, value.text);
        if (value.tag == trial::kDeidentificationMethod)
            proof_at_ = out_.text().size() - value.text.size() % 2 - kProofLetters;
        return;
    }
    writer_.beginSequence(value.tag);
    for (const auto& code : methodCodes(in_.policy)) writeCode(code.value, "DCM", code.meaning);
    writer_.endSequence();
}

const Element* Transformer::asSequence(const Element& element, const Place& place) {
    constexpr int kDeepest = 16;
    if (element.sequence) return &element;
    if (element.value.empty()) {
        opened_.push_back({{}, {Encoding::ImplicitLittle, {element}}});
        auto& empty = opened_.back().dataset.elements.front();
        empty.sequence = true;
        return &empty;
    }
    if (element.vr != dicom::Vr("UN") || place.depth > kDeepest) return nullptr;
    // Read as any sequence that the dictionary knows: a private tag would not be opened.
    constexpr Tag kAnySequence{0x00081115};
    auto& opened = opened_.emplace_back();
    dicom::Writer(opened.bytes, Encoding::ImplicitLittle).element(kAnySequence, "SQ", element.value);
    auto read = dicom::readDataSet(asBytes(opened.bytes), Encoding::ImplicitLittle);
    if (!read || read->elements.size() != 1 || !read->elements.front().sequence) return nullptr;
    opened.dataset = std::move(*read);
    auto& sequence = opened.dataset.elements.front();
    sequence.tag = element.tag;
    return &sequence;
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
    auto& text = out_.text();
    const auto before = text.size();
    const auto node = report_.inside(place.node, element.tag);
    writer_.beginSequence(element.tag);
    std::size_t written = 0;
    for (const auto& item : element.items) {
        const auto code = judgeCode(item);
        if ((code.is_code && !code.is_public) || namesLocalTerms(element.tag, item)) continue;
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
