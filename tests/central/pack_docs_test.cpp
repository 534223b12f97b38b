// docs/packs.md does what it says: its files are written, its commands run in order, their output compared.
// A line "..." stands for any lines.
#include <sstream>

#include "pack_kit.hpp"

using namespace gantry;
using namespace gantry::test;

namespace {

struct Fence {
    std::string kind;  ///< what stands behind the three backticks
    std::vector<std::string> lines;
};

std::vector<Fence> fencesOf(const std::string& markdown) {
    std::vector<Fence> fences;
    bool inside = false;
    std::istringstream lines(markdown);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) fences.push_back({line.substr(3), {}});
        } else if (inside) {
            fences.back().lines.push_back(line);
        }
    }
    return fences;
}

struct Step {
    std::string command;
    std::vector<std::string> output;
};

std::vector<Step> stepsOf(const Fence& fence) {
    std::vector<Step> steps;
    for (const std::string& line : fence.lines) {
        if (line.starts_with("$ "))
            steps.push_back({line.substr(2), {}});
        else
            steps.back().output.push_back(line);
    }
    return steps;
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

/// Whether `got` is what the page shows; after "..." it may go on with anything until the next shown line.
bool matches(const std::vector<std::string>& shown, const std::vector<std::string>& got) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        if (shown[i] != "...") {
            if (at == got.size() || got[at++] != shown[i]) return false;
        } else if (i + 1 == shown.size()) {
            return true;
        } else {
            while (at < got.size() && got[at] != shown[i + 1]) ++at;
        }
    }
    return at == got.size();
}

/// The folders that the page takes for granted.
void writeImages(const std::filesystem::path& folder) {
    writeCtSeries(folder / "images", "2.25.1", 30, {{"SeriesDescription", "Head 5.0"}});
    must(writeFileDurably(folder / "images/notes.txt", asBytes("not an image")));
    const std::string thickness[] = {"5", "5", "4"};
    for (int i = 0; i < 3; ++i) {
        const std::string study = "2.25.10" + std::to_string(i);
        writeCtSeries(folder / "accepted" / study, study + ".1", 6,
                      {{"StudyInstanceUID", study}, {"SliceThickness", thickness[i]}});
    }
}

}  // namespace

TEST_CASE("every command in docs/packs.md does what the page shows", "[pack][docs]") {
    const auto folder = temporaryDirectory();
    writeImages(folder.path());
    std::size_t commands = 0;
    for (const Fence& fence :
         fencesOf(must(readFile(std::filesystem::path(GANTRY_SOURCE_DIR) / "docs/packs.md")))) {
        if (fence.kind.starts_with("yaml ")) {
            std::string text;
            for (const std::string& line : fence.lines) text += line + "\n";
            (void)written(folder, fence.kind.substr(5), text);
            continue;
        }
        REQUIRE(fence.kind == "console");
        for (const Step& step : stepsOf(fence)) {
            const auto got =
                runCommand("cd " + folder.path().string() + " && PATH=" GANTRY_BIN_DIR ":$PATH && { " +
                           step.command + "; } 2>&1");
            CAPTURE(step.command, got.output);
            CHECK(matches(step.output, linesOf(got.output)));
            ++commands;
        }
    }
    CHECK(commands > 10);
}
