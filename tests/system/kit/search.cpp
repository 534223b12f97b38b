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
    const auto hay = lowered(GANTRY_TRY(readFile(file, 1u << 30)));
    std::vector<std::string> found;
    for (const auto& needle : needles) {
        const auto plain = lowered(needle);
        if (!plain.empty() && (holds(hay, plain) || holds(hay, utf8OfLatin1(plain)))) found.push_back(needle);
    }
    return found;
}

}  // namespace gantry::test
