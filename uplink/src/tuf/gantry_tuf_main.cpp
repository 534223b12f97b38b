// gantry-tuf: a TUF client by hand, with the command line that outside conformance suites drive. Exits with 0
// or 1.
#include <CLI/CLI.hpp>
#include <iostream>

#include "gantry/core/clock.hpp"
#include "gantry/uplink/tuf.hpp"

namespace {

using namespace gantry;
using namespace gantry::uplink;

constexpr std::uint64_t kMostRoot = 512 << 10;
constexpr std::uint64_t kMostToken = 4 << 10;

struct Options {
    tuf::ClientConfig client;
    HttpClientConfig http;
    std::filesystem::path token_file;
    std::filesystem::path root;
    std::vector<std::string> target_names;
};

Result<tuf::Client> openClient(const Options& options) {
    auto http = options.http;
    if (!options.token_file.empty()) {
        http.bearer_token = GANTRY_TRY(readFile(options.token_file, kMostToken));
        while (http.bearer_token.ends_with('\n')) http.bearer_token.pop_back();
    }
    return tuf::Client(options.client, GANTRY_TRY(tuf::makeHttpFetcher(std::move(http))));
}

Result<tuf::Client> refreshedClient(const Options& options) {
    if (options.client.metadata_url.empty())
        return fail(Errc::InvalidArgument, "--metadata-url says where the repository is");
    auto client = GANTRY_TRY(openClient(options));
    GANTRY_TRY(client.refresh(SystemClock().nowMillis()));
    return client;
}

Result<> init(const Options& options) {
    const auto root = GANTRY_TRY(readFile(options.root, kMostRoot));
    return tuf::Client::initialize(options.client.metadata_dir, root);
}

Result<> refresh(const Options& options) {
    GANTRY_TRY(refreshedClient(options));
    return {};
}

Result<> download(const Options& options) {
    if (options.target_names.empty())
        return fail(Errc::InvalidArgument, "--target-name says what to download");
    auto client = GANTRY_TRY(refreshedClient(options));
    for (const auto& name : options.target_names) {
        const auto file = GANTRY_TRY(client.download(GANTRY_TRY(client.target(name))));
        std::cout << file.string() << '\n';
    }
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    auto run = init;
    CLI::App app{"Brings metadata and targets from a TUF repository, checked."};
    app.require_subcommand(1);
    app.add_option("--metadata-dir", options.client.metadata_dir, "where trusted metadata is kept")
        ->required();
    app.add_option("--metadata-url", options.client.metadata_url, "where the repository has its metadata");
    app.add_option("--target-name", options.target_names, "a target's path; more than one may be given")
        ->allow_extra_args(false);
    app.add_option("--target-base-url", options.client.target_url, "where the repository has its targets");
    app.add_option("--target-dir", options.client.target_dir, "where downloaded targets go");
    app.add_option("--ca-file", options.http.ca_file, "authorities to trust instead of the system's, PEM");
    app.add_option("--token-file", options.token_file, "a file with the token that the server asks for");
    app.add_subcommand("init", "trust a first root")
        ->parse_complete_callback([&] { run = init; })
        ->add_option("ROOT", options.root, "the file of the root")
        ->required();
    app.add_subcommand("refresh", "bring the metadata up to date")->parse_complete_callback([&] {
        run = refresh;
    });
    app.add_subcommand("download", "refresh, then download targets")->parse_complete_callback([&] {
        run = download;
    });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        return app.exit(wrong) == 0 ? 0 : 1;  // 0: it was asked for help
    }
    if (const auto done = run(options); !done) {
        std::cerr << "gantry-tuf: " << done.error().message() << '\n';
        return 1;
    }
    return 0;
}
