// `gantry-central pack test` on the pack's examples and on folders of images.
#include <boost/json.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace json = boost::json;

namespace {

struct Tried {
    TemporaryDirectory folder = temporaryDirectory();
    std::filesystem::path pack_file = written(folder, "p.yaml", kSmallPack);
    std::filesystem::path images = folder.path() / "images";
    CommandOutcome run(const std::string& more = "") const {
        return packOutput("test " + pack_file.string() + " " + images.string() + " " + more);
    }
    json::object json() const {
        const auto said = run("--json");
        REQUIRE(said.exit_code == 0);
        return json::parse(said.output).as_object();
    }
};

std::vector<json::object> ofRule(const json::object& out, const std::string& rule) {
    std::vector<json::object> found;
    for (const auto& one : out.at("findings").as_array())
        if (one.at("rule").as_string() == rule) found.push_back(one.as_object());
    return found;
}

}  // namespace

TEST_CASE("examples that hold are exit code 0, one that differs is 1 and says how", "[pack][test]") {
    const auto folder = temporaryDirectory();
    const auto good = pack("test " + written(folder, "p.yaml", kSmallPack).string());
    CHECK(good.exit_code == 0);
    CHECK(good.output.starts_with("ok       thin\n"));
    const auto bad =
        pack("test " + written(folder, "q.yaml", smallPackWith("THICK: pass", "THICK: fail")).string());
    CHECK(bad.exit_code == 1);
    CHECK(bad.output.find("differs  thin\n") == 0);
    CHECK(bad.output.find("THICK: expected fail, got pass (found 2 mm)") != std::string::npos);
    CHECK(pack("test " + written(folder, "r.yaml", "pack: 1\n").string()).exit_code == 2);
}

TEST_CASE("a folder is judged study by study, whatever lies beside the images", "[pack][test]") {
    const Tried tried;
    writeCtSeries(tried.images / "a/b", "2.25.1", 3);
    writeCtSeries(tried.images / "c", "2.25.2", 2, {{"SliceThickness", "7.5"}, {"KVP", ""}});
    writeCtSeries(tried.images / "d", "2.25.3", 1, {{"StudyInstanceUID", "2.25.99"}, {"Modality", "MR"}});
    must(writeFileDurably(tried.images / "notes.txt", asBytes("not an image")));
    must(writeFileDurably(tried.images / "empty", asBytes("")));
    const auto whole = must(readFile(tried.images / "a/b/2.25.1-1"));
    must(writeFileDurably(tried.images / "again", asBytes(whole)));
    must(writeFileDurably(tried.images / "broken", asBytes(whole.substr(0, whole.size() - 9))));

    const auto out = tried.json();
    CHECK(out.at("files").at("all").as_int64() == 10);
    CHECK(out.at("files").at("not_dicom").as_int64() == 2);
    CHECK(out.at("files").at("unreadable").as_int64() == 1);
    REQUIRE(out.at("studies").as_array().size() == 2);
    CHECK(out.at("studies").at(0).at("study").as_string() == "2.25.77");
    CHECK(out.at("studies").at(0).at("instances").as_int64() == 5);
    CHECK(out.at("studies").at(0).at("duplicates").as_int64() == 1);
    CHECK(out.at("studies").at(1).at("outcome").as_string() == "fail");  // no CT in it

    const auto& series = out.at("series").as_array();
    REQUIRE(series.size() == 3);
    for (const auto& one : series) {
        const bool is_ct = one.at("series").as_string() != "2.25.3";
        CHECK(one.at("slot").is_null() == !is_ct);
        CHECK(one.at("description").as_string() == "Body");
    }
}

TEST_CASE("each rule answers once for each series, with what it found and what it wants", "[pack][test]") {
    const Tried tried;
    writeCtSeries(tried.images, "2.25.2", 2, {{"SliceThickness", "7.5"}, {"KVP", ""}});
    const auto out = tried.json();
    const auto thick = ofRule(out, "THICK");
    REQUIRE(thick.size() == 1);
    CHECK(thick[0].at("series").as_string() == "2.25.2");
    CHECK(thick[0].at("slot").as_string() == "ct");
    CHECK(thick[0].at("result").as_string() == "fail");
    CHECK(thick[0].at("severity").as_string() == "query");
    CHECK(thick[0].at("found").as_string() == "7.5 mm");
    CHECK(thick[0].at("expected").as_string() == "at most 5 mm");
    CHECK(ofRule(out, "KV").at(0).at("result").as_string() == "cannot_tell");
    CHECK(out.at("studies").at(0).at("outcome").as_string() == "attention");
    CHECK(out.at("studies").at(0).at("cannot_tell").as_int64() == 1);

    const auto said = tried.run().output;
    CHECK(said.find("attention    Any CT: slices are 7.5 mm, at most 5 mm allowed") != std::string::npos);
    CHECK(said.find("Reconstruct at 5 mm or thinner.") != std::string::npos);
    CHECK(said.find("1 finding cannot tell") != std::string::npos);
    CHECK(said.find("CT \"Body\", 2 images: ct (Any CT)") != std::string::npos);
}

