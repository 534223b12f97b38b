#pragma once
/// Transport layers whose connections have Nagle's algorithm off.

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>

#include <memory>

#include "gantry/scanner/send.hpp"

namespace gantry::scanner {

/// @errors Crypto for TLS files that cannot be used
Result<std::unique_ptr<DcmTransportLayer>> makeTransport(const std::optional<TlsFiles>& tls, bool nagle);

}  // namespace gantry::scanner
