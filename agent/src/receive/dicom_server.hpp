#pragma once
/// Listens for scanners and gives each association a thread of its own.

#include <chrono>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "gantry/core/files.hpp"
#include "receive/association_dcmtk.hpp"

namespace gantry::agent {

class DicomServer {
public:
    /// Everything in the services but `transport`, which the server makes.
    struct Parts {
        const Config& config;
        Catalogue& catalogue;
        Intake& intake;
        const Clock& clock;
        std::function<void(StudyId, AssociationId)> arrived;
        std::function<void(AssociationId)> ended;
        std::function<std::optional<std::string>(const std::string&)> trial_of = {};
    };
    static Result<std::unique_ptr<DicomServer>> start(const Parts& parts);
    /// Open associations are aborted; what was acknowledged is safe.
    ~DicomServer();
    std::uint16_t port() const { return port_; }

private:
    struct Worker {
        std::jthread thread;
        std::shared_ptr<std::atomic<bool>> finished;
    };
    DicomServer(const Parts& parts, std::unique_ptr<DcmTransportLayer> transport, UniqueFd listener,
                std::uint16_t port);
    void acceptLoop(const std::stop_token& stop);
    void acceptOne();
    void turnAway(UniqueFd socket);
    void drainTurnedAway();
    void reapFinished();

    std::unique_ptr<DcmTransportLayer> transport_;
    AssociationServices services_;
    UniqueFd listener_;
    std::uint16_t port_;
    std::list<Worker> workers_;  // the accepting thread alone
    struct TurnedAway {
        UniqueFd socket;
        std::chrono::steady_clock::time_point until;
    };
    std::list<TurnedAway> turned_away_;  // the accepting thread alone
    std::jthread thread_;
};

}  // namespace gantry::agent
