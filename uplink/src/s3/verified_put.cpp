#include "s3/verified_put.hpp"

namespace gantry::uplink::s3 {
namespace {

constexpr int kTimes = 3;

}  // namespace

StoredPart storedBy(const HttpResponse& response) {
    return {etagOf(response.header("etag").value_or("")),
            response.header("x-amz-checksum-sha256").value_or("")};
}

bool hasOpaqueEtags(const HttpResponse& response) {
    return response.header("x-amz-server-side-encryption").value_or("").starts_with("aws:kms") ||
           response.header("x-amz-server-side-encryption-customer-algorithm").has_value();
}

Result<PutAnswer> putVerified(Line& line, const std::function<HttpRequest()>& make, const FileRange& range,
                              const PartDigest& digest, bool etag_is_md5, const char* what,
                              const std::function<void(std::uint64_t)>& progress) {
    for (int time = 0; time < kTimes; ++time) {
        const auto response = GANTRY_TRY(line.ask(make(), what, &range, progress));
        if (!succeeded(response)) {
            auto refused = readError(response);
            if (!arrivedDamaged(refused)) return PutAnswer{std::nullopt, std::move(refused)};
            continue;
        }
        auto stored = storedBy(response);
        const bool by_etag = stored.checksum_sha256.empty();
        const bool blind = by_etag && (!etag_is_md5 || hasOpaqueEtags(response));
        if (blind || compare(stored, digest) != Match::Different) return PutAnswer{std::move(stored), {}};
    }
    return fail(Errc::PeerBusy, std::string(what) + ": the bytes arrived damaged three times");
}

}  // namespace gantry::uplink::s3
