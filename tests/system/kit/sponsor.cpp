#include "sponsor.hpp"

#include "gantry/core/files.hpp"
#include "wait.hpp"

namespace gantry::test {

namespace {

std::string quoted(const std::string& text) {
    return boost::json::serialize(boost::json::string(text));
}

/// Runs a command to its end. @return what it wrote on standard output and error. @errors Internal with that
/// text
Result<std::string> outputOf(const std::string& program, std::vector<std::string> arguments,
                             const std::filesystem::path& log) {
    const auto code = GANTRY_TRY(runToEnd({program, std::move(arguments), log, {}}));
    auto text = GANTRY_TRY(readFile(log));
    if (code != 0) return fail(Errc::Internal, program + " failed: " + text);
    return text;
}

/// The first word in `text` that starts so, up to white space.
std::string wordStartingWith(const std::string& text, const std::string& start) {
    const auto begin = text.find(start);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_first_of(" \t\r\n", begin) - begin);
}

}  // namespace

Result<Sponsor> Sponsor::prepare(const std::filesystem::path& folder, const std::string& site_id) {
    Sponsor sponsor(folder, freePort());
    GANTRY_CHECK(makeDirectory(folder));
    GANTRY_CHECK(sponsor.makeKeys(site_id));
    GANTRY_CHECK(sponsor.writeConfig());
    return sponsor;
}

Result<> Sponsor::makeKeys(const std::string& site_id) {
    const auto hub = (folder_ / "hub").string();
    const auto made = GANTRY_TRY(outputOf("gantry-central", {"init", hub}, folder_ / "init.log"));
    recipient_ = wordStartingWith(made, "age1");
    receipt_key_ = wordStartingWith(made, "gantry-ed25519-public:");
    if (recipient_.empty() || receipt_key_.empty())
        return fail(Errc::BadFormat, "gantry-central init said " + made);
    GANTRY_CHECK(outputOf("gantry-central",
                          {"site", "add", hub, site_id, "--token-file", tokenFile().string()},
                          folder_ / "site.log"));
    receipts_ = folder_ / "hub" / "inbox" / site_id / "receipts";
    return {};
}

Result<> Sponsor::writeConfig() const {
    const std::string config = "listen: {address: 127.0.0.1, port: " + std::to_string(port_) +
                               "}\n"
                               "directory: hub\n"
                               "identity: hub/identity.txt\n"
                               "receipt_key: hub/receipt.key\n"
                               "issuer: " +
                               quoted("test-hub") +
                               "\n"
                               "limits: {reserve_bytes: 1048576}\n";
    return writeFileDurably(folder_ / "hub.yaml", asBytes(config));
}

Result<> Sponsor::start() {
    hub_ =
        GANTRY_TRY(Process::start({"gantry-hub", {"--config", (folder_ / "hub.yaml").string()}, log(), {}}));
    HttpClient client(base());
    const auto ready = [&] {
        if (!hub_->running()) return true;
        const auto health = client.get("/healthz");
        return health && health->status == 200;
    };
    if (!waitUntil(ready, std::chrono::seconds(20))) return fail(Errc::Timeout, "waiting for gantry-hub");
    if (!hub_->running()) return fail(Errc::Internal, "gantry-hub ended at its start; see " + log().string());
    return {};
}

}  // namespace gantry::test
