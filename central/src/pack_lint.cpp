#include "pack_lint.hpp"

#include <algorithm>
#include <tuple>

#include "gantry/anonymizer/pack_policy.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {

namespace {

/// What a broken line makes the pack say is no mistake of its own.
bool isReportedAt(const std::vector<qc::YamlMistake>& mistakes, qc::YamlPlace place) {
    return std::ranges::any_of(mistakes,
                               [&](const qc::YamlMistake& one) { return one.place.line == place.line; });
}

void addPackMistakes(const qc::PackYaml& yaml, LintedPack& linted) {
    for (const qc::PackMistake& mistake : qc::Pack::mistakes(linted.document.json)) {
        const qc::YamlPlace place = linted.document.placeOf(mistake.path);
        if (isReportedAt(yaml.mistakes, place)) continue;
        linted.problems.push_back({PackProblem::Kind::Mistake, place, mistake.path, mistake.message});
    }
}

/// What the format allows and sites' engines would not take: they would refuse the pack as a whole.
void addRefusedDeidentification(LintedPack& linted) {
    const auto policy = anonymizer::policyOf(linted.pack->deidentification(), linted.pack->attributesRead());
    if (policy) return;
    const std::string path = "deidentification";
    linted.problems.push_back(
        {PackProblem::Kind::Mistake, linted.document.placeOf(path), path, policy.error().context});
    linted.pack.reset();
}

void addUnverified(LintedPack& linted) {
    for (const std::string& source : linted.pack->unverifiedSources()) {
        const std::string path = "sources." + source + ".verify";
        linted.problems.push_back({PackProblem::Kind::Warning, linted.document.placeOf(path), path,
                                   "the source is still to be verified; this blocks activation"});
    }
}

void sortByPlace(std::vector<PackProblem>& problems) {
    std::ranges::stable_sort(problems, {}, [](const PackProblem& problem) {
        return std::tuple(problem.place.line, problem.place.column);
    });
}

}  // namespace

Result<LintedPack> lintPack(const std::filesystem::path& file) {
    const std::string text = GANTRY_TRY(readFile(file, 16 * qc::Pack::kMaxBytes));
    qc::PackYaml yaml = qc::parsePackYaml(text);
    LintedPack linted{file, std::move(yaml.document), {}, std::nullopt};
    for (const auto& [place, what] : yaml.mistakes)
        linted.problems.push_back({PackProblem::Kind::Mistake, place, "", what});
    if (yaml.whole) addPackMistakes(yaml, linted);
    if (linted.problems.empty()) {
        linted.pack = GANTRY_TRY(qc::Pack::fromJson(linted.document.json));
        addUnverified(linted);
        addRefusedDeidentification(linted);
    }
    sortByPlace(linted.problems);
    return linted;
}

std::string lineOf(const LintedPack& linted, const PackProblem& problem) {
    std::string line = linted.file.string() + ":" + std::to_string(problem.place.line) + ":" +
                       std::to_string(problem.place.column) + ": ";
    if (problem.kind == PackProblem::Kind::Warning) line += "warning: ";
    if (!problem.path.empty()) line += problem.path + ": ";
    return line + problem.message;
}

}  // namespace gantry::central
