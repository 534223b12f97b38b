#pragma once
/// @tus/server with its file store, a tus server that is not ours.

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "child_process.hpp"
#include "support.hpp"

namespace gantry::test {

/// On a port of its own, which it keeps when it is started again.
class ForeignServer {
public:
    static std::filesystem::path scripts() {
        return std::filesystem::path(GANTRY_SOURCE_DIR) / "tests/uplink/tus_server";
    }
    /// False: skipLoudly() was called.
    static bool installed() {
        if (std::filesystem::exists(scripts() / "node_modules/@tus/server")) return true;
        skipLoudly("no node_modules in tests/uplink/tus_server; tests/run installs them");
        return false;
    }

    ForeignServer() { start(); }
    void start() {
        process_ = std::make_unique<ChildProcess>(std::vector<std::string>{
            "node", scripts() / "server.mjs", folder_.path(), std::to_string(port_)});
        const auto line = process_->readLine();
        REQUIRE(line.starts_with("listening "));
        port_ = static_cast<std::uint16_t>(std::stoi(line.substr(10)));
    }
    void kill() { process_->kill(); }
    std::uint16_t port() const { return port_; }
    const std::filesystem::path& folder() const { return folder_.path(); }
    /// All it keeps goes.
    void forget() {
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
            std::filesystem::remove(entry.path());
    }
    std::filesystem::path fileOf(const std::string& url) const {
        return folder_.path() / url.substr(url.rfind('/') + 1);
    }
    std::string stored(const std::string& url) const { return must(readFile(fileOf(url))); }
    bool has(const std::string& url) const { return std::filesystem::exists(fileOf(url)); }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
    std::uint16_t port_ = 0;
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace gantry::test
