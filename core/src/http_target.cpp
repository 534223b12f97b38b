#include "http_target.hpp"

#include <optional>

namespace gantry::http {
namespace {

std::optional<int> hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return std::nullopt;
}

Error refused(std::string_view why) {
    return fail(Errc::InvalidArgument, "request target: " + std::string(why));
}

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

/// Percent-decoding, RFC 3986 2.1; `plus_is_blank` as forms write queries.
Result<std::string> decode(std::string_view text, bool plus_is_blank) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return refused("broken percent-encoding");
            const auto high = hexDigit(text[i + 1]);
            const auto low = hexDigit(text[i + 2]);
            if (!high || !low) return refused("broken percent-encoding");
            c = static_cast<char>(*high * 16 + *low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        out += c;
    }
    return out;
}

Result<std::string> decodeSegment(std::string_view raw) {
    std::string segment = GANTRY_TRY(decode(raw, false));
    if (segment.empty()) return refused("empty segment");
    if (segment == "." || segment == "..") return refused("dot segment");
    for (const char c : segment)
        if (isControl(c) || c == '/' || c == '\\') return refused("character not allowed in a path");
    return segment;
}

Result<std::string> decodePath(std::string_view raw) {
    if (raw.empty() || raw.front() != '/') return refused("no path");
    std::string path;
    std::size_t at = 0;
    while (at < raw.size()) {
        const auto start = at + 1;
        const auto slash = std::min(raw.find('/', start), raw.size());
        const auto segment = raw.substr(start, slash - start);
        path += '/';
        const bool trailing_slash = segment.empty() && slash == raw.size();
        if (!trailing_slash) path += GANTRY_TRY(decodeSegment(segment));
        at = slash;
    }
    return path;
}

Result<std::map<std::string, std::string>> decodeQuery(std::string_view raw) {
    std::map<std::string, std::string> query;
    while (!raw.empty()) {
        const auto pair = raw.substr(0, raw.find('&'));
        raw.remove_prefix(std::min(pair.size() + 1, raw.size()));
        if (pair.empty()) continue;
        const auto equals = std::min(pair.find('='), pair.size());
        auto key = GANTRY_TRY(decode(pair.substr(0, equals), true));
        auto value = GANTRY_TRY(decode(pair.substr(std::min(equals + 1, pair.size())), true));
        if (key.find('\0') != key.npos || value.find('\0') != value.npos) return refused("NUL in the query");
        query[std::move(key)] = std::move(value);
    }
    return query;
}

/// The part of an absolute-form target after its authority.
std::string_view originForm(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const auto slash = target.find('/', scheme.size());
        return slash == target.npos ? "/" : target.substr(slash);
    }
    return target;
}

}  // namespace

Result<Target> parseTarget(std::string_view target) {
    for (const char c : target)
        if (isControl(c) || c == ' ') return refused("control character");
    target = originForm(target);
    if (target.find('#') != target.npos) return refused("fragment");
    const auto question = std::min(target.find('?'), target.size());
    Target out;
    out.path = GANTRY_TRY(decodePath(target.substr(0, question)));
    out.query = GANTRY_TRY(decodeQuery(target.substr(std::min(question + 1, target.size()))));
    return out;
}

}  // namespace gantry::http
