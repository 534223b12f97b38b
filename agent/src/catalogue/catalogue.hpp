#pragma once
/// The catalogue: one SQLite file, one thread that writes, group commit. Whoever writes waits until its
/// change is on stable storage; changes that come together share one sync.

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "gantry/core/sqlite.hpp"

namespace gantry::agent {

class Catalogue {
public:
    /// Opens or creates, and migrates to today's schema.
    static Result<std::unique_ptr<Catalogue>> open(const std::filesystem::path& file);
    ~Catalogue();

    /// Runs `change` in a transaction of its own (a savepoint of the group) and returns once it is durable.
    /// An error of `change` undoes it and leaves the rest of the group alone. `change` runs on the writer's
    /// thread: short, no I/O.
    template <class F>
    auto write(F&& change) -> std::invoke_result_t<F, Database&> {
        return write(std::forward<F>(change), [] {});
    }

    /// The same, and runs `meanwhile` on the caller's thread while the change waits for its turn and its
    /// sync.
    template <class F, class G>
    auto write(F&& change, G&& meanwhile) -> std::invoke_result_t<F, Database&> {
        using R = std::invoke_result_t<F, Database&>;
        std::optional<R> result;
        const auto carry = [&](Database& db) -> Result<> {
            result.emplace(change(db));
            if (!*result) return result->error();
            return {};
        };
        auto committed = submit(carry, std::forward<G>(meanwhile));
        if (!committed) return committed.error();
        return *std::move(result);
    }

    /// Runs `look` on a read connection that sees one committed state.
    template <class F>
    auto read(F&& look) -> std::invoke_result_t<F, Database&> {
        auto connection = GANTRY_TRY(borrow());
        auto result = look(*connection);
        giveBack(std::move(connection));
        return result;
    }

private:
    struct Task {
        std::function<Result<>(Database&)> change;
        std::optional<Result<>> outcome;  // guarded by mutex_
    };
    Catalogue(std::filesystem::path file, Database writer);
    Result<> submit(std::function<Result<>(Database&)> change, const std::function<void()>& meanwhile);
    void run(const std::stop_token& stop);
    std::vector<Result<>> runGroup(const std::vector<Task*>& group);
    Result<std::unique_ptr<Database>> borrow();
    void giveBack(std::unique_ptr<Database> connection);

    std::filesystem::path file_;
    Database writer_;
    std::mutex mutex_;
    std::condition_variable_any work_;
    std::condition_variable done_;
    std::vector<Task*> waiting_;  // guarded by mutex_
    bool stopped_ = false;        // guarded by mutex_
    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<Database>> readers_;  // guarded by readers_mutex_
    std::jthread thread_;
};

}  // namespace gantry::agent
