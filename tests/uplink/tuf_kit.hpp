#pragma once
/// What tests of TUF share: keys, a repository of our writer in memory, and a fetcher that reads from it.

#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "gantry/uplink/tuf.hpp"
#include "gantry/uplink/tuf_repository.hpp"
#include "support.hpp"

namespace gantry::test {

namespace tuf = uplink::tuf;

inline constexpr UnixMillis kNow = 1'795'000'000'000;  // 2026-11-18
inline constexpr std::int64_t kCentury = 100LL * 365 * 86'400;

/// The same key each time for one number.
inline Ed25519Seed seedOf(int number) {
    Ed25519Seed seed{};
    seed[0] = static_cast<std::byte>(number);
    return seed;
}
inline tuf::Key keyOf(int number) {
    return tuf::toKey(ed25519PublicKey(seedOf(number)));
}
inline std::vector<tuf::Key> keysOf(const std::vector<int>& numbers) {
    std::vector<tuf::Key> out;
    for (const int number : numbers) out.push_back(keyOf(number));
    return out;
}
inline std::vector<Ed25519Seed> seedsOf(const std::vector<int>& numbers) {
    std::vector<Ed25519Seed> out;
    for (const int number : numbers) out.push_back(seedOf(number));
    return out;
}

struct MemoryStore final : uplink::ObjectStore {
    std::map<std::string, std::string> files;
    std::vector<std::string> written;                         ///< names in the order of their puts
    std::function<void(const std::string& name)> before_put;  ///< another's chance to act
    std::size_t puts_left = static_cast<std::size_t>(-1);     ///< then the power goes
    UnixMillis modified = kNow;                               ///< of every file

    Result<> put(const std::string& name, Bytes content, uplink::Existing existing,
                 std::stop_token) override {
        must(uplink::checkObjectName(name));
        if (before_put) before_put(name);
        if (puts_left-- == 0) return fail(Errc::Io, "the power went");
        if (existing == uplink::Existing::Refuse && files.contains(name))
            return fail(Errc::AlreadyExists, name);
        files[name] = asText(content);
        written.push_back(name);
        return {};
    }
    Result<> putFile(const std::string& name, const std::filesystem::path& file, uplink::Existing existing,
                     std::stop_token stop) override {
        return put(name, asBytes(must(readFile(file))), existing, stop);
    }
    Result<> get(const std::string& name, uplink::ByteRange, const uplink::ByteSink& sink,
                 std::stop_token) override {
        const auto found = files.find(name);
        return found == files.end() ? fail(Errc::NotFound, name) : sink(asBytes(found->second));
    }
    Result<uplink::ObjectInfo> head(const std::string& name, std::stop_token) override {
        const auto found = files.find(name);
        if (found == files.end()) return fail(Errc::NotFound, name);
        return uplink::ObjectInfo{name, found->second.size(), "", modified};
    }
    Result<uplink::ObjectPage> list(const std::string&, const std::string&, int, std::stop_token) override {
        return fail(Errc::Unsupported, "nobody lists");
    }
    Result<> remove(const std::string& name, std::stop_token) override {
        files.erase(name);
        return {};
    }
};

/// Serves a store under "repo:/".
struct StoreFetcher final : tuf::Fetcher {
    explicit StoreFetcher(MemoryStore& s) : store(s) {}
    MemoryStore& store;
    std::vector<std::string>* asked = nullptr;

    Result<Answer> fetch(const Request& request, std::stop_token) override {
        if (asked) asked->push_back(nameIn(request.url));
        const auto body = store.read(nameIn(request.url), 64u << 20);
        if (!body) return Answer{};
        if (body->size() > request.max_bytes) return fail(Errc::BadFormat, "larger than allowed");
        return Answer{Found::Content, *body, ""};
    }
    Result<Found> stream(const Request& request, const Sink& sink, std::stop_token stop) override {
        const auto answer = GANTRY_TRY(fetch(request, stop));
        if (answer.found == Found::Content) GANTRY_CHECK(sink(asBytes(answer.body)));
        return answer.found;
    }
    static std::string nameIn(const std::string& url) {
        REQUIRE(url.starts_with("repo:/"));
        return url.substr(6);
    }
};

/// Root and targets are signed by two of three people (1, 2, 3), snapshot and timestamp by the online key 9.
struct Office {
    MemoryStore store;
    tuf::RepositoryWriter writer{store};
    tuf::OnlineKeys online{seedsOf({9}), std::chrono::hours(24 * 7), std::chrono::hours(24)};
    std::string first_root;

