#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"
#include "people/passwords.hpp"

namespace gantry::agent {
namespace {

constexpr unsigned kBlockSize = 8;
constexpr unsigned kParallel = 3;
constexpr unsigned kMostLog2N = 20;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kShortest = 10;
constexpr std::size_t kLongest = 200;
constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // 32 of them, no I, O, 0, 1
constexpr int kGroups = 4;
constexpr int kPerGroup = 5;

std::string scrypt(std::string_view secret, std::string_view salt, unsigned log2n) {
    static std::mutex one_at_a_time;  // bounds the memory that strangers can make us take
    const std::lock_guard lock(one_at_a_time);
    std::string out(kHashBytes, '\0');
    constexpr std::uint64_t kMostMemory = 2ull << 30;
    if (EVP_PBE_scrypt(secret.data(), secret.size(), reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                       1ull << log2n, kBlockSize, kParallel, kMostMemory, reinterpret_cast<unsigned char*>(out.data()),
                       out.size()) == 1)
        return out;
    log::error("crypto.failed", {{"operation", "scrypt"}});
    std::abort();
}

std::vector<std::string_view> partsOf(std::string_view text) {
    std::vector<std::string_view> out;
    while (true) {
        const auto colon = text.find(':');
        out.push_back(text.substr(0, colon));
        if (colon == text.npos) return out;
        text.remove_prefix(colon + 1);
    }
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::size_t differentBytes(std::string_view text) {
    std::array<bool, 256> seen{};
    for (const auto c : text) seen[static_cast<unsigned char>(c)] = true;
    return static_cast<std::size_t>(std::ranges::count(seen, true));
}

}  // namespace

std::string hashSecret(std::string_view secret, unsigned log2n) {
    std::string salt(kSaltBytes, '\0');
    randomBytes(std::as_writable_bytes(std::span(salt)));
    return "scrypt:" + std::to_string(log2n) + ":" + std::to_string(kBlockSize) + ":" + std::to_string(kParallel) + ":" +
           toBase64(asBytes(salt)) + ":" + toBase64(asBytes(scrypt(secret, salt, log2n)));
}

bool matchesSecret(std::string_view hash, std::string_view secret, unsigned log2n) {
    const auto parts = partsOf(hash);
    unsigned cost = 0;
    constexpr std::size_t kParts = 6;
    if (parts.size() == kParts && parts[0] == "scrypt" && parts[2] == std::to_string(kBlockSize) &&
        parts[3] == std::to_string(kParallel)) {
        const auto [end, ec] = std::from_chars(parts[1].data(), parts[1].data() + parts[1].size(), cost);
        const auto salt = fromBase64(parts[4]);
        const auto wanted = fromBase64(parts[5]);
        if (ec == std::errc() && cost >= 1 && cost <= kMostLog2N && salt && wanted && wanted->size() == kHashBytes)
            return equalConstantTime(asBytes(scrypt(secret, *salt, cost)), asBytes(*wanted));
    }
    scrypt(secret, "nobody has this", log2n);
    return false;
}

Result<> checkNewPassword(std::string_view password, std::string_view name, std::string_view full_name) {
    if (password.size() < kShortest) return fail(Errc::InvalidArgument, "a password needs at least 10 characters");
    if (password.size() > kLongest) return fail(Errc::InvalidArgument, "a password has at most 200 bytes");
    constexpr std::size_t kFewestDifferent = 5;
    if (differentBytes(password) < kFewestDifferent)
        return fail(Errc::InvalidArgument, "this password repeats few characters; take another");
    const auto low = lower(password);
    for (const auto word : {name, full_name, std::string_view("gantry"), std::string_view("password")})
        if (const auto one = lower(word); one.size() >= 3 && low.find(one) != low.npos && low.size() < one.size() + 8)
            return fail(Errc::InvalidArgument, "this password is little more than a name; take another");
    return {};
}

Result<> checkNewPin(std::string_view pin) {
    constexpr std::size_t kFewest = 4;
    constexpr std::size_t kMost = 10;
    if (pin.size() < kFewest || pin.size() > kMost || pin.find_first_not_of("0123456789") != pin.npos)
        return fail(Errc::InvalidArgument, "a PIN has four to ten digits");
    const auto run = [&](int step) {
        for (std::size_t i = 1; i < pin.size(); ++i)
            if (pin[i] - pin[i - 1] != step) return false;
        return true;
    };
    if (run(0) || run(1) || run(-1)) return fail(Errc::InvalidArgument, "this PIN is guessed at once; take another");
    return {};
}

std::string inventedPassword() {
    std::array<std::byte, kGroups * kPerGroup> random{};
    randomBytes(random);
    std::string out;
    for (std::size_t i = 0; i < random.size(); ++i) {
        if (i > 0 && i % kPerGroup == 0) out += '-';
        out += kLetters[static_cast<std::size_t>(random[i]) % kLetters.size()];
    }
    return out;
}

}  // namespace gantry::agent
