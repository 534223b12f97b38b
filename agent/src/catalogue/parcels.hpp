#pragma once
/// Parcels: which images leave together, and what a parcel says. How far it got stands in the outbox.

#include <optional>
#include <string>
#include <vector>

#include "catalogue/outbox.hpp"

namespace gantry::agent {

/// An instance that is to leave: where it lies.
struct OutgoingInstance {
    InstanceId id = 0;
    std::string segment_name;
    SpoolRange range;
    std::string series_instance_uid;
};
/// Instances of the study that no parcel holds yet; conflicting copies are left out.
Result<std::vector<OutgoingInstance>> instancesNotSent(Database& db, StudyId study);

/// All its instances, conflicting copies included.
Result<std::vector<OutgoingInstance>> instancesOfStudy(Database& db, StudyId study);
/// Confirmed studies of the trial whose every parcel was confirmed before `before`.
Result<std::vector<StudyRow>> studiesToPurge(Database& db, const std::string& trial, UnixMillis before);
/// Names of closed segments that hold nothing but purged studies.
Result<std::vector<std::string>> purgedSegments(Database& db);
Result<> markSegmentRemoved(Database& db, const std::string& name);

struct ParcelRow {
    std::string id;
    StudyId study = 0;
    std::string trial_id;
    int number = 1;
    std::optional<std::string> supplements;
    std::string file_name;
    std::uint64_t bytes = 0;
    std::string sha256;
    std::string manifest_sha256;
    std::string state;  ///< made | uploading | delivered | confirmed
    std::string resume_state;  ///< of the transport, which alone reads it
    std::uint64_t sent_bytes = 0;
    int attempts = 0;
    UnixMillis next_attempt_at = 0;
    std::string waits;
    UnixMillis created_at = 0;
    std::optional<UnixMillis> delivered_at;
    std::string content = "images";  ///< images | verdict | withdrawal
    std::string subject_id;          ///< as its manifest says
    std::string visit_id;            ///< the same; not kept, "" when read
    std::int64_t last_decision = 0;  ///< the newest decision that its manifest knows of
    std::string withdraw_reason;     ///< slug: it is to be withdrawn at the sponsor; "" while it stands
    std::optional<std::string> withdrawn_by;  ///< the parcel that tells the sponsor
    bool cancelled = false;                   ///< it is sent no further
    bool screening = false;                   ///< goes before others; given when the parcel is added
    std::string deid_report = {};  ///< JSON, see catalogue/deid_reports.hpp; given when the parcel is added
    /// It says what is true of its study: neither cancelled, nor withdrawn, nor a withdrawal itself.
    bool stands() const { return !cancelled && withdraw_reason.empty() && content != "withdrawal"; }
};

/// The newest parcel of the study that stands, if any.
Result<std::optional<ParcelRow>> newestParcel(Database& db, StudyId study);
/// All of them, also cancelled and withdrawn ones, by number.
Result<std::vector<ParcelRow>> parcelsOf(Database& db, StudyId study);
/// Parcels that are to be withdrawn and that no parcel has withdrawn yet, by study.
Result<std::vector<ParcelRow>> parcelsToWithdraw(Database& db);
/// Adds the parcel with its de-identification report and moves its study to ready, if the study is still
/// being de-identified.
/// @errors Conflict when the study was reopened or assigned anew meanwhile: nothing is added
Result<> addParcel(Database& db, const ParcelRow& parcel, const std::vector<InstanceId>& instances,
                   UnixMillis now);
/// Adds a parcel that withdraws others; its study stays as it is.
/// @errors Conflict when one of them was withdrawn meanwhile: nothing is added
Result<> addWithdrawal(Database& db, const ParcelRow& parcel, const std::vector<std::string>& withdrawn,
                       UnixMillis now);
/// Number of the next parcel of the study.
Result<int> nextParcelNumber(Database& db, StudyId study);
/// The newest decision on the study; 0 when there is none.
Result<std::int64_t> newestDecision(Database& db, StudyId study);
/// Whether somebody answered, placed, waived or released something after `decision`.
Result<bool> saidSince(Database& db, StudyId study, std::int64_t decision);

}  // namespace gantry::agent
