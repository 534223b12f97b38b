#include "gantry/anonymizer/leak_gate.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "leak_chance.hpp"
#include "leak_closed.hpp"
#include "leak_documents.hpp"
#include "leak_layout.hpp"
#include "leak_patterns.hpp"
#include "leak_scanner.hpp"
#include "leak_structure.hpp"
#include "leak_text.hpp"
#include "leak_unwrap.hpp"

namespace gantry::anonymizer {
namespace {

using dicom::Vr;
using leak::Layout;
using leak::Leaf;
using leak::Pattern;
using leak::PatternSet;
using leak::Scanner;
using leak::Shape;

constexpr std::size_t kMostHits = 100;
constexpr std::size_t kShortestTorn = 7;  // characters of what is looked for between blanks and marks
constexpr double kAccident = 1e-6;  // expected accidental occurrences below which bytes of an image are a hit

/// Words that attribute keywords are made of ("Perfusion", "Head"): in a coded string they are terms, not
/// people.
bool isHeaderWord(const std::string& lower) {
    static const auto words = [] {
        std::unordered_set<std::string> all;
        for (const std::uint32_t group : {0x0008u, 0x0018u, 0x0020u, 0x0028u, 0x0054u})
            for (std::uint32_t element = 0; element <= 0xFFFF; ++element) {
                const auto* entry = dicom::lookup(dicom::Tag{group << 16 | element});
                if (entry != nullptr) leak::addWords(entry->keyword, all);
            }
        return all;
    }();
    return words.contains(lower);
}

/// By its VR, or because nothing else than text stands in it.
bool isText(const dicom::Element& element) {
    constexpr std::size_t kLongest = 64u << 10;
    if (dicom::isTextVr(element.vr)) return true;
    const bool unknown = element.vr == Vr("UN") || element.vr == Vr("OB");
    return unknown && element.value.size() <= kLongest && leak::isPlainText(asText(element.value));
}

bool isNumeric(Vr vr) {
    return vr == Vr("DS") || vr == Vr("IS") || vr == Vr("TM") || vr == Vr("AS");
}

bool isOriginalUid(const PatternSet& patterns, Bytes text, std::size_t begin) {
    std::size_t length = 0;
    const auto rest = asText(text.subspan(begin, std::min(text.size() - begin, patterns.longest_uid)));
    while (length < rest.size() && (leak::isAsciiDigit(rest[length]) || rest[length] == '.')) ++length;
    for (; length >= leak::kUidStartLength; --length)
        if (patterns.uids.contains(std::string(rest.substr(0, length)))) return true;
    return false;
}

/// Boundaries in any text.
bool stands(const Pattern& pattern, Bytes text, std::size_t begin, std::size_t end) {
    const auto digitAt = [&](std::size_t at) { return leak::isAsciiDigit(std::to_integer<char>(text[at])); };
    switch (pattern.shape) {
        case Shape::PlainDate:
            return begin == 0 || !digitAt(begin - 1);
        case Shape::Digits: {
            auto start = begin;
            while (start > 0 && std::to_integer<char>(text[start - 1]) == '0') --start;
            return (start == 0 || !digitAt(start - 1)) && (end == text.size() || !digitAt(end));
        }
        case Shape::Date:
            return (begin == 0 || !digitAt(begin - 1)) && (end == text.size() || !digitAt(end));
        case Shape::ShortDate: {
            const auto joins = [&](std::size_t at) {
                constexpr std::string_view kMarks = "./-";
                return leak::isWordByte(text[at]) ||
                       kMarks.find(std::to_integer<char>(text[at])) != std::string_view::npos;
            };
            return (begin == 0 || !joins(begin - 1)) &&
                   (end == text.size() || !joins(end) ||
                    (!leak::isWordByte(text[end]) &&
                     (end + 1 == text.size() || !leak::isWordByte(text[end + 1]))));
        }
        case Shape::Wide:
            return true;
        case Shape::Text:
        case Shape::UidStart:
            break;
    }
    if (!pattern.whole_word) return true;
    return (begin == 0 || !leak::isWordByte(text[begin - 1])) &&
           (end == text.size() || !leak::isWordByte(text[end]));
}

bool isAllowed(const PatternSet& patterns, Bytes text, std::size_t begin, std::size_t end) {
    return std::ranges::any_of(patterns.allowed, [&](const std::string& allowed) {
        if (allowed.size() < end - begin) return false;
        const auto first = end >= allowed.size() ? end - allowed.size() : 0;
        for (auto at = first; at <= begin && at + allowed.size() <= text.size(); ++at)
            if (leak::asciiLower(asText(text.subspan(at, allowed.size()))) == allowed) return true;
        return false;
    });
}

/// One file under examination.
class Examination {
public:
    Examination(Bytes bytes, const dicom::DicomFile& file, const PatternSet& patterns, const Scanner& scanner)
        : bytes_(bytes), file_(file), patterns_(patterns), scanner_(scanner), layout_(bytes, file) {}

