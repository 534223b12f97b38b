#pragma once
/// Takes one instance from a sender's bytes to a durable row. Knows nothing of the network.

#include <atomic>
#include <memory>
#include <string>

#include "catalogue/catalogue.hpp"
#include "catalogue/instances.hpp"
#include "gantry/core/crypto.hpp"
#include "receive/spool.hpp"

namespace gantry::agent {

/// What a C-STORE request announces, PS3.7 9.3.1.
struct Announced {
    AssociationId association = 0;
    Peer peer;
    std::string trial_id;
    std::string sop_class_uid;
    std::string sop_instance_uid;
    std::string transfer_syntax_uid;
};

class Intake;

/// Bytes of one data set on their way into the spool. If it goes without finish(), nothing stays.
class IncomingInstance {
public:
    ~IncomingInstance();
    IncomingInstance(const IncomingInstance&) = delete;
    IncomingInstance& operator=(const IncomingInstance&) = delete;

    /// Never fails towards the caller, who must read the sender's bytes to their end in any case; finish()
    /// tells.
    void write(Bytes piece);
    /// Durable in spool and catalogue when it succeeds.
    /// @errors DiskFull, NotDicom, DicomLimit, DicomMismatch, and those of the catalogue; each is on record
    Result<StoreOutcome> finish();

private:
    friend class Intake;
    IncomingInstance(Intake& intake, Announced announced, std::unique_ptr<Segment> segment);
    Result<StoreOutcome> store();
    Result<> syncEarlier(const StoreOutcome& outcome, const NewInstance& instance);
    void forget(const StoreOutcome& outcome, const NewInstance& instance);
    Result<NewInstance> examine();

    Intake& intake_;
    Announced announced_;
    std::unique_ptr<Segment> segment_;
    std::uint64_t meta_bytes_ = 0;
    std::uint64_t next_room_check_ = 0;
    Result<> failed_;
};

class Intake {
public:
    Intake(Spool& spool, Catalogue& catalogue, const Clock& clock)
        : spool_(spool), catalogue_(catalogue), clock_(clock) {}

    /// @errors DiskFull before a byte is taken; on record
    Result<std::unique_ptr<IncomingInstance>> begin(Announced announced);
    /// Lists an object that was not taken.
    void refuse(const Announced& announced, const Error& error);

private:
    friend class IncomingInstance;
    Spool& spool_;
    Catalogue& catalogue_;
    const Clock& clock_;
    FactsBases bases_;                      // the catalogue's writer thread alone
    std::atomic<bool> bases_stale_{false};  // a change failed: what was cached may never have been stored
};

}  // namespace gantry::agent
