#include "gantry/central/hub.hpp"

#include <pthread.h>
#include <sys/file.h>

#include <condition_variable>
#include <thread>

#include "gantry/central/opening.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/crypto.hpp"
#include "gantry/core/http_server.hpp"
#include "gantry/core/log.hpp"
#include "gantry/uplink/parcel.hpp"
#include "joiner.hpp"
#include "opener.hpp"
#include "tus_handler.hpp"

namespace gantry::central {
namespace {

using namespace std::chrono_literals;
using http::Request;
using http::Response;

constexpr std::string_view kReceiptsPath = "/inbox/receipts/";
constexpr auto kTidyEvery = 60s;

std::string_view bearerToken(const Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto field = request.header("Authorization");
    if (field.size() <= kScheme.size()) return {};
    const http::CaseInsensitiveLess less;
    const auto scheme = field.substr(0, kScheme.size());
    return less(scheme, kScheme) || less(kScheme, scheme) ? std::string_view{} : field.substr(kScheme.size());
}

Response unauthorized() {
    auto response = http::text(401, "a site's token is needed\n");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

/// Who asks, then who answers. One object for all connections; what it refers to is thread-safe.
class HubHandler final : public http::Handler {
public:
    HubHandler(SiteRegistry& sites, TusHandler& tus, std::filesystem::path inbox)
        : sites_(sites), tus_(tus), inbox_(std::move(inbox)) {}

    std::unique_ptr<http::UploadSink> upload(const Request& request) override {
        if (!isTus(request)) return nullptr;
        const auto method = TusHandler::methodOf(request);
        if (method == "OPTIONS") return nullptr;
        const auto site = sites_.siteOf(bearerToken(request));
        if (!site) return refusing(withTus(unauthorized()));
        return tus_.upload(request, *site);
    }

    Response handle(const Request& request) override {
        auto response = answer(request);
        response.headers.emplace_back("X-Content-Type-Options", "nosniff");
        if (request.tls) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
        return response;
    }

private:
    static bool isTus(const Request& request) {
        return request.path.starts_with(kTusPath) || request.path + "/" == kTusPath;
    }

    Response answer(const Request& request) {
        const bool reads = request.method == "GET" || request.method == "HEAD";
        if (request.path == "/healthz" && reads) return http::text(200, "ok\n");
        if (isTus(request) && TusHandler::methodOf(request) == "OPTIONS") return tus_.options();
        const auto site = sites_.siteOf(bearerToken(request));
        if (!site) return unauthorized();
        if (isTus(request)) return tus_.handle(request, *site);
        if (request.path.starts_with(kReceiptsPath) && reads) return receipt(request, *site);
        return http::text(404, "nothing is here\n");
    }

    /// GET /inbox/receipts/{parcel_id}.json of the asking site's own folder.
    Response receipt(const Request& request, const std::string& site) const {
        auto name = request.path.substr(kReceiptsPath.size());
        constexpr std::string_view kEnding = ".json";
        if (!name.ends_with(kEnding)) return http::text(404, "nothing is here\n");
        name.resize(name.size() - kEnding.size());
        if (!uplink::isParcelId(name)) return http::text(404, "nothing is here\n");
        auto text = readFile(receiptFile(inbox_, site, name));
        if (!text && text.error().code == Errc::NotFound) return http::text(404, "no receipt yet\n");
        if (!text) return http::problem(fail(text.error().code, ""));
        const auto tag = '"' + toHex(sha256(asBytes(*text))).substr(0, 32) + '"';
        const bool unchanged = request.header("If-None-Match") == tag;
        auto response = unchanged ? http::text(304, "") : http::json(200, *std::move(text));
        response.headers.emplace_back("ETag", tag);
        response.headers.emplace_back("Cache-Control", "private, no-cache");
        return response;
    }

    SiteRegistry& sites_;
    TusHandler& tus_;
    const std::filesystem::path inbox_;
};

/// One hub a directory: held as long as the descriptor is open, also through kill -9.
Result<UniqueFd> lockDirectory(const std::filesystem::path& directory) {
    auto fd = GANTRY_TRY(openFile(directory / "hub.lock", OpenMode::ReadWriteCreate));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::Busy, "another hub serves this directory");
    return fd;
}

class RunningHub final : public Hub {
public:
    RunningHub(const HubConfig& config, UniqueFd lock, SiteRegistry sites, std::unique_ptr<Index> index,
               const Clock& clock)
        : config_(config),
          lock_(std::move(lock)),
          sites_(std::move(sites)),
          index_(std::move(index)),
          clock_(clock),
          intake_(config.directory, *index_, [this] { wakeOpener(); }),
          store_(config.directory, *index_, intake_,
                 UploadLimits{config.max_upload_bytes, config.reserve_bytes, config.unfinished_expiry},
                 clock),
          tus_(store_, *index_, [this] { joiner_->wake(); }),
          handler_(sites_, tus_, config.directory / "inbox") {}

