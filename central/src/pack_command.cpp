#include "pack_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "gantry/core/files.hpp"
#include "gantry/qc/pack_diff.hpp"

namespace gantry::central {

namespace json = boost::json;

namespace {

void sayUnreadable(const std::filesystem::path& file, const Error& error) {
    std::cerr << file.string() << ": " << error.message() << '\n';
}

std::string_view kindName(PackProblem::Kind kind) {
    return kind == PackProblem::Kind::Mistake ? "mistake" : "warning";
}

json::object toJson(const LintedPack& linted) {
    json::array problems;
    for (const PackProblem& problem : linted.problems)
        problems.push_back({{"kind", kindName(problem.kind)},
                            {"line", problem.place.line},
                            {"column", problem.place.column},
                            {"path", problem.path},
                            {"message", problem.message}});
    json::object out{{"file", linted.file.string()}, {"problems", std::move(problems)}};
    if (linted.pack) {
        out["id"] = linted.pack->id();
        out["version"] = linted.pack->version();
    }
    return out;
}

void sayClean(const LintedPack& linted) {
    std::cout << linted.pack->id() << ' ' << linted.pack->version() << ": no mistakes\n";
}

}  // namespace

void sayProblems(const LintedPack& linted) {
    for (const PackProblem& problem : linted.problems) std::cerr << lineOf(linted, problem) << '\n';
}

int packLint(const std::vector<std::filesystem::path>& files, PackOutput output) {
    int exit_code = kPackFine;
    json::array all;
    for (const std::filesystem::path& file : files) {
        const auto linted = lintPack(file);
        if (!linted) {
            sayUnreadable(file, linted.error());
            exit_code = kPackUnusable;
            continue;
        }
        if (!linted->pack) exit_code = std::max(exit_code, kPackDiffers);
        if (output == PackOutput::Json) {
            all.push_back(toJson(*linted));
            continue;
        }
        sayProblems(*linted);
        if (linted->pack) sayClean(*linted);
    }
    if (output == PackOutput::Json) std::cout << json::serialize(all) << '\n';
    return exit_code;
}

std::optional<LintedPack> usablePack(const std::filesystem::path& file) {
    auto linted = lintPack(file);
    if (!linted) {
        sayUnreadable(file, linted.error());
        return std::nullopt;
    }
    if (linted->pack) return *std::move(linted);
    sayProblems(*linted);
    return std::nullopt;
}

int packBuild(const std::filesystem::path& yaml, const std::filesystem::path& out) {
    const auto loaded = usablePack(yaml);
    if (!loaded) return kPackUnusable;
    sayProblems(*loaded);
    constexpr mode_t kReadableByAll = 0644;  // a pack holds nothing secret
    if (auto written = writeFileDurably(out, asBytes(loaded->document.json), kReadableByAll); !written) {
        sayUnreadable(out, written.error());
        return kPackUnusable;
    }
    std::cout << loaded->pack->id() << ' ' << loaded->pack->version() << ": " << loaded->document.json.size()
              << " bytes in " << out.string() << '\n';
    return kPackFine;
}

int packDiff(const std::filesystem::path& before, const std::filesystem::path& after) {
    const auto old_pack = usablePack(before);
    const auto new_pack = usablePack(after);
    if (!old_pack || !new_pack) return kPackUnusable;
    const auto changes = qc::comparePacks(json::parse(old_pack->document.json).as_object(),
                                      json::parse(new_pack->document.json).as_object());
    std::string section;
    for (const qc::PackChange& change : changes) {
        if (change.section != section) std::cout << change.section << '\n';
        section = change.section;
        std::cout << "  " << change.text << '\n';
        for (const std::string& detail : change.details) std::cout << "      " << detail << '\n';
    }
    return changes.empty() ? kPackFine : kPackDiffers;
}

}  // namespace gantry::central
