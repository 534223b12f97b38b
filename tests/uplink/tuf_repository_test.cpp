// The writer of a TUF repository: what it refuses, in which order it writes, and that no reader meets a
// broken one.
#include <algorithm>
#include <utility>

#include "tuf_kit.hpp"

namespace gantry::uplink::tuf {
namespace {

using namespace gantry::test;

struct Refused {
    std::string what;
    Errc code;
    std::function<Publication(Office&)> make;
};

SignedRole signedTargets(Office& office, const std::vector<int>& signers,
                         const std::function<void(Targets&)>& change) {
    auto targets = office.next("targets");
    change(targets);
    return {"targets", must(signedText(targets, seedsOf(signers)))};
}

const std::string kContent = "content";

}  // namespace

TEST_CASE("files go out so that what names a file follows it", "[uplink][tuf]") {
    Office office;
    office.store.written.clear();
    office.addSite({{"sites/0417/a", "first"}});
    const auto& written = office.store.written;
    const auto hash = targetInfoOf(asBytes("first")).hashes.at("sha256");
    CHECK(written == std::vector<std::string>{"targets/sites/0417/" + hash + ".a", "metadata/2.targets.json",
                                              "metadata/1.site-0417.json", "metadata/2.snapshot.json",
                                              "metadata/timestamp.json"});
}

TEST_CASE("a reader between any two steps of the writer meets a whole repository", "[uplink][tuf]") {
    Office office;
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    int looks = 0;
    office.store.before_put = [&](const std::string&) {
        ++looks;
        must(site.client.refresh(kNow));
        if (const auto target = site.client.target("sites/0417/a")) must(site.client.read(*target));
    };
    office.addSite({{"sites/0417/a", "first"}});
    office.addSite({{"sites/0417/a", "second"}, {"sites/0417/b", "another"}});
    must(office.writer.renew(office.online, kNow));
    CHECK(looks > 10);
    must(site.client.refresh(kNow));
    CHECK(must(site.client.read(must(site.client.target("sites/0417/a")))) == "second");
}

TEST_CASE("a writer that dies at any step can begin anew", "[uplink][tuf]") {
    for (std::size_t steps = 0; steps < 5; ++steps) {
        CAPTURE(steps);
        Office office;
        SiteEnd site(office);
        const auto publication = office.withTarget("a", kContent);
        office.store.puts_left = steps;
        CHECK(office.writer.publish(publication, office.online, kNow).has_value() == (steps == 4));
        office.store.puts_left = static_cast<std::size_t>(-1);
        must(site.client.refresh(kNow));
        // A snapshot that was put is what comes next: another publication brings it along.
        const bool continued = steps >= 3;
        if (continued)
            must(office.writer.renew(office.online, kNow));
        else
            must(office.writer.publish(publication, office.online, kNow));
        must(site.client.refresh(kNow));
        CHECK(must(site.client.read(must(site.client.target("a")))) == kContent);
    }
}

TEST_CASE("of two writers at once each publishes what is its own", "[uplink][tuf]") {
    Office office;
    office.addSite({{"sites/0417/a", "first"}});
    RepositoryWriter other(office.store);
    auto site_role = office.next("site-0417");
    site_role.targets["sites/0417/b"] = targetInfoOf(asBytes("of the other"));
    const Publication others{"",
                             {{"site-0417", must(signedText(site_role, seedsOf({10})))}},
                             {{"sites/0417/b", asBytes("of the other"), {}}}};
    const auto step = GENERATE(std::string("targets/"), std::string("metadata/3.targets"),
                               std::string("metadata/3.snapshot"), std::string("metadata/timestamp"));
    CAPTURE(step);
    SiteEnd site(office);
    bool done = false;
    office.store.before_put = [&](const std::string& name) {
        if (!name.starts_with(step) || std::exchange(done, true)) return;
        must(other.publish(others, office.online, kNow));
        must(site.client.refresh(kNow));
    };
    must(office.writer.publish(office.withTarget("a", kContent), office.online, kNow));
    office.store.before_put = nullptr;
    CHECK(done);
    must(site.client.refresh(kNow));
    CHECK(must(site.client.read(must(site.client.target("a")))) == kContent);
    CHECK(must(site.client.read(must(site.client.target("sites/0417/b")))) == "of the other");
}

TEST_CASE("of two writers of one role one is told", "[uplink][tuf]") {
    Office office;
    const auto mine = office.withTarget("a", kContent);
    const auto others = office.withTarget("b", kContent);
    SECTION("that the other has published it") {
        must(RepositoryWriter(office.store).publish(others, office.online, kNow));
        CHECK(office.writer.publish(mine, office.online, kNow).error().code == Errc::Conflict);
        must(office.writer.publish(office.withTarget("a", kContent), office.online, kNow));
    }
    SECTION("that the other is at work, unless that was long ago") {
        office.store.puts_left = 2;  // it dies before its snapshot
        CHECK_FALSE(RepositoryWriter(office.store).publish(others, office.online, kNow));
        office.store.puts_left = static_cast<std::size_t>(-1);
        CHECK(office.writer.publish(mine, office.online, kNow).error().code == Errc::Busy);
        must(office.writer.publish(mine, office.online, kNow + 3'600'000));
        SiteEnd site(office);
        must(site.client.refresh(kNow));
        CHECK(must(site.client.read(must(site.client.target("a")))) == kContent);
        CHECK(site.client.target("b").error().code == Errc::NotFound);
    }
}

TEST_CASE("nothing that is not whole is published", "[uplink][tuf]") {
    const auto refused = GENERATE(values<Refused>({
        {"targets signed by one of two", Errc::BadSignature,
         [](Office& o) {
             return Publication{"", {signedTargets(o, {1}, [](auto&) {})}, {}};
         }},
        {"targets signed twice by one", Errc::BadSignature,
         [](Office& o) {
             return Publication{"", {signedTargets(o, {1, 1}, [](auto&) {})}, {}};
         }},
        {"the version that is published", Errc::Conflict,
         [](Office& o) {
             return Publication{"", {signedTargets(o, {1, 2}, [](auto& t) { --t.version; })}, {}};
         }},
        {"what has expired", Errc::Expired,
         [](Office& o) {
             return Publication{"", {signedTargets(o, {1, 2}, [](auto& t) { t.expires = kNow / 1000; })}, {}};
         }},
        {"a delegation to nobody", Errc::Conflict,
         [](Office& o) {
             return Publication{
                 "",
                 {signedTargets(o, {1, 2},
                                [&](auto& t) { setDelegation(t, o.delegation("new", {"*"}), keysOf({5})); })},
                 {}};
         }},
        {"a target without its content", Errc::Conflict,
         [](Office& o) {
             return Publication{
                 "",
                 {signedTargets(o, {1, 2}, [](auto& t) { t.targets["a"] = targetInfoOf(asBytes("x")); })},
                 {}};
         }},
        {"content that nobody lists", Errc::InvalidArgument,
         [](Office& o) {
             return Publication{"", {signedTargets(o, {1, 2}, [](auto&) {})}, {{"a", asBytes(kContent), {}}}};
         }},
        {"other content than is listed", Errc::InvalidArgument,
         [](Office& o) {
             return Publication{
                 "",
                 {signedTargets(o, {1, 2},
                                [](auto& t) { t.targets["a"] = targetInfoOf(asBytes("CONTENT")); })},
                 {{"a", asBytes(kContent), {}}}};
         }},
        {"a role that nobody delegates", Errc::Conflict,
         [](Office& o) {
             return Publication{
                 "", {{"stranger", must(signedText(o.targetsContent(), seedsOf({1, 2})))}}, {}};
         }},
        {"a name that a web server would read otherwise", Errc::InvalidArgument,
         [](Office& o) {
             return Publication{"", {{"a/b", must(signedText(o.targetsContent(), seedsOf({1})))}}, {}};
         }},
        {"a root that skips a version", Errc::Conflict,
         [](Office& o) {
             auto root = o.rootContent();
             root.version = 3;
             return Publication{must(signedText(root, seedsOf({1, 2}))), {}, {}};
         }},
        {"a root that the former root's people have not signed", Errc::BadSignature,
         [](Office& o) {
             auto root = o.rootContent();
             root.version = 2;
             setKeys(root, kRootRole, keysOf({4, 5}), 2);
             return Publication{must(signedText(root, seedsOf({1, 4, 5}))), {}, {}};
         }},
        {"a root whose online keys are not at hand", Errc::BadSignature,
         [](Office& o) {
             auto root = o.rootContent();
             root.version = 2;
             setKeys(root, kSnapshotRole, keysOf({8}), 1);
             return Publication{must(signedText(root, seedsOf({1, 2}))), {}, {}};
         }},
    }));
    CAPTURE(refused.what);
    Office office;
    const auto publication = refused.make(office);
    office.store.written.clear();
    const auto done = office.writer.publish(publication, office.online, kNow);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == refused.code);
    CHECK(office.store.written.empty());
}

