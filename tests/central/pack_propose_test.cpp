// `gantry-central pack propose`: a draft from accepted studies has to be clean and to fit what it came from.
#include <boost/json.hpp>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace json = boost::json;

namespace {

/// Three accepted studies: a soft-tissue series of 5, 5 and 4 mm in each, a thin lung series in two.
struct Accepted {
    TemporaryDirectory folder = temporaryDirectory();
    std::filesystem::path images = folder.path() / "images";
    std::filesystem::path draft = folder.path() / "draft.yaml";

    Accepted() {
        const std::string thickness[] = {"5", "5", "4"};
        for (int i = 0; i < 3; ++i) {
            const std::string study = "2.25.10" + std::to_string(i);
            series(study, "1", 6 + i,
                   {{"SliceThickness", thickness[i]},
                    {"ConvolutionKernel", "STANDARD"},
                    {"SeriesDescription", "Doe abdomen routine"},
                    {"ContrastBolusAgent", "Agent"}});
            if (i == 0) continue;
            series(study, "2", 9,
                   {{"SliceThickness", "1"},
                    {"ConvolutionKernel", "LUNG"},
                    {"SeriesDescription", "Doe chest lung"},
                    {"ContrastBolusAgent", "Agent"}});
        }
    }

    void series(const std::string& study, const std::string& number, int count, Header header) const {
        header["StudyInstanceUID"] = study;
        header["FrameOfReferenceUID"] = study + ".9";
        writeCtSeries(images / study, study + "." + number, count, header);
    }

    std::string propose(const std::string& more = "") const {
        const auto said = packOutput("propose " + images.string() + " " + more + " 2>/dev/null");
        REQUIRE(said.exit_code == 0);
        must(writeFileDurably(draft, asBytes(said.output)));
        return said.output;
    }

    json::object test() const {
        const auto said =
            packOutput("test " + draft.string() + " " + images.string() + " --json 2>/dev/null");
        REQUIRE(said.exit_code == 0);
        return json::parse(said.output).as_object();
    }
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a draft is clean, still to be verified, and carries the name it was given", "[pack][propose]") {
    const Accepted accepted;
    const auto yaml = accepted.propose("--id onc-x --title 'Trial X'");
    CAPTURE(yaml);
    const auto linted = pack("lint " + accepted.draft.string());
    CHECK(linted.exit_code == 0);
    CHECK(has(linted.output, "sources.ACCEPTED.verify"));
    CHECK(has(linted.output, "onc-x 0.1.0: no mistakes"));
    CHECK(has(yaml, "title: \"Trial X\""));
}

TEST_CASE("kinds of series become slots, their spread limits with what was found", "[pack][propose]") {
    const Accepted accepted;
    const auto yaml = accepted.propose();
    CAPTURE(yaml);
    CHECK(has(yaml, "3 series in 3 of 3 studies"));
    CHECK(has(yaml, "2 series in 2 of 3 studies"));
    CHECK(has(yaml, "check: derived.slice_thickness, op: between, value: [4 mm, 5 mm], tol: 1 %"));
    CHECK(has(yaml, "# 5 in 2 of 3 series, 4 to 5\n"));
    CHECK(has(yaml, "check: ConvolutionKernel, op: equals, value: \"STANDARD\""));
    // 6 slices in steps of 5 mm: 25 mm and a slice of 5 mm; the others are longer
    CHECK(has(yaml, "check: derived.coverage, op: at_least, value: 30 mm"));
    CHECK(has(yaml, "needs: [s1-ct-axial], optional: [s2-ct-axial]"));
    CHECK(has(yaml, "(?i)abdomen"));
}

TEST_CASE("a draft fits the studies it was made from, and not another technique", "[pack][propose]") {
    const Accepted accepted;
    accepted.propose();
    auto out = accepted.test();
    for (const auto& study : out.at("studies").as_array()) CHECK(study.at("outcome").as_string() == "pass");
    REQUIRE(out.at("series").as_array().size() == 5);
    for (const auto& series : out.at("series").as_array()) CHECK(series.at("slot").is_string());
    for (const auto& finding : out.at("findings").as_array())
        CHECK(finding.at("result").as_string() == "pass");

    accepted.series("2.25.200", "1", 6,
                    {{"SliceThickness", "8"},
                     {"ConvolutionKernel", "STANDARD"},
                     {"SeriesDescription", "abdomen"},
                     {"ContrastBolusAgent", "Agent"}});
    out = accepted.test();
    CHECK(out.at("studies").at(3).at("outcome").as_string() == "attention");
    CHECK(has(json::serialize(out), "\"found\":\"8 mm\""));
}

TEST_CASE("nothing of the patient gets into a draft", "[pack][propose]") {
    const Accepted accepted;
    const auto yaml = accepted.propose();
    for (const auto* secret : {"doe", "Doe", "DOE", "JANE", "HN4711", "2.25."})
        CHECK_FALSE(has(yaml, secret));
}

TEST_CASE("what a scanner wrote cannot break out of the draft's YAML", "[pack][propose]") {
    const Accepted accepted;
    accepted.series("2.25.300", "1", 3,
                    {{"ConvolutionKernel", "a\"]}\nid: evil #"}, {"ReconstructionMethod", "$thickest"}});
    const auto yaml = accepted.propose();
    CHECK_FALSE(has(yaml, "\nid: evil"));
    CHECK(pack("lint " + accepted.draft.string()).exit_code == 0);
    CHECK(accepted.test().at("studies").as_array().size() == 4);
}

TEST_CASE("a folder without images cannot be drafted from", "[pack][propose]") {
    const auto folder = temporaryDirectory();
    CHECK(pack("propose " + folder.path().string()).exit_code == 2);
    CHECK(pack("propose " + (folder.path() / "absent").string()).exit_code == 2);
    CHECK(pack("propose").exit_code == 2);
}

TEST_CASE("drafts from real studies of several vendors fit them", "[pack][propose][real]") {
    const auto shared = sharedFolder();
    if (!shared) return skipLoudly("no shared folder with real series");
    for (const auto* name : {"dcm_qa_ct", "dcm_qa_nih/In", "dcm_qa_uih/In", "dcm_qa_enh/In", "hazen"}) {
        CAPTURE(name);
        const auto folder = temporaryDirectory();
        const auto images = (*shared / "data" / name).string();
        const auto drafted = packOutput("propose " + images + " 2>/dev/null");
        REQUIRE(drafted.exit_code == 0);
        const auto draft = written(folder, "draft.yaml", drafted.output).string();
        CHECK(pack("lint " + draft).exit_code == 0);
        const auto said = packOutput("test " + draft + " " + images + " --json --headers-only 2>/dev/null");
        REQUIRE(said.exit_code == 0);
        const auto out = json::parse(said.output);
        for (const auto& study : out.at("studies").as_array())
            CHECK(study.at("outcome").as_string() == "pass");
        for (const auto& finding : out.at("findings").as_array())
            CHECK(finding.at("result").as_string() == "pass");
    }
}
