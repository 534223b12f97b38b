#pragma once
/// The age v1 file format (C2SP age.md) with X25519 recipients: what `age -r` and `age -d -i` write and read.
/// Both directions stream; memory does not grow with the file. Classes here belong to one thread at a time.

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace gantry::uplink {

/// Somebody we can encrypt for: an X25519 public key, "age1…".
class AgeRecipient {
public:
    /// @errors Errc::BadFormat: not Bech32, another prefix, not 32 bytes, or mixed case.
    static Result<AgeRecipient> parse(std::string_view text);
    static AgeRecipient fromPublicKey(const std::array<std::byte, 32>& key) { return AgeRecipient(key); }
    std::string toString() const;
    const std::array<std::byte, 32>& publicKey() const { return key_; }
    friend bool operator==(const AgeRecipient&, const AgeRecipient&) = default;

private:
    explicit AgeRecipient(const std::array<std::byte, 32>& key) : key_(key) {}
    std::array<std::byte, 32> key_;
};

/// The secret half, "AGE-SECRET-KEY-1…". Wiped from memory when it goes.
class AgeIdentity {
public:
    /// @errors Errc::BadFormat; the message never repeats the text.
    static Result<AgeIdentity> parse(std::string_view text);
    static AgeIdentity generate();
    AgeRecipient recipient() const;
    /// Upper case, as age-keygen writes it. A secret: for a key file of mode 0600 and nothing else.
    std::string toString() const;
    const std::array<std::byte, 32>& secretKey() const { return key_; }

    AgeIdentity(const AgeIdentity&) = default;
    AgeIdentity& operator=(const AgeIdentity&) = default;
    ~AgeIdentity();

private:
    AgeIdentity() = default;
    std::array<std::byte, 32> key_{};
};

/// Reads a key file as age-keygen writes it: identities one a line, '#' comments and empty lines between.
/// @errors BadFormat (also when it holds none), and those of reading a file.
Result<std::vector<AgeIdentity>> loadAgeIdentities(const std::filesystem::path& path);
/// Writes such a file with mode 0600 (comment with the public key, then the identity); refuses to replace
/// one.
Result<> saveAgeIdentity(const std::filesystem::path& path, const AgeIdentity& identity);

/// Takes bytes in order; an error ends the operation and is handed on.
using ByteSink = std::function<Result<>(Bytes)>;
/// Fills the front of `room`; 0 means the end.
using ByteSource = std::function<Result<std::size_t>(std::span<std::byte> room)>;

/// A source that reads `fd` from where it stands.
ByteSource sourceOf(int fd);
/// A sink that writes to `fd` where it stands.
ByteSink sinkOf(int fd);

/// Encrypts a stream. The file is complete only after finish() succeeded.
class AgeEncryptor {
public:
    /// The sink gets pieces of about 1 MiB, the header with the first of them. With WriteBehind it is called
    /// on a thread of the encryptor's own, so that writing and encrypting overlap; its errors surface at a
    /// later write() or at finish().
    enum class Mode { Direct, WriteBehind };
    /// @errors InvalidArgument without a recipient, Crypto for a recipient of low order.
    static Result<AgeEncryptor> start(std::span<const AgeRecipient> recipients, ByteSink sink,
                                      Mode mode = Mode::Direct);
    Result<> write(Bytes plaintext);
    Result<> finish();
    AgeEncryptor(AgeEncryptor&&) noexcept;
    AgeEncryptor& operator=(AgeEncryptor&&) noexcept;
    ~AgeEncryptor();

private:
    struct Impl;
    explicit AgeEncryptor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Everything from `in` (where it stands) encrypted to `out`. The quick way for whole files.
Result<> ageEncrypt(int in, int out, std::span<const AgeRecipient> recipients);

/// Decrypts a binary or armored age file, giving out authenticated plaintext only. A part may come out before
/// a later chunk turns out to be wrong: what was made of it is good only if the end was reached.
class AgeDecryptor {
public:
    /// Reads the header.
    /// @errors BadFormat: the header or armor is not of the format; NoIdentity: none of the keys opens it;
    ///         BadSignature: the header's MAC does not verify; those of the source
    static Result<AgeDecryptor> start(ByteSource source, std::span<const AgeIdentity> identities);
    /// The next piece, at most 1 MiB; it stays valid until the next call. Empty: the end was reached, all is
    /// well.
    /// @errors BadSignature: the payload is altered, cut or followed by something; BadFormat: its armor is
    Result<Bytes> read();
    AgeDecryptor(AgeDecryptor&&) noexcept;
    AgeDecryptor& operator=(AgeDecryptor&&) noexcept;
    ~AgeDecryptor();

private:
    struct Impl;
    explicit AgeDecryptor(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// The whole of an age file to a sink; errors as those of AgeDecryptor and of the sink.
Result<> ageDecrypt(ByteSource source, std::span<const AgeIdentity> identities, const ByteSink& sink);

}  // namespace gantry::uplink
