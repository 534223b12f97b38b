#pragma once
/// What S3 answers, read from its XML, and the one document that is sent to it.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink::s3 {

inline constexpr int kMostParts = 10'000;

/// A part as the server knows it.
struct StoredPart {
    std::string etag;             ///< without quotes
    std::string checksum_sha256;  ///< Base64; "" where the server keeps none
    friend bool operator==(const StoredPart&, const StoredPart&) = default;
};
struct ListedPart {
    int number = 0;
    std::uint64_t bytes = 0;
    StoredPart stored;
};
struct PartPage {
    std::vector<ListedPart> parts;
    std::optional<int> next;  ///< part-number-marker of the next page, if there is one
};
struct UnfinishedUpload {
    std::string key, upload_id;
};
struct ListedObject {
    std::string key;
    std::uint64_t bytes = 0;
    std::string etag;
    UnixMillis modified = 0;  ///< 0 when not told
};
struct ObjectPage {
    std::vector<ListedObject> objects;
    bool more = false;
};

// @errors BadFormat
Result<std::string> readUploadId(std::string_view initiate_multipart_upload_result);
Result<PartPage> readPartPage(std::string_view list_parts_result);
Result<std::vector<UnfinishedUpload>> readUploads(std::string_view list_multipart_uploads_result);
Result<ObjectPage> readObjectPage(std::string_view list_bucket_result);

/// The body of CompleteMultipartUpload.
std::string completionBody(const std::map<int, StoredPart>& parts);

/// An ETag as header or XML gives it, without quotes and weakness mark.
std::string etagOf(std::string_view text);

}  // namespace gantry::uplink::s3
