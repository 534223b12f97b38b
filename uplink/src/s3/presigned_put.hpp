#pragma once
/// One attempt to put one object by a grant.

#include <map>
#include <string>
#include <string_view>

#include "gantry/core/files.hpp"
#include "gantry/uplink/s3_presigned.hpp"
#include "s3/grant_folder.hpp"
#include "s3/part_upload.hpp"

namespace gantry::uplink::s3 {

/// What outlives an attempt. The server's own list of parts counts more, where it can be had.
struct PresignedState {
    std::string upload_id;
    std::uint64_t part_bytes = 0;
    std::map<int, StoredPart> parts;

    std::string text() const;
    /// @errors BadFormat: another transport's, or damaged
    static Result<PresignedState> parse(std::string_view text);
};

struct PresignedPutInput {
    const PutObject& object;
    UploadMemory& memory;
    std::stop_token stop;
    const PresignedConfig& config;
    Connections connections;  ///< at least one
    GrantFolder& folder;
    const Clock& clock;
    WaitAsked& wait;
};

class PresignedPut {
public:
    explicit PresignedPut(const PresignedPutInput& input);
    /// Errors as Transport::put.
    Result<> run();

private:
    Result<bool> useGrant();
    Result<> begin();
    Result<> upload();
    Result<std::map<int, ListedPart>> partsThere(const UploadRequests& requests, const PartPlan& plan);
    Result<bool> isThere();
    Result<std::map<int, StoredPart>> partsByDigest();
    bool hasRunOut(const Error& error) const;
    Error becauseOfTime(const Error& error) const;

    const PresignedPutInput& in_;
    Line line_;
    Grant grant_;
    PresignedState state_;
    UniqueFd file_;
};

/// A request as a grant allows it.
HttpRequest toUrl(std::string method, std::string url);

}  // namespace gantry::uplink::s3
