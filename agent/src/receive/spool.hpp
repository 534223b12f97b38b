#pragma once
/// The spool: instances as sent, each a PS3.10 file, appended to segment files. Appending and syncing one
/// open file is several times quicker than a file, a rename and a folder sync each; docs/architecture.md has
/// the figures.

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "catalogue/instances.hpp"
#include "gantry/core/files.hpp"
#include "receive/background_hash.hpp"

namespace gantry::agent {

inline constexpr std::string_view kSpoolFolder = "spool";

/// One segment, lent to one association for one instance at a time. What was appended since begin() goes away
/// again unless keep() was called.
class Segment {
public:
    Segment(SegmentId id, std::string name, UniqueFd fd)
        : id_(id), name_(std::move(name)), fd_(std::move(fd)) {}

    void begin() { start_ = end_; }
    /// Of the data set that is being appended; on a thread that stays with the segment.
    BackgroundHash& hash() { return hash_; }
    /// Appends and lets the kernel start writing, so that little is left to do when sync() is called.
    Result<> append(Bytes bytes);
    Result<> sync();
    void keep() { start_ = end_; }
    /// Takes back what was appended since begin().
    Result<> takeBack();

    SegmentId id() const { return id_; }
    const std::string& name() const { return name_; }
    std::uint64_t startOfInstance() const { return start_; }
    std::uint64_t end() const { return end_; }

private:
    SegmentId id_;
    std::string name_;
    UniqueFd fd_;
    BackgroundHash hash_;
    std::uint64_t start_ = 0;
    std::uint64_t end_ = 0;
    std::uint64_t flushed_ = 0;  // kernel was asked to write up to here
};

class Spool {
public:
    /// Verifies what a crash may have left half-written: tails that no row knows are cut off, rows whose
    /// bytes are not there are removed and listed as refused.
    static Result<std::unique_ptr<Spool>> open(const std::filesystem::path& data_directory,
                                               std::uint64_t reserve_bytes, Catalogue& catalogue,
                                               const Clock& clock);

    /// A segment of one's own until given back.
    Result<std::unique_ptr<Segment>> lend();
    void giveBack(std::unique_ptr<Segment> segment);

    /// @errors DiskFull when `more` bytes would touch the reserve
    Result<> roomFor(std::uint64_t more) const;
    std::uint64_t reserveBytes() const { return reserve_bytes_; }
    std::filesystem::path pathOf(const std::string& segment_name) const { return folder_ / segment_name; }
    const std::filesystem::path& folder() const { return folder_; }

private:
    Spool(std::filesystem::path folder, std::uint64_t reserve_bytes, Catalogue& catalogue)
        : folder_(std::move(folder)), reserve_bytes_(reserve_bytes), catalogue_(catalogue) {}
    Result<> recover(const Clock& clock);
    Result<> recoverSegment(const OpenSegment& segment, const Clock& clock);
    Result<std::unique_ptr<Segment>> create();

    std::filesystem::path folder_;
    std::uint64_t reserve_bytes_;
    Catalogue& catalogue_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Segment>> idle_;  // guarded by mutex_
};

}  // namespace gantry::agent
