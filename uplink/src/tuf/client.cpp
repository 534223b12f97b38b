#include "client_parts.hpp"
#include "names.hpp"

namespace gantry::uplink::tuf {

Client::Client(ClientConfig config, std::unique_ptr<Fetcher> fetcher)
    : parts_(std::make_unique<ClientParts>(std::move(config), std::move(fetcher))) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<> Client::initialize(const std::filesystem::path& metadata_dir, std::string_view root,
                            std::stop_token stop) {
    if (auto good = TrustedSet::start(root, 0); !good) return within("the first root", good.error());
    GANTRY_CHECK(makeDirectory(metadata_dir));
    const LocalStore store(metadata_dir);
    const auto lock = GANTRY_TRY(store.lock(std::move(stop)));
    const auto before = store.read(kRootRole);
    if (before && *before == root) return {};
    if (before) return fail(Errc::AlreadyExists, "another root is trusted in " + metadata_dir.string());
    if (before.error().code != Errc::NotFound) return before.error();
    return store.write(kRootRole, root);
}

Result<Client::Refreshed> Client::refresh(UnixMillis now, std::stop_token stop) {
    const auto lock = GANTRY_TRY(parts_->store.lock(stop));
    Refresh refresh(*parts_, now, stop);
    auto set = GANTRY_TRY(refresh.run());
    const auto& timestamp = set.timestamp();
    const bool changed = !parts_->set || parts_->set->timestamp().version != timestamp.version;
    const Refreshed out{changed, set.root().version, timestamp.version, timestamp.snapshot.version};
    parts_->set = std::move(set);
    return out;
}

Result<TrustedSet*> ClientParts::refreshed() {
    if (!set) return fail(Errc::InvalidArgument, "nothing is known before the first refresh");
    return &*set;
}

std::string ClientParts::metadataUrl(std::string_view role, std::int64_t version) const {
    const auto& base = config.metadata_url;
    return base + (base.ends_with('/') ? "" : "/") + metadataFile(role, version);
}

Result<std::string> ClientParts::fetchMetadata(std::string_view role, std::int64_t version,
                                               std::uint64_t max_bytes, std::stop_token stop) {
    auto answer = GANTRY_TRY(fetcher->fetch({metadataUrl(role, version), max_bytes, ""}, std::move(stop)));
    if (answer.found != Fetcher::Found::Content)
        return fail(Errc::NotFound, "the server has no " + metadataFile(role, version));
    return std::move(answer.body);
}

Result<std::string> ClientParts::fetchListed(std::string_view role, const FileInfo& info, std::uint64_t limit,
                                             const Root& root, std::stop_token stop) {
    if (info.length.value_or(0) > limit)
        return fail(Errc::BadFormat, metadataFile(role) + " is listed as larger than is taken here");
    const bool by_version = root.consistent_snapshot.value_or(false);
    return fetchMetadata(role, by_version ? info.version : 0, info.length.value_or(limit), std::move(stop));
}

Result<const Targets*> ClientParts::loadTargets(TrustedSet& trusted, std::string_view role,
                                                Delegator delegator, std::stop_token stop) {
    if (const auto* there = trusted.targets(role, delegator)) return there;
    const auto* info = GANTRY_TRY(trusted.listed(role));
    if (const auto kept = store.read(role)) {
        // What is kept was good once. If it is not the one that is wanted now, the right one is fetched.
        if (auto good = trusted.addTargets(role, delegator, *kept)) return good;
    }
    const auto text =
        GANTRY_TRY(fetchListed(role, *info, config.limits.targets_bytes, trusted.root(), std::move(stop)));
    const auto* targets = GANTRY_TRY(trusted.addTargets(role, delegator, text));
    GANTRY_CHECK(store.write(role, text));
    return targets;
}

}  // namespace gantry::uplink::tuf
