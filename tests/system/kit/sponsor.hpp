#pragma once
/// A sponsor end on loopback: keys, one known site, gantry-hub as a process.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "network.hpp"
#include "process.hpp"

namespace gantry::test {

class Sponsor {
public:
    /// Makes keys below `folder` with age-keygen and gantry-hub's own command, registers `site_id`, starts
    /// nothing.
    static Result<Sponsor> prepare(const std::filesystem::path& folder, const std::string& site_id);

    /// Starts the hub and waits until it answers.
    Result<> start();
    void kill() { hub_.reset(); }
    bool running() { return hub_ && hub_->running(); }
    Process& process() { return *hub_; }

    std::string endpoint() const { return base() + "/tus/"; }
    std::string inbox() const { return base() + "/inbox"; }
    std::uint16_t port() const { return port_; }
    const std::string& recipient() const { return recipient_; }      ///< "age1…"
    const std::string& receipt_key() const { return receipt_key_; }  ///< "gantry-ed25519-public:…"
    std::filesystem::path tokenFile() const { return folder_ / "token"; }
    std::filesystem::path openedFolder() const { return folder_ / "hub" / "opened"; }
    std::filesystem::path receiptsFolder() const { return receipts_; }
    std::filesystem::path log() const { return folder_ / "hub.log"; }

private:
    Sponsor(std::filesystem::path folder, std::uint16_t port) : folder_(std::move(folder)), port_(port) {}
    std::string base() const { return "http://127.0.0.1:" + std::to_string(port_); }
    Result<> makeKeys(const std::string& site_id);
    Result<> writeConfig() const;

    std::filesystem::path folder_;
    std::uint16_t port_;
    std::filesystem::path receipts_;
    std::string recipient_;
    std::string receipt_key_;
    std::optional<Process> hub_;
};

}  // namespace gantry::test
