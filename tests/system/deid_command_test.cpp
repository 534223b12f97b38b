/// `gantryctl deid` as a person without a running gantryd calls it.
#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "process.hpp"
#include "raw_http.hpp"
#include "support.hpp"
#include "synthetic.hpp"

using namespace gantry;
using namespace gantry::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr auto kPack = R"(pack: 1
id: deid-pack
version: 1.0.0
title: A pack for de-identification
sources: {TRIAL: {cite: "The trial's own decision"}}
visits: [{id: BL, label: Baseline, needs: [ct]}]
slots:
  ct:
    label: Any CT
    match: {must: [{check: Modality, op: equals, value: CT}], accept: {score: 0}}
deidentification: {options: [retain_longitudinal_modified_dates]}
)";

/// A folder with a pack, a key and objects; runs the command on it.
class Desk {
public:
    Desk() {
        put("pack.yaml", kPack);
        put("key", "an invented trial key of more than 32 bytes");
        fs::create_directory(in());
    }
    fs::path path(const std::string& name) const { return folder_.path() / name; }
    fs::path in() const { return path("in"); }
    fs::path out() const { return path("out"); }
    void put(const std::string& name, std::string_view bytes) const {
        fs::create_directories(path(name).parent_path());
        must(writeFileDurably(path(name), asBytes(bytes)));
    }
    void object(const std::string& name, const std::string& patient, const ImageOptions& options,
                bool burnt = false) const {
        auto image = ctImage(options);
        if (!patient.empty()) image.remove("PatientID").text("PatientID", patient);
        if (burnt) image.remove("BurnedInAnnotation").text("BurnedInAnnotation", "YES");
        put("in/" + name, fileOf(image, kExplicitLittle));
    }
    CommandOutcome run(const std::string& more, const std::string& out = "out") const {
        return runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid run " + in().string() + " --pack " +
                          path("pack.yaml").string() + " --key-file " + path("key").string() + " --out " +
                          path(out).string() + " --json " + path("report.json").string() + " " + more +
                          " 2>&1");
    }
    json::value report() const { return json::parse(must(readFile(path("report.json")))); }

private:
    TemporaryDirectory folder_ = temporaryDirectory();
};

ImageOptions instance(int number, const std::string& study = "1.2.826.0.1.1") {
    ImageOptions options;
    options.instance = number;
    options.study_uid = study;
    return options;
}

/// Content by path below `folder`; none where there is no such folder.
std::map<std::string, std::string> filesBelow(const fs::path& folder) {
    std::map<std::string, std::string> files;
    if (!fs::exists(folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(folder).string()] = must(readFile(entry.path()));
    return files;
}

std::string textIn(const json::value& value, const char* key) {
    const auto* found = value.as_object().if_contains(key);
    return found ? std::string(found->as_string()) : "";
}

/// The report's entry of one file.
json::object entryOf(const json::value& report, const std::string& file) {
    for (const auto& object : report.at("objects").as_array())
        if (textIn(object, "file") == file) return object.as_object();
    FAIL("no entry for " << file);
    return {};
}

std::string valueIn(const std::string& file, dicom::Tag tag) {
    return std::string(must(dicom::readFile(asBytes(file))).dataset.text(tag));
}

}  // namespace

