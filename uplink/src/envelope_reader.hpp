#pragma once
/// Opens whichever envelope a parcel is in.

#include "gantry/uplink/age.hpp"
#include "gantry/uplink/envelope.hpp"

namespace gantry::uplink {

/// The next piece of what lies inside; empty at its end. It stays valid until the next call.
using PieceSource = std::function<Result<Bytes>()>;

/// Reads the envelope's header. Only authenticated bytes come out of the source that it gives.
/// @errors those of envelopeOf(); NoIdentity, BadFormat, BadSignature as AgeDecryptor says
Result<PieceSource> openEnvelope(ByteSource file, std::span<const AgeIdentity> identities);

}  // namespace gantry::uplink
