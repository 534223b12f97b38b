#include "workflow/conductor.hpp"

#include <pthread.h>

#include "gantry/core/log.hpp"
#include "inbox/heartbeat_part.hpp"
#include "workflow/retention.hpp"

namespace gantry::agent {

using namespace std::chrono_literals;

Result<std::unique_ptr<Conductor>> Conductor::start(const Config& config, Catalogue& catalogue,
                                                    const Clock& clock, const TrialsInForce& trials,
                                                    const std::filesystem::path& spool_folder,
                                                    std::function<void(StudyId)> changed) {
    std::unique_ptr<Conductor> conductor(new Conductor(config, catalogue, clock, trials, std::move(changed)));
    conductor->dispatch_.emplace(GANTRY_TRY(DispatchStep::open(conductor->shop_, spool_folder)));
    conductor->phantoms_.emplace(
        GANTRY_TRY(PhantomStep::open(conductor->shop_, spool_folder, WorkerProcess::defaultProgram())));
    conductor->images_.emplace(GANTRY_TRY(ImageStep::open(conductor->shop_, spool_folder)));
    conductor->shop_.heartbeat_parts.push_back(
        [&catalogue, &clock](const Trial& trial, boost::json::object& heartbeat) {
            addInboxToHeartbeat(catalogue, trial, clock.nowMillis(), heartbeat);
        });
    conductor->shop_.measures_pixels = conductor->shop_.recognises_phantoms = true;
    const auto in_force = trials.all();  // held: a change meanwhile would free what is walked through
    for (const auto& [id, trial] : *in_force)
        if (trial.config.client_certificate.empty())
            conductor->couriers_[id] = GANTRY_TRY(Courier::start(conductor->shop_, trial));
    auto* self = conductor.get();
    conductor->judge_thread_ = std::jthread([self](const std::stop_token& stop) { self->judgeLoop(stop); });
    conductor->dispatch_thread_ =
        std::jthread([self](const std::stop_token& stop) { self->dispatchLoop(stop); });
    conductor->image_thread_ = std::jthread([self](const std::stop_token& stop) { self->imageLoop(stop); });
    pthread_setname_np(conductor->image_thread_.native_handle(), "images");
    pthread_setname_np(conductor->judge_thread_.native_handle(), "judge");
    pthread_setname_np(conductor->dispatch_thread_.native_handle(), "dispatch");
    return conductor;
}

Conductor::Conductor(const Config& config, Catalogue& catalogue, const Clock& clock,
                     const TrialsInForce& trials, std::function<void(StudyId)> changed)
    : changed_(std::move(changed)),
      arrivals_(clock),
      shop_{config, catalogue, arrivals_, clock, trials, [this](StudyId study) { studyChanged(study); }} {}

Conductor::~Conductor() {
    judge_thread_.request_stop();
    dispatch_thread_.request_stop();
    image_thread_.request_stop();
    if (judge_thread_.joinable()) judge_thread_.join();
    if (dispatch_thread_.joinable()) dispatch_thread_.join();
    if (image_thread_.joinable()) image_thread_.join();
    couriers_.clear();
}

void Conductor::arrived(StudyId study, AssociationId association) {
    arrivals_.arrived(study, association);
    changed_(study);
}

void Conductor::ended(AssociationId association) {
    arrivals_.ended(association);
    judge_bell_.ring();
}

void Conductor::decided() {
    judge_bell_.ring();
    dispatch_bell_.ring();
}

void Conductor::studyChanged(StudyId study) {
    changed_(study);
    dispatch_bell_.ring();
    image_bell_.ring();
}

void Conductor::trialsChanged() {
    trials_changed_ = true;
    judge_bell_.ring();
    dispatch_bell_.ring();
}

void Conductor::followTrials() {
    if (!trials_changed_.exchange(false)) return;
    const auto in_force = shop_.trials.all();  // held: a change meanwhile would free what is walked through
    for (const auto& [id, trial] : *in_force) {
        if (trial.config.client_certificate.empty()) continue;
        const auto certificate = sha256File(trial.config.client_certificate);
        auto sponsor = trial.config.endpoint + "\n" + (certificate ? toHex(*certificate) : "") + "\n" +
                       trial.config.credentials.string();
        for (const auto& other : trial.config.other_endpoints) sponsor += "\n" + other;
        if (sponsors_[id] == sponsor) continue;
        auto courier = Courier::start(shop_, trial);
        if (!courier) {
            log::error("courier.not_started", {{"trial", id}, {"reason", courier.error().message()}});
            continue;
        }
        auto former = *std::move(courier);
        {
            const std::lock_guard lock(couriers_mutex_);
            std::swap(couriers_[id], former);
        }
        sponsors_[id] = sponsor;
    }
}

std::uint64_t Conductor::uploadRate() const {
    const std::lock_guard lock(couriers_mutex_);
    std::uint64_t sum = 0;
    for (const auto& [id, courier] : couriers_) sum += courier->rate();
    return sum;
}

std::map<std::string, std::size_t> Conductor::addressesInUse() const {
    const std::lock_guard lock(couriers_mutex_);
    std::map<std::string, std::size_t> out;
    for (const auto& [id, courier] : couriers_) out.emplace(id, courier->address());
    return out;
}

void Conductor::judgeLoop(const std::stop_token& stop) {
    JudgeStep judge(shop_);
    Retention retention(shop_, dispatch_->spoolFolder());
    while (!stop.stop_requested()) {
        const auto wait = judge.run();
        retention.runNowAndThen();
        judge_bell_.wait(stop, wait);
    }
}

void Conductor::dispatchLoop(const std::stop_token& stop) {
    WithdrawalStep withdrawals(shop_);
    while (!stop.stop_requested()) {
        followTrials();
        const bool told = withdrawals.run();
        if (dispatch_->run(stop) || told)
            for (const auto& [id, courier] : couriers_) courier->ring();
        dispatch_bell_.wait(stop, 1s);
    }
}

void Conductor::imageLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (phantoms_->run(stop)) judge_bell_.ring();
        if (images_->run(stop)) judge_bell_.ring();
        image_bell_.wait(stop, 5s);
    }
}

}  // namespace gantry::agent
