#pragma once
/// A site's workflow without its network: one trial with the demonstration pack, driven step by step by a
/// clock that the test moves.

#include <filesystem>
#include <functional>

#include "box.hpp"
#include "workflow/dispatch_step.hpp"
#include "workflow/judge_step.hpp"
#include "workflow/retention.hpp"

namespace gantry::test {

inline constexpr int kDemoSlices = 24;  ///< of 5 mm: what the pack asks for here, 100 mm

/// The demonstration pack as a site receives it.
std::string demoPackJson();

/// A trial that can be loaded: pack, roster, key, one recipient, one receipt key, a sponsor that nobody is.
agent::TrialConfig writeTrial(const std::filesystem::path& folder, const std::string& roster,
                              const std::string& id = "onc-demo", const std::string& pack = demoPackJson(),
                              const std::string& more_columns = "");

/// A complete series of that trial for the patient `patient_id`, of 16 x 16 pixels.
scanner::SeriesSpec demoSeries(std::uint64_t seed, const std::string& patient_id);

struct Shop {
    /// Roster lines without the header. `more_columns` follow the usual ones there: ",anchor:start".
    explicit Shop(const std::string& roster, const std::string& pack = demoPackJson(),
                  const std::string& more_columns = "");

    std::chrono::milliseconds judge() { return judge_step.run(); }
    bool dispatch() { return dispatch_step->run(stop.get_token()); }
    /// Sends all on one association and ends it.
    agent::StudyId deliver(const scanner::Series& series);
    /// The end of the transfer and the settle time pass.
    void settle();
    /// As the courier does with a sponsor that answers at once.
    void confirmParcels();
    std::string state(agent::StudyId study) { return box.state(study); }
    std::string reason(agent::StudyId study);
    int verdicts(agent::StudyId study);
    std::vector<std::filesystem::path> outbox() const;

    /// Changes the trial as an inbox would.
    void change(const std::function<void(agent::Trial&)>& how) { trials.change("onc-demo", how); }

    Box box;
    agent::Config config;
    agent::TrialsInForce trials;
    agent::Arrivals arrivals{box.clock};
    std::vector<agent::StudyId> changed;
    agent::Workshop workshop;
    agent::JudgeStep judge_step{workshop};
    std::optional<agent::DispatchStep> dispatch_step;
    std::stop_source stop;
};

}  // namespace gantry::test
