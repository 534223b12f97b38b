#pragma once
/// What S3 can be asked about one bucket, each as a function: signed, sent, its answer read.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "s3/answers.hpp"
#include "s3/line.hpp"
#include "s3/part_upload.hpp"
#include "s3/requests.hpp"
#include "s3/upload_requests.hpp"
#include "s3/verified_put.hpp"

namespace gantry::uplink::s3 {

/// What a server was found not to know; kept for the next objects.
struct Abilities {
    bool checksums = true;   ///< x-amz-checksum-sha256
    bool conditions = true;  ///< If-None-Match on what makes an object
    bool leftovers = true;   ///< listing unfinished uploads
};

struct ObjectHead {
    std::uint64_t bytes = 0;
    std::string etag;
    std::string sha256_hex;  ///< x-amz-meta-sha256; "" when absent
    std::string modified;    ///< Last-Modified as sent
    bool etag_is_md5 = true;
};

/// Whether an object that is there already may be replaced. NotWhereKnown asks a server that knows how not
/// to.
enum class Replacing { Allowed, NotWhereKnown, Never };

struct NewObject {
    std::string key;
    Pairs metadata;  ///< names without x-amz-meta-
    Replacing replacing = Replacing::Allowed;
};

/// A piece of an object.
struct Piece {
    std::string bytes;
    std::uint64_t object_bytes = 0;
    std::string etag;
};

struct NewUpload {
    std::string id;
    bool checksums = false;  ///< the server keeps SHA-256 of the parts
    bool etag_is_md5 = true;
};

class Session {
public:
    Session(const Requests& requests, const S3ObjectOptions& options, Line line, Abilities& abilities)
        : requests_(requests), options_(options), line_(std::move(line)), abilities_(abilities) {}

    /// Nothing when it is not there. @errors NotAllowed also where looking is not allowed (401, 403, and 400,
    /// which some servers answer for lack of a body to say more), and as every function here: PeerBusy,
    /// PeerRefused, ClockWrong, …
    Result<std::optional<ObjectHead>> head(const std::string& key);
    /// The whole object in one request.
    /// @errors Conflict: it may not be replaced, and is there
    Result<> putObject(const NewObject& object, const FileRange& range, const PartDigest& digest,
                       const std::function<void(std::uint64_t)>& progress);
    Result<NewUpload> createUpload(const NewObject& object);
    /// Every page. @errors Gone
    Result<std::map<int, ListedPart>> listParts(const UploadRequests& upload);
    /// @errors Gone: the upload or one of its parts is; Conflict: the object may not be replaced, and is
    /// there
    Result<> completeUpload(const NewObject& object, const std::string& upload_id,
                            const std::map<int, StoredPart>& parts);
    /// An upload that is gone already is a success.
    Result<> abortUpload(const std::string& key, const std::string& upload_id);
    /// Unfinished uploads of exactly this key.
    Result<std::vector<std::string>> uploadsOf(const std::string& key);

    Result<ObjectPage> listObjects(const std::string& prefix, const std::string& after, int most);
    /// Bytes [offset, offset + length), fewer at the object's end and none behind it.
    /// @param etag  "" for the first piece, else that of the first. @errors NotFound; Conflict: another ETag
    Result<Piece> getPiece(const std::string& key, std::uint64_t offset, std::uint64_t length,
                           const std::string& etag);
    Result<> remove(const std::string& key);

private:
    Result<HttpResponse> ask(Call call, const char* what);
    Pairs headersOf(const NewObject& object) const;
    bool asksIfAbsent(const NewObject& object) const;
    bool canAskForLess(const NewObject& object) const;

    const Requests& requests_;
    const S3ObjectOptions& options_;
    Line line_;
    Abilities& abilities_;
};

/// Requests about one upload, signed as they are made.
class SignedUpload final : public UploadRequests {
public:
    SignedUpload(const Requests& requests, std::string key, NewUpload upload)
        : requests_(requests), key_(std::move(key)), upload_(std::move(upload)) {}
    HttpRequest putPart(int number, const PartDigest& digest) const override;
    HttpRequest listParts(int after) const override;

private:
    const Requests& requests_;
    std::string key_;
    NewUpload upload_;
};

/// Digests that go along with a body: the checksum where it is kept, else Content-MD5.
Pairs digestHeaders(const PartDigest& digest, bool checksums);
/// Reads the answer to CompleteMultipartUpload, which may be an error with status 200.
Result<> readCompletion(const HttpResponse& response);

}  // namespace gantry::uplink::s3
