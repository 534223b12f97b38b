#include "s3/session.hpp"

#include <charconv>

namespace gantry::uplink::s3 {
namespace {

constexpr std::uint64_t kMostAnswer = 16u << 20;

std::uint64_t numberOf(const std::optional<std::string>& text) {
    std::uint64_t value = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

// What metadata may hold: printable ASCII. The rest, and '%', is percent-encoded.
std::string headerValue(std::string_view text) {
    std::string out;
    for (const char c : text)
        out += c > ' ' && c < 0x7F && c != '%' ? std::string(1, c)
                                               : uriEncoded(std::string_view(&c, 1), Slash::Encode);
    return out;
}

}  // namespace

Result<HttpResponse> Session::ask(Call call, const char* what) {
    auto request = requests_.make(std::move(call));
    request.max_answer_bytes = kMostAnswer;
    return line_.ask(request, what);
}

Pairs Session::headersOf(const NewObject& object) const {
    Pairs headers{{"Content-Type", "application/octet-stream"}};
    for (const auto& [name, value] : object.metadata)
        headers.emplace_back("x-amz-meta-" + name, headerValue(value));
    if (!options_.encryption.empty())
        headers.emplace_back("x-amz-server-side-encryption", options_.encryption);
    if (!options_.kms_key_id.empty())
        headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", options_.kms_key_id);
    if (!options_.storage_class.empty()) headers.emplace_back("x-amz-storage-class", options_.storage_class);
    if (!options_.acl.empty()) headers.emplace_back("x-amz-acl", options_.acl);
    return headers;
}

bool Session::asksIfAbsent(const NewObject& object) const {
    return object.replacing == Replacing::Never ||
           (object.replacing == Replacing::NotWhereKnown && abilities_.conditions);
}

// Whether there is something in what makes the object that a server without it can do without.
bool Session::canAskForLess(const NewObject& object) const {
    return abilities_.checksums || (object.replacing == Replacing::NotWhereKnown && abilities_.conditions);
}

Pairs digestHeaders(const PartDigest& digest, bool checksums) {
    if (checksums) return {{"x-amz-checksum-sha256", digest.sha256Base64()}};
    if (digest.md5) return {{"Content-MD5", toBase64(*digest.md5)}};
    return {};
}

Result<std::optional<ObjectHead>> Session::head(const std::string& key) {
    const auto response = GANTRY_TRY(ask({.method = "HEAD", .key = key}, "looking for the object"));
    if (response.status == 404) return std::optional<ObjectHead>();
    if (response.status == 400) return fail(Errc::NotAllowed, "looking for the object was answered 400");
    if (!succeeded(response)) return errorOf(response, "looking for the object");
    ObjectHead out;
    out.bytes = numberOf(response.header("content-length"));
    out.etag = etagOf(response.header("etag").value_or(""));
    out.sha256_hex = response.header("x-amz-meta-sha256").value_or("");
    out.modified = response.header("last-modified").value_or("");
    out.etag_is_md5 = !hasOpaqueEtags(response);
    return std::optional(std::move(out));
}

Result<> Session::putObject(const NewObject& object, const FileRange& range, const PartDigest& digest,
                            const std::function<void(std::uint64_t)>& progress) {
    const auto make = [&] {
        Call call{.method = "PUT",
                  .key = object.key,
                  .headers = headersOf(object),
                  .payload_hash = digest.sha256Hex()};
        for (auto& header : digestHeaders(digest, false)) call.headers.push_back(std::move(header));
        if (abilities_.checksums)
            for (auto& header : digestHeaders(digest, true)) call.headers.push_back(std::move(header));
        if (asksIfAbsent(object)) call.headers.emplace_back("If-None-Match", "*");
        return requests_.make(std::move(call));
    };
    const bool etag_is_md5 = options_.encryption != "aws:kms";
    auto answer =
        GANTRY_TRY(putVerified(line_, make, range, digest, etag_is_md5, "sending the object", progress));
    if (!answer.stored && asksForLess(answer.refused) && canAskForLess(object)) {
        abilities_.checksums = abilities_.conditions = false;
        answer =
            GANTRY_TRY(putVerified(line_, make, range, digest, etag_is_md5, "sending the object", progress));
    }
    if (!answer.stored) return errorOf(answer.refused, "sending the object");
    return {};
}

Result<NewUpload> Session::createUpload(const NewObject& object) {
    Call call{.method = "POST", .key = object.key, .query = {{"uploads", ""}}, .headers = headersOf(object)};
    const auto plain = call;
    if (abilities_.checksums) call.headers.emplace_back("x-amz-checksum-algorithm", "SHA256");
    auto response = GANTRY_TRY(ask(std::move(call), "beginning the upload"));
    if (!succeeded(response) && abilities_.checksums && asksForLess(readError(response))) {
        abilities_.checksums = false;
        response = GANTRY_TRY(ask(plain, "beginning the upload"));
    }
    if (!succeeded(response)) return errorOf(response, "beginning the upload");
    NewUpload out;
    out.id = GANTRY_TRY(readUploadId(response.body));
    out.checksums = abilities_.checksums && response.header("x-amz-checksum-algorithm") == "SHA256";
    out.etag_is_md5 = options_.encryption != "aws:kms" && !hasOpaqueEtags(response);
    return out;
}

Result<std::map<int, ListedPart>> Session::listParts(const UploadRequests& upload) {
    std::map<int, ListedPart> out;
    for (int after = 0;;) {
        auto request = upload.listParts(after);
        request.max_answer_bytes = kMostAnswer;
        const auto response = GANTRY_TRY(line_.ask(request, "asking for the parts"));
        // Of a list nothing else can be absent than the upload; not every server says so in words.
        if (response.status == 404 && readError(response).code != "NoSuchBucket")
            return fail(Errc::Gone, "asking for the parts: the server no longer knows the upload");
        if (!succeeded(response)) return errorOf(response, "asking for the parts");
        const auto page = GANTRY_TRY(readPartPage(response.body));
        for (const auto& part : page.parts) out[part.number] = part;
        if (!page.next) return out;
        if (*page.next <= after)
            return fail(Errc::PeerRefused, "asking for the parts: the list does not end");
        after = *page.next;
    }
}

Result<> readCompletion(const HttpResponse& response) {
    if (isError(response)) return errorOf(response, "completing the upload");
    return {};
}

Result<> Session::completeUpload(const NewObject& object, const std::string& upload_id,
                                 const std::map<int, StoredPart>& parts) {
    Call call{.method = "POST",
              .key = object.key,
              .query = {{"uploadId", upload_id}},
              .headers = {{"Content-Type", "application/xml"}},
              .body = completionBody(parts)};
    const auto plain = call;
    if (asksIfAbsent(object)) call.headers.emplace_back("If-None-Match", "*");
    auto response = GANTRY_TRY(ask(std::move(call), "completing the upload"));
    const bool optional = object.replacing == Replacing::NotWhereKnown && abilities_.conditions;
    if (optional && isError(response) && asksForLess(readError(response))) {
        abilities_.conditions = false;
        response = GANTRY_TRY(ask(plain, "completing the upload"));
    }
    return readCompletion(response);
}

Result<> Session::abortUpload(const std::string& key, const std::string& upload_id) {
    const auto response = GANTRY_TRY(
        ask({.method = "DELETE", .key = key, .query = {{"uploadId", upload_id}}}, "aborting the upload"));
    if (succeeded(response) || response.status == 404) return {};
    return errorOf(response, "aborting the upload");
}

Result<std::vector<std::string>> Session::uploadsOf(const std::string& key) {
    const auto response =
        GANTRY_TRY(ask({.query = {{"uploads", ""}, {"prefix", key}, {"encoding-type", "url"}}},
                       "asking for unfinished uploads"));
    if (!succeeded(response)) return errorOf(response, "asking for unfinished uploads");
    std::vector<std::string> out;
    for (auto& upload : GANTRY_TRY(readUploads(response.body)))
        if (upload.key == key) out.push_back(std::move(upload.upload_id));
    return out;
}

Result<ObjectPage> Session::listObjects(const std::string& prefix, const std::string& after, int most) {
    Pairs query{
        {"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}, {"max-keys", std::to_string(most)}};
    if (!after.empty()) query.emplace_back("start-after", after);
    const auto response = GANTRY_TRY(ask({.query = std::move(query)}, "listing objects"));
    if (!succeeded(response)) return errorOf(response, "listing objects");
    return readObjectPage(response.body);
}

Result<Piece> Session::getPiece(const std::string& key, std::uint64_t offset, std::uint64_t length,
                                const std::string& etag) {
    Call call{.key = key};
    call.headers.emplace_back("Range",
                              "bytes=" + std::to_string(offset) + "-" + std::to_string(offset + length - 1));
    if (!etag.empty()) call.headers.emplace_back("If-Match", "\"" + etag + "\"");
    auto request = requests_.make(std::move(call));
    request.max_answer_bytes = std::max(length, kMostAnswer);
    auto response = GANTRY_TRY(line_.ask(request, "reading an object"));
    if (response.status == 412) return fail(Errc::Conflict, "the object was replaced while it was read");
    if (response.status == 404) return fail(Errc::NotFound, "there is no such object");
    Piece out;
    out.etag = etagOf(response.header("etag").value_or(""));
    if (response.status == 416) return out;  // begins behind the end, as every piece of an empty object does
    if (response.status != 206) return errorOf(response, "reading an object");
    const auto range = response.header("content-range").value_or("");  // "bytes 0-99/1000"
    out.object_bytes = numberOf(range.substr(range.rfind('/') + 1));
    out.bytes = std::move(response.body);
    if (out.bytes.size() != std::min(length, out.object_bytes - std::min(out.object_bytes, offset)))
        return fail(Errc::PeerRefused, "reading an object: another number of bytes came than was asked for");
    return out;
}

Result<> Session::remove(const std::string& key) {
    const auto response = GANTRY_TRY(ask({.method = "DELETE", .key = key}, "removing an object"));
    if (succeeded(response) || response.status == 404) return {};
    return errorOf(response, "removing an object");
}

HttpRequest SignedUpload::putPart(int number, const PartDigest& digest) const {
    return requests_.make({.method = "PUT",
                           .key = key_,
                           .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload_.id}},
                           .headers = digestHeaders(digest, upload_.checksums),
                           .payload_hash = digest.sha256Hex()});
}

HttpRequest SignedUpload::listParts(int after) const {
    Pairs query{{"uploadId", upload_.id}, {"max-parts", "1000"}};
    if (after > 0) query.emplace_back("part-number-marker", std::to_string(after));
    return requests_.make({.key = key_, .query = std::move(query)});
}

}  // namespace gantry::uplink::s3
