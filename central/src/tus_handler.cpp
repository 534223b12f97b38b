#include "tus_handler.hpp"

#include <algorithm>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/parcel.hpp"
#include "tus_concat.hpp"
#include "tus_headers.hpp"
#include "tus_sink.hpp"

namespace gantry::central {
namespace {

using http::Request;
using http::Response;
using http::UploadSink;

class RefusingSink final : public UploadSink {
public:
    explicit RefusingSink(Response response) : response_(std::move(response)) {}
    std::optional<Response> refusal() override { return response_; }
    Result<> write(Bytes) override { return fail(Errc::Internal, "refused"); }
    Response finish(bool) override { return response_; }

private:
    Response response_;
};

Response empty(int status) {
    Response response;
    response.status = status;
    return response;
}

Response refusal(int status, std::string_view why) {
    return http::text(status, std::string(why) + "\n");
}

bool isCreationPath(std::string_view path) {
    return path == kTusPath || path == kTusPath.substr(0, kTusPath.size() - 1);
}

std::string uploadIdOf(const Request& request) {
    return request.path.starts_with(kTusPath) ? request.path.substr(kTusPath.size()) : "";
}

bool hasContent(const Request& request) {
    return request.content_length.value_or(0) > 0 || !request.header("Transfer-Encoding").empty();
}

bool isHexDigest(std::string_view text) {
    const auto bytes = fromHex(text);
    return bytes && bytes->size() == 32;
}

std::string lowerCase(std::string text) {
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

Response unsupportedVersion() {
    auto response = refusal(412, "this server speaks tus 1.0.0");
    response.headers.emplace_back("Tus-Version", kTusVersion);
    return response;
}

/// The parcel a stranger's client means by the name of its file; "" when that cannot be one.
std::string parcelIdFromName(std::string name) {
    if (name.ends_with(".age")) name.resize(name.size() - 4);
    return uplink::isParcelId(name) ? name : "";
}

/// What metadata says of the parcel; the keys are those of docs/formats/outbox-inbox.md.
Result<> readMetadata(const std::map<std::string, std::string>& metadata, NewUpload& upload) {
    const auto get = [&metadata](const char* key) {
        const auto found = metadata.find(key);
        return found == metadata.end() ? std::string() : found->second;
    };
    if (const auto site = get("site"); !site.empty() && site != upload.site)
        return fail(Errc::NotAllowed, "metadata names another site than the token");
    const auto kind = get("kind");
    if (kind == "message")
        upload.object_kind = ObjectKind::Message;
    else if (!kind.empty() && kind != "parcel")
        return fail(Errc::InvalidArgument, "kind is neither parcel nor message");
    const auto* id_key = upload.object_kind == ObjectKind::Message ? "message_id" : "parcel_id";
    upload.parcel_id = get(id_key);
    if (!upload.parcel_id.empty() && !uplink::isParcelId(upload.parcel_id))
        return fail(Errc::InvalidArgument, std::string(id_key) + " has not its form");
    if (upload.parcel_id.empty()) upload.parcel_id = parcelIdFromName(get("filename"));
    if (auto digest = lowerCase(get("sha256")); !digest.empty()) {
        if (!isHexDigest(digest)) return fail(Errc::InvalidArgument, "sha256 is not a digest in hex");
        upload.sha256 = std::move(digest);
    }
    return {};
}

Response created(const UploadRow& row) {
    auto response = empty(201);
    response.headers.emplace_back("Location", std::string(kTusPath) + row.id);
    return response;
}

}  // namespace

Response withTus(Response response) {
    response.headers.emplace_back("Tus-Resumable", kTusVersion);
    response.headers.emplace_back("Cache-Control", "no-store");
    if (response.status == 423) response.headers.emplace_back("Retry-After", "2");
    return response;
}

std::unique_ptr<UploadSink> refusing(Response response) {
    return std::make_unique<RefusingSink>(std::move(response));
}

std::string TusHandler::methodOf(const Request& request) {
    const auto meant = request.header("X-HTTP-Method-Override");
    return request.method == "POST" && !meant.empty() ? std::string(meant) : request.method;
}

Response TusHandler::options() const {
    auto response = empty(204);
    response.headers = {{"Tus-Version", std::string(kTusVersion)},
                        {"Tus-Extension", std::string(kTusExtensions)},
                        {"Tus-Checksum-Algorithm", std::string(kTusChecksums)},
                        {"Tus-Max-Size", std::to_string(store_.limits().max_bytes)}};
    return withTus(std::move(response));
}

std::unique_ptr<UploadSink> TusHandler::upload(const Request& request, const std::string& site) {
    const auto method = methodOf(request);
    if (method != "POST" && method != "PATCH") return nullptr;
    if (request.header("Tus-Resumable") != kTusVersion) return refusing(withTus(unsupportedVersion()));
    if (method == "POST" && isCreationPath(request.path)) return create(request, site);
    if (method == "PATCH") return patch(request, site);
    return refusing(withTus(refusal(405, "uploads are created by POST " + std::string(kTusPath))));
}

Result<NewUpload> TusHandler::readCreation(const Request& request, const std::string& site) const {
    NewUpload upload;
    upload.site = site;
    upload.metadata = request.header("Upload-Metadata");
    auto concat = GANTRY_TRY(parseConcat(request.header("Upload-Concat")));
    upload.kind = concat.kind;
    upload.parts = std::move(concat.parts);
    const auto length = request.header("Upload-Length");
    const auto defer = request.header("Upload-Defer-Length");
    upload.length = parseCount(length);
    if (!length.empty() && !upload.length) return fail(Errc::InvalidArgument, "Upload-Length is not a count");
    if (upload.kind == UploadKind::Final) {
        if (!length.empty() || !defer.empty())
            return fail(Errc::InvalidArgument, "a final upload is as long as its parts");
    } else if (length.empty() != (defer == "1") || (!length.empty() && !defer.empty())) {
        return fail(Errc::InvalidArgument, "either Upload-Length or Upload-Defer-Length: 1");
    }
    if (upload.kind == UploadKind::Partial) return upload;  // what it is a part of says whose it is
    GANTRY_CHECK(readMetadata(GANTRY_TRY(parseMetadata(upload.metadata)), upload));
    return upload;
}

std::unique_ptr<UploadSink> TusHandler::create(const Request& request, const std::string& site) {
    const bool with_content = request.header("Content-Type") == kTusContentType;
    if (!with_content && hasContent(request))
        return refusing(withTus(refusal(415, "content comes as " + std::string(kTusContentType))));
    const auto wanted = readCreation(request, site);
    if (!wanted) return refusing(withTus(http::problem(wanted.error())));
    if (wanted->length.value_or(0) > store_.limits().max_bytes)
        return refusing(withTus(refusal(413, "larger than Tus-Max-Size")));
    if (wanted->kind == UploadKind::Final)
        return with_content ? refusing(withTus(refusal(403, "a final upload has its content from its parts")))
                            : createFinal(*wanted);
    auto row = store_.create(*wanted);
    if (!row) {
        log::warning("upload.refused",
                     {{"site", site}, {"parcel", wanted->parcel_id}, {"error", row.error().message()}});
        return refusing(withTus(http::problem(row.error())));
    }
    if (row->state == UploadState::Done) {
        auto response = created(*row);
        response.headers.emplace_back("Upload-Offset", std::to_string(row->length.value_or(0)));
        return refusing(withTus(std::move(response)));
    }
    return receive(request, *std::move(row), 0, 201);
}

std::unique_ptr<UploadSink> TusHandler::createFinal(const NewUpload& wanted) {
    const auto row = store_.createFinal(wanted);
    if (!row) return refusing(withTus(http::problem(row.error())));
    on_final_();
    return refusing(withTus(created(*row)));
}

std::unique_ptr<UploadSink> TusHandler::patch(const Request& request, const std::string& site) {
    if (request.header("Content-Type") != kTusContentType)
        return refusing(withTus(refusal(415, "content comes as " + std::string(kTusContentType))));
    const auto offset = parseCount(request.header("Upload-Offset"));
    if (!offset) return refusing(withTus(refusal(400, "Upload-Offset is not a count")));
    auto row = store_.find(site, uploadIdOf(request));
    if (!row) return refusing(withTus(http::problem(row.error())));
    if (row->state == UploadState::Discarded) return refusing(withTus(refusal(410, row->reason)));
    if (row->kind == UploadKind::Final)
        return refusing(withTus(refusal(403, "a final upload has its content from its parts")));
    if (row->state != UploadState::Receiving) {
        const bool at_end = row->state == UploadState::Done && row->length == *offset && !hasContent(request);
        auto response = at_end ? empty(204) : refusal(409, "the upload is complete");
        if (row->length) response.headers.emplace_back("Upload-Offset", std::to_string(*row->length));
        return refusing(withTus(std::move(response)));
    }
    if (const auto told = request.header("Upload-Length"); !told.empty()) {
        const auto length = parseCount(told);
        if (!length || *length < *offset || (row->length && row->length != length))
            return refusing(withTus(refusal(400, "Upload-Length contradicts what is known")));
        if (*length > store_.limits().max_bytes)
            return refusing(withTus(refusal(413, "larger than Tus-Max-Size")));
        if (auto kept = row->length ? Result<>() : store_.setLength(*row, *length); !kept)
            return refusing(withTus(http::problem(kept.error())));
    }
    return receive(request, *std::move(row), *offset, 204);
}

/// The sink for bytes of `row` from `offset` on, if this request may send them now.
std::unique_ptr<UploadSink> TusHandler::receive(const Request& request, UploadRow row, std::uint64_t offset,
                                                int status) {
    TusTransfer transfer;
    if (const auto promised = request.header("Upload-Checksum"); !promised.empty()) {
        auto checksum = ChecksumCheck::parse(promised);
        if (!checksum) return refusing(withTus(http::problem(checksum.error())));
        transfer.checksum.emplace(*std::move(checksum));
    }
    const auto length = row.length.value_or(store_.limits().max_bytes);
    if (offset > length || request.content_length.value_or(0) > length - offset)
        return refusing(withTus(refusal(413, "more bytes than the upload is long")));
    const auto file = store_.file(row);
    if (!file) return refusing(withTus(http::problem(file.error())));
    const auto ticket = (*file)->take();
    if (!ticket) return refusing(withTus(refusal(423, ticket.error().context)));
    // Whoever held it before may have changed the row since it was read.
    if (auto fresh = index_.upload(row.id); fresh && fresh->state == UploadState::Receiving) {
        row = *std::move(fresh);
    } else {
        (*file)->release(*ticket);
        return refusing(withTus(refusal(409, "the upload is complete")));
    }
    transfer.file = *file;
    transfer.ticket = *ticket;
    transfer.start = (*file)->offset();
    if (transfer.start != offset) {
        (*file)->release(*ticket);
        auto response = refusal(409, "the upload stands at another offset");
        response.headers.emplace_back("Upload-Offset", std::to_string(transfer.start));
        return refusing(withTus(std::move(response)));
    }
    // Before the first byte: what a kill would leave behind must not count as verified, or must count at all.
    const auto checked = transfer.checksum ? std::optional(offset) : std::nullopt;
    if (auto kept = store_.setCheckedBytes(row, checked); !kept) {
        (*file)->release(*ticket);
        return refusing(withTus(http::problem(kept.error())));
    }
    transfer.success = status == 201 ? created(row) : empty(204);
    transfer.row = std::move(row);
    return receiving(store_, std::move(transfer));
}

Response TusHandler::handle(const Request& request, const std::string& site) {
    const auto method = methodOf(request);
    if (method == "OPTIONS") return options();
    if (request.header("Tus-Resumable") != kTusVersion) return withTus(unsupportedVersion());
    if (method != "HEAD" && method != "DELETE") {
        auto response = refusal(405, "tus has POST, HEAD, PATCH, DELETE and OPTIONS");
        response.headers.emplace_back("Allow", "POST, HEAD, PATCH, DELETE, OPTIONS");
        return withTus(std::move(response));
    }
    const auto row = store_.find(site, uploadIdOf(request));
    if (!row) return withTus(http::problem(row.error()));
    if (row->state == UploadState::Discarded) return withTus(refusal(410, row->reason));
    return withTus(method == "HEAD" ? head(*row) : remove(*row));
}

/// Offset equal to length is our word that the parcel is stored. So when an earlier attempt to store it
/// failed with all bytes there, it is made again before the answer.
Result<std::uint64_t> TusHandler::offsetToTell(const UploadRow& row) {
    if (row.state == UploadState::Finishing) GANTRY_CHECK(store_.finish(row));
    if (row.state != UploadState::Receiving) return row.length.value_or(0);
    const auto file = GANTRY_TRY(store_.file(row));
    const auto ticket = GANTRY_TRY(file->take());
    const auto synced = file->syncedOffset();
    const auto settled = store_.settle(row, *file);
    file->release(ticket);
    const auto outcome = GANTRY_TRY(settled);
    if (outcome && *outcome != Intake::Outcome::Stored) return fail(Errc::Gone, "discarded");
    return synced;
}

/// What HEAD tells of any upload.
Response TusHandler::description(const UploadRow& row) {
    auto response = http::text(200, "");
    response.headers.clear();
    if (row.length) response.headers.emplace_back("Upload-Length", std::to_string(*row.length));
    if (!row.length) response.headers.emplace_back("Upload-Defer-Length", "1");
    if (!row.metadata.empty()) response.headers.emplace_back("Upload-Metadata", row.metadata);
    if (const auto concat = concatHeader(row); !concat.empty())
        response.headers.emplace_back("Upload-Concat", concat);
    return response;
}

Response TusHandler::head(const UploadRow& row) {
    // No offset is told of a final upload before it is one.
    if (row.isBeingJoined()) return description(row);
    const auto told = offsetToTell(row);
    if (!told)
        return told.error().code == Errc::Busy ? refusal(423, told.error().context)
                                               : http::problem(told.error());
    const auto offset = *told;
    auto response = description(row);
    response.headers.emplace_back("Upload-Offset", std::to_string(offset));
    if (row.length != offset || row.kind == UploadKind::Partial)
        response.headers.emplace_back("Upload-Expires", httpTime(store_.expiresAt(row)));
    return response;
}

Response TusHandler::remove(const UploadRow& row) {
    if (row.state != UploadState::Receiving) return refusal(409, "the upload is a parcel now and stays");
    if (row.isBeingJoined()) return refusal(409, "the upload is being put together");
    const auto file = store_.file(row);
    if (!file) return http::problem(file.error());
    const auto ticket = (*file)->take();
    if (!ticket) return refusal(423, ticket.error().context);
    const auto gone = store_.discard(row, "terminated");
    if (!gone) (*file)->release(*ticket);
    return gone ? empty(204) : http::problem(gone.error());
}

}  // namespace gantry::central