namespace {

/// Five slices with pixels, of which `blank` shows nothing.
void writePixels(const std::filesystem::path& folder, const std::string& uid, int blank) {
    for (int i = 0; i < 5; ++i) {
        std::string pixels;
        for (int k = 0; k < 256; ++k) pixels += {static_cast<char>(i == blank ? 0 : k + i), 0};
        writeCtSeries(folder / std::to_string(i), uid, 1,
                      {{"SOPInstanceUID", uid + "." + std::to_string(10 + i)},
                       {"ImagePositionPatient", "0\\0\\" + std::to_string(5 * i)},
                       {"Rows", "16"},
                       {"Columns", "16"},
                       {"PixelSpacing", "20\\20"},
                       {"BitsAllocated", "16"},
                       {"BitsStored", "12"},
                       {"HighBit", "11"},
                       {"PixelRepresentation", "0"},
                       {"SamplesPerPixel", "1"},
                       {"PhotometricInterpretation", "MONOCHROME2"},
                       {"PixelData", pixels}});
    }
}

}  // namespace

TEST_CASE("pixels are looked at as at a site, unless they are left out", "[pack][test]") {
    Tried tried;
    auto yaml =
        smallPackWith("{id: KV, check: KVP, op: between, value: [80, 140], severity: note,",
                      "{id: BLANK, check: image.blank_frames, op: equals, value: 0, severity: rescan,");
    yaml.replace(yaml.find(", KV: pass"), 10, "");
    tried.pack_file = written(tried.folder, "p.yaml", yaml);
    writePixels(tried.images / "a", "2.25.1", 2);
    auto out = tried.json();
    CHECK(ofRule(out, "BLANK").at(0).at("result").as_string() == "fail");
    CHECK(ofRule(out, "BLANK").at(0).at("found").as_string() == "1");
    CHECK(ofRule(out, "SERIES-IDENTICAL").empty());
    const auto headers = json::parse(tried.run("--json --headers-only").output).as_object();
    CHECK(ofRule(headers, "BLANK").at(0).at("result").as_string() == "cannot_tell");
    writePixels(tried.images / "b", "2.25.2", 2);
    CHECK(ofRule(tried.json(), "SERIES-IDENTICAL").size() == 1);
}

TEST_CASE("a study does not pass on the images that could be read", "[pack][test]") {
    const Tried tried;
    writePixels(tried.images, "2.25.1", 9);
    const auto last = tried.images / "4" / "2.25.1-1";
    const auto whole = must(readFile(last));
    const auto judged = [&] { return json::parse(tried.run("--json --headers-only").output).as_object(); };
    CHECK(judged().at("studies").at(0).at("outcome").as_string() == "pass");
    for (const std::size_t cut : {whole.size() - 100, std::size_t{200}}) {  // in the pixels, in the header
        must(writeFileDurably(last, asBytes(whole.substr(0, cut))));
        writeImage(tried.images / "4" / "beside", {{"SOPClassUID", "1.2.840.10008.5.1.4.1.1.2"},
                                                   {"SOPInstanceUID", "2.25.1.99"},
                                                   {"StudyInstanceUID", "2.25.77"},
                                                   {"SeriesInstanceUID", "2.25.3"},
                                                   {"Modality", "OT"}});
        const auto out = judged();
        CAPTURE(cut);
        CHECK(out.at("studies").at(0).at("outcome").as_string() == "attention");
        CHECK(ofRule(out, "UNREADABLE").at(0).at("result").as_string() == "cannot_tell");
        CHECK(ofRule(out, "UNREADABLE").at(0).at("found").as_string() == "1 image");
    }
}

