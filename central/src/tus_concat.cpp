#include "tus_concat.hpp"

#include <algorithm>

#include "tus_handler.hpp"

namespace gantry::central {
namespace {

constexpr std::string_view kFinal = "final;";

Error bad(std::string_view what) {
    return fail(Errc::InvalidArgument, "Upload-Concat: " + std::string(what));
}

bool isUploadId(std::string_view text) {
    return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "https://hub.example/tus/0123…" or "/tus/0123…" as the id.
Result<std::string> idOf(std::string_view url) {
    const auto scheme = url.find("://");
    const auto slash = scheme == std::string_view::npos ? 0 : std::min(url.find('/', scheme + 3), url.size());
    auto path = url.substr(slash);
    const auto at = path.rfind(kTusPath);
    if (at == std::string_view::npos) return bad("a part that is none of our uploads");
    path.remove_prefix(at + kTusPath.size());
    if (!isUploadId(path)) return bad("a part that is none of our uploads");
    return std::string(path);
}

}  // namespace

Result<UploadConcat> parseConcat(std::string_view header) {
    UploadConcat out;
    if (header.empty()) return out;
    out.kind = header == "partial" ? UploadKind::Partial : UploadKind::Final;
    if (out.kind == UploadKind::Partial) return out;
    if (!header.starts_with(kFinal)) return bad("it is partial, or final with its parts");
    header.remove_prefix(kFinal.size());
    while (!header.empty()) {
        const auto blank = std::min(header.find(' '), header.size());
        if (blank > 0) out.parts.push_back(GANTRY_TRY(idOf(header.substr(0, blank))));
        header.remove_prefix(std::min(blank + 1, header.size()));
    }
    if (out.parts.empty()) return bad("it names no part");
    return out;
}

std::string concatHeader(const UploadRow& row) {
    if (row.kind == UploadKind::Whole) return {};
    if (row.kind == UploadKind::Partial) return "partial";
    std::string out(kFinal);
    for (std::size_t i = 0; i < row.parts.size(); ++i)
        out += (i == 0 ? "" : " ") + std::string(kTusPath) + row.parts[i];
    return out;
}

}  // namespace gantry::central