TEST_CASE("several patients of one folder become several subjects, and their studies stay apart",
          "[deid][system]") {
    const Desk desk;
    desk.object("a/1", "P1", instance(1, "1.2.826.0.1.1"));
    desk.object("a/2", "P1", instance(2, "1.2.826.0.1.1"));
    desk.object("b.bin", "P2", instance(3, "1.2.826.0.1.2"));
    desk.put("list.csv", "PatientID,subject,visit\nP1,S-01,BL\n\"P2\", S-02\n");
    const auto said = desk.run("--subjects " + desk.path("list.csv").string());
    CAPTURE(said.output);
    REQUIRE(said.exit_code == 0);
    const auto report = desk.report();
    std::map<std::string, std::set<std::string>> studies_of;
    for (const auto& [path, bytes] : filesBelow(desk.out())) {
        CAPTURE(path);
        const auto subject = path.substr(0, path.find('/'));
        CHECK(valueIn(bytes, dicom::tags::kPatientId) == subject);
        const auto study = valueIn(bytes, dicom::tags::kStudyInstanceUid);
        studies_of[subject].insert(study);
        CHECK(path == subject + "/" + study + "/" + valueIn(bytes, dicom::tags::kSeriesInstanceUid) + "/" +
                          valueIn(bytes, dicom::tags::kSopInstanceUid) + ".dcm");
        struct stat info {};
        REQUIRE(::stat((desk.out() / path).c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0600);
    }
    REQUIRE(studies_of.size() == 2);
    CHECK(studies_of["S-01"].size() == 1);
    CHECK(studies_of["S-02"] != studies_of["S-01"]);
    CHECK(report.at("totals").at("written").to_number<int>() == 3);
    CHECK(report.at("studies").as_array().size() == 2);
    CHECK(textIn(entryOf(report, "b.bin"), "status") == "written");
}

TEST_CASE("what is held or no image is listed with its reason and not written", "[deid][system]") {
    const Desk desk;
    desk.object("good", "P1", instance(1));
    desk.object("stranger", "P9", instance(2, "1.2.826.0.1.9"));
    desk.put("in/notes.txt", "not DICOM at all");
    desk.put("in/broken", fileOf(ctImage(instance(4)), kExplicitLittle).substr(0, 700));
    desk.put("list.csv", "P1,S-01\n");
    const auto said = desk.run("--subjects " + desk.path("list.csv").string());
    CAPTURE(said.output);
    CHECK(said.exit_code == 2);
    const auto report = desk.report();
    CHECK(filesBelow(desk.out()).size() == 1);
    CHECK(textIn(entryOf(report, "good"), "status") == "written");
    CHECK(textIn(entryOf(report, "stranger"), "status") == "held");
    CHECK(textIn(entryOf(report, "stranger"), "reason") == "its PatientID is not in the list of subjects");
    CHECK(textIn(entryOf(report, "notes.txt"), "status") == "not_dicom");
    CHECK(textIn(entryOf(report, "broken"), "status") == "held");
    CHECK_FALSE(textIn(entryOf(report, "broken"), "reason").empty());
    CHECK(said.output.find("1 of 4 files written, 2 held, 1 not an image") != std::string::npos);
    CHECK(said.output.find("P9") == std::string::npos);
}

TEST_CASE("a second run gives the same bytes, another key gives others", "[deid][system]") {
    const Desk desk;
    for (int i = 1; i <= 4; ++i) desk.object(std::to_string(i), "P1", instance(i));
    REQUIRE(desk.run("--subject S1").exit_code == 0);
    REQUIRE(desk.run("--subject S1", "again").exit_code == 0);
    const auto first = filesBelow(desk.out());
    CHECK(first.size() == 4);
    CHECK(first == filesBelow(desk.path("again")));
    desk.put("key", "another invented trial key, as long as the first");
    REQUIRE(desk.run("--subject S1", "third").exit_code == 0);
    for (const auto& [path, bytes] : filesBelow(desk.path("third"))) CHECK_FALSE(first.contains(path));
}

TEST_CASE("a second pass over the outputs changes nothing and says so", "[deid][system]") {
    const Desk desk;
    for (int i = 1; i <= 3; ++i) desk.object(std::to_string(i), "P1", instance(i));
    REQUIRE(desk.run("--subject S1").exit_code == 0);
    const auto said =
        runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid run " + desk.out().string() + " --pack " +
                   desk.path("pack.yaml").string() + " --key-file " + desk.path("key").string() + " --out " +
                   desk.path("twice").string() + " --subject S1 2>&1");
    CAPTURE(said.output);
    CHECK(said.exit_code == 0);
    CHECK(said.output.find("3 were de-identified by this key before, and are unchanged") !=
          std::string::npos);
    CHECK(filesBelow(desk.path("twice")) == filesBelow(desk.out()));
}

