#include "pack_command.hpp"

#include <iostream>
#include <sstream>

#include "gantry/core/files.hpp"
#include "gantry/qc/examples.hpp"
#include "gantry/qc/pack.hpp"
#include "pack_yaml.hpp"

namespace gantry::central {

namespace {

struct LoadedPack {
    PackDocument document;
    qc::Pack pack;
};

/// Reads and lints; what is wrong is printed here, once.
Result<LoadedPack> load(const std::filesystem::path& path) {
    const auto refuse = [&](Error error) {
        std::cerr << path.string() << ": " << error.message() << '\n';
        return error;
    };
    auto text = readFile(path, qc::Pack::kMaxBytes);
    if (!text) return refuse(text.error());
    auto document = readPackYaml(*text);
    if (!document) {
        std::istringstream lines(document.error().context);
        for (std::string line; std::getline(lines, line);) std::cerr << path.string() << ':' << line << '\n';
        return document.error();
    }
    for (const qc::PackMistake& mistake : qc::Pack::mistakes(document->json)) {
        const YamlPlace place = document->placeOf(mistake.path);
        std::cerr << path.string() << ':' << place.line << ':' << place.column << ": ";
        if (!mistake.path.empty()) std::cerr << mistake.path << ": ";
        std::cerr << mistake.message << '\n';
    }
    auto pack = qc::Pack::fromJson(document->json);
    if (!pack) return pack.error();
    return LoadedPack{*std::move(document), *std::move(pack)};
}

int exitCode(const Error& error) {
    return describe(error.code).exit_code;
}

void printUnverified(const qc::Pack& pack) {
    for (const std::string& source : pack.unverifiedSources())
        std::cerr << "warning: source " << source
                  << " is still to be verified; the pack cannot be put in force\n";
}

}  // namespace

int packLint(const std::filesystem::path& yaml) {
    const auto loaded = load(yaml);
    if (!loaded) return exitCode(loaded.error());
    printUnverified(loaded->pack);
    std::cout << loaded->pack.id() << ' ' << loaded->pack.version() << ": no mistakes\n";
    return 0;
}

int packBuild(const std::filesystem::path& yaml, const std::filesystem::path& out) {
    const auto loaded = load(yaml);
    if (!loaded) return exitCode(loaded.error());
    printUnverified(loaded->pack);
    constexpr mode_t kReadableByAll = 0644;  // a pack holds nothing secret
    if (auto written = writeFileDurably(out, asBytes(loaded->document.json), kReadableByAll); !written) {
        std::cerr << out.string() << ": " << written.error().message() << '\n';
        return exitCode(written.error());
    }
    std::cout << loaded->pack.id() << ' ' << loaded->pack.version() << ": " << loaded->document.json.size()
              << " bytes in " << out.string() << '\n';
    return 0;
}

int packTest(const std::filesystem::path& yaml) {
    const auto loaded = load(yaml);
    if (!loaded) return exitCode(loaded.error());
    bool as_expected = true;
    for (const qc::ExampleResult& example : qc::runExamples(loaded->pack)) {
        const bool passed = example.differences.empty();
        as_expected = as_expected && passed;
        std::cout << (!example.executed ? "not run  "
                      : passed          ? "ok       "
                                        : "differs  ")
                  << example.name << '\n';
        if (example.executed)
            std::cout << "         " << toString(example.verdict.outcome) << ": " << example.verdict.headline
                      << '\n';
        for (const std::string& difference : example.differences)
            std::cout << "         " << difference << '\n';
    }
    return as_expected ? 0 : describe(Errc::ConfigInvalid).exit_code;
}

}  // namespace gantry::central
