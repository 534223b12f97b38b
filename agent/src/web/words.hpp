#pragma once
/// What the page says first about a study, and how its history reads. Sentences for a tired technologist.

#include <string>

#include "catalogue/board.hpp"

namespace gantry::agent {

struct Card {
    std::string name;  ///< arriving | may_leave | scan_again | needs_you | not_judged
    std::string headline;
    std::string advice;
    std::string waits;  ///< why nothing moves; "" when it does
};
Card cardOf(const BoardRow& row, UnixMillis settles_at, UnixMillis now);

/// One line of the timeline; "" for entries that say nothing to a person.
std::string timelineSentence(const AuditRow& entry);

}  // namespace gantry::agent
