// How a key that replaces another comes into force: with the publication of the metadata that list it.
#include "gantry/core/files.hpp"
#include "gantry/uplink/receipt.hpp"
#include "gantry/uplink/tuf_signing.hpp"
#include "key_replacement.hpp"
#include "office.hpp"

namespace gantry::central {
namespace {

namespace fs = std::filesystem;
namespace tuf = uplink::tuf;

bool isThere(const fs::path& file) {
    std::error_code ec;
    return fs::exists(file, ec);
}

bool lists(const tuf::RoleKeys& role, const std::string& key_id) {
    return std::ranges::find(role.key_ids, key_id) != role.key_ids.end();
}

bool listsForTimestamp(const tuf::Root& root, const std::string& key_id) {
    const auto role = root.roles.find(std::string(tuf::kTimestampRole));
    return role != root.roles.end() && lists(role->second, key_id);
}

/// "online.former.key"; one that was there before is overwritten: nobody believes it any more.
Result<> replaceFile(const fs::path& key, const fs::path& next) {
    if (!isThere(next)) return {};
    auto former = key;
    former.replace_filename(key.stem().string() + ".former" + key.extension().string());
    if (isThere(key)) GANTRY_CHECK(renameDurably(key, former));
    return renameDurably(next, key);
}

}  // namespace

Result<tuf::OnlineKeys> Office::keysFor(tuf::Publication& publication, UnixMillis now) {
    if (publication.root.empty() || !isThere(folder_.nextOnlineKey())) return onlineKeys();
    const auto next = GANTRY_TRY(uplink::loadSigningKey(folder_.nextOnlineKey()));
    if (!listsForTimestamp(GANTRY_TRY(tuf::readRoot(publication.root)).content, tuf::keyIdOf(next)))
        return onlineKeys();
    for (auto& role : GANTRY_TRY(onlineRolesFor(*this, next, now))) publication.roles.push_back(std::move(role));
    tuf::OnlineKeys keys{{next}, kSnapshotLifetime, kTimestampLifetime};
    // Signed by both, so that no reader fails meanwhile; without the former one some may, for a moment.
    if (const auto former = onlineKeys()) keys.seeds.push_back(former->seeds.front());
    return keys;
}

Result<> Office::takeNextKeys() {
    if (isThere(folder_.nextOnlineKey())) {
        const auto next = GANTRY_TRY(uplink::loadSigningKey(folder_.nextOnlineKey()));
        if (listsForTimestamp(GANTRY_TRY(writer_.root()).content, tuf::keyIdOf(next)))
            GANTRY_CHECK(replaceFile(folder_.onlineKey(), folder_.nextOnlineKey()));
    }
    if (!isThere(folder_.nextDeskPublic())) return {};
    const auto next = tuf::keyId(tuf::toKey(GANTRY_TRY(uplink::loadPublicKey(folder_.nextDeskPublic()))));
    const auto targets = GANTRY_TRY(writer_.role(tuf::kTargetsRole)).content;
    const bool in_force = targets.delegations && std::ranges::any_of(targets.delegations->roles, [&](const auto& role) {
                              return role.name == kDeskRole && lists(role, next);
                          });
    if (!in_force) return {};
    GANTRY_CHECK(replaceFile(folder_.deskPublic(), folder_.nextDeskPublic()));
    return replaceFile(folder_.deskKey(), folder_.nextDeskKey());
}

}  // namespace gantry::central
