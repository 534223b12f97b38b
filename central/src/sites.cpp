#include "gantry/central/sites.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>

#include "gantry/core/crypto.hpp"
#include "gantry/core/files.hpp"
#include "gantry/core/log.hpp"

namespace gantry::central {
namespace {

namespace json = boost::json;

std::filesystem::path sitesFile(const std::filesystem::path& directory) {
    return directory / "sites.json";
}

std::optional<std::filesystem::file_time_type> timeOf(const std::filesystem::path& file) {
    std::error_code ec;
    const auto time = std::filesystem::last_write_time(file, ec);
    return ec ? std::nullopt : std::optional(time);
}

Error badSites(std::string_view why) {
    return fail(Errc::BadFormat, "sites.json: " + std::string(why));
}

Result<std::string> textField(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value == nullptr || !value->is_string()) return badSites(std::string(key) + " is missing");
    return std::string(value->get_string());
}

Result<Site> siteFromJson(const json::value& value) {
    if (!value.is_object()) return badSites("a site is not an object");
    Site site;
    site.id = GANTRY_TRY(textField(value.get_object(), "site"));
    site.token_sha256 = GANTRY_TRY(textField(value.get_object(), "token_sha256"));
    site.created_at = GANTRY_TRY(textField(value.get_object(), "created_at"));
    const auto digest = fromHex(site.token_sha256);
    if (!isSiteId(site.id) || !digest || digest->size() != 32) return badSites("a site has not its form");
    return site;
}

Result<std::vector<Site>> sitesFromJson(std::string_view text) {
    boost::system::error_code ec;
    const auto value = json::parse(text, ec);
    if (ec || !value.is_object()) return badSites("not a JSON object");
    const auto* list = value.get_object().if_contains("sites");
    if (list == nullptr || !list->is_array()) return badSites("no list of sites");
    std::vector<Site> sites;
    for (const auto& entry : list->get_array()) sites.push_back(GANTRY_TRY(siteFromJson(entry)));
    return sites;
}

/// One site a line: the file is looked at, and compared, by people.
std::string sitesToJson(const std::vector<Site>& sites) {
    std::string out = "{\"version\": 1, \"sites\": [";
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const json::object site{{"site", sites[i].id},
                                {"token_sha256", sites[i].token_sha256},
                                {"created_at", sites[i].created_at}};
        out += (i == 0 ? "\n" : ",\n") + json::serialize(site);
    }
    return out + "\n]}\n";
}

std::string hashOf(std::string_view token) {
    return toHex(sha256(asBytes(token)));
}

}  // namespace

bool isSiteId(std::string_view text) {
    if (text.empty() || text.size() > 64 || text.front() == '.') return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.' || c == '-';
    });
}

Result<std::vector<Site>> loadSites(const std::filesystem::path& directory) {
    const auto file = sitesFile(directory);
    const auto fd = GANTRY_TRY(openFile(file, OpenMode::Read));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return failErrno("sites.json", errno);
    if ((info.st_mode & 077) != 0) return fail(Errc::NotAllowed, "sites.json must have mode 0600");
    return sitesFromJson(GANTRY_TRY(readAt(fd.get(), 0, static_cast<std::size_t>(info.st_size))));
}

Result<std::string> addSite(const std::filesystem::path& directory, std::string_view id, const Clock& clock) {
    if (!isSiteId(id))
        return fail(Errc::InvalidArgument, "a site is 1 to 64 of A-Z a-z 0-9 _ . - and starts with no dot");
    std::vector<Site> sites;
    if (auto loaded = loadSites(directory)) {
        sites = *std::move(loaded);
    } else if (loaded.error().code != Errc::NotFound) {
        return loaded.error();
    }
    if (std::any_of(sites.begin(), sites.end(), [id](const Site& site) { return site.id == id; }))
        return fail(Errc::AlreadyExists, "site " + std::string(id));
    auto token = randomHex(32);
    sites.push_back({std::string(id), hashOf(token), isoUtc(clock.nowMillis())});
    GANTRY_CHECK(writeFileDurably(sitesFile(directory), asBytes(sitesToJson(sites))));
    return token;
}

Result<SiteRegistry> SiteRegistry::open(const std::filesystem::path& directory) {
    auto sites = loadSites(directory);
    if (!sites && sites.error().code != Errc::NotFound) return sites.error();
    if (!sites || sites->empty())
        return fail(Errc::ConfigInvalid, "no site may deliver yet: add one with gantry-central site add");
    return SiteRegistry(directory, *std::move(sites));
}

SiteRegistry::SiteRegistry(std::filesystem::path directory, std::vector<Site> sites)
    : directory_(std::move(directory)), sites_(std::move(sites)), read_time_(timeOf(sitesFile(directory_))) {}

SiteRegistry::SiteRegistry(SiteRegistry&& other) noexcept
    : directory_(std::move(other.directory_)),
      sites_(std::move(other.sites_)),
      read_time_(other.read_time_) {}

void SiteRegistry::reloadIfChanged() {
    const auto time = timeOf(sitesFile(directory_));
    if (time == read_time_) return;
    read_time_ = time;
    auto sites = loadSites(directory_);
    if (sites) {
        sites_ = *std::move(sites);
        log::info("sites.reloaded", {{"sites", sites_.size()}});
    } else {  // nobody gets in by a file that cannot be trusted, and nobody new while it is broken
        sites_.clear();
        log::error("sites.unusable", {{"error", sites.error().message()}});
    }
}

std::optional<std::string> SiteRegistry::siteOf(std::string_view token) {
    const auto hash = hashOf(token);
    const std::lock_guard lock(mutex_);
    reloadIfChanged();
    std::optional<std::string> found;
    for (const auto& site : sites_)
        if (equalConstantTime(asBytes(site.token_sha256), asBytes(hash))) found = site.id;
    return found;
}

}  // namespace gantry::central
