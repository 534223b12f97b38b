// gantry-scanner: scanners as far as their network and their headers go.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "gantry/core/files.hpp"
#include "gantry/scanner/kinds.hpp"
#include "gantry/scanner/phantoms.hpp"
#include "gantry/scanner/scenario.hpp"
#include "gantry/scanner/send.hpp"

namespace {

using namespace gantry;
using namespace gantry::scanner;

struct Options {
    std::string to, from = "CT1", scenario = "good", kind, out, phantom;
    std::vector<std::string> damages, settings;
    ScenarioSpec spec;
    SendOptions send;
    TlsFiles tls;
    int late_by_ms = 5000;
    int timeout_s = 30;
    int keep_trying_s = 0;
    int slices = 0;
    double thickness_mm = 0;
    bool implicit_vr = false;
    bool json = false;
    bool echo_only = false;
    bool describe_only = false;
    bool list_kinds = false;
};

struct Outcome {
    std::string sop_instance_uid;
    int instance_number = 0;
    SendStatus status;
};

std::string hex(std::uint16_t status) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "0x%04x", status);
    return buffer;
}

void addWhat(CLI::App& app, Options& options) {
    std::vector<std::string> names;
    for (const auto scenario : kScenarios) names.emplace_back(nameOf(scenario));
    std::vector<std::string> kind_names;
    for (const auto& kind : kinds()) kind_names.emplace_back(kind.name);
    auto& series = options.spec.series;
    auto* kind = app.add_option("--kind", options.kind,
                                "A small study of another kind instead of a clinical CT; --kinds lists them")
                     ->check(CLI::IsMember(kind_names));
    app.add_option("--damage", options.damages,
                   "What to do to the kind: drop:PLACES duplicate:PLACE shift:PLACE turn:PLACE resize:PLACE "
                   "lossy remove:KEYWORD garbage:KEYWORD; again for more")
        ->needs(kind);
    app.add_flag("--kinds", options.list_kinds, "List the kinds and the phantoms");
    std::vector<std::string> phantom_names;
    for (const auto& one : phantomKinds()) phantom_names.emplace_back(one.name);
    auto* phantom = app.add_option("--phantom", options.phantom,
                                   "A phantom with known truth; --describe prints that truth")
                        ->check(CLI::IsMember(phantom_names))
                        ->excludes(kind);
    app.add_option("--set", options.settings,
                   "How the phantom lies and what the scanner does wrong, FIELD=VALUE; again for more")
        ->needs(phantom);
    app.add_option("--scenario", options.scenario, "What happens at the scanner")
        ->check(CLI::IsMember(names));
    app.add_option("--seed", series.seed, "Person, study and noise; the same seed is a resend");
    app.add_option("--patient-id", series.patient.patient_id,
                   "Patient ID (0010,0020); invented if not given");
    app.add_option("--subject", series.patient.subject,
                   "Clinical trial subject ID (0012,0040); none if not given");
    app.add_option("--visit", series.patient.time_point,
                   "Clinical trial time point (0012,0050), beside a subject");
    app.add_option("--study-date", series.study_date, "YYYYMMDD; chosen by the seed if not given");
    app.add_option("--study", series.study_number, "Which study of this person")->check(CLI::PositiveNumber);
    app.add_option("--slices", options.slices, "Slices of the series; 120 if not given")
        ->check(CLI::PositiveNumber);
    app.add_option("--thickness", options.thickness_mm, "Slice thickness in mm; 5 if not given")
        ->check(CLI::PositiveNumber);
    app.add_option("--kernel", series.technique.kernel, "Convolution kernel, the vendor's word");
    app.add_option("--matrix", series.rows, "Rows and columns of an image")->check(CLI::Range(16, 4096));
    app.add_flag("--implicit-vr", options.implicit_vr, "Encode in implicit VR little endian");
    app.add_option("--late-by", options.late_by_ms, "Pause of the scenario late, in ms")
        ->check(CLI::NonNegativeNumber);
}

