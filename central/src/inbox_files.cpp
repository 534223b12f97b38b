#include "inbox_files.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::central {
namespace {

constexpr std::uint64_t kMostBytes = 64u << 20;  // of what passes through memory

/// The only files that are ever replaced; all others have their version or digest in their name.
bool isReplaced(std::string_view name) {
    return name == "metadata/timestamp.json" || name == "metadata/root.json";
}

http::Response nothing() {
    return http::text(404, "nothing is here\n");
}

}  // namespace

bool InboxFiles::isIts(const http::Request& request) {
    const std::string_view path = request.path;
    return path.starts_with("/inbox/metadata/") || path.starts_with("/inbox/targets/");
}

http::Response InboxFiles::answer(const http::Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") return http::text(405, "the inbox is read only\n");
    const auto name = request.path.substr(kInboxPath.size());
    const auto info = uplink::checkObjectName(name) ? store_->head(name) : fail(Errc::NotFound, name);
    if (!info)
        return info.error().code == Errc::NotFound ? nothing() : http::problem(fail(info.error().code, ""));
    const auto tag = '"' + toHex(sha256(asBytes(info->tag))).substr(0, 32) + '"';
    http::Response response;
    if (request.header("If-None-Match") == tag) {
        response = http::text(304, "");
    } else if (!folder_.empty()) {
        response.file = folder_ / name;
    } else {
        auto content = store_->read(name, kMostBytes);
        if (!content) return http::problem(fail(content.error().code, ""));
        response.body = *std::move(content);
    }
    if (response.status == 200)
        response.headers.emplace_back("Content-Type", name.ends_with(".json") ? "application/json"
                                                                              : "application/octet-stream");
    response.headers.emplace_back("ETag", tag);
    response.headers.emplace_back("Cache-Control",
                                  isReplaced(name) ? "no-cache" : "public, max-age=31536000, immutable");
    return response;
}

}  // namespace gantry::central
