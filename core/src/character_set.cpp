// Character sets of PS3.5 6.1 over the C library's iconv. DCMTK's own converter, built on the same iconv,
// refuses the Japanese multi-byte sets; cutting ISO 2022 text at its escapes gives iconv only what it knows.
#include <iconv.h>

#include <array>
#include <cerrno>
#include <map>
#include <memory>

#include "gantry/core/dicom.hpp"

namespace gantry::dicom {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// A defined term of (0008,0005), the escape that designates it (PS3.3 C.12.1.1.2) and iconv's name for it.
struct CharacterSet {
    std::string_view term;
    std::string_view escape;
    const char* iconv_name;
};
constexpr std::array kSets = {
    CharacterSet{"ISO_IR 6", "\x1B(B", "ASCII"},
    CharacterSet{"ISO_IR 100", "\x1B-A", "ISO-8859-1"},
    CharacterSet{"ISO_IR 101", "\x1B-B", "ISO-8859-2"},
    CharacterSet{"ISO_IR 109", "\x1B-C", "ISO-8859-3"},
    CharacterSet{"ISO_IR 110", "\x1B-D", "ISO-8859-4"},
    CharacterSet{"ISO_IR 144", "\x1B-L", "ISO-8859-5"},
    CharacterSet{"ISO_IR 127", "\x1B-G", "ISO-8859-6"},
    CharacterSet{"ISO_IR 126", "\x1B-F", "ISO-8859-7"},
    CharacterSet{"ISO_IR 138", "\x1B-H", "ISO-8859-8"},
    CharacterSet{"ISO_IR 148", "\x1B-M", "ISO-8859-9"},
    CharacterSet{"ISO_IR 203", "\x1B-b", "ISO-8859-15"},
    CharacterSet{"ISO_IR 166", "\x1B-T", "TIS-620"},
    CharacterSet{"ISO_IR 13", "\x1B)I", "SHIFT_JIS"},  // JIS X 0201 is its one-byte part
    CharacterSet{"ISO_IR 14", "\x1B(J", "SHIFT_JIS"},
    CharacterSet{"ISO_IR 87", "\x1B$B", "ISO-2022-JP"},
    CharacterSet{"ISO_IR 159", "\x1B$(D", "ISO-2022-JP-2"},
    CharacterSet{"ISO_IR 149", "\x1B$)C", "EUC-KR"},
    CharacterSet{"ISO_IR 58", "\x1B$)A", "GB2312"},
    CharacterSet{"GB18030", "", "GB18030"},
    CharacterSet{"GBK", "", "GBK"},
};

bool isAscii(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80 || c == '\x1B') return false;
    return true;
}

// Length of the well-formed UTF-8 sequence at the front (RFC 3629), 0 when there is none.
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0) != 0x80) return 0;
    const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

std::string repairedUtf8(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto length = sequenceLength(text);
        if (length == 0) {
            out += kReplacement;
            text.remove_prefix(1);
        } else {
            out += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return out;
}

struct IconvClose {
    void operator()(void* handle) const noexcept { iconv_close(handle); }
};

// One converter a thread and character set: opening one costs far more than using it.
iconv_t converterFor(const char* name) {
    thread_local std::map<std::string_view, std::unique_ptr<void, IconvClose>> open;
    auto& handle = open[name];
    if (!handle) {
        iconv_t fresh = iconv_open("UTF-8", name);
        if (fresh == reinterpret_cast<iconv_t>(-1)) return nullptr;
        handle.reset(fresh);
    }
    iconv(handle.get(), nullptr, nullptr, nullptr, nullptr);
    return handle.get();
}

std::string converted(std::string_view text, const char* from) {
    iconv_t handle = converterFor(from);
    std::string input(text);
    char* in = input.data();
    std::size_t in_left = input.size();
    std::string out;
    std::array<char, 512> buffer{};
    while (handle && in_left > 0) {
        char* to = buffer.data();
        std::size_t to_left = buffer.size();
        const auto rc = iconv(handle, &in, &in_left, &to, &to_left);
        out.append(buffer.data(), buffer.size() - to_left);
        if (rc != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
        out += kReplacement;  // an illegal or cut sequence: one byte is given up
        ++in;
        --in_left;
    }
    if (!handle)
        for (const char c : text)
            out += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : std::string(kReplacement);
    return out;
}

const CharacterSet* setOfTerm(std::string_view term) {
    std::string plain(term);
    if (plain.starts_with("ISO 2022 IR ")) plain = "ISO_IR " + plain.substr(12);
    for (const auto& set : kSets)
        if (set.term == plain) return &set;
    return nullptr;
}

const CharacterSet* setOfEscape(std::string_view text) {
    for (const auto& set : kSets)
        if (!set.escape.empty() && text.starts_with(set.escape)) return &set;
    return nullptr;
}

// ISO 2022: each stretch between escapes in the set that its escape designates; `initial` before the first
// one.
std::string convertedByEscapes(std::string_view text, const char* initial) {
    std::string out;
    const char* name = initial;
    while (!text.empty()) {
        const auto* set = text.front() == '\x1B' ? setOfEscape(text) : nullptr;
        const auto next = text.find('\x1B', 1);
        auto stretch = text.substr(0, next);
        text.remove_prefix(stretch.size());
        if (set) name = set->iconv_name;
        // iconv reads the escapes of the Japanese sets itself and needs them; all others stay out of its way.
        const bool keeps_escape = set && std::string_view(name).starts_with("ISO-2022-JP");
        if (set && !keeps_escape) stretch.remove_prefix(set->escape.size());
        out += converted(stretch, name);
    }
    return out;
}

}  // namespace

std::string toUtf8(std::string_view value, std::string_view specific_character_set, Vr vr) {
    if (!usesCharacterSet(vr)) return converted(value, "ASCII");
    if (isAscii(value)) return std::string(value);
    if (specific_character_set == "ISO_IR 192") return repairedUtf8(value);
    const auto terms = splitValues(specific_character_set);
    const auto* first = terms.empty() || terms.front().empty() ? &kSets.front() : setOfTerm(terms.front());
    const char* initial = first ? first->iconv_name : kSets.front().iconv_name;
    if (std::string_view(initial).starts_with("ISO-2022-JP"))
        initial = "ASCII";  // only ever reached by an escape
    return convertedByEscapes(value, initial);
}

}  // namespace gantry::dicom
