#include <algorithm>
#include <boost/url.hpp>

#include "gantry/uplink/s3.hpp"
#include "http_exchange.hpp"

namespace gantry::uplink {
namespace {

constexpr std::string_view kPlain = "s3+http", kTls = "s3+https";
constexpr std::size_t kMostPrefixBytes = 512;  // a key has 1,024 at most, and the name follows

Error wrong(std::string_view what) {
    return fail(Errc::InvalidArgument,
                "not an S3 address (s3+https://host/bucket/prefix): " + std::string(what));
}

// Amazon's rule of today, and what older and other servers allow beside it.
bool isBucketName(std::string_view name) {
    const auto good = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
               c == '-' || c == '_';
    };
    return name.size() >= 3 && name.size() <= 63 && std::all_of(name.begin(), name.end(), good) &&
           name.front() != '.' && name.find("..") == std::string_view::npos;
}

// HTTP clients and proxies take segments of dots away, and would then sign another path than they send.
bool hasDotSegment(std::string_view path) {
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        const auto segment = path.substr(0, end);
        if (segment == "." || segment == "..") return true;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return false;
}

}  // namespace

bool isS3Url(std::string_view url) {
    return url.starts_with("s3+");
}

Result<S3Location> parseS3Url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return wrong("it is no URL");
    const boost::urls::url_view url = *parsed;
    S3Location out;
    const auto scheme = std::string(url.scheme());
    if (scheme != kTls && scheme != kPlain) return wrong("it begins with another scheme");
    out.tls = scheme == kTls;
    if (url.has_userinfo() || url.has_query() || url.has_fragment())
        return wrong("user, query and fragment have no place in it");
    out.host = std::string(url.encoded_host());
    if (out.host.empty()) return wrong("the host is missing");
    std::transform(out.host.begin(), out.host.end(), out.host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    const auto port = std::string(url.port());
    if (!port.empty() && port != (out.tls ? "443" : "80")) out.host += ":" + port;
    GANTRY_CHECK(checkUrl((out.tls ? "https://" : "http://") + out.host + "/"));
    auto path = std::string(url.path());  // decoded
    path.erase(0, std::min<std::size_t>(1, path.size()));
    const auto slash = std::min(path.find('/'), path.size());
    out.bucket = path.substr(0, slash);
    if (!isBucketName(out.bucket)) return wrong("the bucket's name has 3 to 63 of a-z 0-9 . -");
    out.prefix = path.substr(std::min(slash + 1, path.size()));
    if (!out.prefix.empty() && !out.prefix.ends_with('/')) out.prefix += '/';
    if (hasDotSegment(out.prefix)) return wrong("'.' and '..' have no place in a prefix");
    if (out.prefix.size() > kMostPrefixBytes) return wrong("the prefix is too long");
    return out;
}

}  // namespace gantry::uplink
