#include "gantry/core/facts.hpp"

#include <array>
#include <unordered_map>

#include "csa.hpp"
#include "dicom_items.hpp"
#include "facts_values.hpp"
#include "frame_list.hpp"

namespace gantry {
namespace {

using dicom::DataSet;
using dicom::Element;

constexpr dicom::Tag kPerFrameGroups{0x52009230};
constexpr std::string_view kCsaImage = "(0029,10):SIEMENS CSA HEADER";
constexpr std::string_view kCsaSeries = "(0029,20):SIEMENS CSA HEADER";
constexpr auto kCsaNames =
    std::to_array<std::string_view>({"B_value", "DiffusionGradientDirection", "NumberOfImagesInMosaic",
                                     "PhaseEncodingDirectionPositive", "SliceNormalVector"});

/// Character set that holds for a data set: its own, or that of the one around it (PS3.3 C.12.1.1.2).
std::string_view characterSet(const DataSet& dataset, std::string_view around) {
    const auto own = dataset.text(dicom::tags::kSpecificCharacterSet);
    return own.empty() ? around : own;
}

/// A sequence that was sent as UN, because somebody on its way did not know it, with its items (PS3.5 6.2.2).
const Element& asKnown(const Element& element, Element& opened) {
    if (element.sequence || element.vr != dicom::Vr("UN") || element.tag.isPrivate()) return element;
    const auto* entry = dicom::lookup(element.tag);
    if (!entry || entry->vr != "SQ") return element;
    auto items = dicom::readItems(element.value, dicom::Encoding::ImplicitLittle);
    if (!items) return element;
    opened.tag = element.tag;
    opened.sequence = true;
    opened.items = *std::move(items);
    return opened;
}

/// What one instance may still put into its facts.
class Budget {
public:
    bool take(std::size_t bytes) {
        exceeded_ = exceeded_ || bytes > left_;
        if (!exceeded_) left_ -= bytes;
        return !exceeded_;
    }
    bool exceeded() const { return exceeded_; }

private:
    std::size_t left_ = kMaxFactsBytes;
    bool exceeded_ = false;
};

/// Per-frame functional groups (PS3.3 C.7.6.16.1.2), one list an attribute instead of one name a frame.
class FrameCollector {
public:
    explicit FrameCollector(Budget& budget) : budget_(budget) {}

    /// Standard attributes of all frames before any private ones: if there is no room for all, those are
    /// missed.
    void collect(const Element& groups, std::string_view character_set) {
        for (const Wanted wanted : {Wanted::Standard, Wanted::Private})
            for (frame_ = 0; frame_ < std::min(groups.items.size(), kMaxFrames); ++frame_)
                dataSet(groups.items[frame_], character_set, wanted);
        if (groups.items.size() > kMaxFrames) budget_.take(kMaxFactsBytes + 1);
    }

    void writeTo(Facts& facts, std::size_t frames) {
        for (auto& [name, list] : lists_)
            facts.insert_or_assign(name, list.finish(std::min(frames, kMaxFrames)));
    }

private:
    enum class Wanted { Standard, Private, All };

    void dataSet(const DataSet& dataset, std::string_view around, Wanted wanted) {
        const auto character_set = characterSet(dataset, around);
        for (const Element& sent : dataset.elements) {
            if (budget_.exceeded()) return;
            Element opened;
            const Element& element = asKnown(sent, opened);
            const bool is_private = element.tag.isPrivate();
            if (element.tag.element() == 0 || (is_private && wanted == Wanted::Standard)) continue;
            if (!is_private && !element.sequence && wanted == Wanted::Private) continue;
            const std::size_t length = path_.size();
            path_ += factName(dataset, element);
            one(dataset, element, character_set, is_private ? Wanted::All : wanted);
            path_.resize(length);
        }
    }

