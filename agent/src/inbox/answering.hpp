#pragma once
/// A person at the site answers a question of the central team.

#include <filesystem>

#include "catalogue/catalogue.hpp"
#include "inbox/queries.hpp"
#include "workflow/trial.hpp"

namespace gantry::agent {

struct AnswerWish {
    std::string who, text;
    std::string decision;                  ///< one of the query's choices
    std::optional<StudyId> study;          ///< all series of this study answer it
    std::vector<std::string> series = {};  ///< these alone; SeriesInstanceUID as the scanner sent it
};

/// Keeps the answer, in the audit too, and has the sponsor told. What names the patient does not leave.
/// @param spool_folder  where the images lie that tell what identifies the patient
/// @errors NotFound; Conflict: the question is closed; InvalidArgument: nothing of what is wanted was said;
///         LeakFound: the text tells something of the patient
Result<QueryRow> answerQuery(Catalogue& catalogue, const Config& config, const Trial& trial,
                             const std::filesystem::path& spool_folder, std::int64_t query,
                             const AnswerWish& wish, UnixMillis now);

}  // namespace gantry::agent
