#include "gantry/uplink/receipt.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "canonical_json.hpp"
#include "gantry/uplink/parcel.hpp"
#include "json_fields.hpp"

namespace gantry::uplink {
namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 1;
constexpr std::uint64_t kMaxExact = 1ull << 53;  // the largest number every JSON reader keeps exact

json::object toObject(const Receipt& r) {
    return {{"bytes", r.bytes},         {"format", kFormat},  {"instances", r.instances},
            {"issued_at", r.issued_at}, {"issuer", r.issuer}, {"manifest_sha256", r.manifest_sha256},
            {"parcel_id", r.parcel_id}, {"sha256", r.sha256}};
}

Result<Receipt> fromFields(const Fields& fields) {
    if (GANTRY_TRY(fields.number("format")) != kFormat) return fail(Errc::BadFormat, "another format than 1");
    Receipt r;
    r.parcel_id = GANTRY_TRY(fields.text("parcel_id"));
    r.sha256 = GANTRY_TRY(fields.sha256("sha256"));
    r.bytes = GANTRY_TRY(fields.number("bytes"));
    r.manifest_sha256 = GANTRY_TRY(fields.sha256("manifest_sha256"));
    r.instances = GANTRY_TRY(fields.number("instances"));
    r.issued_at = GANTRY_TRY(fields.text("issued_at"));
    r.issuer = GANTRY_TRY(fields.text("issuer"));
    if (!isParcelId(r.parcel_id)) return fail(Errc::BadFormat, "not a parcel_id");
    return r;
}

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

Result<std::string> signReceipt(const Ed25519Seed& seed, const Receipt& receipt) {
    const bool good = isParcelId(receipt.parcel_id) && isSha256Hex(receipt.sha256) &&
                      isSha256Hex(receipt.manifest_sha256) && receipt.bytes < kMaxExact &&
                      receipt.instances < kMaxExact;
    if (!good) return fail(Errc::InvalidArgument, "receipt: a field has not its form");
    const auto content = toObject(receipt);
    const auto text = GANTRY_TRY(canonicalJson(content));
    const auto signature = ed25519Sign(seed, asBytes(text));
    const json::object whole{
        {"key_id", keyId(ed25519PublicKey(seed))}, {"signature", toBase64(signature)}, {"signed", content}};
    auto out = GANTRY_TRY(canonicalJson(whole));
    return out + "\n";
}

Result<Receipt> verifyReceipt(std::string_view text, std::span<const Ed25519PublicKey> keys) {
    const auto value = GANTRY_TRY(parseJson(text, "receipt"));
    const auto outer = GANTRY_TRY(Fields::of(value, "receipt"));
    const auto* content = GANTRY_TRY(outer.value("signed"));
    const auto signature = GANTRY_TRY(signatureFrom(outer));
    const auto bytes = GANTRY_TRY(canonicalJson(*content));
    const bool good = std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
        return ed25519Verify(key, asBytes(bytes), signature);
    });
    if (!good) return fail(Errc::BadSignature, "receipt: not signed by a key that is trusted, or altered");
    const auto fields = GANTRY_TRY(Fields::of(*content, "signed"));
    auto receipt = fromFields(fields);
    if (!receipt) return within("receipt", receipt.error());
    return receipt;
}

}  // namespace gantry::uplink
