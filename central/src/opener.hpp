#pragma once
/// Opens received parcels one after another on a thread of its own. The queue is the index: what is
/// 'received' waits.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "gantry/central/opening.hpp"
#include "index.hpp"
#include "shared_objects.hpp"
#include "statements.hpp"

namespace gantry::central {

/// Opens one received parcel, says to its site that it did, or why it could not, and records either. Errors
/// that may pass (disk full) leave the parcel 'received' and are returned.
/// @param shared  where several hubs take parcels in; nullptr: they lie in the directory
Result<> openAndRecord(const ParcelRow& row, const std::filesystem::path& directory, const OpeningKeys& keys,
                       Index& index, Statements& statements, const Clock& clock,
                       SharedObjects* shared = nullptr);

/// Finishes what a stop left undone: opened parcels that their site withdrew are taken out of the way.
Result<> takeOutAllWithdrawn(const std::filesystem::path& directory, const OpeningKeys& keys, Index& index);

class Opener {
public:
    /// @param on_said  is told that something is to be said to a site; called on the opener's thread
    Opener(std::filesystem::path directory, OpeningKeys keys, Index& index, Statements& statements,
           const Clock& clock, std::function<void()> on_said, SharedObjects* shared = nullptr);
    /// Something was received.
    void wake();

private:
    void run(const std::stop_token& stop);
    /// Opens what waits. False: something waits that could not be opened now.
    bool openAll(const std::stop_token& stop);

    const std::filesystem::path directory_;
    const OpeningKeys keys_;
    Index& index_;
    Statements& statements_;
    const Clock& clock_;
    const std::function<void()> on_said_;
    SharedObjects* const shared_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool work_ = true;  // guarded by mutex_; true at start: a restart finishes what it finds
    std::jthread thread_;
};

}  // namespace gantry::central
