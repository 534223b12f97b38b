#pragma once
/// What arrives: associations, spool segments, instances, and everything that was not taken.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gantry/core/clock.hpp"
#include "gantry/core/facts.hpp"
#include "gantry/core/sqlite.hpp"

namespace gantry::agent {

using AssociationId = std::int64_t;
using SegmentId = std::int64_t;
using StudyId = std::int64_t;
using InstanceId = std::int64_t;

struct Peer {
    std::string calling_ae_title;
    std::string called_ae_title;
    std::string address;
};

/// Where an instance lies in the spool, as a PS3.10 file.
struct SpoolRange {
    SegmentId segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::uint64_t meta_bytes = 0;
};

struct NewInstance {
    std::string trial_id;
    AssociationId association = 0;
    std::string calling_ae_title;
    std::string address;
    std::string sop_class_uid;
    std::string sop_instance_uid;
    std::string transfer_syntax_uid;
    SpoolRange range;
    std::string dataset_sha256;
    Facts facts;
    UnixMillis received_at = 0;
};

enum class Stored { New, Duplicate, Conflict };
struct StoreOutcome {
    Stored stored = Stored::New;
    StudyId study = 0;
};

/// Facts of each series' first instance, so that they are decoded once. Belongs to the catalogue's writer
/// thread.
using FactsBases = std::map<std::int64_t, Facts>;

/// Adds the instance, its series and its study as needed; reopens the study. The same bytes again: Duplicate,
/// nothing but the list of refusals changes. The same UID with other bytes: Conflict, kept beside the first
/// and listed.
Result<StoreOutcome> recordInstance(Database& db, const NewInstance& instance, FactsBases& bases);

Result<AssociationId> beginAssociation(Database& db, const Peer& peer, UnixMillis now);
Result<> endAssociation(Database& db, AssociationId id, std::string_view ended_by, UnixMillis now);
/// Associations that were open when the program ended. Their studies become complete by quiet time.
Result<> endLeftAssociations(Database& db, UnixMillis now);

struct Refusal {
    std::string kind;    ///< refused | duplicate | conflict | rejected_association | aborted
    std::string reason;  ///< slug
    std::string sentence;
    std::string advice;
    Peer peer;
    std::string sop_instance_uid;
    std::optional<StudyId> study;
    std::optional<AssociationId> association;
};
/// Lists it; the same again within one association only counts up and takes the latest words.
Result<std::int64_t> recordRefusal(Database& db, const Refusal& refusal, UnixMillis now);

/// Images that were refused on an association that brought images of the study, or were lost after they came,
/// that did not come again since, and that nobody took note of.
Result<int> refusedImages(Database& db, StudyId study);

Result<SegmentId> addSegment(Database& db, const std::string& name);
Result<> closeSegment(Database& db, SegmentId id);

struct OpenSegment {
    SegmentId id = 0;
    std::string name;
    std::uint64_t end = 0;  ///< where the last known instance ends
};
Result<std::vector<OpenSegment>> openSegments(Database& db);
struct SegmentInstance {
    InstanceId id = 0;
    StudyId study = 0;
    SpoolRange range;
    std::string dataset_sha256;
    std::string sop_instance_uid;
};
/// Instances whose bytes in the segment are still needed: no parcel holds them, retention has not removed
/// them.
Result<std::vector<SegmentInstance>> neededOfSegment(Database& db, SegmentId id);
/// The row that holds these bytes of an instance, the first one or a conflicting copy, and the segment they
/// are in.
struct StoredRow {
    InstanceId id = 0;
    std::string segment_name;
};
/// @errors NotFound
Result<StoredRow> storedRow(Database& db, StudyId study, const std::string& sop_instance_uid,
                            const std::string& dataset_sha256);
/// Removes the row of an instance that no parcel holds, and those of its conflicting copies.
Result<> forgetInstance(Database& db, InstanceId id);

}  // namespace gantry::agent
