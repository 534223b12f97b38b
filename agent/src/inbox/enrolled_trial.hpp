#pragma once
/// A trial by enrolment, put together from its folder and from what its inbox has brought so far.

#include "enrolment/enrolment.hpp"
#include "inbox/documents.hpp"
#include "inbox/packs.hpp"

namespace gantry::agent {

/// Trial and settings as the sponsor's documents have them now. @errors those of the catalogue
Result<std::optional<TrialDocument>> trialDocumentOf(Database& db, const std::string& trial);
Result<Settings> settingsOf(Database& db, const std::string& trial);
Result<std::vector<ExpectedSubject>> rosterOf(Database& db, const std::string& trial);
/// Subjects with images here whom the roster does not name any more.
Result<std::vector<std::string>> subjectsNotExpected(Database& db, const std::string& trial);

/// Where an enrolled trial's line leads and by which keys; nullopt while the sponsor has not told.
Result<std::optional<TrialConfig>> lineOfEnrolled(Database& db, const EnrolmentFolder& folder,
                                                  const Enrolment& enrolment);

struct Composed {
    std::optional<Trial> trial;  ///< nullopt: not even messages can go out yet
    std::string missing;         ///< what it waits for before it can receive, in a sentence; "": nothing
};
/// @errors those of the catalogue and of key files
Result<Composed> composeTrial(Database& db, const EnrolmentFolder& folder, const Enrolment& enrolment,
                              UnixMillis now);

}  // namespace gantry::agent
