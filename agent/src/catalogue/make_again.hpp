#pragma once
/// Parcels that are to be made anew: nobody can open them any more, or their file is gone.

#include <string>
#include <vector>

#include "catalogue/studies.hpp"

namespace gantry::agent {

struct MakeAgainWish {
    std::string trial;
    bool delivered_too = false;  ///< also what the sponsor has and did not sign for
    std::string who, why;
    std::string parcel = {};  ///< this one alone; "": all of them
};

struct MadeAgain {
    std::vector<StudyId> studies;  ///< whose parcels they were
    std::size_t parcels = 0;
};

/// Takes parcels that were not signed for out of the outbox, and their images with them, so that the next
/// dispatch makes them again, for the recipients of then. A parcel of which bytes may have left is named in
/// `supersedes` of the new one. Withdrawals are told again. Who rotates recipients puts them in force first.
Result<MadeAgain> makeParcelsAgain(Database& db, const MakeAgainWish& wish, UnixMillis now);

}  // namespace gantry::agent
