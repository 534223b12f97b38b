#pragma once
/// The outside of every TUF metadata file, and strict JSON: what two readers could read differently is
/// refused.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

/// One JSON text in which no object has a name twice. @errors BadFormat
Result<boost::json::value> parseStrictJson(std::string_view text, std::string_view what);

struct Document {
    boost::json::value content;  ///< of "signed"
    std::string signed_bytes;
    std::vector<Signature> signatures;
};

/// @errors BadFormat
Result<Document> readDocument(std::string_view text);

}  // namespace gantry::uplink::tuf
