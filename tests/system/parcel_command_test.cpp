// `gantryctl parcel` as people without a running gantryd call it.
#include <boost/json.hpp>
#include <set>

#include "deid_desk.hpp"
#include "gantry/uplink/age.hpp"

using namespace gantry;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr auto kJpegLs = "1.2.840.10008.1.2.4.80";

/// De-identified images of one study, and the sponsor's key.
class Bench {
public:
    explicit Bench(int images = 3) {
        for (int i = 1; i <= images; ++i) {
            auto options = instance(i);
            options.rows = options.columns = 64;
            desk.object("in" + std::to_string(i), "P1", options);
        }
        const auto said = desk.run("--subject S07-003 --trial ONC-1 --site S07");
        REQUIRE(said.exit_code == 0);
        must(uplink::saveAgeIdentity(key(), identity));
    }
    fs::path key() const { return desk.path("sponsor.key"); }
    fs::path parcel() const { return desk.path("P-1.age"); }
    std::string recipient() const { return "--recipient " + identity.recipient().toString(); }

    CommandOutcome ctl(const std::string& arguments) const {
        return runCommand("cd " + desk.path("").string() + " && " + GANTRY_BIN_DIR + "/gantryctl parcel " +
                          arguments + " 2>&1");
    }
    CommandOutcome make(const std::string& more = "") const {
        return ctl("make out " + recipient() + " --out P-1.age " + more);
    }
    json::object manifest() const {
        const auto said = ctl("show P-1.age --identity sponsor.key --json");
        CAPTURE(said.output);
        REQUIRE(said.exit_code == 0);
        return json::parse(said.output).as_object();
    }

    Desk desk;
    uplink::AgeIdentity identity = uplink::AgeIdentity::generate();
};

int codeOf(Errc code) {
    return describe(code).exit_code;
}

}  // namespace

TEST_CASE("a parcel is made, shown and opened by hand", "[system][parcel]") {
    const Bench bench;
    bench.desk.put("out/notes.txt", "not DICOM");
    const auto made = bench.make("--visit BL");
    CAPTURE(made.output);
    REQUIRE(made.exit_code == 0);
    CHECK_THAT(made.output, Catch::Contains("left out: notes.txt: not a DICOM file") &&
                                Catch::Contains("P-1.age: 3 instances"));

    const auto manifest = bench.manifest();
    CHECK(manifest.at("parcel_id") == "P-1");
    CHECK(manifest.at("trial") == "ONC-1");  // as the images say
    CHECK(manifest.at("site") == "S07");
    CHECK(manifest.at("subject") == "S07-003");
    CHECK(manifest.at("visit") == "BL");
    CHECK(manifest.at("files").as_array().size() == 3);
    const auto shown = bench.ctl("show P-1.age --identity sponsor.key");
    CHECK_THAT(shown.output, Catch::Contains("subject   S07-003, visit BL, trial ONC-1, site S07"));

    const auto opened = bench.ctl("open P-1.age --identity sponsor.key --out opened --json");
    CAPTURE(opened.output);
    REQUIRE(opened.exit_code == 0);
    const auto answer = json::parse(opened.output).as_object();
    CHECK(answer.at("folder") == "opened/P-1");
    CHECK(answer.at("manifest").at("parcel_id") == "P-1");
    for (const auto& [name, bytes] : filesBelow(bench.desk.path("opened/P-1/instances")))
        CHECK(must(dicom::readFile(asBytes(bytes))).transfer_syntax_uid == kJpegLs);
    CHECK(bench.ctl("open P-1.age --identity sponsor.key --out opened").exit_code == 0);  // again
}

