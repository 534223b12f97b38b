/// The calls of the page System.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcuid.h>
#include <openssl/crypto.h>

#include <boost/json.hpp>
#include <charconv>

#include "enrolment/enrolment.hpp"
#include "gantry/core/log_tail.hpp"
#include "messages/heartbeat_facts.hpp"
#include "system/certificate_end.hpp"
#include "system/echo.hpp"
#include "system/system_rows.hpp"
#include "web/decisions.hpp"
#include "web/web_app.hpp"

namespace gantry::agent {

namespace json = boost::json;

namespace {

constexpr int kDays = 14;
constexpr UnixMillis kDay = 86'400'000;
constexpr std::uint64_t kMostPem = 1u << 20;

json::object diskJson(std::uint64_t free, std::uint64_t reserve, std::uint64_t taken) {
    const auto left = free > reserve ? free - reserve : 0;
    return {{"free_bytes", free},
            {"reserve_bytes", reserve},
            {"days_left", taken > 0 ? json::value(left / (taken / kDays + 1)) : json::value(nullptr)}};
}

/// Files that cannot be read are told elsewhere, as what they are for does not work.
void addCertificate(json::array& out, const std::string& trial, const std::filesystem::path& file) {
    if (file.empty()) return;
    const auto pem = readFile(file, kMostPem);
    if (!pem) return;
    if (const auto end = certificateEnd(*pem)) out.push_back({{"trial", trial}, {"ends_at", *end}});
}

json::array certificatesOf(const Config& config) {
    json::array out;
    addCertificate(out, "", config.web.certificate);
    for (const auto& folder : EnrolmentFolder::all(config.data_directory))
        if (const auto enrolment = folder.read()) addCertificate(out, enrolment->trial, folder.certificate());
    return out;
}

json::object versionJson(std::string_view name, std::string_view version) {
    return {{"name", name}, {"version", version}};
}

}  // namespace

Result<std::string> WebApp::systemShow(const http::Request&, const Parameters&) {
    const auto free = GANTRY_TRY(freeBytes(parts_.spool.folder()));
    return parts_.catalogue.read([&](Database& db) -> Result<std::string> {
        const auto taken = GANTRY_TRY(bytesReceivedSince(db, parts_.clock.nowMillis() - kDays * kDay));
        json::array nodes;
        for (const auto& node : GANTRY_TRY(nodesSeen(db)))
            nodes.push_back({{"ae_title", node.ae_title},
                             {"address", node.address},
                             {"last_at", node.last_at},
                             {"associations", node.associations},
                             {"broken", node.broken}});
        const json::array versions{
            versionJson("Gantry", GANTRY_VERSION),
            versionJson("Catalogue", std::to_string(GANTRY_TRY(schemaVersion(db)))),
            versionJson("DCMTK", OFFIS_DCMTK_VERSION_STRING),
            versionJson("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)),
            versionJson("SQLite", GANTRY_TRY(sqliteVersion(db)))};
        return json::serialize(json::value{{"disk", diskJson(free, parts_.spool.reserveBytes(), taken)},
                                           {"nodes", std::move(nodes)},
                                           {"certificates", certificatesOf(parts_.config)},
                                           {"versions", versions}});
    });
}

Result<std::string> WebApp::systemEcho(const http::Request& request, const Parameters&) {
    const auto input = GANTRY_TRY(readDecision(request.body, {"ae_title", "host", "port", "who"}));
    EchoWish wish{"GANTRY", textOf(input, "ae_title"), textOf(input, "host"), 0};
    const auto trials = parts_.trials.all();
    for (const auto& [id, trial] : *trials)
        if (trial.receives) wish.calling_ae_title = trial.config.ae_title;
    const auto port = textOf(input, "port");
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), wish.port);
    constexpr std::size_t kLongestAe = 16;  // PS3.5 6.2, AE
    if (ec != std::errc() || end != port.data() + port.size() || wish.port == 0)
        return fail(Errc::InvalidArgument, "'port' is a number, 1 to 65535");
    if (wish.called_ae_title.size() > kLongestAe)
        return fail(Errc::InvalidArgument, "an AE title has at most 16 characters");
    const auto took = GANTRY_TRY(echo(wish));
    return json::serialize(json::value{{"milliseconds", took.count()}});
}

Result<http::Response> WebApp::systemLog(const http::Request&, const Parameters&, const Caller&) {
    std::string all;
    for (const auto& line : log::tail()) all += line + "\n";
    http::Response response;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    response.body = std::move(all);
    return response;
}

}  // namespace gantry::agent
