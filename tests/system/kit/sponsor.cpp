#include "sponsor.hpp"

#include "gantry/core/crypto.hpp"
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
    GANTRY_CHECK(makeDirectory(folder / "hub"));
    GANTRY_CHECK(sponsor.makeKeys(site_id));
    GANTRY_CHECK(sponsor.writeConfig());
    return sponsor;
}

Result<> Sponsor::makeKeys(const std::string& site_id) {
    const auto identity = (folder_ / "identity.txt").string();
    const auto made = GANTRY_TRY(outputOf("age-keygen", {"-o", identity}, folder_ / "age-keygen.log"));
    recipient_ = wordStartingWith(made, "age1");

    Ed25519Seed seed;
    randomBytes(seed);
    const auto public_key = ed25519PublicKey(seed);
    receipt_key_ = "gantry-ed25519-public:" + toBase64(public_key);
    const auto secret = "gantry-ed25519-secret:" + toBase64(seed) + "\n";
    GANTRY_CHECK(writeFileDurably(folder_ / "receipt.key", asBytes(secret)));

    const auto token = randomHex(32);
    const auto site = boost::json::object{{"site", site_id},
                                          {"token_sha256", toHex(sha256(asBytes(token)))},
                                          {"created_at", "2026-01-01T00:00:00.000Z"}};
    const auto sites = boost::json::object{{"version", 1}, {"sites", boost::json::array{site}}};
    GANTRY_CHECK(writeFileDurably(folder_ / "hub" / "sites.json", asBytes(boost::json::serialize(sites))));
    return writeFileDurably(tokenFile(), asBytes(token + "\n"));
}

Result<> Sponsor::writeConfig() const {
    const std::string config = "listen: {address: 127.0.0.1, port: " + std::to_string(port_) +
                               "}\n"
                               "directory: hub\n"
                               "identity: identity.txt\n"
                               "receipt_key: receipt.key\n"
                               "issuer: " +
                               quoted("test-hub") +
                               "\n"
                               "limits: {reserve_bytes: 1048576}\n";
    return writeFileDurably(folder_ / "hub.yaml", asBytes(config));
}

Result<> Sponsor::start() {
    hub_ =
        GANTRY_TRY(Process::start({"gantry-hub", {"--config", (folder_ / "hub.yaml").string()}, log(), {}}));
    const auto ready = [this] { return !hub_->running() || listens(port_); };
    if (!waitUntil(ready, std::chrono::seconds(20))) return fail(Errc::Timeout, "waiting for gantry-hub");
    if (!hub_->running()) return fail(Errc::Internal, "gantry-hub ended at its start; see " + log().string());
    return {};
}

}  // namespace gantry::test
