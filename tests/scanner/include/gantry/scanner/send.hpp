#pragma once
/// A storage SCU as scanners have them: C-ECHO and C-STORE over TCP or TLS, one or several associations.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gantry/core/result.hpp"
#include "gantry/scanner/series.hpp"

namespace gantry::scanner {

/// PEM files. With a certificate and key the scanner also shows who it is.
struct TlsFiles {
    std::string trusted_certificates;
    std::string certificate;
    std::string key;
};

struct Destination {
    std::string called_ae_title;
    std::string calling_ae_title = "CT1";
    std::string host = "127.0.0.1";
    std::uint16_t port = 11112;
    std::optional<TlsFiles> tls;
};

/// "AE@host:port". @errors InvalidArgument
Result<Destination> parseDestination(std::string_view text);

/// What became of one instance.
struct SendStatus {
    std::string sop_instance_uid;
    std::optional<std::uint16_t> dimse_status;  ///< PS3.7 Annex C; nullopt: not sent, or no answer came
    std::string problem;                        ///< why there is no status, or the peer's error comment
    /// Success, or one of the warnings under which the peer has stored it (PS3.4 Table B.2-1).
    bool stored() const {
        return dimse_status && (*dimse_status == 0x0000 || (*dimse_status & 0xF000) == 0xB000);
    }
};

struct SendOptions {
    int associations = 1;                  ///< side by side; the instances are dealt out as each becomes free
    bool nagle = false;                    ///< leave Nagle's algorithm on, as DCMTK's own tools do
    std::uint32_t max_pdu_bytes = 131072;  ///< what we accept; the peer's own limit governs what we send
    std::chrono::seconds timeout{30};      ///< to connect, and for each answer
    std::function<void(const Instance&, const SendStatus&)>
        on_status;  ///< called by the sending threads, one at a time
};

/// Verification, PS3.4 A. @errors NetworkDown, PeerRefused, Timeout, Crypto (TLS files)
Result<> echo(const Destination& destination, const SendOptions& options = {});

/// One status for each instance, in their order. An association that is refused or breaks leaves the rest of
/// what it would have sent without a status; nothing is tried again.
std::vector<SendStatus> sendAll(const Destination& destination, std::span<const Instance> instances,
                                const SendOptions& options = {});

/// The same, until each instance is stored or `give_up_after` has passed: what has no answer, and what the
/// peer put off with 0xA7xx (out of resources), goes again over new associations, as a console's send queue
/// does.
std::vector<SendStatus> sendPersistently(const Destination& destination, std::span<const Instance> instances,
                                         const SendOptions& options, std::chrono::seconds give_up_after);

}  // namespace gantry::scanner
