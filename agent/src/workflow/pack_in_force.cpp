#include "workflow/pack_in_force.hpp"

#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

Result<qc::Pack> readGood(const std::filesystem::path& file) {
    auto pack = GANTRY_TRY(qc::Pack::fromJson(GANTRY_TRY(readFile(file, 1u << 20))));
    if (const auto open = pack.unverifiedSources(); !open.empty())
        return fail(Errc::ConfigInvalid,
                    "the pack is a draft: its source " + open.front() + " is not verified yet");
    return pack;
}

}  // namespace

Result<PackInForce> packInForce(const std::filesystem::path& configured, const std::filesystem::path& kept) {
    auto good = readGood(configured);
    if (good) return PackInForce{*std::move(good), ""};
    auto last = readGood(kept);
    if (!last) return good.error();
    const auto message = good.error().message();
    const auto first_line = message.substr(0, message.find('\n'));
    log::error("pack.refused", {{"in_force", last->id() + " " + last->version()}, {"reason", first_line}});
    return PackInForce{*std::move(last), first_line};
}

Result<> keepPack(const std::filesystem::path& configured, const std::filesystem::path& kept) {
    const auto text = GANTRY_TRY(readFile(configured, 1u << 20));
    const auto before = readFile(kept, 1u << 20);
    if (before && *before == text) return {};
    GANTRY_CHECK(makeDirectory(kept.parent_path()));
    return writeFileDurably(kept, asBytes(text));
}

std::filesystem::path keptPack(const std::filesystem::path& data_directory, const std::string& trial) {
    return data_directory / "packs" / (trial + ".json");
}

}  // namespace gantry::agent
