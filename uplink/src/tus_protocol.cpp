#include "tus_protocol.hpp"

#include <algorithm>
#include <charconv>

#include "gantry/core/crypto.hpp"
#include "http_exchange.hpp"
#include "http_url.hpp"
#include "text.hpp"

namespace gantry::uplink {
namespace {

constexpr std::size_t kMostItems = 50;

// "creation, Checksum" as {"creation", "checksum"}.
std::vector<std::string> listIn(const HttpResponse& response, std::string_view name) {
    const auto text = response.header(name).value_or("");
    std::vector<std::string> items;
    for (std::string_view rest = text; !rest.empty() && items.size() < kMostItems;) {
        const auto comma = std::min(rest.find(','), rest.size());
        if (const auto item = trimmed(rest.substr(0, comma)); !item.empty()) items.push_back(lowerCase(item));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return items;
}

bool holds(const std::vector<std::string>& items, std::string_view wanted) {
    return std::find(items.begin(), items.end(), wanted) != items.end();
}

std::optional<ChecksumKind> bestChecksum(const std::vector<std::string>& kinds) {
    if (holds(kinds, "sha256")) return ChecksumKind::Sha256;
    if (holds(kinds, "sha1")) return ChecksumKind::Sha1;
    return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> countIn(const HttpResponse& response, std::string_view name) {
    const auto text = response.header(name);
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return value;
}

bool isSuccess(const HttpResponse& response) {
    return response.status == 200 || response.status == 204;
}

bool isGone(const HttpResponse& response) {
    return response.status == 404 || response.status == 410;
}

bool isRefusal(const HttpResponse& response) {
    switch (response.status) {
        case 401:
        case 403:
        case 408:
        case 409:
        case 423:
        case 425:
        case 429:
            return false;
        default:
            return (response.status >= 400 && response.status < 500) || response.status == 501;
    }
}

TusOffer offerOf(const HttpResponse& response) {
    TusOffer offer;
    if (!isSuccess(response)) return offer;
    offer.versions = listIn(response, "tus-version");
    offer.extensions = listIn(response, "tus-extension");
    offer.creation_with_upload = holds(offer.extensions, "creation-with-upload");
    offer.termination = holds(offer.extensions, "termination");
    offer.knows_objects = holds(offer.extensions, "gantry-objects");
    offer.concatenation = holds(offer.extensions, "concatenation");
    if (holds(offer.extensions, "checksum"))
        offer.checksum = bestChecksum(listIn(response, "tus-checksum-algorithm"));
    offer.max_bytes = countIn(response, "tus-max-size");
    if (offer.max_bytes == 0U) offer.max_bytes.reset();  // means no limit where it is sent
    return offer;
}

std::string tusMetadata(const std::map<std::string, std::string>& values) {
    std::string out;
    for (const auto& [key, value] : values) {
        if (!out.empty()) out += ',';
        out += key;
        if (!value.empty()) out += ' ' + toBase64(asBytes(value));
    }
    return out;
}

std::optional<std::int64_t> expiryOf(const HttpResponse& response, std::int64_t now) {
    constexpr std::int64_t kTenYears = 10LL * 366 * 86400;
    const auto expires = secondsOfHttpDate(response.header("upload-expires").value_or(""));
    if (!expires) return std::nullopt;
    const auto date = secondsOfHttpDate(response.header("date").value_or(""));
    return now + std::clamp(*expires - date.value_or(now), -kTenYears, kTenYears);
}

}  // namespace gantry::uplink
