#pragma once
/// Outbox, site to sponsor: put an immutable object, resumable and idempotent. Nothing above knows the
/// transport.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::uplink {

struct PutObject {
    std::string name;            ///< unique in the outbox: "{parcel_id}.age"
    std::filesystem::path file;  ///< immutable while it is put
    std::uint64_t bytes = 0;
    std::string sha256_hex;
    std::map<std::string, std::string> metadata;  ///< sent beside name and digest: parcel_id, trial, site
};

/// What must outlive a put so that the next one goes on where it stopped. The caller keeps it durably, one an
/// object, and never looks into it: it is the transport's, a few KiB of text at most. What another transport
/// or another version left there is as good as nothing.
class UploadMemory {
public:
    virtual ~UploadMemory() = default;
    virtual std::string resumeState() = 0;  ///< "" when there is none
    virtual Result<> saveResumeState(std::string state) = 0;
    /// Called now and then, and at the end. `sent` is what the peer is known or expected to have.
    virtual void progress(std::uint64_t sent, std::uint64_t total) = 0;
};

/// Calls of one transport, and of one memory, come one after the other, on the thread of the caller.
class Transport {
public:
    virtual ~Transport() = default;
    /// ONE attempt. Success: the peer has every byte. Error: describe(code).retry says whether and how soon
    /// to try again; the next attempt resumes.
    /// @errors NetworkDown, Timeout, PeerBusy (later), OffsetMismatch, Gone (soon), NotAllowed, PeerRefused
    /// (a person
    ///         must look), Stopped, InvalidArgument (the file is not the object), and those of reading a file
    virtual Result<> put(const PutObject& object, UploadMemory& memory, std::stop_token stop) = 0;
    /// The object is not wanted any more, or what the peer has of it is no good: what is remembered is
    /// forgotten, and taken away at the peer where it offers that and can be reached. The next put sends
    /// everything anew.
    /// @errors those of UploadMemory::saveResumeState: then it is still remembered
    virtual Result<> forget(UploadMemory& memory, std::stop_token) { return memory.saveResumeState(""); }
    /// How long the peer asked us to wait before the next attempt (Retry-After of the last put); 0 if it did
    /// not.
    virtual std::chrono::seconds askedToWait() const = 0;
};

}  // namespace gantry::uplink
