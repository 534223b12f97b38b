// gantryctl link test, as site IT runs it.
#include <boost/json.hpp>

#include "connect_proxy.hpp"
#include "hub_fixture.hpp"

using namespace gantry;
using namespace gantry::test;
namespace json = boost::json;

namespace {

/// A site's configuration as far as the line goes: what else it names is not there.
struct Desk {
    SponsorEnd sponsor;
    std::unique_ptr<central::Hub> hub = sponsor.start();
    std::filesystem::path config = sponsor.folder.path() / "gantryd.yaml";

    void write(const std::string& token, const std::string& endpoint = {}) const {
        must(writeFileDurably(sponsor.folder.path() / "token", asBytes(token + "\n")));
        const auto url =
            endpoint.empty() ? "http://127.0.0.1:" + std::to_string(hub->port()) + "/tus/" : endpoint;
        must(writeFileDurably(
            config,
            asBytes(
                "site: {id: '0417'}\ndata_directory: data\ntrials: [{id: onc-demo, ae_title: T, pack: p,\n"
                "  roster: r, key: k, recipients: [age1x], receipt_keys: [k], inbox: 'https://h/inbox',\n"
                "  token: token, endpoint: '" +
                url + "'}]\n")));
    }
    CommandOutcome run(const std::string& more = "") const {
        return runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl link test --config " + config.string() +
                          " " + more + " 2>&1");
    }
};

}  // namespace

TEST_CASE("gantryctl link test says that all is well, and leaves nothing behind", "[link-test]") {
    const Desk desk;
    desk.write(desk.sponsor.token);
    const auto outcome = desk.run();
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.output.find("Trial onc-demo: http://127.0.0.1:") == 0);
    CHECK(outcome.output.find("good     On the way") != std::string::npos);
    CHECK(outcome.output.find(desk.sponsor.token) == std::string::npos);
    CHECK(eventually([&] { return std::filesystem::is_empty(desk.sponsor.directory / "uploads"); }));
}

TEST_CASE("gantryctl link test says what to do, and ends with the error's exit code", "[link-test]") {
    const Desk desk;
    desk.write("wrong");
    const auto outcome = desk.run();
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == describe(Errc::NotAllowed).exit_code);
    CHECK(outcome.output.find("failed   Token") != std::string::npos);
    CHECK(outcome.output.find("trials[].token") != std::string::npos);
    CHECK(outcome.output.find("Upload service") == std::string::npos);
}

TEST_CASE("gantryctl link test speaks JSON to programs", "[link-test]") {
    const Desk desk;
    desk.write("wrong");
    const auto outcome =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl --json link test --trial onc-demo --config " +
                   desk.config.string() + " 2>/dev/null");
    const auto document = json::parse(outcome.output);
    const auto& trial = document.at(0);
    CHECK(trial.at("trial") == "onc-demo");
    CHECK_FALSE(trial.at("ok").as_bool());
    const auto& steps = trial.at("steps").as_array();
    CHECK(steps.front().at("step") == "name");
    CHECK(steps.back().at("step") == "authentication");
    CHECK(steps.back().at("outcome") == "failed");
    CHECK(steps.back().at("error") == "not-allowed");
    CHECK(std::string(steps.back().at("advice").as_string()).find("token") != std::string::npos);
}

TEST_CASE("gantryctl link test knows the trials of its configuration alone", "[link-test]") {
    const Desk desk;
    desk.write(desk.sponsor.token);
    CHECK(desk.run("--trial other").exit_code == describe(Errc::NotFound).exit_code);
    must(writeFileDurably(desk.config, asBytes("site: {}\n")));
    CHECK(desk.run().exit_code == describe(Errc::ConfigInvalid).exit_code);
    std::filesystem::remove(desk.config);
    CHECK(desk.run().exit_code == describe(Errc::NotFound).exit_code);
}

TEST_CASE("gantryctl link test tries the line to an S3, too", "[link-test]") {
    const Desk desk;
    desk.write("", "s3+https://127.0.0.1:" + std::to_string(freePort()) + "/bucket");
    auto text = must(readFile(desk.config));
    text.insert(text.find("token: token"), "credentials: s3.yaml, ");
    must(writeFileDurably(desk.config, asBytes(text)));
    const auto outcome = desk.run();
    CAPTURE(outcome.output);
    CHECK(outcome.exit_code == describe(Errc::NetworkDown).exit_code);
    CHECK(outcome.output.find("failed   Connection") != std::string::npos);
}
