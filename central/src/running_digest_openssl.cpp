#include <openssl/evp.h>

#include <cstdlib>

#include "running_digest.hpp"

namespace gantry::central {
namespace {

struct ContextFree {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// Without it nothing of ours holds.
void require(bool good) {
    if (!good) std::abort();
}

}  // namespace

struct RunningDigest::Context {
    std::unique_ptr<EVP_MD_CTX, ContextFree> evp{EVP_MD_CTX_new()};
    Context() { require(evp && EVP_DigestInit_ex(evp.get(), EVP_sha256(), nullptr) == 1); }
    Context(const Context& other) { require(evp && EVP_MD_CTX_copy_ex(evp.get(), other.evp.get()) == 1); }
};

RunningDigest::RunningDigest() : context_(std::make_unique<Context>()) {}
RunningDigest::RunningDigest(const RunningDigest& other)
    : context_(std::make_unique<Context>(*other.context_)), bytes_(other.bytes_) {}
RunningDigest& RunningDigest::operator=(const RunningDigest& other) {
    return *this = RunningDigest(other);
}
RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
RunningDigest& RunningDigest::operator=(RunningDigest&&) noexcept = default;
RunningDigest::~RunningDigest() = default;

void RunningDigest::update(Bytes bytes) {
    require(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1);
    bytes_ += bytes.size();
}

Digest RunningDigest::soFar() const {
    const Context copy(*context_);
    Digest digest;
    unsigned size = 0;
    require(EVP_DigestFinal_ex(copy.evp.get(), reinterpret_cast<unsigned char*>(digest.data()), &size) == 1 &&
            size == digest.size());
    return digest;
}

}  // namespace gantry::central
