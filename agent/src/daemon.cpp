#include "gantry/agent/daemon.hpp"

#include <sys/file.h>

#include <cerrno>

#include "catalogue/catalogue.hpp"
#include "gantry/core/http_server.hpp"
#include "gantry/core/log.hpp"
#include "inbox/site_inbox.hpp"
#include "messages/messages.hpp"
#include "people/console_token.hpp"
#include "people/people.hpp"
#include "receive/dicom_server.hpp"
#include "receive/transport_dcmtk.hpp"
#include "web/web_app.hpp"
#include "workflow/conductor.hpp"
#include "workflow/destination.hpp"
#include "workflow/pack_in_force.hpp"

namespace gantry::agent {
namespace {

Result<Trials> loadTrials(const Config& config) {
    Trials trials;
    std::string mistakes;
    for (const auto& one : config.trials) {
        auto trial = loadTrial(one, config.data_directory);
        if (trial)
            trials.emplace(one.id, *std::move(trial));
        else
            mistakes += (mistakes.empty() ? "" : "\n") + trial.error().context;
    }
    if (!mistakes.empty()) return fail(Errc::ConfigInvalid, mistakes);
    return trials;
}

UnixMillis millisOf(std::chrono::milliseconds span) {
    return span.count();
}

/// Two gantryd on one folder would each believe the spool its own.
Result<UniqueFd> lockDataDirectory(const std::filesystem::path& folder) {
    GANTRY_CHECK(makeDirectory(folder));
    auto fd = GANTRY_TRY(openFile(folder / "lock", OpenMode::ReadWriteCreate));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
        return fail(Errc::Busy, "another gantryd already runs on this data_directory");
    return fd;
}

class RunningDaemon final : public Daemon {
public:
    explicit RunningDaemon(const Config& config) : config_(config) {}
    ~RunningDaemon() override {
        dicom_.reset();  // nothing new comes in
        web_.reset();
        inbox_.reset();
        conductor_.reset();
    }

    Result<> start() {
        lock_ = GANTRY_TRY(lockDataDirectory(config_.data_directory));
        auto trials = GANTRY_TRY(loadTrials(config_));
        for (const auto& [id, trial] : trials)
            if (trial.pack_refused.empty())
                GANTRY_CHECK(keepPack(trial.config.pack, keptPack(config_.data_directory, id)));
        catalogue_ = GANTRY_TRY(Catalogue::open(config_.data_directory / "catalogue.sqlite"));
        const auto crosswalk =
            GANTRY_TRY(CrosswalkKeys::open(crosswalkKeyFile(config_.data_directory), *catalogue_));
        for (auto& [id, trial] : trials) trial.crosswalk = crosswalk;
        people_ = GANTRY_TRY(People::open(
            {config_.data_directory, config_.site_id, {millisOf(config_.web.session), millisOf(config_.web.idle_lock)}},
            crosswalk.peopleKey(), *catalogue_, clock_));
        trials_.emplace(std::move(trials));
        GANTRY_CHECK(
            catalogue_->write([&](Database& db) { return endLeftAssociations(db, clock_.nowMillis()); }));
        spool_ =
            GANTRY_TRY(Spool::open(config_.data_directory, config_.disk_reserve_bytes, *catalogue_, clock_));
        intake_.emplace(*spool_, *catalogue_, clock_);
        restoreEnrolledTrials(config_, *catalogue_, clock_, *trials_, crosswalk);
        conductor_ = GANTRY_TRY(Conductor::start(config_, *catalogue_, clock_, *trials_, spool_->folder(),
                                                 [this](StudyId study) { tellPage(study); }));
        inbox_ = GANTRY_TRY(SiteInbox::start(inboxParts(crosswalk)));
        dicom_ = GANTRY_TRY(DicomServer::start(
            {config_, *catalogue_, *intake_, clock_,
             [this](StudyId study, AssociationId association) { conductor_->arrived(study, association); },
             [this](AssociationId association) { conductor_->ended(association); },
             [this](const std::string& ae_title) { return trialCalled(ae_title); }}));
        return startWeb();
    }

    std::uint16_t dicomPort() const override { return dicom_->port(); }
    std::uint16_t webPort() const override { return web_->port(); }

private:
    Result<> startWeb() {
        const auto token = GANTRY_TRY(makeConsoleToken(config_.data_directory));
        auto app = std::make_shared<WebApp>(WebApp::Parts{
            config_, *catalogue_, *spool_, clock_, *trials_, dicom_->port(),
            [this] { return UploadsUnderWay{conductor_->uploadRate(), conductor_->addressesInUse()}; }, [this] { conductor_->decided(); }, *people_, token, inbox_.get()});
        http::ServerConfig server;
        server.address = config_.web.address;
        server.port = config_.web.port;
        server.threads = 4;  // one may wait for a node that does not answer
        server.certificate_chain = config_.web.certificate;
        server.private_key = config_.web.private_key;
        {
            const std::lock_guard lock(app_mutex_);
            app_ = app;
        }
        web_ = GANTRY_TRY(http::Server::start(server, *app));
        return {};
    }

    FollowerParts inboxParts(const CrosswalkKeys& crosswalk) {
        FollowerParts parts{{config_, *catalogue_, clock_, *trials_, [this](StudyId study) { tellPage(study); }},
                            crosswalk,
                            [this] { conductor_->trialsChanged(); },
                            [this] {
                                if (const auto page = app()) page->inboxChanged();
                            },
                            [this](const Trial& trial, std::string_view kind, const boost::json::object& fields) {
                                return queueMessage(conductor_->workshop(), trial, kind, fields);
                            }};
        return parts;
    }

    std::optional<std::string> trialCalled(const std::string& ae_title) const {
        for (const auto& [id, trial] : *trials_->all())
            if (trial.receives && trial.config.ae_title == ae_title) return id;
        return std::nullopt;
    }

    std::shared_ptr<WebApp> app() {
        const std::lock_guard lock(app_mutex_);
        return app_;
    }

    // Studies may have news before the page is up: nobody can be listening yet.
    void tellPage(StudyId study) {
        if (const auto page = app()) page->studyChanged(study);
    }

    Config config_;
    SystemClock clock_;
    UniqueFd lock_;
    std::optional<TrialsInForce> trials_;  // set before any thread starts
    std::unique_ptr<Catalogue> catalogue_;
    std::unique_ptr<People> people_;
    std::unique_ptr<Spool> spool_;
    std::optional<Intake> intake_;
    std::mutex app_mutex_;
    std::shared_ptr<WebApp> app_;  // guarded by app_mutex_
    std::unique_ptr<Conductor> conductor_;
    std::unique_ptr<SiteInbox> inbox_;
    std::unique_ptr<DicomServer> dicom_;
    std::unique_ptr<http::Server> web_;
};

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::start(const Config& config) {
    auto daemon = std::make_unique<RunningDaemon>(config);
    GANTRY_CHECK(daemon->start());
    return std::unique_ptr<Daemon>(std::move(daemon));
}

Result<> Daemon::check(const Config& config) {
    const auto trials = GANTRY_TRY(loadTrials(config));
    GANTRY_CHECK(checkTransportLayer(config.dicom.tls));
    for (const auto& [id, trial] : trials) {
        if (!trial.pack_refused.empty()) return fail(Errc::ConfigInvalid, trial.pack_refused);
        if (auto made = uplink::makeTransport(destinationOf(config, trial)); !made)
            return within("trial " + id, made.error());
    }
    return {};
}

}  // namespace gantry::agent
