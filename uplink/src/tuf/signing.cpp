#include "gantry/uplink/tuf_signing.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "document.hpp"
#include "verifying_key.hpp"

namespace gantry::uplink::tuf {
namespace {

namespace json = boost::json;

bool holds(const std::vector<VerifyingKey>& keys, const VerifyingKey& key) {
    return std::any_of(keys.begin(), keys.end(), [&](const auto& other) { return other.isSameAs(key); });
}

bool hasSigned(const VerifyingKey& key, std::string_view message, std::string_view hex) {
    const auto signature = fromHex(hex);
    return signature && key.verifies(asBytes(message), asBytes(*signature));
}

template <class Content>
Result<std::string> signedBy(const Content& content, std::span<const Ed25519Seed> seeds) {
    auto text = GANTRY_TRY(toText(content));
    for (const auto& seed : seeds) text = GANTRY_TRY(addSignature(text, seed));
    return text;
}

}  // namespace

SigningState signingState(const RoleKeys& role, const Keys& keys, std::string_view signed_bytes,
                          std::span<const Signature> signatures) {
    SigningState state;
    state.needed = role.threshold;
    std::vector<VerifyingKey> counted;
    for (const auto& id : role.key_ids) {
        const auto found = keys.find(id);
        const auto signature = std::find_if(signatures.begin(), signatures.end(),
                                            [&](const auto& candidate) { return candidate.key_id == id; });
        if (found != keys.end() && signature != signatures.end()) {
            auto key = VerifyingKey::of(found->second);
            if (key && !holds(counted, *key) && hasSigned(*key, signed_bytes, signature->hex)) {
                counted.push_back(*std::move(key));
                state.signed_by.push_back(id);
                continue;
            }
        }
        state.missing.push_back(id);
    }
    return state;
}

Result<> requireSigned(const RoleKeys& role, const Keys& keys, std::string_view signed_bytes,
                       std::span<const Signature> signatures, std::string_view what) {
    const auto state = signingState(role, keys, signed_bytes, signatures);
    if (state.complete()) return {};
    return fail(Errc::BadSignature, std::string(what) + " is signed by " +
                                        std::to_string(state.signed_by.size()) + " of the " +
                                        std::to_string(state.needed) + " keys that it needs");
}

Key toKey(const Ed25519PublicKey& key) {
    Key out;
    out.type = out.scheme = "ed25519";
    out.public_value = toHex(key);
    return out;
}

std::string keyIdOf(const Ed25519Seed& seed) {
    return keyId(toKey(ed25519PublicKey(seed)));
}

Result<std::string> addSignature(std::string_view text, const Ed25519Seed& seed) {
    const auto document = GANTRY_TRY(readDocument(text));
    const auto id = keyIdOf(seed);
    const auto signature = toHex(ed25519Sign(seed, asBytes(document.signed_bytes)));
    auto whole = GANTRY_TRY(parseStrictJson(text, "metadata"));
    auto& signatures = whole.as_object()["signatures"].as_array();
    const auto ours = std::find_if(signatures.begin(), signatures.end(), [&](const json::value& candidate) {
        return candidate.at("keyid").as_string() == id;
    });
    if (ours != signatures.end())
        ours->as_object()["sig"] = signature;
    else
        signatures.push_back(json::object{{"keyid", id}, {"sig", signature}});
    return json::serialize(whole) + "\n";
}

Result<std::string> signedText(const Root& content, std::span<const Ed25519Seed> seeds) {
    return signedBy(content, seeds);
}
Result<std::string> signedText(const Timestamp& content, std::span<const Ed25519Seed> seeds) {
    return signedBy(content, seeds);
}
Result<std::string> signedText(const Snapshot& content, std::span<const Ed25519Seed> seeds) {
    return signedBy(content, seeds);
}
Result<std::string> signedText(const Targets& content, std::span<const Ed25519Seed> seeds) {
    return signedBy(content, seeds);
}

}  // namespace gantry::uplink::tuf
