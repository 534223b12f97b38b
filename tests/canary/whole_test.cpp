/// Outputs of the corpus as files: the same at a second pass, and in order for independent tools.
#include <catch2/catch.hpp>
#include <cstdio>

#include "dciodvfy.hpp"
#include "driver.hpp"
#include "exam_kit.hpp"

using namespace gantry;
using namespace gantry::canary;
using namespace gantry::test;

namespace {

namespace fs = std::filesystem;

std::string outputOf(const std::string& command) {
    std::string out;
    auto* pipe = ::popen(command.c_str(), "r");
    REQUIRE(pipe != nullptr);
    char buffer[4096];
    while (const auto got = std::fread(buffer, 1, sizeof buffer, pipe)) out.append(buffer, got);
    ::pclose(pipe);
    return out;
}

bool isThere(const std::string& program) {
    return !outputOf("command -v " + program + " 2>/dev/null").empty();
}

/// Files that are valid objects, or nearly: those that are broken on purpose say nothing here.
bool isOrdinary(const CorpusFile& file) {
    for (const char* odd : {"place-", "shape-", "spoiled-", "value-", "private-", "charset-", "dictionary-",
                            "sequences-", "deep-", "jpeg", "rle"})
        if (file.name.starts_with(odd)) return false;
    return true;
}

}  // namespace

TEST_CASE("a second pass changes nothing, documents aside", "[canary]") {
    const auto corpus = examCorpus();
    const auto temporary = temporaryDirectory();
    const auto folder = workFolder(temporary, "again");
    const auto once = runEngine(corpus, trialOptions(), folder);
    std::size_t same = 0, passed = 0;
    for (std::size_t i = 0; i < corpus.files.size(); ++i) {
        // The tool that cleans documents writes other bytes each time.
        if (!once[i].bytes || corpus.files[i].kind == "PDF") continue;
        ++passed;
        const auto name = corpus.files[i].name;
        const auto twice =
            runEngineOn(folder / (name + ".out.dcm"), folder / (name + ".again.dcm"), trialOptions());
        if (twice.bytes == once[i].bytes)
            ++same;
        else
            UNSCOPED_INFO("differs at a second pass: " << name << " " << twice.held_because);
    }
    std::cout << "a second pass over " << passed << " outputs: " << same << " are the same\n";
    CHECK(same == passed);
}

TEST_CASE("DCMTK takes each output for DICOM", "[canary]") {
    if (!isThere("dcmftest")) return skipLoudly("dcmftest is not here");
    const auto corpus = examCorpus();
    const auto temporary = temporaryDirectory();
    const auto folder = workFolder(temporary, "whole");
    const auto outcomes = runEngine(corpus, trialOptions(), folder);
    for (std::size_t i = 0; i < corpus.files.size(); ++i) {
        if (!outcomes[i].bytes) continue;
        const auto path = folder / (corpus.files[i].name + ".out.dcm");
        CAPTURE(corpus.files[i].name);
        CHECK(outputOf("dcmftest '" + path.string() + "'").starts_with("yes:"));
        CHECK(outputOf("dcmdump -q '" + path.string() + "' 2>&1 >/dev/null").empty());
    }
}

TEST_CASE("dciodvfy finds no new errors", "[canary]") {
    if (!isThere("dciodvfy")) return skipLoudly("dciodvfy (dicom3tools) is not here");
    const auto corpus = examCorpus();
    const auto temporary = temporaryDirectory();
    const auto folder = workFolder(temporary, "verified");
    const auto outcomes = runEngine(corpus, trialOptions(), folder);
    std::size_t fresh = 0;
    for (std::size_t i = 0; i < corpus.files.size(); ++i) {
        if (!outcomes[i].bytes || !isOrdinary(corpus.files[i])) continue;
        const auto before = iodErrors(folder / (corpus.files[i].name + ".dcm"));
        const auto after = iodErrors(folder / (corpus.files[i].name + ".out.dcm"));
        if (!before || !after) continue;
        for (const auto& error : *after)
            if (!before->contains(error)) {
                std::cout << "new for dciodvfy in " << corpus.files[i].name << ": " << error << '\n';
                ++fresh;
            }
    }
    CHECK(fresh == 0);
}
