#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "command.hpp"
#include "gantry/core/files.hpp"
#include "gantry/uplink/age.hpp"
#include "gantry/uplink/receipt.hpp"

namespace gantry::central {
namespace {

struct Keys {
    std::filesystem::path identity;
    std::filesystem::path receipt_key;
    std::filesystem::path receipt_public;
};

Keys keysIn(const std::filesystem::path& directory) {
    return {directory / "identity.txt", directory / "receipt.key", directory / "receipt.pub"};
}

/// Looks before it makes anything, so that a refusal leaves nothing half done.
Result<> refuseToReplace(const Keys& keys) {
    std::error_code ec;
    for (const auto& file : {keys.identity, keys.receipt_key, keys.receipt_public})
        if (std::filesystem::exists(file, ec)) return fail(Errc::AlreadyExists, file.string());
    return {};
}

Result<> init(const std::filesystem::path& directory) {
    const auto keys = keysIn(directory);
    GANTRY_CHECK(refuseToReplace(keys));
    GANTRY_CHECK(makeDirectory(directory));
    const auto identity = uplink::AgeIdentity::generate();
    GANTRY_CHECK(uplink::saveAgeIdentity(keys.identity, identity));
    const auto seed = uplink::generateSigningKey();
    GANTRY_CHECK(uplink::saveSigningKey(keys.receipt_key, keys.receipt_public, seed));
    std::cout << "recipient: " << identity.recipient().toString() << '\n'
              << "receipt key: " << uplink::toText(ed25519PublicKey(seed)) << '\n';
    std::cerr << "Keep " << keys.identity.string() << " and " << keys.receipt_key.string()
              << " secret and backed up: without the first no parcel can be opened.\n";
    return {};
}

}  // namespace

void addInit(CLI::App& app, Run& run) {
    auto* command = app.add_subcommand(
        "init",
        "make the keys of a sponsor end in DIR, and print what sites need: recipient and public receipt key");
    const auto directory = std::make_shared<std::string>();
    command->add_option("DIR", *directory, "the hub's directory")->required();
    command->callback([directory, &run] {
        run = [directory] {
            const auto done = init(*directory);
            return done ? 0 : report(done.error());
        };
    });
}

}  // namespace gantry::central
