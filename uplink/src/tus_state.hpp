#pragma once
/// What a put by tus must remember, as the text that UploadMemory keeps:
///
///   {"tus":1,"url":"https://…/u1","expires":1790000000,"verified":false,
///    "parts":[{"url":"https://…/p1","begin":0,"bytes":8388608,"expires":1790000000}, …]}
///
/// `expires` is in Unix seconds and left out where the server says none; `verified` after the object was
/// read back and was right; `parts` while the object goes in parts, `url` being that of the whole once it was
/// asked for. Earlier versions kept the bare URL.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gantry::uplink {

/// An upload at the server; without a URL it is yet to be created.
struct TusRemembered {
    std::string url;
    std::optional<std::int64_t> expires;
    friend bool operator==(const TusRemembered&, const TusRemembered&) = default;
};

struct TusPart {
    TusRemembered upload;
    std::uint64_t begin = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const TusPart&, const TusPart&) = default;
};

struct TusState {
    TusRemembered whole;
    bool verified = false;
    std::vector<TusPart> parts;
    friend bool operator==(const TusState&, const TusState&) = default;

    bool empty() const { return whole.url.empty() && parts.empty(); }
    /// Bytes of all parts.
    std::uint64_t partsBytes() const;
    /// "" when nothing is remembered.
    std::string text() const;
    /// @param endpoint  only uploads at this server count: the token goes to no other
    /// Whatever cannot be read is nothing remembered.
    static TusState read(std::string_view text, const std::string& endpoint);
};

}  // namespace gantry::uplink
