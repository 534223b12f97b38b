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
    bool anew = false;    ///< what is there is no good: it is replaced, and not looked at

    std::string text() const;
    /// Nothing when it is another transport's.
    static std::optional<UploadState> parse(std::string_view text);
};

}  // namespace gantry::uplink::s3
