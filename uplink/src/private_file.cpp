#include "private_file.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace gantry::uplink {

Result<> checkAbsent(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) return fail(Errc::AlreadyExists, "key file " + path.string());
    return {};
}

Result<> checkPrivate(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return failErrno("key file " + path.string(), errno);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(Errc::NotAllowed,
                    "key file " + path.string() + " is open to others; its mode must be 0600");
    return {};
}

}  // namespace gantry::uplink
