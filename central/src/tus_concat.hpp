#pragma once
/// The header Upload-Concat of tus: what an upload is, and of what it is put together.

#include <string>
#include <string_view>
#include <vector>

#include "index.hpp"

namespace gantry::central {

struct UploadConcat {
    UploadKind kind = UploadKind::Whole;
    std::vector<std::string> parts;  ///< ids, in order
};

/// "", "partial", or "final;URL URL …" with absolute URLs or paths. Whose host a URL names does not matter: a
/// proxy may stand before us.
/// @errors InvalidArgument: another word, no part, or a path that is none of our uploads
Result<UploadConcat> parseConcat(std::string_view header);
/// As HEAD tells it; "" for a whole.
std::string concatHeader(const UploadRow& row);

}  // namespace gantry::central
