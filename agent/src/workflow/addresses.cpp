#include "workflow/addresses.hpp"

#include <algorithm>

#include "gantry/core/crypto.hpp"
#include "gantry/core/log.hpp"

namespace gantry::agent {
namespace {

constexpr int kEnough = 3;
constexpr UnixMillis kLeftAlone = 30 * 60'000LL;
constexpr std::size_t kMarkBytes = 4;
constexpr char kMarked = '@';

bool didNotGetThrough(Errc code) {
    return code == Errc::NetworkDown || code == Errc::Timeout || code == Errc::PeerBusy;
}

}  // namespace

Result<Addresses> Addresses::open(const uplink::Destination& destination, const std::vector<std::string>& others) {
    Addresses out;
    out.ways_.push_back({"", GANTRY_TRY(uplink::makeTransport(destination))});
    for (const auto& endpoint : others) {
        auto other = destination;
        other.endpoint = endpoint;
        const auto digest = sha256(asBytes(endpoint));
        out.ways_.push_back({kMarked + toHex(Bytes(digest).first(kMarkBytes)) + ":", GANTRY_TRY(uplink::makeTransport(other))});
    }
    return out;
}

bool Addresses::failed(const Error& error, UnixMillis now) {
    if (!didNotGetThrough(error.code)) return false;
    if (++in_a_row_ < kEnough || ways_.size() == 1) return false;
    in_a_row_ = 0;
    moved_at_ = now;
    at_ = (at_ + 1) % ways_.size();
    log::warning("upload.other_address", {{"number", at_ + 1}, {"of", ways_.size()}});
    return true;
}

void Addresses::lookBack(UnixMillis now) {
    if (at_ == 0 || now - moved_at_ < kLeftAlone) return;
    at_ = 0;
    in_a_row_ = kEnough - 1;  // one more failure leads on again
}

std::string Addresses::stateFor(const std::string& stored) const {
    const auto& mark = ways_[at_].mark;
    if (mark.empty()) return stored.starts_with(kMarked) ? "" : stored;
    return stored.starts_with(mark) ? stored.substr(mark.size()) : "";
}

std::string Addresses::storedFor(const std::string& state) const {
    return state.empty() ? "" : ways_[at_].mark + state;
}

}  // namespace gantry::agent
