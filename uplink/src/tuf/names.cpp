#include "names.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::uplink::tuf {
namespace {

constexpr std::size_t kMostName = 200;  // a file system's 255, less what is put around it
constexpr std::size_t kNameKept = 100;

bool isUnreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

std::string encoded(std::string_view text, std::string_view kept) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (isUnreserved(c) || kept.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto code = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[code >> 4];
        out += kHex[code & 15];
    }
    return out;
}

}  // namespace

std::string encodedSegment(std::string_view text) {
    return encoded(text, "");
}

std::string encodedPath(std::string_view text) {
    return encoded(text, "/");
}

std::string metadataFile(std::string_view role, std::int64_t version) {
    return (version > 0 ? std::to_string(version) + "." : "") + encodedSegment(role) + ".json";
}

std::string withHash(std::string_view path, std::string_view hash) {
    const auto slash = path.rfind('/');
    const auto name_at = slash == std::string_view::npos ? 0 : slash + 1;
    return std::string(path.substr(0, name_at)) + std::string(hash) + "." + std::string(path.substr(name_at));
}

std::string hexDigits(std::uint64_t number, std::size_t digits) {
    std::string out(digits, '0');
    for (auto digit = out.rbegin(); digit != out.rend(); ++digit, number >>= 4)
        *digit = "0123456789abcdef"[number & 15];
    return out;
}

std::string fileNameOf(std::string_view path) {
    auto name = encodedSegment(path);
    // "+" stands in no encoded name, so a long one meets no other.
    if (name.size() > kMostName) name = name.substr(0, kNameKept) + "+" + toHex(sha256(asBytes(path)));
    // "." and ".." are folders, and a leading dot would hide the file.
    if (name.starts_with('.')) name = "%2E" + name.substr(1);
    return name;
}

}  // namespace gantry::uplink::tuf
