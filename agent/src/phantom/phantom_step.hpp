#pragma once
/// Recognises phantom studies as soon as their headers were judged, has them measured, and keeps what came of
/// it in the ledger. Nothing leaves before this has looked.

#include <filesystem>
#include <map>
#include <stop_token>

#include "catalogue/phantoms.hpp"
#include "phantom/phantom_worker.hpp"
#include "workflow/judge_step.hpp"

namespace gantry::agent {

class PhantomStep {
public:
    static Result<PhantomStep> open(Workshop& shop, std::filesystem::path spool_folder,
                                    std::filesystem::path worker);
    /// Looks at all studies that are due. @return true if one was looked at
    bool run(const std::stop_token& stop);

private:
    struct Seen {
        PhantomStudyRow row;
        std::vector<PhantomValueRow> values;
        bool as_phantom = false;  ///< it goes to the ledger by itself
        std::string hold;         ///< why a person has to say what it is; ""
    };
    PhantomStep(Workshop& shop, std::filesystem::path spool_folder, std::filesystem::path worker,
                std::filesystem::path scratch)
        : shop_(shop),
          spool_folder_(std::move(spool_folder)),
          worker_(std::move(worker)),
          scratch_(std::move(scratch)) {}
    void tellSponsors();
    Result<> look(const StudyRow& study, const std::stop_token& stop);
    Result<Seen> see(const StudyRow& study, const Trial& trial, const std::stop_token& stop);
    Result<> keep(const StudyRow& study, const Seen& seen);

    Workshop& shop_;
    std::filesystem::path spool_folder_, worker_, scratch_;
    std::map<StudyId, UnixMillis> not_before_;  // studies whose last attempt failed for a passing reason
};

}  // namespace gantry::agent
