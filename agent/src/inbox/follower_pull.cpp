// Reading one inbox: which targets concern this site, in which order, and what is new of them.
#include <algorithm>
#include <initializer_list>

#include "enrolment/hub_talk.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"
#include "inbox/follower.hpp"

namespace gantry::agent {
namespace {

constexpr UnixMillis kRenewalWait = 3'600'000;

std::string joined(const std::string& address, std::string_view path) {
    return address + (address.ends_with('/') ? "" : "/") + std::string(path);
}

InboxTarget asTarget(const uplink::tuf::Target& target) {
    const auto hash = target.info.hashes.find("sha256");
    const auto& any = hash == target.info.hashes.end() ? *target.info.hashes.begin() : *hash;
    return {target.path, any.second, target.info.custom, target.info.length};
}

/// trial.json first, for it says whose word counts; then what is read by it; packs from the lowest version
/// up.
int rankOf(const std::string& path) {
    if (path == kTrialDocument) return 0;
    if (path.ends_with(kSettingsDocument) || path.ends_with(kSiteSettingsDocument)) return 1;
    if (path.ends_with(kRosterDocument)) return 2;
    if (path.starts_with("packs/")) return 3;
    return 4;
}

std::string versionIn(const std::string& path) {
    const auto file = path.substr(path.rfind('/') + 1);
    return file.substr(0, file.rfind('.'));
}

bool comesFirst(const InboxTarget& a, const InboxTarget& b) {
    const auto x = rankOf(a.path);
    const auto y = rankOf(b.path);
    if (x != y) return x < y;
    if (x == 3 && versionIn(a.path) != versionIn(b.path))
        return isLowerVersion(versionIn(a.path), versionIn(b.path));
    return a.path < b.path;
}

}  // namespace

Result<> Follower::pull(const Enrolment& enrolment, const std::stop_token& stop) {
    const auto document = GANTRY_TRY(
        parts_.taking.catalogue.read([&](Database& db) { return trialDocumentOf(db, enrolment.trial); }));
    auto addresses = document ? document->inbox : std::vector<std::string>();
    for (const auto& address : enrolment.inbox)
        if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
    Result<> done = fail(Errc::NotFound, "the sponsor has told no address of its inbox");
    for (const auto& address : addresses) {
        done = pullFrom(address, enrolment, stop);
        if (done || stop.stop_requested()) break;
    }
    if (done) done = renewIfDue(enrolment, stop);
    return done;
}

Result<> Follower::pullFrom(const std::string& address, const Enrolment& enrolment,
                            const std::stop_token& stop) {
    uplink::tuf::ClientConfig config;
    config.metadata_dir = folder_.metadata();
    config.metadata_url = joined(address, "metadata");
    config.target_url = joined(address, "targets");
    auto fetcher =
        GANTRY_TRY(uplink::tuf::makeHttpFetcher(httpOf(folder_, parts_.taking.config.uploads.proxy)));
    uplink::tuf::Client client(config, std::move(fetcher));
    const auto refreshed = GANTRY_TRY(client.refresh(now(), stop));
    const bool as_before = poll_.trouble.empty() && poll_.timestamp_version == refreshed.timestamp_version;
    poll_.root_version = refreshed.root_version;
    if (!as_before) {
        poll_.timestamp_version = 0;  // until all of it is taken
        auto taking = GANTRY_TRY(Taking::open(parts_.taking, folder_, enrolment));
        Result<> all;
        for (const auto& target : GANTRY_TRY(targets(client, enrolment, stop))) {
            if (GANTRY_TRY(taking.isKnown(target))) continue;
            const auto content = Taking::needsContent(target) ? client.read(found_.at(target.path), stop)
                                                              : Result<std::string>(std::string());
            auto taken = content ? taking.take(target, *content) : Result<>(content.error());
            if (stop.stop_requested()) return fail(Errc::Stopped, "stopping");
            if (!taken && all) all = within(target.path, taken.error());  // all others are taken
        }
        GANTRY_CHECK(all);
    }
    poll_.timestamp_version = refreshed.timestamp_version;
    poll_.refreshed_at = now();
    return {};
}

Result<std::vector<InboxTarget>> Follower::targets(uplink::tuf::Client& client, const Enrolment& enrolment,
                                                   const std::stop_token& stop) {
    const auto mine = "sites/" + enrolment.site + "/";
    found_.clear();
    Result<> trouble;
    for (const auto& path : {std::string(kTrialDocument), std::string(kSettingsDocument),
                             mine + kSiteSettingsDocument, mine + kRosterDocument}) {
        auto target = client.target(path, stop);
        if (target)
            found_.insert_or_assign(path, *std::move(target));
        else if (target.error().code != Errc::NotFound && trouble)
            trouble = target.error();
    }
    for (const auto& [role, prefix] : std::initializer_list<std::pair<std::string, std::string>>{
             {"packs", "packs/"}, {"software", "software/"}, {"online-" + enrolment.site, mine}}) {
        auto listed = client.list(role, prefix, stop);
        if (!listed && listed.error().code != Errc::NotFound && trouble) trouble = listed.error();
        if (listed)
            for (auto& target : *listed) found_.insert_or_assign(target.path, std::move(target));
    }
    if (found_.empty() && !trouble) return trouble.error();
    if (!trouble)
        log::warning("inbox.role_not_read",
                     {{"trial", enrolment.trial}, {"reason", trouble.error().message()}});
    std::vector<InboxTarget> out;
    for (const auto& [path, target] : found_) out.push_back(asTarget(target));
    std::ranges::sort(out, comesFirst);
    return out;
}

Result<> Follower::renewIfDue(const Enrolment& enrolment, const std::stop_token& stop) {
    if (enrolment.hub.empty() || now() - renewal_tried_ < kRenewalWait) return {};
    const auto certificate = uplink::readCertificate(GANTRY_TRY(readFile(folder_.certificate(), 1u << 20)));
    if (!certificate || !isRenewalDue(*certificate, now()))
        return certificate ? Result<>() : certificate.error();
    renewal_tried_ = now();
    // The page warns by the certificate's end, not by one attempt that failed.
    const auto renewed = renewAtHub(folder_, httpOf(folder_, parts_.taking.config.uploads.proxy), stop);
    if (renewed)
        log::info("certificate.renewed", {{"trial", enrolment.trial}});
    else
        log::warning("certificate.not_renewed",
                     {{"trial", enrolment.trial}, {"reason", renewed.error().message()}});
    return renewed ? audit("certificate.renewed", enrolment.trial) : Result<>();
}

}  // namespace gantry::agent
