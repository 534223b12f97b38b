#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "gantry/central/opening.hpp"
#include "gantry/core/files.hpp"
#include "index.hpp"
#include "opener.hpp"
#include "site_voice.hpp"
#include "withdrawals.hpp"

namespace gantry::central {
namespace {

constexpr auto kWithdrawnFolder = ".withdrawn";  // no trial's folder begins with a dot

struct OpenOptions {
    std::vector<std::string> what;
    std::string identity;
    std::string out;
    std::string receipt_key;
    std::string inbox;
    std::string issuer = "gantry-central";
    bool delete_withdrawn = false;
};

bool isHubDirectory(const std::filesystem::path& path) {
    std::error_code ec;
    return std::filesystem::exists(path / "index.sqlite", ec) ||
           std::filesystem::exists(path / "storage.yaml", ec);
}

/// Opens one and says where it lies. @errors also those recorded as the parcel's refusal
Result<> openListed(const ParcelRow& row, const std::filesystem::path& directory, const OpeningKeys& keys,
                    Index& index, Statements& statements, SharedObjects* shared) {
    GANTRY_CHECK(openAndRecord(row, directory, keys, index, statements, SystemClock(), shared));
    const auto after = GANTRY_TRY(index.parcel(row.site, row.parcel_id));
    if (after && after->state == ParcelState::Refused) return fail(Errc::BadFormat, after->reason);
    if (after) std::cout << (directory / after->folder).string() << '\n';
    return {};
}

/// All that a hub received and nobody opened yet: into the hub's own folders, as the hub would. Every one is
/// tried.
Result<> openHub(const std::filesystem::path& directory, const OpeningKeys& keys) {
    const SystemClock clock;
    const auto index = GANTRY_TRY(Index::open(directory, Index::Access::ReadWrite, clock));
    const auto statements = GANTRY_TRY(Statements::open(directory, clock));
    const auto shared = GANTRY_TRY(openSharedObjects(directory));
    // What another key, or a later version of this program, may open.
    for (const auto code : {Errc::NoIdentity, Errc::Unsupported})
        GANTRY_CHECK(index->retryRefused(std::string(describe(code).slug)));
    GANTRY_CHECK(takeOutAllWithdrawn(directory, keys, *index));
    Result<> first;
    for (const auto& row : GANTRY_TRY(index->parcels(ParcelState::Received))) {
        const auto done = openListed(row, directory, keys, *index, *statements, shared.get());
        if (!done && first) first = within(row.parcel_id, done.error());
        if (!done) std::cerr << row.parcel_id << ": " << done.error().message() << '\n';
    }
    GANTRY_TRY(publishHere(SponsorFolder(directory), *statements, clock));
    return first;
}

/// Parcels of this site and trial below `out` that were withdrawn, whichever came first.
Result<> takeOutBelow(const std::filesystem::path& out, const uplink::ParcelManifest& manifest,
                      const Withdrawals& withdrawals) {
    const auto trial = out / GANTRY_TRY(folderName(manifest.trial));
    std::vector<std::filesystem::path> parcels;  // {trial}/{subject}/{study}/{parcel_id}
    std::error_code ec;
    if (!std::filesystem::exists(out / kWithdrawnFolder, ec)) return {};
    for (std::filesystem::recursive_directory_iterator it(trial, ec), end; !ec && it != end;
         it.increment(ec)) {
        if (it.depth() < 2) continue;
        it.disable_recursion_pending();
        parcels.push_back(it->path());
    }
    for (const auto& folder : parcels) {
        const auto id = folder.filename().string();
        if (!GANTRY_TRY(withdrawals.of(manifest.site, id))) continue;
        const auto text = GANTRY_TRY(readFile(folder / "manifest.json"));
        if (GANTRY_TRY(uplink::manifestFromJson(text)).site != manifest.site) continue;
        GANTRY_TRY(withdrawals.takeOut(manifest.site, id, folder));
    }
    return {};
}

Result<> openFile(const std::filesystem::path& parcel, const OpeningKeys& keys, const OpenOptions& options) {
    if (options.out.empty()) return fail(Errc::InvalidArgument, "--out is needed to open a single parcel");
    const auto opened = GANTRY_TRY(openToPlace(parcel, keys.identities, options.out, std::nullopt));
    const auto& manifest = opened.parcel.manifest;
    const Withdrawals withdrawals(std::filesystem::path(options.out) / kWithdrawnFolder, keys.withdrawn);
    GANTRY_CHECK(withdrawals.note(manifest, manifest.site, SystemClock()));
    if (keys.signer && !options.inbox.empty())
        GANTRY_CHECK(issueReceipt(opened.parcel, *keys.signer, options.inbox, manifest.site, SystemClock()));
    GANTRY_CHECK(takeOutBelow(options.out, manifest, withdrawals));
    std::cout << opened.parcel.folder.string() << '\n';
    return {};
}

/// Every one is tried; the first error decides the exit code.
int open(const OpenOptions& options) {
    const auto receipt_key = options.receipt_key.empty()
                                 ? std::nullopt
                                 : std::optional<std::filesystem::path>(options.receipt_key);
    auto keys = loadOpeningKeys(options.identity, receipt_key, options.issuer);
    if (!keys) return report(keys.error());
    if (options.delete_withdrawn) keys->withdrawn = WithdrawnFiles::Delete;
    int exit_code = 0;
    for (const auto& what : options.what) {
        const auto done = isHubDirectory(what) ? openHub(what, *keys) : openFile(what, *keys, options);
        if (done) continue;
        const int code = report(within(what, done.error()));
        if (exit_code == 0) exit_code = code;
    }
    return exit_code;
}

}  // namespace

void addOpen(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand(
        "open",
        "decrypt, verify and unpack parcels, and give receipts; what is opened already stays as it is");
    const auto options = std::make_shared<OpenOptions>();
    command->add_option("WHAT", options->what, "a hub's directory (all it has received), or parcel files")
        ->required();
    command->add_option("--identity", options->identity, "age key file")->required();
    command->add_option("--out", options->out, "for parcel files: folder to unpack below");
    command->add_option("--receipt-key", options->receipt_key, "Ed25519 key file: sign receipts");
    command->add_option("--inbox", options->inbox, "for parcel files: folder the receipts go into");
    command->add_option("--issuer", options->issuer, "name in the receipts");
    command->add_flag("--delete-withdrawn", options->delete_withdrawn,
                      "remove what its site withdrew, instead of keeping it in withdrawn/");
    command->callback([options, &run] { run = [options] { return open(*options); }; });
}

}  // namespace gantry::central
