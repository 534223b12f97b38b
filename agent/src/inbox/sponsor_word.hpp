#pragma once
/// The sponsor's word about what was sent, carried out: it arrived, or it could not be used.

#include "catalogue/outbox.hpp"
#include "gantry/uplink/receipt.hpp"
#include "inbox/documents.hpp"

namespace gantry::agent {

/// @return what arrived; nullopt: nothing of the trial has that id any more, such as a heartbeat, or what a
/// site
///         that lost its disk had sent
/// @errors BadSignature: the receipt is for other content
Result<std::optional<OutboxRow>> confirmObject(Database& db, const std::string& trial,
                                               const uplink::Receipt& receipt, const std::string& text,
                                               UnixMillis now);

/// Damaged: sent again. No key: a parcel is made again for the recipients of now. Otherwise a person must
/// look.
/// @return as confirmObject
Result<std::optional<OutboxRow>> objectRefused(Database& db, const std::string& trial,
                                               const SponsorRefusal& refusal, UnixMillis now);

}  // namespace gantry::agent