TEST_CASE("nothing that identifies the patient is printed, and no control character", "[pack][test]") {
    Tried tried;
    const auto identity = smallPackWith("slots:\n",
                                        "identity:\n  - {id: WHO, check: PatientID, op: in, value: "
                                        "enrolment.subject_ids, severity: stop, why: w, "
                                        "advice: 'is it {found}'}\n  - {id: ONE, check: [PatientID, "
                                        "PatientName], op: constant, severity: stop, "
                                        "why: w, advice: a}\nslots:\n");
    tried.pack_file = written(tried.folder, "p.yaml", identity);
    writeCtSeries(tried.images, "2.25.1", 1, {{"SeriesDescription", "\x1b[31mred"}});
    writeCtSeries(tried.images, "2.25.2", 1, {{"PatientID", "HN0815"}});
    for (const auto* more : {"", "--json"}) {
        const auto said = tried.run(more);
        CHECK(said.exit_code == 0);
        for (const auto* secret : {"HN4711", "HN0815", "DOE", "JANE", "\x1b"})
            CHECK(said.output.find(secret) == std::string::npos);
    }
    CHECK(ofRule(tried.json(), "ONE").at(0).at("result").as_string() == "fail");
}

TEST_CASE("a follow-up is compared with a folder taken for the baseline", "[pack][test]") {
    Tried tried;
    auto yaml = smallPackWith("examples:\n", "examples: []\nunused:\n");
    yaml.resize(yaml.find("unused:"));
    yaml.replace(yaml.find("slots:\n"), 0, "  - {id: FU, label: Follow-up, needs: [ct]}\n");
    yaml.replace(yaml.find("    rules:\n"), 0,
                 "    baseline:\n      - {id: SAME, check: derived.slice_thickness, op: same, tol: 0.1 mm, "
                 "severity: rescan, why: w, advice: 'as {baseline}'}\n");
    tried.pack_file = written(tried.folder, "p.yaml", yaml);
    const auto baseline = tried.folder.path() / "baseline";
    writeCtSeries(baseline, "2.25.5", 3, {{"StudyInstanceUID", "2.25.55"}, {"SliceThickness", "2"}});
    writeCtSeries(tried.images, "2.25.1", 3, {{"SliceThickness", "4"}});
    const auto resultOf = [&](const std::string& more) {
        const auto said = tried.run("--json " + more);
        REQUIRE(said.exit_code == 0);
        return std::string(
            ofRule(json::parse(said.output).as_object(), "SAME").at(0).at("result").as_string());
    };
    CHECK(resultOf("") == "not_applicable");  // the first visit has none before it
    CHECK(resultOf("--visit FU") == "cannot_tell");
    CHECK(resultOf("--baseline " + baseline.string()) == "fail");
    CHECK(resultOf("--baseline " + tried.images.string()) == "pass");
    CHECK(tried.run("--baseline " + baseline.string()).output.find("as 2 mm") != std::string::npos);
    CHECK(tried.run("--baseline " + (tried.folder.path() / "none").string()).exit_code == 2);
}

TEST_CASE("a folder without images and a visit the pack does not have are wrong use", "[pack][test]") {
    const Tried tried;
    CHECK(tried.run().exit_code == 2);
    must(makeDirectory(tried.images));
    CHECK(tried.run().exit_code == 2);
    writeCtSeries(tried.images, "2.25.1", 1);
    CHECK(tried.run("--visit BL").exit_code == 0);
    CHECK(tried.run("--visit XX").exit_code == 2);
    CHECK(pack("test " + tried.pack_file.string() + " --visit BL").exit_code == 2);
    CHECK(pack("test " + tried.pack_file.string() + " " + (tried.images / "2.25.1-1").string()).exit_code ==
          0);
}

// 28 and 54 images in one series each; what is no DICOM image are a licence, a note and two DICOMDIRs.
TEST_CASE("real series are read from a folder", "[pack][test][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real CT series");
    const auto said = packOutput("test " + shippedPack("onc-demo-ct").string() + " --json " +
                                 (*shared / "data/dcm_qa_ct").string());
    REQUIRE(said.exit_code == 0);
    const auto out = json::parse(said.output);
    REQUIRE(out.at("series").as_array().size() == 2);
    CHECK(out.at("series").at(0).at("instances").as_int64() +
              out.at("series").at(1).at("instances").as_int64() ==
          28 + 54);
    CHECK(said.output.find("PLASTIC") == std::string::npos);
}
