// What is ours in the eyes of tuf-js: repositories of our writer read by its client, canonical JSON as its
// package writes it.
#include <boost/json.hpp>
#include <sstream>

#include "canonical_json.hpp"
#include "raw_http.hpp"
#include "scripted_http.hpp"
#include "tuf_kit.hpp"

namespace gantry::uplink::tuf {
namespace {

using namespace gantry::test;
namespace fs = std::filesystem;

const fs::path kPeer = fs::path(GANTRY_SOURCE_DIR) / "tests/uplink/tuf_peer";

bool installed() {
    if (fs::exists(kPeer / "node_modules/tuf-js")) return true;
    skipLoudly("no node_modules in tests/uplink/tuf_peer; tests/run installs them");
    return false;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

/// tuf-js's client with a folder of its own, and the repository served as a static server would.
class ForeignSite {
public:
    explicit ForeignSite(Office& office)
        : server_([&office](const ScriptedRequest& request) {
              const auto body = office.store.read(request.target.substr(1), 64u << 20);
              return body ? ScriptedAnswer{200, {}, *body, false} : ScriptedAnswer{404, {}, "", false};
          }) {
        must(writeFileDurably(folder_.path() / "root.json", asBytes(office.first_root)));
    }
    /// What the targets hold; one line that says why when it fails.
    std::vector<std::string> read(const std::string& targets) const {
        const auto outcome =
            runCommand("node " + (kPeer / "read.mjs").string() + " " + folder_.path().string() + " " +
                       server_.url("/metadata") + " " + server_.url("/targets") + " " + targets + " 2>&1");
        if (outcome.exit_code != 0) return {outcome.output};
        std::vector<std::string> out;
        for (const auto& line : linesOf(outcome.output)) out.push_back(must(fromBase64(line)));
        return out;
    }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
    ScriptedHttp server_;
};

using Lines = std::vector<std::string>;

// tuf-js asks the machine for the time.
UnixMillis realNow() {
    return SystemClock().nowMillis();
}

}  // namespace

TEST_CASE("tuf-js reads what our writer publishes, version after version", "[uplink][tuf][interop]") {
    if (!installed()) return;
    Office office;
    office.online.snapshot_lifetime = office.online.timestamp_lifetime = std::chrono::hours(24 * 365 * 30);
    office.addSite({{"sites/0417/a", "first"}, {"sites/0417/b", std::string("\0\xff\n", 3)}});
    const ForeignSite site(office);
    CHECK(site.read("sites/0417/a sites/0417/b") == Lines{"first", std::string("\0\xff\n", 3)});
    office.addSite({{"sites/0417/a", "second"}});
    CHECK(site.read("sites/0417/a") == Lines{"second"});

    // other people and another online key
    auto root = office.rootContent();
    root.version = 2;
    setKeys(root, kRootRole, keysOf({4, 5}), 2);
    setKeys(root, kSnapshotRole, keysOf({8}), 1);
    setKeys(root, kTimestampRole, keysOf({8}), 1);
    office.online.seeds = seedsOf({8, 9});
    must(office.writer.publish({must(signedText(root, seedsOf({1, 2, 4, 5}))), {}, {}}, office.online, kNow));
    office.online.seeds = seedsOf({8});
    office.addSite({{"sites/0417/a", "third"}});
    CHECK(site.read("sites/0417/a sites/0417/b") == Lines{"third", std::string("\0\xff\n", 3)});
}

TEST_CASE("tuf-js finds what lies in our hash bins", "[uplink][tuf][interop]") {
    if (!installed()) return;
    Office office;
    office.online.snapshot_lifetime = office.online.timestamp_lifetime = std::chrono::hours(24 * 365 * 30);
    auto targets = office.next("targets");
    const bool succinct = GENERATE(false, true);
    CAPTURE(succinct);
    SuccinctRoles bins;
    bins.bit_length = 5;
    bins.name_prefix = "bin";
    bins.key_ids = {keyIdOf(seedOf(10))};
    if (succinct) {
        targets.delegations.emplace();
        targets.delegations->keys = {{keyIdOf(seedOf(10)), keyOf(10)}};
        targets.delegations->succinct = bins;
    }
    std::map<std::string, Targets> contents;
    for (const auto& bin : hashBins("bin", 5, 1)) {
        if (!succinct) setDelegation(targets, bin, keysOf({10}));
        contents[bin.name] = office.targetsContent();
    }
    for (const auto* path : {"a", "b/c"})
        contents.at(binOf(bins, path)).targets[path] = targetInfoOf(asBytes(path));
    Publication publication;
    publication.roles = {{"targets", must(signedText(targets, seedsOf({1, 2})))}};
    for (const auto& [name, content] : contents)
        publication.roles.push_back({name, must(signedText(content, seedsOf({10})))});
    for (const auto* path : {"a", "b/c"}) publication.targets.push_back({path, asBytes(path), {}});
    must(office.writer.publish(publication, office.online, kNow));
    CHECK(ForeignSite(office).read("a b/c") == Lines{"a", "b/c"});
}

TEST_CASE("canonical JSON is what @tufjs/canonical-json writes", "[uplink][tuf][interop]") {
    if (!installed()) return;
    const auto seed = std::to_string(realNow() % 1'000'000);
    CAPTURE(seed);
    const auto outcome = runCommand("node " + (kPeer / "canonical.mjs").string() + " " + seed);
    const auto lines = linesOf(outcome.output);
    REQUIRE(lines.size() == 500);
    for (const auto& line : lines) {
        const auto space = line.find(' ');
        const auto text = must(fromBase64(line.substr(0, space)));
        CAPTURE(text);
        CHECK(must(olpcCanonicalJson(boost::json::parse(text))) == must(fromBase64(line.substr(space + 1))));
    }
}

}  // namespace gantry::uplink::tuf
