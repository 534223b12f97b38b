#include <openssl/evp.h>

#include <array>
#include <cstdlib>

#include "file_hashes.hpp"
#include "gantry/core/crypto.hpp"

namespace gantry::uplink::tuf {
namespace {

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

struct Algorithm {
    std::string_view name;
    const EVP_MD* (*digest)();
};
constexpr std::array kAlgorithms = {
    Algorithm{"sha256", EVP_sha256},
    Algorithm{"sha512", EVP_sha512},
    Algorithm{"sha384", EVP_sha384},
};

const Algorithm* algorithmNamed(std::string_view name) {
    for (const auto& algorithm : kAlgorithms)
        if (algorithm.name == name) return &algorithm;
    return nullptr;
}

// As core's primitives: an OpenSSL that cannot hash leaves nothing safe to do.
void mustHold(bool held) {
    if (!held) std::abort();
}

}  // namespace

struct HashCheck::Running {
    std::string expected;
    std::unique_ptr<EVP_MD_CTX, FreeDigest> context;
};

HashCheck::HashCheck(std::vector<Running> running) : running_(std::move(running)) {}
HashCheck::HashCheck(HashCheck&&) noexcept = default;
HashCheck& HashCheck::operator=(HashCheck&&) noexcept = default;
HashCheck::~HashCheck() = default;

Result<HashCheck> HashCheck::start(const Hashes& expected) {
    std::vector<Running> running;
    for (const auto& [name, hex] : expected) {
        const auto* algorithm = algorithmNamed(name);
        if (algorithm == nullptr) return fail(Errc::Unsupported, "a hash of a kind that is not known here");
        auto& one = running.emplace_back();
        one.expected = hex;
        one.context.reset(EVP_MD_CTX_new());
        mustHold(one.context && EVP_DigestInit_ex(one.context.get(), algorithm->digest(), nullptr) == 1);
    }
    return HashCheck(std::move(running));
}

void HashCheck::update(Bytes bytes) {
    for (auto& one : running_) mustHold(EVP_DigestUpdate(one.context.get(), bytes.data(), bytes.size()) == 1);
}

Result<> HashCheck::finish() {
    for (auto& one : running_) {
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        mustHold(EVP_DigestFinal_ex(one.context.get(), digest.data(), &length) == 1);
        if (toHex(std::as_bytes(std::span(digest.data(), length))) != one.expected)
            return fail(Errc::BadSignature, "not the bytes that were signed for: the hash is another");
    }
    return {};
}

Result<> checkFile(const FileInfo& info, std::string_view text, std::string_view what) {
    if (info.length && *info.length != text.size())
        return fail(Errc::BadSignature, std::string(what) + " has not the length that was signed for");
    auto check = GANTRY_TRY(HashCheck::start(info.hashes));
    check.update(asBytes(text));
    if (auto same = check.finish(); !same) return within(what, same.error());
    return {};
}

std::optional<std::string> namingHash(const Hashes& hashes) {
    for (const auto& algorithm : kAlgorithms)
        if (const auto found = hashes.find(std::string(algorithm.name)); found != hashes.end())
            return found->second;
    return std::nullopt;
}

}  // namespace gantry::uplink::tuf
