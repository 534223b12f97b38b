#include "leak_encodings.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <memory>

namespace gantry::anonymizer::leak {
namespace {

/// iconv's names. One converter each a thread: opening one costs more than using it.
constexpr std::array<const char*, 17> kSets = {
    "ISO-8859-2", "ISO-8859-3", "ISO-8859-4",  "ISO-8859-5", "ISO-8859-6", "ISO-8859-7",
    "ISO-8859-8", "ISO-8859-9", "TIS-620",     "CP1251",     "KOI8-R",     "EUC-KR",
    "GB18030",    "SHIFT_JIS",  "ISO-2022-JP", "EUC-JP",     "BIG5"};
constexpr std::string_view kSevenBit = "ISO-2022-JP";

class Converter {
public:
    explicit Converter(const char* set) : handle_(iconv_open(set, "UTF-8")), set_(set) {}
    Converter(const Converter&) = delete;
    Converter& operator=(const Converter&) = delete;
    ~Converter() {
        if (usable()) iconv_close(handle_);
    }
    bool usable() const { return handle_ != reinterpret_cast<iconv_t>(-1); }
    std::string_view set() const { return set_; }

    /// "" when the set cannot write all of it.
    std::string convert(std::string utf8) const {
        if (!usable()) return {};
        std::string out(4 * utf8.size() + 16, '\0');
        char* from = utf8.data();
        std::size_t left = utf8.size();
        char* to = out.data();
        std::size_t room = out.size();
        iconv(handle_, nullptr, nullptr, nullptr, nullptr);
        if (iconv(handle_, &from, &left, &to, &room) != 0 || left != 0) return {};
        out.resize(out.size() - room);
        return out;
    }

private:
    iconv_t handle_;
    std::string_view set_;
};

const std::vector<std::unique_ptr<Converter>>& converters() {
    thread_local const auto all = [] {
        std::vector<std::unique_ptr<Converter>> made;
        for (const auto* set : kSets) made.push_back(std::make_unique<Converter>(set));
        return made;
    }();
    return all;
}

}  // namespace

std::vector<std::string> inOtherSets(const CodePoints& text) {
    std::vector<std::string> out;
    if (std::ranges::all_of(text, [](char32_t c) { return c < 0x80; })) return out;
    const auto utf8 = toUtf8Bytes(text);
    for (const auto& converter : converters()) {
        auto bytes = converter->convert(utf8);
        if (bytes.empty() || bytes == utf8) continue;
        // Seven bits of two characters are four letters like any others: their escape tells them apart.
        constexpr std::size_t kEscape = 3;
        constexpr std::size_t kTellsAlone = 6;
        if (converter->set() == kSevenBit) {
            const bool begins = bytes.size() > kEscape && bytes[0] == '\x1B';
            if (begins && bytes.size() - kEscape >= kTellsAlone) bytes.erase(0, kEscape);
        }
        if (std::ranges::find(out, bytes) == out.end()) out.push_back(std::move(bytes));
    }
    return out;
}

}  // namespace gantry::anonymizer::leak
