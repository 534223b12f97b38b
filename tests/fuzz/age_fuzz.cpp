// What the uplink reads of others outside of an envelope: age files, receipts, key texts. manifest_fuzz.cpp
// has what lies inside.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "gantry/uplink/age.hpp"
#include "gantry/uplink/receipt.hpp"

namespace {

using namespace gantry;
using namespace gantry::uplink;

// A fixed key, so that an input that once opened opens again.
const AgeIdentity& identity() {
    static const auto fixed =
        AgeIdentity::parse("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0");
    if (!fixed) std::abort();
    return *fixed;
}

ByteSource from(Bytes input, std::size_t piece) {
    return [input, piece](std::span<std::byte> room) mutable -> Result<std::size_t> {
        const auto count = std::min({piece, room.size(), input.size()});
        std::memcpy(room.data(), input.data(), count);
        input = input.subspan(count);
        return count;
    };
}

Result<std::string> decrypted(Bytes input, std::size_t piece) {
    std::string plain;
    GANTRY_CHECK(ageDecrypt(from(input, piece), std::span(&identity(), 1), [&](Bytes bytes) -> Result<> {
        plain.append(asText(bytes));
        return {};
    }));
    return plain;
}

// How the bytes come in pieces must not matter.
void fuzzAge(Bytes input) {
    const auto whole = decrypted(input, 1 << 20);
    const auto slowly = decrypted(input, 61);
    if (whole.has_value() != slowly.has_value() || (whole && *whole != *slowly)) std::abort();
}

// The input as plaintext comes back from its own encryption.
void fuzzRoundTrip(Bytes input) {
    const auto recipient = identity().recipient();
    std::string file;
    auto encryptor = AgeEncryptor::start(std::span(&recipient, 1), [&](Bytes bytes) -> Result<> {
        file.append(asText(bytes));
        return {};
    });
    if (!encryptor || !encryptor->write(input) || !encryptor->finish()) std::abort();
    const auto plain = decrypted(asBytes(file), 4096);
    if (!plain || *plain != asText(input)) std::abort();
}

void fuzzReceipt(std::string_view text) {
    const std::array<Ed25519PublicKey, 1> keys{};
    (void)verifyReceipt(text, keys).has_value();
}

void fuzzKeys(std::string_view text) {
    (void)parsePublicKey(text).has_value();
    const auto recipient = AgeRecipient::parse(text);
    if (recipient && recipient->toString() != text) std::abort();
    const auto secret = AgeIdentity::parse(text);
    if (secret && secret->toString() != text) std::abort();
}

}  // namespace

// The first byte chooses the reader. Seeds: seeds/age, made by the stock age for the key above.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto input = std::as_bytes(std::span(data, size)).subspan(1);
    switch (data[0] % 4) {
        case 0:
            fuzzAge(input);
            break;
        case 1:
            fuzzRoundTrip(input);
            break;
        case 2:
            fuzzReceipt(asText(input));
            break;
        default:
            fuzzKeys(asText(input));
    }
    return 0;
}
