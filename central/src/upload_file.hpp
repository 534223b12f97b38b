#pragma once
/// The bytes of one unfinished upload: a file that grows as they arrive, and who may write to it. Its length
/// is the offset a client is told, except for bytes whose promised checksum has not been verified yet.

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"
#include "running_digest.hpp"
#include "shared_objects.hpp"

namespace gantry::central {

/// Thread-safe. At any time one holder, the one with the newest ticket, may change it.
class UploadFile {
public:
    using Ticket = std::uint64_t;
    using Time = std::chrono::steady_clock::time_point;
    /// A holder that was silent for so long may be on a dead line: the next one takes over.
    static constexpr std::chrono::seconds kSilence{2};

    /// What lies beyond `checked_bytes` was never verified and is cut off.
    static Result<std::shared_ptr<UploadFile>> open(const std::filesystem::path& path,
                                                    std::optional<std::uint64_t> checked_bytes);
    /// One whose bytes several hubs take in: the file at `path` begins anew, catchUp() fills it.
    static Result<std::shared_ptr<UploadFile>> openShared(const std::filesystem::path& path,
                                                          SharedObjects& shared, std::string id);
    /// Where it is shared and nobody here is sending: fetches what another hub took in. What came here and
    /// was never kept in the bucket gives way to it.
    Result<> catchUp();
    /// Where it is shared: keeps in the bucket what is not there yet.
    Result<> share();
    /// As share(), once so much came that losing it would cost more than keeping it.
    Result<> shareInSteps();

    /// @errors Busy while another holder's bytes are coming.
    Result<Ticket> take();
    void release(Ticket ticket);

    std::uint64_t offset() const;
    /// The offset, after everything before it is on stable storage; in the bucket where it is shared.
    Result<std::uint64_t> syncedOffset();
    /// @errors Conflict when somebody took over; DiskFull, Io: what was written before stays.
    Result<> append(Ticket ticket, Bytes bytes);
    /// Forgets what came after `offset`. Nothing happens when somebody took over.
    Result<> cutTo(Ticket ticket, std::uint64_t offset);
    /// SHA-256 of all bytes that are there; what did not pass through this object is read once. The holder's.
    Result<Digest> digest();

    const std::filesystem::path& path() const { return path_; }
    /// Nobody holds it, and nobody has for that long.
    bool idleFor(std::chrono::seconds span) const;

    explicit UploadFile(std::filesystem::path path) : path_(std::move(path)) {}
    ~UploadFile();

private:
    const std::filesystem::path path_;
    mutable std::mutex mutex_;
    Result<> shareHeld();  // with mutex_ held
    UniqueFd fd_;
    SharedObjects* shared_ = nullptr;  ///< set once, before others see this object
    std::string id_;
    std::uint64_t kept_ = 0;    // guarded by mutex_: so many bytes are in the bucket
    std::uint64_t offset_ = 0;  // guarded by mutex_, as is what follows
    Ticket newest_ = 0;
    bool held_ = false;
    Time last_activity_ = std::chrono::steady_clock::now();
    RunningDigest running_;  ///< of the first bytes, often of all of them
    RunningDigest at_take_;  ///< where it stood when the present holder came
};

}  // namespace gantry::central