TEST_CASE("what was compressed for a parcel is known again as our own by the engine",
          "[system][parcel][deid]") {
    const Bench bench;
    REQUIRE(bench.make().exit_code == 0);
    REQUIRE(bench.ctl("open P-1.age --identity sponsor.key --out opened").exit_code == 0);
    const auto again =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid run " + bench.desk.path("opened").string() +
                   " --pack " + bench.desk.path("pack.yaml").string() + " --key-file " +
                   bench.desk.path("key").string() + " --subject S07-003 --trial ONC-1 --site S07 --out " +
                   bench.desk.path("again").string() + " 2>&1");
    CAPTURE(again.output);
    REQUIRE(again.exit_code == 0);
    std::multiset<std::string> before, after;
    for (const auto& [name, bytes] : filesBelow(bench.desk.path("opened/P-1/instances")))
        before.insert(bytes);
    for (const auto& [name, bytes] : filesBelow(bench.desk.path("again"))) after.insert(bytes);
    CHECK(before.size() == 3);
    CHECK((before == after));
}

TEST_CASE("compression is as asked for", "[system][parcel]") {
    const Bench bench;
    const std::string how = GENERATE("none", "zstd");
    REQUIRE(bench.make("--compress " + how).exit_code == 0);
    REQUIRE(bench.ctl("open P-1.age --identity sponsor.key --out opened").exit_code == 0);
    std::multiset<std::string> before, after;
    for (const auto& [name, bytes] : filesBelow(bench.desk.out())) before.insert(bytes);
    for (const auto& [name, bytes] : filesBelow(bench.desk.path("opened/P-1/instances"))) after.insert(bytes);
    CHECK((before == after));
    CHECK(bench.make("--compress gzip").exit_code != 0);
}

TEST_CASE("what is not de-identified is refused, or sent as it is and said loudly", "[system][parcel]") {
    const Bench bench(1);
    const auto whose = "--trial ONC-1 --site S07 --subject S07-003";
    const auto refused = bench.ctl("make in " + bench.recipient() + " --out P-1.age " + whose);
    CHECK(refused.exit_code == codeOf(Errc::NotAllowed));
    CHECK_THAT(refused.output, Catch::Contains("1 of 1 files do not say that they are de-identified") &&
                                   Catch::Contains("in1") && Catch::Contains("--as-is"));
    CHECK_FALSE(fs::exists(bench.parcel()));
    const auto made = bench.ctl("make in " + bench.recipient() + " --out P-1.age --as-is " + whose);
    CHECK(made.exit_code == 0);
    CHECK_THAT(made.output, Catch::Contains("warning: 1 of 1 files"));
    CHECK(bench.manifest().at("deid").at("as_is") == true);
    // A report of somebody's does not hide it.
    fs::remove(bench.parcel());
    bench.desk.put("m.json", R"({"deid":{"engine":"another","as_is":false}})");
    REQUIRE(bench.ctl("make in " + bench.recipient() + " --out P-1.age --as-is --manifest m.json " + whose)
                .exit_code == 0);
    CHECK(bench.manifest().at("deid").at("as_is") == true);
}

TEST_CASE("a folder that makes no parcel says why", "[system][parcel]") {
    const Bench bench(1);
    const auto refused = [&](const std::string& arguments, Errc code, const std::string& why) {
        const auto said = bench.ctl(arguments);
        CAPTURE(arguments, said.output);
        CHECK(said.exit_code == codeOf(code));
        CHECK_THAT(said.output, Catch::Contains(why));
        CHECK_FALSE(fs::exists(bench.parcel()));
    };
    const auto make = [&](const std::string& folder, const std::string& out = "P-1.age") {
        return "make " + folder + " " + bench.recipient() + " --out " + out;
    };
    fs::create_directories(bench.desk.path("empty"));
    refused(make("empty"), Errc::InvalidArgument, "no DICOM file");
    refused(make("absent"), Errc::NotFound, "no folder");
    refused("make out --recipient age1nonsense --out P-1.age", Errc::InvalidArgument, "no recipient");
    refused(make("out", "P-1.tar"), Errc::InvalidArgument, "ends in .age");
    refused(make("out", "'P 1.age'"), Errc::InvalidArgument, "ends in .age");

    bench.desk.object("other", "P1", instance(9, "1.2.826.0.1.77"));
    REQUIRE(bench.desk.run("--subject S07-003 --trial ONC-1 --site S07").exit_code == 0);
    refused(make("out"), Errc::InvalidArgument, "holds 2 studies");

    fs::create_directories(bench.desk.path("twice"));
    for (const auto& [name, bytes] : filesBelow(bench.desk.out())) {
        auto other = bytes;
        other.back() = static_cast<char>(other.back() ^ 1);
        bench.desk.put("twice/a", bytes);
        bench.desk.put("twice/b", bytes);
        bench.desk.put("twice/c", other);
        break;
    }
    refused(make("twice"), Errc::Conflict, "one instance with two contents");
    fs::remove(bench.desk.path("twice/c"));
    const auto made = bench.ctl(make("twice"));
    CHECK(made.exit_code == 0);
    CHECK_THAT(made.output,
               Catch::Contains("left out: b: the same as a") && Catch::Contains(": 1 instances"));
    const auto over = bench.ctl(make("twice"));
    CHECK(over.exit_code == codeOf(Errc::AlreadyExists));
}

