#include "gantry/central/hub.hpp"

#include <pthread.h>
#include <sys/file.h>

#include <condition_variable>
#include <thread>

#include "gantry/central/opening.hpp"
#include "gantry/central/sites.hpp"
#include "gantry/core/log.hpp"
#include "hub_handler.hpp"
#include "joiner.hpp"
#include "opener.hpp"
#include "voice_thread.hpp"

namespace gantry::central {
namespace {

using namespace std::chrono_literals;

constexpr auto kTidyEvery = 60s;

/// One hub a directory: held as long as the descriptor is open, also through kill -9.
Result<UniqueFd> lockDirectory(const std::filesystem::path& directory) {
    auto fd = GANTRY_TRY(openFile(directory / "hub.lock", OpenMode::ReadWriteCreate));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::Busy, "another hub serves this directory");
    return fd;
}

class RunningHub final : public Hub {
public:
    RunningHub(const HubConfig& config, UniqueFd lock, std::unique_ptr<SharedObjects> shared,
               std::unique_ptr<Sites> sites, std::unique_ptr<Index> index,
               std::unique_ptr<Statements> statements, const Clock& clock)
        : config_(config),
          lock_(std::move(lock)),
          shared_(std::move(shared)),
          sites_(std::move(sites)),
          index_(std::move(index)),
          statements_(std::move(statements)),
          clock_(clock),
          intake_(
              config.directory, *index_, [this] { wakeOpener(); }, shared_.get()),
          store_(config.directory, *index_, intake_,
                 UploadLimits{config.max_upload_bytes, config.reserve_bytes, config.unfinished_expiry}, clock,
                 shared_.get()),
          tus_(store_, *index_, [this] { joiner_->wake(); }),
          handler_(*sites_, *statements_, tus_, config.directory / "inbox") {}

    Result<> begin() {
        GANTRY_CHECK(intake_.prepare());
        GANTRY_CHECK(intake_.recover());
        GANTRY_CHECK(store_.recover());
        GANTRY_CHECK(startInbox());
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
        opener_.emplace(
            config_.directory, std::move(keys), *index_, *statements_, clock_,
            [this] {
                if (voice_) voice_->wake();
            },
            shared_.get());
        return {};
    }

    /// Where a trial was set up: its inbox is served, sites can be enrolled, and where the online key is,
    /// what is to be said is published.
    Result<> startInbox() {
        const SponsorFolder folder(config_.directory);
        const auto facts = folder.facts();
        if (!facts && facts.error().code == Errc::NotFound) return {};
        if (!facts) return facts.error();
        inbox_.emplace(GANTRY_TRY(openRepository(folder, *facts)),
                       facts->store.empty() ? folder.repository() : std::filesystem::path());
        std::optional<uplink::CertificateAuthority> authority;
        if (auto loaded = uplink::CertificateAuthority::load(folder.authorityKey(), folder.authority()))
            authority = *std::move(loaded);
        else if (loaded.error().code != Errc::NotFound)
            return loaded.error();
        enrol_.emplace(facts->trial, *sites_, std::move(authority), clock_);
        handler_.serve(&*inbox_, &*enrol_);
        auto office = GANTRY_TRY(Office::open(folder));
        const auto keys = office->onlineKeys();
        if (keys)
            voice_.emplace(std::move(office), *statements_, *sites_, clock_);
        else if (keys.error().code != Errc::NotFound)
            return keys.error();
        return {};
    }

    /// Certificates of sites are looked at where there is TLS and a trial's authority.
    std::filesystem::path clientAuthority() const {
        const auto file = SponsorFolder(config_.directory).authority();
        std::error_code ec;
        return enrol_ && !config_.certificate.empty() && std::filesystem::exists(file, ec)
                   ? file
                   : std::filesystem::path();
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
        server.client_ca = clientAuthority();
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
    const std::unique_ptr<SharedObjects> shared_;
    const std::unique_ptr<Sites> sites_;
    const std::unique_ptr<Index> index_;
    const std::unique_ptr<Statements> statements_;
    const Clock& clock_;
    Intake intake_;
    UploadStore store_;
    TusHandler tus_;
    std::optional<InboxFiles> inbox_;
    std::optional<EnrolHandler> enrol_;
    HubHandler handler_;
    std::optional<VoiceThread> voice_;
    std::optional<Opener> opener_;
    std::optional<Joiner> joiner_;
    std::unique_ptr<http::Server> server_;
    std::jthread tidier_;
};

}  // namespace

Result<std::unique_ptr<Hub>> Hub::start(const HubConfig& config, const Clock& clock) {
    GANTRY_CHECK(makeDirectory(config.directory));
    auto lock = GANTRY_TRY(lockDirectory(config.directory));
    auto shared = GANTRY_TRY(openSharedObjects(config.directory));
    auto sites = GANTRY_TRY(Sites::open(config.directory, clock));
    auto index = GANTRY_TRY(Index::open(config.directory, Index::Access::ReadWrite, clock));
    auto statements = GANTRY_TRY(Statements::open(config.directory, clock));
    auto hub = std::make_unique<RunningHub>(config, std::move(lock), std::move(shared), std::move(sites),
                                            std::move(index), std::move(statements), clock);
    GANTRY_CHECK(hub->begin());
    return hub;
}

}  // namespace gantry::central
