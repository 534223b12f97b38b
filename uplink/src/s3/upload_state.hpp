#pragma once
/// What an upload needs to go on after a restart; the text that the caller keeps. docs/formats/s3.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "s3/session.hpp"

namespace gantry::uplink::s3 {

struct UploadState {
    std::string key;
    NewUpload upload;  ///< its id is "" when the object goes in one request
    std::uint64_t part_bytes = 0;
    bool ending = false;  ///< the server was asked to make the object, and may have done so

    std::string text() const;
    /// Nothing when the text is not of an upload to `key`: of another transport, or of another bucket's
    /// prefix.
    static std::optional<UploadState> parse(std::string_view text, const std::string& key);
};

}  // namespace gantry::uplink::s3
