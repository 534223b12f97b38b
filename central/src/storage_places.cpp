#include "storage_places.hpp"

#include <sys/stat.h>

#include <boost/url.hpp>
#include <map>

#include "gantry/core/config_reader.hpp"
#include "gantry/core/files.hpp"

namespace gantry::central {
namespace {

using Keywords = std::map<std::string, std::string>;

bool isHere(const std::string& host) {
    return host.empty() || host.starts_with('/') || host == "localhost" || host.starts_with("127.") ||
           host == "::1";
}

void completeKeywords(Keywords& keywords) {
    keywords.try_emplace("connect_timeout", "10");
    keywords.try_emplace("application_name", "gantry");
    if (isHere(keywords["host"]) || keywords.contains("sslmode")) return;
    keywords["sslmode"] = "verify-full";
    keywords.try_emplace("sslrootcert", "/etc/ssl/certs/ca-certificates.crt");
}

/// The library that connects parts keywords at blanks, and knows no quotes.
Result<std::string> joined(const Keywords& keywords) {
    std::string out;
    for (const auto& [key, value] : keywords) {
        if (value.empty()) continue;
        if (value.find_first_of(" \t\r\n'\\") != std::string::npos)
            return fail(Errc::ConfigInvalid, "'" + key + "' has a blank, a quote or a backslash in it");
        out += (out.empty() ? "" : " ") + key + "=" + value;
    }
    return out;
}

Result<Keywords> keywordsOf(std::string_view text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || (url->scheme() != "postgresql" && url->scheme() != "postgres"))
        return fail(Errc::ConfigInvalid, "is not a URL such as postgresql://gantry@db.example/gantry");
    Keywords keywords;
    for (const auto& parameter : url->params()) keywords[parameter.key] = parameter.value;
    if (url->has_password() || keywords.contains("password"))
        return fail(Errc::ConfigInvalid,
                    "has a password in it: write the password into a file and name that by 'password_file'");
    if (!url->host().empty()) keywords["host"] = url->host_address();
    if (url->has_port()) keywords["port"] = url->port();
    keywords["user"] = url->user();
    keywords["dbname"] = url->path().size() > 1 ? url->path().substr(1) : "";
    if (keywords["dbname"].empty()) return fail(Errc::ConfigInvalid, "names no database after the host");
    return keywords;
}

/// PostgreSQL's library passes over a password file that others may read.
void checkPasswordFile(ConfigSection& root, const std::filesystem::path& file) {
    struct stat found {};
    if (file.empty()) return;
    if (::stat(file.c_str(), &found) != 0)
        root.mistake("password_file", "cannot be read");
    else if ((found.st_mode & 077) != 0)
        root.mistake("password_file", "may be read by others: give it mode 0600");
    if (file.string().find_first_of(" \t'\\") != std::string::npos)
        root.mistake("password_file", "has a blank, a quote or a backslash in its path");
}

void readObjects(ConfigSection& root, StoragePlaces& places) {
    const auto credentials = root.path("credentials");
    const auto ca = root.path("ca");
    if (!root.has("objects")) return;
    auto location = uplink::parseS3Url(root.requiredText("objects"));
    if (!location) return root.mistake("objects", location.error().context);
    uplink::S3Config config;
    config.location = *std::move(location);
    config.credentials_file = credentials;
    config.http.ca_file = ca;
    if (auto good = uplink::checkS3Config(config); !good) root.mistake("objects", good.error().context);
    places.objects = std::move(config);
}

Result<StoragePlaces> parsePlace(std::string_view yaml, const std::filesystem::path& directory) {
    auto reader = GANTRY_TRY(ConfigReader::parse(yaml, directory));
    auto root = reader.root();
    root.integer("version", 1, 1, 1);
    StoragePlaces places;
    if (root.has("index")) {
        const auto keywords = postgresKeywords(root.requiredText("index"));
        if (keywords)
            places.postgres = *keywords;
        else
            root.mistake("index", keywords.error().context);
    } else {
        places.sqlite = directory / "index.sqlite";
    }
    const auto password_file = root.path("password_file");
    checkPasswordFile(root, password_file);
    if (!password_file.empty()) places.postgres += " passfile=" + password_file.string();
    readObjects(root, places);
    GANTRY_CHECK(reader.finish());
    return places;
}

}  // namespace

Result<std::string> postgresKeywords(std::string_view url) {
    auto keywords = GANTRY_TRY(keywordsOf(url));
    completeKeywords(keywords);
    return joined(keywords);
}

Result<StoragePlaces> storagePlacesOf(const std::filesystem::path& directory) {
    const auto file = directory / "storage.yaml";
    std::error_code ec;
    if (!std::filesystem::exists(file, ec)) return StoragePlaces{directory / "index.sqlite", {}, {}};
    const auto text = GANTRY_TRY(readFile(file, 1u << 16));
    auto place = parsePlace(text, std::filesystem::absolute(directory));
    if (!place) return within("storage.yaml", place.error());
    return place;
}

}  // namespace gantry::central
