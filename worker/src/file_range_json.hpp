#pragma once
/// Where a file lies, as requests say it: `path`, and perhaps `offset` and `length`.

#include <boost/json.hpp>

#include "gantry/imaging/image_file.hpp"

namespace gantry::imaging {

/// Throws what Boost.JSON throws for members that are missing or of another kind.
inline FileRange fileRangeFrom(const boost::json::object& object) {
    FileRange out;
    out.path = std::string(object.at("path").as_string());
    if (object.contains("offset")) out.offset = object.at("offset").to_number<std::uint64_t>();
    if (object.contains("length")) out.length = object.at("length").to_number<std::uint64_t>();
    return out;
}

}  // namespace gantry::imaging