    std::vector<LeakHit> run() {
        hits_ = leak::structureHits(bytes_, file_, layout_, patterns_);
        scanner_.scan(bytes_, true, [&](std::uint32_t pattern, std::size_t begin) {
            candidate(patterns_.patterns[pattern], begin);
        });
        for (const auto& leaf : layout_.leaves()) {
            decoded(leaf);
            wrapped(leaf);
            document(leaf);
        }
        return std::move(hits_);
    }

private:
    void hit(std::string where, ValueKind kind, const Leaf* leaf) {
        if (hits_.size() >= kMostHits) return;
        const auto same = [&](const LeakHit& other) { return other.where == where && other.kind == kind; };
        if (std::ranges::none_of(hits_, same))
            hits_.push_back({std::move(where), kind, std::string(toString(kind)), leak::removableTag(leaf)});
    }

    // ---- raw bytes

    void candidate(const Pattern& pattern, std::size_t begin) {
        const auto end = begin + pattern.bytes.size();
        if (hits_.size() >= kMostHits || isAllowed(patterns_, bytes_, begin, end)) return;
        const auto* leaf = layout_.at(begin);
        if (pattern.shape == Shape::UidStart) {
            if (isOriginalUid(patterns_, bytes_, begin)) hit(placeOf(leaf, begin), pattern.kind, leaf);
            return;
        }
        const bool binary = leaf != nullptr && !isText(*leaf->element);
        const bool counts = leaf == nullptr ? stands(pattern, bytes_, begin, end)
                            : binary        ? isNoAccident(pattern, *leaf, begin)
                                            : countsInText(pattern, *leaf, begin, end);
        if (counts) hit(placeOf(leaf, begin), pattern.kind, leaf);
    }

    std::string placeOf(const Leaf* leaf, std::size_t offset) const {
        if (leaf == nullptr) return "byte " + std::to_string(offset) + " (between elements)";
        const auto path = layout_.pathOf(*leaf);
        return dicom::isTextVr(leaf->element->vr) ? path
                                                  : "byte " + std::to_string(offset) + " (" + path + ")";
    }

    bool countsInText(const Pattern& pattern, const Leaf& leaf, std::size_t begin, std::size_t end) const {
        const auto vr = leaf.element->vr;
        const bool date = pattern.shape == Shape::PlainDate;
        const bool digits = pattern.shape == Shape::Digits || date;
        if (vr == Vr("UI"))
            return false;  // digits of mapped UIDs are accidents; originals are looked up as a whole
        // A moved date may be another true one: it tells something only where it stood itself, and not even
        // there if a date that stood there becomes it.
        if (vr == Vr("DA") || vr == Vr("DT"))
            return date && pattern.tag == leaf.element->tag.value && !isRetainedDate(leaf.element->tag) &&
                   !isMovedDate(patterns_, pattern.tag, pattern.bytes);
        const bool name = pattern.kind == ValueKind::PatientName || pattern.kind == ValueKind::PersonName;
        if (vr == Vr("CS") && name && isHeaderWord(pattern.bytes)) return false;
        if (isNumeric(vr) && digits) return vr != Vr("TM") && isWholeComponent(leaf, begin, end);
        return stands(pattern, bytes_, begin, end);
    }