TEST_CASE("online keys are replaced without a moment in which readers fail", "[uplink][tuf]") {
    Office office;
    SiteEnd site(office);
    must(site.client.refresh(kNow));
    auto root = office.rootContent();
    root.version = 2;
    setKeys(root, kSnapshotRole, keysOf({8}), 1);
    setKeys(root, kTimestampRole, keysOf({8}), 1);
    const Publication publication{must(signedText(root, seedsOf({2, 3}))), {}, {}};
    SECTION("with the former keys at hand") {
        office.online.seeds = seedsOf({8, 9});
        office.store.before_put = [&](const std::string&) { must(site.client.refresh(kNow)); };
        must(office.writer.publish(publication, office.online, kNow));
        office.store.before_put = nullptr;
        office.online.seeds = seedsOf({8});
        must(office.writer.renew(office.online, kNow));
    }
    SECTION("without them, once the timestamp is there") {
        office.online.seeds = seedsOf({8});
        must(office.writer.publish(publication, office.online, kNow));
    }
    SECTION("without them, by a second writer after the first died at any step") {
        office.online.seeds = seedsOf({8});
        office.store.puts_left = GENERATE(0u, 1u, 2u, 3u);
        CHECK_FALSE(office.writer.publish(publication, office.online, kNow));
        office.store.puts_left = static_cast<std::size_t>(-1);
        if (must(office.writer.root()).content.version == 1)
            must(office.writer.publish(publication, office.online, kNow));
        else
            must(office.writer.renew(office.online, kNow));
    }
    must(site.client.refresh(kNow));
    CHECK(must(office.writer.root()).content.version == 2);
}

