#include "messages.hpp"

#include <boost/json.hpp>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/statement.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostBytes = 16u << 20;

Result<std::string> decrypted(const std::filesystem::path& file, const OpeningKeys& keys) {
    const auto fd = GANTRY_TRY(openFile(file, OpenMode::Read));
    std::string out;
    const auto take = [&out](Bytes piece) -> Result<> {
        if (out.size() + piece.size() > kMostBytes) return fail(Errc::BadFormat, "message: too large");
        out += asText(piece);
        return {};
    };
    GANTRY_CHECK(uplink::ageDecrypt(uplink::sourceOf(fd.get()), keys.identities, take));
    return out;
}

Result<std::string> textIn(const json::object& message, std::string_view key) {
    const auto* value = message.if_contains(key);
    if (value == nullptr || !value->is_string())
        return fail(Errc::BadFormat, "message: " + std::string(key) + " is missing or no text");
    return std::string(value->get_string());
}

/// Names below sites/{site}/ that the heartbeat says to be taken.
std::vector<std::string> takenIn(const json::object& message, const std::string& site) {
    std::vector<std::string> out;
    const auto* taken = message.if_contains("taken");
    if (taken == nullptr || !taken->is_array()) return out;
    const auto folder = "sites/" + site + "/";
    for (const auto& entry : taken->get_array()) {
        const auto* name = entry.if_string();
        if (name != nullptr && name->starts_with(folder)) out.emplace_back(std::string_view(*name).substr(folder.size()));
    }
    return out;
}

/// What a person at the site did, for the audit.
std::optional<AuditEntry> deedIn(const json::object& message, const SiteMessage& kept) {
    const auto text = [&](std::string_view key) {
        const auto found = textIn(message, key);
        return found ? *found : std::string();
    };
    if (kept.kind == "answer") return AuditEntry{text("who"), "query.answered", kept.site, text("query_id")};
    if (kept.kind == "pack-acknowledged")
        return AuditEntry{text("who"), "pack.acknowledged", kept.site, text("pack") + " " + text("version")};
    return std::nullopt;
}

Result<> sayReceipt(const ParcelRow& row, std::string_view text, const ReceiptSigner& signer,
                    Statements& statements, const Clock& clock) {
    uplink::Receipt receipt;
    receipt.parcel_id = row.parcel_id;
    receipt.sha256 = row.sha256;
    receipt.bytes = row.bytes;
    receipt.manifest_sha256 = toHex(sha256(asBytes(text)));
    receipt.instances = 0;
    receipt.issued_at = isoUtc(clock.nowMillis());
    receipt.issuer = signer.issuer;
    return statements.say({row.site, "receipts/" + row.parcel_id + ".json",
                           GANTRY_TRY(uplink::signReceipt(signer.seed, receipt))});
}

}  // namespace

Result<ParcelRow> openMessage(ParcelRow row, const std::filesystem::path& file, const OpeningKeys& keys,
                              Statements& statements, const Clock& clock) {
    const auto text = GANTRY_TRY(decrypted(file, keys));
    const std::vector<Ed25519PublicKey> known{
        GANTRY_TRY(uplink::parsePublicKey(GANTRY_TRY(statements.statementKeyOf(row.site))))};
    const auto content = GANTRY_TRY(uplink::verifyStatement(text, known, "message"));
    const auto value = json::parse(content);
    const auto& message = value.as_object();
    SiteMessage kept;
    kept.site = GANTRY_TRY(textIn(message, "site"));
    kept.message_id = GANTRY_TRY(textIn(message, "message_id"));
    kept.kind = GANTRY_TRY(textIn(message, "kind"));
    kept.made_at = GANTRY_TRY(textIn(message, "made_at"));
    kept.received_at = row.received_at;
    kept.text = content;
    if (kept.site != row.site || kept.message_id != row.parcel_id)
        return fail(Errc::BadFormat, "message: it names another site or message than the upload");
    row.trial = GANTRY_TRY(textIn(message, "trial"));
    row.content = kept.kind;
    GANTRY_CHECK(statements.keep(kept, deedIn(message, kept)));
    if (kept.kind == kHeartbeat)
        GANTRY_CHECK(statements.setTaken(row.site, takenIn(message, row.site)));
    else if (keys.signer)
        GANTRY_CHECK(sayReceipt(row, text, *keys.signer, statements, clock));
    return row;
}

}  // namespace gantry::central
