/// `gantryctl deid` when it is killed, asked to explain, and given every real file.
#include "dciodvfy.hpp"
#include "deid_desk.hpp"
#include "process.hpp"

using namespace gantry;
using namespace gantry::test;
namespace fs = std::filesystem;

TEST_CASE("a run that is killed leaves whole files and nothing else", "[deid][system]") {
    const Desk desk;
    constexpr int kObjects = 150;
    for (int i = 0; i < kObjects; ++i) {
        auto options = instance(i + 1, "1.2.826.0.1." + std::to_string(i / 10 + 1));
        options.rows = options.columns = 256;
        desk.object(std::to_string(i), "P1", options);
    }
    REQUIRE(desk.run("--subject S1", "whole").exit_code == 0);
    const auto whole = filesBelow(desk.path("whole"));
    REQUIRE(whole.size() == kObjects);
    for (int attempt = 0; attempt < 5; ++attempt) {
        const auto out = "killed" + std::to_string(attempt);
        Command command;
        command.program = std::string(GANTRY_BIN_DIR) + "/gantryctl";
        command.arguments = {"deid",
                             "run",
                             desk.in().string(),
                             "--pack",
                             desk.path("pack.yaml").string(),
                             "--key-file",
                             desk.path("key").string(),
                             "--out",
                             desk.path(out).string(),
                             "--subject",
                             "S1"};
        auto process = must(Process::start(command));
        const auto enough = static_cast<std::size_t>(10 * attempt + 1);
        while (filesBelow(desk.path(out)).size() < enough && process.running()) {
        }
        process.kill();
        for (const auto& [path, bytes] : filesBelow(desk.path(out))) {
            CAPTURE(path);
            REQUIRE(whole.contains(path));
            CHECK(whole.at(path) == bytes);
        }
    }
    REQUIRE(desk.run("--subject S1", "killed4").exit_code == 0);
    CHECK(filesBelow(desk.path("killed4")) == whole);
    for (const auto& entry : fs::directory_iterator(desk.path("")))
        CHECK_FALSE(entry.path().filename().string().starts_with(".gantry-deid-"));
}

TEST_CASE("explain says of each element what would happen and never a value", "[deid][system]") {
    const Desk desk;
    desk.object("1", "HOSPITAL-4711", instance(1));
    const auto said =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid explain " + (desk.in() / "1").string() +
                   " --pack " + desk.path("pack.yaml").string() + " 2>&1");
    CAPTURE(said.output);
    CHECK(said.exit_code == 0);
    const auto has = [&](const std::string& text) { return said.output.find(text) != std::string::npos; };
    CHECK(has("in force: basic_profile retain_longitudinal_modified_dates\n"));
    CHECK(has("\nPatientID: trial-value: "));
    CHECK(has("[Table E.1-1: Z; retain_longitudinal_modified_dates: C]"));  // StudyDate, PS3.15 2026c
    CHECK(has("\nRows: kept: "));
    CHECK_FALSE(has("HOSPITAL-4711"));
    CHECK_FALSE(has("1.2.826.0.1.1"));
}

TEST_CASE("preview counts by kind of object and writes nothing", "[deid][system]") {
    const Desk desk;
    desk.object("1", "P1", instance(1));
    desk.object("2", "P1", instance(2));
    desk.put("in/notes.txt", "not DICOM at all");
    const auto before = filesBelow(desk.path(""));
    const auto said = runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid preview " +
                                 desk.in().string() + " --pack " + desk.path("pack.yaml").string() + " 2>&1");
    CAPTURE(said.output);
    CHECK(said.exit_code == 0);
    CHECK(said.output.starts_with("CT Image: 2 would be written, 0 held\n"));
    CHECK(said.output.find("date-shifted 2x StudyDate: ") != std::string::npos);
    CHECK(said.output.find("1 files are not an image\n") != std::string::npos);
    CHECK(filesBelow(desk.path("")) == before);
}

namespace {

/// Errors that dciodvfy has with an output and not with its input, a line each.
std::string freshErrors(const boost::json::object& report, const fs::path& in, const fs::path& out) {
    std::string fresh;
    for (const auto& object : report.at("objects").as_array()) {
        // Broken on purpose: of an element whose VR is wrong dciodvfy does not count the values.
        const bool broken = textIn(object, "file").starts_with("fuzz-");
        if (textIn(object, "status") != "written" || broken) continue;
        const auto before = iodErrors(in / textIn(object, "file"));
        const auto after = iodErrors(out / textIn(object, "out"));
        if (!before || !after) continue;
        for (const auto& error : *after)
            if (!before->contains(error)) fresh += textIn(object, "file") + ": " + error + "\n";
    }
    return fresh;
}

}  // namespace

TEST_CASE("every real file is written or held with a reason, and dcmftest takes what is written",
          "[deid][system][slow]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("the shared folder with real data is not here");
    const auto dcmftest = findProgram("dcmftest");
    if (!dcmftest) return skipLoudly("dcmftest is not installed");
    const Desk desk;
    const auto said = runCommand(
        std::string(GANTRY_BIN_DIR) + "/gantryctl deid run " + (*shared / "data").string() + " --pack " +
        desk.path("pack.yaml").string() + " --key-file " + desk.path("key").string() + " --out " +
        desk.out().string() + " --json " + desk.path("report.json").string() + " --subject S1 2>&1");
    WARN(said.output);
    REQUIRE((said.exit_code == 0 || said.exit_code == 2));
    const auto report = desk.report();
    for (const auto& object : report.at("objects").as_array())
        if (textIn(object, "status") != "written") CHECK_FALSE(textIn(object, "reason").empty());
    CHECK(report.at("totals").at("written").to_number<int>() > 500);
    const auto tested = runCommand("find " + desk.out().string() + " -type f -print0 | xargs -0 " +
                                   dcmftest->string() + " 2>&1 | grep -vc '^yes: '");
    CHECK(tested.output == "0\n");
    if (!findProgram("dciodvfy")) return skipLoudly("dciodvfy (dicom3tools) is not installed");
    CHECK(freshErrors(report.as_object(), *shared / "data", desk.out()) == "");
}
