#pragma once
/// Who may open an association.

#include <string>
#include <string_view>
#include <vector>

#include "gantry/agent/config.hpp"

namespace gantry::agent {

/// "10.1.2.0/24", "10.1.2.9", "fd00::/8". @errors InvalidArgument
Result<> checkNetwork(std::string_view network);
/// True if an entry matches both the calling AE title and the peer's numeric address.
bool isAllowed(const std::vector<AllowedPeer>& allow, std::string_view calling_ae_title,
               std::string_view address);
/// True if some entry could match the address: decided before a byte is read.
bool isAddressAllowed(const std::vector<AllowedPeer>& allow, std::string_view address);

}  // namespace gantry::agent
