#include <pthread.h>

#include "catalogue/catalogue.hpp"
#include "catalogue_migrations.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {

Result<std::unique_ptr<Catalogue>> Catalogue::open(const std::filesystem::path& file) {
    auto writer = GANTRY_TRY(Database::open(file));
    GANTRY_CHECK(writer.migrate(kCatalogueMigrations));
    // What is deleted is overwritten, so that a patient who was forgotten does not stand in free pages. A
    // long transaction of a reader must not let the log grow for ever; 4,000 pages are 16 MB.
    GANTRY_CHECK(
        writer.execute("PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864; "
                       "PRAGMA secure_delete=ON;"));
    return std::unique_ptr<Catalogue>(new Catalogue(file, std::move(writer)));
}

Catalogue::Catalogue(std::filesystem::path file, Database writer)
    : file_(std::move(file)),
      writer_(std::move(writer)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {
    pthread_setname_np(thread_.native_handle(), "catalogue");
}

Catalogue::~Catalogue() {
    thread_.request_stop();
    thread_.join();
}

Result<> Catalogue::submit(std::function<Result<>(Database&)> change,
                           const std::function<void()>& meanwhile) {
    Task task{std::move(change), {}};
    std::unique_lock lock(mutex_);
    if (stopped_) return fail(Errc::Stopped, "the catalogue is closing");
    waiting_.push_back(&task);
    work_.notify_one();
    lock.unlock();
    meanwhile();
    lock.lock();
    done_.wait(lock, [&] { return task.outcome.has_value(); });
    return *std::move(task.outcome);
}

void Catalogue::run(const std::stop_token& stop) {
    while (true) {
        std::vector<Task*> group;
        {
            std::unique_lock lock(mutex_);
            work_.wait(lock, stop, [this] { return !waiting_.empty(); });
            if (waiting_.empty()) {  // asked to stop, and nothing is left
                stopped_ = true;
                return;
            }
            group.swap(waiting_);
        }
        auto outcomes = runGroup(group);
        {
            const std::lock_guard lock(mutex_);
            for (std::size_t i = 0; i < group.size(); ++i) group[i]->outcome.emplace(std::move(outcomes[i]));
        }
        done_.notify_all();
    }
}

std::vector<Result<>> Catalogue::runGroup(const std::vector<Task*>& group) {
    std::vector<Result<>> outcomes;
    outcomes.reserve(group.size());
    const auto all = [&](const Error& error) {
        log::error("catalogue.commit_failed", {{"reason", error.message()}, {"changes", group.size()}});
        return std::vector<Result<>>(group.size(), Result<>(error));
    };
    auto transaction = Transaction::begin(writer_);
    if (!transaction) return all(transaction.error());
    for (auto* task : group) {
        if (auto opened = writer_.execute("SAVEPOINT task"); !opened) return all(opened.error());
        outcomes.push_back(task->change(writer_));
        const auto* close = outcomes.back() ? "RELEASE task" : "ROLLBACK TO task; RELEASE task";
        if (auto closed = writer_.execute(close); !closed) return all(closed.error());
    }
    if (auto committed = transaction->commit(); !committed) return all(committed.error());
    return outcomes;
}

Result<std::unique_ptr<Database>> Catalogue::borrow() {
    {
        const std::lock_guard lock(readers_mutex_);
        if (!readers_.empty()) {
            auto connection = std::move(readers_.back());
            readers_.pop_back();
            return connection;
        }
    }
    return std::make_unique<Database>(GANTRY_TRY(Database::open(file_, Database::Mode::ReadOnly)));
}

void Catalogue::giveBack(std::unique_ptr<Database> connection) {
    const std::lock_guard lock(readers_mutex_);
    readers_.push_back(std::move(connection));
}

}  // namespace gantry::agent
