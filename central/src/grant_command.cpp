#include <filesystem>
#include <iostream>
#include <memory>

#include "command_run.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/s3_presigned.hpp"

namespace gantry::central {
namespace {

namespace fs = std::filesystem;

struct GrantOptions {
    std::string to, credentials, ca, addressing = "auto";
    uplink::S3ObjectOptions objects;
    std::string object, out, former;
    int count = 1, parts = 100, hours = 72;
};

Result<uplink::S3Config> bucketOf(const GrantOptions& options) {
    uplink::S3Config config;
    config.location = GANTRY_TRY(uplink::parseS3Url(options.to));
    config.credentials_file = options.credentials;
    if (options.addressing == "path") config.addressing = uplink::S3Addressing::Path;
    if (options.addressing == "host") config.addressing = uplink::S3Addressing::Host;
    config.objects = options.objects;
    config.http.ca_file = options.ca;
    return config;
}

/// Who holds a grant can write its object: it is for the site alone, and replaces no other.
Result<> write(const fs::path& file, const uplink::Grant& grant) {
    std::error_code ignored;
    if (fs::exists(file, ignored)) return fail(Errc::AlreadyExists, file.string());
    GANTRY_CHECK(writeFileDurably(file, asBytes(uplink::writeGrant(grant))));
    std::cerr << file.string() << ": " << grant.object << ", until " << isoUtc(grant.expires_at) << '\n';
    return {};
}

Result<> make(const GrantOptions& options) {
    const auto config = GANTRY_TRY(bucketOf(options));
    GANTRY_CHECK(makeDirectory(fs::absolute(options.out)));
    for (int i = 0; i < options.count; ++i) {
        // No two objects have one name, not even those of two runs.
        const auto id = randomHex(8);
        const auto grant = GANTRY_TRY(uplink::makeGrant(
            config, {options.object + "-" + id + ".age", options.parts, std::chrono::hours(options.hours)}));
        GANTRY_CHECK(write(fs::path(options.out) / ("grant-" + id + ".json"), grant));
    }
    return {};
}

Result<> renew(const GrantOptions& options) {
    const auto config = GANTRY_TRY(bucketOf(options));
    const auto former = GANTRY_TRY(uplink::readGrant(GANTRY_TRY(readFile(options.former, 8u << 20))));
    const auto grant = GANTRY_TRY(uplink::renewGrant(config, former, std::chrono::hours(options.hours)));
    return write(options.out, grant);
}

void addBucket(CLI::App& command, GrantOptions& options) {
    command.add_option("--to", options.to, "the bucket: s3+https://HOST/BUCKET/PREFIX")->required();
    command
        .add_option("--credentials", options.credentials,
                    "file of mode 0600 with the sponsor's S3 credentials")
        ->required();
    command.add_option("--ca", options.ca, "PEM of the server's authority; the system's when left out");
    command.add_option("--addressing", options.addressing, "where the bucket stands")
        ->check(CLI::IsMember({"auto", "path", "host"}));
    command.add_option("--hours", options.hours, "how long it holds, 1 to 168; 72 when left out")
        ->check(CLI::Range(1, 168));
}

}  // namespace

void addGrant(CLI::App& app, Run& run) {
    auto* grant = app.add_subcommand("grant", "permissions to upload, for sites that hold no S3 credentials");
    grant->require_subcommand(1);
    const auto options = std::make_shared<GrantOptions>();
    auto* making =
        grant->add_subcommand("make", "begin uploads in a bucket, and sign what a site needs for them");
    addBucket(*making, *options);
    making->add_option("--name", options->object, "how the objects' names begin, such as the site's number")
        ->required();
    making->add_option("--out", options->out, "folder for the grants, a file each")->required();
    making->add_option("--count", options->count, "so many, one for each parcel to come; 1 when left out")
        ->check(CLI::Range(1, 1000));
    making->add_option("--parts", options->parts, "parts of a parcel at most, 1 to 1000; 100 when left out")
        ->check(CLI::Range(1, uplink::kMostGrantParts));
    making->add_option("--encryption", options->objects.encryption, "at the server: AES256 or aws:kms")
        ->check(CLI::IsMember({"AES256", "aws:kms"}));
    making->add_option("--kms-key-id", options->objects.kms_key_id, "with aws:kms");
    making->add_option("--storage-class", options->objects.storage_class, "of the objects");
    runs(*making, run, options, make);
    auto* renewing = grant->add_subcommand("renew", "sign a grant anew, for a site that did not end in time");
    addBucket(*renewing, *options);
    renewing->add_option("GRANT", options->former, "the grant's file")->required();
    renewing->add_option("--out", options->out, "new file")->required();
    runs(*renewing, run, options, renew);
}

}  // namespace gantry::central
