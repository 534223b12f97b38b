#include "receive/allow_list.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace gantry::agent {
namespace {

namespace ip = boost::asio::ip;

std::string withPrefix(std::string_view network) {
    std::string text(network);
    if (text.find('/') == std::string::npos) text += text.find(':') == std::string::npos ? "/32" : "/128";
    return text;
}

bool contains(std::string_view network, std::string_view address) {
    boost::system::error_code ec;
    const auto peer = ip::make_address(std::string(address), ec);
    if (ec) return false;
    if (peer.is_v4()) {
        const auto net = ip::make_network_v4(withPrefix(network), ec);
        return !ec && ip::make_network_v4(peer.to_v4(), net.prefix_length()).canonical() == net.canonical();
    }
    const auto net = ip::make_network_v6(withPrefix(network), ec);
    return !ec && ip::network_v6(peer.to_v6(), net.prefix_length()).canonical() == net.canonical();
}

}  // namespace

Result<> checkNetwork(std::string_view network) {
    boost::system::error_code ec;
    const auto text = withPrefix(network);
    if (text.find(':') == std::string::npos)
        ip::make_network_v4(text, ec);
    else
        ip::make_network_v6(text, ec);
    if (ec) return fail(Errc::InvalidArgument, "'" + std::string(network) + "' is no network or address");
    return {};
}

bool isAllowed(const std::vector<AllowedPeer>& allow, std::string_view calling_ae_title,
               std::string_view address) {
    return std::ranges::any_of(allow, [&](const AllowedPeer& entry) {
        return (entry.ae_title.empty() || entry.ae_title == calling_ae_title) &&
               (entry.network.empty() || contains(entry.network, address));
    });
}

bool isAddressAllowed(const std::vector<AllowedPeer>& allow, std::string_view address) {
    return std::ranges::any_of(allow, [&](const AllowedPeer& entry) {
        return entry.network.empty() || contains(entry.network, address);
    });
}

}  // namespace gantry::agent