TEST_CASE("a broken image is left out, and the exit code says so", "[system][parcel]") {
    const Bench bench(2);
    bench.desk.put("out/broken.dcm", must(readFile(bench.desk.path("in/in1"))).substr(0, 700));
    const auto made = bench.make("--json");
    CHECK(made.exit_code == 2);
    CHECK_THAT(made.output, Catch::Contains("left out: broken.dcm"));
    CHECK(bench.manifest().at("files").as_array().size() == 2);
}

TEST_CASE("a manifest of one's own says what the images cannot", "[system][parcel]") {
    const Bench bench(1);
    bench.desk.put("m.json", R"({"visit":"C3D1","parcel_id":"other","files":[],"supersedes":["P-0"],
        "decisions":[{"action":"release","who":"J. D.","why":"agreed by telephone","at":"2026-11-23T08:59:00Z"}],
        "of_ours":{"kept":true}})");
    const auto made = bench.make("--manifest m.json --subject S07-004");
    CAPTURE(made.output);
    REQUIRE(made.exit_code == 0);
    const auto manifest = bench.manifest();
    CHECK(manifest.at("parcel_id") == "P-1");
    CHECK(manifest.at("subject") == "S07-004");
    CHECK(manifest.at("visit") == "C3D1");
    CHECK(manifest.at("supersedes").as_array().size() == 1);
    CHECK(manifest.at("decisions").at(0).at("why") == "agreed by telephone");
    bench.desk.put("bad.json", R"({"supersedes":["../x"]})");
    fs::remove(bench.parcel());
    CHECK(bench.make("--manifest bad.json").exit_code == codeOf(Errc::BadFormat));
}

TEST_CASE("each recipient opens a parcel, and nobody else", "[system][parcel]") {
    const Bench bench(1);
    const auto second = uplink::AgeIdentity::generate(), stranger = uplink::AgeIdentity::generate();
    must(uplink::saveAgeIdentity(bench.desk.path("second.key"), second));
    must(uplink::saveAgeIdentity(bench.desk.path("stranger.key"), stranger));
    REQUIRE(bench.make("--recipient " + second.recipient().toString()).exit_code == 0);
    for (const auto* key : {"sponsor.key", "second.key", "stranger.key --identity second.key"})
        CHECK(bench.ctl(std::string("show P-1.age --identity ") + key).exit_code == 0);
    const auto refused = bench.ctl("open P-1.age --identity stranger.key --out opened");
    CHECK(refused.exit_code == codeOf(Errc::NoIdentity));
    CHECK(filesBelow(bench.desk.path("opened")).empty());
    // A flipped byte is found, and nothing is left of what was opened before it.
    auto bytes = must(readFile(bench.parcel()));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    must(writeFileDurably(bench.parcel(), asBytes(bytes)));
    CHECK(bench.ctl("open P-1.age --identity sponsor.key --out opened").exit_code ==
          codeOf(Errc::BadSignature));
    CHECK(filesBelow(bench.desk.path("opened")).empty());
}
