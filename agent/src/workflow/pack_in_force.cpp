#include "workflow/pack_in_force.hpp"

#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

struct Read {
    qc::Pack pack;
    std::string text;
};

Result<Read> readGood(const std::filesystem::path& file) {
    auto text = GANTRY_TRY(readFile(file, 1u << 20));
    auto pack = GANTRY_TRY(qc::Pack::fromJson(text));
    if (const auto open = pack.unverifiedSources(); !open.empty())
        return fail(Errc::ConfigInvalid,
                    "the pack is a draft: its source " + open.front() + " is not verified yet");
    return Read{std::move(pack), std::move(text)};
}

}  // namespace

Result<PackInForce> packInForce(const std::filesystem::path& configured, const std::filesystem::path& kept) {
    auto good = readGood(configured);
    if (good) {
        const auto before = readFile(kept, 1u << 20);
        if (!before || *before != good->text) {
            GANTRY_CHECK(makeDirectory(kept.parent_path()));
            GANTRY_CHECK(writeFileDurably(kept, asBytes(good->text)));
        }
        return PackInForce{std::move(good->pack), ""};
    }
    auto last = readGood(kept);
    if (!last) return good.error();
    const auto first_line = good.error().message().substr(0, good.error().message().find('\n'));
    log::error("pack.refused",
               {{"in_force", last->pack.id() + " " + last->pack.version()}, {"reason", first_line}});
    return PackInForce{std::move(last->pack), first_line};
}

}  // namespace gantry::agent
