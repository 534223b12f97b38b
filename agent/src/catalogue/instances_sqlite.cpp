#include "catalogue/instances.hpp"
#include "catalogue/studies.hpp"
#include "gantry/core/dicom.hpp"

namespace gantry::agent {
namespace {

constexpr std::size_t kCachedBases = 4096;

std::string fact(const Facts& facts, std::string_view name) {
    const auto found = facts.find(name);
    return found == facts.end() ? std::string() : found->second;
}

/// A study that was purged has forgotten its patient; new images name him again.
Result<> nameAgain(Database& db, StudyId study, const NewInstance& instance) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE study SET patient_label = ?, patient_id = ?, accession_number = ? "
                              "WHERE id = ?"));
    for (const auto* name : {"PatientName", "PatientID", "AccessionNumber"})
        update.bind(fact(instance.facts, name));
    return update.bind(study).run();
}

Result<StudyId> studyOf(Database& db, const NewInstance& instance, FactsBases& bases) {
    const auto uid = fact(instance.facts, "StudyInstanceUID");
    {
        auto select =
            GANTRY_TRY(db.prepare("SELECT id, state = 'purged' FROM study WHERE study_instance_uid = ? AND "
                                  "trial_id = ?"));
        select.bind(uid).bind(instance.trial_id);
        if (GANTRY_TRY(select.step())) {
            const StudyId id = select.integer(0);
            const bool purged = select.integer(1) != 0;
            select.reset();
            GANTRY_CHECK(applyEvent(db, id, Event::InstanceArrived, {}, instance.received_at));
            auto update = GANTRY_TRY(db.prepare("UPDATE study SET last_instance_at_ms = ? WHERE id = ?"));
            GANTRY_CHECK(update.bind(instance.received_at).bind(id).run());
            if (purged) {
                bases.clear();  // the stored ones have forgotten the patient too
                GANTRY_CHECK(nameAgain(db, id, instance));
            }
            return id;
        }
    }
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO study (trial_id, study_instance_uid, state, reason, "
                              "patient_label, patient_id, accession_number, "
                              "study_date, study_description, modality, source, instance_count, "
                              "series_count, first_instance_at_ms, "
                              "last_instance_at_ms, changed_at_ms) "
                              "VALUES (?, ?, 'receiving', '', ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)"));
    insert.bind(instance.trial_id).bind(uid);
    for (const auto* name :
         {"PatientName", "PatientID", "AccessionNumber", "StudyDate", "StudyDescription", "Modality"})
        insert.bind(fact(instance.facts, name));
    insert.bind(instance.calling_ae_title);
    for (int i = 0; i < 3; ++i) insert.bind(instance.received_at);
    GANTRY_CHECK(insert.run());
    const StudyId id = db.lastInsertRowid();
    GANTRY_CHECK(appendAudit(
        db, {id, "gantry", "study-opened", "", "receiving", "first image from " + instance.calling_ae_title},
        instance.received_at));
    return id;
}

struct SeriesRow {
    std::int64_t id = 0;
    const Facts* base = nullptr;
    bool fresh = false;  ///< this instance is its first
};

Result<SeriesRow> seriesOf(Database& db, StudyId study, const NewInstance& instance, FactsBases& bases) {
    const auto uid = fact(instance.facts, "SeriesInstanceUID");
    if (bases.size() > kCachedBases) bases.clear();
    auto select = GANTRY_TRY(
        db.prepare("SELECT id, facts_base FROM series WHERE study_id = ? AND series_instance_uid = ?"));
    select.bind(study).bind(uid);
    if (GANTRY_TRY(select.step())) {
        const auto id = select.integer(0);
        auto cached = bases.find(id);
        if (cached == bases.end())
            cached = bases.emplace(id, GANTRY_TRY(decodeFactsDelta({}, select.text(1)))).first;
        return SeriesRow{id, &cached->second, false};
    }
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO series (study_id, series_instance_uid, modality, description, "
                              "facts_base) VALUES (?, ?, ?, ?, ?)"));
    insert.bind(study)
        .bind(uid)
        .bind(fact(instance.facts, "Modality"))
        .bind(fact(instance.facts, "SeriesDescription"));
    GANTRY_CHECK(insert.bind(encodeFactsDelta({}, instance.facts)).run());
    const auto id = db.lastInsertRowid();
    // Not cached before its first use: this change may yet be undone.
    bases.erase(id);
    return SeriesRow{id, &instance.facts, true};
}