    /// Days of a device's calibration stay with the device where dates are not moved.
    bool isRetainedDate(dicom::Tag tag) const {
        return patterns_.options.days_back == 0 && leak::staysByOption(tag, patterns_.options);
    }

    bool isWholeComponent(const Leaf& leaf, std::size_t begin, std::size_t end) const {
        constexpr std::size_t kShortest = 7;  // digits; shorter ones are everyday numbers
        const auto isEdge = [&](std::size_t at) {
            const auto c = std::to_integer<char>(bytes_[at]);
            return c == '\\' || c == ' ' || c == '\0';
        };
        return end - begin >= kShortest && (begin == leaf.begin || isEdge(begin - 1)) &&
               (end == leaf.end || isEdge(end));
    }

    bool isNoAccident(const Pattern& pattern, const Leaf& leaf, std::size_t begin) {
        if (leak::isRampOrRun(pattern)) return false;
        auto model = models_.find(leaf.begin);
        if (model == models_.end())
            model = models_.emplace(leaf.begin, leak::ChanceModel(leaf.element->value)).first;
        return model->second.expected(pattern, begin - leaf.begin) < kAccident;
    }

    // ---- decoded text

    /// Text in other character sets than the patterns', and words torn apart by punctuation.
    void decoded(const Leaf& leaf) {
        const auto& element = *leaf.element;
        const bool coded =
            dicom::usesCharacterSet(element.vr) || (!dicom::isTextVr(element.vr) && isText(element));
        if (!coded || element.value.empty()) return;
        const auto raw = asText(element.value);
        const bool beyond_ascii = std::ranges::any_of(
            raw, [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '\x1B'; });
        if (!beyond_ascii) {
            search(leaf, leak::asciiLettersAndDigits(raw), kShortestTorn);
            return;
        }
        const auto utf8 = dicom::toUtf8(raw, leaf.character_set, element.vr);
        const auto plain = leak::withoutAccents(leak::fromUtf8(utf8), false);
        search(leaf, utf8, 0);
        search(leaf, leak::toUtf8Bytes(plain), 0);
        search(leaf, leak::toUtf8Bytes(leak::lettersAndDigits(plain)), kShortestTorn);
    }

    void wrapped(const Leaf& leaf) {
        const auto vr = leaf.element->vr;
        if (!dicom::usesCharacterSet(vr) && vr != Vr("UR") && vr != Vr("AE")) return;
        for (const auto& text : leak::unwrapped(asText(leaf.element->value))) search(leaf, text, 0);
    }

    void document(const Leaf& leaf) {
        constexpr dicom::Tag kEncapsulatedDocument{0x00420011};
        if (leaf.element->tag != kEncapsulatedDocument || leaf.element->value.empty()) return;
        const auto texts = leak::documentTexts(leaf.element->value);
        if (!texts) {
            if (hits_.size() < kMostHits)
                hits_.push_back(
                    {layout_.pathOf(leaf), ValueKind::Other, "a document that cannot be read whole", {}});
            return;
        }
        for (const auto& text : *texts) {
            search(leaf, text, 0);
            const auto plain = leak::withoutAccents(leak::fromUtf8(text), false);
            search(leaf, leak::toUtf8Bytes(plain), 0);
            search(leaf, leak::toUtf8Bytes(leak::lettersAndDigits(plain)), kShortestTorn);
        }
    }

    void search(const Leaf& leaf, const std::string& text, std::size_t shortest) {
        if (text.size() < shortest) return;
        const auto bytes = asBytes(text);
        scanner_.scan(bytes, false, [&](std::uint32_t index, std::size_t begin) {
            const auto& pattern = patterns_.patterns[index];
            const auto end = begin + pattern.bytes.size();
            if (pattern.shape == Shape::UidStart || pattern.bytes.size() < shortest) return;
            if (isAllowed(patterns_, bytes, begin, end) || !stands(pattern, bytes, begin, end)) return;
            hit(layout_.pathOf(leaf), pattern.kind, &leaf);
        });
    }

