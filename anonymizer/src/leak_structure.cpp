#include "leak_structure.hpp"

#include <algorithm>

#include "leak_closed.hpp"
#include "leak_text.hpp"

namespace gantry::anonymizer::leak {
namespace {

using dicom::DataSet;
using dicom::Element;
using dicom::Tag;
using dicom::Vr;

// PS3.10 Table 7.1-1: what a file needs, and the implementation that wrote it.
constexpr std::uint32_t kMetaAllowed[] = {0x00020000, 0x00020001, 0x00020002, 0x00020003,
                                          0x00020010, 0x00020012, 0x00020013};

constexpr Tag kPatientIdentityRemoved{0x00120062};

std::string_view charactersOf(Vr vr) {
    if (vr == Vr("DA")) return "0123456789-";  // some write ranges as in queries
    if (vr == Vr("TM")) return "0123456789.";
    if (vr == Vr("DT")) return "0123456789.+-";
    if (vr == Vr("IS")) return "0123456789+-.eE";
    if (vr == Vr("DS")) return "0123456789+-.eE";
    if (vr == Vr("UI")) return "0123456789.";
    if (vr == Vr("AS")) return "0123456789DWMY";
    if (vr == Vr("CS")) return "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    return {};
}

std::string_view unpadded(std::string_view text) {
    while (!text.empty() && (text.back() == '\0' || text.back() == ' ')) text.remove_suffix(1);
    return text;
}

class Checker {
public:
    Checker(Bytes bytes, const dicom::DicomFile& file, const Layout& layout, const PatternSet& patterns)
        : bytes_(bytes), file_(file), layout_(layout), patterns_(patterns) {}

    std::vector<LeakHit> run() {
        frame();
        identity();
        const ClosedDoors doors(patterns_);
        containers(file_.dataset, nullptr, doors);
        for (const auto& leaf : layout_.leaves()) value(leaf);
        return std::move(hits_);
    }

private:
    void hit(std::string where, std::string_view what, ValueKind kind = ValueKind::Other, Tag tag = {}) {
        constexpr std::size_t kMost = 100;
        if (hits_.size() < kMost) hits_.push_back({std::move(where), kind, std::string(what), tag});
    }

    void frame() {
        constexpr std::size_t kPreamble = 128;
        const auto preamble = bytes_.first(kPreamble);
        if (std::ranges::any_of(preamble, [](std::byte b) { return b != std::byte{0}; }))
            hit("preamble", "not empty");
        if (!file_.trailing.empty()) hit("end of file", "trailing bytes");
        if (dicom::isDeflated(file_.transfer_syntax_uid))
            hit("data set", "deflated, so its bytes cannot be searched");
        for (const auto& element : file_.meta.elements)
            if (std::ranges::find(kMetaAllowed, element.tag.value) == std::end(kMetaAllowed))
                hit(dicom::nameOf(element.tag), "file meta information that is not needed");
    }

    void identity() {
        if (file_.dataset.text(kPatientIdentityRemoved) != "YES")
            hit("PatientIdentityRemoved", "does not say YES");
        if (patterns_.allowed.empty()) return;
        for (const auto tag : {dicom::tags::kPatientId, dicom::tags::kPatientName}) {
            const auto text = asciiLower(file_.dataset.text(tag));
            if (std::ranges::find(patterns_.allowed, text) == patterns_.allowed.end())
                hit(dicom::nameOf(tag), "not the trial's subject", ValueKind::PatientId);
        }
    }

    /// Where an item lies, told only when there is a hit.
    struct Way {
        const Way* before;
        Tag sequence;
        std::size_t index;
        std::string text() const {
            return (before ? before->text() : std::string()) + dicom::nameOf(sequence) + "[" +
                   std::to_string(index) + "].";
        }
    };

    /// Tags of all elements, sequences included.
    void containers(const DataSet& dataset, const Way* way, const ClosedDoors& doors) {
        for (const auto& element : dataset.elements) {
            if (const auto what = doors.faultOf(dataset, element); !what.empty())
                hit((way ? way->text() : std::string()) + dicom::nameOf(element.tag), what, ValueKind::Other,
                    removableTag(element));
            for (std::size_t i = 0; i < element.items.size(); ++i) {
                const Way inside{way, element.tag, i};
                containers(element.items[i], &inside, doors);
            }
        }
    }

    void value(const Leaf& leaf) {
        const auto& element = *leaf.element;
        if (element.encapsulated || leaf.is_meta) return;
        const auto text = unpadded(asText(element.value));
        if (const auto allowed = charactersOf(element.vr); !allowed.empty()) {
            const auto legal = [&](char c) {
                return c == ' ' || c == '\\' || allowed.find(c) != std::string_view::npos;
            };
            if (!std::ranges::all_of(text, legal))
                hit(layout_.pathOf(leaf), "characters that its VR does not allow", ValueKind::Other,
                    removableTag(&leaf));
        }
        if (element.vr == Vr("UI")) {
            for (const auto uid : splitAt(text, "\\"))
                if (patterns_.uids.contains(std::string(unpadded(uid))))
                    hit(layout_.pathOf(leaf), toString(ValueKind::Uid), ValueKind::Uid);
        }
        if (element.vr == Vr("LO") || element.vr == Vr("SH") || element.vr == Vr("PN") ||
            element.vr == Vr("UC"))
            shortValues(leaf, text);
    }

    /// "A12" as a hospital number would be found in everything; as a whole value it is one.
    void shortValues(const Leaf& leaf, std::string_view text) {
        if (patterns_.short_values.empty()) return;
        for (const auto part : splitAt(text, "\\^")) {
            const auto lower = asciiLower(unpadded(part));
            if (std::ranges::find(patterns_.allowed, lower) != patterns_.allowed.end()) continue;
            for (const auto& [value, kind] : patterns_.short_values)
                if (value == lower) hit(layout_.pathOf(leaf), toString(kind), kind, removableTag(&leaf));
        }
    }

    Bytes bytes_;
    const dicom::DicomFile& file_;
    const Layout& layout_;
    const PatternSet& patterns_;
    std::vector<LeakHit> hits_;
};

}  // namespace

std::vector<LeakHit> structureHits(Bytes bytes, const dicom::DicomFile& file, const Layout& layout,
                                   const PatternSet& patterns) {
    return Checker(bytes, file, layout, patterns).run();
}

}  // namespace gantry::anonymizer::leak
