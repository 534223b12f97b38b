#pragma once
/// Expected against received: the roster's subjects and visits on one side, what was delivered on the other. Pure.

#include <string>
#include <vector>

#include "expected.hpp"

namespace gantry::central {

/// A study as it was delivered; several parcels of it are one.
struct DeliveredStudy {
    std::string site;
    std::string subject;
    std::string visit;
    std::string study;         ///< its de-identified StudyInstanceUID
    std::string received_day;  ///< YYYYMMDD, UTC, of its first parcel
    std::string verdict;       ///< of its newest parcel that stands
    std::string withdrawn;     ///< why, when none of its parcels stands any more; "" otherwise
};

struct ReconcileLine {
    std::string site, subject, visit;
    bool expected = true;
    std::string from, to;  ///< YYYYMMDD or ""
    std::string received_day;
    std::string verdict;
    bool late = false;  ///< received after `to`
    std::string withdrawn;
    /// received, missing, due, coming, open (no window is told), left, unexpected, withdrawn
    std::string standing;
};

/// Every expected visit has a line, in the order of the expectations; then what nobody expected.
/// @param deliveries  oldest first. Of a visit that is expected several times, the first study fills the first
/// @param today       YYYYMMDD
std::vector<ReconcileLine> reconcile(const std::vector<ExpectedSubject>& expected,
                                     const std::vector<DeliveredStudy>& deliveries, const std::string& today);

/// With a header; RFC 4180. What a spreadsheet would take for a formula is written as text.
std::string toCsv(const std::vector<ReconcileLine>& lines);

}  // namespace gantry::central