    Result<> begin() {
        GANTRY_CHECK(intake_.prepare());
        GANTRY_CHECK(intake_.recover());
        GANTRY_CHECK(store_.recover());
        GANTRY_CHECK(startOpener());
        joiner_.emplace(store_, *index_);
        GANTRY_CHECK(startServer());
        tidier_ = std::jthread([this](const std::stop_token& stop) { tidy(stop); });
        return {};
    }

    std::uint16_t port() const override { return server_->port(); }

private:
    Result<> startOpener() {
        if (!config_.identity) return {};
        auto keys = GANTRY_TRY(loadOpeningKeys(*config_.identity, config_.receipt_key, config_.issuer));
        if (config_.delete_withdrawn) keys.withdrawn = WithdrawnFiles::Delete;
        clearScratch(config_.directory / "opened");
        // The key that was missing may be here now.
        GANTRY_CHECK(index_->retryRefused(std::string(describe(Errc::NoIdentity).slug)));
        opener_.emplace(config_.directory, std::move(keys), *index_, clock_);
        return {};
    }

    Result<> startServer() {
        http::ServerConfig server;
        server.address = config_.address;
        server.port = config_.port;
        server.threads = config_.threads;
        server.max_connections = config_.max_connections;
        server.idle_timeout = config_.idle_timeout;
        server.certificate_chain = config_.certificate;
        server.private_key = config_.private_key;
        server_ = GANTRY_TRY(http::Server::start(server, handler_));
        return {};
    }

    void wakeOpener() {
        if (opener_) opener_->wake();
    }

    void tidy(const std::stop_token& stop) {
        pthread_setname_np(pthread_self(), "tidier");
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock(mutex);
        while (!stop.stop_requested()) {
            if (auto done = store_.tidy(); !done)
                log::error("uploads.tidy", {{"error", done.error().message()}});
            never.wait_for(lock, stop, kTidyEvery, [] { return false; });
        }
    }

    const HubConfig config_;
    const UniqueFd lock_;
    SiteRegistry sites_;
    std::unique_ptr<Index> index_;
    const Clock& clock_;
    Intake intake_;
    UploadStore store_;
    TusHandler tus_;
    HubHandler handler_;
    std::optional<Opener> opener_;
    std::optional<Joiner> joiner_;
    std::unique_ptr<http::Server> server_;
    std::jthread tidier_;
};

}  // namespace

Result<std::unique_ptr<Hub>> Hub::start(const HubConfig& config, const Clock& clock) {
    GANTRY_CHECK(makeDirectory(config.directory));
    auto lock = GANTRY_TRY(lockDirectory(config.directory));
    auto sites = GANTRY_TRY(SiteRegistry::open(config.directory));
    auto index = GANTRY_TRY(Index::open(config.directory, Index::Access::ReadWrite, clock));
    auto hub =
        std::make_unique<RunningHub>(config, std::move(lock), std::move(sites), std::move(index), clock);
    GANTRY_CHECK(hub->begin());
    return hub;
}

}  // namespace gantry::central