    void one(const DataSet& dataset, const Element& element, std::string_view character_set, Wanted wanted) {
        if (!element.sequence) {
            if (const auto text = factText(dataset, element, nameOf(path_), character_set)) put(*text);
            return;
        }
        const std::size_t length = path_.size();
        if (element.items.empty() && wanted != Wanted::Private) put("");
        for (std::size_t i = 0; i < element.items.size(); ++i) {
            path_ += "[" + std::to_string(i) + "]";
            if (element.items[i].elements.empty() && wanted != Wanted::Private) put("");
            path_ += '.';
            dataSet(element.items[i], character_set, wanted);
            path_.resize(length);
        }
    }

    static std::string_view nameOf(std::string_view path) {
        const auto end = path.rfind("].");
        return end == std::string_view::npos ? path : path.substr(end + 2);
    }

    void put(std::string_view value) {
        auto found = lists_.find(path_);
        if (found == lists_.end()) {
            if (!budget_.take(path_.size())) return;
            found = lists_.emplace(path_, FrameListWriter()).first;
        }
        const std::size_t before = found->second.bytes();
        found->second.put(frame_, value);
        budget_.take(found->second.bytes() - before);
    }

    Budget& budget_;
    std::unordered_map<std::string, FrameListWriter> lists_;
    std::string path_ = "PerFrameFunctionalGroupsSequence[*].";
    std::size_t frame_ = 0;
};

class Extractor {
public:
    explicit Extractor(Facts& facts) : facts_(facts) {}

    void dataSet(const DataSet& dataset, const std::string& prefix, std::string_view around) {
        const auto character_set = characterSet(dataset, around);
        for (const Element& sent : dataset.elements) {
            if (sent.tag.element() == 0) continue;  // group lengths say nothing about the image
            if (budget_.exceeded()) return;
            Element opened;
            const Element& element = asKnown(sent, opened);
            if (element.tag == kPerFrameGroups && prefix.empty() && !element.items.empty())
                perFrame(element, character_set);
            else
                one(dataset, element, prefix, character_set);
        }
    }

    void finish() {
        if (budget_.exceeded()) facts_["Gantry.FactsTruncated"] = "1";
    }

private:
    void perFrame(const Element& groups, std::string_view character_set) {
        FrameCollector frames(budget_);
        frames.collect(groups, character_set);
        frames.writeTo(facts_, groups.items.size());
    }

    void one(const DataSet& dataset, const Element& element, const std::string& prefix,
             std::string_view character_set) {
        const auto own_name = factName(dataset, element);
        auto name = prefix + own_name;
        if (element.sequence) {
            for (std::size_t i = 0; i < element.items.size(); ++i) {
                const auto item = name + "[" + std::to_string(i) + "]";
                if (element.items[i].elements.empty()) put(item, "");
                dataSet(element.items[i], item + ".", character_set);
            }
            if (element.items.empty()) put(std::move(name), "");
            return;
        }
        if (element.tag == dicom::tags::kPixelData) return put(std::move(name), "present");
        if (own_name == kCsaImage || own_name == kCsaSeries) return csa(element);
        if (auto text = factText(dataset, element, own_name, character_set))
            put(std::move(name), *std::move(text));
    }

    void csa(const Element& element) {
        if (element.value.empty()) return;
        const auto values = readCsa(element.value, kCsaNames);
        if (!values) return put("Gantry.CsaUnreadable", "1");
        for (const auto& [name, value] : *values)
            if (value.size() <= kMaxFactLength) put("Gantry.Csa." + name, dicom::toUtf8(value, "", "LO"));
    }

    void put(std::string name, std::string value) {
        if (budget_.take(name.size() + value.size()))
            facts_.insert_or_assign(std::move(name), std::move(value));
    }

    Facts& facts_;
    Budget budget_;
};

}  // namespace

Facts extractFacts(const dicom::DicomFile& file) {
    Facts facts;
    Extractor extractor(facts);
    facts["TransferSyntaxUID"] = file.transfer_syntax_uid;
    extractor.dataSet(file.dataset, "", "");
    extractor.finish();
    return facts;
}

}  // namespace gantry
