#include "driver_program.hpp"

#include <boost/json.hpp>
#include <cstdlib>

#include "support.hpp"

namespace gantry::canary {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

std::string packOf(const std::vector<std::string>& options) {
    std::string list;
    for (const auto& option : options)
        if (option != "basic_profile") list += (list.empty() ? "" : ", ") + option;
    return "pack: 1\nid: canary\nversion: 1.0.0\ntitle: Canary exam\n"
           "sources:\n  TRIAL: {cite: \"Canary exam\"}\n"
           "visits:\n  - {id: BL, label: Baseline, anchor: first_dose, window: {from: -28 d, to: 0 d}, "
           "needs: [ct], "
           "source: [TRIAL]}\n"
           "slots:\n  ct:\n    label: CT\n    count: {min: 1, max: 3}\n    match:\n      must:\n"
           "        - {check: Modality, op: equals, value: CT}\n"
           "      accept: {score: 0, margin: 0}\n"
           "deidentification:\n  options: [" +
           list + "]\n  documents: clean\n";
}

std::string quoted(const fs::path& path) {
    return "'" + path.string() + "'";
}

/// Where the file of this name lies below the input folder.
fs::path placeOf(const Corpus& corpus, const CorpusFile& file) {
    const auto& shared = corpus.shared;
    return fs::path(shared.family + "_" + shared.given + "_" + shared.patient_id) / file.kind /
           (shared.family + " " + file.name + ".dcm");
}

void readReport(const Corpus& corpus, const fs::path& report, const fs::path& out, ProgramRun& run) {
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < corpus.files.size(); ++i)
        index[placeOf(corpus, corpus.files[i]).string()] = i;
    const auto told = json::parse(test::must(readFile(report, 1u << 30)));
    for (const auto& value : told.as_object().at("objects").as_array()) {
        const auto& object = value.as_object();
        const auto found = index.find(std::string(object.at("file").as_string()));
        if (found == index.end()) continue;
        auto& outcome = run.outcomes[found->second];
        if (const auto* reason = object.if_contains("reason")) outcome.held_because = reason->as_string();
        if (const auto* written = object.if_contains("out")) {
            const std::string name(written->as_string());
            run.names.push_back(name);
            outcome.bytes = test::must(readFile(out / name));
        }
    }
}

}  // namespace

ProgramRun runProgram(const Corpus& corpus, const std::vector<std::string>& options, const std::string& hold,
                      const fs::path& folder) {
    const auto in = folder / "in", out = folder / "out", pack = folder / "pack.yaml", key = folder / "key",
               report = folder / "report.json";
    fs::remove_all(in);
    fs::remove_all(out);
    for (const auto& file : corpus.files) {
        const auto path = in / placeOf(corpus, file);
        fs::create_directories(path.parent_path());
        test::must(writeFileDurably(path, asBytes(file.bytes)));
    }
    test::must(writeFileDurably(pack, asBytes(packOf(options))));
    test::must(writeFileDurably(key, asBytes("an invented trial key of 32 byte")));
    const char* other = std::getenv("GANTRY_CANARY_PROGRAM");  // another build of it
    const auto program = other ? fs::path(other) : fs::path(GANTRY_BIN_DIR) / "gantryctl";
    const auto command = quoted(program) + " deid run " + quoted(in) + " --pack " + quoted(pack) +
                         " --subject SUBJ-001 --key-file " + quoted(key) + " --out " + quoted(out) +
                         " --json " + quoted(report) + " --hold " + hold + " 2> " +
                         quoted(folder / "messages");
    ProgramRun run;
    run.outcomes.resize(corpus.files.size());
    run.exit_code = std::system(command.c_str());
    if (fs::exists(report)) readReport(corpus, report, out, run);
    return run;
}

}  // namespace gantry::canary
