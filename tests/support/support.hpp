#pragma once
/// Small things many tests need: folders that go away, the shared real data, results that must hold.

#include <catch2/catch.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "gantry/core/files.hpp"
#include "gantry/core/result.hpp"

namespace Catch {
/// A result in a CHECK prints its error; its value need not be printable.
template <class T>
struct StringMaker<boost::system::result<T, gantry::Error>> {
    static std::string convert(const boost::system::result<T, gantry::Error>& result) {
        return result ? "a value" : result.error().message();
    }
};
}  // namespace Catch

namespace gantry::test {

/// A fresh directory that is removed when the test ends.
TemporaryDirectory temporaryDirectory();

/// ../shared beside the source tree, or the folder GANTRY_SHARED names. Nullopt where there is none: the test
/// then calls skipLoudly() and returns.
std::optional<std::filesystem::path> sharedFolder();
void skipLoudly(const std::string& reason);

/// The value, or the test fails with the error's message.
template <class T>
T must(Result<T> result) {
    if (!result) FAIL(result.error().message());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

}  // namespace gantry::test
