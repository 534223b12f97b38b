#pragma once
/// The sponsor's word about a parcel, carried out: it arrived, or it could not be used.

#include "catalogue/parcels.hpp"
#include "gantry/uplink/receipt.hpp"
#include "inbox/documents.hpp"

namespace gantry::agent {

struct ConfirmedParcel {
    StudyId study = 0;
    std::string file_name;  ///< its encrypted copy, which has done its work
};
/// @return nullopt: no parcel of the trial has that id
/// @errors BadSignature: the receipt is for other content
Result<std::optional<ConfirmedParcel>> parcelConfirmed(Database& db, const std::string& trial,
                                                       const uplink::Receipt& receipt, const std::string& text,
                                                       UnixMillis now);

/// @return the parcel's study; nullopt: no parcel of the trial has that id. Damaged: sent again. No key: made again for the recipients of now. Unusable: waits for a person.
Result<std::optional<StudyId>> parcelRefused(Database& db, const std::string& trial,
                                             const SponsorRefusal& refusal, UnixMillis now);

}  // namespace gantry::agent
