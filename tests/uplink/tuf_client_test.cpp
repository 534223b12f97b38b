// The client as gantryd uses it: listing, limits, the clock, stopping. The workflow itself is tested against
// repositories that are not ours, in tuf_peer.
#include <algorithm>
#include <future>

#include "scripted_http.hpp"
#include "tuf_kit.hpp"

namespace gantry::uplink::tuf {
namespace {

using namespace gantry::test;

std::vector<std::string> pathsOf(const std::vector<Target>& targets) {
    std::vector<std::string> out;
    for (const auto& target : targets) out.push_back(target.path);
    return out;
}

}  // namespace

TEST_CASE("a site lists what is below its prefix", "[uplink][tuf]") {
    Office office;
    office.addSite({{"sites/0417/a", "1"}, {"sites/0417/b", "2"}});
    SiteEnd site(office);
    CHECK(site.client.list("site-0417", "sites/0417/").error().code == Errc::InvalidArgument);
    must(site.client.refresh(kNow));
    const auto all = must(site.client.list("site-0417", "sites/0417/"));
    CHECK(pathsOf(all) == std::vector<std::string>{"sites/0417/a", "sites/0417/b"});
    CHECK(all[0].role == "site-0417");
    CHECK(must(site.client.read(all[1])) == "2");
    CHECK(pathsOf(must(site.client.list("site-0417", "sites/0417/b"))) ==
          std::vector<std::string>{"sites/0417/b"});
    CHECK(must(site.client.list("targets", "")).empty());
    CHECK(site.client.list("site-9999", "").error().code == Errc::NotFound);
}

TEST_CASE("a list holds what the role is trusted with, and no more", "[uplink][tuf]") {
    Office office;
    office.addSite({{"sites/0417/a", "mine"}, {"sites/0417/b", "also mine"}});
    auto targets = office.next("targets");
    targets.targets["sites/0417/b"] = targetInfoOf(asBytes("of a role of more trust"));
    auto site_role = office.next("site-0417");
    site_role.targets["packs/evil"] = targetInfoOf(asBytes("not its to name"));
    const Publication publication{"",
                                  {{"targets", must(signedText(targets, seedsOf({1, 2})))},
                                   {"site-0417", must(signedText(site_role, seedsOf({10})))}},
                                  {{"sites/0417/b", asBytes("of a role of more trust"), {}},
                                   {"packs/evil", asBytes("not its to name"), {}}}};
    must(office.writer.publish(publication, office.online, kNow));
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    CHECK(pathsOf(must(site.client.list("site-0417", ""))) == std::vector<std::string>{"sites/0417/a"});
    CHECK(site.client.target("packs/evil").error().code == Errc::NotFound);
    CHECK(must(site.client.target("sites/0417/b")).role == "targets");
}

TEST_CASE("a role deeper down is found by its name", "[uplink][tuf]") {
    Office office;
    auto targets = office.next("targets");
    setDelegation(targets, office.delegation("sites", {"sites/*/*"}), keysOf({10}));
    auto sites = office.targetsContent();
    setDelegation(sites, office.delegation("0417", {"sites/0417/*"}), keysOf({11}));
    auto one = office.targetsContent();
    one.targets["sites/0417/a"] = targetInfoOf(asBytes("content"));
    const Publication publication{"",
                                  {{"targets", must(signedText(targets, seedsOf({1, 2})))},
                                   {"sites", must(signedText(sites, seedsOf({10})))},
                                   {"0417", must(signedText(one, seedsOf({11}))), "sites"}},
                                  {{"sites/0417/a", asBytes("content"), {}}}};
    must(office.writer.publish(publication, office.online, kNow));
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    CHECK(pathsOf(must(site.client.list("0417", "sites/"))) == std::vector<std::string>{"sites/0417/a"});
}

TEST_CASE("what a target says of itself comes along", "[uplink][tuf]") {
    Office office;
    auto targets = office.next("targets");
    auto& info = targets.targets["a"] = targetInfoOf(asBytes("content"));
    info.custom = R"({"kind":"pack","serial":3})";
    const Publication publication{
        "", {{"targets", must(signedText(targets, seedsOf({1, 2})))}}, {{"a", asBytes("content"), {}}}};
    must(office.writer.publish(publication, office.online, kNow));
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    CHECK(must(site.client.target("a")).info.custom == R"({"kind":"pack","serial":3})");
}

TEST_CASE("a refresh says whether anything changed", "[uplink][tuf]") {
    Office office;
    SiteEnd site(office);
    auto done = must(site.client.refresh(kNow));
    CHECK(done.changed);
    CHECK(done.timestamp_version == 1);
    CHECK_FALSE(must(site.client.refresh(kNow)).changed);
    office.addSite({{"sites/0417/a", "1"}});
    done = must(site.client.refresh(kNow));
    CHECK(done.changed);
    CHECK(done.snapshot_version == 2);
}

TEST_CASE("after a failed refresh the last good one still answers", "[uplink][tuf]") {
    Office office;
    office.addSite({{"sites/0417/a", "1"}});
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    const auto timestamp = office.store.files.at("metadata/timestamp.json");
    office.store.files.erase("metadata/timestamp.json");
    CHECK(site.client.refresh(kNow).error().code == Errc::NotFound);
    CHECK(must(site.client.read(must(site.client.target("sites/0417/a")))) == "1");
}

TEST_CASE("limits hold, whatever the metadata says", "[uplink][tuf]") {
    Office office;
    office.addSite({{"sites/0417/a", std::string(3000, 'x')}});
    Limits limits;
    SECTION("of metadata") {
        const auto which = GENERATE(values<std::uint64_t Limits::*>(
            {&Limits::timestamp_bytes, &Limits::snapshot_bytes, &Limits::targets_bytes}));
        limits.*which = 100;
        SiteEnd site(office, limits);
        CHECK(site.client.refresh(kNow).error().code == Errc::BadFormat);
    }
    SECTION("of a target") {
        limits.read_target_bytes = limits.target_bytes = 2999;
        SiteEnd site(office, limits);
        must(site.client.refresh(kNow));
        const auto target = must(site.client.target("sites/0417/a"));
        CHECK(site.client.read(target).error().code == Errc::BadFormat);
        CHECK(site.client.download(target).error().code == Errc::BadFormat);
    }
    SECTION("of new roots in one refresh") {
        for (int version = 2; version <= 5; ++version) {
            auto root = office.rootContent();
            root.version = version;
            must(office.writer.publish({must(signedText(root, seedsOf({1, 2}))), {}, {}}, office.online,
                                       kNow));
        }
        limits.root_rotations = 3;
        SiteEnd site(office, limits);
        must(site.client.refresh(kNow));
        CHECK(std::count_if(site.asked.begin(), site.asked.end(),
                            [](const auto& name) { return name.ends_with("root.json"); }) == 3);
        site.asked.clear();
        must(site.client.refresh(kNow));
        CHECK(site.asked[0] == "metadata/5.root.json");
    }
    SECTION("of roles in one search") {
        limits.delegations = 0;
        SiteEnd site(office, limits);
        must(site.client.refresh(kNow));
        CHECK(site.client.target("sites/0417/a").error().code == Errc::NotFound);
    }
}

TEST_CASE("a clock may go back a little, and no more", "[uplink][tuf]") {
    Office office;
    SiteEnd site(office);
    constexpr UnixMillis kHour = 3'600'000;
    must(site.client.refresh(kNow + 2 * kHour));
    must(site.client.refresh(kNow + kHour));
    CHECK(site.client.refresh(kNow + kHour - 1).error().code == Errc::Conflict);
    must(site.client.refresh(kNow + 3 * kHour));
    // A clock that was far ahead for once is no reason: with it the timestamp had expired.
    CHECK(site.client.refresh(kNow + 1000 * kHour).error().code == Errc::Expired);
    must(site.client.refresh(kNow + 3 * kHour));
}

TEST_CASE("a role that two delegate is verified for each of them", "[uplink][tuf]") {
    Office office;
    auto targets = office.next("targets");
    setDelegation(targets, office.delegation("a", {"a/*"}), keysOf({10}));
    setDelegation(targets, office.delegation("b", {"b/*"}), keysOf({11}));
    auto a = office.targetsContent();
    setDelegation(a, office.delegation("shared", {"*/*"}), keysOf({12}));
    auto b = office.targetsContent();
    setDelegation(b, office.delegation("shared", {"*/*"}), keysOf({13}));
    auto shared = office.targetsContent();
    for (const auto* path : {"a/file", "b/file"}) shared.targets[path] = targetInfoOf(asBytes("content"));
    const Publication publication{"",
                                  {{"targets", must(signedText(targets, seedsOf({1, 2})))},
                                   {"a", must(signedText(a, seedsOf({10})))},
                                   {"b", must(signedText(b, seedsOf({11})))},
                                   {"shared", must(signedText(shared, seedsOf({12}))), "a"}},
                                  {{"a/file", asBytes("content"), {}}, {"b/file", asBytes("content"), {}}}};
    // "b" delegates to it as well, so that it has metadata for b, of a key that b does not know.
    must(office.writer.publish(publication, office.online, kNow));
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    CHECK(must(site.client.target("a/file")).role == "shared");
    CHECK(site.client.target("b/file").error().code == Errc::BadSignature);
    CHECK(must(site.client.target("a/file")).role == "shared");
}

TEST_CASE("classical hash bins are found by any client", "[uplink][tuf]") {
    Office office;
    const auto bits = GENERATE(1u, 3u, 4u, 6u);
    CAPTURE(bits);
    auto targets = office.next("targets");
    const auto bins = hashBins("bin", bits, 1);
    REQUIRE(bins.size() == std::size_t{1} << bits);
    for (const auto& bin : bins) setDelegation(targets, bin, keysOf({10}));
    SuccinctRoles names;
    names.bit_length = bits;
    names.name_prefix = "bin";
    std::map<std::string, Targets> contents;
    for (const auto& bin : bins) contents[bin.name] = office.targetsContent();
    const std::vector<std::string> paths{"boo", "too", "foo", "doo", "bar", "sites/0417/receipts/7f0c.json"};
    for (const auto& path : paths)
        contents.at(binOf(names, path)).targets[path] = targetInfoOf(asBytes("content"));
    Publication publication;
    publication.roles = {{"targets", must(signedText(targets, seedsOf({1, 2})))}};
    for (const auto& [name, content] : contents)
        publication.roles.push_back({name, must(signedText(content, seedsOf({10})))});
    for (const auto& path : paths) publication.targets.push_back({path, asBytes("content"), {}});
    must(office.writer.publish(publication, office.online, kNow));
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    for (const auto& path : paths) CHECK(must(site.client.target(path)).role == binOf(names, path));
}

TEST_CASE("a refresh that is stopped ends at once", "[uplink][tuf]") {
    Office office;
    const auto folder = temporaryDirectory();
    must(Client::initialize(folder.path(), office.first_root));
    std::stop_source stop;
    std::promise<void> over;
    ScriptedHttp server([&, answer_after = over.get_future().share()](const ScriptedRequest&) {
        stop.request_stop();
        answer_after.wait();
        return ScriptedAnswer{};
    });
    ClientConfig config;
    config.metadata_dir = folder.path();
    config.metadata_url = server.url("/metadata");
    Client client(config, must(makeHttpFetcher({})));
    CHECK(client.refresh(kNow, stop.get_token()).error().code == Errc::Stopped);
    over.set_value();
}

TEST_CASE("the token goes along, and its refusal is not taken for the newest root", "[uplink][tuf]") {
    Office office;
    const auto folder = temporaryDirectory();
    must(Client::initialize(folder.path(), office.first_root));
    std::vector<std::string> seen;
    ScriptedHttp server([&](const ScriptedRequest& request) {
        seen.push_back(request.target + " " + request.header("authorization"));
        return ScriptedAnswer{401, {}, "who are you", false};
    });
    ClientConfig config;
    config.metadata_dir = folder.path();
    config.metadata_url = server.url("/metadata/");
    HttpClientConfig http;
    http.bearer_token = "secret-token";
    Client client(config, must(makeHttpFetcher(http)));
    CHECK(client.refresh(kNow).error().code == Errc::NotAllowed);
    CHECK(seen == std::vector<std::string>{"/metadata/2.root.json Bearer secret-token"});
}

}  // namespace gantry::uplink::tuf
