#include "inbox/parcel_word.hpp"

#include "catalogue/make_again.hpp"

namespace gantry::agent {
namespace {

constexpr UnixMillis kNever = 253'402'300'799'000;  // the end of 9999

struct Sent {
    StudyId study = 0;
    std::string state, file_name, sha256, manifest_sha256;
    std::uint64_t bytes = 0;
    bool cancelled = false;
};

Result<std::optional<Sent>> parcelOf(Database& db, const std::string& trial, const std::string& id) {
    auto select = GANTRY_TRY(
        db.prepare("SELECT p.study_id, p.state, p.file_name, p.sha256, p.manifest_sha256, p.bytes, "
                   "p.cancelled_at_ms IS NOT NULL FROM parcel p JOIN study s ON s.id = p.study_id "
                   "WHERE p.id = ? AND s.trial_id = ?"));
    select.bind(id).bind(trial);
    if (!GANTRY_TRY(select.step())) return std::optional<Sent>();
    return std::optional(Sent{select.integer(0), select.text(1), select.text(2), select.text(3),
                              select.text(4), static_cast<std::uint64_t>(select.integer(5)),
                              select.integer(6) != 0});
}

}  // namespace

Result<std::optional<ConfirmedParcel>> parcelConfirmed(Database& db, const std::string& trial,
                                                       const uplink::Receipt& receipt, const std::string& text,
                                                       UnixMillis now) {
    const auto& id = receipt.parcel_id;
    const auto parcel = GANTRY_TRY(parcelOf(db, trial, id));
    if (!parcel) return std::optional<ConfirmedParcel>();
    if (receipt.sha256 != parcel->sha256 || receipt.bytes != parcel->bytes ||
        receipt.manifest_sha256 != parcel->manifest_sha256)
        return fail(Errc::BadSignature, "the receipt is for other content");
    const ConfirmedParcel out{parcel->study, parcel->file_name};
    if (parcel->state == "confirmed" || parcel->cancelled) return std::optional(out);
    // The answer to the last byte may have been lost, and the receipt is the first word of its arrival.
    if (parcel->state == "made") GANTRY_CHECK(markUploading(db, id, now));
    if (parcel->state != "delivered") GANTRY_CHECK(markDelivered(db, id, now));
    GANTRY_CHECK(markConfirmed(db, id, text, now));
    return std::optional(out);
}

Result<std::optional<StudyId>> parcelRefused(Database& db, const std::string& trial,
                                             const SponsorRefusal& refusal, UnixMillis now) {
    const auto& id = refusal.object_id;
    const auto parcel = GANTRY_TRY(parcelOf(db, trial, id));
    if (!parcel) return std::optional<StudyId>();
    if (parcel->state == "confirmed" || parcel->cancelled) return std::optional(parcel->study);
    const AuditEntry heard{parcel->study, "central team", "parcel.refused", "", "", id + ": " + refusal.reason};
    GANTRY_CHECK(appendAudit(db, heard, now));
    if (refusal.reason == "damaged") {
        GANTRY_CHECK(markLost(db, id, "It arrived damaged and is sent again.", now));
    } else if (refusal.reason == "no-key") {
        GANTRY_TRY(makeParcelsAgain(
            db, {trial, true, "gantry", "the sponsor has no key that opens it", id}, now));
    } else {
        GANTRY_CHECK(postpone(db, id, kNever,
                              "The sponsor cannot use a parcel: " + refusal.detail +
                                  " Tell the central team, and make it again when they say so."));
    }
    return std::optional(parcel->study);
}

}  // namespace gantry::agent
