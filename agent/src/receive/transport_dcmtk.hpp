#pragma once
/// Transport layers for DCMTK that keep a sender from waiting for delayed acknowledgements, with and without
/// TLS.

#include <memory>
#include <mutex>

#include "gantry/agent/config.hpp"

class DcmTransportLayer;

namespace gantry::agent {

/// TCP_NODELAY once; Linux forgets TCP_QUICKACK, so it is set again before each read. Senders built on DCMTK
/// leave Nagle's algorithm on: with delayed acknowledgements each instance then costs 40 ms and more.
/// @errors ConfigInvalid when certificates or keys cannot be used
Result<std::unique_ptr<DcmTransportLayer>> makeTransportLayer(const DicomTlsConfig& tls);

/// Whether a layer could be made of it.
Result<> checkTransportLayer(const DicomTlsConfig& tls);

/// DCMTK takes an accepted socket only through one global variable. This guard sets it under a lock that ends
/// as soon as DCMTK has made its connection of it, before any byte of the peer is awaited.
class SocketHandOver {
public:
    explicit SocketHandOver(int socket);
    ~SocketHandOver();
    SocketHandOver(const SocketHandOver&) = delete;
    SocketHandOver& operator=(const SocketHandOver&) = delete;
    /// Called by the transport layers on the same thread.
    static void done();

private:
    std::unique_lock<std::mutex> lock_;
};

}  // namespace gantry::agent