TEST_CASE("renewing makes snapshot and timestamp of one number", "[uplink][tuf]") {
    Office office;
    constexpr UnixMillis kDay = 86'400'000;
    office.store.written.clear();
    CHECK(must(office.writer.renew(office.online, kNow + kDay)) == 2);
    CHECK(office.store.written ==
          std::vector<std::string>{"metadata/2.snapshot.json", "metadata/timestamp.json"});
    SiteEnd site(office);
    const auto done = must(site.client.refresh(kNow + kDay));
    CHECK(done.snapshot_version == 2);
    CHECK(done.timestamp_version == 2);
    CHECK(site.client.refresh(kNow + 3 * kDay).error().code == Errc::Expired);
}

TEST_CASE("a snapshot that nobody who may has signed is not built upon", "[uplink][tuf]") {
    Office office;
    const auto good = office.store.files.at("metadata/1.snapshot.json");
    auto bad = good;
    bad.replace(bad.find("\"version\":1"), 11, "\"version\":7");
    SECTION("in place of the published one") {
        office.store.files["metadata/1.snapshot.json"] = bad;
        CHECK(office.writer.renew(office.online, kNow).error().code == Errc::BadSignature);
    }
    SECTION("beyond it: it is passed over") {
        office.store.files["metadata/2.snapshot.json"] = bad;
        office.store.files["metadata/3.snapshot.json"] = "rubbish";
        CHECK(must(office.writer.renew(office.online, kNow)) == 4);
        SiteEnd site(office);
        CHECK(must(site.client.refresh(kNow)).snapshot_version == 4);
    }
}

TEST_CASE("keys that no role has go with the last role that had them", "[uplink][tuf]") {
    auto root = Office::rootContent();
    CHECK(root.keys.size() == 4);
    setKeys(root, kTimestampRole, keysOf({7}), 1);
    CHECK(root.keys.size() == 5);
    setKeys(root, kSnapshotRole, keysOf({7}), 1);
    CHECK(root.keys.size() == 4);
    CHECK_FALSE(root.keys.contains(keyIdOf(seedOf(9))));

    auto targets = Office::targetsContent();
    DelegatedRole role;
    role.paths = {"*"};
    for (const auto* name : {"a", "b", "c"}) {
        role.name = name;
        setDelegation(targets, role, keysOf({4}));
    }
    role.name = "b";
    setDelegation(targets, role, keysOf({5, 6}));
    CHECK(targets.delegations->keys.size() == 3);
    CHECK(targets.delegations->roles[1].key_ids.size() == 2);  // where it stood
    removeDelegation(targets, "b");
    CHECK(targets.delegations->keys.size() == 1);
    CHECK(targets.delegations->roles.size() == 2);
}

TEST_CASE("a repository lies in a folder as well, and large targets come from files", "[uplink][tuf]") {
    const auto folder = temporaryDirectory();
    const auto store = must(openDirectoryStore(folder.path() / "inbox"));
    RepositoryWriter writer(*store);
    const std::string large(3 << 20, 'x');
    must(writeFileDurably(folder.path() / "large", asBytes(large)));
    auto targets = Office::targetsContent();
    targets.targets["software/large"] = must(targetInfoOf(folder.path() / "large"));
    CHECK(targets.targets["software/large"].hashes.at("sha256") == toHex(sha256(asBytes(large))));
    Publication publication;
    publication.root = must(signedText(Office::rootContent(), seedsOf({1, 2})));
    publication.roles = {{"targets", must(signedText(targets, seedsOf({1, 2})))}};
    publication.targets = {{"software/large", {}, folder.path() / "large"}};
    const OnlineKeys online{seedsOf({9})};
    CHECK(must(writer.publish(publication, online, kNow)) == 1);
    CHECK(must(writer.renew(online, kNow)) == 2);
    const auto name = "targets/software/" + targets.targets["software/large"].hashes.at("sha256") + ".large";
    CHECK((must(store->read(name, 4 << 20)) == large));
    CHECK(must(readTimestamp(must(store->read("metadata/timestamp.json", 1 << 20)))).content.version == 2);
}

}  // namespace gantry::uplink::tuf
