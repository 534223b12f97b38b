#include "s3_fixture.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace gantry::test {
namespace {

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

// As encoding-type=url has it at AWS.
std::string encoded(const std::string& key) {
    std::string out;
    for (const char c : key) {
        if (c == ' ') {
            out += '+';
        } else if (c == '%' || c == '+' || static_cast<unsigned char>(c) >= 0x7F) {
            out += "%" + toHex(asBytes(std::string_view(&c, 1)));
        } else {
            out += c;
        }
    }
    return out;
}

std::string tag(const std::string& name, const std::string& content) {
    return "<" + name + ">" + content + "</" + name + ">";
}

ScriptedAnswer xml(const std::string& name, const std::string& content) {
    return {200,
            {{"Content-Type", "application/xml"}},
            R"(<?xml version="1.0" encoding="UTF-8"?>)" + tag(name, content),
            false};
}

ScriptedAnswer refused(int status, const std::string& code) {
    return {status, {}, s3Error(code), false};
}

std::string whatIs(const ScriptedRequest& request, const S3Target& target) {
    const auto has = [&](const char* name) { return target.query.contains(name); };
    if (request.method == "HEAD" || request.method == "GET") {
        if (request.method == "HEAD") return "HEAD";
        if (has("list-type")) return "OBJECTS";
        return has("uploadId") ? "LIST" : has("uploads") ? "UPLOADS" : "GET";
    }
    if (request.method == "POST") return has("uploads") ? "CREATE" : "COMPLETE";
    if (request.method == "DELETE") return has("uploadId") ? "ABORT" : "DELETE";
    return has("partNumber") ? "PART " + target.query.at("partNumber") : "PUT";
}

}  // namespace

std::string s3Error(const std::string& code) {
    return R"(<?xml version="1.0" encoding="UTF-8"?><Error>)" + tag("Code", code) + tag("Message", "words") +
           "</Error>";
}

std::string md5Of(const std::string& bytes) {
    std::string out(16, '\0');
    unsigned size = 0;
    EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size, EVP_md5(),
               nullptr);
    return out;
}

S3Target S3Target::of(const std::string& target) {
    S3Target out;
    const auto question = std::min(target.find('?'), target.size());
    const auto path = target.substr(1, question - 1);
    const auto slash = std::min(path.find('/'), path.size());
    out.bucket = path.substr(0, slash);
    out.key = decoded(path.substr(std::min(slash + 1, path.size())));
    for (auto at = question + 1; at < target.size();) {
        const auto end = std::min(target.find('&', at), target.size());
        const auto equals = target.find('=', at);
        out.query[decoded(target.substr(at, equals - at))] =
            decoded(target.substr(equals + 1, end - equals - 1));
        at = end + 1;
    }
    return out;
}

int FakeS3::count(const std::string& what) const {
    return static_cast<int>(
        std::count_if(seen.begin(), seen.end(), [&](const std::string& s) { return s.starts_with(what); }));
}

ScriptedAnswer FakeS3::handle(const ScriptedRequest& original) {
    auto request = original;
    const auto what = whatIs(request, S3Target::of(request.target));
    seen.push_back(what);
    requests.push_back(original);
    if (what.starts_with("PART")) partBytes += request.body.size();
    if (interfere)
        if (auto own = interfere(what, original)) return *own;
    if (damage) damage(what, request.body);
    return answer(what, request);
}

ScriptedAnswer FakeS3::answer(const std::string& what, ScriptedRequest& request) {
    const auto target = S3Target::of(request.target);
    if (!may_look && (what == "HEAD" || what == "UPLOADS")) return refused(403, "AccessDenied");
    if (what == "HEAD") return head(target.key);
    if (what == "UPLOADS") return listUploads(request);
    if (what == "CREATE") return create(request);
    if (what == "PUT") return put(request);
    if (what == "ABORT")
        return uploads.erase(target.query.at("uploadId")) != 0 ? ScriptedAnswer{204, {}, "", false}
                                                               : refused(404, "NoSuchUpload");
    if (what == "GET") return get(request);
    if (what == "OBJECTS") return list(request);
    if (what == "DELETE") return objects.erase(target.key), ScriptedAnswer{204, {}, "", false};
    if (!uploads.contains(target.query.at("uploadId"))) return refused(404, "NoSuchUpload");
    if (what == "LIST") return listParts(request);
    if (what == "COMPLETE") return complete(request);
    return putPart(std::stoi(target.query.at("partNumber")), request);
}

std::string FakeS3::etagOf(const std::string& bytes) const {
    return opaque_etags ? "0123456789abcdef0123456789abcdef" : toHex(asBytes(md5Of(bytes)));
}

