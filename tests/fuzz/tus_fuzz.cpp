// Header fields of tus: those that a stranger's client sends to the hub, and those that a stranger's server
// answers to us; and what a put remembers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "http_exchange.hpp"
#include "http_url.hpp"
#include "text.hpp"
#include "tus_concat.hpp"
#include "tus_headers.hpp"
#include "tus_protocol.hpp"
#include "tus_state.hpp"

namespace {

using namespace gantry;

constexpr auto kEndpoint = "https://hub.example:8443/files/";

void must(bool good) {
    if (!good) std::abort();
}

// A line each; names in lower case, as the client of HTTP gives them.
uplink::HttpResponse answerFrom(std::string_view text) {
    uplink::HttpResponse response;
    response.status = 204;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto colon = std::min(line.find(':'), line.size());
        response.headers.emplace(uplink::lowerCase(line.substr(0, colon)),
                                 uplink::trimmed(line.substr(std::min(colon + 1, line.size()))));
    }
    return response;
}

void fuzzAnswer(std::string_view text) {
    constexpr std::int64_t kNow = 1'800'000'000;
    const auto response = answerFrom(text);
    const auto offer = uplink::offerOf(response);
    must(!offer.max_bytes || *offer.max_bytes > 0);
    if (const auto expires = uplink::expiryOf(response, kNow)) must(std::abs(*expires - kNow) < 400'000'000);
    const auto wait = uplink::retryAfter(response);
    must(wait.count() >= 0 && wait <= std::chrono::hours(24));
    (void)uplink::countIn(response, "upload-offset").has_value();
}

// Wherever a location leads, it is to the host, the port and the scheme that the token is for.
void fuzzLocation(std::string_view text) {
    const auto resolved = uplink::resolveLocation(kEndpoint, std::string(text));
    if (!resolved) return;
    const auto parts = uplink::partsOf(*resolved);
    must(parts && parts->scheme == "https" && parts->host == "hub.example" && parts->port == "8443");
}

void fuzzState(std::string_view text) {
    const auto state = uplink::TusState::read(text, kEndpoint);
    must(uplink::TusState::read(state.text(), kEndpoint) == state);
    for (const auto& part : state.parts)
        must(part.bytes > 0 && part.begin + part.bytes <= state.partsBytes());
}

void fuzzMetadata(std::string_view text) {
    const auto metadata = central::parseMetadata(text);
    if (!metadata) return;
    std::map<std::string, std::string> plain;
    for (const auto& [key, value] : *metadata) plain[key] = value;
    const auto again = central::parseMetadata(uplink::tusMetadata(plain));
    must(again && *again == *metadata);
}

void fuzzConcat(std::string_view text) {
    const auto concat = central::parseConcat(text);
    if (!concat) return;
    central::UploadRow row;
    row.kind = concat->kind;
    row.parts = concat->parts;
    const auto again = central::parseConcat(central::concatHeader(row));
    must(again && again->kind == concat->kind && again->parts == concat->parts);
}

void fuzzChecksum(std::string_view text) {
    auto check = central::ChecksumCheck::parse(text);
    if (!check) return;
    check->update(asBytes(text));
    (void)check->matches();
}

}  // namespace

// The first byte chooses the reader.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto text = asText(std::as_bytes(std::span(data, size)).subspan(1));
    switch (data[0] % 7) {
        case 0:
            fuzzAnswer(text);
            break;
        case 1:
            fuzzLocation(text);
            break;
        case 2:
            fuzzState(text);
            break;
        case 3:
            fuzzMetadata(text);
            break;
        case 4:
            fuzzConcat(text);
            break;
        case 5:
            fuzzChecksum(text);
            break;
        default:
            (void)central::parseCount(text).has_value();
    }
    return 0;
}
