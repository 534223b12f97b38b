#pragma once
/// A public key of the metadata that OpenSSL can verify with.

#include <memory>
#include <string_view>

#include "gantry/core/files.hpp"
#include "gantry/uplink/tuf_metadata.hpp"

namespace gantry::uplink::tuf {

class VerifyingKey {
public:
    /// @errors Unsupported: a type or scheme that is not known here; BadFormat: not a key of that type, or
    /// one that
    ///         is too weak (RSA below 2048 bits, a curve other than P-256)
    static Result<VerifyingKey> of(const Key& key);
    /// Whether keys of the type can be used here, with one scheme or another.
    static bool knowsType(std::string_view type);
    bool verifies(Bytes message, Bytes signature) const;
    /// The same public key, whatever its identifier and however it is written.
    bool isSameAs(const VerifyingKey& other) const;

    VerifyingKey(VerifyingKey&&) noexcept;
    VerifyingKey& operator=(VerifyingKey&&) noexcept;
    ~VerifyingKey();

private:
    struct Parts;
    explicit VerifyingKey(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace gantry::uplink::tuf