// What a server checks before it takes a body.
std::optional<ScriptedAnswer> FakeS3::objection(const ScriptedRequest& request) const {
    const auto checksum = request.header("x-amz-checksum-sha256");
    if (refuses_checksums && !checksum.empty()) return refused(501, "NotImplemented");
    if (refuses_if_none_match && !request.header("if-none-match").empty())
        return refused(501, "NotImplemented");
    if (!checks_digests) return std::nullopt;
    const auto hash = request.header("x-amz-content-sha256");
    const auto digest = sha256(asBytes(request.body));
    if (!hash.empty() && hash != "UNSIGNED-PAYLOAD" && hash != toHex(digest))
        return refused(400, "XAmzContentSHA256Mismatch");
    if (keeps_checksums && !checksum.empty() && checksum != toBase64(digest))
        return refused(400, "BadDigest");
    const auto md5 = request.header("content-md5");
    if (!md5.empty() && md5 != toBase64(asBytes(md5Of(request.body)))) return refused(400, "BadDigest");
    return std::nullopt;
}

ScriptedAnswer FakeS3::put(const ScriptedRequest& request) {
    const auto key = S3Target::of(request.target).key;
    if (auto no = objection(request)) return *no;
    if (honours_if_none_match && request.header("if-none-match") == "*" && objects.contains(key))
        return refused(412, "PreconditionFailed");
    objects[key] = {request.body, etagOf(request.body), request.headers};
    ScriptedAnswer out{200, {{"ETag", "\"" + objects[key].etag + "\""}}, "", false};
    if (keeps_checksums && !request.header("x-amz-checksum-sha256").empty())
        out.headers.emplace_back("x-amz-checksum-sha256", toBase64(sha256(asBytes(request.body))));
    if (opaque_etags) out.headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
    return out;
}

ScriptedAnswer FakeS3::putPart(int number, const ScriptedRequest& request) {
    if (auto no = objection(request)) return *no;
    auto& upload = uploads.at(S3Target::of(request.target).query.at("uploadId"));
    upload.parts[number] = request.body;
    ScriptedAnswer out{200, {{"ETag", "\"" + etagOf(request.body) + "\""}}, "", false};
    const auto checksum = request.header("x-amz-checksum-sha256");
    if (keeps_checksums && !checksum.empty()) {
        upload.checksums[number] = toBase64(sha256(asBytes(request.body)));
        out.headers.emplace_back("x-amz-checksum-sha256", upload.checksums[number]);
    }
    if (opaque_etags) out.headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
    return out;
}

ScriptedAnswer FakeS3::create(const ScriptedRequest& request) {
    const bool asked = !request.header("x-amz-checksum-algorithm").empty();
    if (refuses_checksums && asked) return refused(501, "NotImplemented");
    const auto id = "id/" + std::to_string(++ids_) + "+=";
    const auto key = S3Target::of(request.target).key;
    uploads[id] = {key, request.headers, {}, {}};
    auto out =
        xml("InitiateMultipartUploadResult", tag("Bucket", "trial") + tag("Key", key) + tag("UploadId", id));
    if (keeps_checksums && asked) out.headers.emplace_back("x-amz-checksum-algorithm", "SHA256");
    if (opaque_etags) out.headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
    return out;
}

ScriptedAnswer FakeS3::listParts(const ScriptedRequest& request) const {
    const auto query = S3Target::of(request.target).query;
    const auto& upload = uploads.at(query.at("uploadId"));
    const int after = query.contains("part-number-marker") ? std::stoi(query.at("part-number-marker")) : 0;
    std::string content;
    std::size_t listed = 0;
    int last = 0;
    bool more = false;
    for (const auto& [number, bytes] : upload.parts) {
        if (number <= after) continue;
        if (listed == page) {
            more = true;
            break;
        }
        auto part = tag("PartNumber", std::to_string(number)) +
                    tag("ETag", "&quot;" + etagOf(bytes) + "&quot;") +
                    tag("Size", std::to_string(bytes.size()));
        if (upload.checksums.contains(number)) part += tag("ChecksumSHA256", upload.checksums.at(number));
        content += tag("Part", part);
        last = number;
        ++listed;
    }
    content +=
        tag("IsTruncated", more ? "true" : "false") + tag("NextPartNumberMarker", std::to_string(last));
    return xml("ListPartsResult", content);
}

ScriptedAnswer FakeS3::listUploads(const ScriptedRequest& request) const {
    const auto prefix = S3Target::of(request.target).query.at("prefix");
    std::string content;
    for (const auto& [id, upload] : uploads)
        if (upload.key.starts_with(prefix))
            content += tag("Upload", tag("Key", upload.key) + tag("UploadId", id));
    return xml("ListMultipartUploadsResult", content);
}

