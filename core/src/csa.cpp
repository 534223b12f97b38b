#include "csa.hpp"

#include <algorithm>

namespace gantry {
namespace {

// Layout, all numbers little endian. An entry: name[64], number of values, VR[4], type, number of items,
// mark. An item: four numbers, then text padded to a multiple of four. The text's length is the second number
// in CSA2; in CSA1 it is the first one less the number of items of the header's first entry.
constexpr std::size_t kEntryBytes = 84;
constexpr std::size_t kItemBytes = 16;
constexpr std::size_t kNameBytes = 64;
constexpr std::uint32_t kMaxEntries = 1024;  // scanners write about a hundred

Error broken() {
    return Error{Errc::BadFormat, "CSA header ends within an entry"};
}

class CsaReader {
public:
    CsaReader(Bytes header, std::span<const std::string_view> wanted) : rest_(header), wanted_(wanted) {}

    Result<CsaValues> read() {
        newer_ = asText(rest_).starts_with("SV10");
        constexpr std::size_t kSignature = 8;  // "SV10" and four bytes that are always the same
        if (newer_ && !skip(kSignature)) return broken();
        if (rest_.size() < 8) return broken();
        const std::uint32_t entries = number(0);
        if (entries == 0 || entries > kMaxEntries) return fail(Errc::BadFormat, "not a CSA header");
        skip(8);  // the count and a mark
        for (std::uint32_t i = 0; i < entries; ++i) GANTRY_CHECK(entry(i == 0));
        return std::move(values_);
    }

private:
    Result<void> entry(bool first) {
        if (rest_.size() < kEntryBytes) return broken();
        const std::string name(untilNul(asText(rest_.first(kNameBytes))));
        const std::uint32_t values = number(kNameBytes);
        const std::uint32_t items = number(kNameBytes + 12);
        if (first) items_of_first_ = items;
        skip(kEntryBytes);
        const bool is_wanted = std::ranges::find(wanted_, name) != wanted_.end();
        std::string joined;
        for (std::uint32_t i = 0; i < items; ++i) {
            const auto text = GANTRY_TRY(item());
            if (!is_wanted || (values > 0 && i >= values) || text.empty()) continue;
            if (!joined.empty()) joined += '\\';
            joined += text;
        }
        if (!joined.empty()) values_.insert_or_assign(name, std::move(joined));
        return {};
    }

    Result<std::string_view> item() {
        if (rest_.size() < kItemBytes) return broken();
        const std::uint32_t length = newer_ ? number(4) : number(0) - items_of_first_;
        skip(kItemBytes);
        if (length > rest_.size()) return broken();
        const auto text = trimmed(untilNul(asText(rest_.first(length))));
        const std::size_t padded = (static_cast<std::size_t>(length) + 3) / 4 * 4;
        skip(std::min(padded, rest_.size()));  // the last text of a header may stand without its padding
        return text;
    }

    bool skip(std::size_t bytes) {
        if (bytes > rest_.size()) return false;
        rest_ = rest_.subspan(bytes);
        return true;
    }

    std::uint32_t number(std::size_t at) const {
        std::uint32_t value = 0;
        for (std::size_t i = 4; i-- > 0;) value = value << 8 | std::to_integer<std::uint32_t>(rest_[at + i]);
        return value;
    }

    static std::string_view untilNul(std::string_view text) { return text.substr(0, text.find('\0')); }
    static std::string_view trimmed(std::string_view text) {
        const auto first = text.find_first_not_of(' ');
        if (first == std::string_view::npos) return {};
        return text.substr(first, text.find_last_not_of(' ') - first + 1);
    }

    Bytes rest_;
    std::span<const std::string_view> wanted_;
    bool newer_ = false;
    std::uint32_t items_of_first_ = 0;
    CsaValues values_;
};

}  // namespace

Result<CsaValues> readCsa(Bytes header, std::span<const std::string_view> wanted) {
    return CsaReader(header, wanted).read();
}

}  // namespace gantry