TEST_CASE("the report says rule by rule what was done, and no value of the original", "[deid][system]") {
    const Desk desk;
    desk.object("1", "HOSPITAL-4711", instance(1));
    REQUIRE(desk.run("--subject S1").exit_code == 0);
    const auto text = must(readFile(desk.path("report.json")));
    const auto original = must(dicom::readFile(asBytes(must(readFile(desk.in() / "1")))));
    for (const auto tag : {dicom::tags::kPatientName, dicom::tags::kPatientId, dicom::tags::kAccessionNumber,
                           dicom::tags::kStudyInstanceUid, dicom::tags::kSopInstanceUid}) {
        const std::string value(original.dataset.text(tag));
        REQUIRE_FALSE(value.empty());
        CHECK(text.find(value) == std::string::npos);
    }
    const auto entry = entryOf(desk.report(), "1");
    std::map<std::string, std::string> done;
    for (const auto& line : entry.at("lines").as_array()) done[textIn(line, "where")] = textIn(line, "done");
    CHECK(done["PatientID"] == "trial-value");
    CHECK(done["StudyInstanceUID"] == "uid-mapped");
    CHECK(done["StudyDate"] == "date-shifted");
    CHECK(done["Rows"] == "kept");
}

TEST_CASE("calls that cannot be right are refused in plain words", "[deid][system]") {
    const Desk desk;
    desk.object("1", "P1", instance(1));
    desk.put("short", "only a few bytes");
    desk.put("bad.yaml", "pack: 1\nid: x\n");
    desk.put("bad.csv", "P1,\nP2,S2,V,more\n");
    const auto at = [&](const std::string& name) { return desk.path(name).string(); };
    const auto call = [&](const std::string& folder, const std::string& pack, const std::string& key,
                          const std::string& who) {
        return runCommand(std::string(GANTRY_BIN_DIR) + "/gantryctl deid run " + at(folder) + " --pack " +
                          at(pack) + " --key-file " + at(key) + " --out " + at("out") + " " + who + " 2>&1");
    };
    const auto [folder, pack, key, who, says] =
        GENERATE(table<const char*, const char*, const char*, std::string, const char*>({
            {"in", "pack.yaml", "short", "--subject S", "holds 16 bytes; at least 32 are needed"},
            {"in", "pack.yaml", "none", "--subject S", "reading the key file"},
            {"in", "bad.yaml", "key", "--subject S", "'version' is missing"},
            {"in", "none.yaml", "key", "--subject S", "none.yaml"},
            {"nowhere", "pack.yaml", "key", "--subject S", "is no folder and no file"},
            {"in", "pack.yaml", "key", "", "say --subject ID for one subject, or --subjects CSV for several"},
            {"in", "pack.yaml", "key", "--subject 'A^B'", "subject"},
        }));
    const auto said = call(folder, pack, key, who);
    CAPTURE(said.output);
    CHECK(said.exit_code == 1);
    CHECK(said.output.find(says) != std::string::npos);
    CHECK(filesBelow(desk.out()).empty());
    const auto listed = call("in", "pack.yaml", "key", "--subjects " + at("bad.csv"));
    CHECK(listed.exit_code == 1);
    CHECK(listed.output.find("line 1: the subject is missing") != std::string::npos);
    CHECK(listed.output.find("line 2: PatientID,subject or PatientID,subject,visit") != std::string::npos);
}

TEST_CASE("a key that others can read, and several patients for one subject, are warned of",
          "[deid][system]") {
    const Desk desk;
    desk.object("1", "P1", instance(1, "1.2.826.0.1.1"));
    desk.object("2", "P2", instance(2, "1.2.826.0.1.2"));
    fs::permissions(desk.path("key"), fs::perms(0644));
    const auto said = desk.run("--subject S1");
    CAPTURE(said.output);
    CHECK(said.exit_code == 0);
    CHECK(said.output.find("the key file can be read by others") != std::string::npos);
    CHECK(said.output.find("2 different PatientIDs") != std::string::npos);
    CHECK(desk.report().at("warnings").as_array().size() == 2);
}

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
}
