#pragma once
/// A DICOM server on loopback with its own spool and catalogue.

#include <functional>
#include <mutex>
#include <set>

#include "box.hpp"
#include "gantry/scanner/send.hpp"
#include "raw_scu.hpp"
#include "receive/dicom_server.hpp"

namespace gantry::test {

struct Receiver {
    /// @param adjust  changes the configuration before the start: two trials GANTRY and CARDIO, everybody on
    ///                loopback let in, silence ends an association after two seconds
    explicit Receiver(const std::function<void(agent::Config&)>& adjust = {},
                      std::uint64_t reserve_bytes = 1 << 20);

    std::uint16_t port() const { return server->port(); }
    scanner::Destination destination(const std::string& called = "GANTRY",
                                     const std::string& calling = "CT1") const {
        return {called, calling, "127.0.0.1", port(), {}};
    }
    /// "kind:reason kind:reason …" of all that was listed, oldest first.
    std::string listed();
    /// Waits until something of this kind and reason stands in the list.
    bool waitForListed(const std::string& what);
    std::int64_t instances() { return numberOf(*box.catalogue, "SELECT count(*) FROM instance"); }

    Box box;
    agent::Config config;
    std::unique_ptr<agent::DicomServer> server;
};

}  // namespace gantry::test
