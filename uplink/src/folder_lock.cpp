#include "folder_lock.hpp"

#include <sys/file.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>

namespace gantry::uplink {
namespace {

constexpr std::chrono::milliseconds kLookAgain{20};

// False: stopped meanwhile.
bool pause(std::stop_token stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, kLookAgain, [] { return false; });
    return !stop.stop_requested();
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& file, std::chrono::milliseconds patience,
                                    std::stop_token stop) {
    auto fd = GANTRY_TRY(openFile(file, OpenMode::ReadWriteCreate));
    const auto until = std::chrono::steady_clock::now() + patience;
    while (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return failErrno("locking " + file.string(), errno);
        if (std::chrono::steady_clock::now() >= until)
            return fail(Errc::Busy, "another process is using " + file.parent_path().string());
        if (!pause(stop)) return fail(Errc::Stopped, "stopped while waiting for a lock");
    }
    return FolderLock(std::move(fd));
}

}  // namespace gantry::uplink
