#include "search.hpp"

#include <string.h>

#include <algorithm>

#include "gantry/core/files.hpp"

namespace gantry::test {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::string utf8OfLatin1(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xC0 | byte >> 6);
            out += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return out;
}

bool holds(std::string_view hay, const std::string& needle) {
    return ::memmem(hay.data(), hay.size(), needle.data(), needle.size()) != nullptr;
}

/// Without the fragments of compressed pixels: in some hundred kilobytes of them every word of four letters
/// stands by chance, and what pixels show is told by other means.
std::string withoutFragments(std::string file) {
    constexpr std::string_view kBegin("\xe0\x7f\x10\0OB\0\0\xff\xff\xff\xff", 12);  // PixelData, PS3.5 A.4
    constexpr std::string_view kEnd("\xfe\xff\xdd\xe0", 4);  // sequence delimitation item
    const auto begin = file.find(kBegin);
    const auto end = file.rfind(kEnd);
    if (begin == std::string::npos || end == std::string::npos || end < begin) return file;
    return file.erase(begin, end - begin);
}

}  // namespace

std::vector<std::filesystem::path> filesBelow(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    std::filesystem::recursive_directory_iterator entry(folder, error);
    const std::filesystem::recursive_directory_iterator end;
    while (!error && entry != end) {
        if (entry->is_regular_file(error)) files.push_back(entry->path());
        entry.increment(error);
    }
    std::sort(files.begin(), files.end());
    return files;
}

Result<std::vector<std::string>> foundIn(const std::filesystem::path& file,
                                         std::span<const std::string> needles) {
    constexpr std::size_t kByChance = 5;  // letters
    const auto bytes = GANTRY_TRY(readFile(file, 1u << 30));
    const auto all = lowered(bytes);
    const auto told = lowered(withoutFragments(bytes));
    std::vector<std::string> found;
    for (const auto& needle : needles) {
        const auto plain = lowered(needle);
        const auto& hay = plain.size() <= kByChance ? told : all;
        if (!plain.empty() && (holds(hay, plain) || holds(hay, utf8OfLatin1(plain)))) found.push_back(needle);
    }
    return found;
}

}  // namespace gantry::test
