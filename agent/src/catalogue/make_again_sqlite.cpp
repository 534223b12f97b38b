#include "catalogue/make_again.hpp"

#include <set>

#include "catalogue/parcels.hpp"

namespace gantry::agent {
namespace {

struct Parcel {
    std::string id;
    StudyId study;
    bool withdraws;
};

Result<std::vector<Parcel>> unsignedParcels(Database& db, const MakeAgainWish& wish) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT p.id, p.study_id, p.content FROM parcel p JOIN outbox o ON o.object_id = p.id "
        "WHERE o.trial_id = ? AND o.cancelled_at_ms IS NULL AND "
        "p.withdraw_reason = '' AND (o.state IN ('made', 'uploading') OR (? AND o.state = 'delivered')) "
        "AND (? = '' OR p.id = ?) ORDER BY p.study_id, p.number"));
    select.bind(wish.trial).bind(std::int64_t{wish.delivered_too}).bind(wish.parcel).bind(wish.parcel);
    std::vector<Parcel> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.text(0), select.integer(1), select.text(2) == "withdrawal"});
    return out;
}

Result<> takeOut(Database& db, const Parcel& parcel, UnixMillis now) {
    auto free = GANTRY_TRY(db.prepare("DELETE FROM parcel_instance WHERE parcel_id = ?"));
    GANTRY_CHECK(free.bind(parcel.id).run());
    if (parcel.withdraws) {
        auto untold = GANTRY_TRY(db.prepare("UPDATE parcel SET withdrawn_by = NULL WHERE withdrawn_by = ?"));
        GANTRY_CHECK(untold.bind(parcel.id).run());
    }
    auto cancel = GANTRY_TRY(db.prepare(
        "UPDATE outbox SET cancelled_at_ms = ?, wait_reason = '', waits = '' WHERE object_id = ?"));
    return cancel.bind(now).bind(parcel.id).run();
}

/// A study that is on its way back to the judge comes by by itself.
Result<> sendBack(Database& db, StudyId study, const MakeAgainWish& wish, UnixMillis now) {
    if (next(GANTRY_TRY(studyById(db, study)).state, Event::MakeAgain)) {
        GANTRY_TRY(applyEvent(db, study, Event::MakeAgain, {wish.who, wish.why, ""}, now));
        return {};
    }
    return appendAudit(db, {study, wish.who, "make-again", "", "", wish.why}, now);
}

}  // namespace

Result<MadeAgain> makeParcelsAgain(Database& db, const MakeAgainWish& wish, UnixMillis now) {
    MadeAgain out;
    std::set<StudyId> images;  // withdrawals leave their study as it is
    std::set<StudyId> touched;
    for (const auto& parcel : GANTRY_TRY(unsignedParcels(db, wish))) {
        GANTRY_CHECK(takeOut(db, parcel, now));
        touched.insert(parcel.study);
        if (!parcel.withdraws) images.insert(parcel.study);
        ++out.parcels;
    }
    for (const auto study : images) GANTRY_CHECK(sendBack(db, study, wish, now));
    out.studies.assign(touched.begin(), touched.end());
    return out;
}

}  // namespace gantry::agent