void addHow(CLI::App& app, Options& options) {
    app.add_option("--to", options.to, "Where to send: AE@host:port");
    app.add_option("--from", options.from, "Our AE title");
    app.add_option("--associations", options.send.associations, "Associations side by side")
        ->check(CLI::Range(1, 64));
    app.add_flag("--nagle", options.send.nagle, "Leave Nagle's algorithm on, as stock senders do");
    app.add_option("--timeout", options.timeout_s, "Seconds to connect, and for each answer")
        ->check(CLI::Range(1, 3600));
    app.add_option("--keep-trying", options.keep_trying_s,
                   "Seconds to send again what was not answered, as a console's queue does")
        ->check(CLI::Range(0, 86400));
    auto* trusted =
        app.add_option("--tls", options.tls.trusted_certificates, "Send over TLS, trusting this PEM file");
    auto* key = app.add_option("--tls-key", options.tls.key, "Our private key, PEM")->needs(trusted);
    app.add_option("--tls-certificate", options.tls.certificate, "Our certificate, PEM")
        ->needs(trusted)
        ->needs(key);
    app.add_option("--out", options.out, "Write the files into this folder and send nothing");
    app.add_flag("--describe", options.describe_only, "Only print, as JSON, who would be sent");
    app.add_flag("--echo", options.echo_only, "Only ask whether the receiver is there (C-ECHO)");
    app.add_flag("--json", options.json, "Print the outcome as JSON");
}

Result<Destination> destinationOf(const Options& options) {
    auto destination = GANTRY_TRY(parseDestination(options.to));
    destination.calling_ae_title = options.from;
    if (!options.tls.trusted_certificates.empty()) destination.tls = options.tls;
    return destination;
}

void settle(Options& options) {
    auto& series = options.spec.series;
    options.spec.scenario = *scenarioNamed(options.scenario);
    options.spec.late_by = std::chrono::milliseconds(options.late_by_ms);
    options.send.timeout = std::chrono::seconds(options.timeout_s);
    series.columns = series.rows;
    if (options.slices > 0) series.slices = options.slices;
    if (options.thickness_mm > 0) series.thickness_mm = options.thickness_mm;
    if (options.implicit_vr) series.transfer_syntax_uid = kImplicitLittleEndian;
}

Result<> writeAllFiles(const Delivery& delivery, const std::filesystem::path& folder) {
    GANTRY_CHECK(makeDirectory(folder));
    int number = 0;
    for (const auto& wave : delivery.waves) {
        for (const auto& instance : wave.instances) {
            char name[32];
            std::snprintf(name, sizeof name, "IMA%05d.dcm", ++number);
            const auto bytes = GANTRY_TRY(instance.file());
            const auto fd = GANTRY_TRY(openFile(folder / name, OpenMode::CreateOrTruncate));
            GANTRY_CHECK(writeAll(fd.get(), asBytes(bytes)));
        }
    }
    return {};
}

std::vector<Outcome> sendWaves(const Destination& destination, const Delivery& delivery,
                               const Options& options) {
    const auto patience = std::chrono::seconds(options.keep_trying_s);
    std::vector<Outcome> outcomes;
    for (const auto& wave : delivery.waves) {
        if (wave.pause_before.count() > 0) std::this_thread::sleep_for(wave.pause_before);
        auto statuses = sendPersistently(destination, wave.instances, options.send, patience);
        for (std::size_t i = 0; i < statuses.size(); ++i)
            outcomes.push_back({wave.instances[i].sop_instance_uid, wave.instances[i].instance_number,
                                std::move(statuses[i])});
    }
    return outcomes;
}

/// A delivery, and of a phantom what a right analysis reads.
struct Made {
    Delivery delivery;
    std::map<std::string, double> truth;
};

boost::json::object describeDelivery(const Made& made) {
    const auto& delivery = made.delivery;
    boost::json::object out{{"patient_id", delivery.patient.patient_id},
                            {"patient_sex", delivery.patient.sex},
                            {"study_instance_uid", delivery.study_instance_uid},
                            {"count", delivery.instances()}};
    if (!made.truth.empty()) out["truth"] = boost::json::value_from(made.truth);
    return out;
}