ScriptedAnswer FakeS3::complete(const ScriptedRequest& request) {
    const auto id = S3Target::of(request.target).query.at("uploadId");
    auto& upload = uploads.at(id);
    if (refuses_if_none_match && !request.header("if-none-match").empty())
        return refused(501, "NotImplemented");
    if (honours_if_none_match && request.header("if-none-match") == "*" && objects.contains(upload.key))
        return refused(412, "PreconditionFailed");
    Object object;
    object.headers = upload.headers;
    std::string digests;
    std::size_t named = 0;
    for (const auto& [number, bytes] : upload.parts) {
        const auto wanted =
            tag("PartNumber", std::to_string(number)) + tag("ETag", "\"" + etagOf(bytes) + "\"") +
            (upload.checksums.contains(number) ? tag("ChecksumSHA256", upload.checksums.at(number)) : "");
        if (request.body.find(tag("Part", wanted)) == std::string::npos) return refused(400, "InvalidPart");
        ++named;
        object.bytes += bytes;
        digests += md5Of(bytes);
    }
    if (named == 0) return refused(400, "InvalidPart");
    object.etag = toHex(asBytes(md5Of(digests))) + "-" + std::to_string(named);
    const auto etag = object.etag;
    objects[upload.key] = std::move(object);
    uploads.erase(id);
    return xml("CompleteMultipartUploadResult", tag("ETag", "\"" + etag + "\""));
}

ScriptedAnswer FakeS3::head(const std::string& key) const {
    const auto found = objects.find(key);
    if (found == objects.end()) return {404, {}, "", false};
    ScriptedAnswer out{
        200,
        {{"ETag", "\"" + found->second.etag + "\""}, {"Last-Modified", "Sun, 01 Mar 2026 10:00:00 GMT"}},
        found->second.bytes,
        false};
    for (const auto& [name, value] : found->second.headers)
        if (name.starts_with("x-amz-meta-")) out.headers.emplace_back(name, value);
    if (opaque_etags) out.headers.emplace_back("x-amz-server-side-encryption", "aws:kms");
    return out;
}

ScriptedAnswer FakeS3::get(const ScriptedRequest& request) const {
    const auto found = objects.find(S3Target::of(request.target).key);
    if (found == objects.end()) return refused(404, "NoSuchKey");
    const auto& [bytes, etag, headers] = found->second;
    const auto wanted = request.header("if-match");
    if (!wanted.empty() && wanted != "\"" + etag + "\"") return refused(412, "PreconditionFailed");
    const auto range = request.header("range");  // bytes=0-99
    const auto first = std::stoull(range.substr(6));
    const auto last =
        std::min<std::uint64_t>(std::stoull(range.substr(range.find('-') + 1)) + 1, bytes.size());
    if (first >= bytes.size()) return refused(416, "InvalidRange");
    return {206,
            {{"ETag", "\"" + etag + "\""},
             {"Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last - 1) + "/" +
                                   std::to_string(bytes.size())}},
            bytes.substr(first, last - first),
            false};
}

ScriptedAnswer FakeS3::list(const ScriptedRequest& request) const {
    const auto query = S3Target::of(request.target).query;
    const auto prefix = query.at("prefix");
    const auto most = std::stoul(query.at("max-keys"));
    const auto after = query.contains("start-after") ? query.at("start-after") : "";
    std::string content = tag("EncodingType", "url");
    std::size_t listed = 0;
    bool more = false;
    for (const auto& [key, object] : objects) {
        if (!key.starts_with(prefix) || key <= after) continue;
        more = listed == most;
        if (more) break;
        content +=
            tag("Contents", tag("Key", encoded(key)) + tag("LastModified", "2026-03-01T10:00:00.000Z") +
                                tag("ETag", "&quot;" + object.etag + "&quot;") +
                                tag("Size", std::to_string(object.bytes.size())));
        ++listed;
    }
    return xml("ListBucketResult", content + tag("IsTruncated", more ? "true" : "false"));
}

uplink::S3Config S3Bench::config() const {
    uplink::S3Config config;
    config.location =
        must(uplink::parseS3Url("s3+http://127.0.0.1:" + std::to_string(http.port()) + "/trial/in"));
    config.credentials = {"AK", "secret", "", "us-east-1"};
    config.http.bearer_token = "hub-token";
    config.http.stall_timeout = std::chrono::seconds(10);
    config.http.connect_timeout = std::chrono::seconds(5);
    config.part_bytes = 5 << 20;
    config.connections = 2;
    return config;
}

void S3Bench::remake(const std::function<void(uplink::S3Config&)>& change) {
    auto changed = config();
    if (change) change(changed);
    transport = must(uplink::makeS3Transport(std::move(changed)));
}

}  // namespace gantry::test