struct Known {
    InstanceId id = 0;
    std::string dataset_sha256;
    std::string transfer_syntax_uid;
};

Result<std::optional<Known>> knownInstance(Database& db, StudyId study, const std::string& sop_instance_uid) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT id, dataset_sha256, transfer_syntax_uid FROM instance "
                              "WHERE study_id = ? AND sop_instance_uid = ? AND conflict_of IS NULL"));
    select.bind(study).bind(sop_instance_uid);
    if (!GANTRY_TRY(select.step())) return std::optional<Known>();
    return std::optional(Known{select.integer(0), select.text(1), select.text(2)});
}

Result<bool> conflictIsKnown(Database& db, InstanceId first, const std::string& sha256) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT 1 FROM instance WHERE conflict_of = ? AND dataset_sha256 = ?"));
    select.bind(first).bind(sha256);
    return GANTRY_TRY(select.step());
}

Result<> insertInstance(Database& db, StudyId study, const SeriesRow& series, const NewInstance& instance,
                        std::optional<InstanceId> conflict_of) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO instance (study_id, series_id, sop_instance_uid, sop_class_uid, "
                              "transfer_syntax_uid, segment_id, "
                              "byte_offset, byte_length, meta_bytes, dataset_sha256, facts_delta, "
                              "association_id, received_at_ms, conflict_of) "
                              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(study).bind(series.id).bind(instance.sop_instance_uid).bind(instance.sop_class_uid);
    insert.bind(instance.transfer_syntax_uid).bind(instance.range.segment).bind(instance.range.offset);
    insert.bind(instance.range.length).bind(instance.range.meta_bytes).bind(instance.dataset_sha256);
    insert.bind(encodeFactsDelta(*series.base, instance.facts))
        .bind(instance.association)
        .bind(instance.received_at);
    return insert.bind(conflict_of).run();
}

Result<> countUp(Database& db, StudyId study, bool new_series) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE study SET instance_count = instance_count + 1, series_count = "
                              "series_count + ? WHERE id = ?"));
    return update.bind(new_series).bind(study).run();
}

Refusal refusalFor(const NewInstance& instance, StudyId study, Stored stored) {
    Refusal refusal;
    refusal.peer = {instance.calling_ae_title, "", instance.address};
    refusal.study = study;
    refusal.association = instance.association;
    if (stored == Stored::Duplicate) {
        refusal.kind = "duplicate";
        refusal.reason = "same-bytes";
        refusal.sentence = "Images were sent again that are here already. They count once.";
        refusal.advice = "Nothing.";
    } else {
        refusal.kind = "conflict";
        refusal.reason = "other-bytes";
        refusal.sentence =
            "An image came again under the same UID, but with other content. Both are kept; the first is "
            "used.";
        refusal.advice =
            "Find out at the scanner which one is right. If it is the second, send it under a new UID.";
        refusal.sop_instance_uid = instance.sop_instance_uid;
    }
    return refusal;
}

}  // namespace