void printJson(const Made& made, const std::vector<Outcome>& outcomes, double seconds) {
    boost::json::array instances;
    for (const auto& outcome : outcomes) {
        const auto& status = outcome.status;
        const auto answer = status.dimse_status ? boost::json::value(hex(*status.dimse_status)) : nullptr;
        instances.push_back({{"sop_instance_uid", outcome.sop_instance_uid},
                             {"instance_number", outcome.instance_number},
                             {"status", answer},
                             {"problem", status.problem}});
    }
    auto report = describeDelivery(made);
    report["seconds"] = seconds;
    report["instances"] = std::move(instances);
    std::cout << boost::json::serialize(report) << '\n';
}

void printText(const std::vector<Outcome>& outcomes, double seconds) {
    std::size_t stored = 0;
    for (const auto& outcome : outcomes) {
        const auto& status = outcome.status;
        if (status.stored()) ++stored;
        std::cout << "image " << outcome.instance_number << "  "
                  << (status.dimse_status ? hex(*status.dimse_status) : "no answer")
                  << (status.problem.empty() ? "" : "  " + status.problem) << '\n';
    }
    std::cout << stored << " of " << outcomes.size() << " instances stored in " << seconds << " s\n";
}

/// 0, or the exit code of the worst that happened: no answer before refusal.
int exitCodeOf(const std::vector<Outcome>& outcomes) {
    bool refused = false;
    for (const auto& outcome : outcomes) {
        if (!outcome.status.dimse_status) return describe(Errc::NetworkDown).exit_code;
        refused = refused || !outcome.status.stored();
    }
    return refused ? describe(Errc::PeerRefused).exit_code : 0;
}

Result<Made> madeOf(const Options& options) {
    if (options.kind.empty() && options.phantom.empty())
        return Made{GANTRY_TRY(makeDelivery(options.spec)), {}};
    const auto& series = options.spec.series;
    Examination examination;
    examination.seed = series.seed;
    examination.number = series.study_number;
    examination.patient = series.patient;
    if (!series.study_date.empty()) examination.date = series.study_date;
    if (options.phantom.empty())
        return Made{GANTRY_TRY(deliver(*kindNamed(options.kind), examination, options.damages,
                                       series.transfer_syntax_uid)),
                    {}};
    PhantomSetup setup;
    for (const auto& setting : options.settings) GANTRY_CHECK(configure(setup, setting));
    const auto study = phantomKindNamed(options.phantom)->make(examination, setup);
    return Made{GANTRY_TRY(deliver(study.series, series.transfer_syntax_uid)), study.truth};
}

Result<int> run(const Options& options) {
    if (options.list_kinds) {
        for (const auto& kind : kinds()) std::cout << kind.name << ": " << kind.says << '\n';
        for (const auto& kind : phantomKinds())
            std::cout << "--phantom " << kind.name << ": " << kind.says << '\n';
        return 0;
    }
    if (options.echo_only) {
        GANTRY_CHECK(echo(GANTRY_TRY(destinationOf(options)), options.send));
        return 0;
    }
    const auto made = GANTRY_TRY(madeOf(options));
    const auto& delivery = made.delivery;
    if (!options.out.empty()) GANTRY_CHECK(writeAllFiles(delivery, options.out));
    if (!options.out.empty() || options.describe_only) {
        if (options.json || options.describe_only)
            std::cout << boost::json::serialize(describeDelivery(made)) << '\n';
        else
            std::cout << delivery.instances() << " files written\n";
        return 0;
    }
    const auto destination = GANTRY_TRY(destinationOf(options));
    const auto begin = std::chrono::steady_clock::now();
    const auto outcomes = sendWaves(destination, delivery, options);
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    options.json ? printJson(made, outcomes, seconds) : printText(outcomes, seconds);
    return exitCodeOf(outcomes);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Makes synthetic studies full of invented patient data and sends them as a scanner does.");
    addHow(app, options);
    addWhat(app, options);
    CLI11_PARSE(app, argc, argv);
    settle(options);
    const auto code = run(options);
    if (code) return *code;
    std::cerr << "gantry-scanner: " << code.error().message() << '\n';
    return describe(code.error().code).exit_code;
}
