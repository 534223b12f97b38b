#pragma once
/// Comparing bytes with the length and the hashes that metadata gives of them, while they come.

#include <memory>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

class HashCheck {
public:
    /// @errors Unsupported: one of the hashes is of a kind that is not known here (known: sha256, sha384,
    /// sha512)
    static Result<HashCheck> start(const Hashes& expected);
    void update(Bytes bytes);
    /// @errors BadSignature: a hash is another
    Result<> finish();

    HashCheck(HashCheck&&) noexcept;
    HashCheck& operator=(HashCheck&&) noexcept;
    ~HashCheck();

private:
    struct Running;
    explicit HashCheck(std::vector<Running> running);
    std::vector<Running> running_;
};

/// @errors BadSignature: another length or hash; Unsupported
Result<> checkFile(const FileInfo& info, std::string_view text, std::string_view what);

/// The hash that names the file where snapshots are consistent: sha256 where there is one. Nullopt: none is
/// known here.
std::optional<std::string> namingHash(const Hashes& hashes);

}  // namespace gantry::uplink::tuf
