#include "gantry/uplink/s3_presigned.hpp"
#include "http_exchange.hpp"
#include "gantry/uplink/iso_time.hpp"
#include "json_fields.hpp"
#include "s3/session.hpp"

namespace gantry::uplink {
namespace {

constexpr std::int64_t kFormat = 1;

Result<UnixMillis> timeIn(const Fields& fields, std::string_view key) {
    const auto seconds = unixSeconds(GANTRY_TRY(fields.text(key)));
    if (!seconds) return fail(Errc::BadFormat, std::string(key) + " is not a time");
    return *seconds * 1000;
}

Result<std::string> urlIn(const Fields& fields, std::string_view key) {
    auto url = GANTRY_TRY(fields.text(key));
    if (auto good = checkUrl(url); !good) return within(key, good.error());
    return url;
}

Result<> checkValid(std::chrono::seconds valid) {
    if (valid < std::chrono::minutes(1) || valid > kLongestGrant)
        return fail(Errc::InvalidArgument, "a grant holds 1 minute to 7 days");
    return {};
}

void signAll(Grant& grant, const s3::Requests& requests, const Clock& clock, std::chrono::seconds valid) {
    grant.issued_at = clock.nowMillis() / 1000 * 1000;
    grant.expires_at = grant.issued_at + std::chrono::milliseconds(valid).count();
    const auto sign = [&](std::string method, s3::Pairs query) {
        return requests.presigned(
            {.method = std::move(method), .key = grant.object, .query = std::move(query)}, valid);
    };
    grant.head = sign("HEAD", {});
    grant.list = sign("GET", {{"uploadId", grant.upload_id}, {"max-parts", "1000"}});
    grant.complete = sign("POST", {{"uploadId", grant.upload_id}});
    grant.abort = sign("DELETE", {{"uploadId", grant.upload_id}});
    for (std::size_t i = 0; i < grant.parts.size(); ++i)
        grant.parts[i] = sign("PUT", {{"partNumber", std::to_string(i + 1)}, {"uploadId", grant.upload_id}});
}

Result<s3::Requests> signerFor(const S3Config& config, const Clock& clock) {
    GANTRY_CHECK(checkS3Config(config));
    auto credentials = config.credentials;
    if (!config.credentials_file.empty())
        credentials = GANTRY_TRY(loadS3Credentials(config.credentials_file));
    return s3::Requests(config.location, config.addressing, std::move(credentials), clock);
}

}  // namespace

std::string writeGrant(const Grant& grant) {
    boost::json::array parts;
    for (const auto& url : grant.parts) parts.emplace_back(url);
    return boost::json::serialize(boost::json::object{{"format", kFormat},
                                                      {"object", grant.object},
                                                      {"upload_id", grant.upload_id},
                                                      {"issued_at", isoUtc(grant.issued_at)},
                                                      {"expires_at", isoUtc(grant.expires_at)},
                                                      {"etag_is_md5", grant.etag_is_md5},
                                                      {"head", grant.head},
                                                      {"list", grant.list},
                                                      {"complete", grant.complete},
                                                      {"abort", grant.abort},
                                                      {"parts", std::move(parts)}}) +
           "\n";
}

Result<Grant> readGrant(std::string_view json) {
    const auto document = GANTRY_TRY(parseJson(json, "grant"));
    const auto fields = GANTRY_TRY(Fields::of(document, "grant"));
    if (GANTRY_TRY(fields.number("format")) != kFormat)
        return fail(Errc::BadFormat, "grant of another format");
    Grant grant;
    grant.object = GANTRY_TRY(fields.text("object"));
    grant.upload_id = GANTRY_TRY(fields.text("upload_id"));
    if (grant.upload_id.empty()) return fail(Errc::BadFormat, "upload_id is empty");
    grant.issued_at = GANTRY_TRY(timeIn(fields, "issued_at"));
    grant.expires_at = GANTRY_TRY(timeIn(fields, "expires_at"));
    const auto* md5 = GANTRY_TRY(fields.value("etag_is_md5"));
    if (!md5->is_bool()) return fail(Errc::BadFormat, "etag_is_md5 is not true or false");
    grant.etag_is_md5 = md5->get_bool();
    grant.head = GANTRY_TRY(urlIn(fields, "head"));
    grant.list = GANTRY_TRY(urlIn(fields, "list"));
    grant.complete = GANTRY_TRY(urlIn(fields, "complete"));
    grant.abort = GANTRY_TRY(urlIn(fields, "abort"));
    for (const auto& part : *GANTRY_TRY(fields.array("parts"))) {
        if (!part.is_string()) return fail(Errc::BadFormat, "parts has something else than URLs");
        grant.parts.emplace_back(part.get_string().data(), part.get_string().size());
        if (auto good = checkUrl(grant.parts.back()); !good) return within("parts", good.error());
    }
    if (grant.parts.empty() || grant.parts.size() > static_cast<std::size_t>(kMostGrantParts))
        return fail(Errc::BadFormat, "a grant has 1 to 1000 parts");
    return grant;
}

Result<Grant> makeGrant(const S3Config& config, const GrantRequest& request, std::stop_token stop) {
    GANTRY_CHECK(checkValid(request.valid));
    if (request.parts < 1 || request.parts > kMostGrantParts)
        return fail(Errc::InvalidArgument, "a grant has 1 to 1000 parts");
    if (request.object.empty()) return fail(Errc::InvalidArgument, "a grant needs the name of an object");
    const SystemClock system_clock;
    const Clock& clock = config.clock != nullptr ? *config.clock : system_clock;
    const auto requests = GANTRY_TRY(signerFor(config, clock));
    auto http = config.http;
    http.bearer_token.clear();
    const auto connection = GANTRY_TRY(HttpConnection::open(std::move(http)));
    s3::WaitAsked wait;
    s3::Abilities abilities{.checksums =
                                false};  // a part's checksum could not be in a URL that is signed before
    s3::Session session(requests, config.objects, s3::Line(*connection, std::move(stop), wait), abilities);
    Grant grant;
    grant.object = requests.keyOf(request.object);
    const auto upload = GANTRY_TRY(session.createUpload({grant.object, {}}));
    grant.upload_id = upload.id;
    grant.etag_is_md5 = upload.etag_is_md5;
    grant.parts.resize(static_cast<std::size_t>(request.parts));
    signAll(grant, requests, clock, request.valid);
    return grant;
}

Result<Grant> renewGrant(const S3Config& config, const Grant& grant, std::chrono::seconds valid) {
    GANTRY_CHECK(checkValid(valid));
    const SystemClock system_clock;
    const Clock& clock = config.clock != nullptr ? *config.clock : system_clock;
    const auto requests = GANTRY_TRY(signerFor(config, clock));
    auto renewed = grant;
    signAll(renewed, requests, clock, valid);
    return renewed;
}

}  // namespace gantry::uplink
