#pragma once
/// Serves one association from its request to its end: verification and storage, PS3.4 Annex A and B.

#include <atomic>
#include <functional>
#include <optional>
#include <stop_token>

#include "catalogue/catalogue.hpp"
#include "gantry/agent/config.hpp"
#include "receive/intake.hpp"

class DcmTransportLayer;

namespace gantry::agent {

struct AssociationServices {
    const Config& config;
    Catalogue& catalogue;
    Intake& intake;
    const Clock& clock;
    DcmTransportLayer& transport;
    std::function<void(StudyId, AssociationId)> arrived;  ///< a study has a new instance
    std::function<void(AssociationId)> ended;             ///< the association's row is closed
    /// The trial that is called by this AE title; nullopt: none is. Not set: those of the configuration.
    std::function<std::optional<std::string>(const std::string&)> trial_of = {};
};

/// Owns `socket` and returns when the peer has gone. Called on a thread of its own.
void serveAssociation(AssociationServices& services, int socket, const std::string& address,
                      const std::stop_token& stop);

/// True for the SOP classes of PS3.4 Annex B that this receiver stores, and those that the configuration
/// adds.
bool isStorageSopClass(const DicomConfig& config, std::string_view sop_class_uid);

/// Lists an association that was not let in.
void refuseAssociation(AssociationServices& services, const Peer& peer, std::string_view reason,
                       std::string_view sentence, std::string_view advice);

}  // namespace gantry::agent
