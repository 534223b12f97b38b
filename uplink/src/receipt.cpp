#include "gantry/uplink/receipt.hpp"

#include <boost/json.hpp>

#include "gantry/uplink/parcel.hpp"
#include "gantry/uplink/statement.hpp"
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

}  // namespace

Result<std::string> signReceipt(const Ed25519Seed& seed, const Receipt& receipt) {
    const bool good = isParcelId(receipt.parcel_id) && isSha256Hex(receipt.sha256) &&
                      isSha256Hex(receipt.manifest_sha256) && receipt.bytes < kMaxExact &&
                      receipt.instances < kMaxExact;
    if (!good) return fail(Errc::InvalidArgument, "receipt: a field has not its form");
    return signStatement(seed, json::serialize(toObject(receipt)));
}

Result<Receipt> verifyReceipt(std::string_view text, std::span<const Ed25519PublicKey> keys) {
    const auto content = GANTRY_TRY(parseJson(GANTRY_TRY(verifyStatement(text, keys, "receipt")), "receipt"));
    const auto fields = GANTRY_TRY(Fields::of(content, "signed"));
    auto receipt = fromFields(fields);
    if (!receipt) return within("receipt", receipt.error());
    return receipt;
}

}  // namespace gantry::uplink
