#pragma once
/// Any S3 (AWS, Ceph RGW, MinIO, …) as a Transport: SigV4 of our own, multipart, resumable;
/// docs/formats/s3.md.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/http_client.hpp"
#include "gantry/uplink/transport.hpp"

namespace gantry::uplink {

/// Who signs. Never logged.
struct S3Credentials {
    std::string access_key_id;
    std::string secret_access_key;
    std::string session_token;  ///< of temporary credentials; "" for none
    std::string region = "us-east-1";
};

/// A file of `key: value` lines: access_key_id, secret_access_key, and where needed session_token, region.
/// @errors NotAllowed when others than its owner can read it; ConfigInvalid with every mistake, no value told
Result<S3Credentials> loadS3Credentials(const std::filesystem::path& file);

/// Where objects go.
struct S3Location {
    bool tls = true;
    std::string host;    ///< with ":port" where the port is not the scheme's own
    std::string bucket;  ///
    std::string prefix;  ///< of every key: "" or ending with '/'
    /// The key of an object of that name.
    std::string keyOf(std::string_view name) const { return prefix + std::string(name); }
};

/// Whether the URL asks for S3.
bool isS3Url(std::string_view url);
/// "s3+https://host[:port]/bucket[/prefix]", or s3+http for this machine's loopback.
/// @errors InvalidArgument, NotAllowed (plain http to another machine)
Result<S3Location> parseS3Url(std::string_view url);

/// Whether the bucket stands in the path or before the host. Auto: before the host at amazonaws.com.
enum class S3Addressing { Auto, Path, Host };

/// What is asked for each object that is made.
struct S3ObjectOptions {
    std::string encryption;     ///< "", "AES256" or "aws:kms": x-amz-server-side-encryption
    std::string kms_key_id;     ///< with aws:kms; "" for the bucket's own key
    std::string storage_class;  ///< "" for the bucket's own
    std::string acl;            ///< "", "bucket-owner-read" or "bucket-owner-full-control": x-amz-acl
};

struct S3Config {
    S3Location location;
    S3Addressing addressing = S3Addressing::Auto;
    std::filesystem::path
        credentials_file;       ///< read anew for each object, so that it may be replaced at any time
    S3Credentials credentials;  ///< used when no file is named
    S3ObjectOptions objects;
    HttpClientConfig http;  ///< authorities, timeouts; its token is not used
    /// Bytes of a part, 5 MiB to 5 GiB, more where 10,000 parts would not do; what a broken connection costs
    /// at most.
    std::uint64_t part_bytes = 8u << 20;
    int connections = 4;           ///< parts in flight at once, 1 to 16
    const Clock* clock = nullptr;  ///< the system's when null; must outlive what is made with it
};

/// @errors InvalidArgument: bucket, sizes or numbers out of range
Result<> checkS3Config(const S3Config& config);
/// @errors those of checkS3Config and loadS3Credentials
Result<std::unique_ptr<Transport>> makeS3Transport(S3Config config);

}  // namespace gantry::uplink