    Office() {
        first_root = must(tuf::signedText(rootContent(), seedsOf({1, 2})));
        tuf::Publication first;
        first.root = first_root;
        first.roles = {{"targets", must(tuf::signedText(targetsContent(), seedsOf({1, 3})))}};
        must(writer.publish(first, online, kNow));
    }
    static tuf::Root rootContent() {
        tuf::Root root;
        root.expires = kNow / 1000 + kCentury;
        tuf::setKeys(root, tuf::kRootRole, keysOf({1, 2, 3}), 2);
        tuf::setKeys(root, tuf::kTargetsRole, keysOf({1, 2, 3}), 2);
        tuf::setKeys(root, tuf::kSnapshotRole, keysOf({9}), 1);
        tuf::setKeys(root, tuf::kTimestampRole, keysOf({9}), 1);
        return root;
    }
    static tuf::Targets targetsContent() {
        tuf::Targets targets;
        targets.expires = kNow / 1000 + kCentury;
        return targets;
    }
    tuf::DelegatedRole delegation(const std::string& name, std::vector<std::string> paths,
                                  std::uint64_t threshold = 1) const {
        tuf::DelegatedRole role;
        role.name = name;
        role.threshold = threshold;
        role.paths = std::move(paths);
        return role;
    }
    /// The next version of a role; a new one begins empty.
    tuf::Targets next(const std::string& role) {
        auto read = writer.role(role);
        if (!read) return targetsContent();
        ++read->content.version;
        return read->content;
    }
    /// The next targets with a target more.
    tuf::Publication withTarget(const std::string& path, const std::string& content) {
        auto targets = next("targets");
        targets.targets[path] = tuf::targetInfoOf(asBytes(content));
        return {"",
                {{"targets", must(tuf::signedText(targets, seedsOf({1, 2})))}},
                {{path, asBytes(content), {}}}};
    }
    /// Delegates sites/0417/… to a role of the online key 10, with these files.
    void addSite(const std::map<std::string, std::string>& files) {
        auto targets = next("targets");
        tuf::setDelegation(targets, delegation("site-0417", {"sites/0417/*"}), keysOf({10}));
        auto site = next("site-0417");
        tuf::Publication publication;
        for (const auto& [path, content] : files) {
            site.targets[path] = tuf::targetInfoOf(asBytes(content));
            publication.targets.push_back({path, asBytes(content), {}});
        }
        publication.roles = {{"targets", must(tuf::signedText(targets, seedsOf({1, 2})))},
                             {"site-0417", must(tuf::signedText(site, seedsOf({10})))}};
        must(writer.publish(publication, online, kNow));
    }
};

/// A client of an office's repository, with a folder of its own.
struct SiteEnd {
    TemporaryDirectory folder = temporaryDirectory();
    std::vector<std::string> asked;
    tuf::Client client;

    explicit SiteEnd(Office& office, tuf::Limits limits = {}) : client(make(office, limits)) {}

    tuf::Client make(Office& office, tuf::Limits limits) {
        must(tuf::Client::initialize(folder.path() / "metadata", office.first_root));
        auto fetcher = std::make_unique<StoreFetcher>(office.store);
        fetcher->asked = &asked;
        tuf::ClientConfig config;
        config.metadata_dir = folder.path() / "metadata";
        config.metadata_url = "repo:/metadata";
        config.target_dir = folder.path() / "targets";
        config.target_url = "repo:/targets";
        config.limits = limits;
        return tuf::Client(config, std::move(fetcher));
    }
};

}  // namespace gantry::test
