#include "site_voice.hpp"

#include "gantry/uplink/age.hpp"
#include "gantry/uplink/tuf_signing.hpp"

namespace gantry::central {
namespace {

namespace tuf = uplink::tuf;

/// The next version of the roles of those sites that something is said to.
class NextRoles {
public:
    NextRoles(Office& office, UnixMillis now) : office_(office), now_(now) {}

    Result<tuf::Targets*> of(const std::string& site) {
        const auto found = roles_.find(site);
        if (found != roles_.end()) return &found->second;
        GANTRY_CHECK(ensureSiteRole(office_, site, now_));
        return &roles_.emplace(site, GANTRY_TRY(office_.next(siteRole(site), now_))).first->second;
    }

    Result<std::vector<tuf::SignedRole>> sign(const std::vector<Ed25519Seed>& seeds) const {
        std::vector<tuf::SignedRole> out;
        for (const auto& [site, role] : roles_)
            out.push_back({siteRole(site), GANTRY_TRY(tuf::signedText(role, seeds)), std::string(kOnlineRole)});
        return out;
    }

private:
    Office& office_;
    UnixMillis now_;
    std::map<std::string, tuf::Targets> roles_;
};

std::string pathOf(const SiteStatement& statement) {
    return "sites/" + statement.site + "/" + statement.name;
}

/// Nullopt: nobody could read it yet.
Result<std::optional<std::string>> contentOf(const SiteStatement& statement, Sites& sites) {
    if (!statement.name.ends_with(".age")) return std::optional(statement.text);
    const auto site = GANTRY_TRY(sites.find(statement.site));
    if (!site || !site->enrolled()) return std::optional<std::string>();
    return std::optional(GANTRY_TRY(encryptedFor(site->recipient, statement.text)));
}

}  // namespace

Result<std::string> encryptedFor(const std::string& recipient, std::string_view content) {
    const std::vector<uplink::AgeRecipient> recipients{GANTRY_TRY(uplink::AgeRecipient::parse(recipient))};
    std::string out;
    const auto take = [&out](Bytes piece) {
        out += asText(piece);
        return Result<>();
    };
    auto encryptor = GANTRY_TRY(uplink::AgeEncryptor::start(recipients, take));
    GANTRY_CHECK(encryptor.write(asBytes(content)));
    GANTRY_CHECK(encryptor.finish());
    return out;
}

Result<> ensureSiteRole(Office& office, const std::string& site, UnixMillis now) {
    const auto there = office.writer().role(siteRole(site));
    if (there) return {};
    if (there.error().code != Errc::NotFound) return there.error();
    const auto keys = GANTRY_TRY(office.onlineKeys());
    auto online = GANTRY_TRY(office.next(std::string(kOnlineRole), now));
    delegateSite(online, site, ed25519PublicKey(keys.seeds.front()));
    tuf::Targets empty;
    empty.expires = expiryFrom(now);
    GANTRY_CHECK(office.publish({{std::string(kOnlineRole), GANTRY_TRY(tuf::signedText(online, keys.seeds))},
                                 {siteRole(site), GANTRY_TRY(tuf::signedText(empty, keys.seeds)),
                                  std::string(kOnlineRole)}},
                                {}, now));
    return {};
}

Result<std::size_t> publishStatements(Office& office, Statements& statements, Sites& sites, UnixMillis now) {
    NextRoles roles(office, now);
    std::vector<SiteStatement> said;
    Contents contents;
    for (auto& statement : GANTRY_TRY(statements.waiting())) {
        auto content = GANTRY_TRY(contentOf(statement, sites));
        if (!content) continue;
        const auto path = pathOf(statement);
        GANTRY_TRY(roles.of(statement.site))->targets[path] = tuf::targetInfoOf(asBytes(*content));
        contents[path] = *std::move(content);
        said.push_back(std::move(statement));
    }
    const auto taken = GANTRY_TRY(statements.takenAndListed());
    std::vector<std::string> left_over;
    for (const auto& statement : taken) {
        auto& listed = GANTRY_TRY(roles.of(statement.site))->targets;
        const auto found = listed.find(pathOf(statement));
        if (found == listed.end()) continue;
        left_over.push_back(targetObject(found->first, found->second));
        listed.erase(found);
    }
    if (said.empty() && taken.empty()) return 0;
    GANTRY_CHECK(office.publish(GANTRY_TRY(roles.sign(GANTRY_TRY(office.onlineKeys()).seeds)), contents, now));
    GANTRY_CHECK(statements.setPublished(said));
    for (const auto& object : left_over) GANTRY_CHECK(office.store().remove(object));
    GANTRY_CHECK(statements.setUnlisted(taken));
    return said.size();
}

Result<bool> publishHere(const SponsorFolder& folder, Statements& statements, const Clock& clock) {
    const auto office = Office::open(folder);
    if (!office && office.error().code == Errc::NotFound) return false;
    if (!office) return office.error();
    std::error_code ec;
    if (!std::filesystem::exists(folder.onlineKey(), ec)) return false;
    const auto sites = GANTRY_TRY(Sites::open(folder.directory(), clock));
    const auto said = publishStatements(**office, statements, *sites, clock.nowMillis());
    if (!said && said.error().code == Errc::Busy) return false;
    return said ? Result<bool>(true) : Result<bool>(said.error());
}

}  // namespace gantry::central
