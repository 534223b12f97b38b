// Every kind and damage of the command line.
#include <set>

#include "dump_kit.hpp"
#include "gantry/scanner/kinds.hpp"
#include "process.hpp"
#include "search.hpp"
#include "support.hpp"

using namespace gantry;
using namespace gantry::scanner;
using namespace gantry::test;

TEST_CASE("dcmdump reads an image of every kind in both encodings", "[scanner]") {
    std::set<std::string_view> names;
    for (const auto& kind : kinds()) {
        CAPTURE(kind.name);
        CHECK(names.insert(kind.name).second);
        CHECK(kindNamed(kind.name) == &kind);
        for (const auto& series : kind.make({})) {
            REQUIRE_FALSE(series.images.empty());
            for (const auto& syntax : {kExplicitLittleEndian, kImplicitLittleEndian})
                CHECK(dumpedValue(dumped(series.images.back(), syntax), "(0020,000e)") == series.uid());
        }
    }
}

TEST_CASE("every instance of a kind has a UID of its own", "[scanner]") {
    for (const auto& kind : kinds()) {
        CAPTURE(kind.name);
        const auto delivery = must(deliver(kind, {}, {}));
        std::set<std::string> uids;
        for (const auto& instance : delivery.waves.front().instances) {
            CHECK(dicom::isValidUid(instance.sop_instance_uid));
            CHECK(uids.insert(instance.sop_instance_uid).second);
        }
    }
}

TEST_CASE("damages are named on the command line", "[scanner]") {
    const auto& ct = *kindNamed("ct-tilted");
    CHECK(must(deliver(ct, {}, {"drop:1,2"})).instances() == 3);
    CHECK(must(deliver(ct, {}, {"duplicate:0", "lossy", "remove:KVP", "garbage:Exposure"})).instances() == 6);
    for (const auto* place : {"shift:1", "turn:1", "resize:1"}) CHECK(deliver(ct, {}, {place}));
    for (const auto* wrong : {"", "drop", "drop:", "drop:x", "drop:-1", "lossy:1", "remove:NoSuchWord",
                              "melt", "drop:0,1,2,3,4"}) {
        CAPTURE(wrong);
        CHECK(deliver(ct, {}, {wrong}).error().code == Errc::InvalidArgument);
    }
}

TEST_CASE("the program writes the files of a kind", "[scanner]") {
    const auto folder = temporaryDirectory();
    const auto program = std::string(GANTRY_BIN_DIR) + "/gantry-scanner";
    const auto out = (folder.path() / "files").string();
    const auto log = folder.path() / "log";
    CHECK(must(runToEnd({program, {"--kind", "pet", "--damage", "drop:0", "--out", out}, log, {}})) == 0);
    CHECK(filesBelow(out).size() == 8);
    for (const auto& file : filesBelow(out))
        CHECK(must(runToEnd({"dcmftest", {file.string()}, log, {}})) == 0);
    CHECK(must(runToEnd({program, {"--kind", "no-such", "--out", out}, log, {}})) != 0);
    CHECK(must(runToEnd({program, {"--kinds"}, log, {}})) == 0);
    CHECK(must(readFile(log)).find("dwi-ge: b in (0043,1039)") != std::string::npos);
}
