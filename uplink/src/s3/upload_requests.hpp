#pragma once
/// What is asked of a server about the parts of one upload, signed here or by somebody else before.

#include <string>

#include "gantry/uplink/http_client.hpp"
#include "s3/part_digest.hpp"

namespace gantry::uplink::s3 {

/// Thread-safe.
class UploadRequests {
public:
    virtual ~UploadRequests() = default;
    virtual HttpRequest putPart(int number, const PartDigest& digest) const = 0;
    /// @param after  part-number-marker: 0 for the first page
    virtual HttpRequest listParts(int after) const = 0;
};

}  // namespace gantry::uplink::s3
