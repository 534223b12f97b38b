#include "inbox/sponsor_word.hpp"

#include "catalogue/make_again.hpp"

namespace gantry::agent {
namespace {

constexpr UnixMillis kNever = 253'402'300'799'000;  // the end of 9999

Result<std::optional<OutboxRow>> objectOf(Database& db, const std::string& trial, const std::string& id) {
    auto object = outboxObject(db, id);
    if (!object && object.error().code != Errc::NotFound) return object.error();
    if (!object || object->trial_id != trial) return std::optional<OutboxRow>();
    return std::optional(*std::move(object));
}

}  // namespace

Result<std::optional<OutboxRow>> confirmObject(Database& db, const std::string& trial,
                                               const uplink::Receipt& receipt, const std::string& text,
                                               UnixMillis now) {
    const auto found = GANTRY_TRY(objectOf(db, trial, receipt.parcel_id));
    if (!found) return found;
    const auto& object = *found;
    if (receipt.sha256 != object.sha256 || receipt.bytes != object.bytes ||
        receipt.manifest_sha256 != object.content_sha256)
        return fail(Errc::BadSignature, "the receipt is for other content");
    if (object.state == "confirmed" || object.cancelled) return found;
    // The answer to the last byte may have been lost, and the receipt is the first word of its arrival.
    if (object.state == "made") GANTRY_CHECK(markUploading(db, object.id, now));
    if (object.state != "delivered") GANTRY_CHECK(markDelivered(db, object.id, now));
    GANTRY_CHECK(markConfirmed(db, object.id, text, now));
    return found;
}

Result<std::optional<OutboxRow>> objectRefused(Database& db, const std::string& trial,
                                               const SponsorRefusal& refusal, UnixMillis now) {
    const auto found = GANTRY_TRY(objectOf(db, trial, refusal.object_id));
    if (!found) return found;
    const auto& object = *found;
    if (object.state == "confirmed" || object.cancelled) return found;
    const AuditEntry heard{object.study == 0 ? std::nullopt : std::optional(object.study),
                           "central team",
                           "outbox.refused",
                           "",
                           "",
                           object.id + ": " + refusal.reason};
    GANTRY_CHECK(appendAudit(db, heard, now));
    if (refusal.reason == "damaged") {
        GANTRY_CHECK(markLost(db, object.id, "It arrived damaged and is sent again.", now));
    } else if (refusal.reason == "no-key" && object.kind == "parcel") {
        GANTRY_TRY(makeParcelsAgain(
            db, {trial, true, "gantry", "the sponsor has no key that opens it", object.id}, now));
    } else {
        GANTRY_CHECK(postpone(db, object.id, kNever, "unusable",
                              "The sponsor cannot use what was sent: " + refusal.detail));
    }
    return found;
}

}  // namespace gantry::agent
