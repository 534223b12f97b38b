// Enrolment, as the central team does it.
#include <boost/json.hpp>
#include <iostream>

#include "command_run.hpp"
#include "enrolling.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {
namespace {

struct EnrolOptions {
    std::string directory;
    std::string site;
    std::string out;
    std::string request;
    std::string who;
    std::string credentials;
    int days = 14;
    bool reject = false;
    bool json = false;
};

Result<> makeFile(const EnrolOptions& options) {
    const SystemClock clock;
    const auto office = GANTRY_TRY(Office::open(SponsorFolder(options.directory)));
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    // The file is there, for its owner alone, before the hub takes what is made with it.
    const auto fd = GANTRY_TRY(openFile(options.out, OpenMode::CreateNew));
    const auto text = makeEnrolmentFile(*office, *sites, options.site, std::chrono::hours(24 * options.days),
                                        clock.nowMillis());
    if (!text) {
        std::error_code ignored;
        std::filesystem::remove(options.out, ignored);
        return text.error();
    }
    GANTRY_CHECK(writeAll(fd.get(), asBytes(*text)));
    GANTRY_CHECK(syncData(fd.get()));
    std::cerr << "Send " << options.out << " to site " << options.site
              << " by a way that you trust: who has it can ask to be that site, once, for " << options.days
              << " days.\n";
    return {};
}

Result<> requests(const EnrolOptions& options) {
    const SystemClock clock;
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    boost::json::array out;
    for (const auto& one : GANTRY_TRY(sites->enrolments())) {
        const auto state = one.state == EnrolmentState::Open && one.expires_at <= clock.nowMillis()
                               ? std::string("expired")
                               : std::string(toString(one.state));
        out.push_back(boost::json::object{{"request_id", one.id},
                                          {"site", one.site},
                                          {"state", state},
                                          {"made_at", isoUtc(one.made_at)},
                                          {"fingerprint", one.fingerprint}});
        if (options.json || one.state != EnrolmentState::Requested) continue;
        std::cout << one.site << "  " << uplink::forTelephone(one.fingerprint) << "  " << one.id << '\n';
    }
    if (options.json) std::cout << boost::json::serialize(out) << '\n';
    return {};
}

/// A request that came by hand is a file; else the hub has it, and its id is told.
Result<std::string> requestId(const EnrolOptions& options, const Office& office, Sites& sites, UnixMillis now) {
    std::error_code ec;
    if (!std::filesystem::is_regular_file(options.request, ec)) return options.request;
    return takeRequest(sites, office.facts().trial, GANTRY_TRY(readFile(options.request, 1u << 20)), now);
}

Result<> decide(const EnrolOptions& options) {
    const SystemClock clock;
    const SponsorFolder folder(options.directory);
    const auto office = GANTRY_TRY(Office::open(folder));
    const auto sites = GANTRY_TRY(Sites::open(options.directory, clock));
    const auto id = GANTRY_TRY(requestId(options, *office, *sites, clock.nowMillis()));
    const auto asked = GANTRY_TRY(sites->enrolment(id));
    if (options.reject) {
        GANTRY_CHECK(sites->reject(id));
        std::cerr << "Rejected: " << asked.site << ".\n";
        return {};
    }
    const auto authority =
        GANTRY_TRY(uplink::CertificateAuthority::load(folder.authorityKey(), folder.authority()));
    Acceptance acceptance{id, options.who, std::nullopt};
    if (!options.credentials.empty())
        acceptance.credentials = GANTRY_TRY(uplink::loadS3Credentials(options.credentials));
    const auto answer =
        GANTRY_TRY(acceptRequest(*office, *sites, authority, acceptance, clock.nowMillis()));
    if (!options.out.empty()) GANTRY_CHECK(writeFileDurably(options.out, asBytes(answer)));
    std::cerr << "Accepted: site " << asked.site << ", fingerprint " << uplink::forTelephone(asked.fingerprint)
              << ".\n";
    return {};
}

}  // namespace

void addEnrolment(CLI::App& app, Run& run) {
    const auto options = std::make_shared<EnrolOptions>();
    const auto with_directory = [&](CLI::App* command) {
        command->add_option("DIR", options->directory, "the sponsor's directory")->required();
        return command;
    };
    auto* file = with_directory(app.add_subcommand("enrol-file", "make what a site needs to ask to be enrolled"));
    file->add_option("SITE", options->site, "the site's identifier in the trial")->required();
    file->add_option("-o,--out", options->out, "new file, mode 0600")->required();
    file->add_option("--days", options->days, "how long it is good, 1 to 90; 14 when left out")
        ->check(CLI::Range(1, 90));
    runs(*file, run, options, makeFile);
    auto* list = with_directory(
        app.add_subcommand("requests", "who asks to be enrolled: site, fingerprint, id of the request"));
    list->add_flag("--json", options->json, "all that ever was, as JSON");
    runs(*list, run, options, requests);
    auto* accepting = with_directory(app.add_subcommand(
        "accept", "enrol a site, after its fingerprint was compared by telephone with the one on its page"));
    accepting->add_option("REQUEST", options->request, "the request's id, or a file that was sent by hand")
        ->required();
    accepting->add_option("--by", options->who, "who accepts; it stays on record")->required();
    accepting->add_option("-o,--out", options->out, "file for the answer, where no hub gives it out");
    accepting->add_option("--credentials", options->credentials,
                          "file of mode 0600 with the site's S3 credentials, to go with the answer");
    runs(*accepting, run, options, decide);
    auto* rejecting = with_directory(app.add_subcommand("reject", "refuse a request"));
    rejecting->add_option("REQUEST", options->request, "the request's id")->required();
    rejecting->callback([options, &run] {
        options->reject = true;
        run = [options] {
            const auto done = decide(*options);
            return done ? 0 : report(done.error());
        };
    });
}

}  // namespace gantry::central
