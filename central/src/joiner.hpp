#pragma once
/// Puts uploads together from their parts, on a thread of its own: it takes as long as copying takes, and no
/// request waits for it.

#include <condition_variable>
#include <mutex>
#include <thread>

#include "upload_store.hpp"

namespace gantry::central {

class Joiner {
public:
    /// Begins with what an earlier life left.
    Joiner(UploadStore& store, Index& index);
    ~Joiner();
    /// There may be something to do.
    void wake();

private:
    void run(const std::stop_token& stop);
    void joinAll(const std::stop_token& stop);
    Result<> join(const UploadRow& row, const std::stop_token& stop);

    UploadStore& store_;
    Index& index_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool awake_ = true;  // guarded by mutex_
    std::jthread thread_;
};

}  // namespace gantry::central