    Bytes bytes_;
    const dicom::DicomFile& file_;
    const PatternSet& patterns_;
    const Scanner& scanner_;
    Layout layout_;
    std::map<std::size_t, leak::ChanceModel> models_;
    std::vector<LeakHit> hits_;
};

/// Whether something stands in a text that is in no element.
bool standsIn(const std::string& text, const PatternSet& patterns, const Scanner& scanner,
              std::size_t shortest) {
    bool found = false;
    const auto bytes = asBytes(text);
    if (text.size() < shortest) return false;
    scanner.scan(bytes, false, [&](std::uint32_t index, std::size_t begin) {
        const auto& pattern = patterns.patterns[index];
        const auto end = begin + pattern.bytes.size();
        if (found || pattern.bytes.size() < shortest || isAllowed(patterns, bytes, begin, end)) return;
        found = pattern.shape == Shape::UidStart ? isOriginalUid(patterns, bytes, begin)
                                                 : stands(pattern, bytes, begin, end);
    });
    return found;
}

}  // namespace

std::string placeOf(const LeakHit& hit) {
    std::string out;
    const std::string_view where = hit.where;
    const bool bytes = where.starts_with("byte ");
    const auto open = where.find('(');
    if (bytes && open != std::string_view::npos)
        return "bytes of " +
               placeOf({std::string(where.substr(open + 1, where.size() - open - 2)), {}, {}, {}});
    bool in_index = false;
    for (const char c : where) {
        if (c == ']') in_index = false;
        if (!in_index) out += c;
        if (c == '[') in_index = true;
    }
    return out;
}

struct LeakGate::Impl {
    PatternSet patterns;
    Scanner scanner;
};

LeakGate::LeakGate(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LeakGate::LeakGate(LeakGate&&) noexcept = default;
LeakGate& LeakGate::operator=(LeakGate&&) noexcept = default;
LeakGate::~LeakGate() = default;

LeakGate LeakGate::build(const IdentifyingValues& values) {
    auto impl = std::make_unique<Impl>();
    impl->patterns = leak::expand(values);
    impl->scanner = Scanner(impl->patterns.patterns);
    return LeakGate(std::move(impl));
}

Result<std::vector<LeakHit>> LeakGate::scan(const std::filesystem::path& output) const {
    const auto map = GANTRY_TRY(MappedFile::open(output));
    const auto file = GANTRY_TRY(dicom::readFile(map.bytes()));
    if (!file.inflated.empty() || dicom::isDeflated(file.transfer_syntax_uid))
        return std::vector<LeakHit>{
            {"data set", ValueKind::Other, "deflated, so its bytes cannot be searched"}};
    return Examination(map.bytes(), file, impl_->patterns, impl_->scanner).run();
}

bool LeakGate::findsIn(std::string_view utf8) const {
    const auto finds = [&](const std::string& text, std::size_t shortest) {
        return standsIn(text, impl_->patterns, impl_->scanner, shortest);
    };
    const auto plain = leak::withoutAccents(leak::fromUtf8(utf8), false);
    const auto wrapped = leak::unwrapped(utf8);
    return finds(std::string(utf8), 0) || finds(leak::toUtf8Bytes(plain), 0) ||
           finds(leak::toUtf8Bytes(leak::lettersAndDigits(plain)), kShortestTorn) ||
           std::ranges::any_of(wrapped, [&](const std::string& text) { return finds(text, 0); });
}

Result<> LeakGate::check(const std::filesystem::path& output) const {
    const auto hits = scan(output);
    if (!hits) return fail(Errc::LeakFound, "the output could not be examined: " + hits.error().message());
    if (hits->empty()) return {};
    const auto& first = hits->front();
    const auto more = hits->size() > 1 ? " and " + std::to_string(hits->size() - 1) + " more" : std::string();
    return fail(Errc::LeakFound, first.what + " in " + first.where + more);
}

}  // namespace gantry::anonymizer