Result<StoreOutcome> recordInstance(Database& db, const NewInstance& instance, FactsBases& bases) {
    // A resend of known bytes must not reopen a study, so look before anything changes.
    {
        auto select =
            GANTRY_TRY(db.prepare("SELECT id FROM study WHERE study_instance_uid = ? AND trial_id = ?"));
        select.bind(fact(instance.facts, "StudyInstanceUID")).bind(instance.trial_id);
        if (GANTRY_TRY(select.step())) {
            const StudyId study = select.integer(0);
            const auto known = GANTRY_TRY(knownInstance(db, study, instance.sop_instance_uid));
            const bool same = known && known->dataset_sha256 == instance.dataset_sha256 &&
                              known->transfer_syntax_uid == instance.transfer_syntax_uid;
            if (same || (known && GANTRY_TRY(conflictIsKnown(db, known->id, instance.dataset_sha256)))) {
                GANTRY_TRY(
                    recordRefusal(db, refusalFor(instance, study, Stored::Duplicate), instance.received_at));
                return StoreOutcome{Stored::Duplicate, study};
            }
        }
    }
    const auto study = GANTRY_TRY(studyOf(db, instance, bases));
    const auto series = GANTRY_TRY(seriesOf(db, study, instance, bases));
    const auto known = GANTRY_TRY(knownInstance(db, study, instance.sop_instance_uid));
    GANTRY_CHECK(
        insertInstance(db, study, series, instance, known ? std::optional(known->id) : std::nullopt));
    if (!known) {
        GANTRY_CHECK(countUp(db, study, series.fresh));
        return StoreOutcome{Stored::New, study};
    }
    GANTRY_TRY(recordRefusal(db, refusalFor(instance, study, Stored::Conflict), instance.received_at));
    return StoreOutcome{Stored::Conflict, study};
}

Result<AssociationId> beginAssociation(Database& db, const Peer& peer, UnixMillis now) {
    auto insert =
        GANTRY_TRY(db.prepare("INSERT INTO association (calling_ae_title, called_ae_title, address, "
                              "started_at_ms) VALUES (?, ?, ?, ?)"));
    GANTRY_CHECK(
        insert.bind(peer.calling_ae_title).bind(peer.called_ae_title).bind(peer.address).bind(now).run());
    return db.lastInsertRowid();
}

Result<> endAssociation(Database& db, AssociationId id, std::string_view ended_by, UnixMillis now) {
    auto update = GANTRY_TRY(db.prepare("UPDATE association SET ended_at_ms = ?, ended_by = ? WHERE id = ?"));
    return update.bind(now).bind(ended_by).bind(id).run();
}

Result<> endLeftAssociations(Database& db, UnixMillis now) {
    auto update = GANTRY_TRY(
        db.prepare("UPDATE association SET ended_at_ms = ?, ended_by = 'restart' WHERE ended_at_ms IS NULL"));
    return update.bind(now).run();
}

Result<std::int64_t> recordRefusal(Database& db, const Refusal& refusal, UnixMillis now) {
    auto insert = GANTRY_TRY(db.prepare(
        "INSERT INTO refusal (at_ms, kind, reason, sentence, advice, calling_ae_title, address, "
        "sop_instance_uid, "
        "study_id, association_id, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) "
        "ON CONFLICT (coalesce(association_id, 0), kind, reason, sop_instance_uid, address) DO UPDATE SET "
        "count = count + 1, at_ms = excluded.at_ms, sentence = excluded.sentence, calling_ae_title = "
        "excluded.calling_ae_title, acknowledged_by = NULL, acknowledged_at_ms = NULL "
        "RETURNING id"));
    insert.bind(now).bind(refusal.kind).bind(refusal.reason).bind(refusal.sentence).bind(refusal.advice);
    insert.bind(refusal.peer.calling_ae_title).bind(refusal.peer.address).bind(refusal.sop_instance_uid);
    insert.bind(refusal.study).bind(refusal.association);
    GANTRY_TRY(insert.step());
    return insert.integer(0);
}

