#pragma once
/// C-ECHO as its SCU (PS3.7 9.1.5): is a node there, and does it let us in?

#include <chrono>
#include <cstdint>
#include <string>

#include "gantry/core/result.hpp"

namespace gantry::agent {

struct EchoWish {
    std::string calling_ae_title, called_ae_title, host;
    std::uint16_t port = 104;
};

/// @return how long association and answer took
/// @errors NetworkDown: nobody answers there; PeerRefused: it does not let this AE title in, or does not offer C-ECHO
Result<std::chrono::milliseconds> echo(const EchoWish& wish);

}  // namespace gantry::agent
