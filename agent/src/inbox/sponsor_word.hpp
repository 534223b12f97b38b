#pragma once
/// The sponsor's word about what was sent, carried out: it arrived, or it could not be used.

#include "catalogue/outbox.hpp"
#include "gantry/uplink/receipt.hpp"
#include "inbox/documents.hpp"

namespace gantry::agent {

/// @return what arrived
/// @errors NotFound: nothing of the trial has that id; BadSignature: the receipt is for other content
Result<OutboxRow> confirmObject(Database& db, const std::string& trial, const uplink::Receipt& receipt,
                                const std::string& text, UnixMillis now);

/// Damaged: sent again. No key: a parcel is made again for the recipients of now. Otherwise a person must look.
/// @errors NotFound
Result<OutboxRow> objectRefused(Database& db, const std::string& trial, const SponsorRefusal& refusal,
                                UnixMillis now);

}  // namespace gantry::agent
