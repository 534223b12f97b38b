#include "people/console_token.hpp"

#include "gantry/core/crypto.hpp"

namespace gantry::agent {

std::filesystem::path consoleTokenFile(const std::filesystem::path& data_directory) {
    return data_directory / "console.token";
}

Result<std::string> makeConsoleToken(const std::filesystem::path& data_directory) {
    constexpr std::size_t kBytes = 32;
    auto token = randomHex(kBytes);
    GANTRY_CHECK(writeFileDurably(consoleTokenFile(data_directory), asBytes(token + "\n")));
    return token;
}

}  // namespace gantry::agent
