#include "gantry/uplink/statement.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "canonical_json.hpp"
#include "gantry/uplink/receipt.hpp"
#include "json_fields.hpp"

namespace gantry::uplink {
namespace {

namespace json = boost::json;

Result<Ed25519Signature> signatureFrom(const Fields& fields) {
    const auto text = GANTRY_TRY(fields.text("signature"));
    const auto bytes = fromBase64(text);
    Ed25519Signature signature{};
    if (!bytes || bytes->size() != signature.size())
        return fail(Errc::BadSignature, "signature is not 64 bytes in Base64");
    std::copy_n(asBytes(*bytes).begin(), signature.size(), signature.begin());
    return signature;
}

}  // namespace

Result<std::string> canonicalText(std::string_view json_text) {
    return canonicalJson(GANTRY_TRY(parseJson(json_text, "text")));
}

Result<std::string> signStatement(const Ed25519Seed& seed, std::string_view content) {
    const auto value = GANTRY_TRY(parseJson(content, "statement"));
    if (!value.is_object()) return fail(Errc::BadFormat, "statement: not an object");
    const auto text = GANTRY_TRY(canonicalJson(value));
    const auto signature = ed25519Sign(seed, asBytes(text));
    const json::object whole{
        {"key_id", keyId(ed25519PublicKey(seed))}, {"signature", toBase64(signature)}, {"signed", value}};
    auto out = GANTRY_TRY(canonicalJson(whole));
    return out + "\n";
}

Result<std::string> verifyStatement(std::string_view text, std::span<const Ed25519PublicKey> keys,
                                    std::string_view what) {
    const auto value = GANTRY_TRY(parseJson(text, what));
    const auto outer = GANTRY_TRY(Fields::of(value, what));
    const auto* content = GANTRY_TRY(outer.value("signed"));
    if (!content->is_object()) return fail(Errc::BadFormat, std::string(what) + ": signed is not an object");
    const auto signature = GANTRY_TRY(signatureFrom(outer));
    auto bytes = GANTRY_TRY(canonicalJson(*content));
    const bool good = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
        return ed25519Verify(key, asBytes(bytes), signature);
    });
    if (!good)
        return fail(Errc::BadSignature,
                    std::string(what) + ": not signed by a key that is trusted, or altered");
    return bytes;
}

}  // namespace gantry::uplink
