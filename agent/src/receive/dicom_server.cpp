#include "receive/dicom_server.hpp"

#include <arpa/inet.h>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmnet/dcmlayer.h>
#include <dcmtk/dcmnet/dul.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "gantry/core/log.hpp"
#include "receive/allow_list.hpp"
#include "receive/transport_dcmtk.hpp"

namespace gantry::agent {
namespace {

constexpr int kBacklog = 64;
constexpr int kStopPollMillis = 200;
constexpr auto kLinger = std::chrono::seconds(2);  // for a peer that was turned away to read why
constexpr std::size_t kMostLingering = 64;

struct AddressInfoFree {
    void operator()(addrinfo* info) const noexcept { ::freeaddrinfo(info); }
};

Result<UniqueFd> listenOn(const std::string& address, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return fail(Errc::ConfigInvalid, "dicom.address '" + address + "' is not a numeric address");
    const std::unique_ptr<addrinfo, AddressInfoFree> info(found);
    UniqueFd fd(::socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd) return failErrno("socket", errno);
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd.get(), info->ai_addr, info->ai_addrlen) != 0 || ::listen(fd.get(), kBacklog) != 0)
        return failErrno("listening on " + address + ":" + std::to_string(port), errno);
    return fd;
}

std::uint16_t portOf(int socket) {
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &length);
    const auto port = own.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&own)->sin6_port
                                                : reinterpret_cast<sockaddr_in*>(&own)->sin_port;
    return ntohs(port);
}

std::string numericAddress(const sockaddr_storage& peer, socklen_t length) {
    std::array<char, NI_MAXHOST> text{};
    ::getnameinfo(reinterpret_cast<const sockaddr*>(&peer), length, text.data(), text.size(), nullptr, 0,
                  NI_NUMERICHOST);
    const std::string address = text.data();
    return address.starts_with("::ffff:") ? address.substr(7) : address;
}

// PS3.8 9.3.4: rejected-transient, presentation layer, local limit exceeded. Said before the request is read.
void answerTooMany(int socket) {
    constexpr std::array<std::uint8_t, 10> kReject = {3, 0, 0, 0, 0, 4, 0, 2, 3, 2};
    [[maybe_unused]] const auto sent =
        ::send(socket, kReject.data(), kReject.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

Result<std::unique_ptr<DicomServer>> DicomServer::start(const Parts& parts) {
    // Peers are known by address; a slow name server must not hold up an association.
    dcmDisableGethostbyaddr.set(OFTrue);
    auto transport = GANTRY_TRY(makeTransportLayer(parts.config.dicom.tls));
    auto listener = GANTRY_TRY(listenOn(parts.config.dicom.address, parts.config.dicom.port));
    const auto port = portOf(listener.get());
    return std::unique_ptr<DicomServer>(
        new DicomServer(parts, std::move(transport), std::move(listener), port));
}

DicomServer::DicomServer(const Parts& parts, std::unique_ptr<DcmTransportLayer> transport, UniqueFd listener,
                         std::uint16_t port)
    : transport_(std::move(transport)),
      services_{parts.config, parts.catalogue, parts.intake, parts.clock,
                *transport_,  parts.arrived,   parts.ended,  parts.trial_of},
      listener_(std::move(listener)),
      port_(port),
      thread_([this](const std::stop_token& stop) { acceptLoop(stop); }) {
    pthread_setname_np(thread_.native_handle(), "dicom-accept");
}

DicomServer::~DicomServer() {
    thread_.request_stop();
    thread_.join();
    for (auto& worker : workers_) worker.thread.request_stop();
}

void DicomServer::acceptLoop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd waiting{listener_.get(), POLLIN, 0};
        const int ready = ::poll(&waiting, 1, kStopPollMillis);
        reapFinished();
        drainTurnedAway();
        if (ready > 0) acceptOne();
    }
}

void DicomServer::reapFinished() {
    std::erase_if(workers_, [](const Worker& worker) { return worker.finished->load(); });
}

// Closing a socket with unread bytes resets the line, and the peer may lose our answer with it.
void DicomServer::turnAway(UniqueFd socket) {
    ::shutdown(socket.get(), SHUT_WR);
    if (turned_away_.size() >= kMostLingering) turned_away_.pop_front();
    turned_away_.push_back({std::move(socket), std::chrono::steady_clock::now() + kLinger});
}

void DicomServer::drainTurnedAway() {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(turned_away_, [&](const TurnedAway& peer) {
        std::array<char, 4096> scratch{};
        const auto got = ::recv(peer.socket.get(), scratch.data(), scratch.size(), MSG_DONTWAIT);
        const bool waits = got > 0 || (got < 0 && errno == EAGAIN);
        return !waits || now > peer.until;
    });
}

void DicomServer::acceptOne() {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    UniqueFd socket(::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_CLOEXEC));
    if (!socket) return;  // the peer went away again
    const auto address = numericAddress(peer, length);
    if (!isAddressAllowed(services_.config.dicom.allow, address)) {
        refuseAssociation(services_, {"", "", address}, "address",
                          "A computer that is not on the list of allowed scanners was turned away.",
                          "If it is a scanner of the trial, site IT adds it under dicom.allow.");
        return;
    }
    if (workers_.size() >= static_cast<std::size_t>(services_.config.dicom.max_associations)) {
        answerTooMany(socket.get());
        turnAway(std::move(socket));
        refuseAssociation(
            services_, {"", "", address}, "too-many-associations",
            "More scanners sent at once than this box is set to take; one was asked to come again.",
            "The scanner tries again by itself. If not, send again.");
        return;
    }
    const timeval patience{services_.config.dicom.timeout.count(), 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    auto finished = std::make_shared<std::atomic<bool>>(false);
    workers_.push_back(
        {std::jthread([this, finished, address, fd = socket.release()](const std::stop_token& stop) {
             pthread_setname_np(pthread_self(), "association");
             serveAssociation(services_, fd, address, stop);  // DCMTK closes it
             *finished = true;
         }),
         finished});
}

}  // namespace gantry::agent