Result<int> refusedImages(Database& db, StudyId study) {
    // Refusals are few; what was refused long before the study began is none of its images.
    auto select = GANTRY_TRY(db.prepare(
        "SELECT count(DISTINCT r.sop_instance_uid) FROM study s JOIN refusal r ON r.at_ms >= "
        "s.first_instance_at_ms - 86400000 WHERE s.id = ? AND r.kind = 'refused' AND r.acknowledged_at_ms IS "
        "NULL AND r.sop_instance_uid <> '' AND (r.study_id = s.id OR (r.study_id IS NULL AND EXISTS (SELECT "
        "1 "
        "FROM instance i WHERE i.study_id = s.id AND i.conflict_of IS NULL AND i.association_id = "
        "r.association_id))) AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.study_id = s.id AND "
        "i.sop_instance_uid = r.sop_instance_uid AND i.conflict_of IS NULL)"));
    select.bind(study);
    GANTRY_TRY(select.step());
    return static_cast<int>(select.integer(0));
}

Result<SegmentId> addSegment(Database& db, const std::string& name) {
    auto insert = GANTRY_TRY(db.prepare("INSERT INTO segment (name, closed) VALUES (?, 0)"));
    GANTRY_CHECK(insert.bind(name).run());
    return db.lastInsertRowid();
}

Result<> closeSegment(Database& db, SegmentId id) {
    auto update = GANTRY_TRY(db.prepare("UPDATE segment SET closed = 1 WHERE id = ?"));
    return update.bind(id).run();
}

Result<std::vector<OpenSegment>> openSegments(Database& db) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT s.id, s.name, coalesce((SELECT max(byte_offset + byte_length) FROM "
                              "instance i WHERE i.segment_id = s.id), 0) "
                              "FROM segment s WHERE s.closed = 0"));
    std::vector<OpenSegment> out;
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0), select.text(1), static_cast<std::uint64_t>(select.integer(2))});
    return out;
}

Result<std::vector<SegmentInstance>> neededOfSegment(Database& db, SegmentId id) {
    auto select = GANTRY_TRY(db.prepare(
        "SELECT i.id, i.study_id, i.byte_offset, i.byte_length, i.meta_bytes, i.dataset_sha256, "
        "i.sop_instance_uid FROM instance i JOIN study s ON s.id = i.study_id WHERE i.segment_id = ? "
        "AND s.state <> 'purged' AND NOT EXISTS (SELECT 1 FROM parcel_instance p WHERE p.instance_id = i.id) "
        "ORDER BY i.byte_offset"));
    select.bind(id);
    std::vector<SegmentInstance> out;
    const auto size = [&](int column) { return static_cast<std::uint64_t>(select.integer(column)); };
    while (GANTRY_TRY(select.step()))
        out.push_back({select.integer(0),
                       select.integer(1),
                       {id, size(2), size(3), size(4)},
                       select.text(5),
                       select.text(6)});
    return out;
}

Result<StoredRow> storedRow(Database& db, StudyId study, const std::string& sop_instance_uid,
                            const std::string& dataset_sha256) {
    auto select =
        GANTRY_TRY(db.prepare("SELECT i.id, s.name FROM instance i JOIN segment s ON s.id = i.segment_id "
                              "WHERE i.study_id = ? AND i.sop_instance_uid = ? AND i.dataset_sha256 = ?"));
    select.bind(study).bind(sop_instance_uid).bind(dataset_sha256);
    if (!GANTRY_TRY(select.step())) return fail(Errc::NotFound, "the row of an instance");
    return StoredRow{select.integer(0), select.text(1)};
}

Result<> forgetInstance(Database& db, InstanceId id) {
    auto update =
        GANTRY_TRY(db.prepare("UPDATE study SET instance_count = instance_count - 1 WHERE id = (SELECT "
                              "study_id FROM instance WHERE id = ? "
                              "AND conflict_of IS NULL)"));
    GANTRY_CHECK(update.bind(id).run());
    for (const auto* sql :
         {"DELETE FROM withheld WHERE instance_id = ?", "DELETE FROM leak_instance WHERE instance_id = ?",
          "DELETE FROM instance WHERE conflict_of = ?", "DELETE FROM instance WHERE id = ?"}) {
        auto remove = GANTRY_TRY(db.prepare(sql));
        GANTRY_CHECK(remove.bind(id).run());
    }
    return {};
}

}  // namespace gantry::agent
